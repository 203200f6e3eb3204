"""Theorems in Coq's kernel: what is true is accepted with standard axioms alone, what was changed is not."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from formal_run import axiom_names, changed, compiled_numbers, needs_coq, refused

from proofs.certificates import write_certificate
from proofs.claims.stationary_points import landscape_claim
from proofs.cli import main
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import (
    LIBRARY,
    PRIMITIVE_AXIOMS,
    STANDARD_AXIOMS,
    check_claims,
    compile_file,
    library_files,
)
from proofs.formal.expression import NotFormal
from proofs.formal.text import FormalClaim
from proofs.landscape import prove_landscape
from proofs.lemmas import ClaimSource, Effort, decide_all, read_file, understand
from symbolic.objectives import build_objective

FOLDER = Path(__file__).resolve().parents[1] / "problem_set"


@cache
def ssl_claims(neurons: int = 1) -> list[dict[str, Any]]:
    return [landscape_claim(prove_landscape(build_objective("ssl", neurons=neurons)))]


@cache
def sl_claims() -> list[dict[str, Any]]:
    return [landscape_claim(prove_landscape(build_objective("sl")))]


def lemma_claims(stem: str, name: str) -> list[FormalClaim]:
    (source,) = [s for s in read_file(FOLDER / f"{stem}.toml") if s.name == name]
    (result,) = decide_all(understand([source]), Effort(seconds=60))
    return formal_claims(result.evidence)


# -- the library ---------------------------------------------------------------------------------
def test_library_admits_nothing() -> None:
    files = library_files()
    assert {Path(f).name for f in files} == {p.name for p in (LIBRARY / "theories").glob("*.v")}
    for name in files:
        words = (LIBRARY / name).read_text(encoding="utf-8").replace(".", " ").split()
        assert not {"Admitted", "Axiom", "Axioms", "Parameter", "Parameters", "Conjecture", "admit", "Abort"} & set(
            words
        )


def test_pages_are_short_and_say_everything(tmp_path: Path) -> None:
    for neurons in (1, 2, 3):
        (claim,) = formal_claims(ssl_claims(neurons))
        lines = claim.page.splitlines()
        assert len(lines) < 120
        assert [line for line in lines if "Require" in line and "Coq" not in line] == [
            "From Claims Require Claim1Data."
        ]
        assert claim.page.count("(minimum ell,") == 2**neurons
        assert claim.theorems[:2] == ("stationary_points", "features")
        assert claim.page.count("(saddle ell,") == 3**neurons - 2**neurons


def test_exact_zero_is_stated_where_a_change_of_signs_gives_it() -> None:
    (one,) = formal_claims(ssl_claims())
    assert one.theorems[:3] == ("stationary_points", "features", "exact2")
    assert "Theorem exact2 : forall x, stationary ell x -> inside [((-0.00000000000000000001)," in one.page
    assert one.page.count("x 0%nat = 0.") == 1


def test_supervised_page_lists_nine_points_and_the_global_minimum() -> None:
    (claim,) = formal_claims(sl_claims())
    assert len(claim.page.splitlines()) < 120
    assert claim.theorems == ("stationary_points", "exact", "global_minimum", "attained", "indices")
    assert (claim.page.count("(minimum ell, box"), claim.page.count("(saddle ell, box")) == (4, 5)
    assert (
        "Theorem global_minimum : forall p, (forall q, ell p <= ell q) ->\n  (inside box4 p \\/ inside box6 p)"
        in claim.page
    )
    assert claim.page.count("p 1%nat = 0 /\\ p 3%nat = 0.") == 2
    assert [name for name, _ in claim.before + claim.parts] == ["Numbers", "Points", "Part1", "Part2", "Part3", "Part4"]
    assert not any("Float" in text for _, text in claim.parts)
    (fast,) = formal_claims(sl_claims(), fast=True)
    assert fast.page == claim.page
    assert fast.before == claim.before
    assert all("FloatCensus.check_part" in text for name, text in fast.parts if name.startswith("Part"))


def test_supervised_points_have_to_be_closed_under_the_symmetries() -> None:
    (claim,) = sl_claims()
    points = claim["statement"]["points"][1:]
    with pytest.raises(NotFormal, match="closed under the symmetries"):
        formal_claims([{**claim, "statement": {**claim["statement"], "points": points, "count": 8}}])


@needs_coq
@pytest.mark.parametrize("fast", [False, True])
def test_an_axiom_of_ones_own_is_refused(fast: bool) -> None:
    page = "Axiom own : 0 = 1.\nTheorem wrong : 1 = 0.\nProof. symmetry. exact own. Qed.\nPrint Assumptions wrong.\n"
    result = check_claims([FormalClaim("wrong", page, "", ("wrong",))], again=False, fast=fast)
    assert not result.accepted
    assert result.reason == "axioms that are not standard: own"
    assert not PRIMITIVE_AXIOMS.match("Claim1Part1.checked")
    assert not PRIMITIVE_AXIOMS.match("Uint63.a b")


@needs_coq
def test_axioms_of_floats_are_accepted_only_when_asked_for() -> None:
    page = "From Coq Require Floats.\nDefinition sum := Floats.PrimFloat.add.\nPrint Assumptions sum.\n"
    claim = FormalClaim("sum", page, "", ("sum",))
    assert check_claims([claim], again=False, fast=True).accepted
    refused = check_claims([claim], again=False)
    assert not refused.accepted
    assert "PrimFloat.add" in refused.reason


@needs_coq
def test_claims_compile_side_by_side_and_each_in_its_order() -> None:
    def claim(proposition: str) -> FormalClaim:
        data = f"Lemma shown : {proposition}. Proof. exact I. Qed.\n"
        page = f"Theorem t : {proposition}. Proof. exact I. Qed.\nPrint Assumptions t.\n"
        return FormalClaim(proposition, page, data, ("t",))

    right = check_claims([claim("True"), claim("True")])
    assert right.accepted, right.reason
    assert (right.theorems, right.axioms) == (["Claim1.t", "Claim2.t"], [])
    wrong = check_claims([claim("True"), claim("False"), claim("True")])
    assert not wrong.accepted
    assert wrong.reason.startswith("coqc refuses Claim2Data.v")


# -- accepted ------------------------------------------------------------------------------------
ACCEPTED = [("convexity", "Rosenbrock near its minimum"), ("minima", "SiLU")]
# Four kinds, one to four unknowns.
PROBLEM_SET = [
    ("convexity", "exponential"),
    ("convexity", "negative entropy"),
    ("convexity", "logarithm is concave"),
    ("convexity", "softplus"),
    ("convexity", "sigmoid is concave on the right"),
    ("convexity", "Himmelblau near (3, 2)"),
    ("interval_test_sets", "Freudenstein-Roth"),
    ("interval_test_sets", "trigexp, n = 2"),
    ("interval_test_sets", "circle and line"),
    ("interval_test_sets", "circle and distant line"),
    ("interval_test_sets", "Katsura, n = 3"),
    ("interval_test_sets", "three quadrics"),
    ("interval_test_sets", "logarithms, exponentials and sines, n = 4"),
    ("minima", "Himmelblau at (3, 2)"),
    ("root_finding", "sigmoid fixed points"),
    ("separation_paper", "SSL loss never positive near the origin"),
    ("sigmoid_lemmas", "slope of the sigmoid with a gap of 1e-12"),
    ("sigmoid_lemmas", "squared sigmoid slope with a gap of 1e-12"),
]


@needs_coq
@pytest.mark.parametrize(("stem", "name"), ACCEPTED, ids=[n for _, n in ACCEPTED])
def test_claim_is_accepted(stem: str, name: str) -> None:
    result = check_claims(lemma_claims(stem, name), again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS
    assert result.theorems


@needs_coq
def test_inequality_with_a_denominator_and_a_logarithm_is_accepted() -> None:
    table = {"variables": {"x": ["1", "2"], "y": ["0", "1"]}, "statement": "-1 <= log(x)/(x+y) < 1"}
    (result,) = decide_all(understand([ClaimSource("file", "quotient", "inequality", table)]), Effort())
    (claim,) = formal_claims(result.evidence)
    for part in ("(-1) <= ln v1 / (v1 + v2)", "ln v1 / (v1 + v2) < 1", "(v1 + v2) <> 0", "0 < v1"):
        assert part in claim.page
    checked = check_claims([claim], again=False)
    assert checked.accepted, checked.reason


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize(("stem", "name"), PROBLEM_SET, ids=[n for _, n in PROBLEM_SET])
def test_claim_of_the_problem_set_is_accepted(stem: str, name: str) -> None:
    result = check_claims(lemma_claims(stem, name), again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


@needs_coq
@pytest.mark.slow
def test_two_ssl_neurons_are_accepted() -> None:
    (claim,) = formal_claims(ssl_claims(2))
    assert claim.page.count("p 3%nat <> 0") == 1
    result = check_claims([claim])
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


@needs_coq
@pytest.mark.slow
def test_supervised_census_and_separation_are_accepted_in_floats() -> None:
    result = check_claims(formal_claims([*ssl_claims(2), *sl_claims()], fast=True), fast=True)
    assert result.accepted, result.reason
    assert result.theorems[-1] == "Separation.separation"
    assert set(result.axioms) > STANDARD_AXIOMS
    assert all(PRIMITIVE_AXIOMS.match(a) for a in set(result.axioms) - STANDARD_AXIOMS)


@needs_coq
@pytest.mark.slow
def test_supervised_census_is_accepted_in_integers() -> None:
    """About twenty minutes of processor time."""
    result = check_claims(formal_claims(sl_claims()), seconds=6000)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


# Which file of the claim no longer compiles when a number of the search, or of a point, is another.
SUPERVISED = [
    ("sBf := dec 49 4", "sBf := dec 12 1", "Data"),
    ("stau := dec 7 1", "stau := dec 8 1", "Points"),
    ("sbeta := dec 1 800", "sbeta := dec 1 801", "Points"),
    ("sgamma := dec 1 800", "sgamma := dec (-1) 800", "Points"),
    ("sfuel := 100", "sfuel := 10", "Part1"),
    # The last point is in the domain that is searched; the first is only an image, so the census misses nothing without it.
    ("szeros := map pz points", "szeros := removelast (map pz points)", "Part1"),
    ("szeros := map pz points", "szeros := tl (map pz points)", "Data"),
    ("(Cut 3 (dec 0 1) Whole Whole)", "Whole", "Data"),
]


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("case", range(len(SUPERVISED)))
def test_every_changed_number_of_the_supervised_census_is_refused(case: int, tmp_path: Path) -> None:
    (claim,) = formal_claims(sl_claims(), fast=True)
    old, new, where = SUPERVISED[case]
    ((name, numbers),) = claim.before
    texts = {name: changed(numbers, old, new), **dict(claim.parts), "Data": claim.data}
    needed = ["Numbers", where]
    if where == "Data":
        needed = ["Numbers", *dict(claim.parts), "Data"]
    for suffix in needed:
        text = texts[suffix]
        if where == "Data" and suffix in dict(claim.parts):
            # What the parts say is taken for granted: the numbers are refused by what puts them together.
            text = text.replace("Lemma checked", "Axiom checked").replace(
                "Proof. vm_cast_no_check (eq_refl true). Qed.", ""
            )
        if suffix == needed[-1]:
            assert refused(tmp_path, f"Claim1{suffix}.v", text)
        else:
            (tmp_path / f"Claim1{suffix}.v").write_text(text, encoding="utf-8")
            done = compile_file(tmp_path, f"Claim1{suffix}.v")
            assert done.returncode == 0, done.stderr


# -- one neuron, and what happens when it is changed ------------------------------------------------
@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the compiled numbers and the page of one SSL neuron."""
    directory = tmp_path_factory.mktemp("ssl")
    return compiled_numbers(directory, formal_claims(ssl_claims()))


