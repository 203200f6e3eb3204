"""The class term of the self-supervised objective under noise and augmentation, as a series with a proven remainder.

Arithmetic: rigorous (Arb).  T(m, V) = E s(A) s(B) with A = m + v (z + z'), B = m + v (z + z''), V = v^2, equals
exp(V Q) s(x) s(y) at x = y = m, Q = D1^2 + D1 D2 + D2^2.  By Taylor's formula for t -> exp(t V Q)

    d^i/dm^i d^j/dV^j T = sum_{k < K} V^k p_{i, j+k}(s(m)) / k! + R,
    |R| <= V^K / K! sup |(D1 + D2)^i Q^{j+K} s(x) s(y)|,

with the polynomials p of :func:`symbolic.noise.class_polynomial`; the supremum is at most the sum of the |coefficients|
of the operator times sup |s^(p)| sup |s^(q)|.  The series is asymptotic: for fixed V the remainder first falls,
then grows with K.  For exact values at any V use :func:`numeric.logistic_normal.pair_means`.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls
from numeric.logistic_normal import Polynomial, pair_means, sigmoid_derivative
from numeric.majorant import factorial, sigmoid_bound
from symbolic.noise import class_operator, class_polynomial

__all__ = ["class_term", "class_term_quadrature"]

EVERYWHERE = (arb("-inf"), arb("inf"))


def class_term(m: arb, variance: arb, order: int, in_m: int = 0, in_v: int = 0) -> arb:
    """(d/dm)^in_m (d/dV)^in_v T(m, V) from ``order`` terms and the remainder; ``variance`` is V = v^2 >= 0.

    Raises ValueError for an order below 1.
    """
    if order < 1:
        raise ValueError("the series needs at least one term")
    s = balls.sigmoid(m)
    total, power = arb(0), arb(1)
    for k in range(order):
        coefficients = [balls.ball(c) for c in _ascending(class_polynomial(in_m, in_v + k))]
        total += power * balls.horner(coefficients, s) / factorial(k)
        power *= variance
    bound = arb(0)
    for (i, j), c in class_operator(in_m, in_v + order).terms():
        bound += abs(int(c)) * sigmoid_bound(i, EVERYWHERE) * sigmoid_bound(j, EVERYWHERE)
    return total + arb(0, (abs(power) * bound / factorial(order)).upper())


def class_term_quadrature(m: arb, v: arb, in_m: int = 0, in_v: int = 0) -> arb:
    """The same derivative as a sum of means of s^(p)(A) s^(q)(B), by the trapezoidal rule; ``v`` is sqrt(V)."""
    terms = class_operator(in_m, in_v).terms()
    means = pair_means([(sigmoid_derivative(i), sigmoid_derivative(j)) for (i, j), _ in terms], m, v)
    return sum((int(c) * x for (_, c), x in zip(terms, means, strict=True)), arb(0))


def _ascending(p: sp.Poly) -> Polynomial:
    return tuple(Fraction(int(c)) for c in reversed(p.all_coeffs()))
