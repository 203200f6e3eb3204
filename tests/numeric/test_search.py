"""Branch and prune: right counts on the problem set, nothing dropped, and the bugs that others had."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from problems import BY_NAME, PROBLEMS, Problem, solve, solve_system
from random_expressions import random_expression
from tree_walk import check_cover, check_zero, leaf_cells, leaves_of_point

from numeric import search
from numeric.search import Budget, Leaf, SearchResult, search_zeros
from numeric.system import build_system, fundamental_domain
from numeric.tree import choose_cut
from symbolic.symmetry import SignedPermutation, generated_group

x, y, z = sp.symbols("x y z", real=True)


def zeros_inside(result: SearchResult, problem: Problem) -> int:
    return sum(
        any(
            all(a - 1e-8 <= c <= b + 1e-8 for a, c, b in zip(k.inner_lo, zero, k.inner_hi, strict=True))
            for k in result.known
        )
        for zero in problem.regular
    )


# -- the problem set ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_counts_and_cover_on_the_problem_set(problem: Problem) -> None:
    result = solve(problem, Budget(seconds=30.0, boxes=200_000))
    assert result.stopped_by is None
    assert len(result.known) == zeros_inside(result, problem) == len(problem.regular)
    check_cover(result, *problem.root)
    for zero in problem.regular:
        assert Leaf.OPEN not in check_zero(result, zero, 1e-8)
    assert result.complete == (not problem.degenerate)
    for zero in problem.degenerate:
        assert check_zero(result, zero, 1e-12) == {Leaf.OPEN}
        # What stays open is a small neighbourhood of the degenerate zeros.
        scale = np.max(problem.root[1] - problem.root[0])
        gaps = np.abs(0.5 * (result.open_lo + result.open_hi) - np.array(problem.degenerate).T).max(axis=0)
        assert gaps.max() < 1e-4 * scale


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_a_search_without_candidates_loses_nothing(problem: Problem) -> None:
    """Zeros are discovered on the way or stay open; none is ever in an emptied part."""
    result = solve(problem, Budget(seconds=30.0, boxes=20_000), hints=False)
    check_cover(result, *problem.root)
    for zero in problem.zeros:
        check_zero(result, zero, 1e-8)
    if not problem.zeros:
        assert result.complete


@pytest.mark.parametrize("name", ["square root of two", "axes and circle", "sine", "Chebyshev 10"])
def test_small_boxes_of_one_level_around_different_zeros_are_all_settled(name: str) -> None:
    """Boxes shrink onto all zeros of a symmetric problem at the same level; discovery must try each of them."""
    result = solve(BY_NAME[name], hints=False)
    assert result.complete
    assert len(result.known) == len(BY_NAME[name].regular)


def test_random_points_are_accounted_for() -> None:
    """Random points of the root walk down to one leaf each, and no two leaves share one."""
    generator = np.random.default_rng(3)
    for name in ("Himmelblau, gradient", "Katsura 3", "Griewank and Osborne", "self-supervised neuron"):
        problem = BY_NAME[name]
        lo, hi = problem.root
        result = solve(problem)
        cells = dict(leaf_cells(result.tree, lo, hi))
        for _ in range(300):
            point = tuple((lo + generator.random(len(lo)) * (hi - lo)).tolist())
            (leaf,) = leaves_of_point(result.tree, point)
            a, b = cells[leaf]
            assert all(p <= c <= q for p, c, q in zip(a, point, b, strict=True))


def test_more_sweeps_give_the_same_answer() -> None:
    for name in ("Himmelblau, gradient", "Brown, almost linear", "two coupled neurons"):
        problem = BY_NAME[name]
        known = solve(problem).known
        result = search_zeros(problem.system(), *problem.root, known, rounds=3)
        assert result.complete
        check_cover(result, *problem.root)
        for zero in problem.regular:
            check_zero(result, zero, 1e-8)


def test_zeros_of_random_systems_are_never_lost(soundness: int) -> None:
    """25 systems around an exactly known zero, a small budget: its leaf is known or open, never emptied."""
    generator = random.Random(61)
    for _ in range(25 * soundness):
        zero = [Fraction(generator.randint(-64, 64), 32) for _ in range(generator.choice([1, 2, 2, 3]))]
        variables = [x, y, z][: len(zero)]
        place = {v: sp.Rational(c.numerator, c.denominator) for v, c in zip(variables, zero, strict=True)}
        equations = []
        for v in variables:
            e = random_expression(generator, variables, 2, tame=True, smooth=True) + generator.choice([0, 1, -2]) * v
            equations.append(e - e.subs(place, simultaneous=True))
        lo = np.array([float(c) - generator.choice([0.0, 0.5, 1.5, 3.0]) for c in zero])
        hi = np.array([float(c) + generator.choice([0.25, 1.0, 4.0]) for c in zero])
        result = solve_system(build_system(equations, variables), lo, hi, Budget(seconds=1.0, boxes=600))
        check_zero(result, tuple(float(c) for c in zero), 0.0)
        check_cover(result, lo, hi)


# -- bugs that other solvers had, and their relatives ------------------------------------------------------
def test_a_double_root_is_not_reported_unique() -> None:
    for name in ("double root", "tangent parabola", "Griewank and Osborne", "critical mean field"):
        result = solve(BY_NAME[name])
        assert result.known == []
        assert not result.complete


def test_both_roots_of_a_symmetric_box_survive_a_singular_jacobian_at_its_centre() -> None:
    for radius in (1.5, 2.0, 8.0):
        result = solve_system(build_system([x**2 - 2], [x]), np.array([-radius]), np.array([radius]))
        assert len(result.known) == 2
        assert result.complete
    result = solve(BY_NAME["singular centre"])
    assert len(result.known) == 4
    assert result.complete


@pytest.mark.parametrize("radius", [1.0, 2.0, 3.75])
def test_solutions_on_the_axes_of_a_product_are_kept(radius: float) -> None:
    result = solve_system(build_system([x * y, x + y - 1], [x, y]), np.full(2, -radius), np.full(2, radius))
    assert result.complete
    assert len(result.known) == 2
    for zero in ((0.0, 1.0), (1.0, 0.0)):
        check_zero(result, zero, 0.0)


def test_a_whole_line_of_zeros_stays_open() -> None:
    # x y = 0 and x = 0: every (0, y) is a zero, so nothing may be called unique or empty along it.
    result = solve_system(build_system([x * y, x], [x, y]), np.full(2, -1.0), np.full(2, 1.0), Budget(boxes=3000))
    assert result.known == []
    for value in np.linspace(-1, 1, 41):
        assert check_zero(result, (0.0, float(value)), 0.0) == {Leaf.OPEN}


def test_a_zero_on_a_cut_is_not_lost_between_the_parts() -> None:
    lo, hi = np.array([-1.0, -1.0]), np.array([1.75, 1.25])
    for axis in (0, 1):
        place = choose_cut(lo[:, None], hi[:, None], np.array([axis], dtype=np.int8))[0]
        c = sp.Rational(float(place))
        # sin keeps the equations without linear rows, so the first cut is made on the whole root.
        equations = [sp.sin(x - c) * (2 + sp.sin(y)), sp.sin(y - c) * (2 + sp.cos(x))]
        result = solve_system(build_system(equations, [x, y]), lo, hi)
        assert result.complete
        assert check_zero(result, (float(c), float(c)), 0.0) == {Leaf.KNOWN}
        # Without any help the zero stays: the search alone may not empty it.
        alone = search_zeros(build_system(equations, [x, y]), lo, hi, [], budget=Budget(boxes=4000))
        assert check_zero(alone, (float(c), float(c)), 0.0) == {Leaf.OPEN}


def test_zeros_on_faces_and_corners_are_kept() -> None:
    for lo, hi in [((0, 0), (1, 1)), ((-1, -1), (0, 0)), ((0, -1), (1, 0)), ((0, -3), (0, 2))]:
        system = build_system([sp.sin(x) + y**3, sp.tanh(y) - 2 * sp.sin(x)], [x, y])
        result = solve_system(system, np.array(lo, dtype=float), np.array(hi, dtype=float))
        assert result.complete
        assert check_zero(result, (0.0, 0.0), 0.0) == {Leaf.KNOWN}


def test_two_zeros_closer_than_float_resolution_stay_open() -> None:
    # +-10^-20 cannot be told apart from a double root; calling the box empty or unique would be wrong.
    result = solve_system(build_system([x**2 - sp.Rational(1, 10**40)], [x]), np.array([-1.0]), np.array([1.0]))
    assert result.known == []
    assert check_zero(result, (0.0,), 1e-15) == {Leaf.OPEN}


def test_functions_undefined_in_part_of_the_root() -> None:
    # log(x) = -1 only at 1/e; nothing is decided on the left, where the logarithm does not exist.
    result = solve_system(build_system([sp.log(x) + 1], [x]), np.array([-1.0]), np.array([2.0]), Budget(boxes=4000))
    assert len(result.known) == 1
    check_zero(result, (0.36787944117144233,), 1e-15)


def test_a_zero_survives_where_the_function_overflows_elsewhere() -> None:
    # exp(1000 x) = 2 at log(2)/1000; beyond 0.71 neither the function nor its slope is known in float64.
    zero = (0.0006931471805599453,)
    system = build_system([sp.exp(1000 * x) - 2], [x])
    lo, hi = np.array([-1.0]), np.array([2.0])
    for known in (False, True):
        result = solve_system(system, lo, hi, Budget(boxes=400), hints=known)
        check_cover(result, lo, hi)
        check_zero(result, zero, 1e-15)


# -- budgets -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("boxes", [1, 2, 5, 20, 60])
@pytest.mark.parametrize("name", ["Himmelblau, gradient", "Katsura 3", "double root", "Chebyshev 10"])
def test_a_box_budget_drops_nothing(name: str, boxes: int) -> None:
    problem = BY_NAME[name]
    result = search_zeros(problem.system(), *problem.root, [], budget=Budget(boxes=boxes))
    assert result.stopped_by == "box budget"
    assert not result.complete
    check_cover(result, *problem.root)
    for zero in problem.zeros:
        assert check_zero(result, zero, 1e-8) == {Leaf.OPEN}


def test_a_time_budget_drops_nothing() -> None:
    problem = BY_NAME["six-hump camel, gradient"]
    result = search_zeros(problem.system(), *problem.root, [], budget=Budget(seconds=0.0))
    assert result.stopped_by == "time budget"
    check_cover(result, *problem.root)
    for zero in problem.zeros:
        assert check_zero(result, zero, 1e-8) == {Leaf.OPEN}


def test_a_search_at_the_resolution_of_floats_ends_by_its_budget() -> None:
    # Between 10^9 and 10^9 + 1 the least relative width is below one ulp: only the budget can end it.
    e = (x - 10**9 - sp.Rational(1, 3)) ** 2
    lo, hi = np.array([1e9]), np.array([1e9 + 1])
    result = solve_system(build_system([sp.expand(e)], [x]), lo, hi, Budget(boxes=3000))
    check_cover(result, lo, hi)
    assert Leaf.OPEN in check_zero(result, (1e9 + 1 / 3,), 1e-6)


# -- several processes -------------------------------------------------------------------------------------
def test_sharing_the_work_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SHARED_LEVEL", 48)
    system = build_system([x * y, x], [x, y])
    lo, hi = np.full(2, -1.0), np.full(2, 1.0)
    alone = search_zeros(system, lo, hi, [], budget=Budget(boxes=800))
    shared = search_zeros(system, lo, hi, [], budget=Budget(boxes=800), jobs=2)
    assert len(alone.tree) == len(shared.tree) > 800
    for name in ("kind", "axis", "cut", "mark", "child"):
        assert np.array_equal(getattr(alone.tree, name), getattr(shared.tree, name))
    assert np.array_equal(alone.open_lo, shared.open_lo)
    assert np.array_equal(alone.open_hi, shared.open_hi)


# -- fundamental domains -----------------------------------------------------------------------------------
def test_a_search_in_a_fundamental_domain_keeps_one_zero_of_every_orbit() -> None:
    problem = BY_NAME["singular centre"]
    group = generated_group([SignedPermutation((0, 1), (-1, 1)), SignedPermutation((1, 0), (1, 1))], 2)
    functional = [Fraction(2), Fraction(1)]
    system = build_system(problem.equations, problem.variables, inequalities=fundamental_domain(group, functional))
    result = solve_system(system, *problem.root)
    assert result.complete
    # The group maps (1, 1) to all four zeros; 2 x + y is largest at (1, 1).
    assert check_zero(result, (1.0, 1.0), 0.0) == {Leaf.KNOWN}
    assert result.boxes < solve(problem).boxes
