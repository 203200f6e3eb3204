"""Identities: exact algebra, counterexamples, domains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lemma_claims import decide, recheck_result

from proofs.verdict import Verdict

X = {"x": ["-3", "3"]}


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("sin(x)^2 + cos(x)^2", "1", Verdict.PROVED),
        ("cosh(x)^2 - sinh(x)^2", "1", Verdict.PROVED),
        ("tanh(x)", "2*sigmoid(2*x) - 1", Verdict.PROVED),
        ("softplus(x) - softplus(-x)", "x", Verdict.PROVED),
        ("(x^2 - 1)/(x^2 + 1) + 2/(x^2 + 1)", "1", Verdict.PROVED),
        ("sin(3*x)", "3*sin(x) - 4*sin(x)^3", Verdict.PROVED),
        ("sin(3*x)", "3*sin(x) - 4.0000000001*sin(x)^3", Verdict.REFUTED),
        ("tanh(x)", "2*sigmoid(x) - 1", Verdict.REFUTED),
        ("sqrt(x^2)", "x", Verdict.REFUTED),
        ("sqrt(x^2)", "abs(x)", Verdict.PROVED),
    ],
)
def test_identities(left: str, right: str, verdict: Verdict, tmp_path: Path) -> None:
    result = decide("identity", left=left, right=right, variables=X)
    assert result.verdict is verdict, result.reason
    assert recheck_result(result, tmp_path / "c.json").valid

    def other(claim: dict[str, Any]) -> None:
        claim["statement"]["table"]["right"] = "x + 7" if verdict is Verdict.PROVED else left

    assert not recheck_result(result, tmp_path / "d.json", other).valid


def test_both_sides_must_be_defined() -> None:
    result = decide("identity", left="x/x", right="1", variables=X)
    assert result.verdict is Verdict.UNDECIDED
    assert "not defined at x = 0" in result.reason


def test_the_statement_may_be_an_equation() -> None:
    assert decide("identity", statement="(x + 1)^2 == x^2 + 2*x + 1", variables=X).verdict is Verdict.PROVED
