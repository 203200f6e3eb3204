"""The noise study: its verdicts and numbers, its certificates, and changed certificates, which are rejected."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import noisy_reference as ref
import numpy as np
import pytest
import sympy as sp
from noise_run import noise_result, noise_study

from proofs.certificates import CertificateError
from proofs.checks.base import Invalid, check_claim
from proofs.claims.noise import noisy_minimum_claim
from proofs.studies import build_study, study_names
from proofs.studies.noise import NoiseStudy
from proofs.verdict import Verdict

F = Fraction
Change = Callable[[dict[str, Any], dict[str, Any]], object]


def claims(lemma: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(json.dumps(noise_result()[lemma].outcome.claims))
    return found


def values(lemma: str) -> dict[str, Any]:
    return noise_result()[lemma].outcome.values


# -- results -----------------------------------------------------------------------------------------------------------
def test_every_lemma_is_proved() -> None:
    assert "noise" in study_names()
    assert [r.lemma.id for r in noise_result().lemmas] == [f"N{k}" for k in range(1, 7)]
    assert all(r.verdict is Verdict.PROVED for r in noise_result().lemmas)


def test_the_class_terms_by_quadrature() -> None:
    # T(m, V) by Gauss-Hermite in NumPy.
    z, w = np.polynomial.hermite_e.hermegauss(40)
    w = w / w.sum()
    v = float(values("N1")["V = rho^2 |w|^2"].lo) ** 0.5
    a, b = (float(x.middle.limit_denominator(1000)) for x in noise_study().base.attractor.box)
    shown = [x for k, x in values("N1").items() if k.startswith("T(")]
    for m, value in zip((a, a + 7 * b, -a, -a + 7 * b), shown, strict=True):
        inner = 1 / (1 + np.exp(-(m + v * (z[:, None] + z[None, :])))) @ w
        assert abs(float(w @ inner**2) - float(value.middle)) < 1e-13


def test_the_table_reaches_the_published_dimension() -> None:
    for name, lemma in (("SSL", "N4"), ("SL", "N5")):
        found = {k.split(", ")[1]: int(x.lo) for k, x in values(lemma).items() if "smallest" in k}
        assert found["exact-ift"] >= found["exact-ift-block"] >= found["preconditioned"] >= found["convexity"]
        assert found["krawczyk"] <= 10, name
        assert found["product-region"] <= 10, name


def test_the_minimum_of_ssl_keeps_the_hidden_feature() -> None:
    x = ref.minimum(lambda y: ref.ssl_loss(y, 10**-1.5), np.array([3.82, 1.52]))
    shown = values("N4")
    for k, name in enumerate("ab"):
        side = shown[f"d = 10: {name}"]
        assert float(side.lo) - 1e-8 <= x[k] <= float(side.hi) + 1e-8
    assert float(shown["d = 10: energy of e2 >="].lo) <= x[1] / np.hypot(*x)
    assert values("N6")["SSL: |b| >="].lo > F(3, 2)


def test_the_minimum_of_sl_has_no_hidden_feature() -> None:
    start = np.array([2.63, 0.0, -2.63, 0.0, -4.25, 4.25])
    x = ref.minimum(lambda y: ref.sl_loss(y, 10**-1.5), start)
    shown = values("N5")
    assert float(shown["d = 10: |a|"].lo) <= x[0] <= float(shown["d = 10: |a|"].hi)
    assert float(shown["d = 10: |f|"].lo) <= x[5] <= float(shown["d = 10: |f|"].hi)
    assert np.abs(x[[1, 3]]).max() < 1e-7
    assert shown["d = 10: b1, b2"].is_exact


def test_parameters() -> None:
    assert build_study("noise", {"tau": sp.Integer(5)}).parameters["tau"] == 5
    with pytest.raises(KeyError):
        build_study("noise", {"tua": sp.Integer(5)})


def test_a_study_without_its_minimum_proves_nothing() -> None:
    # At alpha = 1 one neuron has a single stationary point, so there is no minimum with a > 0.
    study = NoiseStudy({"alpha": sp.Integer(1)})
    assert study.n2().verdict is not Verdict.PROVED
    with pytest.raises(ValueError, match="SSL minimum with a > 0"):
        study.n4()


# -- certificates ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("lemma", "numbers"), [("N1", (0, 5, 15)), ("N3", (0, 2)), ("N4", (0, 1)), ("N5", (0,))])
def test_claims_are_proved_again(lemma: str, numbers: tuple[int, ...]) -> None:
    for k in numbers:
        check_claim(claims(lemma)[k])


@pytest.mark.slow
def test_all_claims_are_proved_again() -> None:
    for result in noise_result().lemmas:
        for claim in claims(result.lemma.id):
            check_claim(claim)


def put(where: str, key: str, value: Any) -> Change:
    def change(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        target = statement if where == "s" else evidence
        target[key] = value(target[key]) if callable(value) else value

    return change


def side(name: str, change: Callable[[Fraction, Fraction], tuple[Fraction, Fraction]], key: str = "box") -> Change:
    def apply(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        lo, hi = (F(x) for x in statement[key][name])
        statement[key][name] = [str(x) for x in change(lo, hi)]

    return apply


def half(lo: Fraction, hi: Fraction) -> tuple[Fraction, Fraction]:
    return (lo + hi) / 2, hi


def wide(lo: Fraction, hi: Fraction) -> tuple[Fraction, Fraction]:
    return lo - 2, hi + 2


def both(*changes: Change) -> Change:
    def apply(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        for change in changes:
            change(statement, evidence)

    return apply


SL = {"tau": "7", "beta": "1/800", "gamma": "1/800"}
COMMON: list[tuple[Change, str]] = [
    (put("s", "rho_squared", ["0", "1"]), "not shown|too large|neither"),
    (put("s", "rho_squared", ["-1", "1/1000"]), "negative"),
    (put("s", "rho_squared", ["1/1000", "0"]), "negative"),
    (put("s", "nuisance", "1000"), "off the data|larger than"),
    (put("s", "nuisance", "-1"), "negative"),
    (put("s", "method", "hope"), "unknown method"),
    (put("s", "neurons", 3), "no noisy population|exactly the variables"),
    (put("s", "parameters", {"tau": "1", "alpha": "1/800"}), "not shown|larger|not inside"),
    (put("s", "zero", ["b1", "b2"]), "known to vanish|not symmetric"),
    (put("e", "order", 1), "out of range"),
    (put("e", "order", True), "out of range"),
    (put("e", "order", None), "out of range"),
    (both(put("s", "objective", "sl"), put("s", "neurons", 7), put("s", "parameters", SL)), "exactly the variables"),
    (side("b", half), "lie in the box|inside the box"),
]
KRAWCZYK: list[tuple[Change, str]] = [
    (side("a", wide, "region"), "exactly one"),
    (side("a", half, "region"), "exactly one|lie in the region"),
]
PRODUCT: list[tuple[Change, str]] = [
    (put("s", "radii", lambda r: ["1/1000000", *r[1:]]), "exactly one"),
    (put("s", "radii", lambda r: [str(-F(x)) for x in r]), "exactly one"),
    (put("s", "centre", lambda c: [str(F(c[0]) + 1), *c[1:]]), "exactly one"),
    (put("s", "basis", [["1", "1"], ["1", "1"]]), "nonsingular"),
    (put("s", "basis", [["1"], ["1"]]), "malformed"),
]
BALL: list[tuple[Change, str]] = [
    (put("s", "epsilon", "0"), "that small"),
    (put("s", "delta", "0"), "that small"),
    (put("s", "epsilon", "1"), "too large"),
    (put("s", "delta", "1"), "too large"),
    (put("s", "radius", "1"), "larger than"),
    (put("s", "radius", "0"), "larger than"),
    (put("s", "constant", lambda c: str(F(c) * 2)), "another constant|larger than"),
    (put("s", "method", "convexity"), "another method"),
]


def rejects(claim: dict[str, Any], change: Change, why: str) -> None:
    changed = copy.deepcopy(claim)
    change(changed["statement"], changed["evidence"])
    with pytest.raises((Invalid, CertificateError), match=why):
        check_claim(changed)


@pytest.mark.parametrize(("change", "why"), COMMON + KRAWCZYK)
def test_changed_claims_of_krawczyk_are_rejected(change: Change, why: str) -> None:
    rejects(claims("N4")[0], change, why)


@pytest.mark.parametrize(("change", "why"), COMMON + PRODUCT)
def test_changed_claims_of_the_product_region_are_rejected(change: Change, why: str) -> None:
    rejects(claims("N4")[1], change, why)


@pytest.mark.parametrize("number", [0, 2])
@pytest.mark.parametrize(("change", "why"), BALL)
def test_changed_claims_of_a_ball_are_rejected(number: int, change: Change, why: str) -> None:
    rejects(claims("N3")[number], change, why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (side("b1", lambda lo, hi: (lo, hi * F(9, 10)), "region"), "not symmetric"),
        (put("s", "zero", ["a1"]), "known to vanish"),
        (put("s", "zero", ["b1"]), "known to vanish"),
        (put("s", "zero", None), "known to vanish"),
    ],
)
def test_a_zero_needs_the_symmetry(change: Change, why: str) -> None:
    rejects(claims("N5")[0], change, why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("s", "value", ["0", "1/2"]), "in the interval"),
        (put("s", "value", ["1", "0"]), "reversed"),
        (put("s", "m", "1"), "in the interval"),
        (put("s", "variance", "1/50"), "in the interval"),
        (put("s", "variance", "-1"), "out of range"),
        (put("s", "variance", "1" + "0" * 30), "out of range"),
        (put("s", "derivatives", [9, 0]), "out of range"),
        (put("s", "derivatives", [0]), "malformed"),
        (put("s", "derivatives", [True, 0]), "malformed"),
        (put("s", "objective", "sl"), "objective ssl"),
    ],
)
def test_changed_class_terms_are_rejected(change: Change, why: str) -> None:
    rejects(claims("N1")[0], change, why)


def test_a_claim_says_what_its_method_proves() -> None:
    study = noise_study()
    for method, (d, proof) in study.ssl_table.items():
        statement = noisy_minimum_claim(study.ssl, proof)["statement"]
        assert statement["method"] == method
        assert statement["rho_squared"] == ["0", f"1/{d**3}"]
        assert ("region" in statement, "basis" in statement, "radius" in statement).count(True) == 1
