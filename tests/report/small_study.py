"""A study of six lemmas whose certificates are checked in a moment, run once for all tests."""

from __future__ import annotations

from functools import cache

import sympy as sp

from numeric.enclosure import Enclosure
from proofs.bounds import a_priori_bounds
from proofs.claims.lemmas import bounds_claim, reduction_claim
from proofs.claims.stationary_points import landscape_claim
from proofs.landscape import prove_landscape
from proofs.studies import Lemma, Outcome, Study, StudyResult, run_study
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

#: Parents before children, as in every study.
USES = {"A": (), "B": ("A",), "C": (), "D": ("B", "C"), "E": ("C",), "F": ("D",)}


def _bounds() -> Outcome:
    ssl = build_objective("ssl")
    bounds = a_priori_bounds(ssl)
    return Outcome(
        Verdict.PROVED,
        "energy identity",
        {"|(a,b)| <=": Enclosure.exact(bounds[0].radius)},
        [bounds_claim(ssl, bounds)],
    )


def _landscape() -> Outcome:
    found = prove_landscape(build_objective("ssl"))
    first = min(found.points, key=lambda p: p.value.middle)
    return Outcome(found.verdict, "search", {"value": first.value, "a": first.box[0]}, [landscape_claim(found)])


def _reduction() -> Outcome:
    return Outcome(Verdict.PROVED, "exact algebra", {}, [reduction_claim(build_objective("ssl"))])


def _words() -> Outcome:
    return Outcome(Verdict.PROVED, "a remark with <b>tags</b> & 50% of_signs", {}, [], ["a note with x^2 <= 1"])


def study() -> Study:
    titles = {
        "A": ("A-priori ball", _bounds), "B": ("Three stationary points of one neuron", _landscape),
        "C": ("Reduction", _reduction), "D": ("Words & more", _words), "E": ("Reduction, again", _reduction),
        "F": ("Last", _bounds),
    }  # fmt: skip
    lemmas = tuple(
        Lemma(key, title, f"Statement of {key}: |a| <= 13 & more.", "none", USES[key], prove, mathematics)
        for (key, (title, prove)), mathematics in zip(
            titles.items(), (r"$|w|^{2} \le R^{2}$ at every stationary point.", "", "", "", "", ""), strict=True
        )
    )
    return Study("small", "A small study", {"tau": sp.Rational(7)}, lemmas)


@cache
def small_result() -> StudyResult:
    return run_study(study())
