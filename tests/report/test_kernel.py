"""The mark of Coq's kernel: computed from what coqc and coqchk say, on the claims that have a formal statement."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_study import small_result

from proofs.formal.coq import STANDARD_AXIOMS, FormalResult
from proofs.formal.registry import FORMAL
from proofs.report import kernel
from proofs.report.kernel import KernelCheck, kernel_checks
from proofs.report.status import lemma_states
from proofs.report.write import write_report
from proofs.studies.certificates import write_study_certificates

needs_coq = pytest.mark.skipif(shutil.which("coqc") is None and not os.environ.get("CI"), reason="no Coq")
ACCEPTED = FormalResult(True, "accepted by Coq's kernel", ["Claim1.stationary_points"], sorted(STANDARD_AXIOMS))


def answer(monkeypatch: pytest.MonkeyPatch, result: FormalResult) -> list[int]:
    """Coq says ``result``; the list tells of how many claims it was asked at a time."""
    asked: list[int] = []

    def check(claims: Sequence[Any], **_: Any) -> FormalResult:
        asked.append(len(claims))
        return result

    monkeypatch.setattr(kernel, "check_claims", check)
    return asked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "certificates").mkdir()
    write_study_certificates(small_result(), tmp_path / "certificates")
    return tmp_path


def checks(folder: Path) -> dict[str, KernelCheck]:
    return kernel_checks(lemma_states(small_result(), folder / "certificates"), folder)


def test_a_kind_without_a_formal_statement_has_no_mark(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    asked = answer(monkeypatch, ACCEPTED)
    monkeypatch.delitem(FORMAL, "a-priori-bounds", raising=False)
    found = checks(folder)
    assert asked == [1, 1, 1]
    assert {key: check.mark for key, check in found.items() if check.mark} == dict.fromkeys("BCE", "kernel-checked")
    assert "a-priori-bounds" in found["A"].sentence
    assert found["D"].sentence == "No formal statement: there is no valid certificate."
    assert found["B"].pages == ("formal/B/Claim1.v",)
    page = (folder / "formal" / "B" / "Claim1.v").read_text()
    assert "Theorem stationary_points" in page
    assert "Print Assumptions" in page


def test_what_coq_refuses_has_no_mark(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    answer(monkeypatch, FormalResult(False, "coqc refuses Claim1Data.v: no"))
    check = checks(folder)["B"]
    assert check.mark == ""
    assert check.sentence == "Every claim of this lemma: coqc refuses Claim1Data.v: no."


def test_a_certificate_that_was_changed_is_not_shown_to_coq(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    asked = answer(monkeypatch, ACCEPTED)
    path = folder / "certificates" / "B.json"
    body = json.loads(path.read_text())
    body["claims"][0]["statement"]["count"] = 4
    path.write_text(json.dumps(body))
    found = checks(folder)
    assert not found["B"].mark
    assert len(asked) == sum(1 for check in found.values() if check.mark)


def test_part_of_a_lemma_is_said_to_be_a_part() -> None:
    check = KernelCheck(3, 1, True, "accepted by Coq's kernel", ("t",), ("PrimFloat.add", *sorted(STANDARD_AXIOMS)))
    assert check.mark == "kernel-checked in part"
    assert check.sentence.startswith("1 of 3 claims: accepted by coqc and coqchk with 4 standard axioms and 1 about")
    assert KernelCheck(0, 0, True, "nothing").mark == ""


def test_pages_carry_the_mark_of_this_run_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer(monkeypatch, ACCEPTED)
    write_report(small_result(), tmp_path, formal=True)
    index, lemma = (tmp_path / "index.html").read_text(), (tmp_path / "lemma-B.html").read_text()
    assert '<a class="kernel" href="formal/B/Claim1.v">kernel-checked</a>' in index
    assert "Claim1.stationary_points" in lemma
    assert "ClassicalDedekindReals.sig_not_dec" in lemma
    # A later run without Coq leaves neither mark nor files.
    write_report(small_result(), tmp_path)
    assert 'href="formal/' not in (tmp_path / "index.html").read_text()
    assert "Not run" in (tmp_path / "lemma-B.html").read_text()
    assert not (tmp_path / "formal").exists()


@needs_coq
def test_the_kernel_itself(folder: Path) -> None:
    states = {key: state for key, state in lemma_states(small_result(), folder / "certificates").items() if key == "B"}
    check = kernel_checks(states, folder)["B"]
    assert check.accepted, check.reason
    assert set(check.axioms) <= STANDARD_AXIOMS
    assert any(name.endswith("stationary_points") for name in check.theorems)
