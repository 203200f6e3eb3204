"""What the paper's experiments show, and what they would show at convergence.

Arithmetic: exact rationals and Arb.  Statements and proofs: ``docs/theory/metrics.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.theorems.metric_balls import angle_ball, cosine_ball

__all__ = ["EnergyGap", "energies_apart", "jump_projection", "nuisance_factor", "span_with_nuisance", "steps_below"]

BITS = 192


def nuisance_factor(step: Fraction, ridge: Fraction, steps: int) -> Enclosure | None:
    """(1 - 2 step ridge)^steps: what is left of a coordinate that the data do not meet.

    The coordinate enters the objective as ridge w^2, so one step maps w to (1 - 2 step ridge) w.
    None unless 0 < 2 step ridge < 1 and steps >= 0.
    """
    if not (0 < 2 * step * ridge < 1 and steps >= 0):
        return None
    with balls.precision(BITS):
        return Enclosure.from_ball(balls.power(balls.ball(1 - 2 * step * ridge), steps))


def steps_below(step: Fraction, ridge: Fraction, target: Fraction) -> int | None:
    """The least number of steps after which the factor is <= target (None when it was not decided or target > 1)."""
    if not (0 < 2 * step * ridge < 1 and 0 < target <= 1):
        return None
    with balls.precision(BITS):
        guess = (balls.ball(target).log() / balls.ball(1 - 2 * step * ridge).log()).mid()
    first = max(0, int(float(guess)) - 2)
    for steps in range(first, first + 6):
        now = nuisance_factor(step, ridge, steps)
        before = nuisance_factor(step, ridge, steps - 1) if steps else None
        if now is not None and now.hi <= target and (before is None or before.lo > target):
            return steps
    return None


def jump_projection(a: Enclosure, epsilon: Fraction, direction: tuple[Fraction, Fraction]) -> Fraction | None:
    """The span projection of e2 at a matrix epsilon away (Frobenius) from W0 with rows a e1 and -a e1: it is |c|.

    Add epsilon v to the first row, v = c e2 + s e3, c^2 + s^2 = 1.  The sum of the rows is epsilon v and the second
    row is -a e1, so the rows span exactly e1 and v (a, epsilon not 0), and |P e2| = |<v, e2>| = |c|.  At W0 it is 0.
    None unless a is certainly not 0, epsilon > 0 and v is a unit vector, exactly.
    """
    c, s = direction
    if (a.lo <= 0 <= a.hi) or epsilon <= 0 or c * c + s * s != 1:
        return None
    return abs(c)


def span_with_nuisance(feature: Enclosure, factor: Enclosure, square: Fraction) -> Fraction | None:
    """A lower bound of |P e| when 2 feature e + factor n lies in the row space, n orthogonal to e, |n|^2 <= square.

    |P e| >= <e, v>/|v| for every v in the space: 2 feature / sqrt(4 feature^2 + factor^2 |n|^2).
    None unless feature is certainly not 0 and square >= 0.
    """
    low = feature.least_magnitude
    if low <= 0 or square < 0:
        return None
    with balls.precision(BITS):
        x = balls.ball(4 * low * low)
        rest = balls.ball(factor.greatest_magnitude**2 * square)
        bound = balls.lower_fraction((x / (x + rest)).sqrt())
    return min(bound, Fraction(1))


@dataclass(frozen=True)
class EnergyGap:
    """``holds``: within ``radius`` of each minimum the energies stay on their sides; ``kept`` > ``limit`` then."""

    holds: bool
    kept: Fraction
    limit: Fraction


def energies_apart(
    row: tuple[Enclosure, Enclosure], weights: tuple[Enclosure, Enclosure, Enclosure, Enclosure], radius: Fraction
) -> EnergyGap:
    """Energy of e2 within ``radius`` (Frobenius) of two SSL rows (+-a, b), and of SL rows (a1, b1), (a2, b2).

    |W e2|/|W|_F is the cosine of an angle that moves by at most asin(radius/|W|_F).
    """
    none = EnergyGap(False, Fraction(0), Fraction(0))
    with balls.precision(BITS):
        a, b = (x.ball() for x in row)
        size = (a * a + b * b).nonnegative_part().sqrt()
        a1, b1, a2, b2 = (x.ball() for x in weights)
        other = (a1 * a1 + b1 * b1 + a2 * a2 + b2 * b2).nonnegative_part().sqrt()
        r = balls.ball(radius)
        mine, theirs = angle_ball(arb(2).sqrt() * size, r), angle_ball(other, r)
        if mine is None or theirs is None:
            return none
        kept = cosine_ball(abs(b) / size, mine)
        limit = cosine_ball((b1 * b1 + b2 * b2).nonnegative_part().sqrt() / other, theirs)
    if kept is None or limit is None:
        return none
    return EnergyGap(kept.lo > limit.hi, kept.lo, limit.hi)
