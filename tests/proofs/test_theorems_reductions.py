"""Reductions of goals: the goals that remain, worked out by hand; hypotheses that fail; whole claims that need them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp
from lemma_claims import decide, recheck_result

from proofs.theorems.goal import Goal, Inapplicable, Range, Region
from proofs.theorems.reductions import (
    by_augmentation,
    by_equality,
    by_groups,
    by_order,
    by_ordered_coefficients,
    by_reciprocal,
)
from proofs.theorems.rules import remaining
from proofs.verdict import Verdict

x, y, z = sp.symbols("x y z", real=True)
R = sp.Rational
ZERO, ONE = sp.Integer(0), sp.Integer(1)


def box(*sides: tuple[object, object]) -> Region:
    ends = [tuple(None if e is None else sp.sympify(e) for e in side) for side in sides]
    return Region((x, y, z)[: len(sides)], tuple(Range(a, b) for a, b in ends))


UNIT2 = box((0, 1), (0, 1))


# -- groups ----------------------------------------------------------------------------------------
def test_groups_are_compared_with_their_values_at_the_point() -> None:
    # (x - 1)^2 + y^4 + x*y - 1 at (1, 0): groups {} -1, {x} 0, {x, y} 0, {y} 0; their sum is -1.
    goal = Goal((x - 1) ** 2 + y**4 + x * y - 1, False, UNIT2)
    total, *rest = by_groups(goal, [ONE, ZERO])
    assert total.expr == -1
    assert total.region.variables == ()
    assert {(g.expr, g.region.variables) for g in rest} == {((x - 1) ** 2, (x,)), (x * y, (x, y)), (y**4, (y,))}
    assert not any(g.strict for g in rest)


def test_a_strict_sum_needs_a_positive_total() -> None:
    total = by_groups(Goal(x**2 + y**2 + 1, True, UNIT2), [ZERO, ZERO])[0]
    assert total.strict
    assert total.expr == 1


@pytest.mark.parametrize(
    ("expr", "point", "constraint"),
    [
        (x**2 * y**2, [ZERO, ZERO], None),  # one group
        (x**2 + y**2, [ZERO], None),  # a point of the wrong dimension
        (x**2 + y**2, [ZERO, ZERO], x + y),  # not a box
        (x**2 + 1 / y, [ZERO, ZERO], None),  # no value at the point
    ],
)
def test_groups_fail(expr: sp.Expr, point: list[sp.Expr], constraint: sp.Expr | None) -> None:
    region = UNIT2 if constraint is None else UNIT2.constrained(constraint, False)
    with pytest.raises(Inapplicable):
        by_groups(Goal(expr, False, region), point)


# -- orders ----------------------------------------------------------------------------------------
def test_order_covers_both_halves() -> None:
    goals = by_order(Goal(x * y, True, UNIT2), x, y)
    assert [g.region.constraints for g in goals] == [((x - y, False),), ((y - x, False),)]
    assert all(g.expr == x * y and g.strict for g in goals)
    for pair in ((x, x), (x, z)):
        with pytest.raises(Inapplicable):
            by_order(Goal(x * y, True, UNIT2), *pair)


def test_ordered_coefficients_prove_schur_and_the_means() -> None:
    positive = box((0, None), (0, 5), (0, 5))
    schur = x * (x - y) * (x - z) + y * (y - x) * (y - z) + z * (z - x) * (z - y)
    assert by_ordered_coefficients(Goal(schur, False, positive)) == []
    assert by_ordered_coefficients(Goal(x**3 + y**3 + z**3 - 3 * x * y * z, False, positive)) == []
    # Above 1 both are at least 1: x*y - 1 = t1^2 + ... with no constant term, and x*y - 1/2 has 1/2.
    above = box((1, 2), (1, 2))
    assert by_ordered_coefficients(Goal(x * y - R(1, 2), True, above)) == []
    with pytest.raises(Inapplicable, match="constant term"):
        by_ordered_coefficients(Goal(x * y - 1, True, above))


@pytest.mark.parametrize(
    ("expr", "region"),
    [
        (x**2 - x * y + y**2 - R(1, 100), UNIT2),  # false at the origin
        (x * y - R(1, 2), box((1, 2), (0, 2))),  # the least end counts for every variable
        (x - y, UNIT2),  # true in one order only
        (sp.exp(x) + y, UNIT2),
        (sp.sqrt(2) * x + y, UNIT2),
        (x + y, box((None, 1), (0, 1))),
        (x + y, box((sp.sqrt(2), 2), (0, 1))),
        (x**2, box((0, 1))),
        (x**30 + y, UNIT2),
    ],
)
def test_ordered_coefficients_fail(expr: sp.Expr, region: Region) -> None:
    with pytest.raises(Inapplicable):
        by_ordered_coefficients(Goal(expr, False, region))


# -- constraints that hold with equality --------------------------------------------------------------
def test_equality_moves_to_the_bound_or_the_end() -> None:
    # x*y >= 1 on [1/2, 3] x [1/3, 4]: x >= 1/y, so x + y is least at 1/y + y, or at x = 1/2 where y >= 2.
    region = box((R(1, 2), 3), (R(1, 3), 4)).constrained(x * y - 1, False)
    goals = by_equality(Goal(x + y - 2, True, region), 0, x, 1)
    coefficient, slope, at_end, on_bound = goals
    assert (coefficient.expr, coefficient.strict, coefficient.region.variables) == (y, True, (y,))
    assert slope.expr == 1
    assert at_end.expr == y - R(3, 2)
    assert at_end.region.range_of(y).lo == 2
    assert sp.simplify(on_bound.expr - (1 / y + y - 2)) == 0
    assert on_bound.strict
    # 1/y in [1/2, 3] means y in [1/3, 2].
    assert (on_bound.region.range_of(y).lo, on_bound.region.range_of(y).hi) == (R(1, 3), 2)


def test_equality_downwards() -> None:
    # y <= x on the unit square, and -y + x^2 falls with y: least at y = x.
    region = UNIT2.constrained(x - y, False)
    goals = by_equality(Goal(x**2 - y, False, region), 0, y, -1)
    assert goals[0].expr == 1
    assert goals[1].expr == 1
    assert goals[-1].expr == x**2 - x


def test_equality_demands_definedness_when_another_constraint_is_dropped() -> None:
    region = UNIT2.constrained(x - y, False).constrained(x + y - R(1, 4), False)
    goals = by_equality(Goal(sp.sqrt(x + y - R(1, 4)), False, region), 0, x, 1)
    assert any(g.expr == x + y - R(1, 4) and g.region.constraints == ((x - y, False),) for g in goals)
    strict = UNIT2.constrained(x - y, True)
    assert any(g.expr == x * y and not g.strict for g in by_equality(Goal(sp.sqrt(x * y), False, strict), 0, x, 1))


@pytest.mark.parametrize(
    ("constraint", "index", "variable", "sign"),
    [
        (x**2 - y, 0, x, 1),  # not linear in x
        (x - y, 1, x, 1),  # no such constraint
        (x - y, 0, z, 1),
        (x - y, 0, x, 0),
        (sp.Abs(x) - y, 0, x, 1),
    ],
)
def test_equality_fails(constraint: sp.Expr, index: int, variable: sp.Symbol, sign: int) -> None:
    with pytest.raises(Inapplicable):
        by_equality(Goal(x + y, False, UNIT2.constrained(constraint, False)), index, variable, sign)


def test_equality_fails_at_open_ends() -> None:
    region = UNIT2.with_range(x, Range(ZERO, ONE, True, False)).constrained(x - y, False)
    with pytest.raises(Inapplicable):
        by_equality(Goal(x, False, region), 0, x, 1)


# -- a multiple less the square ------------------------------------------------------------------------
def test_augmentation_leaves_both_parts() -> None:
    region = UNIT2.constrained(x * y - R(1, 9), True)
    far, near = by_augmentation(Goal(x + y - R(2, 3), False, region), 0, R(3), R(1, 2))
    assert far.region.constraints == ((x * y - R(11, 18), False),)
    h = x * y - R(1, 9)
    assert sp.expand(near.expr - (x + y - R(2, 3) - 3 * h + 6 * h**2)) == 0
    assert near.region.constraints == ((h, True), (R(1, 2) - h, False))


@pytest.mark.parametrize(("index", "factor", "reach"), [(0, -ONE, ONE), (0, ONE, ZERO), (0, ONE, -ONE), (1, ONE, ONE)])
def test_augmentation_fails(index: int, factor: sp.Expr, reach: sp.Expr) -> None:
    with pytest.raises(Inapplicable):
        by_augmentation(Goal(x + y, False, UNIT2.constrained(x * y, False)), index, factor, reach)


# -- reciprocals ---------------------------------------------------------------------------------------
def test_reciprocal_closes_the_ray() -> None:
    goal = Goal(sp.log(1 + 1 / x) - 1 / (x + R(1, 2)), False, box((2, None)))
    *defined, last = by_reciprocal(goal, x)
    assert (last.region.range_of(x).lo, last.region.range_of(x).hi) == (0, R(1, 2))
    assert not last.region.range_of(x).lo_open
    for t in (R(1, 3), R(1, 7)):
        assert sp.simplify(last.expr.subs(x, t) - goal.expr.subs(x, 1 / t)) == 0
    assert (x + 1, True) in {(g.expr, g.strict) for g in defined}
    assert by_reciprocal(Goal(goal.expr, True, goal.region), x)[-1].region.range_of(x).lo_open


@pytest.mark.parametrize(
    ("expr", "region"),
    [(1 / x, box((0, None))), (1 / x, box((1, 2))), (1 / x, box((None, -1))), (1 / x, box((None, None)))],
)
def test_reciprocal_fails(expr: sp.Expr, region: Region) -> None:
    with pytest.raises(Inapplicable):
        by_reciprocal(Goal(expr, False, region), x)
    with pytest.raises(Inapplicable):
        by_reciprocal(Goal(x + y, False, box((1, None), (0, 1)).constrained(x - y, False)), x)


# -- proofs as data ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "proof",
    [
        {"rule": "groups", "point": "0"},
        {"rule": "groups", "point": ["0", 0]},
        {"rule": "order", "variable": "x"},
        {"rule": "order", "variable": "x", "other": "w"},
        {"rule": "equality", "constraint": True, "variable": "x", "sign": 1},
        {"rule": "augmented", "constraint": 0, "factor": "1", "reach": None},
        {"rule": "reciprocal"},
    ],
)
def test_malformed_steps(proof: dict[str, object]) -> None:
    goal = Goal(x**2 + y**2, False, UNIT2.constrained(x - y, False))
    with pytest.raises(Inapplicable):
        remaining(goal, proof)


CLAIMS: list[tuple[str, dict[str, list[str]], list[str]]] = [
    ("a/(b + c) + b/(a + c) + c/(a + b) >= 3/2", {key: ["0.1", "10"] for key in "abc"}, []),
    ("abs(sigmoid(u) - sigmoid(v)) <= abs(u - v)/4", {key: ["-10", "10"] for key in "uv"}, []),
    ("u + v >= 2", {key: ["0", "3"] for key in "uv"}, ["u*v >= 1"]),
    ("u*v <= 1", {key: ["-3", "3"] for key in "uv"}, ["u^2/4 + v^2 <= 1"]),
    ("log(1 + 1/u) >= 1/(u + 1/2)", {"u": ["1", "inf"]}, []),
    ("1 - erf(u) <= exp(-u^2)", {"u": ["0", "8"]}, []),
    ("(u - 1/3)^4 + v*tanh(v) + (u - 1/3 + 3*v)^4 >= 0", {key: ["-2", "2"] for key in "uv"}, []),
]


@pytest.mark.parametrize(("statement", "variables", "where"), CLAIMS, ids=[c[0] for c in CLAIMS])
def test_claims_that_touch_along_a_set(
    statement: str, variables: dict[str, list[str]], where: list[str], tmp_path: Path
) -> None:
    result = decide("inequality", statement=statement, variables=variables, where=where)
    assert result.verdict is Verdict.PROVED, result.reason
    path = tmp_path / "c.json"
    assert recheck_result(result, path).valid

    def other_statement(claim: dict[str, object]) -> None:
        table = claim["statement"]["table"]  # type: ignore[index]
        left, _, right = table["statement"].partition("=")
        table["statement"] = f"{left}= {right} {'+' if left.endswith('>') else '-'} 1/1000000"

    assert not recheck_result(result, path, other_statement).valid
