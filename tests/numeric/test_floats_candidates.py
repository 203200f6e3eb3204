"""Heuristic numbers: NumPy and mpmath evaluation, Newton from many starts and to many digits."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import sympy as sp
from problems import BY_NAME, PROBLEMS, Problem

from numeric.candidates import newton_from_many, newton_multiprecision
from numeric.compiler import compile_tape
from numeric.floats import evaluate_mpmath, evaluate_numpy
from numeric.system import build_system
from numeric.tape import FUNCTIONS
from symbolic.activations import activation, sigmoid, softplus

x, y = sp.symbols("x y", real=True)
WITHIN = {"log": 0.7, "asin": 0.3, "acos": -0.4, "sqrt": 2.5}


# -- evaluation --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_by_sympy_at_forty_digits(name: str) -> None:
    """SymPy's own evaluation is the second opinion; sigmoid and softplus are written out."""
    point = WITHIN.get(name, -1.25)
    f = {"sigmoid": lambda u: 1 / (1 + sp.exp(-u)), "softplus": lambda u: sp.log(1 + sp.exp(u))}.get(name)
    expected = (f or getattr(sp, name))(sp.Rational(point)).evalf(40)
    function = activation(name) if f else getattr(sp, name)
    tape = compile_tape([function(x)], [x])
    with mpmath.workdps(45):
        (value,) = evaluate_mpmath(tape, [mpmath.mpf(point)])
        assert abs(value - mpmath.mpf(str(expected))) < mpmath.mpf(10) ** -37
    (number,) = evaluate_numpy(tape, np.array([[point]]))
    assert number[0] == pytest.approx(float(expected), rel=1e-14)


def test_sigmoid_and_softplus_at_the_ends_of_the_range() -> None:
    tape = compile_tape([sigmoid(x), softplus(x)], [x])
    s, p = evaluate_numpy(tape, np.array([[-800.0, -40.0, 0.0, 40.0, 800.0]]))
    assert s.tolist() == [0.0, pytest.approx(math.exp(-40)), 0.5, 1.0, 1.0]
    assert p.tolist() == [0.0, pytest.approx(math.exp(-40)), pytest.approx(math.log(2)), 40.0, 800.0]
    with mpmath.workdps(30):
        for z in (-800, 800):
            low, high = evaluate_mpmath(tape, [mpmath.mpf(z)])
            assert low == pytest.approx(mpmath.mpf(1) / (1 + mpmath.exp(-z)), rel=1e-25)
            assert high > max(z, 0) or z > 0
            assert abs(high - mpmath.mpf(max(z, 0)) - mpmath.exp(-abs(z))) <= mpmath.mpf(10) ** -26


def test_numpy_is_silent_outside_the_domain() -> None:
    tape = compile_tape([sp.log(x), sp.sqrt(x), 1 / x, sp.asin(x)], [x])
    found = evaluate_numpy(tape, np.array([[-1.5, 0.0]]))
    assert np.isnan(found[:2, 0]).all()
    assert np.isneginf(found[0, 1])
    assert np.isinf(found[2, 1])
    assert np.isnan(found[3, 0])


def test_exact_coefficients_keep_mpmath_precise() -> None:
    # (1/3 x^2 - 1/7) at 1/2 is 1/12 - 1/7 = -5/84.
    tape = compile_tape([x**2 / 3 - sp.Rational(1, 7)], [x])
    with mpmath.workdps(60):
        (value,) = evaluate_mpmath(tape, [mpmath.mpf(1) / 2])
        assert abs(value + mpmath.mpf(5) / 84) < mpmath.mpf(10) ** -58


# -- Newton from many starts -------------------------------------------------------------------------------
@pytest.mark.parametrize("problem", [p for p in PROBLEMS if not p.degenerate], ids=lambda p: p.name)
def test_finds_the_zeros_of_the_problem_set(problem: Problem) -> None:
    found = newton_from_many(problem.system(), *problem.root).T
    expected = np.array(problem.regular).reshape(-1, len(problem.variables))
    assert len(found) == len(expected)
    for zero in expected:
        assert np.min(np.abs(found - zero).max(axis=1), initial=np.inf) < 1e-7


def test_only_zeros_inside_the_box_are_returned() -> None:
    found = newton_from_many(build_system([x**2 - 2], [x]), np.array([0.0]), np.array([2.0]))
    assert found.shape == (1, 1)
    assert found[0, 0] == pytest.approx(math.sqrt(2))


