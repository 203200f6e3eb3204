"""The page of the separation theorem: when it is written, what it says, and that changes to it are refused."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from formal_run import needs_coq

from proofs.certificates import write_certificate
from proofs.claims.stationary_points import landscape_claim
from proofs.cli import main
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, compile_file, named_claims, theorem_names
from proofs.formal.separation import separation
from proofs.formal.text import FormalClaim, wrapped
from proofs.landscape import prove_landscape
from symbolic.objectives import build_objective


@cache
def census(objective: str, neurons: int) -> dict[str, Any]:
    return landscape_claim(prove_landscape(build_objective(objective, neurons=neurons)))


@cache
def study() -> tuple[FormalClaim, ...]:
    return tuple(formal_claims([census("ssl", 2), census("sl", 2)]))


# -- the page --------------------------------------------------------------------------------------
def test_page_is_short_and_rests_on_both_claims() -> None:
    claim = separation(study())
    assert claim is not None
    lines = claim.page.splitlines()
    assert len(lines) < 60
    assert max(len(line) for line in lines) < 130
    assert [line for line in lines if "Require" in line] == [
        "From Coq Require Import Reals.",
        "From Claims Require SeparationData.",
    ]
    assert (
        "  (forall p, local_min 4 ssl p -> p 0%nat <> 0 /\\ p 1%nat <> 0 /\\ p 2%nat <> 0 /\\ p 3%nat <> 0) /\\"
        in lines
    )
    # Coordinates a1, b1, a2, b2, f1, f2: the label feature is there, the hidden one is not.
    assert "  (forall p, global_min sl p -> p 0%nat <> 0 /\\ p 2%nat <> 0 /\\ p 1%nat = 0 /\\ p 3%nat = 0)." in lines
    assert claim.page.count("(exists p, global_min s") == 2
    assert "From Claims Require Claim1 Claim2." in claim.data
    assert theorem_names(study())[-1] == "Separation.separation"
    assert named_claims(study())[-1][1].title.endswith("SSL with 2 neurons and SL with 2, tau = 7")


def test_order_and_number_of_neurons_are_those_of_the_files() -> None:
    claim = separation(formal_claims([census("sl", 2), census("ssl", 3)]))
    assert claim is not None
    assert "Claim2.attained (conj Claim2.features (conj Claim1.attained" in claim.data
    assert "neuron (x 0%nat) (x 1%nat) + (neuron (x 2%nat) (x 3%nat) + neuron (x 4%nat) (x 5%nat))." in claim.page
    assert "local_min 6 ssl p" in claim.page


def test_no_page_without_both_halves() -> None:
    ssl, sl = study()
    assert ssl.subject
    (one,) = formal_claims([census("ssl", 1)])
    other = replace(ssl, subject=replace(ssl.subject, parameters={**ssl.subject.parameters, "tau": "6"}))
    for claims in ([ssl], [sl], [one, sl], [other, sl]):
        assert separation(claims) is None
    found = separation([one, other, ssl, sl])
    assert found is not None
    assert "From Claims Require Claim3 Claim4." in found.data


def test_no_page_where_a_claim_lacks_its_theorem() -> None:
    ssl, sl = study()
    for broken in (
        [replace(ssl, theorems=("stationary_points", "features")), sl],
        [replace(ssl, page=ssl.page.replace("p 3%nat <> 0", "p 2%nat <> 0")), sl],
        [ssl, replace(sl, theorems=("stationary_points", "attained"))],
        [replace(ssl, subject=None), sl],
    ):
        assert separation(broken) is None


def test_long_sums_are_wrapped_between_their_terms() -> None:
    assert wrapped("a + (b + c) - d", 11) == "a + (b + c)\n  - d"
    assert wrapped("a + (b + c) - d", 9) == "a\n  + (b + c)\n  - d"
    assert wrapped("- a", 1) == "- a"


# -- accepted and refused, with the two censuses taken for granted -----------------------------------
@pytest.fixture(scope="module")
def assumed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which the theorems of both claims are axioms: only what follows from them is checked."""
    directory = tmp_path_factory.mktemp("separation")
    for k, claim in enumerate(study(), 1):
        text = re.sub(r"^Proof\..*$", "", claim.page, flags=re.MULTILINE)
        text = text.replace(f"From Claims Require Claim{k}Data.", "").replace("\nTheorem ", "\nAxiom ")
        (directory / f"Claim{k}.v").write_text(text.split("\nDefinition all_theorems")[0], encoding="utf-8")
        done = compile_file(directory, f"Claim{k}.v")
        assert done.returncode == 0, done.stderr
    claim = separation(study())
    assert claim is not None
    (directory / "SeparationData.v").write_text(claim.data, encoding="utf-8")
    done = compile_file(directory, "SeparationData.v")
    assert done.returncode == 0, done.stderr
    return directory


