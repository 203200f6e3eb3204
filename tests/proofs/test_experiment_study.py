"""The experiment study: proved, its certificates are proved again, and changed ones are rejected."""

from __future__ import annotations

import copy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from numeric.experiment.draws import draw
from numeric.experiment.setup import Setup
from proofs.certificates import write_certificate
from proofs.checks import recheck
from proofs.studies import StudyResult, build_study, run_study
from proofs.studies.experiment import ExperimentStudy
from proofs.theorems.experiment import span_with_nuisance
from proofs.verdict import Verdict


@pytest.fixture(scope="module")
def study() -> StudyResult:
    return run_study(build_study("experiment"))


def value(study: StudyResult, lemma: str, name: str) -> float:
    return float(study[lemma].outcome.values[name].middle)


def test_everything_is_proved(study: StudyResult) -> None:
    assert [(r.lemma.id, r.verdict) for r in study.lemmas] == [(f"E{k}", Verdict.PROVED) for k in range(1, 8)]


def test_the_numbers(study: StudyResult) -> None:
    # (3999/4000)^4000 = 0.3678; ln(1000) / -ln(3999/4000) = 27627.6.
    assert value(study, "E3", "ssl factor after 4000 steps") == pytest.approx(0.367833, abs=1e-6)
    assert value(study, "E3", "sl factor after 8000 steps") == pytest.approx(0.135301, abs=1e-6)
    assert value(study, "E3", "ssl steps until the factor is 1/1000") == 27628
    # b / |(a, b)| = 1.5198619 / 4.1077262.
    assert value(study, "E5", "SSL energy of e2 at the minimum >=") == pytest.approx(0.370001, abs=1e-6)
    # 2a / sqrt(4 a^2 + 0.1353 * 16) with a = 3.8162, and with b = 1.51986.
    assert value(study, "E6", "span of e1 after 4000 steps >=") == pytest.approx(0.981921, abs=1e-5)
    assert value(study, "E6", "span of e2 after 4000 steps >=") == pytest.approx(0.900101, abs=1e-5)
    # 2 * 7 * 800 / 27 = 414.8.
    assert study["E7"].outcome.values["|b| <="].lo == Fraction(11200, 27)
    assert [float(v.lo) for v in study["E4"].outcome.values.values()] == [0, 0, 0.6, 1]


def test_the_separating_radius_is_nearly_the_largest(study: StudyResult) -> None:
    kept = value(study, "E5", "SSL energy of e2 on its ball >=")
    limit = value(study, "E5", "SL energy of e2 on its ball <=")
    assert 0 < kept - limit < 0.003


def test_the_published_starts_are_what_e6_assumes() -> None:
    """The bound with the nuisance parts of the 20 published starts: near the published means."""
    W = draw(Setup(), tuple(range(20))).W[:, :, 2:]
    factor = ExperimentStudy({}).e6().values  # the study's own numbers are compared below
    kappa, bounds = (3999 / 4000) ** 4000, []
    for rows in W:
        plus = rows[0] + rows[1]
        bounds.append(2 * 1.51986 / (4 * 1.51986**2 + kappa**2 * plus @ plus) ** 0.5)
    mean = sum(bounds) / 20
    assert abs(mean - float(factor["span of e2 after 4000 steps >="].lo)) < 0.02


@pytest.mark.parametrize("lemma", [f"E{k}" for k in range(3, 8)])
def test_certificates_are_valid(study: StudyResult, lemma: str, tmp_path: Path) -> None:
    path = tmp_path / f"{lemma}.json"
    write_certificate(path, study[lemma].outcome.claims)
    result = recheck(path)
    assert result.valid, result.reason


def test_the_landscapes_are_those_of_the_separation_study(study: StudyResult) -> None:
    kinds = [c["kind"] for k in (1, 2) for c in study[f"E{k}"].outcome.claims]
    assert kinds == ["stationary-points", "stationary-points"]


