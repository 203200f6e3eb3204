"""A zero survives a perturbation that is small in value and in derivative.

Let F be C^1 on the closed ball B of radius r around a zero x0 of F, A a linear map with ||A F'(x) - I|| <= q < 1
on B, and let P be C^1 on B with |P| <= epsilon and ||P'|| <= delta.  If ||A|| epsilon <= (1 - q) r then F + P has a
zero in B, and every zero in B is within ||A|| epsilon / (1 - q) of x0.  If moreover q + ||A|| delta < 1 it is the
only one.

Proof.  T(x) = x - A (F + P)(x) has
|T(x) - x0| = |x - x0 - A (F(x) - F(x0)) - A P(x)| <= q |x - x0| + ||A|| epsilon <= r,
so T maps B into itself and has a fixed point (Brouwer).  A is injective, since A F' is invertible, so fixed points
are the zeros, and a fixed point has (1 - q) |x - x0| <= ||A|| epsilon.  T' = (I - A F') - A P' has norm at most
q + ||A|| delta < 1, so T contracts and the fixed point is unique.

The exact inverse function theorem is the case A = F'(x0)^{-1}, q = 1/2, ||A|| <= 1/lambda: epsilon <= lambda r / 2 and
delta < lambda / 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["PerturbedZero", "perturbed_zero"]


@dataclass(frozen=True)
class PerturbedZero:
    """``exists``: a zero of F + P within ``distance`` of x0; ``unique``: the only one in the ball."""

    exists: bool
    unique: bool
    distance: Fraction


def perturbed_zero(
    norm_a: Fraction, deviation: Fraction, radius: Fraction, epsilon: Fraction, delta: Fraction
) -> PerturbedZero:
    """``norm_a`` >= ||A||, ``deviation`` >= ||A F' - I|| on the ball, ``epsilon`` and ``delta`` bound P and P'."""
    valid = norm_a > 0 and 0 <= deviation < 1 and radius > 0 and epsilon >= 0 and delta >= 0
    if not valid or norm_a * epsilon > (1 - deviation) * radius:
        return PerturbedZero(False, False, Fraction(0))
    unique = deviation + norm_a * delta < 1
    return PerturbedZero(True, unique, norm_a * epsilon / (1 - deviation))
