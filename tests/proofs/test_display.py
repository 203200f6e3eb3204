"""What people see: verdicts, numbers rounded to the safe side, open regions, and notebook HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from rich.console import Console, RenderableType
from study_run import ladders

from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs.display import ladder_table, landscape_html, landscape_table, study_html, study_tree, value_text
from proofs.landscape import Landscape, prove_landscape
from proofs.studies import Lemma, Outcome, Study, StudyResult, run_study
from proofs.studies.separation import SeparationStudy
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

F = Fraction


def text(rendered: RenderableType, width: int = 200) -> str:
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(rendered)
    return captured.get()


# -- numbers -------------------------------------------------------------------------------------------------
def test_bounds_are_rounded_to_the_safe_side() -> None:
    third = Enclosure.exact(F(1, 3))
    assert F(value_text("moves <=", third)) > F(1, 3)
    assert F(value_text("|a| >=", third)) < F(1, 3)
    wide = Enclosure(F(1), F(2))
    assert value_text("moves <=", wide) == "2"
    assert value_text("|a| >=", wide) == "1"


def test_only_certain_digits_are_shown() -> None:
    shown = value_text("a", Enclosure(F(123456789, 10**8), F(123456790, 10**8)))
    assert shown == "1.234567…"
    assert value_text("a", Enclosure.exact(F(1, 4))) == "0.25"
    assert value_text("a", Enclosure.exact(0)) == "0"


# -- studies -------------------------------------------------------------------------------------------------
def test_the_tree_names_every_lemma_with_its_verdict(study_result: StudyResult) -> None:
    shown = text(study_tree(study_result))
    for r in study_result.lemmas:
        assert re.search(rf"{r.lemma.id} {re.escape(r.lemma.title)} +PROVED +\d+\.\d\d s", shown)
    assert re.search(r"^PROVED +8 proved in \d", shown, re.MULTILINE)
    assert "3.81620369666" in shown
    assert "uses L2, L3, L5" in shown


def test_other_verdicts_and_notes_are_shown() -> None:
    def outcome(verdict: Verdict) -> Lemma:
        return Lemma(verdict.value[0], "t", "s", "", (), lambda: Outcome(verdict, f"why {verdict}", notes=["a note"]))

    shown = text(study_tree(run_study(Study("x", "y", {}, tuple(map(outcome, Verdict))))))
    for verdict in Verdict:
        assert f"why {verdict}" in shown
    assert "note: a note" in shown
    assert "REFUTED  1 proved, 1 refuted, 1 undecided" in shown


def test_narrow_terminals_do_not_fail(study_result: StudyResult) -> None:
    assert "PROVED" in text(study_tree(study_result), width=30)


# -- landscapes ----------------------------------------------------------------------------------------------
def test_the_landscape_table(study: SeparationStudy) -> None:
    shown = text(landscape_table(study.ssl_landscape))
    assert "3 stationary points" in shown
    assert "3.816203696…" in shown
    assert "-3.816203696…" in shown
    assert "tau = 7, alpha = 1/800" in shown
    # The lowest value first.
    assert shown.index("minimum") < shown.index("saddle")
    assert len(text(landscape_table(study.sl_landscape)).splitlines()) >= 9


def test_an_uncertain_index_is_not_a_number(study: SeparationStudy) -> None:
    first = study.ssl_landscape.points[0]
    landscape = replace(study.ssl_landscape, points=[replace(first, index=None)])
    assert re.search(r"│ +\? │", text(landscape_table(landscape)))
    assert "1 stationary point:" in text(landscape_table(landscape))


def test_open_regions_are_shown() -> None:
    shown = text(landscape_table(prove_landscape(build_objective("ssl"), budget=Budget(boxes=3))))
    assert "open: a in" in shown
    assert "UNDECIDED" in shown
    assert "box budget" in shown


def test_the_ladder_table() -> None:
    analysis, rungs = ladders()["ssl"]
    shown = text(ladder_table(analysis.point, rungs))
    for rung in rungs:
        assert rung.method in shown
    assert "[0.006425, 0.006433]" in shown
    open_rung = replace(rungs[0], radius=(F(1, 3), None))
    assert ">= 0.3333" in text(ladder_table(analysis.point, [open_rung]))


# -- notebooks -----------------------------------------------------------------------------------------------
def test_html_of_a_landscape(study: SeparationStudy) -> None:
    shown = landscape_html(study.ssl_landscape)
    assert shown.count("<tr>") == 4
    assert "PROVED" in shown
    assert study.ssl_landscape._repr_html_() == shown


def test_html_escapes_what_it_shows() -> None:
    evil = Lemma("L<1>", "<script>alert(1)</script>", "a < b & c", "", (), lambda: Outcome(Verdict.PROVED, ""))
    shown = study_html(run_study(Study("x", "<b>y</b>", {}, (evil,))))
    assert "<script>" not in shown
    assert "a &lt; b &amp; c" in shown
    assert "<b>y</b>" not in shown


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_badge(verdict: Verdict) -> None:
    item = Lemma("L", "t", "s", "", (), lambda: Outcome(verdict, ""))
    assert f">{verdict.value}</b>" in study_html(run_study(Study("x", "y", {}, (item,))))


def test_plain_representations_are_one_short_line(sl_landscape: Landscape) -> None:
    # A landscape holds its search tree; a prompt that shows it must not print megabytes.
    assert repr(sl_landscape) == "<Landscape of sl: PROVED, stationary points: 4 minimum, 5 saddle>"
