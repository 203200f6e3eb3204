"""Zeros at kinks and at ends of domains: counts worked out by hand, certificates, and lies about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lemma_claims import decide, recheck_result

from proofs.lemmas.claim import ClaimResult
from proofs.verdict import Verdict

X = {"x": ["-2", "2"]}
UNIT = {"x": ["0", "1"]}
XY = {"x": ["-5", "5"], "y": ["-5", "5"]}


def zeros(variables: dict[str, list[str]], *equations: str, count: int | None = None) -> ClaimResult:
    return decide(
        "zeros", variables=variables, equations=list(equations), **({} if count is None else {"count": count})
    )


CLAIMS = [
    (X, ["abs(x) = x^2"], 3),
    (X, ["abs(x) + 2*x = 1/2"], 1),
    (X, ["abs(x - 1/3) + 2*x = 2/3"], 1),
    (X, ["abs(x - sqrt(2)) + 2*x = 2*sqrt(2)"], 1),
    (X, ["abs(x) = 1e-12"], 2),
    (X, ["abs(x) = x + 1e-12"], 1),
    (X, ["abs(x) + abs(x - 1) = 1 - 1e-12"], 0),
    (XY, ["min(x, 2*x + y - 3)", "min(y, x + 3*y - 4)"], 1),
    (XY, ["abs(x) + abs(y) = 1", "y = 0"], 2),
    (XY, ["max(x, y) = 1", "x + y = 2"], 1),
    (UNIT, ["sqrt(x) = x"], 2),
    (UNIT, ["sqrt(x) + sqrt(1 - x) = 1"], 2),
    (UNIT, ["sqrt(x) = -1e-12"], 0),
    ({"x": ["-1", "1"]}, ["asin(x) = pi/2*x"], 3),
    ({"x": ["-1", "1"]}, ["acos(x) = 1 - x"], 1),
    ({"x": ["0", "3"]}, ["sqrt(2 - x^2)"], 1),
    ({"x": ["0", "2"]}, ["x*log(x)"], 1),
    ({"x": ["0", "2"], "y": ["0", "1"]}, ["sqrt(x^2 + y^2) = x + 1/4", "y = 3/4"], 1),
]


@pytest.mark.parametrize(("variables", "equations", "count"), CLAIMS, ids=[f"{k}" for k in range(len(CLAIMS))])
def test_counts_and_certificates(variables: dict, equations: list[str], count: int, tmp_path: Path) -> None:
    result = zeros(variables, *equations, count=count)
    assert result.verdict is Verdict.PROVED, result.reason
    assert all(set(box) == set(variables) for box, _ in result.zeros or [])
    checked = recheck_result(result, tmp_path / "certificate.json")
    assert checked.valid, checked.reason
    other = zeros(variables, *equations, count=count + 1)
    assert other.verdict is Verdict.REFUTED, other.reason
    assert recheck_result(other, tmp_path / "refuted.json").valid


@pytest.mark.parametrize(
    "equation",
    [
        "max(x, 0)",  # every x <= 0
        "abs(x) + abs(x - 1) = 1",  # all of [0, 1]
        "x*abs(x)",  # the pieces have double zeros
    ],
)
def test_what_is_not_isolated_is_undecided(equation: str) -> None:
    from proofs.lemmas.claim import Effort

    result = decide("zeros", Effort(seconds=2, boxes=20_000), variables=X, equations=[equation], count=1)
    assert result.verdict is Verdict.UNDECIDED


def _vee() -> ClaimResult:
    return zeros(X, "abs(x) = x^2", count=3)


def _point(claim: dict[str, Any]) -> dict[str, Any]:
    return next(p for p in claim["evidence"]["points"] if p["by_pieces"])


def _set(key: str, value: Any) -> Any:
    def change(claim: dict[str, Any]) -> None:
        _point(claim)[key] = value

    return change


def _wide_box(claim: dict[str, Any]) -> None:
    # [-3, 3] holds the zeros at -1 and 1 as well.
    wide = {"x": ["-3", "3"]}
    claim["evidence"]["unique"] = [wide if u == _point(claim)["unique_in"] else u for u in claim["evidence"]["unique"]]
    _point(claim)["unique_in"] = wide


def _other_equation(claim: dict[str, Any]) -> None:
    # 0 is no zero of it, but near one.
    claim["statement"]["table"]["equations"] = ["abs(x) = x^2 + 1e-12"]


@pytest.mark.parametrize(
    "change",
    [
        _set("by_pieces", False),
        _set("exact", None),
        _set("exact", ["1/1000"]),
        _set("exact", []),
        _wide_box,
        _other_equation,
    ],
)
def test_a_tampered_kink_is_rejected(change: Any, tmp_path: Path) -> None:
    assert not recheck_result(_vee(), tmp_path / "certificate.json", change).valid


def test_a_smooth_zero_is_not_proved_by_pieces(tmp_path: Path) -> None:
    def change(claim: dict[str, Any]) -> None:
        for p in claim["evidence"]["points"]:
            p["by_pieces"], p["exact"] = True, ["1"]

    assert not recheck_result(zeros(X, "x^3 = 1", count=1), tmp_path / "certificate.json", change).valid


@pytest.mark.parametrize("value", [False, None, "yes"])
def test_certificates_say_that_roots_were_replaced(value: Any, tmp_path: Path) -> None:
    def change(claim: dict[str, Any]) -> None:
        claim["evidence"]["without_ends"] = value

    assert not recheck_result(zeros(UNIT, "sqrt(x) = x", count=2), tmp_path / "certificate.json", change).valid


def test_nothing_to_replace_is_rejected(tmp_path: Path) -> None:
    def change(claim: dict[str, Any]) -> None:
        claim["evidence"]["without_ends"] = True

    assert not recheck_result(zeros(X, "x^3 = 1", count=1), tmp_path / "certificate.json", change).valid


def test_a_zero_left_out_is_noticed(tmp_path: Path) -> None:
    def change(claim: dict[str, Any]) -> None:
        claim["statement"]["zeros"].pop()
        claim["evidence"]["points"].pop()
        claim["evidence"]["unique"].pop()
        claim["statement"]["table"]["count"] = 1

    assert not recheck_result(zeros(UNIT, "sqrt(x) = x", count=2), tmp_path / "certificate.json", change).valid