@needs_coq
def test_ssl_neuron_is_accepted_with_standard_axioms(compiled: Path) -> None:
    assert axiom_names(compiled) == STANDARD_AXIOMS


PAGE = [
    ("(1/800) * a ^ 2", "(1/801) * a ^ 2"),
    ("- (1/4) * (sigmoid a) ^ 2", "- (1/4) * (sigmoid b) ^ 2"),
    ("7 * b", "8 * b"),
    ("a - 7 * b", "a + 7 * b"),
    ("/ (1 + exp (- z))", "/ (1 + exp z)"),
    ("Definition n := 2%nat.", "Definition n := 1%nat."),
    ("Definition n := 2%nat.", "Definition n := 3%nat."),
    ("(minimum ell, [(3.8", "(saddle ell, [(3.8"),
    ("(saddle ell, [", "(minimum ell, ["),
    ("3.81620369666736618796", "3.81620369666736618797"),
    ("1.11782702597546907185", "1.11782702597546907186"),
    ("0.00000000000000000001)", "0)"),
    ("(minimum ell, [(3.8", "(minimum ell, [(2.8"),
    ("p 0%nat <> 0 /\\ p 1%nat <> 0", "p 0%nat <> 0 /\\ p 1%nat <> 1"),
    ("is_derive (fun t => f (set x j t)) (x j) 0", "is_derive (fun t => f (set x j t)) (x j) 1"),
    ("f x < f y", "f x <= f y"),
    ("In p ps /\\ agree x p", "In p ps"),
    ("exists p, forall q, ell p <= ell q", "exists p, forall q, ell q <= ell p"),
    ("  inside [(3.8", "  inside [(2.8"),
    ("(forall q, ell p <= ell q) ->\n", ""),
]


