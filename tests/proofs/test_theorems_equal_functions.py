"""Identities by cases, by derivatives and by squares: true ones are proved and recheck, false and partial ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp
from lemma_claims import decide, recheck_result

from proofs.theorems.equal_functions import zero_by_cases, zero_by_derivatives, zero_by_square_root
from proofs.theorems.goal import Range, Region
from proofs.verdict import Verdict

x, y = sp.symbols("x y", real=True)
UNIT = Region((x,), (Range(sp.Integer(-1), sp.Integer(1)),))
SQUARE = Region((x, y), (Range(sp.Integer(-1), sp.Integer(1)),) * 2)


def by_expansion(expr: sp.Expr, region: Region) -> bool:
    """A decision of the test's own: it expands."""
    if expr.has(sp.Abs, sp.Max, sp.Min):
        return zero_by_cases(expr, region, by_expansion)
    return bool(sp.simplify(expr) == 0)


@pytest.mark.parametrize(
    ("expr", "region", "zero"),
    [
        (sp.Max(x, y) + sp.Min(x, y) - x - y, SQUARE, True),
        (sp.Max(x, y) - (x + y + sp.Abs(x - y)) / 2, SQUARE, True),
        (sp.Max(x, -x) - sp.Abs(x), UNIT, True),
        (sp.Abs(x) - x, UNIT, False),
        (sp.Abs(x) - x, Region((x,), (Range(sp.Integer(0), sp.Integer(1)),)), True),
        (sp.Max(x, y) - x, SQUARE, False),
        (x - x, UNIT, False),  # no kink: for others to decide
    ],
)
def test_cases(expr: sp.Expr, region: Region, zero: bool) -> None:
    assert zero_by_cases(expr, region, by_expansion) is zero


@pytest.mark.parametrize(
    ("expr", "region", "zero"),
    [
        (sp.asin(x) + sp.acos(x) - sp.pi / 2, UNIT, True),
        (sp.asin(x) + sp.acos(x) - sp.pi / 3, UNIT, False),
        (sp.atan(x) + sp.atan(1 / x) - sp.pi / 2, Region((x,), (Range(sp.Rational(1, 10), sp.Integer(5)),)), True),
        (sp.sin(x + y) - sp.sin(x) * sp.cos(y) - sp.cos(x) * sp.sin(y), SQUARE, True),
        (x - y, SQUARE, False),
        (sp.Abs(x), UNIT, False),
        (sp.sqrt(x), UNIT, False),  # not differentiable inside
        (sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, UNIT.constrained(x - x**2, False), False),  # not a box
    ],
)
def test_derivatives(expr: sp.Expr, region: Region, zero: bool) -> None:
    assert zero_by_derivatives(expr, region, by_expansion) is zero


def test_square_root_needs_the_signs() -> None:
    positive = Region((x,), (Range(sp.Integer(1), sp.Integer(4)),))
    t = sp.sqrt(x)
    assert zero_by_square_root(sp.sqrt(x + 2 * t + 1) - t - 1, positive, by_expansion)
    assert not zero_by_square_root(sp.sqrt(x + 2 * t + 1) + t + 1, positive, by_expansion)
    assert not zero_by_square_root(sp.sqrt((x - 1) ** 2 + y**2 + x) - x, SQUARE, by_expansion)
    assert not zero_by_square_root(x, positive, by_expansion)


TRUE = [
    ("max(u, v) + min(u, v)", "u + v"),
    ("asin(u) + acos(u)", "pi/2"),
    ("sin(u)", "2*tan(u/2)/(1 + tan(u/2)^2)"),
    ("cos(u/3)", "4*cos(u/9)^3 - 3*cos(u/9)"),
    ("sqrt(u^2 + 2*u*abs(v) + v^2 + 4) ", "sqrt(v^2 + 2*u*abs(v) + u^2 + 4)"),
]
FALSE = [("max(u, v) + min(u, v)", "u + v + 1e-9*u"), ("asin(u) + acos(u)", "1.5707963"), ("sin(u)", "2*tan(u/2)")]


@pytest.mark.parametrize(("left", "right"), TRUE, ids=[t[0] for t in TRUE])
def test_true_identities(left: str, right: str, tmp_path: Path) -> None:
    variables = {n: ["-1", "1"] for n in "uv" if n in left + right}
    result = decide("identity", left=left, right=right, variables=variables)
    assert result.verdict is Verdict.PROVED, result.reason
    assert recheck_result(result, tmp_path / "c.json").valid

    def other_side(claim: dict) -> None:
        claim["statement"]["table"]["right"] += " + 1/1000"

    assert not recheck_result(result, tmp_path / "c.json", other_side).valid


@pytest.mark.parametrize(("left", "right"), FALSE, ids=[t[0] for t in FALSE])
def test_false_identities(left: str, right: str, tmp_path: Path) -> None:
    variables = {n: ["-1", "1"] for n in "uv" if n in left + right}
    result = decide("identity", left=left, right=right, variables=variables)
    assert result.verdict is Verdict.REFUTED, result.reason
    assert recheck_result(result, tmp_path / "c.json").valid
