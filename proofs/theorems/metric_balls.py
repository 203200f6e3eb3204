"""How far a metric of weights can move when the weights move by at most r in Frobenius norm.

Arithmetic: rigorous (Arb).  Every function returns an enclosure over the whole ball, or None where its hypothesis
was not shown: then the metric may be discontinuous there.  Statements and proofs: ``docs/theory/metrics.md``.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure

__all__ = ["absolute_value_ball", "angle_ball", "chord", "cosine_ball", "kernel_move", "span_ball"]


def angle_ball(size: arb, r: arb) -> arb | None:
    """sin of the largest angle between v0, |v0| = size, and v with |v - v0| <= r: r / size.  None unless r < size.

    The tangent from 0 to the ball touches it at that angle, so the bound is attained.
    """
    if not (r >= 0 and size > 0 and r < size):
        return None
    return r / size


def cosine_ball(cosine: arb, sine: arb) -> Enclosure | None:
    """Enclosure of cos(t) for t in [0, pi] within asin(sine) < pi/2 of a t0 in [0, pi] with cos(t0) = cosine.

    Lower end: cos(t0 + delta), or -1 once t0 + delta >= pi; upper end: cos(t0 - delta), or 1 once t0 <= delta.
    """
    if not (sine >= 0 and sine < 1 and cosine >= -1 - arb(2) ** -20 and cosine <= 1 + arb(2) ** -20):
        return None
    c = cosine.min(arb(1)).max(arb(-1))
    delta_cosine = (1 - sine * sine).sqrt()
    across = (1 - c * c).nonnegative_part().sqrt() * sine
    # cos(t0) < cos(delta) says t0 > delta, and -cos(t0) < cos(delta) says t0 + delta < pi.
    upper = c * delta_cosine + across if c < delta_cosine else arb(1)
    lower = c * delta_cosine - across if -c < delta_cosine else arb(-1)
    return _between(lower, upper, Fraction(-1))


def span_ball(projection: arb, least_singular_value: arb, r: arb) -> Enclosure | None:
    """Enclosure of |P_W e| for |W - W0|_F <= r, given |P_W0 e| and (a lower bound of) sigma_m(W0) > r, m rows.

    |P_W - P_W0| = |(I - P_W) P_W0| = |(I - P_W)(W0 - W)^T (W0^T)^+| <= r / sigma_m(W0): both spaces have dimension m.
    None unless r < sigma_m(W0): at r = sigma_m(W0) the ball holds a matrix of smaller rank, where the projection jumps.
    """
    if not (r >= 0 and r < least_singular_value):
        return None
    move = r / least_singular_value
    return _between(projection - move, projection + move)


def absolute_value_ball(numerator: arb, nuclear: arb, count: int, r: arb) -> Enclosure | None:
    """Enclosure of e^T|W|e / |W|_* (|W| = (W^T W)^(1/2)) for |W - W0|_F <= r, given both numbers at W0.

    | |W| - |W0| |_F <= sqrt(2) |W - W0|_F (Araki and Yamagami), and the nuclear norm moves by at most sqrt(count) r
    with count the number of singular values.  None unless sqrt(count) r < |W0|_*.
    """
    slack = arb(count).sqrt() * r
    if not (r >= 0 and slack < nuclear):
        return None
    move = arb(2).sqrt() * r
    return _between((numerator - move).nonnegative_part() / (nuclear + slack), (numerator + move) / (nuclear - slack))


def kernel_move(size: arb, move: arb) -> arb:
    """|H H^T - H0 H0^T|_F <= move (2 size + move) for |H0|_F <= size, |H - H0|_F <= move."""
    return move * (2 * size + move)


def chord(sine: arb) -> arb:
    """The distance of two unit vectors whose angle is at most asin(sine): 2 sin(delta/2)."""
    return (2 - 2 * (1 - sine * sine).sqrt()).nonnegative_part().sqrt()


def _between(lower: arb, upper: arb, least: Fraction = Fraction(0)) -> Enclosure | None:
    """The hull of two ends, cut to [least, 1], where the metric lies anyway."""
    if not (lower.is_finite() and upper.is_finite()):
        return None
    lo, hi = balls.lower_fraction(lower), balls.upper_fraction(upper)
    return Enclosure(min(max(lo, least), Fraction(1)), max(min(hi, Fraction(1)), least))
