"""Studies: how lemmas are run and rest on each other, and the separation study's statements and numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from numeric.enclosure import Enclosure
from proofs.studies import Lemma, Outcome, Study, StudyResult, build_study, run_study, study_names
from proofs.studies.separation import SeparationStudy
from proofs.verdict import Verdict

F = Fraction
P, R, U = Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED


def lemma(name: str, outcome: Verdict | Exception, *uses: str) -> Lemma:
    def prove() -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return Outcome(outcome, "because")

    return Lemma(name, f"title {name}", f"statement {name}", "none", uses, prove)


def run(*lemmas: Lemma) -> StudyResult:
    return run_study(Study("test", "a study", {}, lemmas))


# -- running -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("parent", "expected"), [(P, P), (R, U), (U, U)])
def test_a_proof_needs_proved_parents(parent: Verdict, expected: Verdict) -> None:
    result = run(lemma("A", parent), lemma("B", P, "A"), lemma("C", P, "B"))
    assert result["B"].verdict is expected
    assert result["C"].verdict is expected
    if expected is U:
        assert result["B"].outcome.reason == "it rests on A, which is not proved here"


def test_a_refutation_stands_without_its_parents() -> None:
    assert run(lemma("A", U), lemma("B", R, "A"))["B"].verdict is R


@pytest.mark.parametrize("error", [ValueError("no such point"), ArithmeticError("overflow"), ZeroDivisionError("zero")])
def test_a_hypothesis_that_fails_is_undecided(error: Exception) -> None:
    result = run(lemma("A", error), lemma("B", P, "A"))
    assert result["A"].verdict is U
    assert str(error) in result["A"].outcome.reason
    assert result["B"].verdict is U


def test_a_programming_error_is_not_a_verdict() -> None:
    with pytest.raises(TypeError):
        run(lemma("A", TypeError("wrong argument")))


def test_order_and_combination() -> None:
    seen: list[str] = []
    result = run_study(
        Study("test", "a study", {}, (lemma("A", P), lemma("B", R), lemma("C", U))), started=lambda x: seen.append(x.id)
    )
    assert seen == ["A", "B", "C"]
    assert result.verdict is R
    assert result.seconds >= sum(r.seconds for r in result.lemmas) * 0.99
    with pytest.raises(KeyError):
        result["D"]


def test_an_unknown_parent_is_an_error() -> None:
    with pytest.raises(KeyError):
        run(lemma("A", P, "Z"))


# -- the separation study ------------------------------------------------------------------------------------
def test_names_and_parameters() -> None:
    assert "separation" in study_names()
    assert build_study("separation").parameters == {
        "tau": 7, "alpha": sp.Rational(1, 800), "beta": sp.Rational(1, 800), "gamma": sp.Rational(1, 800)
    }  # fmt: skip
    changed = build_study("separation", {"tau": sp.Integer(5), "gamma": sp.Rational(1, 9)})
    assert (changed.parameters["tau"], changed.parameters["gamma"]) == (5, sp.Rational(1, 9))
    assert "tau = 5" in changed.title


@pytest.mark.parametrize(
    ("name", "values", "error"),
    [
        ("separation", {"tua": sp.Integer(7)}, KeyError),
        ("separation", {"alpha": sp.Integer(0)}, ValueError),
        ("separation", {"beta": sp.Integer(-1)}, ValueError),
        ("separations", {}, KeyError),
    ],
)
def test_mistakes_in_names_and_values(name: str, values: dict[str, sp.Rational], error: type[Exception]) -> None:
    with pytest.raises(error):
        build_study(name, values)


def test_every_lemma_is_proved_and_rests_on_earlier_ones(study_result: StudyResult) -> None:
    assert study_result.verdict is P
    known: set[str] = set()
    for r in study_result.lemmas:
        assert r.verdict is P, r.lemma.id
        assert set(r.lemma.uses) <= known
        known.add(r.lemma.id)
    assert sorted(known) == [f"L{k}" for k in range(1, 9)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("L3", {"a": "3.8162037", "b": "1.5198619", "value": "-0.7178279", "saddle b": "1.1178270"}),
        ("L3", {"eigenvalue 1": "0.0114311", "eigenvalue 2": "0.0298252"}),
        ("L5", {"global |a|": "2.6279", "global |f|": "4.2540", "global value": "0.087395"}),
        ("L5", {"spurious |a|": "3.6962", "spurious |b|": "0.2318", "spurious value": "0.417534"}),
        ("L8", {"published run: nuisance factor after 4000 steps": "0.37"}),
    ],
)
def test_the_numbers_of_the_design(study_result: StudyResult, name: str, values: dict[str, str]) -> None:
    for key, text in values.items():
        enclosure = study_result[name].outcome.values[key]
        half = F(1, 2 * 10 ** len(text.partition(".")[2]))
        assert F(text) - half <= enclosure.lo <= enclosure.hi <= F(text) + half, key


def test_the_global_minimum_has_no_hidden_feature_at_all(study_result: StudyResult) -> None:
    assert study_result["L5"].outcome.values["global b"] == Enclosure.exact(0)


def test_the_nuisance_factor_by_hand(study_result: StudyResult) -> None:
    # (1 - 2 * 0.1 / 800)^4000 = (3999/4000)^4000, exactly inside its enclosure.
    value = study_result["L8"].outcome.values["published run: nuisance factor after 4000 steps"]
    assert value.lo <= F(3999, 4000) ** 4000 <= value.hi


def test_a_landscape_of_another_shape_refutes() -> None:
    # At alpha = 1 the ridge wins: one stationary point.
    study = SeparationStudy({"alpha": sp.Integer(1)})
    for outcome in (study.l3(), study.l4()):
        assert outcome.verdict is R
        assert "1 minimum" in outcome.reason


def test_the_search_needs_its_points() -> None:
    study = SeparationStudy({"alpha": sp.Integer(1)})
    with pytest.raises(ValueError, match="SSL minimum with a > 0"):
        study.l6()


def test_without_the_hidden_feature_no_rows_span_it() -> None:
    # At tau = 0 the minima are (+-4.45, 0): descent converges to them, and their rows do not span e2.
    study = SeparationStudy({"tau": sp.Integer(0)})
    assert not any("span e1 and e2" in note for note in study.l8().notes)


def test_the_sign_of_tau_does_not_matter_for_separation() -> None:
    # tau -> -tau is b -> -b, so |b| is kept just as well.
    study = SeparationStudy({"tau": sp.Integer(-7)})
    assert study.l7().verdict is P
