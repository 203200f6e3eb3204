"""Exact ranges of polynomials in sigmoid(m) and of their derivatives in m, over an interval of m."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from flint import arb

from numeric.balls import sigmoid
from numeric.endpoints import polynomial

__all__ = ["derivative_range"]

Polynomial = tuple[Fraction, ...]


@cache
def _derivative(p: Polynomial, order: int) -> Polynomial:
    """d^order/dm^order of a polynomial in s = sigmoid(m): p -> p'(s) (s - s^2), ``order`` times."""
    if order == 0:
        return p
    slope = [k * c for k, c in enumerate(_derivative(p, order - 1))][1:]
    product = [Fraction(0)] * (len(slope) + 2)
    for k, c in enumerate(slope):
        product[k + 1] += c
        product[k + 2] -= c
    return tuple(product)


def derivative_range(p: Polynomial, order: int, m: arb) -> arb:
    """The range of d^order/dm^order p(sigmoid(m)) over the ball m."""
    lo, hi = polynomial(_derivative(p, order), (sigmoid(m.lower()), sigmoid(m.upper())))
    return lo.union(hi)
