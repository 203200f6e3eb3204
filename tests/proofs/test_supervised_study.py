"""The study of supervised learning beyond two neurons, its certificates, and changed ones, which are rejected."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import sympy as sp
from flint import arb

from numeric.system import build_system
from proofs import landscape
from proofs.certificates import CertificateError
from proofs.checks.base import Invalid, check_claim
from proofs.checks.walk import SearchWalk
from proofs.claims.stationary_points import landscape_claim
from proofs.landscape import prove_landscape
from proofs.studies import StudyResult, build_study, run_study
from proofs.studies.supervised import SupervisedStudy
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

Claim = dict[str, Any]


@cache
def result() -> StudyResult:
    return run_study(build_study("supervised"))


def claim(lemma: str) -> Claim:
    (found,) = result()[lemma].outcome.claims
    plain: Claim = json.loads(json.dumps(found))
    return plain


def test_every_lemma_is_proved() -> None:
    assert [(r.lemma.id, r.verdict) for r in result().lemmas] == [(f"M{k}", Verdict.PROVED) for k in range(1, 7)]


def test_three_neurons_as_measured() -> None:
    # Newton's method in NumPy from 4000 starts finds these orbits and no others (tests of the theorems code it again).
    values = {k: float(v.middle) for k, v in result()["M5"].outcome.values.items()}
    measured = {"minimum: a1": 2.08302, "minimum: b1": -0.02384, "minimum: f1": -2.49732, "minimum: a3": -2.54761}
    measured |= {"minimum: b3": 0.02184, "minimum: f3": 4.46609, "rank one: a1": -3.39712, "rank one: b1": -0.23379}
    for name, value in measured.items():
        assert values[name] == pytest.approx(value, abs=1e-5), name
    assert result()["M5"].outcome.notes == ["7 of the points have no hidden feature; M3 says 7"]


@pytest.mark.parametrize("lemma", ["M1", "M2", "M3", "M4", "M6"])
def test_certificates_are_valid(lemma: str) -> None:
    check_claim(claim(lemma))


@pytest.mark.slow
def test_the_certificate_of_three_neurons_is_valid() -> None:
    check_claim(claim("M5"))


def _put(*path: Any) -> Callable[[Claim], None]:
    *keys, value = path

    def change(statement: Claim) -> None:
        target: Any = statement
        for key in keys[:-1]:
            target = target[key]
        target[keys[-1]] = value

    return change


REJECTED = [
    ("M2", _put("parameters", "tau", "-7"), "not the supervised one"),
    ("M2", _put("objective", "ssl"), "no such objective"),
    ("M3", _put("count", 8), "there are 7 points"),
    ("M3", _put("count", True), "there are 7 points"),
    ("M3", _put("neurons", 4), "there are 19 points"),
    ("M3", _put("pairs", 0, "a", ["2", "5/2"]), "a of the point with 1 pairs"),
    ("M3", _put("pairs", 0, "f", ["2", "5/2"]), "f of the point with 1 pairs"),
    ("M3", _put("pairs", 0, "pairs", 2), "of the point with 2 pairs"),
    ("M3", _put("parameters", "beta", "10"), "no such point"),
    ("M3", _put("pairs", []), "malformed"),
    ("M3", _put("pairs", 0, "pairs", 0), "malformed"),
    ("M3", _put("pairs", 0, 7), "malformed"),
    ("M4", _put("saddles", False), "zero neurons"),
    ("M4", _put("parameters", "tau", "0"), "not the supervised one"),
    ("M6", _put("index", 1), "the index of the point is 0"),
    ("M6", _put("index", False), "the index of the point is 0"),
    ("M6", _put("energies", "e2", ["1/3", "1/2"]), "the energy of e2"),
    ("M6", _put("energies", {}), "not those of the features"),
    ("M6", _put("energies", None), "malformed"),
    ("M6", _put("point", "box", "a1", ["2", "2"]), "hold the stationary point|exactly one"),
    ("M6", _put("point", "unique_in", "a1", ["-9", "9"]), "exactly one"),
]


@pytest.mark.parametrize(("lemma", "change", "message"), REJECTED, ids=range(len(REJECTED)))
def test_changed_statements_are_rejected(lemma: str, change: Callable[[Claim], None], message: str) -> None:
    changed = claim(lemma)
    change(changed["statement"])
    with pytest.raises((Invalid, CertificateError), match=message):
        check_claim(changed)


# -- two neurons, by signs ---------------------------------------------------------------------------------------------
@cache
def two_by_signs() -> Claim:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landscape, "NEURONS_BY_SIGNS", 2)
        found = prove_landscape(build_objective("sl"))
    assert found.evidence[0].functional is None
    plain: Claim = json.loads(json.dumps(landscape_claim(found)))
    return plain


def test_two_neurons_by_signs_have_the_same_points() -> None:
    usual = landscape_claim(prove_landscape(build_objective("sl")))["statement"]
    signs = two_by_signs()["statement"]
    assert signs["count"] == usual["count"] == 9
    shape = [(p["kind"], p["index"], sorted(p["relations"])) for p in usual["points"]]
    assert [(p["kind"], p["index"], sorted(p["relations"])) for p in signs["points"]] == shape


def test_a_search_by_signs_is_valid_and_a_leaf_less_is_not() -> None:
    check_claim(two_by_signs())
    changed = copy.deepcopy(two_by_signs())
    tree = changed["evidence"]["blocks"][0]["tree"]
    tree["kinds"] = tree["kinds"].replace("3", "4", 1)
    with pytest.raises(Invalid, match="left open"):
        check_claim(changed)


def test_the_walk_uses_signed_products() -> None:
    """x y >= 0: y in [1, 2] cuts x in [-2, 3] to [0, 3]; y in [-2, -1] and x in [1, 3] is empty; y around 0 says nothing."""
    x, y = sp.symbols("x y", real=True)
    for sign in (1, -1):
        walk = SearchWalk(build_system([x + y, x - y], [x, y], plain=True, products=[(0, 1, sign)]), [])

        def cut(xs: tuple[int, int], ys: tuple[int, int], walk: SearchWalk = walk, sign: int = sign) -> Any:
            ys = ys if sign > 0 else (-ys[1], -ys[0])
            return walk.contract([(arb(xs[0]), arb(xs[1])), (arb(ys[0]), arb(ys[1]))])

        for xs, ys, expected in (((-2, 3), (1, 2), (0, 3)), ((-2, 3), (-2, -1), (-2, 0)), ((-2, 3), (-1, 2), (-2, 3))):
            lo, hi = cut(xs, ys)[0]
            assert (float(lo), float(hi)) == expected
        assert cut((1, 3), (-2, -1)) is None


def test_signs_are_refused_for_other_objectives() -> None:
    changed: Claim = json.loads(json.dumps(landscape_claim(prove_landscape(build_objective("ssl")))))
    changed["evidence"]["blocks"][0]["functional"] = None
    with pytest.raises(Invalid, match="signs of supervised neurons"):
        check_claim(changed)


# -- other parameters ----------------------------------------------------------------------------------------------------
def test_other_parameters_without_a_search() -> None:
    weak = SupervisedStudy({"tau": sp.Integer(-7)})
    assert weak.m2().verdict is Verdict.UNDECIDED
    strong = SupervisedStudy({"beta": sp.Rational(1, 10), "gamma": sp.Rational(1, 10)})
    assert strong.m3().verdict is Verdict.REFUTED
    assert strong.m4().verdict is Verdict.UNDECIDED
    small = SupervisedStudy({"beta": sp.Rational(1, 16), "gamma": sp.Rational(1, 17)})
    assert small.m3().verdict is Verdict.PROVED
    assert small.m4().verdict is Verdict.UNDECIDED


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(KeyError, match="alpha"):
        build_study("supervised", {"alpha": sp.Integer(1)})