def without_a_point(page: str) -> str:
    lines = page.splitlines()
    (first,) = [k for k, line in enumerate(lines) if line.startswith("  (saddle ell")]
    return "\n".join(lines[:first] + lines[first + 1 :]) + "\n"


def with_a_point_twice(page: str) -> str:
    lines = page.splitlines()
    (first,) = [k for k, line in enumerate(lines) if line.startswith("  (saddle ell")]
    return "\n".join([*lines[:first], lines[first], *lines[first:]]) + "\n"


@needs_coq
@pytest.mark.parametrize("case", [0, 9])
def test_changed_statement_is_refused(case: int, compiled: Path) -> None:
    page = formal_claims(ssl_claims())[0].page
    assert refused(compiled, f"Page{case}.v", changed(page, *PAGE[case]))


@needs_coq
@pytest.mark.slow
def test_every_changed_statement_is_refused(compiled: Path) -> None:
    page = formal_claims(ssl_claims())[0].page
    versions = [changed(page, old, new) for old, new in PAGE] + [without_a_point(page), with_a_point_twice(page)]
    assert len(set(versions)) == 22
    for k, text in enumerate(versions):
        assert refused(compiled, f"Page{k}.v", text), k


# Numbers behind the proof: the census then fails, or a point is not where it is said to be.
NUMBERS = [
    ("Scal 1 800", "Scal 1 801"),
    ("Scal 7 1", "Scal 8 1"),
    ("zq := dec 9 10", "zq := dec 11 10"),
    ("zqB := dec 1 2", "zqB := dec 0 1"),
    ("zeps := dec 1 ", "zeps := dec 100 "),
    ("zr := [dec 1 ", "zr := [dec 64 "),
    ("zc := [dec ", "zc := [dec 1"),
    ("zA := [[dec ", "zA := [[dec 1"),
    ("Minimum [", "Saddle [dec 1 1; dec 1 1] ["),
    ("dec 381620369666736618796 ", "dec 381620369666736618798 "),
    ("(zero0, ", "(zero1, "),
]


