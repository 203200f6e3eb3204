"""Propagation in Arb: no zero is lost, agreement with the float64 batches, and searches walked again."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from hc4_cases import PAIRS, POINTS, PROJECTIONS, boxes_around, single, tape_with_zero
from problems import BY_NAME, solve_system
from random_expressions import point_ball

from numeric import balls
from numeric.balls import evaluate_balls, precision
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval, from_fractions
from numeric.hc4 import TapeContractor
from numeric.hc4_endpoints import contract_hc4
from numeric.search import Leaf
from numeric.system import build_system
from numeric.tape import Tape
from proofs.checks.base import Invalid
from proofs.checks.walk import SearchWalk

x, y, z = sp.symbols("x y z", real=True)
F = Fraction
Box = list[EndpointInterval]


def box_of(lo: np.ndarray, hi: np.ndarray) -> Box:
    return [from_fractions(F(float(a)), F(float(b))) for a, b in zip(lo, hi, strict=True)]


def contract(equations: list[sp.Expr], *sides: tuple[float, float], calls: int = 1) -> Box | None:
    tape = compile_tape(equations, [x, y, z][: len(sides)])
    box: Box | None = [from_fractions(F(a), F(b)) for a, b in sides]
    with precision(80):
        for _ in range(calls):
            assert box is not None
            box = contract_hc4(tape, box)
    return box


def near(box: Box | None, *expected: tuple[float, float]) -> None:
    assert box is not None
    for pair, wanted in zip(box, expected, strict=True):
        assert tuple(float(end.mid()) for end in pair) == pytest.approx(wanted, abs=1e-12)


def holds(box: Box | None, point: list[Fraction] | list[float]) -> bool:
    return box is not None and all(
        not (lo > point_ball(c)) and not (hi < point_ball(c)) for (lo, hi), c in zip(box, point, strict=True)
    )


# -- soundness ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("bits", [53, 80, 200])
def test_a_zero_is_never_lost(bits: int, soundness: int) -> None:
    """700 random tapes with 5 boxes each at every precision (10,500 cases), two calls."""
    generator = random.Random(bits)
    with precision(bits):
        for number in range(700 * soundness):
            tape, zero = tape_with_zero(generator, tame=number % 3 == 0)
            lo, hi = boxes_around(generator, [float(c) for c in zero], 5, finite=True)
            for k in range(5):
                box: Box | None = box_of(lo[:, k], hi[:, k])
                for _ in range(2):
                    assert box is not None
                    box = contract_hc4(tape, box)
                    assert holds(box, zero), (tape, zero, lo[:, k], hi[:, k])


CASES = [(f, data, False) for f, data in PROJECTIONS] + [(f, None, True) for f in PAIRS]


@pytest.mark.parametrize(("operation", "data", "same"), CASES, ids=str)
def test_projections_against_brute_force(operation: str, data: object, same: bool, soundness: int) -> None:
    """op(x, y) = t with t enclosed around the true value: the point stays, whatever box is around it."""
    generator = random.Random(f"{operation} {data} {same}")
    tape = single(operation, data, same=same)
    alone = Tape(tape.inputs - 1, tape.instructions[:1], (tape.inputs - 1,))
    for _ in range(40 * soundness):
        point = [generator.choice(POINTS) for _ in range(tape.inputs - 1)]
        with precision(200):
            (value,) = evaluate_balls(alone, [point_ball(a) for a in point])
        if not value.is_finite():
            continue
        low, high = balls.lower_fraction(value), balls.upper_fraction(value)
        lo, hi = boxes_around(generator, point, 4, finite=True)
        with precision(80):
            for k in range(4):
                box: Box | None = [*box_of(lo[:, k], hi[:, k]), (balls.ball(low), balls.ball(high))]
                for _ in range(2):
                    assert box is not None
                    box = contract_hc4(tape, box)
                    assert box is not None, (point, value)
                    assert holds(box[:-1], point), (point, value)


def test_both_versions_agree() -> None:
    """Each lies in the other up to rounding where both know the rule, and never apart."""
    generator = random.Random(71)
    same = total = 0
    for _ in range(300):
        tape, zero = tape_with_zero(generator, tame=True)
        lo, hi = boxes_around(generator, [float(c) for c in zero], 4, finite=True)
        # Half of the boxes miss the zero and may be emptied by either version.
        lo[:, :2] += 0.375
        hi[:, :2] += 0.5
        boxes = [box_of(lo[:, k], hi[:, k]) for k in range(4)]
        alive = TapeContractor(tape)(lo, hi)
        with precision(80):
            results = [contract_hc4(tape, box) for box in boxes]
        for k, result in enumerate(results):
            total += 1
            if result is None or not alive[k]:
                same += (result is None) == (not alive[k])
                continue
            close = True
            for i, (a, b) in enumerate(result):
                if alive[k] and k >= 2:
                    # Both hold the zero.
                    assert not a > arb(float(hi[i, k]))
                    assert not b < arb(float(lo[i, k]))
                gap = max(abs(float(a.mid()) - lo[i, k]), abs(float(b.mid()) - hi[i, k]))
                close &= gap <= 1e-9 + 2e-3 * abs(hi[i, k] - lo[i, k])
            same += close
    assert same > 0.9 * total


# -- hand contractions -------------------------------------------------------------------------------------
def test_hand_contractions() -> None:
    near(contract([x**2 + y**2 - 1], (-2, 2), (-2, 2)), (-1, 1), (-1, 1))
    near(contract([x * y], (-2, 2), (-3, 5)), (-2, 2), (-3, 5))
    near(contract([x * y], (1, 2), (-3, 5)), (1, 2), (0, 0))
    near(contract([sp.exp(x) - 2], (-9, 9)), (math.log(2), math.log(2)))
    near(contract([x**2 - 3 * x + 2], (-9, 1.5)), (1, 1))
    near(contract([x * y - 1], (-0.75, 9), (-1, 2)), (0.5, 9), (1 / 9, 2))
    near(contract([x * y + 1], (-0.25, 9), (-1, 2)), (1, 9), (-1, -1 / 9))
    near(contract([sp.sin(x)], (1, 8)), (math.pi, 2 * math.pi))
    near(contract([sp.cos(x)], (-1, 4)), (math.pi / 2, math.pi / 2))
    near(contract([sp.log(x) + 1], (-9, 9)), (math.exp(-1), math.exp(-1)))
    near(contract([sp.Max(x, y) - 1], (-3, 3), (-3, 0)), (1, 1), (-3, 0))
    near(contract([x**3 + 8], (-9, 9), calls=9), (-2, -2))
    assert contract([x * y], (1, 2), (3, 5)) is None
    assert contract([x * y - 1], (-0.75, 0.25), (-1, 2)) is None
    assert contract([sp.exp(x) * y], (-5, 5), (1, 2)) is None
    assert contract([sp.log(x) - y], (-3, 0), (-9, 9)) is None
    assert contract([sp.asin(x) - y], (1.5, 3), (-9, 9)) is None
    assert contract([sp.sin(x)], (0.5, 3)) is None


# -- in the walk of the checker ----------------------------------------------------------------------------
WALKED = [
    "axes and line",
    "axes and circle",
    "cyclic 3",
    "Himmelblau, gradient",
    "Katsura 3",
    "Brown, almost linear",
    "product of waves",
    "Powell, badly scaled",
    "square root",
    "mean field",
]


@pytest.mark.parametrize("name", WALKED)
def test_a_propagated_search_is_walked_again(name: str) -> None:
    problem = BY_NAME[name]
    system = build_system(problem.equations, problem.variables, propagate=True)
    result = solve_system(system, *problem.root)
    assert result.complete
    unique = [
        [Enclosure(F(float(a)), F(float(b))) for a, b in zip(k.outer_lo, k.outer_hi, strict=True)] for k in result.known
    ]
    root = [Enclosure(F(float(a)), F(float(b))) for a, b in zip(*problem.root, strict=True)]
    SearchWalk(system, unique).walk(result.tree, root)
    # Without one of the zeros the same tree proves nothing.
    for missing in range(len(unique)):
        with pytest.raises(Invalid):
            SearchWalk(system, unique[:missing] + unique[missing + 1 :]).walk(result.tree, root)


def test_a_leaf_said_to_be_propagated_is_not_believed() -> None:
    problem = BY_NAME["square root of two"]
    system = build_system(problem.equations, problem.variables, propagate=True)
    result = solve_system(system, *problem.root)
    unique = [
        [Enclosure(F(float(a)), F(float(b))) for a, b in zip(k.outer_lo, k.outer_hi, strict=True)] for k in result.known
    ]
    root = [Enclosure(F(-3), F(3))]
    SearchWalk(system, unique).walk(result.tree, root)
    kind = result.tree.kind.copy()
    kind[kind == Leaf.KNOWN] = Leaf.PROPAGATED
    # The boxes named unique settle such leaves; without them nothing does.
    with pytest.raises(Invalid):
        SearchWalk(system, []).walk(replace(result.tree, kind=kind), root)
