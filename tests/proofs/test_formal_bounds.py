"""Lemma L1 for Coq: the balls that hold every stationary point, from the energy identities."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from formal_run import needs_coq

from proofs.bounds import a_priori_bounds
from proofs.certificates import CertificateError
from proofs.claims.lemmas import bounds_claim
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, check_claims, compile_file, write_claims
from proofs.formal.expression import NotFormal
from symbolic.objectives import build_objective


@cache
def claim(name: str, neurons: int, **values: str) -> dict[str, Any]:
    objective = build_objective(name, neurons=neurons, values={k: sp.Rational(v) for k, v in values.items()})
    return bounds_claim(objective, a_priori_bounds(objective))


def with_radius(of: dict[str, Any], place: int, radius: str) -> dict[str, Any]:
    bounds = [dict(b) for b in of["statement"]["bounds"]]
    bounds[place]["radius"] = radius
    return {**of, "statement": {**of["statement"], "bounds": bounds}}


def test_pages_state_the_radii_of_the_certificate() -> None:
    (ssl,) = formal_claims([claim("ssl", 1)])
    assert ssl.theorems == ("bounds",)
    assert "forall p, stationary ell p ->\n  p 0%nat ^ 2 + p 1%nat ^ 2 <= (101/8) ^ 2." in ssl.page
    (sl,) = formal_claims([claim("sl", 2)])
    # The output weights come first: their bound is used for the rows.
    assert (
        "->\n  p 4%nat ^ 2 + p 5%nat ^ 2 <= (703/64) ^ 2 /\\\n  p 0%nat ^ 2 + p 1%nat ^ 2 <= (2073/64) ^ 2 /\\\n"
        in sl.page
    )
    assert all(len(c.page.splitlines()) < 120 for c in (ssl, sl))


def test_malformed_bounds_are_refused() -> None:
    ssl = claim("ssl", 1)
    with pytest.raises(CertificateError, match="malformed"):
        formal_claims([{**ssl, "statement": {**ssl["statement"], "bounds": 3}}])
    with pytest.raises(CertificateError):
        formal_claims([with_radius(ssl, 0, "much")])
    with pytest.raises(NotFormal, match="energy identities"):
        formal_claims([{**ssl, "statement": {**ssl["statement"], "bounds": []}}])
    (bound,) = ssl["statement"]["bounds"]
    other = {**bound, "variables": ["b", "a"]}
    with pytest.raises(NotFormal, match="energy identities"):
        formal_claims([{**ssl, "statement": {**ssl["statement"], "bounds": [other]}}])


@needs_coq
def test_bounds_are_accepted_with_standard_axioms() -> None:
    result = check_claims(formal_claims([claim("ssl", 1), claim("sl", 2)]), again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "neurons", "values"),
    [("ssl", 2, {"tau": "3", "alpha": "1/50"}), ("sl", 2, {"tau": "1/2", "beta": "1/30"})],
)
def test_other_parameters_are_accepted(name: str, neurons: int, values: dict[str, str]) -> None:
    result = check_claims(formal_claims([claim(name, neurons, **values)]))
    assert result.accepted, result.reason


@needs_coq
def test_a_radius_that_does_not_follow_is_refused(tmp_path: Path) -> None:
    write_claims(formal_claims([with_radius(claim("ssl", 1), 0, "12")]), tmp_path)
    done = compile_file(tmp_path, "Claim1Data.v")
    assert done.returncode != 0
    assert "Cannot find witness" in done.stderr


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("C0 : ratio := dec 3", "C0 : ratio := dec 2"),
        ("T0 : ratio := dec 1", "T0 : ratio := dec (-1)"),
        ("T0 : ratio := dec 146 1", "T0 : ratio := dec 14 1"),
        ("dec 2 1; dec (-2) 1]", "dec 2 1; dec (-1) 1]"),
        ("(1/400) * (x 0", "(1/401) * (x 0"),
        ("Scal 7 1 (Var 1)", "Scal 6 1 (Var 1)"),
    ],
)
def test_changed_numbers_are_refused(old: str, new: str, tmp_path: Path) -> None:
    (ssl,) = formal_claims([claim("ssl", 1)])
    assert old in ssl.data
    (tmp_path / "Claim1Data.v").write_text(ssl.data.replace(old, new, 1), encoding="utf-8")
    done = compile_file(tmp_path, "Claim1Data.v")
    assert done.returncode != 0
    assert "Syntax error" not in done.stderr