CHANGES: list[tuple[str, int, list[Any], Any]] = [
    ("E3", 0, ["factor"], ["1/4", "1/3"]),
    ("E3", 0, ["needed"], 27627),
    ("E3", 0, ["needed"], 27629),
    ("E3", 0, ["needed"], 0),
    ("E3", 0, ["needed"], -1),
    ("E3", 0, ["steps"], 4001),
    ("E3", 0, ["step"], "1000"),
    ("E3", 0, ["step"], "0"),
    ("E3", 0, ["parameters", "alpha"], "1/400"),
    ("E3", 1, ["parameters", "beta"], "1/400"),
    ("E3", 1, ["objective"], "ssl"),
    ("E4", 0, ["cases", 0, "projection"], "1"),
    ("E4", 0, ["cases", 1, "projection"], "3/4"),
    ("E4", 0, ["cases", 0, "epsilon"], "0"),
    ("E4", 0, ["cases", 0, "epsilon"], "-1/10"),
    ("E4", 0, ["cases", 1, "direction"], ["3/5", "3/5"]),
    ("E4", 0, ["cases", 1, "direction"], ["3/5"]),
    ("E4", 0, ["cases"], []),
    ("E4", 0, ["point", "box", "a1"], ["26/10", "2601/1000"]),
    ("E4", 0, ["point", "box", "b1"], ["1/10", "1/10"]),
    ("E4", 0, ["parameters", "beta"], "1/400"),
    ("E4", 0, ["neurons"], 3),
    ("E5", 0, ["radius"], "1"),
    ("E5", 0, ["radius"], "100"),
    ("E5", 0, ["kept"], "1/4"),
    ("E5", 0, ["limit"], "1/5"),
    ("E5", 0, ["ssl", "point", "box", "b"], ["15/10", "151/100"]),
    ("E5", 0, ["ssl", "parameters", "alpha"], "1/400"),
    ("E5", 0, ["sl"], 7),
    ("E6", 0, ["bounds", 0], "99/100"),
    ("E6", 0, ["bounds", 1], "91/100"),
    ("E6", 0, ["bounds"], ["0"]),
    ("E6", 0, ["steps"], 3999),
    ("E6", 0, ["square"], "17"),
    ("E6", 0, ["square"], "-1"),
    ("E6", 0, ["step"], "1000"),
    ("E7", 0, ["bound"], "414"),
    ("E7", 0, ["parameters", "tau"], "0"),
    ("E7", 0, ["neurons"], 2),
    ("E7", 0, ["objective"], "sl"),
]


@pytest.mark.parametrize(
    ("lemma", "number", "where", "new"),
    CHANGES,
    ids=[f"{k}-{c[0]}-{'.'.join(map(str, c[2]))}" for k, c in enumerate(CHANGES)],
)
def test_changed_certificates_are_rejected(
    study: StudyResult, lemma: str, number: int, where: list[Any], new: Any, tmp_path: Path
) -> None:
    claim = copy.deepcopy(study[lemma].outcome.claims[number])
    node = claim["statement"]
    for key in where[:-1]:
        node = node[key]
    assert node[where[-1]] != new
    node[where[-1]] = new
    path = tmp_path / "changed.json"
    write_certificate(path, [claim])
    assert not recheck(path).valid


def test_without_the_hidden_feature_nothing_separates() -> None:
    study = ExperimentStudy({"tau": sp.Integer(0)})
    assert study.e6().verdict is Verdict.UNDECIDED
    assert study.e5().verdict is Verdict.UNDECIDED
    assert study.e7().verdict is Verdict.UNDECIDED


def test_a_ridge_too_large_for_the_step() -> None:
    assert ExperimentStudy({"alpha": sp.Integer(5)}).e3().verdict is Verdict.UNDECIDED


def test_a_bound_for_another_norm() -> None:
    # More nuisance at the start, a weaker bound.
    point = ExperimentStudy({}).base.attractor.box[1]
    from proofs.theorems.experiment import nuisance_factor

    factor = nuisance_factor(Fraction(1, 10), Fraction(1, 800), 4000)
    assert factor is not None
    weak, strong = (span_with_nuisance(point, factor, Fraction(s)) for s in (32, 16))
    assert weak is not None
    assert strong is not None
    assert weak < strong
