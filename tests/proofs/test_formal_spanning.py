"""Which minima of two SSL neurons have rows that span: stated from the certificate, refused where a rank is wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from formal_run import axiom_names, compiled_numbers, needs_coq, refused

from proofs.certificates import CertificateError
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, compile_file, write_claims
from proofs.formal.expression import NotFormal
from proofs.report.kernel import kernel_checks
from proofs.report.status import State
from proofs.studies.base import Outcome
from proofs.studies.separation import SeparationStudy


@cache
def lemma() -> Outcome:
    return SeparationStudy({}).l4()


def spanning() -> dict[str, Any]:
    (claim,) = [c for c in lemma().claims if c["kind"] == "spanning"]
    return claim


def with_minima(change: Any) -> dict[str, Any]:
    claim = spanning()
    minima = [change(k, dict(m)) for k, m in enumerate(claim["statement"]["minima"])]
    return {**claim, "statement": {**claim["statement"], "minima": minima}}


# -- pages ---------------------------------------------------------------------------------------
def test_every_claim_of_the_lemma_has_a_formal_statement() -> None:
    landscape, spans = formal_claims(lemma().claims)
    assert "stationary_points" in landscape.theorems
    assert spans.theorems == ("unique", "spans", "line")


def test_page_says_which_pairs_span() -> None:
    (claim,) = formal_claims([spanning()])
    lines = claim.page.splitlines()
    assert len(lines) < 120
    assert [line for line in lines if "Require" in line and "Coq" not in line] == ["From Claims Require Claim1Data."]
    # Rows with the same sign of a are one vector; the rows of boxes 2 and 3 have opposite signs.
    assert [m["rank"] for m in spanning()["statement"]["minima"]] == [1, 2, 2, 1]
    assert "  inside box2 p \\/ inside box3 p ->\n  p 0%nat * p 3%nat - p 1%nat * p 2%nat <> 0." in claim.page
    assert "  inside box1 p \\/ inside box4 p ->\n  p 0%nat = p 2%nat /\\ p 1%nat = p 3%nat /\\" in claim.page
    assert claim.page.count("alone ell box") == 4
    # (3.8162037, 1.5198619) is the minimum known from the literature.
    assert claim.page.count("(3.8162036") == 4
    assert claim.page.count("((-3.81620369666736618799), (-3.81620369666736618796))") == 4


def test_other_ranks_give_other_theorems() -> None:
    (claim,) = formal_claims([with_minima(lambda k, m: {**m, "rank": 2})])
    assert claim.theorems == ("unique", "spans")


def test_malformed_minima_are_refused() -> None:
    cases: list[tuple[Any, str]] = [
        (lambda k, m: {**m, "rank": 3}, "the rank is 1 or 2"),
        (lambda k, m: {**m, "rank": True}, "the rank is 1 or 2"),
        (lambda k, m: {**m, "rows": m["rows"][:1]}, "two rows"),
        (lambda k, m: {**m, "unique_in": 3}, "two rows"),
    ]
    for change, message in cases:
        with pytest.raises(CertificateError, match=message):
            formal_claims([with_minima(change)])
    claim = spanning()
    with pytest.raises(CertificateError, match="malformed"):
        formal_claims([{**claim, "statement": {**claim["statement"], "minima": []}}])
    with pytest.raises(NotFormal, match="two SSL neurons"):
        formal_claims([{**claim, "statement": {**claim["statement"], "neurons": 3}}])


# -- the kernel ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("spanning")
    return compiled_numbers(directory, formal_claims([spanning()]))


@needs_coq
def test_spanning_is_accepted_with_standard_axioms(compiled: Path) -> None:
    assert axiom_names(compiled) == STANDARD_AXIOMS


PAGE = [
    ("inside box2 p \\/ inside box3 p", "inside box1 p \\/ inside box3 p"),
    ("inside box1 p \\/ inside box4 p", "inside box2 p \\/ inside box4 p"),
    ("p 0%nat * p 3%nat - p 1%nat * p 2%nat <> 0", "p 0%nat * p 3%nat + p 1%nat * p 2%nat <> 0"),
    ("p 1%nat = p 3%nat", "p 1%nat = p 2%nat"),
    ("(3.651356, 3.981051)", "(2.651356, 3.981051)"),
    ("3.81620369666736618796", "3.81620369666736618797"),
    ("(1/800) * a ^ 2", "(1/801) * a ^ 2"),
    ("x (2 + i)%nat", "x (1 + i)%nat"),
]


@needs_coq
@pytest.mark.parametrize("case", [0, 4])
def test_changed_statement_is_refused(case: int, compiled: Path) -> None:
    page = formal_claims([spanning()])[0].page
    old, new = PAGE[case]
    assert old in page
    assert refused(compiled, f"Page{case}.v", page.replace(old, new, 1))


@needs_coq
@pytest.mark.slow
def test_every_changed_statement_is_refused(compiled: Path) -> None:
    page = formal_claims([spanning()])[0].page
    for k, (old, new) in enumerate(PAGE):
        assert old in page
        assert refused(compiled, f"Page{k}.v", page.replace(old, new, 1)), old


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("rank", [1, 2])
def test_a_wrong_rank_is_refused(rank: int, tmp_path: Path) -> None:
    write_claims(formal_claims([with_minima(lambda k, m: {**m, "rank": rank})]), tmp_path)
    done = compile_file(tmp_path, "Claim1Data.v")
    if done.returncode == 0:
        done = compile_file(tmp_path, "Claim1.v")
    assert done.returncode != 0
    assert "Error" in done.stderr


@needs_coq
@pytest.mark.slow
def test_a_box_with_two_points_is_refused(tmp_path: Path) -> None:
    (claim,) = formal_claims([spanning()])
    wide = claim.data.replace(
        "Definition around0 : qbox := [(dec 3651356 ", "Definition around0 : qbox := [(dec (-9000000) "
    )
    assert wide != claim.data
    assert refused(tmp_path, "Claim1Data.v", wide)


@needs_coq
@pytest.mark.slow
def test_the_lemma_has_the_full_mark(tmp_path: Path) -> None:
    state: Any = SimpleNamespace(
        state=State.COMPLETE, certificate=tmp_path / "L4.json", result=SimpleNamespace(outcome=lemma())
    )
    check = kernel_checks({"L4": state}, tmp_path)["L4"]
    assert check.accepted, check.reason
    assert (check.claims, check.formal, check.mark) == (2, 2, "kernel-checked")
    assert set(check.axioms) == STANDARD_AXIOMS