def test_nothing_is_found_where_nothing_is() -> None:
    found = newton_from_many(build_system([x**2 + 1, x - y], [x, y]), np.full(2, -5.0), np.full(2, 5.0))
    assert found.shape == (2, 0)


def test_a_seed_makes_the_search_repeatable() -> None:
    problem = BY_NAME["Himmelblau, gradient"]
    a = newton_from_many(problem.system(), *problem.root, seed=5)
    b = newton_from_many(problem.system(), *problem.root, seed=5)
    assert np.array_equal(a, b)


def test_singular_jacobians_and_undefined_starts_do_no_harm() -> None:
    # The Jacobian of (x y, x) is singular on a line, log is undefined in half of the box.
    newton_from_many(build_system([x * y, x], [x, y]), np.full(2, -1.0), np.full(2, 1.0))
    found = newton_from_many(build_system([sp.log(x) + 1], [x]), np.array([-1.0]), np.array([1.0]))
    assert found[0].tolist() == [pytest.approx(math.exp(-1))]
    # Equal rows: singular everywhere.
    newton_from_many(build_system([x + y, x + y], [x, y]), np.full(2, -1.0), np.full(2, 1.0))


# -- Newton to many digits ---------------------------------------------------------------------------------
@pytest.mark.parametrize("digits", [10, 50, 200, 700])
def test_square_root_of_two_to_many_digits(digits: int) -> None:
    (value,) = newton_multiprecision(build_system([x**2 - 2], [x]), [1.4], digits)
    with mpmath.workdps(digits + 20):
        assert abs(value - mpmath.sqrt(2)) < mpmath.mpf(10) ** -digits


def test_negative_zeros_to_many_digits() -> None:
    system = build_system([x**2 - 2, x * y - 1], [x, y])
    a, b = newton_multiprecision(system, [-1.4, -0.7], 80)
    with mpmath.workdps(100):
        assert abs(a + mpmath.sqrt(2)) < mpmath.mpf(10) ** -80
        assert abs(b + 1 / mpmath.sqrt(2)) < mpmath.mpf(10) ** -80


def test_a_stationary_point_agrees_with_another_root_finder() -> None:
    problem = BY_NAME["self-supervised neuron"]
    a, b = newton_multiprecision(problem.system(), [3.8, 1.5], 40)

    def slope(u: mpmath.mpf, v: mpmath.mpf) -> list[mpmath.mpf]:
        def g(t: mpmath.mpf) -> mpmath.mpf:
            e = mpmath.exp(-t)
            return 2 * e / (1 + e) ** 3

        return [
            -(g(u) + g(u + 7 * v) - g(-u) - g(-u + 7 * v)) / 4 + u / 400,
            -7 * (g(u + 7 * v) + g(-u + 7 * v)) / 4 + v / 400,
        ]

    with mpmath.workdps(50):
        other = mpmath.findroot(slope, (3.8, 1.5))
        assert abs(a - other[0]) < mpmath.mpf(10) ** -40
        assert abs(b - other[1]) < mpmath.mpf(10) ** -40


def test_failures_are_errors_with_a_reason() -> None:
    with pytest.raises(ValueError, match="singular"):
        newton_multiprecision(build_system([x * y, x + y], [x, y]), [0.0, 0.0], 20)
    with pytest.raises(ValueError, match="did not converge"):
        # A double root converges linearly, far too slowly for 300 digits in the allowed steps.
        newton_multiprecision(build_system([x**2], [x]), [1.0], 300)
    with pytest.raises(ValueError, match=r"did not converge|singular|left"):
        newton_multiprecision(build_system([x**2 + 1], [x]), [0.3], 20)


@pytest.mark.parametrize(
    ("e", "start"),
    [
        (sp.log(x) - 3, 0.0),
        (1 / x - 2, 0.0),
        (sp.log(x) + x + 5, -3.0),
        # sqrt(x) = x/2 + 1 has the complex solution 2 i, which Newton finds from -1 when numbers turn complex.
        (sp.sqrt(x) - x / 2 - 1, -1.0),
    ],
)
def test_starts_outside_the_domain_are_errors(e: sp.Expr, start: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        newton_multiprecision(build_system([e], [x]), [start], 20)
