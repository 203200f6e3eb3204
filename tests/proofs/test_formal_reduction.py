"""Lemma L2 for Coq: coordinates off the data enter as ridge * w^2 and vanish at every stationary point, for every d."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from formal_run import needs_coq

from proofs.certificates import CertificateError
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, check_claims, compile_file, write_claims
from proofs.studies.separation import SeparationStudy


@cache
def claims() -> list[dict[str, Any]]:
    return SeparationStudy({}).l2().claims


def with_ridge(ridge: str) -> dict[str, Any]:
    claim = claims()[1]
    return {**claim, "statement": {**claim["statement"], "ridge": ridge}}


def test_pages_state_the_reduction_for_every_number_of_coordinates() -> None:
    ssl, sl = formal_claims(claims())
    for claim, n, further in ((ssl, 2, "x 2%nat ^ 2"), (sl, 6, "x 6%nat ^ 2 + x 7%nat ^ 2")):
        assert claim.theorems == ("nuisance", "reduction")
        assert len(claim.page.splitlines()) < 120
        assert f"Definition n := {n}%nat." in claim.page
        # ridge 1/800, once for each further coordinate; one in the only SSL row, one in each of the SL rows.
        assert f"Theorem nuisance : forall x, lifted x = ell x + (1/800) * ({further})." in claim.page
        assert "Theorem reduction : forall r x," in claim.page


def test_no_ridge_is_malformed() -> None:
    with pytest.raises(CertificateError, match="the ridge is 0"):
        formal_claims([with_ridge("0")])


@needs_coq
def test_reduction_is_accepted_with_standard_axioms() -> None:
    result = check_claims(formal_claims(claims()), again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


@needs_coq
def test_another_ridge_is_refused(tmp_path: Path) -> None:
    write_claims(formal_claims([with_ridge("1/801")]), tmp_path)
    done = compile_file(tmp_path, "Claim1Data.v")
    assert done.returncode != 0
    assert "Error" in done.stderr


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sum r (fun k => y (n + k)%nat ^ 2)", "sum r (fun k => y (n + k)%nat ^ 3)"),
        ("x (n + k)%nat = 0.", "x (n + k)%nat = 1."),
        ("+ (1/800) * w1 ^ 2", "+ (1/400) * w1 ^ 2"),
        ("Definition n := 2%nat.", "Definition n := 1%nat."),
    ],
)
def test_changed_statement_is_refused(old: str, new: str, tmp_path: Path) -> None:
    (claim,) = formal_claims(claims()[:1])
    write_claims([claim], tmp_path)
    done = compile_file(tmp_path, "Claim1Data.v")
    assert done.returncode == 0, done.stderr
    assert old in claim.page
    (tmp_path / "Claim1.v").write_text(claim.page.replace(old, new, 1), encoding="utf-8")
    done = compile_file(tmp_path, "Claim1.v")
    assert done.returncode != 0
    assert "Syntax error" not in done.stderr