def without_a_known_point(data: str) -> str:
    """The saddle is left out everywhere: the rest is consistent."""
    lines = data.splitlines()
    (k,) = [i for i, line in enumerate(lines) if line.startswith("  (zero1, Saddle")]
    return "\n".join(lines[:k] + lines[k + 1 :]) + "\n"


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("case", range(len(NUMBERS) + 1))
def test_every_changed_number_is_refused(case: int, tmp_path: Path) -> None:
    (claim,) = formal_claims(ssl_claims())
    versions = [changed(claim.data, old, new) for old, new in NUMBERS] + [without_a_known_point(claim.data)]
    assert len(set(versions)) == 12
    assert refused(tmp_path, "Claim1Data.v", versions[case])


@needs_coq
def test_changed_number_of_a_small_claim_is_refused(tmp_path: Path) -> None:
    (claim,) = lemma_claims("convexity", "Rosenbrock near its minimum")
    assert refused(tmp_path, "Claim1Data.v", changed(claim.data, "Scal 100 1", "Scal (-100) 1"))


# -- the command ---------------------------------------------------------------------------------
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["separatrix", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    captured = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, captured.out, captured.err


@needs_coq
def test_recheck_formal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (source,) = [s for s in read_file(FOLDER / "convexity.toml") if s.name == "softplus"]
    (result,) = decide_all(understand([source]), Effort(seconds=60))
    path = tmp_path / "softplus.json"
    write_certificate(path, result.evidence)
    code, out, _ = run(capsys, monkeypatch, "recheck", "--formal", str(path), "--json", "-")
    data = json.loads(out)
    assert (code, data["verdict"]) == (0, "VALID")
    assert set(data["axioms"]) == STANDARD_AXIOMS
    assert data["theorems"] == ["Claim1.positive_definite"]
    code, out, _ = run(capsys, monkeypatch, "recheck", "--formal", str(path), "--time", "0.01", "--json", "-")
    assert code == 1
    assert "not finished" in json.loads(out)["reason"]


def test_export_writes_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ssl.json"
    write_certificate(path, ssl_claims())
    code, out, _ = run(capsys, monkeypatch, "export", "coq", str(path), "-o", str(tmp_path / "out"), "--json", "-")
    assert code == 0
    data = json.loads(out)
    assert data["theorems"][:3] == ["Claim1.stationary_points", "Claim1.features", "Claim1.exact2"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["Claim1.v", "Claim1Data.v", "_CoqProject"]
    assert all(Path(f).is_file() for f in data["files"])


def test_fast_is_about_formal_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, monkeypatch, "recheck", "--fast", str(tmp_path / "none.json"))
    assert (code, out) == (2, "")
    assert "--fast goes with --formal" in err


def test_missing_coq_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ssl.json"
    write_certificate(path, ssl_claims())
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = run(capsys, monkeypatch, "recheck", "--formal", str(path))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Coq is not installed" in err


def test_claims_without_a_formal_statement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other.json"
    claim = ssl_claims()[0]
    sl = {**claim, "statement": {**claim["statement"], "objective": "sl", "neurons": 2}}
    cases = [
        [{"kind": "reduction", "statement": {}, "evidence": {}}],
        [{**claim, "statement": {**claim["statement"], "count": 4}}],
        [{**claim, "statement": {**claim["statement"], "points": 3}}],
        [{**sl, "statement": {**sl["statement"], "parameters": {"tau": "7", "beta": "1/800", "gamma": "1/800"}}}],
        [{"kind": "lemma", "statement": {}, "evidence": {}}],
    ]
    for k, case in enumerate(cases):
        write_certificate(path, case)
        code, out, err = run(capsys, monkeypatch, "export", "coq", str(path), "-o", str(tmp_path / "out"))
        assert (code, out, err.count("\n")) == (2, "", 1), k
    text = path.read_text(encoding="utf-8").replace("lemma", "lemmas")
    path.write_text(text, encoding="utf-8")
    code, _, err = run(capsys, monkeypatch, "export", "coq", str(path), "-o", str(tmp_path / "out"))
    assert code == 2
    assert "digest" in err
