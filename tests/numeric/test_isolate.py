"""Isolation of one zero: the boxes hold it, hold it alone, and are refused where that is not so."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from problems import PROBLEMS, Problem

from numeric.isolate import Isolator
from numeric.search import IsolatedBox
from numeric.system import build_system
from symbolic.activations import sigmoid

x, y = sp.symbols("x y", real=True)


def isolate(*equations: sp.Expr, at: list[float]) -> IsolatedBox | None:
    variables = [x, y][: len(equations)]
    return Isolator(build_system(equations, variables))(np.array(at))


def held(box: IsolatedBox, zeros: np.ndarray, slack: float) -> np.ndarray:
    return ((zeros >= box.outer_lo - slack) & (zeros <= box.outer_hi + slack)).all(axis=1)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_the_boxes_of_the_problem_set(problem: Problem) -> None:
    """Every regular zero is isolated from a start 1e-9 away; its boxes hold it and no other zero."""
    system = problem.system()
    zeros = np.array(problem.zeros).reshape(-1, len(problem.variables))
    numbers = np.random.default_rng(1)
    for k, zero in enumerate(problem.regular):
        box = Isolator(system)(np.array(zero) + 1e-9 * numbers.uniform(-1, 1, len(zero)))
        assert box is not None, zero
        assert (box.outer_lo <= box.inner_lo).all()
        assert (box.inner_lo <= box.inner_hi).all()
        assert (box.inner_hi <= box.outer_hi).all()
        assert (box.inner_lo <= np.array(zero) + 1e-9).all()
        assert (box.inner_hi >= np.array(zero) - 1e-9).all()
        assert np.max(box.inner_hi - box.inner_lo) < 1e-6
        # The box may reach beyond the root, where zeros are not listed; the listed ones are all others.
        assert not held(box, np.delete(zeros, k, axis=0), -1e-9).any(), zero


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if p.degenerate], ids=lambda p: p.name)
def test_a_double_root_is_never_unique(problem: Problem) -> None:
    """Regression: another solver reported x^2 = 0 as a unique root (IntervalRootFinding 75)."""
    system = problem.system()
    numbers = np.random.default_rng(2)
    for zero in problem.degenerate:
        for size in [0.0, 1e-16, 1e-12, 1e-8, 1e-4, 1e-2]:
            box = Isolator(system)(np.array(zero) + size * numbers.uniform(-1, 1, len(zero)))
            assert box is None or not held(box, np.array([zero]), -1e-15).any()


def test_the_inner_box_is_rigorous() -> None:
    """sqrt(2), the root of x = cos x and of x = s(x): mpmath's digits lie between the ends."""
    for e, start, digits in [
        (x**2 - 2, 1.4142, "1.41421356237309504880168872420969807856967187537694"),
        (x - sp.cos(x), 0.7391, "0.73908513321516064165531208767387340401341175890076"),
        (x - sigmoid(x), 0.6590, "0.65904606840740666098438649592886755169"),
    ]:
        box = isolate(e, at=[start])
        assert box is not None
        assert Fraction(float(box.inner_lo[0])) < Fraction(digits) < Fraction(float(box.inner_hi[0]))


def test_no_zero_nearby() -> None:
    assert isolate(x**2 + 1, at=[0.5]) is None
    assert isolate(x**2 + y**2 + 1, x - y, at=[0.3, 0.3]) is None
    # A start far from every zero, further than the largest box reaches.
    assert isolate(x**2 - 2, at=[1000.0]) is None


def test_two_zeros_are_never_in_one_box() -> None:
    # 10^-k apart down to the resolution of the smallest box.
    for k in range(1, 13):
        gap = sp.Rational(1, 10**k)
        box = isolate(x * (x - gap), at=[0.0])
        if box is not None:
            assert not held(box, np.array([[10.0**-k]]), -(10.0 ** -(k + 4))).any()
    box = isolate((x - y) * (x + y), x + y - 2, at=[1.0, 1.0])
    assert box is not None
    # x + y = 2 leaves only x = y = 1.
    assert held(box, np.array([[1.0, 1.0]]), 0.0).all()


def test_a_point_outside_the_domain_is_refused() -> None:
    assert isolate(sp.log(x) + 1, at=[-0.3678]) is None
    assert isolate(sp.sqrt(x) - x / 2 - 1, at=[-1.0]) is None
    assert isolate(1 / x, at=[0.0]) is None


def test_boxes_stop_at_the_edge_of_the_domain() -> None:
    box = isolate(sp.log(x), at=[1.0])
    assert box is not None
    assert box.outer_lo[0] > 0
    box = isolate(sp.tan(x), at=[0.0])
    assert box is not None
    assert box.outer_hi[0] < np.pi / 2


@pytest.mark.parametrize(
    ("e", "start"),
    [
        # log(x) + log(1/x) is 0 for x > 0 and undefined elsewhere, but its derivative simplifies to 0.
        (sp.log(x) + sp.log(1 / x) + x + sp.Rational(1, 10**13), 1e-13),
        (sp.log(x) + sp.log(1 / x) + x + 1, 1.0),
        # asin + acos is pi/2 on [-1, 1] only: x = 1 + 10^-13 would be a zero outside.
        (sp.asin(x) + sp.acos(x) - sp.pi / 2 + x - 1 - sp.Rational(1, 10**13), 1 - 1e-13),
        # Increasing and positive for x >= 0, undefined for x < 0, with a bounded derivative.
        (x ** sp.Rational(3, 2) + x + sp.Rational(1, 1000), 0.01),
        (x * sp.sqrt(x) + x + sp.Rational(1, 10**13), 1e-13),
    ],
)
def test_a_zero_outside_the_domain_of_the_function_is_no_zero(e: sp.Expr, start: float) -> None:
    """The derivative alone may forget where the function is defined; these equations have no solution at all."""
    assert isolate(e, at=[start]) is None


def test_points_that_are_not_numbers_are_refused() -> None:
    assert isolate(x**2 - 2, at=[np.nan]) is None
    assert isolate(x**2 - y, y - 2, at=[1.4, np.nan]) is None


def test_a_long_box_along_the_weak_direction() -> None:
    # A stiff pair: the box may be long in y and must be short in x.
    box = isolate(100 * sp.tanh(x), y / 100 + sp.Rational(1, 1000) * y**2, at=[0.0, 0.0])
    assert box is not None
    assert held(box, np.array([[0.0, 0.0]]), 0.0).all()
    # The other zero is y = -10.
    assert box.outer_lo[1] > -10
