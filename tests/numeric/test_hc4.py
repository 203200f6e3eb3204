"""Propagation on float64 batches: no zero is lost, every projection against brute force, hand contractions."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb
from hc4_cases import PAIRS, POINTS, PROJECTIONS, boxes_around, single, tape_with_zero
from problems import BY_NAME, PROBLEMS, Problem, solve_system
from random_expressions import point_ball

from numeric import hc4_projections
from numeric.balls import evaluate_balls, precision
from numeric.compiler import compile_tape
from numeric.hc4 import TapeContractor
from numeric.search import Budget, Leaf
from numeric.system import build_system
from numeric.tape import Instruction, Tape
from symbolic.activations import sigmoid, softplus

x, y, z = sp.symbols("x y z", real=True)
INF = math.inf
F = Fraction


def contract(equations: list[sp.Expr], *sides: tuple[float, float], calls: int = 1) -> list[tuple[float, float]] | None:
    """What is left of one box, or None."""
    tape = compile_tape(equations, [x, y, z][: len(sides)])
    lo, hi = np.array([[[float(s[i])] for s in sides] for i in (0, 1)])
    contractor = TapeContractor(tape)
    for _ in range(calls):
        if not contractor(lo, hi).all():
            return None
    return [(float(a), float(b)) for a, b in zip(lo[:, 0], hi[:, 0], strict=True)]


# -- soundness ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_a_zero_is_never_lost(seed: int, soundness: int) -> None:
    """75 random tapes with 40 boxes each, two calls; a root box on top in half of them (12,000 cases in all)."""
    generator = random.Random(seed)
    shrunk = 0
    for number in range(75 * soundness):
        tape, zero = tape_with_zero(generator, tame=number % 3 == 0)
        point = np.array([float(c) for c in zero])
        lo, hi = boxes_around(generator, point.tolist(), 40)
        root = (lo.min(axis=1), hi.max(axis=1)) if generator.random() < 0.5 else None
        contractor = TapeContractor(tape, root)
        before_lo, before_hi = lo.copy(), hi.copy()
        for _ in range(2):
            assert contractor(lo, hi).all(), (tape, zero)
            assert (lo <= point[:, None]).all(), (tape, zero)
            assert (hi >= point[:, None]).all(), (tape, zero)
            assert (lo >= before_lo).all()
            assert (hi <= before_hi).all()
        shrunk += int(((lo > before_lo) | (hi < before_hi)).any(axis=0).sum())
    # The contractor is not an idle one.
    assert shrunk > 500 * soundness


def values_of(tape: Tape, arguments: list[float]) -> arb:
    """The result of the only operation of ``single`` at a point."""
    alone = Tape(tape.inputs - 1, (tape.instructions[0],), (tape.inputs - 1,))
    with precision(200):
        (value,) = evaluate_balls(alone, [point_ball(a) for a in arguments])
    return value


# With both arguments equal too where there are two; a constant says nothing about its argument.
CASES = [(f, data, False) for f, data in PROJECTIONS] + [(f, None, True) for f in PAIRS]
TIGHT = [p for p in PROJECTIONS if p[0] not in PAIRS and p not in [("power", 0), ("scale", F(0))]]


@pytest.mark.parametrize(("operation", "data", "same"), CASES, ids=str)
def test_projections_against_brute_force(operation: str, data: object, same: bool, soundness: int) -> None:
    """op(x, y) = t with t enclosed around the true value: the point stays, whatever box is around it."""
    generator = random.Random(f"{operation} {data} {same}")
    tape = single(operation, data, same=same)
    contractor = TapeContractor(tape)
    checked = 0
    for _ in range(60 * soundness):
        point = [
            generator.choice(POINTS) if generator.random() < 0.7 else generator.gauss(0.0, 3.0)
            for _ in range(tape.inputs - 1)
        ]
        value = values_of(tape, point)
        if not value.is_finite():
            continue
        low, high = float(value.lower()), float(value.upper())
        low, high = np.nextafter(low, -INF), np.nextafter(high, INF)
        lo, hi = boxes_around(generator, [*point, low], 30)
        # t covers the true value; often it covers little else.
        hi[-1] = np.maximum(hi[-1], high)
        checked += 30
        for _ in range(2):
            alive = contractor(lo, hi)
            assert alive.all(), (point, value)
            assert (lo[:-1] <= np.array(point)[:, None]).all(), (point, value)
            assert (hi[:-1] >= np.array(point)[:, None]).all(), (point, value)
            assert (lo[-1] <= high).all()
            assert (hi[-1] >= low).all()
    assert checked > 300


@pytest.mark.parametrize(("operation", "data"), TIGHT, ids=str)
def test_projections_are_tight(operation: str, data: Any) -> None:
    """x in a box without an extremum and t = op(x) exactly known at both ends of a part of it: x becomes that part."""
    inside = {"log": (0.5, 2.0), "sqrt": (0.5, 2.0), "asin": (0.2, 0.7), "acos": (0.2, 0.7), "cos": (0.5, 2.5)}
    a, b = inside.get(operation, (0.25, 0.5) if operation in ("tan", "power") else (0.3, 0.8))
    if operation == "poly" and data[:3] in [(F(1), F(0), F(-5)), (F(0), F(1), F(-3))]:
        a, b = 0.3, 0.45
    tape = single(operation, data)
    values = sorted(float(values_of(tape, [c]).mid()) for c in (a, b))
    wide = 0.01 if operation == "poly" else 0.1
    # Where parts are cut off by halving, a thousandth of the side may be left.
    slack = (b - a + 2 * wide) / 1000 if operation == "erf" or (operation == "poly" and len(data) != 3) else 1e-9
    lo, hi = np.array([[a - wide], [values[0]]]), np.array([[b + wide], [values[1]]])
    contractor = TapeContractor(tape)
    for _ in range(3):
        assert contractor(lo, hi).all()
    assert lo[0, 0] == pytest.approx(a, abs=slack)
    assert hi[0, 0] == pytest.approx(b, abs=slack)


def test_strange_boxes_give_no_nan() -> None:
    generator = random.Random(5)
    ends = [-INF, -1.7e308, -1e300, -1.0, -5e-324, -0.0, 0.0, 5e-324, 2.0**-1022, 1e-9, 1.0, 3.0, 1e16, 1.7e308, INF]
    for operation, data in PROJECTIONS:
        tape = single(operation, data)
        pairs = [sorted(generator.sample(ends, 2)) for _ in range(tape.inputs * 300)]
        box = np.array(pairs).reshape(tape.inputs, 300, 2)
        lo, hi = box[:, :, 0].copy(), box[:, :, 1].copy()
        alive = TapeContractor(tape)(lo, hi)
        assert not np.isnan(lo).any()
        assert not np.isnan(hi).any()
        assert (lo[:, alive] <= hi[:, alive]).all()


def test_neighbours_do_not_matter() -> None:
    """A box has the same fate alone and in a batch with dead, infinite and thin ones."""
    generator = random.Random(8)
    for _ in range(40):
        tape, zero = tape_with_zero(generator)
        lo, hi = boxes_around(generator, [float(c) for c in zero], 12)
        lo[:, ::3] += 2.0
        hi[:, ::3] += 2.0
        contractor = TapeContractor(tape)
        alone = [(lo[:, [k]].copy(), hi[:, [k]].copy()) for k in range(12)]
        alive = contractor(lo, hi)
        for k, (a, b) in enumerate(alone):
            assert contractor(a, b)[0] == alive[k]
            if alive[k]:
                assert (a[:, 0] == lo[:, k]).all()
                assert (b[:, 0] == hi[:, k]).all()


def test_a_bad_guess_costs_sharpness_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for guess in (lambda v: v * 0.0, lambda v: v * np.nan, lambda v: v + 100.0, lambda v: -1e300 + 0.0 * v):
        for name in list(hc4_projections.GUESSES):
            monkeypatch.setitem(hc4_projections.GUESSES, name, guess)
            tape = single(name, None)
            value = float(values_of(tape, [0.5]).mid())
            lo, hi = np.array([[-2.0], [value - 1e-9]]), np.array([[3.0], [value + 1e-9]])
            assert TapeContractor(tape)(lo, hi).all()
            assert lo[0, 0] <= 0.5 <= hi[0, 0]


# -- hand contractions -------------------------------------------------------------------------------------
def near(result: list[tuple[float, float]] | None, *expected: tuple[float, float], slack: float = 1e-12) -> None:
    assert result is not None
    for (a, b), (c, d) in zip(result, expected, strict=True):
        assert c - slack <= a <= c + slack if math.isfinite(c) else a == c
        assert d - slack <= b <= d + slack if math.isfinite(d) else b == d


def test_circle_and_diagonal() -> None:
    # From the circle both lie in [-1, 1]; on [0, 2] the diagonal closes in on sqrt(1/2) from both sides.
    near(contract([x**2 + y**2 - 1], (-2, 2), (-2, 2)), (-1, 1), (-1, 1))
    near(contract([x**2 + y**2 - 1], (-2, 2), (0.5, 2)), (-(0.75**0.5), 0.75**0.5), (0.5, 1))
    half = 0.5**0.5
    result = contract([x**2 + y**2 - 1, x - y], (0.5, 2), (0, 2), calls=60)
    near(result, (0.5, 0.75**0.5), (0.5, 0.75**0.5))
    assert result is not None
    assert result[0][0] <= half <= result[0][1]


def test_both_axes_stay() -> None:
    near(contract([x * y], (-2, 2), (-3, 5)), (-2, 2), (-3, 5))
    near(contract([x * y], (1, 2), (-3, 5)), (1, 2), (0, 0))
    near(contract([x * y], (0, 2), (0, 5)), (0, 2), (0, 5))
    assert contract([x * y], (1, 2), (3, 5)) is None


def test_elementary_equations() -> None:
    log2 = math.log(2)
    near(contract([sp.exp(x) - 2], (-9, 9)), (log2, log2))
    near(contract([sp.log(x) + 1], (-9, 9)), (math.exp(-1), math.exp(-1)))
    near(contract([x**3 + 8], (-9, 9), calls=9), (-2, -2))
    near(contract([x**2 - 2], (-9, 9)), (-(2**0.5), 2**0.5))
    near(contract([x**2 - 2], (-1, 9)), (2**0.5, 2**0.5))
    near(contract([x**2 - 3 * x + 2], (-9, 1.5)), (1, 1))
    near(contract([abs(x) - 2], (-1, 9)), (2, 2))
    near(contract([1 / x - 4], (-INF, INF)), (0.25, 0.25))
    near(contract([sp.sqrt(x) - 3], (-5, INF)), (9, 9), slack=1e-11)
    near(contract([sigmoid(x) - sp.Rational(1, 4)], (-INF, INF)), (-math.log(3), -math.log(3)))
    near(contract([softplus(x) - 1], (-9, 9)), (math.log(math.e - 1), math.log(math.e - 1)))
    near(contract([sp.tanh(x) - sp.Rational(1, 2)], (-9, 9)), (math.atanh(0.5), math.atanh(0.5)))
    near(contract([sp.Max(x, y) - 1], (-3, 3), (-3, 0)), (1, 1), (-3, 0))
    near(contract([x**y - 8], (0, 9), (3, 3)), (2, 2), (3, 3))
    near(contract([2**y - 8], (0, 9), (0, 9)), (0, 9), (3, 3))


def test_waves() -> None:
    pi = math.pi
    near(contract([sp.sin(x)], (-1, 1)), (0, 0))
    near(contract([sp.sin(x)], (1, 8)), (pi, 2 * pi))
    near(contract([sp.cos(x)], (-1, 4)), (pi / 2, pi / 2))
    near(contract([sp.cos(x) - 1], (-1, 7)), (0, 2 * pi), slack=1e-6)
    near(contract([sp.tan(x) - 1], (-1, 1.5)), (pi / 4, pi / 4))
    assert contract([sp.sin(x)], (0.5, 3)) is None
    assert contract([sp.cos(x) - 2], (-INF, INF)) is None


def test_boxes_outside_of_the_domain_are_empty() -> None:
    assert contract([sp.log(x) - y], (-3, 0), (-INF, INF)) is None
    assert contract([sp.sqrt(x) - y], (-3, -1), (-INF, INF)) is None
    assert contract([sp.asin(x) - y], (1.5, 3), (-INF, INF)) is None
    assert contract([sp.exp(x) + 1], (-INF, INF)) is None
    assert contract([sp.exp(x) * y], (-5, 5), (1, 2)) is None
    near(contract([sp.log(x) - y], (-3, 5), (-INF, INF)), (0, 5), (-INF, math.log(5)))


def test_a_gap_in_a_quotient() -> None:
    # x y = 1 with y in [-1, 2]: x <= -1 or x >= 1/2.
    near(contract([x * y - 1], (-0.75, 9), (-1, 2)), (0.5, 9), (1 / 9, 2))
    near(contract([x * y - 1], (-9, 0.25), (-1, 2)), (-9, -1), (-1, -1 / 9))
    near(contract([x * y + 1], (-0.25, 9), (-1, 2)), (1, 9), (-1, -1 / 9))
    assert contract([x * y - 1], (-0.75, 0.25), (-1, 2)) is None


def test_a_slot_with_two_uses_takes_the_better_of_both() -> None:
    # s = x + y is used twice: s <= 3 and s >= 2, with x in [0, 1]: y in [1, 3].
    s = Instruction("add", (0, 1))
    tape = Tape(
        4,
        (s, Instruction("sub", (4, 2)), Instruction("sub", (4, 3))),
        (5, 6),
    )
    lo, hi = np.array([[0.0], [-9.0], [-9.0], [2.0]]), np.array([[1.0], [9.0], [3.0], [9.0]])
    assert TapeContractor(tape)(lo, hi).all()
    assert lo[1, 0] == pytest.approx(1.0)
    assert hi[1, 0] == pytest.approx(3.0)
    assert lo[2, 0] == pytest.approx(2.0)


# -- in the search -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_counts_with_propagation(problem: Problem) -> None:
    system = build_system(problem.equations, problem.variables, propagate=True)
    result = solve_system(system, *problem.root, Budget(seconds=30.0, boxes=200_000))
    assert result.stopped_by is None
    assert len(result.known) == len(problem.regular)
    assert result.complete == (not problem.degenerate)
    for zero in problem.degenerate:
        point = np.array(zero)[:, None]
        assert ((result.open_lo <= point + 1e-12) & (result.open_hi >= point - 1e-12)).all(axis=0).any()


def test_propagation_saves_boxes_and_is_recorded() -> None:
    problem = BY_NAME["cyclic 3"]
    plain = solve_system(build_system(problem.equations, problem.variables), *problem.root)
    propagated = solve_system(build_system(problem.equations, problem.variables, propagate=True), *problem.root)
    assert propagated.boxes < plain.boxes / 2
    assert Leaf.PROPAGATED in propagated.tree.kind
    assert Leaf.PROPAGATED not in plain.tree.kind
