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
        ("abs(z)", "1", Z, False, Verdict.PROVED),
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


# -- kinks: rectifiers, by hand from the slopes of their branches ---------------------------------------------
KINKED = [
    ("max(x, 0)", "1", Verdict.PROVED),
    ("max(x, 0)", "0.999", Verdict.REFUTED),
    ("abs(x) + abs(y)", "sqrt(2)", Verdict.PROVED),
    ("abs(x) + abs(y)", "1.414", Verdict.REFUTED),
    # Slopes (1, 1) and (-2, 2) where both count: (-1, 3), of length sqrt(10).
    ("max(x + y, 0) - 2*max(x - y - 1, 0)", "3.163", Verdict.PROVED),
    ("max(x + y, 0) - 2*max(x - y - 1, 0)", "3.162", Verdict.REFUTED),
    ("min(abs(x), x^2)", "2.001", Verdict.PROVED),
    ("softplus(x) - max(x, 0)", "1/2", Verdict.PROVED),
]


@pytest.mark.parametrize(("function", "constant", "verdict"), KINKED, ids=[f"{f}-{c}" for f, c, _ in KINKED])
def test_functions_with_kinks(function: str, constant: str, verdict: Verdict, tmp_path: Path) -> None:
    variables = {n: ["-5", "5"] for n in "xy" if n in function.replace("max", "")}
    result = decide("lipschitz", function=function, constant=constant, variables=variables)
    assert result.verdict is verdict, result.reason
    assert recheck_result(result, tmp_path / "c.json").valid


def test_a_branch_on_a_part_without_volume_does_not_count() -> None:
    # -3*x is the maximum at 0 alone: the slope there says nothing of the function.
    result = decide("lipschitz", function="max(-3*x, x)", constant="1", variables={"x": ["0", "5"]})
    assert result.verdict is Verdict.PROVED


def test_a_kink_that_is_always_zero_is_not_overlooked() -> None:
    # The absolute value is 0 everywhere, so 5 is the slope, and 1 must not be proved.
    table = {"function": "5*x + abs(sin(x)^2 + cos(x)^2 - 1)", "variables": {"x": ["-2", "2"]}}
    assert decide("lipschitz", constant="1", **table).verdict is not Verdict.PROVED


def test_a_point_where_two_branches_count_refutes_nothing(tmp_path: Path) -> None:
    result = decide("lipschitz", function="abs(x)", constant="1/2", variables={"x": ["-1", "1"]})
    assert result.verdict is Verdict.REFUTED

    def at_the_kink(claim: dict) -> None:
        claim["statement"]["counterexample"] = {"x": "0"}

    assert not recheck_result(result, tmp_path / "c.json", at_the_kink).valid
