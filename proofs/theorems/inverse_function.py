"""The inverse function theorem with explicit radii, in the forms that the ladder compares.

Let F be C^1 on the closed r-ball around x0.

- Exact form: if ||DF(x0)^{-1}|| <= 1/lambda and ||DF(x) - DF(x0)|| <= lambda/2 on the ball, then F is
  injective there and its image contains the ball of radius lambda r / 2 around F(x0).
- Preconditioned form: if ||A DF(x) - I|| <= q < 1 on the ball for a nonsingular A, then F is injective
  there and its image contains the ball of radius (1 - q) r / ||A|| around F(x0).
- Monotone form: if F is a gradient and DF(x) >= m I > 0 on the ball, then F is injective there and its
  image contains the ball of radius m r around F(x0).

Sources: the first is the tool of arXiv 2401.03214; the second is the first for A F, whose image
contains a ball of radius (1 - q) r; the third follows from <F(x) - F(x0), x - x0> >= m |x - x0|^2,
which makes F(x) - y point outwards on the sphere for |y - F(x0)| < m r (Brouwer).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["InverseFunctionResult", "exact_form", "monotone_form", "preconditioned_form"]


@dataclass(frozen=True)
class InverseFunctionResult:
    """``holds``: the hypotheses were verified; then the image contains a ball of ``image_radius``."""

    holds: bool
    image_radius: Fraction


NOTHING = InverseFunctionResult(False, Fraction(0))


def exact_form(lam: Fraction, variation: Fraction, radius: Fraction) -> InverseFunctionResult:
    """``variation`` bounds ||DF(x) - DF(x0)|| on the ball of ``radius``; ``lam`` as in the theorem."""
    if lam <= 0 or radius <= 0 or variation > lam / 2:
        return NOTHING
    return InverseFunctionResult(True, lam * radius / 2)


def preconditioned_form(norm_a: Fraction, deviation: Fraction, radius: Fraction) -> InverseFunctionResult:
    """``deviation`` bounds ||A DF(x) - I|| on the ball, ``norm_a`` bounds ||A||."""
    if norm_a <= 0 or radius <= 0 or not 0 <= deviation < 1:
        return NOTHING
    return InverseFunctionResult(True, (1 - deviation) * radius / norm_a)


def monotone_form(m: Fraction, radius: Fraction) -> InverseFunctionResult:
    """``m`` is a positive lower bound of DF(x) on the ball, as a quadratic form."""
    if m <= 0 or radius <= 0:
        return NOTHING
    return InverseFunctionResult(True, m * radius)
