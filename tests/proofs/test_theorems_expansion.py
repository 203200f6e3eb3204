"""Expansions around faces and surfaces of equality: the goals that remain, and hypotheses that fail."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp
from lemma_claims import decide, recheck_result

from proofs.theorems.expansion import by_expansion
from proofs.theorems.goal import Goal, Inapplicable, Range, Region
from proofs.theorems.nonnegative import by_taylor
from proofs.verdict import Verdict

x, y = sp.symbols("x y", real=True)
UNIT = Region((x, y), (Range(sp.S.Zero, sp.S.One), Range(sp.S.Zero, sp.S.One)))
R = sp.Rational
ZERO, ONE = sp.S.Zero, sp.S.One


# -- along one variable from a face ---------------------------------------------------------------
def test_derivatives_that_vanish_on_the_face_leave_the_last_one() -> None:
    # g = y x^2 (1 + x): g = dg/dx = 0 at x = 0, and the second derivative is y (2 + 6 x).
    (last,) = by_taylor(Goal(y * x**2 * (1 + x), False, UNIT), x, "lo", 2)
    assert sp.expand(last.expr - y * (2 + 6 * x)) == 0
    assert last.region == UNIT


def test_derivatives_that_do_not_vanish_are_goals_on_the_face() -> None:
    on_face, last = by_taylor(Goal(x * y + x**2, False, UNIT), x, "lo", 2)
    assert (on_face.expr, on_face.region.variables) == (y, (y,))
    assert last.expr == 2


def test_odd_derivatives_change_sign_at_the_upper_end() -> None:
    # g = (1 - x) y falls to 0 at x = 1: minus its derivative is y.
    (last,) = by_taylor(Goal((1 - x) * y, False, UNIT), x, "hi", 1)
    assert sp.expand(last.expr - y) == 0


def test_a_constraint_may_speak_of_other_variables_only() -> None:
    assert by_taylor(Goal(x**2, False, UNIT.constrained(y**2 - y, False)), x, "lo", 2)
    with pytest.raises(Inapplicable, match="constraint"):
        by_taylor(Goal(x**2, False, UNIT.constrained(x**2 - y, False)), x, "lo", 2)


# -- along one variable from a surface ------------------------------------------------------------
def test_what_remains_of_a_square() -> None:
    inside_lo, inside_hi, last = by_expansion(Goal((x - y) ** 2, False, UNIT), x, y, 2, ZERO, ONE)
    assert (inside_lo.expr, inside_hi.expr, last.expr) == (y, 1 - y, 2)
    assert inside_lo.region.variables == (y,)


def test_a_surface_that_leaves_the_range_needs_longer_segments() -> None:
    goals = by_expansion(Goal(sp.exp(x - 2 * y) - 1 - x + 2 * y, False, UNIT), x, 2 * y, 2, ZERO, sp.Integer(2))
    assert [g.expr for g in goals] == [2 * y, 2 - 2 * y, sp.exp(x - 2 * y)]
    assert goals[-1].region.range_of(x) == Range(ZERO, sp.Integer(2))


def test_definedness_is_demanded_on_the_longer_segments() -> None:
    goals = by_expansion(Goal((sp.log(x) - sp.log(y)) ** 2, False, UNIT), x, y, 2, -ONE, ONE)
    assert (x, True) in [(g.expr, g.strict) for g in goals]


@pytest.mark.parametrize(
    ("expr", "at", "order", "lo", "hi", "message"),
    [
        ((x - y) ** 2, y, 3, ZERO, ONE, "order"),
        ((x - y) ** 2, y, 0, ZERO, ONE, "order"),
        ((x - y) ** 2, y, 2, R(1, 2), ONE, "range"),
        ((x - y) ** 2, y, 2, ZERO, R(1, 2), "range"),
        ((x - y) ** 2, x, 2, ZERO, ONE, "function of the other"),
        ((x - y) ** 2 + R(1, 10**12), y, 2, ZERO, ONE, "derivative 0"),
        ((x - y) ** 2 - R(1, 10**12), y, 2, ZERO, ONE, "derivative 0"),
        ((x - y) ** 3, y, 4, ZERO, ONE, "derivative 3"),
        (sp.Abs(x - y), y, 2, ZERO, ONE, "derivative|Abs"),
    ],
)
def test_hypotheses(expr: sp.Expr, at: sp.Expr, order: int, lo: sp.Expr, hi: sp.Expr, message: str) -> None:
    with pytest.raises(Inapplicable, match=message):
        by_expansion(Goal(expr, False, UNIT), x, at, order, lo, hi)


def test_a_strict_goal_or_a_constraint_is_refused() -> None:
    with pytest.raises(Inapplicable, match="order"):
        by_expansion(Goal((x - y) ** 2, True, UNIT), x, y, 2, ZERO, ONE)
    with pytest.raises(Inapplicable, match="constraint"):
        by_expansion(Goal((x - y) ** 2, False, UNIT.constrained(x**2 - y, False)), x, y, 2, ZERO, ONE)


# -- whole claims ---------------------------------------------------------------------------------
COIN = {"p": ["0", "1"], "t": ["-4", "4"]}
YOUNG = {"x": ["-3", "3"], "y": ["1/10", "9"]}


@pytest.mark.parametrize(
    ("variables", "statement", "rule"),
    [
        (COIN, "log(1 - p + p*exp(t)) - p*t <= t^2/8", "split"),
        (YOUNG, "x*y <= exp(x) + y*log(y) - y", "expansion"),
    ],
)
def test_equality_along_a_line_or_a_curve(variables: dict, statement: str, rule: str, tmp_path: Path) -> None:
    result = decide("inequality", variables=variables, statement=statement)
    assert result.verdict is Verdict.PROVED, result.reason
    assert result.evidence[0]["evidence"]["goals"][0]["rule"] == rule
    assert recheck_result(result, tmp_path / "certificate.json").valid

    def less_room(claim: dict) -> None:
        claim["statement"]["table"]["statement"] += " - 1e-12"

    assert not recheck_result(result, tmp_path / "tampered.json", less_room).valid


@pytest.mark.parametrize(
    ("key", "value"),
    [("at", "log(y) + 1"), ("at", "x"), ("at", "log("), ("order", 3), ("order", True), ("lo", "0"), ("hi", None)],
)
def test_a_tampered_expansion_is_rejected(key: str, value: object, tmp_path: Path) -> None:
    result = decide("inequality", variables=YOUNG, statement="x*y <= exp(x) + y*log(y) - y")

    def change(claim: dict) -> None:
        claim["evidence"]["goals"][0][key] = value

    assert not recheck_result(result, tmp_path / "certificate.json", change).valid


@pytest.mark.parametrize(
    ("variables", "statement"),
    [
        (COIN, "log(1 - p + p*exp(t)) - p*t <= t^2/8 - 1e-12"),
        (COIN, "log(1 - p + p*exp(t)) - p*t <= t^2/8.0001"),
        (YOUNG, "x*y <= exp(x) + y*log(y) - y - 1e-12"),
        (YOUNG, "x*y < exp(x) + y*log(y) - y"),
    ],
)
def test_false_by_little(variables: dict, statement: str) -> None:
    assert decide("inequality", variables=variables, statement=statement).verdict is Verdict.REFUTED