@needs_coq
def test_separation_follows_from_the_two_claims(assumed: Path) -> None:
    claim = separation(study())
    assert claim is not None
    (assumed / "Separation.v").write_text(claim.page, encoding="utf-8")
    done = compile_file(assumed, "Separation.v")
    assert done.returncode == 0, done.stderr
    names = {line.split(":")[0].strip() for line in done.stdout.splitlines() if line and not line[0].isspace()}
    used = {"Claim1.attained", "Claim1.features", "Claim2.attained", "Claim2.global_minimum"}
    assert used <= names - {"Axioms"} <= used | STANDARD_AXIOMS


CHANGES = [
    ("sigmoid (a + 7 * b)", "sigmoid (a + 8 * b)"),
    ("p 1%nat = 0 /\\", "p 4%nat = 0 /\\"),
    ("(1/800) * b ^ 2", "(1/801) * b ^ 2"),
    ("(1/800) * f2 ^ 2", "(1/801) * f2 ^ 2"),
    ("local_min 4 ssl", "local_min 3 ssl"),
    ("forall q, f p <= f q.", "forall q, f p < f q."),
    ("global_min sl p -> p 0%nat <> 0", "global_min ssl p -> p 0%nat <> 0"),
    ("neuron (x 2%nat)", "neuron (x 3%nat)"),
    ("<= d) -> f p", "< d) -> f p"),
]


@needs_coq
@pytest.mark.parametrize("case", [0, 1, *(pytest.param(k, marks=pytest.mark.slow) for k in range(2, len(CHANGES)))])
def test_changed_page_is_refused(case: int, assumed: Path) -> None:
    claim = separation(study())
    assert claim is not None
    old, new = CHANGES[case]
    assert old in claim.page
    (assumed / f"Changed{case}.v").write_text(claim.page.replace(old, new, 1), encoding="utf-8")
    done = compile_file(assumed, f"Changed{case}.v")
    assert "Syntax error" not in done.stderr
    assert done.returncode != 0
    assert "Error" in done.stderr


# -- the commands with several files -----------------------------------------------------------------
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["separatrix", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    captured = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, captured.out, captured.err


def test_export_takes_several_certificates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ssl, sl = str(tmp_path / "ssl.json"), str(tmp_path / "sl.json")
    write_certificate(Path(ssl), [census("ssl", 2)])
    write_certificate(Path(sl), [census("sl", 2)])
    out = tmp_path / "out"
    code, text, _ = run(capsys, monkeypatch, "export", "coq", ssl, sl, "-o", str(out), "--json", "-")
    data = json.loads(text)
    assert code == 0
    assert data["theorems"][-1] == "Separation.separation"
    assert len(data["claims"]) == 3
    written = {p.name for p in out.iterdir()}
    assert {"Claim1.v", "Claim1Data.v", "Claim2.v", "Claim2Part4.v", "Separation.v", "SeparationData.v"} < written
    project = (out / "_CoqProject").read_text(encoding="utf-8").split()
    assert project[-2:] == ["SeparationData.v", "Separation.v"]
    code, _, err = run(capsys, monkeypatch, "export", "coq", ssl, str(tmp_path / "none.json"), "-o", str(out))
    assert (code, err.count("\n")) == (2, 1)
    assert "none.json: no such file" in err


def test_recheck_takes_several_certificates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = str(tmp_path / "one.json"), str(tmp_path / "two.json")
    claim = census("ssl", 1)
    write_certificate(Path(one), [claim])
    write_certificate(Path(two), [claim, claim])
    code, text, _ = run(capsys, monkeypatch, "recheck", one, two, "--json", "-")
    data = json.loads(text)
    assert (code, data["verdict"], len(data["claims"])) == (0, "VALID", 3)
    assert data["reason"] == "every claim of 2 files was proved again (3)"
    write_certificate(Path(two), [{**claim, "statement": {**claim["statement"], "count": 4}}])
    code, text, _ = run(capsys, monkeypatch, "recheck", one, two, "--json", "-")
    data = json.loads(text)
    assert (code, data["verdict"], len(data["claims"])) == (1, "INVALID", 1)
    assert data["reason"].startswith(f"{two}: claim 1")
    assert run(capsys, monkeypatch, "recheck")[0] == 2
