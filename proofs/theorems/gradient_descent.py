"""Gradient descent contracts towards the minimum of a strongly convex ball, at a rate known from both sides.

Let f be C^2 with m I <= Hessian <= M I, 0 < m <= M, on the closed ball B of radius R around its stationary point z, and
let 0 < eta < 2 / M.  Then x -> x - eta grad f(x) maps B into itself and

    low |x - z| <= |x - eta grad f(x) - z| <= high |x - z|,
    high = max(|1 - eta m|, |1 - eta M|) < 1,    low = max(1 - eta M, 0).

So k steps from x in B end at a distance between low^k |x - z| and high^k |x - z|, and a distance of at most t is
reached after ceil(log(t / |x - z|) / log(high)) steps.

Proof.  x - eta grad f(x) - z = (I - eta A)(x - z) with A the mean of the Hessians on the segment from z to x, which
lies in B; A is symmetric with eigenvalues in [m, M], so those of I - eta A lie in [1 - eta M, 1 - eta m].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric.balls import ball

__all__ = ["Contraction", "descent_contraction", "steps_to"]


@dataclass(frozen=True)
class Contraction:
    """``holds``: every step in the ball multiplies the distance by a factor in [low, high], high < 1."""

    holds: bool
    step_limit: Fraction
    low: Fraction
    high: Fraction


def descent_contraction(m: Fraction, M: Fraction, step: Fraction) -> Contraction:
    """The factors of one step of length ``step``; exact rational arithmetic."""
    if not 0 < m <= M:
        return Contraction(False, Fraction(0), Fraction(0), Fraction(1))
    limit = 2 / M
    if not 0 < step < limit:
        return Contraction(False, limit, Fraction(0), Fraction(1))
    return Contraction(True, limit, max(1 - step * M, Fraction(0)), max(abs(1 - step * m), abs(1 - step * M)))


def steps_to(high: Fraction, distance: Fraction, tolerance: Fraction) -> int | None:
    """A number of steps after which high^k distance <= tolerance; None unless 0 <= high < 1 and tolerance > 0."""
    if not 0 <= high < 1 or not tolerance > 0 or distance < 0:
        return None
    if distance <= tolerance:
        return 0
    if high == 0:
        return 1
    quotient = (ball(tolerance) / ball(distance)).log() / ball(high).log()
    steps = math.ceil(float(quotient.upper()) * (1 + 2.0**-40)) if quotient.is_finite() else None
    # Confirmed, not only computed.
    if steps is None or not arb(steps) * -ball(high).log() >= (ball(distance) / ball(tolerance)).log():
        return None
    return steps
