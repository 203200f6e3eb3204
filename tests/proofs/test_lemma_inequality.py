"""Inequalities: hand-made true, false and borderline claims; budgets; certificates; random claims of known truth."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from claim_generator import random_claim
from lemma_claims import decide, recheck_result, source

from proofs.lemmas.claim import ClaimError, Effort
from proofs.lemmas.kinds.inequality import read_claim
from proofs.verdict import Verdict

UNIT = ["0", "1"]

TRUE: list[tuple[str, dict[str, list[str]], list[str]]] = [
    ("x - x^3/6 <= sin(x)", {"x": UNIT}, []),
    ("(x - 1)^2 >= 0", {"x": ["-5", "5"]}, []),
    ("x^2 + y^2 >= 2*x*y", {"x": ["-5", "5"], "y": ["-5", "5"]}, []),
    ("1 - x^2/2 <= cos(x)", {"x": ["-1", "1"]}, []),
    ("(x + y)/2 >= sqrt(x*y)", {"x": ["0", "10"], "y": ["0", "10"]}, []),
    ("(x + y + z)/3 >= (x*y*z)^(1/3)", {"x": ["0", "9"], "y": ["0", "9"], "z": ["0", "9"]}, []),
    ("sigmoid(z)*(1 - sigmoid(z)) <= 1/4", {"z": ["-inf", "inf"]}, []),
    ("tanh(x) <= x", {"x": ["0", "5"]}, []),
    ("log(1 + x) <= x", {"x": ["0", "10"]}, []),
    ("exp(x) >= 1 + x", {"x": ["-inf", "inf"]}, []),
    ("x*exp(-x) <= 1/2", {"x": ["0", "inf"]}, []),
    ("sigmoid(x) < 1", {"x": ["-inf", "inf"]}, []),
    ("softplus(x) > x", {"x": ["-inf", "inf"]}, []),
    ("tanh(x) < 1", {"x": ["-inf", "inf"]}, []),
    ("max(x, 0) <= softplus(x) <= max(x, 0) + log(2)", {"x": ["-inf", "inf"]}, []),
    ("abs(x + y) <= abs(x) + abs(y)", {"x": ["-3", "3"], "y": ["-3", "3"]}, []),
    ("abs(sin(x)) <= abs(x)", {"x": ["-3", "3"]}, []),
    ("min(x, y) <= (x + y)/2 <= max(x, y)", {"x": ["-3", "3"], "y": ["-3", "3"]}, []),
    ("x + y <= sqrt(2)", {"x": ["-1", "1"], "y": ["-1", "1"]}, ["x^2 + y^2 <= 1"]),
    ("x + y < 1.42", {"x": ["-1", "1"], "y": ["-1", "1"]}, ["x^2 + y^2 <= 1"]),
    ("x*log(x) >= -exp(-1)", {"x": ["0.01", "3"]}, []),
    ("exp(x) - 1 - x + 0.000000000001 > 0", {"x": ["-1", "1"]}, []),
    ("exp(x) + exp(y) - x - y - 2 + 1e-12 > 0", {"x": ["-1", "1"], "y": ["-1", "1"]}, []),
    ("sin(pi*t/2) >= t", {"t": UNIT}, []),
    ("1/x > 0", {"x": UNIT}, ["x > 0"]),
    ("x/x >= 1", {"x": ["1", "2"]}, []),
    ("2 > 1", {}, []),
]
FALSE: list[tuple[str, dict[str, list[str]], list[str]]] = [
    ("(x - 1)^2 > 0", {"x": ["-5", "5"]}, []),
    ("(x - 1/3)^2 > 0", {"x": UNIT}, []),
    ("exp(x) - 1 - x - 0.000000000001 >= 0", {"x": ["-1", "1"]}, []),
    ("sin(x) <= x - x^3/6 + x^5/121", {"x": UNIT}, []),
    ("x + y <= 1.41", {"x": ["-1", "1"], "y": ["-1", "1"]}, ["x^2 + y^2 <= 1"]),
    ("0 <= x^2 < 1", {"x": ["-1", "1"]}, []),
    ("softplus(x) <= max(x, 0) + 0.69", {"x": ["-inf", "inf"]}, []),
    ("x < 100", {"x": ["0", "inf"]}, []),
    ("1 > 2", {}, []),
]


@pytest.mark.parametrize(("statement", "variables", "where"), TRUE, ids=[t[0] for t in TRUE])
def test_true_claims_are_proved_and_recheck(
    statement: str, variables: dict[str, list[str]], where: list[str], tmp_path: Path
) -> None:
    result = decide("inequality", statement=statement, variables=variables, where=where)
    assert result.verdict is Verdict.PROVED, result.reason
    assert recheck_result(result, tmp_path / "c.json").valid


@pytest.mark.parametrize(("statement", "variables", "where"), FALSE, ids=[t[0] for t in FALSE])
def test_false_claims_are_refuted_and_recheck(
    statement: str, variables: dict[str, list[str]], where: list[str], tmp_path: Path
) -> None:
    result = decide("inequality", statement=statement, variables=variables, where=where)
    assert result.verdict is Verdict.REFUTED, result.reason
    assert result.counterexample is not None
    assert set(result.counterexample) == set(variables)
    assert recheck_result(result, tmp_path / "c.json").valid


def test_the_witness_is_short() -> None:
    result = decide("inequality", statement="(x - 1/3)^2 > 0", variables={"x": UNIT})
    assert result.counterexample == {"x": Fraction(1, 3)}


@pytest.mark.parametrize("statement", ["1/x > -1", "log(x) < 10", "sqrt(x) >= 0"])
def test_where_the_function_is_not_defined_nothing_is_proved(statement: str) -> None:
    result = decide("inequality", statement=statement, variables={"x": ["-1", "1"]})
    assert result.verdict is not Verdict.PROVED
    assert result.verdict is Verdict.REFUTED or "not defined at" in result.reason


def test_a_removed_singularity_still_counts() -> None:
    result = decide("inequality", statement="x/x >= 1", variables={"x": ["-1", "1"]})
    assert result.verdict is Verdict.UNDECIDED
    assert "not defined at x = 0" in result.reason


def test_a_face_outside_of_the_constraint_is_not_taken_for_the_region() -> None:
    # x + y is least at x = y = 0, which the constraint excludes; on the region it is >= 1/2.
    box = {"x": UNIT, "y": UNIT}
    where = ["x^2 + y^2 >= 1/4"]
    assert decide("inequality", statement="x + y >= 0.49", variables=box, where=where).verdict is Verdict.PROVED
    assert decide("inequality", statement="x + y >= 0.51", variables=box, where=where).verdict is Verdict.REFUTED


def test_an_empty_region_makes_every_claim_true() -> None:
    result = decide("inequality", statement="x > 5", variables={"x": UNIT}, where=["x >= 2"])
    assert result.verdict is Verdict.PROVED


def test_a_spent_budget_leaves_a_volume_and_the_worst_box() -> None:
    statement = "sin(7*x*y) + cos(5*x - 3*y)*exp(-x) < 1.96"
    result = decide(
        "inequality", Effort(seconds=5, boxes=50), statement=statement, variables={"x": ["0", "9"], "y": ["0", "9"]}
    )
    assert result.verdict is not Verdict.PROVED
    if result.verdict is Verdict.UNDECIDED:
        assert result.undecided
        assert "remains" in result.reason


@pytest.mark.parametrize("statement", ["x == 1", "x", "x <"])
def test_what_is_no_inequality_is_refused(statement: str) -> None:
    with pytest.raises(ClaimError):
        read_claim(source("inequality", statement=statement, variables={"x": UNIT}))


# -- tampering -------------------------------------------------------------------------------------
def test_tampered_certificates_are_invalid(tmp_path: Path) -> None:
    proved = decide("inequality", statement="exp(x) - x*y > 0.1", variables={"x": UNIT, "y": UNIT})
    assert proved.verdict is Verdict.PROVED
    refuted = decide("inequality", statement="x^2 > 1/4", variables={"x": UNIT})

    def stronger(claim: dict[str, Any]) -> None:
        claim["statement"]["table"]["statement"] = "exp(x) - x*y > 1.1"

    def no_goals(claim: dict[str, Any]) -> None:
        claim["evidence"]["goals"] = []

    def reversed_verdict(claim: dict[str, Any]) -> None:
        claim["statement"]["verdict"] = "PROVED"
        claim["evidence"] = {"conditions": [], "goals": [{"rule": "signs"}]}

    def moved(claim: dict[str, Any]) -> None:
        claim["statement"]["counterexample"]["x"] = "3/4"

    def outside(claim: dict[str, Any]) -> None:
        claim["statement"]["counterexample"]["x"] = "-1/8"

    for result, change in (
        (proved, stronger),
        (proved, no_goals),
        (refuted, reversed_verdict),
        (refuted, moved),
        (refuted, outside),
    ):
        assert recheck_result(result, tmp_path / "good.json").valid
        assert not recheck_result(result, tmp_path / "bad.json", change).valid, change.__name__


def test_a_tampered_tree_is_invalid(tmp_path: Path) -> None:
    statement = "sin(3*x) + cos(2*y) + x*y/4 > -1.9"
    result = decide("inequality", statement=statement, variables={"x": ["-1", "1"], "y": ["-1", "1"]})
    assert result.verdict is Verdict.PROVED, result.reason
    assert result.evidence[0]["evidence"]["goals"][0]["rule"] in ("tree", "signs")

    def one_leaf(claim: dict[str, Any]) -> None:
        tree = {"kinds": "3", "axes": [], "cuts": [], "children": [], "marks": []}
        claim["evidence"]["goals"] = [{"rule": "tree", "tree": tree}]

    assert not recheck_result(result, tmp_path / "c.json", one_leaf).valid


# -- random claims ---------------------------------------------------------------------------------
@pytest.mark.parametrize("part", range(4))
def test_random_claims_of_known_truth(part: int, soundness: int) -> None:
    # Small budgets: most claims are decided in them, and a wrong verdict could come at any budget.
    count = 500 * soundness
    wrong, decided = [], 0
    for seed in range(part * count, (part + 1) * count):
        claim, truth = random_claim(seed)
        verdict = read_claim(claim).decide(Effort(seconds=0.02)).verdict
        decided += verdict is not Verdict.UNDECIDED
        if verdict is (Verdict.REFUTED if truth else Verdict.PROVED):
            wrong.append(seed)
    assert wrong == []
    assert decided > count // 4
