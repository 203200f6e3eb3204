"""The theorems about signs: what they leave to prove, and that they refuse when a hypothesis fails."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from proofs.theorems.goal import Goal, Inapplicable, Range, Region, constant_sign, vanishes
from proofs.theorems.rules import exact_constant, remaining
from proofs.theorems.signs import Signs

X, Y = sp.symbols("x y", real=True)


def box(lo: Any = -1, hi: Any = 1, *constraints: tuple[sp.Expr, bool], open_lo: bool = False) -> Region:
    def end(v: Any) -> Any:
        return None if v is None else sp.sympify(v)

    region = Region((X,), (Range(end(lo), end(hi), open_lo),))
    for h, strict in constraints:
        region = region.constrained(h, strict)
    return region


SQUARE = Region((X, Y), (Range(sp.Integer(-1), sp.Integer(1)),) * 2)

# Goal and step, each with a hypothesis that fails.
REFUSED: list[tuple[str, Goal, dict[str, Any]]] = [
    ("x - 1 has no sign on [0, 2]", Goal(X - 1, False, box(0, 2)), {"rule": "signs"}),
    ("x >= 0 is not x > 0", Goal(X, True, box(0, 2)), {"rule": "signs"}),
    ("1 - sigmoid needs more than its enclosure", Goal(sp.exp(-X) - 1, False, box(0, None)), {"rule": "signs"}),
    ("zero is not positive", Goal(sp.S.Zero, True, box()), {"rule": "constant"}),
    ("a negative constant", Goal(sp.sqrt(2) - 2, False, box()), {"rule": "constant"}),
    ("the region is not empty", Goal(X, False, box()), {"rule": "empty"}),
    ("a cut beyond the range", Goal(X, False, box(0, 1)), {"rule": "split", "variable": "x", "at": "2"}),
    ("a face at infinity", Goal(sp.exp(X), False, box(None, 1)), {"rule": "face", "variable": "x", "end": "lo"}),
    ("a kink has no derivative", Goal(sp.Abs(X), False, box()), {"rule": "face", "variable": "x", "end": "lo"}),
    (
        "an open end where the logarithm is not defined",
        Goal(X * sp.log(X), False, box(0, 1, open_lo=True)),
        {"rule": "face", "variable": "x", "end": "lo"},
    ),
    (
        "a constraint that cuts the segments",
        Goal(X, False, box(-1, 1, (X**2 - sp.Rational(1, 4), False))),
        {"rule": "face", "variable": "x", "end": "lo"},
    ),
    (
        "concavity along cut segments",
        Goal(1 - X**2, False, box(-1, 1, (X**2 - sp.Rational(1, 4), False))),
        {"rule": "concave", "variable": "x"},
    ),
    (
        "Taylor for a strict claim",
        Goal(X**2, True, box(0, 1)),
        {"rule": "taylor", "variable": "x", "end": "lo", "order": 2},
    ),
    (
        "Taylor with a negative first derivative",
        Goal(X**2 - X, False, box(0, 1)),
        {"rule": "taylor", "variable": "x", "end": "lo", "order": 2},
    ),
    ("a bounded ray", Goal(sp.exp(-X), True, box(0, 1)), {"rule": "ray", "variable": "x", "end": "hi"}),
    ("no constraint to drop", Goal(X, False, box()), {"rule": "drop"}),
    (
        "a negative multiplier",
        Goal(X, False, box(-1, 1, (1 - X**2, False))),
        {"rule": "multiplier", "constraint": 0, "factor": "-1"},
    ),
    ("signs with a negative product", Goal(X * Y, False, SQUARE), {"rule": "factors", "signs": [1, -1]}),
    ("signs for other factors", Goal(X * Y, False, SQUARE), {"rule": "factors", "signs": [1]}),
    ("a negative coefficient", Goal(X**2 - X + 1, False, box(0, 1)), {"rule": "coefficients", "shifts": [["+", "0"]]}),
    ("an odd power of any sign", Goal(X + 1, False, box()), {"rule": "coefficients", "shifts": [["", "0"]]}),
    ("not quadratic", Goal(X**3 + 1, False, box()), {"rule": "discriminant", "atom": 0}),
    ("no root", Goal(X, False, box()), {"rule": "root", "atom": 0, "rational": True}),
    ("no logarithm", Goal(X, False, box()), {"rule": "exponential"}),
    ("an unknown theorem", Goal(X, False, box()), {"rule": "magic"}),
    ("an unknown variable", Goal(X, False, box()), {"rule": "face", "variable": "q", "end": "lo"}),
]


@pytest.mark.parametrize(("goal", "step"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused_when_a_hypothesis_fails(goal: Goal, step: dict[str, Any]) -> None:
    with pytest.raises(Inapplicable):
        remaining(goal, step)


def test_a_face_leaves_the_slope_and_the_value() -> None:
    slope, value = remaining(Goal(sp.exp(X) - X, True, box(0, 1)), {"rule": "face", "variable": "x", "end": "lo"})
    assert slope.expr == sp.exp(X) - 1
    assert not slope.strict
    assert (value.expr, value.strict, value.region.variables) == (sp.Integer(1), True, ())


def test_a_root_must_be_differentiable_inside() -> None:
    smooth, *_ = remaining(Goal(sp.sqrt(X), False, box(0, 1)), {"rule": "face", "variable": "x", "end": "lo"})
    assert (smooth.expr, smooth.strict) == (X, True)
    assert smooth.region.ranges[0].lo_open


def test_a_strict_product_keeps_its_squares_from_vanishing() -> None:
    goals = remaining(Goal((X - 1) ** 2 * (X + 3), True, box()), {"rule": "factors", "signs": [1]})
    assert {g.expr for g in goals} == {X + 3, sp.expand((X - 1) ** 2)} or {g.expr for g in goals} == {
        X + 3,
        (X - 1) ** 2,
    }
    assert all(g.strict for g in goals)


def test_the_discriminant_of_a_quadratic() -> None:
    # x^2 + x*y + y^2 in x: a = 1, 4ac - b^2 = 3*y^2, c = y^2.
    goals = remaining(Goal(X**2 + X * Y + Y**2, False, SQUARE), {"rule": "discriminant", "atom": 0})
    assert goals[0].expr == 1
    assert sp.expand(goals[1].expr - 3 * goals[2].expr) == 0


def test_dropping_a_constraint_demands_that_the_logarithm_is_defined_on_the_box() -> None:
    region = Region((X, Y), SQUARE.ranges, ((X + Y - 1, False),))
    first, _ = remaining(Goal(sp.log(X + Y), False, region), {"rule": "drop"})
    assert (first.expr, first.strict, first.region.constraints) == (X + Y, True, ())


def test_cases_cover_both_signs() -> None:
    low, high = remaining(Goal(sp.Abs(X), False, box()), {"rule": "cases"})
    assert (low.expr, low.region.ranges[0].lo) == (X, 0)
    assert (high.expr, high.region.ranges[0].hi) == (-X, 0)


def test_constraints_on_one_variable_become_ends() -> None:
    region = box(-1, 1, (1 - 2 * X, True))
    assert region.ranges[0] == Range(sp.Integer(-1), sp.Rational(1, 2), False, True)
    # A weaker bound changes nothing; an equal strict one opens the end.
    assert box(-1, 1, (X + 5, True)).ranges[0] == Range(sp.Integer(-1), sp.Integer(1))
    assert box(-1, 1, (X + 1, True)).ranges[0].lo_open


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        (sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6), 0),
        (sp.sqrt(5 + 2 * sp.sqrt(6)) - sp.sqrt(2) - sp.sqrt(3), 0),
        (sp.log(6) - sp.log(2) - sp.log(3), 0),
        (sp.pi - sp.Rational(355, 113), -1),
        (sp.sqrt(2) - sp.Rational(14142135623730950488016887242, 10**28), 1),
    ],
)
def test_signs_of_constants_are_exact(value: sp.Expr, sign: int) -> None:
    assert constant_sign(value) == sign


def test_a_tiny_number_is_not_taken_for_zero() -> None:
    assert not vanishes(sp.exp(sp.pi * sp.sqrt(163)) - 262537412640768744)
    assert constant_sign(sp.Rational(1, 10**400) * sp.pi) == 1


def test_large_rationals_in_a_sum_of_logarithms_do_not_hang() -> None:
    # Combining such logarithms under one root once took for ever.
    value = sp.Rational(10**31 + 1, 3 * 10**30) * sp.log(2) - sp.log(sp.Rational(7 * 10**30 + 3, 10**30))
    assert constant_sign(value) in (-1, 1)


def test_possible_signs_of_sums_and_products() -> None:
    signs = Signs(box(0, 1))
    assert signs.of(X + 1) == {1}
    assert signs.of(X * sp.exp(-X)) == {0, 1}
    assert signs.of(sp.exp(X) - 1) == {0, 1}
    assert signs.of(X - sp.Rational(1, 2)) == {-1, 0, 1}


@pytest.mark.parametrize("text", ["__import__('os')", "x", "1/0", 3, "9" * 3000])
def test_constants_of_proofs_are_read_by_the_grammar(text: Any) -> None:
    with pytest.raises(Inapplicable):
        exact_constant(text)
