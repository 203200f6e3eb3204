"""Radii and the perturbation theorem in Coq's kernel: what is true is accepted, what was enlarged is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from formal_run import changed, needs_coq
from hypothesis import given
from hypothesis import strategies as st

from numeric import balls
from proofs.certificates import CertificateError
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, check_claims, compile_file, write_claims
from proofs.formal.decimals import rounded_down, rounded_up
from proofs.formal.expression import NotFormal, formal_expression
from proofs.formal.march import derivative
from proofs.formal.points import jet
from proofs.formal.text import FormalClaim
from proofs.studies import StudyResult
from symbolic.activations import softplus
from symbolic.objectives import build_objective

NUMBERS = re.compile(r"invertible (?:n ell|m \(further m\)) p (\S+) (\S+)\.$", re.MULTILINE)


def claims_of(result: StudyResult, lemma: str) -> list[dict[str, Any]]:
    (found,) = [r for r in result.lemmas if r.lemma.id == lemma]
    return list(found.outcome.claims)


def formal(result: StudyResult, lemma: str, number: int = 0) -> FormalClaim:
    return formal_claims([claims_of(result, lemma)[number]])[0]


# -- what is stated ------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "share"), [(0, 0.98), (1, 0.84), (2, 0.8)])
def test_radii_of_the_page_are_a_little_less_than_those_of_the_certificate(
    study_result: StudyResult, number: int, share: float
) -> None:
    claim = formal(study_result, "L6", number)
    assert len(claim.page.splitlines()) < 120
    assert claim.theorems[:2] == ("centre", "centre_further")
    assert claim.theorems[2:] == ("exact_ift", "exact_ift_block", "preconditioned", "convexity")
    rungs = claims_of(study_result, "L6")[number]["statement"]["rungs"]
    stated = NUMBERS.findall(claim.page)
    assert len(stated) == len(rungs) == 4
    for rung, (radius, image) in zip(rungs, stated, strict=True):
        proved, certified = Fraction(radius), Fraction(rung["radius"][0])
        assert share * certified <= proved < certified
        assert 0 < Fraction(image) < Fraction(rung["image_radius"][0])


def test_the_exact_form_is_stated_in_every_dimension(study_result: StudyResult) -> None:
    page = formal(study_result, "L6").page
    assert "Theorem exact_ift : forall m p, (n <= m)%nat -> stationary m (further m) p -> inside box p ->" in page
    # lambda = 2 alpha = 1/400, so the image is r/800.
    (radius, image), *_ = NUMBERS.findall(page)
    assert Fraction(image) == pytest.approx(float(Fraction(radius) / 800), rel=1e-4)


def test_separation_keeps_the_numbers_of_the_certificate(study_result: StudyResult) -> None:
    claim = formal(study_result, "L7")
    statement = claims_of(study_result, "L7")[0]["statement"]
    assert len(claim.page.splitlines()) < 120
    assert claim.theorems == tuple(f"{f}_{t}" for f in ("ssl", "sl") for t in ("minimum", "kept", "features"))
    kept = re.findall(r"keeps m \((?:ssl|sl) m\) p (\S+) (\S+) (\S+)\.$", claim.page, re.MULTILINE)
    assert len(kept) == 2
    for radius, small, move in kept:
        assert Fraction(small) <= Fraction(statement["epsilon"])
        # m = 2 alpha = 2 beta = 1/400 in all of R^m.
        assert Fraction(small) < Fraction(radius) / 400
        assert 400 * Fraction(small) <= Fraction(move) <= 401 * Fraction(small)
    assert Fraction(kept[0][1]) > Fraction(99, 100) * Fraction(statement["epsilon"])
    lower = [Fraction(x) for x in re.findall(r"  (\d\.\d+) <= q", claim.page)]
    assert lower == [Fraction("3.7842"), Fraction("1.4878"), Fraction("1.4878")]
    assert float(Fraction(statement["a_kept"])) == pytest.approx(3.7842, abs=1e-4)


# -- accepted ------------------------------------------------------------------------------------
@needs_coq
@pytest.mark.parametrize(("lemma", "number"), [("L6", 1), ("L7", 0)])
def test_balls_in_six_unknowns_are_accepted(study_result: StudyResult, lemma: str, number: int) -> None:
    result = check_claims([formal(study_result, lemma, number)], again=False)
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("lemma", ["L6", "L7"])
def test_every_ball_of_the_study_is_accepted_by_both_programs(study_result: StudyResult, lemma: str) -> None:
    result = check_claims(formal_claims(claims_of(study_result, lemma)))
    assert result.accepted, result.reason
    assert set(result.axioms) == STANDARD_AXIOMS


# -- refused -------------------------------------------------------------------------------------
def larger(text: str, field: str, factor: Fraction, where: str = "") -> str:
    """The number of a field after ``where``, multiplied."""
    at = text.index(where) if where else 0
    found = re.compile(rf"{field} := dec (\d+) (\d+)").search(text, at)
    assert found is not None
    value = Fraction(int(found[1]), int(found[2])) * factor
    return text[: found.start()] + f"{field} := dec {value.numerator} {value.denominator}" + text[found.end() :]


def with_bound(text: str, where: str, factor: Fraction) -> str:
    """The bound of the third derivatives in the last step of a march, multiplied."""
    start = text.index("[(", text.index(f"Lemma {where}ball_shown", max(text.find("Module Msl"), 0)))
    end = text.index(")] = true", start)
    last = text.rindex("dec", start, end)
    numbers = re.fullmatch(r"dec (\d+) (\d+)", text[last:end])
    assert numbers is not None
    value = Fraction(int(numbers[1]), int(numbers[2])) * factor
    return text[:last] + f"dec {value.numerator} {value.denominator}" + text[end:]


CHANGES: list[tuple[str, int, Callable[[str], str]]] = [
    ("L6", 1, lambda t: larger(t, "bimage", Fraction(11, 10), "exact_ift_ball :")),
    ("L7", 0, lambda t: with_bound(t, "", Fraction(1, 2))),
    ("L6", 1, lambda t: with_bound(t, "exact_ift_", Fraction(1, 2))),
    ("L6", 1, lambda t: larger(t, "bradius", Fraction(2), "exact_ift_ball :")),
    ("L6", 1, lambda t: with_bound(t, "exact_ift_block_", Fraction(1, 2))),
    ("L6", 1, lambda t: with_bound(t, "preconditioned_", Fraction(1, 2))),
    ("L6", 1, lambda t: with_bound(t, "convexity_", Fraction(1, 2))),
    ("L6", 1, lambda t: larger(t, "boffset", Fraction(0), "exact_ift_ball :")),
    ("L6", 0, lambda t: larger(larger(t, "bradius", Fraction(21, 20)), "bouter", Fraction(21, 20))),
    ("L6", 0, lambda t: larger(t, "bimage", Fraction(101, 100), "preconditioned_ball :")),
    ("L6", 0, lambda t: larger(t, "bimage", Fraction(13, 10), "convexity_ball :")),
    (
        "L6",
        0,
        lambda t: larger(
            larger(t, "bradius", Fraction(21, 20), "convexity_ball"), "bouter", Fraction(21, 20), "convexity_ball"
        ),
    ),
    ("L6", 0, lambda t: changed(t, "form := [dec 1 1; dec 7 1]", "form := [dec 1 1; dec 6 1]")),
    ("L6", 0, lambda t: changed(t, "Scal 1 800", "Scal 1 801")),
    (
        "L7",
        0,
        lambda t: changed(t, "check_keeps 30%Z size e ball (dec 2500", "check_keeps 30%Z size e ball (dec 2600"),
    ),
]
"""Lemma of the study, number of the claim, and what is changed in its numbers."""


def is_refused(result: StudyResult, case: int, directory: Path) -> bool:
    lemma, number, change = CHANGES[case]
    write_claims([formal(result, lemma, number)], directory)
    data = directory / "Claim1Data.v"
    before = data.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    data.write_text(after, encoding="utf-8")
    done = compile_file(directory, "Claim1Data.v")
    assert "Syntax error" not in done.stderr
    why = " ".join(done.stderr.split())
    # A computation that answers false, or two formulas that are not the same.
    return done.returncode != 0 and ("while it is expected to have type" in why or "not a valid field equation" in why)


@needs_coq
@pytest.mark.parametrize("case", [0, 1])
def test_an_enlarged_number_is_refused(case: int, study_result: StudyResult, tmp_path: Path) -> None:
    assert is_refused(study_result, case, tmp_path)


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("case", range(2, len(CHANGES)))
def test_every_enlarged_number_is_refused(case: int, study_result: StudyResult, tmp_path: Path) -> None:
    assert is_refused(study_result, case, tmp_path)


# -- input that is wrong ---------------------------------------------------------------------------
def test_malformed_ladders_are_one_line(study_result: StudyResult) -> None:
    (claim, *_) = claims_of(study_result, "L6")
    statement, evidence = claim["statement"], claim["evidence"]
    rungs = statement["rungs"]
    broken: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({**statement, "rungs": rungs[:3]}, evidence),
        ({**statement, "rungs": [*rungs[:3], 7]}, evidence),
        ({**statement, "rungs": [*rungs[:3], {**rungs[3], "radius": "1"}]}, evidence),
        ({**statement, "point": None}, evidence),
        (statement, {"balls": []}),
        (statement, {"balls": [[1], [1], [1], [1]]}),
    ]
    for other, given_evidence in broken:
        with pytest.raises(CertificateError) as error:
            formal_claims([{**claim, "statement": other, "evidence": given_evidence}])
        assert "\n" not in str(error.value)
    none = [*rungs[:3], {**rungs[3], "radius": ["0", "1"]}]
    with pytest.raises(NotFormal, match="not positive"):
        formal_claims([{**claim, "statement": {**statement, "rungs": none}}])


def test_radii_that_are_far_too_large_have_no_statement(study_result: StudyResult) -> None:
    claim = claims_of(study_result, "L6")[1]
    rungs = claim["statement"]["rungs"]
    for k in range(4):
        radius = [str(2 * Fraction(rungs[k]["radius"][0])), None]
        enlarged = [{**r, "radius": radius} if i == k else r for i, r in enumerate(rungs)]
        with pytest.raises(NotFormal, match="the kernel would see"):
            formal_claims([{**claim, "statement": {**claim["statement"], "rungs": enlarged}}])
    (claim,) = claims_of(study_result, "L7")
    with pytest.raises(NotFormal, match="the kernel would see"):
        formal_claims([{**claim, "statement": {**claim["statement"], "epsilon": "1/10000"}}])


def test_malformed_separations_are_one_line(study_result: StudyResult) -> None:
    (claim,) = claims_of(study_result, "L7")
    statement, evidence = claim["statement"], claim["evidence"]
    for other, given_evidence in [
        ({**statement, "epsilon": "0"}, evidence),
        ({**statement, "ssl": None}, evidence),
        ({**statement, "sl": statement["ssl"]}, evidence),
        (statement, {**evidence, "ssl": None}),
        (statement, {**evidence, "ssl": {**evidence["ssl"], "inner": "0"}}),
    ]:
        with pytest.raises(CertificateError) as error:
            formal_claims([{**claim, "statement": other, "evidence": given_evidence}])
        assert "\n" not in str(error.value)


# -- hints ---------------------------------------------------------------------------------------
@given(st.fractions(min_value=Fraction(1, 10**9), max_value=10**9))
def test_five_digits_on_either_side(x: Fraction) -> None:
    down, up = rounded_down(x).value, rounded_up(x).value
    assert down <= x <= up
    assert up - down <= x / 10**4
    assert len(str(rounded_down(x).units)) <= max(5, len(str(int(x))) + 1)


def test_derivatives_are_those_of_sympy() -> None:
    x, y = sp.symbols("x y", real=True)
    samples = [
        build_objective("ssl", neurons=1).numeric_loss,
        softplus(x * y) - sp.tanh(x) ** 3 * sp.exp(-y) + sp.sinh(x) * sp.cosh(y),
        sp.sin(x * y) + sp.cos(x) * sp.atan(y) + sp.log(2 + x**2) / (1 + y**2) + sp.sqrt(3 + x),
    ]
    for e in samples:
        variables = sorted(e.free_symbols, key=str)
        formula = formal_expression(e, variables)
        with balls.precision(80):
            point = [balls.ball(Fraction(3, 7)), balls.ball(Fraction(-2, 5))]
            _, gradient, _ = jet(formula, point)
            for j, v in enumerate(variables):
                mine, _, _ = jet(derivative(formula, j), point)
                theirs, _, _ = jet(formal_expression(sp.diff(e, v), variables), point)
                assert mine.overlaps(gradient[j])
                assert mine.overlaps(theirs)
                assert float(mine.rad()) < 1e-15
