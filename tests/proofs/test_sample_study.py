"""The sample study: verdicts, numbers against simulation elsewhere, certificates and what happens when they are changed."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from proofs.certificates import CertificateError
from proofs.checks.base import Invalid, check_claim
from proofs.studies import StudyResult, build_study, run_study
from proofs.verdict import Verdict


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return run_study(build_study("sample"))


def test_every_lemma_is_proved_at_ten(result: StudyResult) -> None:
    assert result.verdict is Verdict.PROVED
    s1, s2, s3 = (result[k].outcome.values for k in ("S1", "S2", "S3"))
    # P(some count of 100 outside 12..40) = 0.00282452517329... (multinomial)
    assert abs(float(s1["class fractions fail"].lo) - 0.00282452517329) < 1e-13
    assert Fraction(99, 100) < s1["P >="].lo
    assert s3["P >="].lo > Fraction(99, 100)
    # 20,000 simulated class counts gave a in [2.8, 4.4] and b in [1.36, 1.60]; the regions contain the noise too.
    assert s2["|a|"].lo < Fraction(28, 10)
    assert s2["|a|"].hi > Fraction(44, 10)
    assert Fraction(1) < s2["|b|"].lo < Fraction(136, 100)
    assert Fraction(160, 100) < s2["|b|"].hi < 2
    s4, s5, s6 = (result[k].outcome.values for k in ("S4", "S5", "S6"))
    for name in ("SSL", "SL"):
        # Each method of the ladder reaches at least as far as the one before.
        reached = [
            int(s4[f"{name} {m} d >="].lo) for m in ("exact-ift", "exact-ift-block", "preconditioned", "convexity")
        ]
        assert reached == sorted(reached, reverse=True)
    # The estimate for the plain form is "about 6,000", with Gaussian quantiles in place of proved tails.
    assert 6_000 < s4["SSL exact-ift d >="].lo < 12_000
    assert s5["P >="].lo > Fraction(99, 100)
    assert s6["P >="].lo > Fraction(99, 100)
    assert s5["|a|"].lo < Fraction(26279, 10_000) < s5["|a|"].hi
    assert s5["|f|"].lo < Fraction(42540, 10_000) < s5["|f|"].hi
    assert s6["SL energy of e2 <="].hi < Fraction(1, 40) < Fraction(1, 4) < s6["SSL energy of e2 >="].lo


def claim(result: StudyResult, lemma: str) -> dict[str, Any]:
    name, _, number = lemma.partition(".")
    return copy.deepcopy(result[name].outcome.claims[int(number or 0)])


@pytest.mark.parametrize("lemma", ["S1", "S3", "S4.0", "S4.1", "S5.1", "S6"])  # S6 checks what S2 and S5 do
def test_certificates_are_proved_again(result: StudyResult, lemma: str) -> None:
    check_claim(claim(result, lemma))


def _set(path: str, value: Any) -> Any:
    def change(value_of: dict[str, Any]) -> None:
        *way, last = path.split(".")
        for key in way:
            value_of = value_of[int(key) if key.isdigit() else key]
        value_of[int(last) if last.isdigit() else last] = value

    change.__name__ = f"{path}={value}"
    return change


def _first_region(tree: dict[str, Any]) -> dict[str, Any]:
    """The region that the checker comes to first."""
    while "region" not in tree:
        tree = next(part for part in reversed(tree["parts"]) if part is not None)
    return tree


def _shrink(c: dict[str, Any]) -> None:
    region = _first_region(c["evidence"]["cover"])["region"]
    region["a"] = [str((Fraction(region["a"][0]) + Fraction(region["a"][1])) / 2), region["a"][1]]


def _less_radius(c: dict[str, Any]) -> None:
    _first_region(c["evidence"]["cover"])["region"]["radius"] = "1/100"


def _open(c: dict[str, Any]) -> None:
    tree = c["evidence"]["cover"]
    while not any(part is not None and "region" in part for part in tree["parts"]):
        tree = next(part for part in tree["parts"] if part is not None)
    tree["parts"] = [part if part is None or "region" not in part else None for part in tree["parts"]]


def _enlarge(c: dict[str, Any]) -> None:
    _first_region(c["evidence"]["cover"])["region"]["r"] = "1/20"


def _flat(c: dict[str, Any]) -> None:
    columns = _first_region(c["evidence"]["cover"])["region"]["columns"]
    columns[0] = columns[1]


def _short(c: dict[str, Any]) -> None:
    _first_region(c["evidence"]["cover"])["region"]["columns"].pop()


def _cut_outside(c: dict[str, Any]) -> None:
    c["evidence"]["cover"]["cut"] = "9/10"


@pytest.mark.parametrize(
    ("lemma", "change"),
    [
        ("S1", _set("statement.delta", "1/200")),
        ("S1", _set("statement.event.d", 9)),
        ("S1", _set("statement.event.lo", "13/100")),
        ("S1", _set("statement.event.kappa", "1/2")),
        ("S1", _set("statement.event.kappa", "0")),
        ("S1", _set("statement.event.d", 2)),
        ("S1", _set("statement.event.d", "10")),
        ("S1", _set("statement.event.d", True)),
        ("S1", _set("statement.event", [])),
        ("S3", _set("statement.delta", "1/200")),
        ("S3", _set("statement.event.d", 9)),
        ("S3", _set("evidence.start", 10)),
        ("S3", _set("evidence.start", 9)),
        ("S3", _set("evidence.start", 500)),
        ("S3", _set("evidence.start", None)),
        ("S2", _set("statement.event.d", 8)),
        ("S2", _set("statement.event.lo", "1/10")),
        ("S2", _set("statement.event.hi", "1/2")),
        ("S2", _set("statement.event.kappa", "2")),
        ("S2", _set("statement.tau", "-7")),
        ("S2", _set("statement.tau", "3")),
        ("S2", _set("statement.alpha", "1/100")),
        ("S2", _set("statement.b", ["6/5", "2"])),
        ("S2", _set("statement.a", ["1", "4"])),
        ("S2", _set("statement.nuisance", "1/2")),
        ("S2", _set("statement.energy", "3/10")),
        ("S2", _set("evidence.cover", None)),
        ("S2", _set("evidence.cover", 3)),
        ("S2", _set("evidence.cover.axis", 3)),
        ("S2", _set("evidence.cover.parts", [])),
        ("S2", _shrink),
        ("S2", _less_radius),
        ("S2", _open),
        ("S2", _cut_outside),
        ("S4.0", _set("statement.reached.convexity", 60)),
        ("S4.0", _set("statement.reached.exact-ift", 5000)),
        ("S4.0", _set("statement.reached.exact-ift", "11000")),
        ("S4.0", _set("statement.reached.newton", 100)),
        ("S4.0", _set("statement.parameters.tau", "5")),
        ("S4.0", _set("statement.reached", [])),
        ("S4.0", _set("evidence.ladder", None)),
        ("S4.0", _set("evidence.ladder.evidence", None)),
        ("S4.0", _set("evidence.ladder.statement.rungs.3.image_radius", ["1/100", None])),
        ("S5", _set("statement.event.d", 12)),
        ("S5", _set("statement.event.lo", "1/10")),
        ("S5", _set("statement.beta", "-1/800")),
        ("S5", _set("statement.gamma", "1/8000")),
        ("S5", _set("statement.b", "1/50")),
        ("S5", _set("statement.a", ["13/5", "27/10"])),
        ("S5", _set("statement.energy", "1/100")),
        ("S5", _set("evidence.cover", None)),
        ("S5", _enlarge),
        ("S5", _flat),
        ("S5", _short),
        ("S5", _less_radius),
        ("S5", _open),
        ("S6", _set("statement.delta", "1/1000")),
        ("S6", _set("statement.ssl.event.d", 31)),
        ("S6", _set("statement.ssl.tau", "8")),
        ("S6", _set("statement.ssl.energy", "1/100")),
        ("S6", _set("statement.sl", None)),
        ("S6", _set("evidence.starts", [30])),
        ("S6", _set("evidence.starts", [30, 200])),
    ],
    ids=lambda v: v if isinstance(v, str) else v.__name__.strip("_"),
)
def test_changed_certificates_are_rejected(result: StudyResult, lemma: str, change: Any) -> None:
    changed = claim(result, lemma)
    change(changed)
    with pytest.raises((Invalid, CertificateError)):
        check_claim(changed)


def test_too_few_dimensions_are_undecided(result: StudyResult) -> None:
    short = build_study("sample", {"d": sp.Integer(6)})
    study = run_study(replace(short, lemmas=tuple(m for m in short.lemmas if m.id in ("S1", "S2", "S3"))))
    assert study["S1"].verdict is Verdict.PROVED
    assert study["S2"].verdict is Verdict.UNDECIDED
    assert "no region was found for class fractions" in study["S2"].outcome.reason
    assert study["S3"].verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("name", "value"),
    [("d", sp.Integer(2)), ("d", sp.Rational(21, 2)), ("d", sp.Integer(10) ** 7), ("tau", sp.Integer(-7))],
)
def test_values_outside_are_refused(name: str, value: sp.Rational) -> None:
    with pytest.raises(ValueError, match=name):
        build_study("sample", {name: value})


def test_unknown_parameters_are_named() -> None:
    with pytest.raises(KeyError):
        build_study("sample", {"rho": sp.Integer(1)})


@pytest.mark.slow
@pytest.mark.parametrize("d", [11, 12, 15, 20, 25, 60])
def test_every_lemma_is_proved_in_larger_dimensions(d: int) -> None:
    assert run_study(build_study("sample", {"d": sp.Integer(d)})).verdict is Verdict.PROVED
