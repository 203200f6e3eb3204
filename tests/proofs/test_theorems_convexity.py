"""Convexity by form: textbook examples with known curvature, and claims that rest on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from lemma_claims import decide, recheck_result

from proofs.theorems.convexity import Curvature, strictly_needed
from proofs.theorems.goal import Range, Region
from proofs.verdict import Verdict
from symbolic.activations import sigmoid, softplus

x, y = sp.symbols("x y", real=True)
R = sp.Rational
CONVEX, CONCAVE = frozenset((1,)), frozenset((-1,))
AFFINE = CONVEX | CONCAVE
BOX = Region((x, y), (Range(R(1, 2), sp.Integer(2)), Range(R(-3), sp.Integer(3))))

# Boyd and Vandenberghe, sections 3.1 and 3.2; x is positive on the box, y has any sign.
CURVATURES = [
    (sp.Integer(7), AFFINE),
    (3 * x - y / 2 + 1, AFFINE),
    (sp.exp(2 * x - y), CONVEX),
    (-sp.exp(y), CONCAVE),
    (sp.exp(sp.exp(x)), CONVEX),
    (sp.exp(-sp.exp(x)), frozenset()),
    (y**2, CONVEX),
    (y**4 + x**2, CONVEX),
    (y**3, frozenset()),
    (x**3, CONVEX),
    (x ** R(3, 2), CONVEX),
    (sp.sqrt(x), CONCAVE),
    (1 / x, CONVEX),
    (1 / y, frozenset()),
    (-1 / x, CONCAVE),
    (sp.log(x), CONCAVE),
    (-sp.log(2 - x / 2), CONVEX),
    (x * y, frozenset()),
    (x**2 - y**2, frozenset()),
    (y**2 / x, CONVEX),
    ((y - x) ** 2 / (x + 1), CONVEX),
    (x**2 / y, frozenset()),
    (softplus(y - x), CONVEX),
    (softplus(-sp.log(x)), CONVEX),
    (sp.log(sigmoid(y)), CONCAVE),
    (sp.log(1 + sp.exp(x) + 2 * sp.exp(y)), CONVEX),
    (sp.log(sp.exp(x) - sp.exp(y) + 30), frozenset()),
    (sp.cosh(x - y), CONVEX),
    (sp.cosh(x**2), frozenset()),
    (sp.sqrt(1 + x**2 + 2 * (x - y) ** 2), CONVEX),
    (sp.sqrt(1 + x**2 - y), frozenset()),
    (sp.sin(x), frozenset()),
    (sp.Abs(y), frozenset()),
]


@pytest.mark.parametrize(("expr", "known"), CURVATURES, ids=[str(e) for e, _ in CURVATURES])
def test_known_curvatures(expr: sp.Expr, known: frozenset[int]) -> None:
    assert Curvature(BOX).of(expr) == known


def test_smoothness_is_needed() -> None:
    closed = Region((x,), (Range(sp.Integer(0), sp.Integer(1)),))
    assert not Curvature(closed).smooth(x ** R(3, 2))
    assert Curvature(BOX).smooth(x ** R(3, 2))
    assert not Curvature(BOX).smooth(sp.Abs(x) + x)
    assert not Curvature(BOX).smooth(sp.asin(x - R(3, 2) + 1))


def test_only_terms_of_the_right_curvature_are_left_out() -> None:
    assert strictly_needed(sp.exp(x) + y**2 - sp.sin(y), 1, BOX) == y**2 - sp.sin(y)
    assert strictly_needed(sp.log(x) - sp.exp(y) - x**2, -1, BOX) == -(x**2)
    assert strictly_needed(sp.log(x) + y**2, 1, BOX) is None
    assert strictly_needed(x**2 + y**2, 1, BOX) is None
    # x^(3/2) has no second derivative at 0, so it must stay.
    closed = Region((x,), (Range(sp.Integer(0), sp.Integer(1)),))
    assert strictly_needed(x ** R(3, 2) + x**2, 1, closed) is None


SIX = {name: ["-1", "1"] for name in "abcdef"}
CLAIMS: list[tuple[str, dict[str, list[str]], str]] = [
    ("log(exp(x) + exp(y) + exp(z)) + (x^2 + y^2 + z^2)/1000", {n: ["-3", "3"] for n in "xyz"}, "positive"),
    ("-exp(a + b) - exp(c - d) - cosh(e + f) - a^2 - b^2 - c^2 - d^2 - e^2 - f^2", SIX, "negative"),
    ("x^2/y + y^2/1000", {"x": ["-2", "2"], "y": ["0.5", "2"]}, "positive"),
]


@pytest.mark.parametrize(("function", "variables", "sign"), CLAIMS, ids=[c[0] for c in CLAIMS])
def test_nearly_singular_hessians(
    function: str, variables: dict[str, list[str]], sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofs.lemmas.kinds.definite.QUICK", 0.02)  # the search does not settle them
    result = decide("definite", function=function, variables=variables, sign=sign)
    assert result.verdict is Verdict.PROVED, result.reason
    path = tmp_path / "c.json"
    assert recheck_result(result, path).valid

    def other_sign(claim: dict[str, Any]) -> None:
        claim["statement"]["table"]["sign"] = {"positive": "negative", "negative": "positive"}[sign]

    def nothing(claim: dict[str, Any]) -> None:
        claim["evidence"] = {"minors": []} if "minors" in claim["evidence"] else {"rest": True}

    def no_square(claim: dict[str, Any]) -> None:
        claim["statement"]["table"]["function"] = "log(exp(x) + exp(y))" if "x" in variables else "exp(a + b)"

    for change in (other_sign, nothing, no_square):
        assert not recheck_result(result, path, change).valid
