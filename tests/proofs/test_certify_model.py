"""Model files on data sets: derivatives against the population's, certificates, tampered ones too."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from proofs.checks.base import Invalid, check_claim
from proofs.claims.empirical import empirical_claim
from proofs.empirical.certify import Certified, certify
from proofs.empirical.data import DataError
from proofs.empirical.model import model_block, plain_objective, start_of
from proofs.models import Model
from proofs.verdict import Verdict

POINTS = [[1.0, 0.0], [1.0, 2.0], [-1.0, 0.0], [-1.0, 2.0]]


def model(kind: str, activation: str = "gelu", network: dict[str, Any] | None = None, **objective: Any) -> Model:
    return Model.of(
        {
            "parameters": {"a": {"value": "1/20", "positive": True}},
            "data": {"independent": {"e1": ["1", "-1"], "e2": ["0", "2"]}, "label": "e1"},
            "network": {"activation": activation, **(network or {})},
            "objective": {"kind": kind, "ridge": "a", **objective},
        }
    )


def test_the_classes_as_data_give_the_population() -> None:
    held = model("mse", network={"bias": True, "neurons": 1}, head_ridge="a", bias_ridge="1/9")
    rng = np.random.default_rng(4)
    arrays = {
        "X": np.array(POINTS),
        "W": rng.normal(size=(1, 2)),
        "b": rng.normal(size=1),
        "y": np.array([0.0, 0.0, 1.0, 1.0]),
        "F": rng.normal(size=1),
    }
    block = model_block(held.name, {"a": Fraction(1, 20)}, arrays)
    point = start_of(held.spec, arrays)
    at = block.derivatives(point)
    objective = held.objective()
    values = dict(zip(objective.variables, point.tolist(), strict=True))
    assert at.hessian is not None
    assert at.loss == pytest.approx(float(objective.numeric_loss.subs(values)), rel=1e-12)
    for k, slope in enumerate(objective.gradient):
        assert at.gradient[k] == pytest.approx(float(slope.subs(values)), rel=1e-9, abs=1e-12)
        assert at.hessian[k, 0] == pytest.approx(float(objective.hessian[k][0].subs(values)), rel=1e-9, abs=1e-12)


@pytest.fixture(scope="module")
def certified() -> Certified:
    rng = np.random.default_rng(0)
    X = np.array(POINTS * 6) + 0.05 * rng.normal(size=(24, 2))
    y = np.array([0.0, 0.0, 1.0, 1.0] * 6)
    data = {"X": X, "y": y, "W": [[1.2, 0.1]], "F": [-2.5]}
    return certify(data, objective=model("cross-entropy", head_ridge="a").name)


def test_a_minimum_on_data_is_proved_and_proved_again(certified: Certified) -> None:
    assert (certified.verdict, certified.kind, certified.index) == (Verdict.PROVED, "minimum", 0)
    check_claim(empirical_claim(certified))
    assert certified.json()["augment"] == "none"
    assert "a model of one" in certified._repr_html_()


@pytest.mark.parametrize(
    "forge",
    [
        lambda s: s["blocks"][0].update(radius="1/2"),
        lambda s: s["blocks"][0].update(distance="1/1000000000000000000"),
        lambda s: s["blocks"][0].update(gap="10"),
        lambda s: s["blocks"][0].update(index=1),
        lambda s: s["blocks"][0].update(eigenvalues=["1", "2"]),
        lambda s: s["blocks"][0]["centre"].__setitem__(0, (2.0).hex()),
        lambda s: s.update(objective=s["objective"].replace("gelu", "softplus")),
        lambda s: s.update(parameters={"a": "1/10"}),
        lambda s: s.update(kind="saddle"),
        lambda s: s.update(verdict="REFUTED"),
        lambda s: s.update(distance=["0", "1/1000000"]),
    ],
    ids=range(11),
)
def test_forged_statements_are_rejected(certified: Certified, forge: Any) -> None:
    claim = copy.deepcopy(empirical_claim(certified))
    forge(claim["statement"])
    with pytest.raises(Invalid):
        check_claim(claim)


def test_models_that_are_ssl_or_sl_use_their_proofs() -> None:
    plain = plain_objective(model("alignment", "sigmoid").spec)
    assert plain is not None
    assert plain[0] == "ssl"
    assert plain_objective(model("alignment", "tanh").spec) is None
    assert plain_objective(model("spectral", "sigmoid").spec) is None
    assert plain_objective(model("alignment", "sigmoid", {"bias": True}, bias_ridge="a").spec) is None
    data = {"X": np.array(POINTS * 5), "W": [[1.0, 0.5]]}
    found = certify(data, objective=model("alignment", "sigmoid").name)
    assert (found.problem.objective, found.problem.parameters["alpha"]) == ("ssl", Fraction(1, 20))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"F": None}, "array F is missing"),
        ({"X": np.ones((4000, 12)), "W": np.ones((1, 12)), "y": np.zeros(4000)}, "at most 40000"),
        ({"X": np.ones((2, 60)), "W": np.ones((1, 60)), "y": np.zeros(2)}, "61 unknowns"),
        ({"F": [1.0, 2.0]}, "shape"),
        ({"V": [[1.0, 2.0]]}, "columns"),
    ],
)
def test_data_that_do_not_fit(change: dict[str, Any], match: str) -> None:
    data = {"X": POINTS, "y": [0, 0, 1, 1], "W": [[1.0, 0.5]], "F": [1.0], **change}
    with pytest.raises(DataError, match=match):
        certify({k: v for k, v in data.items() if v is not None}, objective=model("cross-entropy", head_ridge="a").name)


def test_infonce_on_too_many_samples_is_refused() -> None:
    with pytest.raises(DataError, match="terms of samples and negatives"):
        certify({"X": POINTS * 10, "W": [[1.0, 0.5]]}, objective=model("infonce").name)
