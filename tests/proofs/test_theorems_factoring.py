"""Factors of polynomials: against SymPy's own, against hand calculations, and what is refused."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from proofs.theorems import factoring
from proofs.theorems.factoring import factor_list

x, y, z = sp.symbols("x y z")

# (polynomial, constant, {factor: power}), by hand
BY_HAND = [
    (x**2 / 4 - y**2 / 9, sp.Rational(1, 36), {3 * x - 2 * y: 1, 3 * x + 2 * y: 1}),
    (-(x**2) - 1, sp.Integer(-1), {x**2 + 1: 1}),
    (sp.expand(3 * x * (x - 1) ** 2 * (y + z) ** 3 / 5), sp.Rational(3, 5), {x: 1, x - 1: 2, y + z: 3}),
    (7 * x, sp.Integer(7), {x: 1}),
    (sp.Rational(-2, 3), sp.Rational(-2, 3), {}),
    (sp.S.Zero, sp.S.Zero, {}),
    (x**4 + 4 * y**4, sp.S.One, {x**2 - 2 * x * y + 2 * y**2: 1, x**2 + 2 * x * y + 2 * y**2: 1}),
]


@pytest.mark.parametrize(("polynomial", "constant", "factors"), BY_HAND, ids=str)
def test_by_hand(polynomial: sp.Expr, constant: sp.Rational, factors: dict[sp.Expr, int]) -> None:
    assert factor_list(polynomial) == (constant, list(factor_list(polynomial)[1]))
    assert dict(factor_list(polynomial)[1]) == factors


coefficient = st.integers(-5, 5)
linear = st.tuples(coefficient, coefficient, coefficient).map(lambda c: c[0] * x + c[1] * y + c[2])


@given(st.lists(st.tuples(linear, st.integers(1, 3)), min_size=1, max_size=3), st.integers(1, 6))
def test_as_sympy_and_multiplied_out(parts: list[tuple[sp.Expr, int]], denominator: int) -> None:
    expr = sp.expand(sp.Mul(*[f**k for f, k in parts]) * (x**2 + y + 1) / denominator)
    constant, factors = factor_list(expr)
    assert sp.expand(constant * sp.Mul(*[f**k for f, k in factors]) - expr) == 0
    theirs = sp.factor_list(expr)
    assert sorted(k for _, k in factors) == sorted(k for _, k in theirs[1])
    ours = {sp.expand(s * f) for f, _ in factors for s in (1, -1)}
    assert all(sp.expand(f) in ours for f, _ in theirs[1])


def test_the_order_depends_on_the_polynomial_alone() -> None:
    expr = sp.expand((x - y) * (x + y) * (x * y - 1) ** 2 * (z + 3))
    assert factor_list(expr)[1] == factor_list(sp.expand(expr + z - z))[1]


@pytest.mark.parametrize("expr", [sp.sqrt(2) * x + 1, 1 / x, sp.exp(x), sp.pi * x], ids=str)
def test_only_rational_coefficients(expr: sp.Expr) -> None:
    with pytest.raises(sp.PolynomialError):
        factor_list(expr)


def test_what_might_take_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArithmeticError, match="too large"):
        factor_list(x**201 - 1)
    with pytest.raises(ArithmeticError, match="too large"):
        factor_list(x**2 - 2**20_001)
    monkeypatch.setattr(factoring, "MAX_TERMS", 2)
    with pytest.raises(ArithmeticError, match="too large"):
        factor_list(x**2 + x + 1)
