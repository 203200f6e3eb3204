"""Means of polynomials in sigmoid(m + v z) over standard normal z, and of products for two augmentations.

Arithmetic: rigorous (Arb, any precision).  Let s(u) be the sigmoid, p a polynomial with |p|_1 = sum |p_i|.
For |Im u| <= pi/2, |1 + e^{-u}|^2 = 1 + 2 e^{-Re u} cos(Im u) + e^{-2 Re u} >= 1, so |s(u)| <= 1 and
|p(s(u))| <= |p|_1: z -> p(s(m + v z)) is analytic and bounded in |Im z| < pi / (2v), which is what
:mod:`numeric.gaussian_rule` asks for.  Derivatives are means again:

    d/dm E p(s(m + vz)) = E (p' (1 - s) s)(m + vz),     d/dV = (1/2) d^2/dm^2 with V = v^2,     d/dv = v d^2/dm^2.

Two augmentations A = m + v (z + z'), B = m + v (z + z'') of one noisy sample are independent given z, so
E p(s(A)) q(s(B)) = E P(m + vz) Q(m + vz) with P(u) = E p(s(u + vz')); on the grid of one rule P is a
convolution of the values of p(s), and |P| <= |p|_1 in the same strip.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from flint import arb, arb_poly

from numeric.balls import ball, horner, sigmoid
from numeric.gaussian_rule import GaussianRule, gaussian_rule
from symbolic.activations import derivative_polynomial
from symbolic.activations import sigmoid as sigmoid_function

__all__ = [
    "Polynomial",
    "derivative_of",
    "gaussian_means",
    "logistic_normal",
    "logistic_normal_derivative",
    "pair_means",
    "sigmoid_derivative",
]

Polynomial = tuple[Fraction, ...]  # ascending coefficients of a polynomial in s


@cache
def sigmoid_derivative(k: int) -> Polynomial:
    """The polynomial p with sigmoid^(k) = p(sigmoid), ascending."""
    found = derivative_polynomial(sigmoid_function, k).all_coeffs()
    return tuple(Fraction(int(c)) for c in reversed(found))


def derivative_of(p: Polynomial) -> Polynomial:
    """The polynomial of d/du p(s(u)) = p'(s) s (1 - s)."""
    found = [Fraction(0)] * (len(p) + 1)
    for i, c in enumerate(p):
        found[i] += i * c
        found[i + 1] -= i * c
    return tuple(found)


def norm(p: Polynomial) -> arb:
    """|p|_1, a bound of |p(s(u))| for |Im u| <= pi/2."""
    return ball(sum((abs(c) for c in p), Fraction(0)))


def _rule(v: arb) -> GaussianRule:
    top = float(abs(v).upper())
    if not math.isfinite(top):
        raise ValueError("the noise level is not finite")
    # 1.57 < pi/2 leaves far more room than the roundings here.
    return gaussian_rule(1.57 / top if top > 0 else math.inf)


def _sigmoids(m: arb, v: arb, rule: GaussianRule, reach: int) -> list[arb]:
    return [sigmoid(m + v * (j * rule.step)) for j in range(-reach, reach + 1)]


def _values(p: Polynomial, sigmoids: Sequence[arb]) -> list[arb]:
    coefficients = [ball(c) for c in p]
    return [horner(coefficients, s) for s in sigmoids]


def gaussian_means(polynomials: Sequence[Polynomial], m: arb, v: arb) -> list[arb]:
    """E p(s(m + v z)) for each polynomial, at balls m and v.

    The error of the rule is about |p|_1 2^-precision; wide balls add their own width.
    Raises ValueError when v is not finite or so large that the rule would need too many nodes.
    """
    rule = _rule(v)
    sigmoids = _sigmoids(m, v, rule, rule.reach)
    return [rule.mean(_values(p, sigmoids), norm(p)) for p in polynomials]


def logistic_normal(m: arb, v: arb, k: int = 0) -> arb:
    """E sigmoid^(k)(m + v z)."""
    return gaussian_means([sigmoid_derivative(k)], m, v)[0]


def logistic_normal_derivative(m: arb, v: arb, in_m: int, in_v: int, k: int = 0) -> arb:
    """(d/dm)^in_m (d/dv)^in_v E sigmoid^(k)(m + v z), from d/dv (v^a G_n) = a v^(a-1) G_n + v^(a+1) G_(n+2)."""
    terms: dict[tuple[int, int], int] = {(0, k + in_m): 1}
    for _ in range(in_v):
        following: dict[tuple[int, int], int] = {}
        for (a, n), c in terms.items():
            if a:
                following[a - 1, n] = following.get((a - 1, n), 0) + a * c
            following[a + 1, n + 2] = following.get((a + 1, n + 2), 0) + c
        terms = following
    orders = sorted({n for _, n in terms})
    means = dict(zip(orders, gaussian_means([sigmoid_derivative(n) for n in orders], m, v), strict=True))
    total = arb(0)
    for (a, n), c in terms.items():
        factor = arb(c)
        for _ in range(a):
            factor *= v
        total += factor * means[n]
    return total


def pair_means(pairs: Sequence[tuple[Polynomial, Polynomial]], m: arb, v: arb) -> list[arb]:
    """E p(s(A)) q(s(B)) for each pair, A = m + v (z + z'), B = m + v (z + z'') with independent z, z', z''.

    Raises ValueError as :func:`gaussian_means` does.
    """
    rule = _rule(v)
    n = rule.reach
    sigmoids = _sigmoids(m, v, rule, 2 * n)
    kernel = arb_poly([rule.weights[abs(j)] for j in range(-n, n + 1)])
    smoothed: dict[Polynomial, list[arb]] = {}
    for p in {p for pair in pairs for p in pair}:
        # The kernel is even, so the convolution is the correlation that is meant.
        product = arb_poly(_values(p, sigmoids)) * kernel
        slack = rule.slack(norm(p))
        smoothed[p] = [product[j] + slack for j in range(2 * n, 4 * n + 1)]
    found = []
    for p, q in pairs:
        values = [x * y for x, y in zip(smoothed[p], smoothed[q], strict=True)]
        found.append(rule.mean(values, norm(p) * norm(q)))
    return found
