"""Means of sigmoid derivatives on float64 arrays: against the Arb quadrature, and the constants against exact algebra."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb

from numeric.balls import ball, precision
from numeric.logistic_normal import gaussian_means, sigmoid_derivative
from numeric.range_polynomial import RangePolynomial, poly_range
from numeric.smoothed_sigmoid import RATIO, WIDEST, derivative_bound, smoothed_sigmoid
from numeric.uniform import Uniform

F = Fraction
VARIANCES = [F(0), F(1, 10**8), F(16, 1000), F(1, 8), F(1, 2), F(9), F(400)]


@pytest.mark.parametrize("q", VARIANCES, ids=str)
def test_against_arb_quadrature(q: Fraction) -> None:
    rule = smoothed_sigmoid(q)
    m = np.concatenate([np.random.default_rng(1).uniform(-15, 15, 25), [0.0, -40.0, 40.0]])
    found = rule(Uniform(m, 0.0, 40.0))
    with precision(120):
        v = ball(q).sqrt()
        for i, x in enumerate(m.tolist()):
            exact = gaussian_means([sigmoid_derivative(k) for k in range(5)], arb(x), v)
            for k in range(5):
                assert abs(exact[k] - float(found[k].values[i])) <= found[k].error
                assert exact[k] <= found[k].size
    assert all(g.error < 1e-11 for g in found)


def test_both_rules_are_used() -> None:
    assert smoothed_sigmoid(F(1, 100)).rule is None
    assert smoothed_sigmoid(F(4)).rule is not None


@pytest.mark.parametrize("q", [F(16, 1000), F(2)], ids=str)
def test_errors_of_the_argument_and_of_the_variance_are_covered(q: Fraction) -> None:
    off = F(1, 1000)
    m = np.linspace(-6, 6, 13)
    found = smoothed_sigmoid(q, off)(Uniform(m + 1e-4, 1.01e-4, 7.0))
    with precision(100):
        for other in (q - off, q + off):
            for i, x in enumerate(m.tolist()):
                exact = gaussian_means([sigmoid_derivative(k) for k in range(5)], arb(x), ball(other).sqrt())
                for k in range(5):
                    assert abs(exact[k] - float(found[k].values[i])) <= found[k].error


@pytest.mark.parametrize("k", range(1, 12))
def test_suprema_of_the_derivatives(k: int) -> None:
    """The range of the polynomial of s^(k) over [0, 1], isolated exactly, is within the bound; sharp for odd k."""
    lo, hi = poly_range(RangePolynomial(sigmoid_derivative(k), (0, 1)), (np.array([0.0]), np.array([1.0])))
    top = max(-float(lo[0]), float(hi[0]))
    assert top <= float(derivative_bound(k))
    if k % 2:
        # lambda(k+1) <= pi^2/8 is the only loss.
        assert float(derivative_bound(k)) <= 1.24 * top


@pytest.mark.parametrize("k", range(1, 7))
def test_derivatives_are_at_most_their_ratio_times_the_first(k: int) -> None:
    """s^(k) / s' = Q_k(s) with Q_1 = 1 and Q_{k+1} = Q_k' s(1-s) + Q_k (1-2s); its exact range over [0, 1]."""
    s = sp.Symbol("s")
    quotient = sp.Integer(1)
    for _ in range(k - 1):
        quotient = sp.expand(sp.diff(quotient, s) * s * (1 - s) + quotient * (1 - 2 * s))
    exact = [F(int(c)) for c in reversed(sp.Poly(quotient, s).all_coeffs())]
    lo, hi = poly_range(RangePolynomial(exact, (0, 1)), (np.array([0.0]), np.array([1.0])))
    assert max(-float(lo[0]), float(hi[0])) <= RATIO[k]


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        smoothed_sigmoid(F(-1))
    with pytest.raises(ValueError, match="above"):
        smoothed_sigmoid(F(WIDEST) ** 2 * 4)
