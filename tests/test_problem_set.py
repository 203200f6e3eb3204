"""The problem set: verdicts equal the known truth on a sample, and are never wrong on any claim.

The whole set, with the default budget for every claim, is marked ``slow``.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from proofs.certificates import write_certificate
from proofs.checks import recheck
from proofs.lemmas import ClaimResult, ClaimSource, Effort, decide_all, read_file, understand

FOLDER = Path(__file__).resolve().parent / "problem_set"
# Quick claims of all kinds and files, true and false; both the decision and the recheck take a fraction of a second.
SAMPLE = {
    "constants": [
        "normal probability at 1.96 is 0.97500",
        "tangent near its pole",
        "Ramanujan's constant is an integer",
        "cancellation of e to pi minus pi",
        "sine of eleven is minus one",
    ],
    "constrained_inequalities": [
        "Branin with a gap of 1e-12",
        "McCormick, truncated",
        "product on the simplex",
        "product on the simplex, truncated",
    ],
    "convexity": [
        "Rosenbrock on a box that just leaves the convex region",
        "Rosenbrock near its minimum",
        "Rosenbrock above the parabola",
        "softplus",
    ],
    "gaussian_tails": [
        "Feller's lower bound without the cube",
        "Chernoff bound with the factor one half",
        "Polya's bound with 1.27",
    ],
    "identities": [
        "softplus difference",
        "Sophie Germain, coefficient lost",
        "Pythagoras",
        "exponential of a product",
    ],
    "interval_test_sets": [
        "trigexp, n = 2",
        "Powell badly scaled, one lost",
        "Freudenstein-Roth",
        "five softplus units, none claimed",
        "Bullard-Biegler",
    ],
    "kinks": [
        "complementarity problem, degenerate",
        "absolute value and square, below by 1e-12",
        "corners of the diamond on the circle",
        "two square roots, above by 1e-12",
        "arcsine and its chord, raised by 1e-12",
    ],
    "lipschitz": [
        "hyperbolic tangent",
        "softplus, constant too small",
        "softplus gradient",
        "GELU",
        "SiLU, truncated",
    ],
    "minima": [
        "Himmelblau where there is no stationary point",
        "regularised logistic loss, global",
        "SiLU on the right",
        "SiLU",
    ],
    "root_finding": [
        "sine and tenth",
        "Wilkinson's polynomial of degree 8, perturbed, wrong count",
        "sigmoid fixed points",
        "sine and tenth, wrong count",
        "power and complement",
        "Chebyshev polynomial of degree 10, wrong count",
    ],
    "separation_paper": [
        "SL loss is not negative",
        "SSL loss below its value at zero",
        "no stationary point with b < 0",
        "curvature at the minimum above 0.0114",
        "curvature at the minimum above 0.0115",
        "minimum at the saddle",
        "SSL gradient in a without decay",
        "SSL gradient in a",
    ],
    "sigmoid_lemmas": [
        "sigmoid above half the exponential",
        "logistic and normal distribution functions, too close",
        "GELU minimum with a gap of 1e-12",
        "SiLU minimum with 1e-10 too much",
    ],
    "textbook_inequalities": [
        "Mitrinovic-Adamovic with exponent 3.01",
        "logarithmic mean above the geometric mean",
        "exponential minus one below 1.7182818 x",
        "Bernoulli, cube root",
    ],
    "touching_sets": [
        "Fenchel-Young for the exponential",
        "softplus below its quadratic bound",
        "tangents of the exponential, multiplied out, plus 1e-12",
    ],
}
# What PROVED and REFUTED must not be when the claim is hard: the opposite of the fact.
FACTS = {"true": "PROVED", "false": "REFUTED"}
OPPOSITE = {"PROVED": "REFUTED", "REFUTED": "PROVED"}


@cache
def sources(stem: str) -> dict[str, ClaimSource]:
    return {source.name: source for source in read_file(FOLDER / f"{stem}.toml")}


def decide(stem: str, name: str, effort: Effort = Effort()) -> ClaimResult:
    (result,) = decide_all(understand([sources(stem)[name]]), effort)
    return result


def fact(source: ClaimSource) -> str:
    truth = source.table["truth"]
    return FACTS[source.table["fact"]] if truth == "HARD" else truth


def valid(evidence: list[dict[str, Any]], path: Path) -> bool:
    write_certificate(path, evidence, claim="from the problem set")
    return recheck(path).valid


QUICK = [(stem, name) for stem, names in SAMPLE.items() for name in names]
EVERY = [(path.stem, name) for path in sorted(FOLDER.glob("*.toml")) for name in sources(path.stem)]


def test_sample_covers_every_kind_and_both_verdicts() -> None:
    chosen = [sources(stem)[name] for stem, name in QUICK]
    kinds = {source.kind for stem, name in EVERY for source in [sources(stem)[name]]}
    assert {source.kind for source in chosen} == kinds
    assert {source.table["truth"] for source in chosen} == {"PROVED", "REFUTED"}
    assert len(QUICK) >= 50


def test_set_is_large_and_a_third_is_false() -> None:
    facts = [fact(sources(stem)[name]) for stem, name in EVERY]
    assert len(facts) >= 150
    assert 3 * facts.count("REFUTED") >= len(facts)
    assert all(sources(stem)[name].table["source"] for stem, name in EVERY)


@pytest.mark.parametrize(("stem", "name"), QUICK, ids=[f"{s}-{n}" for s, n in QUICK])
def test_verdict_is_the_truth_and_the_certificate_rechecks(stem: str, name: str, tmp_path: Path) -> None:
    result = decide(stem, name, Effort(seconds=60))
    assert result.verdict.value == sources(stem)[name].table["truth"], result.reason
    path = tmp_path / "certificate.json"
    write_certificate(path, result.evidence, claim=name)
    again = recheck(path)
    assert again.valid, again.reason


def _drop_a_zero(claim: dict[str, Any]) -> None:
    claim["statement"]["zeros"].pop()


def _other_count(claim: dict[str, Any]) -> None:
    claim["statement"]["table"]["count"] += 1


def _other_verdict(claim: dict[str, Any]) -> None:
    claim["statement"]["verdict"] = OPPOSITE[claim["statement"]["verdict"]]


def _larger_box(claim: dict[str, Any]) -> None:
    variables = claim["statement"]["table"]["variables"]
    claim["statement"]["table"]["variables"] = {name: ["-1000", "1000"] for name in variables}


def _no_evidence(claim: dict[str, Any]) -> None:
    claim["evidence"] = {}


def _one_zero_fewer(claim: dict[str, Any]) -> None:
    """A consistent lie: the last zero is left out everywhere, and counted out."""
    claim["statement"]["zeros"].pop()
    claim["evidence"]["points"].pop()
    claim["evidence"]["unique"].pop()
    claim["statement"]["table"]["count"] -= 1


def _function(text: str) -> Any:
    def change(claim: dict[str, Any]) -> None:
        claim["statement"]["table"]["function"] = text

    return change


def _entry(key: str, value: Any) -> Any:
    def change(claim: dict[str, Any]) -> None:
        claim["statement"]["table"][key] = value

    return change


def _moved_witness(claim: dict[str, Any]) -> None:
    claim["statement"]["counterexample"] = dict.fromkeys(claim["statement"]["counterexample"], "10000001/10000000")


TAMPERED = [
    ("interval_test_sets", "Freudenstein-Roth", _drop_a_zero),
    ("interval_test_sets", "Freudenstein-Roth", _other_count),
    ("interval_test_sets", "Freudenstein-Roth", _other_verdict),
    ("interval_test_sets", "Freudenstein-Roth", _one_zero_fewer),
    ("interval_test_sets", "Freudenstein-Roth", _no_evidence),
    ("convexity", "Rosenbrock near its minimum", _larger_box),
    ("convexity", "Rosenbrock near its minimum", _other_verdict),
    ("convexity", "Rosenbrock near its minimum", _function("x*y")),
    ("textbook_inequalities", "Lazarevic", _other_verdict),
    ("textbook_inequalities", "Lazarevic", _entry("statement", "x > 1e9")),
    ("textbook_inequalities", "Wilker with 2.0001", _other_verdict),
    ("textbook_inequalities", "Wilker with 2.0001", _moved_witness),
    ("constants", "tangent near its pole", _entry("value", "17")),
    ("identities", "softplus difference", _entry("right", "2*z")),
    ("identities", "Pythagoras", _entry("right", "1 + 1e-40")),
    ("lipschitz", "hyperbolic tangent", _entry("constant", "999/1000")),
    ("minima", "SiLU", _other_verdict),
]


@pytest.mark.parametrize(
    ("stem", "name", "change"), TAMPERED, ids=[f"{n}-{c.__name__}-{k}" for k, (_, n, c) in enumerate(TAMPERED)]
)
def test_tampered_certificate_is_invalid(stem: str, name: str, change: Any, tmp_path: Path) -> None:
    evidence = decide(stem, name, Effort(seconds=60)).evidence
    assert valid(evidence, tmp_path / "as-written.json")
    other = copy.deepcopy(evidence)
    change(other[0])
    assert other != evidence
    assert not valid(other, tmp_path / "tampered.json")


@pytest.mark.slow
@pytest.mark.parametrize(("stem", "name"), EVERY, ids=[f"{s}-{n}" for s, n in EVERY])
def test_no_claim_has_a_wrong_verdict(stem: str, name: str, tmp_path: Path) -> None:
    source = sources(stem)[name]
    result = decide(stem, name)
    assert result.verdict.value != OPPOSITE[fact(source)], result.reason
    if result.verdict.value in OPPOSITE:
        assert valid(result.evidence, tmp_path / "certificate.json")
    elif source.table["truth"] != "HARD":
        pytest.xfail(f"not decided within the default budget: {result.reason}")
