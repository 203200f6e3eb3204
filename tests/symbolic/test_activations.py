"""Activations: derivative polynomials against hyperbolic forms, canonical arguments, and a new one in a few lines."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from symbolic.activations import (
    ActivationFunction,
    activation,
    activation_names,
    derivative_polynomial,
    register,
    sigmoid,
    softplus,
    to_polynomials,
)
from symbolic.activations import base as activations_base
from symbolic.activations.base import S

x, y = sp.symbols("x y", real=True)


def logistic(z: mpmath.mpf) -> mpmath.mpf:
    """(1 + tanh(z/2))/2, the sigmoid written otherwise."""
    return (1 + mpmath.tanh(z / 2)) / 2


# -- derivative polynomials --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (0, S),
        (1, S - S**2),
        # s'' = s'(1 - 2 s), s''' = s'(1 - 6 s + 6 s^2), by hand
        (2, S * (1 - S) * (1 - 2 * S)),
        (3, S * (1 - S) * (1 - 6 * S + 6 * S**2)),
        (4, S * (1 - S) * (1 - 2 * S) * (1 - 12 * S + 12 * S**2)),
    ],
)
def test_the_first_polynomials_by_hand(k: int, expected: sp.Expr) -> None:
    assert sp.expand(derivative_polynomial(sigmoid, k).as_expr() - expected) == 0


@pytest.mark.parametrize("k", range(1, 9))
@pytest.mark.parametrize("z", ["-7/2", "-1/3", "0", "2/5", "6"])
def test_all_orders_against_numerical_derivatives(k: int, z: str) -> None:
    with mpmath.workdps(60):
        point = mpmath.mpf(sp.Rational(z).p) / sp.Rational(z).q
        expected = mpmath.diff(logistic, point, k)
        s = logistic(point)
        found = mpmath.polyval([mpmath.mpf(int(c)) for c in derivative_polynomial(sigmoid, k).all_coeffs()], s)
        assert abs(found - expected) < mpmath.mpf(10) ** -30


def test_derivatives_keep_their_names() -> None:
    assert sp.diff(sigmoid(x), x) == sigmoid.order(1)(x)
    assert sp.diff(sigmoid(x), x, 3) == sigmoid.order(3)(x)
    assert sp.diff(sigmoid(2 * x + y), x) == 2 * sigmoid.order(1)(2 * x + y)
    assert sigmoid.order(0) is sigmoid
    assert sigmoid.order(2).order(1) is sigmoid.order(3)
    assert sigmoid.order(2) is sigmoid.order(2)


def test_softplus_is_the_antiderivative() -> None:
    assert sp.diff(softplus(x), x) == sigmoid(x)
    assert sp.diff(softplus(x), x, 2) == sigmoid.order(1)(x)
    assert softplus.order(3) is sigmoid.order(2)


def test_a_function_that_is_no_polynomial_of_itself_says_so() -> None:
    with pytest.raises(TypeError, match="softplus"):
        derivative_polynomial(softplus, 1)


def test_to_polynomials() -> None:
    assert to_polynomials(sigmoid.order(1)(x)) == sigmoid(x) - sigmoid(x) ** 2
    e = sigmoid.order(2)(x * y) * softplus(x) + 3
    s = sigmoid(x * y)
    assert sp.expand(to_polynomials(e) - (s - 3 * s**2 + 2 * s**3) * softplus(x) - 3) == 0
    # Derivatives inside arguments are replaced too.
    assert to_polynomials(sigmoid(sigmoid.order(1)(x))) == sigmoid(sigmoid(x) - sigmoid(x) ** 2)


# -- canonical arguments -----------------------------------------------------------------------------------
def test_reflection_of_the_sigmoid() -> None:
    # s(-z) = 1 - s(z)
    assert sigmoid(-x) == 1 - sigmoid(x)
    assert sigmoid(-x - 2 * y) == 1 - sigmoid(x + 2 * y)
    assert sigmoid(-x) + sigmoid(x) == 1
    assert sigmoid(-sp.Rational(3, 2)) == 1 - sigmoid(sp.Rational(3, 2))
    # Of u and -u exactly one is rewritten.
    for u in (x - y, 3 * x - 7 * y, x * y - 1, -x + y**2):
        assert sigmoid(u) + sigmoid(-u) == 1


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_reflection_of_the_derivatives(k: int) -> None:
    # Odd derivatives are even functions and even derivatives are odd ones.
    f = sigmoid.order(k)
    assert f(-x) == (f(x) if k % 2 == 1 else -f(x))
    assert f(-x) - (-1) ** (k + 1) * f(x) == 0


def test_values_at_zero() -> None:
    assert sigmoid(0) == sp.Rational(1, 2)
    assert sigmoid.order(1)(0) == sp.Rational(1, 4)
    assert sigmoid.order(2)(0) == 0
    # s''' = s'(1 - 6 s'), at 0: 1/4 (1 - 3/2) = -1/8
    assert sigmoid.order(3)(0) == sp.Rational(-1, 8)
    assert softplus(0) == sp.log(2)


def test_softplus_is_not_rewritten_by_itself() -> None:
    assert softplus(-x) != softplus(x)
    assert softplus(-x).func is softplus


def test_values_are_real() -> None:
    assert sigmoid(x).is_real
    assert sigmoid.order(2)(x).is_real
    assert softplus(x).is_real


# -- printing and registration -----------------------------------------------------------------------------
def test_latex_counts_primes() -> None:
    assert sp.latex(sigmoid(x)) == r"\sigma\!\left(x\right)"
    assert sp.latex(sigmoid.order(2)(x)) == r"\sigma''\!\left(x\right)"
    assert sp.latex(sigmoid.order(4)(x)) == r"\sigma^{(4)}\!\left(x\right)"
    # A power of a derivative must not look like a higher derivative.
    assert sp.latex(sigmoid.order(1)(x) ** 2) != sp.latex(sigmoid.order(2)(x))
    assert sp.latex(sigmoid.order(4)(x) ** 2) != sp.latex(sigmoid.order(4)(x))
    assert "{2}" in sp.latex(sigmoid(x) ** 2)


def test_names() -> None:
    assert {"sigmoid", "softplus"} <= set(activation_names())
    assert activation("sigmoid") is sigmoid
    with pytest.raises(KeyError):
        activation("no such function")


def test_a_new_activation_is_a_class_with_a_few_attributes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations_base, "_REGISTRY", dict(activations_base._REGISTRY))

    @register
    class soft(ActivationFunction):
        """tanh under another name: t' = 1 - t^2, t(-z) = -t(z)."""

        base_derivative = 1 - S**2
        complement = sp.Integer(0)
        value_at_zero = sp.Integer(0)

    assert activation("soft") is soft
    assert soft(-x) == -soft(x)
    assert soft(0) == 0
    # t'' = -2 t (1 - t^2)
    assert sp.expand(to_polynomials(sp.diff(soft(x), x, 2)) + 2 * soft(x) * (1 - soft(x) ** 2)) == 0
    assert soft.order(1)(0) == 1


def test_value_ranges_are_those_of_the_function() -> None:
    assert sigmoid.value_range == (0, 1)
    assert softplus.value_range == (0, sp.oo)
