"""Means G_k(m, q) = E s^(k)(m + sqrt(q) z) of the sigmoid's derivatives over standard normal z, on float64 arrays.

Arithmetic: rigorous (arrays with one error bound, :mod:`numeric.uniform`).  Two rules, the first one wherever it is
accurate enough:

* *Heat equation.*  dG_k/dq = G_{k+2} / 2, so by Taylor's theorem in q

      G_k(m, q) = sum_{j < K} (q/2)^j / j! s^(k+2j)(m) + R,    |R| <= (q/2)^K / K! sup |s^(k+2K)|,

  a polynomial in t = s(m) - 1/2.  s'(x) = sech^2(x/2) / 4 is the Fourier transform of w pi / sinh(w pi), hence
  sup |s^(j)| <= S_j := 2 j! lambda(j+1) / pi^(j+1), lambda(x) = sum over odd i of i^-x <= pi^2 / 8 for x >= 2.
* *Trapezoidal rule* of :mod:`numeric.gaussian_rule`, for large q.

Since |dG_k/dq| <= S_{k+2} / 2, an error of q adds that much.  For k >= 1 the sign of s' is constant and s^(k) / s' is a
polynomial in s, so |G_k| <= RATIO[k] G_1 with RATIO[k] = max over [0, 1] of |s^(k) / s'|; also G_1 <= G_0.  Hence G_0
and G_1 grow at most by the factor e^|dm| e^(|dq|/2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb

from numeric import uniform
from numeric.balls import ball, precision, upper_fraction
from numeric.gaussian_rule import GaussianRule, gaussian_rule
from numeric.logistic_normal import norm, sigmoid_derivative
from numeric.uniform import Uniform

__all__ = ["RATIO", "SmoothedSigmoid", "derivative_bound", "smoothed_sigmoid"]

# Bounds of |s^(k)/s'| over s in [0, 1], k = 0 (unused) to 6: with p = s(1-s) in [0, 1/4] the quotients are 1, 1-2s,
# 1-6p, (1-2s)(1-12p), 1-30p+120p^2 and (1-2s)(1-60p+360p^2); the last one reaches 1.815, the others 1.
RATIO = (1, 1, 1, 1, 1, 1, 2)
ORDERS = 5
MOST_TERMS = 24
GOAL = 2.0**-52
# Above this error of the Taylor polynomial the trapezoidal rule takes over.
GOOD_ENOUGH = 2.0**-36
BITS = 80
# The trapezoidal rule has about 90 nodes for each unit of noise.
WIDEST = 40


@cache
def derivative_bound(j: int) -> Fraction:
    """S_j >= sup |s^(j)| over the real line."""
    if j == 0:
        return Fraction(1)
    with precision(BITS):
        return upper_fraction(2 * arb(j).fac() * (arb.pi() ** 2 / 8) / arb.pi() ** (j + 1))


@cache
def _in_t(k: int) -> tuple[Fraction, ...]:
    """s^(k) as a polynomial in t = s - 1/2, ascending; s' = 1/4 - t^2."""
    if k == 0:
        return (Fraction(1, 2), Fraction(1))
    before = _in_t(k - 1)
    slope = [i * c for i, c in enumerate(before)][1:]
    found = [Fraction(0)] * (len(slope) + 2)
    for i, c in enumerate(slope):
        found[i] += c / 4
        found[i + 2] -= c
    return tuple(found)


