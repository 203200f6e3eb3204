"""Lipschitz constants of functions and gradients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lemma_claims import decide, recheck_result

from proofs.lemmas.claim import ClaimError
from proofs.verdict import Verdict

Z = {"z": ["-10", "10"]}
XY = {"x": ["-1", "1"], "y": ["-2", "2"]}


@pytest.mark.parametrize(
    ("function", "constant", "variables", "gradient", "verdict"),
    [
        ("sigmoid(z)", "1/4", Z, False, Verdict.PROVED),
        ("sigmoid(z)", "0.2499999999", Z, False, Verdict.REFUTED),
        ("tanh(z)", "1", Z, False, Verdict.PROVED),
        ("softplus(z)", "1/4", Z, True, Verdict.PROVED),
        ("softplus(z)", "0.24", Z, True, Verdict.REFUTED),
        # |(y, x)|^2 is at most 1 + 4.
        ("x*y", "sqrt(5)", XY, False, Verdict.PROVED),
        ("x*y", "2.23", XY, False, Verdict.REFUTED),
        # The Hessian of x*y has the eigenvalues 1 and -1.
        ("x*y", "1.01", XY, True, Verdict.PROVED),
        ("x*y", "0.99", XY, True, Verdict.REFUTED),
        ("x^2 + y^2", "-1", XY, False, Verdict.REFUTED),
        ("abs(z)", "1", Z, False, Verdict.UNDECIDED),
    ],
)
def test_constants(
    function: str, constant: str, variables: dict[str, Any], gradient: bool, verdict: Verdict, tmp_path: Path
) -> None:
    result = decide("lipschitz", function=function, constant=constant, variables=variables, gradient=gradient)
    assert result.verdict is verdict, result.reason
    if verdict is not Verdict.UNDECIDED:
        assert recheck_result(result, tmp_path / "c.json").valid

        def smaller(claim: dict[str, Any]) -> None:
            claim["statement"]["table"]["constant"] = "1/1000" if verdict is Verdict.PROVED else "1000"

        assert not recheck_result(result, tmp_path / "d.json", smaller).valid


def test_a_side_without_length_does_not_count() -> None:
    box = {"x": ["-1", "1"], "y": ["2", "2"]}
    result = decide("lipschitz", function="x + 100*y", constant="1", variables=box)
    assert result.verdict is Verdict.PROVED


def test_malformed_claims_are_refused() -> None:
    with pytest.raises(ClaimError):
        decide("lipschitz", function="z", constant="z", variables=Z)
    with pytest.raises(ClaimError):
        decide("lipschitz", function="z", constant="1", variables=Z, where=["z > 0"])
