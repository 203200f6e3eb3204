"""One box at a time: the same zeros as the batch search, trees that the checker accepts, and limits."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from flint import arb
from problems import PROBLEMS, Problem

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.search import Leaf
from numeric.small_search import BallProgram, search_small
from numeric.system import build_system
from numeric.tree import SPLIT
from proofs.checks.base import Invalid
from proofs.checks.walk import SearchWalk

x, y = sp.symbols("x y", real=True)
REGULAR = [p for p in PROBLEMS if not p.degenerate]
QUICK = {"Rosenbrock, gradient", "Wilkinson 8", "self-supervised neuron"}


@pytest.mark.parametrize("problem", [p for p in REGULAR if p.name not in QUICK], ids=lambda p: p.name)
def test_finds_the_known_zeros_and_the_tree_rechecks(problem: Problem) -> None:
    system = build_system(problem.equations, problem.variables, plain=True)
    lo, hi = problem.root
    found = search_small(system, lo, hi, boxes=1000, seconds=60)
    assert found is not None
    assert found.complete
    inside = [k for k in found.known if any(_holds(k.inner_lo, k.inner_hi, z) for z in problem.zeros)]
    for zero in problem.zeros:
        assert any(_holds(k.outer_lo, k.outer_hi, zero) for k in found.known)
    # What holds no known zero lies beyond the box (a box may reach a little out of it).
    for k in found.known:
        assert any(k is other for other in inside) or np.any((k.inner_hi < lo) | (k.inner_lo > hi))
    root = list(map(Enclosure.from_floats, lo.tolist(), hi.tolist()))
    unique = [list(map(Enclosure.from_floats, k.outer_lo.tolist(), k.outer_hi.tolist())) for k in found.known]
    SearchWalk(system, unique).walk(found.tree, root)
    if unique:
        with pytest.raises(Invalid):
            SearchWalk(system, unique[:-1]).walk(found.tree, root)


def _holds(lo: np.ndarray, hi: np.ndarray, point: tuple[float, ...]) -> bool:
    slack = 1e-9 * (1 + np.abs(np.array(point)))
    return bool(np.all(lo - slack <= point) and np.all(hi + slack >= point))


@pytest.mark.parametrize(
    "equation", [x**2, x - sp.sin(x), sp.exp(x) - 1 - x, sp.sqrt(x + 1) * x**2], ids=["square", "sine", "exp", "root"]
)
def test_singular_zeros_are_left_to_others(equation: sp.Expr) -> None:
    system = build_system([equation], [x], plain=True)
    assert search_small(system, np.array([-1.0]), np.array([1.0]), boxes=1000, seconds=60) is None


def test_limits() -> None:
    system = build_system([sp.sin(20 * x)], [x], plain=True)
    lo, hi = np.array([-10.0]), np.array([10.0])
    assert search_small(system, lo, hi, boxes=50, seconds=60) is None
    assert search_small(system, lo, hi, boxes=10_000, seconds=0) is None


def test_where_the_function_is_not_defined_nothing_is_settled() -> None:
    # x/x - 1 + x/2: the simplified expression is x/2, but sqrt(x) is not defined left of 0.
    system = build_system([sp.sqrt(x) - 2], [x], plain=True)
    assert search_small(system, np.array([-1.0]), np.array([9.0]), boxes=300, seconds=60) is None


def test_leaves_and_marks_name_boxes() -> None:
    system = build_system([x**2 - 2], [x], plain=True)
    found = search_small(system, np.array([-3.0]), np.array([3.0]), boxes=100, seconds=60)
    assert found is not None
    tree = found.tree
    for node in range(len(tree)):
        kind = int(tree.kind[node])
        assert kind in (SPLIT, Leaf.KNOWN, Leaf.KRAWCZYK)
        if kind == Leaf.KNOWN:
            assert 0 <= tree.mark[node] < len(found.known)
        if kind == SPLIT:
            assert 0 < tree.child[node] < len(tree) - 1


def test_programs_agree_with_the_tape() -> None:
    expressions = [x**3 - 2 * x + sp.pi, sp.exp(-x) / (1 + x**2), sp.Abs(x) + sp.Max(x, 2) + x**-2, sp.E + sp.log(x)]
    tape = compile_tape(expressions, [x])
    with balls.precision(64):
        for point in (arb("0.5"), arb(2, 0.125), arb(7)):
            for a, b in zip(BallProgram(tape)([point]), evaluate_balls(tape, [point]), strict=True):
                assert a.overlaps(b)
                assert abs(a.rad() - b.rad()) <= 1e-12 * (1 + abs(b))
