"""A strongly convex ball keeps its minimum under small perturbations of the gradient.

Let L be C^2 with Hessian >= m I > 0 on the closed ball of radius R around a minimum x0, and let P be C^1
there with |grad P| <= epsilon, epsilon < m R.  Then L + P has a local minimum within epsilon/m of x0, and
every stationary point of L + P in the ball is that near.

Proof.  <grad L(x), x - x0> >= m |x - x0|^2, so <grad (L + P)(x), x - x0> >= (m |x - x0| - epsilon) |x - x0|,
which is positive for |x - x0| > epsilon/m.  So there is no stationary point in the ball beyond
epsilon/m, and the minimum over the closed ball is not on its boundary, hence stationary.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["PerturbationResult", "perturbed_minimum"]


@dataclass(frozen=True)
class PerturbationResult:
    """``holds``: a local minimum of the perturbed objective lies within ``distance``."""

    holds: bool
    distance: Fraction


def perturbed_minimum(m: Fraction, radius: Fraction, epsilon: Fraction) -> PerturbationResult:
    """Apply the theorem to exact constants; ``holds`` is False when epsilon >= m * radius."""
    if m <= 0 or radius <= 0 or epsilon < 0 or epsilon >= m * radius:
        return PerturbationResult(False, Fraction(0))
    return PerturbationResult(True, epsilon / m)