@dataclass(frozen=True)
class SmoothedSigmoid:
    """How G_0 .. G_{orders-1} are evaluated at one q: exactly one of ``polynomials`` and ``rule`` is there.

    ``polynomials`` are in t, coefficients rounded to nearest.  ``errors`` holds for each k the error of the rule
    itself, that of q included.
    """

    q: Fraction
    polynomials: tuple[tuple[float, ...], ...]
    rule: GaussianRule | None
    width: float
    errors: tuple[float, ...]

    def __call__(self, m: Uniform, orders: int = ORDERS) -> list[Uniform]:
        """G_k(m, q) for k = 0 .. orders-1, at the 1-d array m."""
        found = self._by_nodes(m, orders) if self.rule is not None else self._by_taylor(m, orders)
        return [Uniform(g.values, (g.error + e) * uniform.UP, g.size) for g, e in zip(found, self.errors, strict=False)]

    def _by_taylor(self, m: Uniform, orders: int) -> list[Uniform]:
        t = uniform.halved_sigmoid(m)
        y = uniform.square(t)
        found = []
        for k, c in enumerate(self.polynomials[:orders]):
            if k == 0:
                g = uniform.shift(Fraction(1, 2), uniform.mul(t, uniform.horner(c[1::2], y)))
            elif k % 2 == 0:
                g = uniform.mul(t, uniform.horner(c[1::2], y))
            else:
                g = uniform.horner(c[0::2], y)
            found.append(Uniform(g.values, g.error, _size(k)))
        return found

    def _by_nodes(self, m: Uniform, orders: int) -> list[Uniform]:
        assert self.rule is not None
        totals = [np.zeros_like(m.values) for _ in range(orders)]
        errors = [0.0] * orders
        step = upper_fraction(self.rule.step)
        parts = [tuple(map(float, _in_t(k)[k % 2 == 0 :: 2])) for k in range(orders)]
        for j in range(-self.rule.reach, self.rule.reach + 1):
            weight = self.rule.weights[abs(j)]
            w = float(weight.mid())
            # The node is exact: width and step are floats.
            t = uniform.halved_sigmoid(uniform.shift(Fraction(self.width) * j * step, m))
            y = uniform.square(t)
            off = float(abs(weight - w).upper()) * (1.0 + 2.0**-50)
            for k in range(orders):
                g = uniform.horner(parts[k], y)
                if k % 2 == 0:
                    g = uniform.mul(t, g)
                if k == 0:
                    g = uniform.shift(Fraction(1, 2), g)
                totals[k] += w * g.values
                # Product and sum round numbers below 2; one term has size at most |w| |g|.
                errors[k] += (w * g.error + off * g.reach + 8.0 * uniform.U * (1.0 + g.reach)) * uniform.UP
        return [
            Uniform(total, error * (1.0 + 2.0**-30) + uniform.TINY, _size(k))
            for k, (total, error) in enumerate(zip(totals, errors, strict=True))
        ]


def _size(k: int) -> float:
    return float(derivative_bound(k)) * (1.0 + 2.0**-50)


def smoothed_sigmoid(q: Fraction, q_error: Fraction = Fraction(0), orders: int = ORDERS) -> SmoothedSigmoid:
    """The rule for G_0 .. G_{orders-1} at a variance within ``q_error`` of ``q`` >= 0.

    Raises ValueError for a negative variance, and where a rule would need too many nodes.
    """
    if q < 0 or q_error < 0:
        raise ValueError("a variance is not negative")
    if q > WIDEST**2:
        raise ValueError(f"its standard deviation is above {WIDEST}")
    terms, remainders = _terms(q, orders)
    if max(remainders) <= GOOD_ENOUGH:
        polynomials = []
        for k in range(orders):
            total = [Fraction(0)] * (k + 2 * terms)
            factor = Fraction(1)
            for j in range(terms):
                for i, c in enumerate(_in_t(k + 2 * j)):
                    total[i] += factor * c
                factor = factor * q / (2 * (j + 1))
            polynomials.append(tuple(map(float, total)))
        drift = [derivative_bound(k + 2) * q_error / 2 for k in range(orders)]
        errors = tuple(_up(r + float(d)) for r, d in zip(remainders, drift, strict=True))
        return SmoothedSigmoid(q, tuple(polynomials), None, 0.0, errors)
    width = math.sqrt(q)
    off = abs(q - Fraction(width) ** 2) + q_error
    # 53 bits give a rule of about 2^-65.
    with precision(53):
        rule = gaussian_rule(1.57 / width)
        rule_errors = [
            upper_fraction(rule.error * norm(sigmoid_derivative(k)) + ball(derivative_bound(k + 2) * off / 2))
            for k in range(orders)
        ]
    return SmoothedSigmoid(q, (), rule, width, tuple(_up(float(e)) for e in rule_errors))


def _up(x: float) -> float:
    return x * uniform.UP + uniform.TINY


def _terms(q: Fraction, orders: int) -> tuple[int, list[float]]:
    """The number of Taylor terms and upper bounds of the remainders: the first good number, or the best one."""
    best: tuple[int, list[float]] = (1, [math.inf] * orders)
    factor = Fraction(1)
    for terms in range(1, MOST_TERMS + 1):
        factor = factor * q / (2 * terms)
        remainders = [_up(float(factor * derivative_bound(k + 2 * terms))) for k in range(orders)]
        if q == 0:
            return 1, [0.0] * orders
        if max(remainders) < max(best[1]):
            best = (terms, remainders)
        if max(remainders) <= GOAL:
            break
    return best
