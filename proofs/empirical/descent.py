"""What gradient descent does near a certified minimum: step-size condition, contraction, steps, and what T steps leave.

The theorem is :mod:`proofs.theorems.gradient_descent`; one step of length eta acts on each block apart from the others.
Near the minimum the slowest direction is multiplied by 1 - eta lambda_min a step: that is how far from converged a run
of T steps stays, whatever its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.empirical.distances import distance_to
from proofs.empirical.prove import Isolated
from proofs.theorems.gradient_descent import descent_contraction, steps_to

__all__ = ["Descent", "descent_of"]

BITS = 160


@dataclass(frozen=True)
class Descent:
    """On the ball of ``radius`` around the minimum every step of length ``step`` < ``step_limit`` contracts (each block
    in a ball of its own, of at least that radius).

    ``reason`` is empty when the theorem applies to the given weights, that is, when they lie in the ball.  ``factor``
    bounds one step from both sides, ``slowest`` is 1 - eta lambda_min at the minimum.  For ``steps`` steps:
    ``remaining`` bounds the factor of the distance of any run in the ball, ``slowest_remaining`` is that of the slowest
    direction in the limit of small distances, ``after`` the distance after so many steps more.
    """

    reason: str
    step: Fraction
    step_limit: Fraction
    radius: Fraction
    lower: Fraction
    upper: Fraction
    factor: tuple[Fraction, Fraction] | None = None
    slowest: Enclosure | None = None
    steps: int | None = None
    remaining: Enclosure | None = None
    slowest_remaining: Enclosure | None = None
    after: Enclosure | None = None
    tolerance: Fraction | None = None
    steps_to_tolerance: int | None = None


def descent_of(blocks: list[Isolated], step: Fraction, steps: int | None, tolerance: Fraction | None) -> Descent | None:
    """None where no block has a strongly convex ball."""
    around = [b.around_start for b in blocks if b.around_start is not None]
    # The smaller ball has the better rate; without it, or when it fails, the large one.
    balls_of = around if len(around) == len(blocks) else [b.convex for b in blocks if b.convex is not None]
    if len(balls_of) != len(blocks) or any(b.eigenvalues is None for b in blocks):
        return None
    lower = min(Fraction(c.lower) for c in balls_of)
    upper = max(Fraction(c.upper) for c in balls_of)
    # A ball around the stationary point inside of that around the centre.
    radii = [Fraction(c.radius) - Fraction(b.distance) for c, b in zip(balls_of, blocks, strict=True)]
    radius = min(radii)
    contraction = descent_contraction(lower, upper, step)
    found: dict[str, Any] = {
        "step": step,
        "step_limit": contraction.step_limit,
        "radius": radius,
        "lower": lower,
        "upper": upper,
    }
    if not contraction.holds or radius <= 0:
        return Descent("the step is not below 2 / M, M the largest eigenvalue on the ball", **found)
    distances = [distance_to([b.start], [(b.centre, Fraction(b.distance))]) for b in blocks]
    inside = all(x.hi <= r for x, r in zip(distances, radii, strict=True))
    reason = "" if inside else "the weights were not shown to lie in the ball; its runs start inside"
    distance = distance_to([b.start for b in blocks], [(b.centre, Fraction(b.distance)) for b in blocks])
    least = min((b.eigenvalues for b in blocks if b.eigenvalues is not None), key=lambda e: float(e.lo[0]))
    slowest = Enclosure(1 - step * Fraction(float(least.hi[0])), 1 - step * Fraction(float(least.lo[0])))
    found |= {"factor": (contraction.low, contraction.high), "slowest": slowest}
    if steps is not None:
        remaining = Enclosure(_power(contraction.low, steps).lo, _power(contraction.high, steps).hi)
        found |= {"steps": steps, "remaining": remaining}
        if slowest.lo >= 0:
            found["slowest_remaining"] = Enclosure(_power(slowest.lo, steps).lo, _power(slowest.hi, steps).hi)
        if inside:
            found["after"] = Enclosure(remaining.lo * distance.lo, remaining.hi * distance.hi)
    if tolerance is not None and inside:
        found |= {"tolerance": tolerance, "steps_to_tolerance": steps_to(contraction.high, distance.hi, tolerance)}
    return Descent(reason, **found)


def _power(x: Fraction, k: int) -> Enclosure:
    """x^k for 0 <= x."""
    with balls.precision(BITS):
        return Enclosure.from_ball(balls.power(balls.ball(x), k))
