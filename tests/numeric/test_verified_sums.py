"""Sums over rows and eigenvalues with a-priori bounds: against exact rationals and Arb."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb

from numeric.range_table import range_table
from numeric.verified_eigenvalues import eigenvalue_bounds, least_eigenvalue_above
from numeric.verified_sums import Rows, exp_up, gamma, norm_up, sum_up

F = Fraction


@pytest.mark.parametrize("seed", range(4))
def test_gram_is_within_its_bound(seed: int) -> None:
    """Weights of both signs and of very different size, so that sums cancel."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((60, 3)) * 10.0 ** rng.integers(-6, 6, (60, 1))
    w = rng.standard_normal(60) * 10.0 ** rng.integers(-3, 3, 60)
    rows = Rows(x)
    found = rows.weighted_gram(w)
    size = sum_up(np.abs(w) * rows.norms**2)
    error = F(0)
    for i in range(3):
        for j in range(3):
            exact = sum((F(float(w[k])) * F(float(x[k, i])) * F(float(x[k, j])) for k in range(60)), F(0))
            error += (F(float(found[i, j])) - exact) ** 2
    assert error <= (F(gamma(rows.terms)) * F(size)) ** 2


def test_norms_and_scalars_are_upper_bounds() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.standard_normal((20, 5)), 1e-170 * rng.standard_normal((2, 5)), np.zeros((1, 5))])
    rows = Rows(x)
    for row, norm in zip(x.tolist(), rows.norms.tolist(), strict=True):
        assert F(norm) ** 2 >= sum((F(v) ** 2 for v in row), F(0))
        assert F(norm_up(np.array(row))) ** 2 >= sum((F(v) ** 2 for v in row), F(0))
    assert F(sum_up(np.abs(x))) >= sum((abs(F(v)) for v in x.ravel().tolist()), F(0))
    assert F(rows.mean_norm(1)) * len(x) >= sum((F(v) for v in rows.norms.tolist()), F(0))
    for t in (-3.0, 0.0, 1e-9, 7.5):
        assert arb(exp_up(t)) > arb(t).exp()
    assert gamma(2**41) == np.inf


@pytest.mark.parametrize("bad", [np.array([[np.nan, 1.0]]), np.array([[1e200, 1.0]]), np.zeros((0, 2)), np.zeros(3)])
def test_data_that_could_overflow_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite"):
        Rows(bad)


def symmetric(values: list[float], seed: int) -> np.ndarray:
    q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    m = q @ np.diag(values) @ q.T
    return 0.5 * (m + m.T)


@pytest.mark.parametrize(
    "values",
    [[1.0, 2.0, 3.0], [-1.0, 1e-9, 5.0], [2.0, 2.0, 2.0], [-3.0, -3.0 + 1e-14, 1e6], [1e-200, 1e-190, 1e-180]],
    ids=str,
)
def test_eigenvalues_are_enclosed(values: list[float]) -> None:
    m = symmetric(values, 5)
    bounds = eigenvalue_bounds(m, 0.0)
    assert bounds is not None
    # Sylvester: M - t I has as many negative eigenvalues as lie below t; by exact minors (generic, so not zero).
    exact_m = sp.Matrix(3, 3, lambda i, j: sp.Rational(float(m[i, j])))

    def below(t: float) -> int:
        shifted = exact_m - sp.Rational(t) * sp.eye(3)
        minors = [sp.Integer(1), *(shifted[:k, :k].det() for k in (1, 2, 3))]
        assert all(v != 0 for v in minors)
        return sum(1 for a, b in itertools.pairwise(minors) if a * b < 0)

    for k in range(3):
        assert below(float(bounds.lo[k])) <= k
        assert below(float(bounds.hi[k])) >= k + 1
    # Not only true but thin.
    assert (bounds.hi - bounds.lo <= 1e-13 * max(map(abs, values)) + 1e-140).all()


def test_every_matrix_within_the_distance_is_covered() -> None:
    m = symmetric([-1.0, 0.5, 2.0], 1)
    bounds = eigenvalue_bounds(m, 0.25)
    assert bounds is not None
    assert bounds.index == 1
    assert 0.25 >= bounds.gap >= 0.25 - 1e-12
    rng = np.random.default_rng(2)
    for _ in range(200):
        e = rng.standard_normal((3, 3))
        e = e + e.T
        e *= 0.25 / np.linalg.norm(e, 2)
        found = np.linalg.eigvalsh(m + e)
        assert (bounds.lo <= found + 1e-12).all()
        assert (found - 1e-12 <= bounds.hi).all()
    assert eigenvalue_bounds(m, 0.6).index is None  # type: ignore[union-attr]
    assert eigenvalue_bounds(m, 0.6).gap == 0.0  # type: ignore[union-attr]


def test_least_eigenvalue() -> None:
    m = symmetric([0.3, 1.0, 100.0], 4)
    assert least_eigenvalue_above(m, 0.0, 0.2999)
    assert not least_eigenvalue_above(m, 0.0, 0.3001)
    assert least_eigenvalue_above(m, 0.01, 0.27)
    assert not least_eigenvalue_above(m, 0.01, 0.295)
    assert least_eigenvalue_above(symmetric([-0.3, 1.0, 2.0], 4), 0.0, -0.31)
    assert not least_eigenvalue_above(symmetric([-0.3, 1.0, 2.0], 4), 0.0, 0.0)


@pytest.mark.parametrize("bad", [np.array([[np.nan]]), np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([[np.inf]])])
def test_matrices_of_which_nothing_can_be_said(bad: np.ndarray) -> None:
    assert eigenvalue_bounds(bad, 0.0) is None
    assert not least_eigenvalue_above(bad, 0.0, -10.0)
    assert eigenvalue_bounds(np.eye(2), float("nan")) is None
    assert not least_eigenvalue_above(np.eye(2), float("nan"), -10.0)


def test_ranges_from_a_table() -> None:
    rng = np.random.default_rng(8)
    bounds = rng.standard_normal(37)
    table = range_table(-2.0, 0.125, bounds)
    lo = rng.uniform(-1.9, 2.4, 300)
    hi = np.minimum(lo + rng.exponential(0.5, 300), -2.0 + 0.125 * 37 - 1e-6)
    found = table.over(lo, hi)
    for a, b, top in zip(lo, hi, found, strict=True):
        cells = [v for i, v in enumerate(bounds) if -2.0 + 0.125 * i <= b and a <= -2.0 + 0.125 * (i + 1)]
        assert top >= max(cells)
        assert top in bounds
    outside = table.over(np.array([-2.1, 0.0, np.nan, 1.0]), np.array([0.0, 9.0, 1.0, 0.5]))
    assert np.isinf(outside).all()
