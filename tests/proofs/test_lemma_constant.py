"""Decimals of constants: rounded, truncated, wrong, ties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lemma_claims import decide, recheck_result

from proofs.lemmas.claim import ClaimError
from proofs.verdict import Verdict


@pytest.mark.parametrize(
    ("expression", "value", "verdict", "word"),
    [
        ("log(2)", "0.69314718055994530941723212145818", Verdict.PROVED, "rounded"),
        ("log(2)", "0.69314718055994530941723212145816", Verdict.REFUTED, "0.693147"),
        # pi = 3.14159265358979...
        ("pi", "3.1416", Verdict.PROVED, "rounded"),
        ("pi", "3.1415", Verdict.PROVED, "truncated"),
        ("pi", "3.1417", Verdict.REFUTED, "3.14159"),
        ("-pi", "-3.1415", Verdict.PROVED, "truncated"),
        ("-pi", "-3.1417", Verdict.REFUTED, "true value"),
        ("1/8", "0.125", Verdict.PROVED, ""),
        ("1/8", "0.12", Verdict.PROVED, ""),
        ("1/8", "0.13", Verdict.PROVED, ""),
        ("1/8", "0.14", Verdict.REFUTED, ""),
        ("sqrt(2)*sqrt(8)", "4", Verdict.PROVED, ""),
        ("exp(pi*sqrt(163))", "262537412640768743.99999999999925", Verdict.PROVED, "truncated"),
        ("exp(pi*sqrt(163))", "262537412640768744.0000000000000", Verdict.REFUTED, ""),
        ("exp(1)", "2.718e0", Verdict.PROVED, ""),
    ],
)
def test_decimals(expression: str, value: str, verdict: Verdict, word: str, tmp_path: Path) -> None:
    result = decide("constant", expression=expression, value=value)
    assert result.verdict is verdict, result.reason
    assert word in result.reason
    assert recheck_result(result, tmp_path / "c.json").valid

    def other(claim: dict[str, Any]) -> None:
        claim["statement"]["table"]["value"] = "77"

    if verdict is Verdict.PROVED:
        assert not recheck_result(result, tmp_path / "d.json", other).valid


def test_malformed_decimals_are_refused() -> None:
    for value in ("pi", "1/3", "--1", "1e99999"):
        with pytest.raises(ClaimError):
            decide("constant", expression="1", value=value)
