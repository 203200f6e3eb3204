"""The studies beyond the paper: hidden features, negatives, activations, a second layer.

Expected values come from gradients coded here in NumPy; searches of more than some seconds are marked slow.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import comb
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from proofs.certificates import CertificateError
from proofs.checks.base import Invalid, check_claim
from proofs.studies import Lemma, Outcome, build_study
from proofs.studies.activations import ActivationStudy
from proofs.studies.feature_models import PUBLISHED, feature_model, model_parameters
from proofs.studies.features import FeatureStudy
from proofs.studies.negatives import NegativeStudy
from proofs.studies.two_layer import TwoLayerStudy
from proofs.theorems.second_layer import critical_ridge, is_two_layer_alignment, label_is_lost
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

STUDIES = ("features", "negatives", "activations", "two-layer")
TAU, ALPHA = 7.0, 1 / 800


def squash(z: np.ndarray | float) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


@cache
def lemma(study: str, name: str) -> Outcome:
    """One lemma at the published parameters; its landscapes are kept with its study."""
    return lemmas(study)[name].prove()


@cache
def lemmas(study: str) -> dict[str, Lemma]:
    return {x.id: x for x in build_study(study).lemmas}


def values(study: str, name: str) -> dict[str, float]:
    return {k: float(x.middle) for k, x in lemma(study, name).values.items()}


FAST = [
    *(("features", f"K{k}") for k in (1, 2, 3)),
    ("negatives", "G1"),
    ("negatives", "G2"),
    *(("activations", f"A{k}") for k in (1, 2, 3)),
    *(("two-layer", f"T{k}") for k in (1, 2)),
]
SLOW = [
    *(("features", k) for k in ("K4", "K5", "K6", "KM")),
    ("negatives", "G3"),
    ("negatives", "G4"),
    *(("two-layer", f"T{k}") for k in (3, 4, 5)),
]


@pytest.mark.parametrize(("study", "name"), FAST, ids=[name for _, name in FAST])
def test_proved_with_certificates(study: str, name: str) -> None:
    outcome = lemma(study, name)
    assert outcome.verdict is Verdict.PROVED, outcome.reason
    assert outcome.claims
    for claim in outcome.claims:
        check_claim(json.loads(json.dumps(claim)))


@pytest.mark.slow
@pytest.mark.parametrize(("study", "name"), SLOW, ids=[name for _, name in SLOW])
def test_proved_by_longer_searches(study: str, name: str) -> None:
    outcome = lemma(study, name)
    assert outcome.verdict is Verdict.PROVED, outcome.reason
    if name not in ("K6", "T4"):  # several minutes each
        for claim in outcome.claims:
            check_claim(json.loads(json.dumps(claim)))


@pytest.mark.parametrize("study", STUDIES)
def test_graphs_are_sound(study: str) -> None:
    seen: set[str] = set()
    for x in build_study(study).lemmas:
        assert set(x.uses) <= seen
        seen.add(x.id)
    with pytest.raises(KeyError, match="beta"):
        build_study(study, {"beta": sp.Integer(1)})
    with pytest.raises(ValueError, match="positive"):
        build_study(study, {"alpha": sp.Integer(0)})


# -- hidden features -----------------------------------------------------------------------------------------------------
def _symmetric_gradient(a: float, b: float, hidden: int) -> tuple[float, float]:
    """(dL/da, dL/db of one hidden coordinate) where all hidden coordinates are b: sums over binomial weights."""
    first, second = 2 * ALPHA * a, 2 * ALPHA * b
    for s in (1, -1):
        for k in range(hidden + 1):
            p = squash(s * a + TAU * k * b)
            slope = comb(hidden, k) / 2 ** (hidden + 1) * 2 * p * p * (1 - p)
            first -= s * slope
            second -= TAU * k / hidden * slope
    return float(first), float(second)


@pytest.mark.parametrize("hidden", [1, 2, 3])
def test_minima_with_several_hidden_features_are_stationary(hidden: int) -> None:
    found = values("features", f"K{hidden}")
    gradient = _symmetric_gradient(found["w_e1"], found["each hidden coordinate"], hidden)
    assert max(map(abs, gradient)) < 1e-12


def test_the_label_is_lost_between_five_and_six() -> None:
    # Measured apart: along a the curvature at (0, b*) changes its sign between K = 5 and K = 6.
    curvature = {}
    for hidden in (5, 6):
        low, high = 0.5, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _symmetric_gradient(0, middle, hidden)[1] < 0 else (low, middle)
        curvature[hidden] = _symmetric_gradient(1e-4, low, hidden)[0]
    assert curvature[5] < 0 < curvature[6]


def test_another_landscape_refutes() -> None:
    # alpha = 1: the ridge leaves one stationary point (the paper's model, as for ssl at alpha = 1).
    strong = FeatureStudy({"alpha": sp.Integer(1)})
    assert strong.learns_all(1).verdict is Verdict.REFUTED
    assert ActivationStudy({"alpha": sp.Integer(1)}).sigmoid().verdict is Verdict.REFUTED
    assert ActivationStudy({"alpha": sp.Integer(2)}).odd("tanh").verdict is Verdict.REFUTED
    assert NegativeStudy({"alpha": sp.Integer(1)}).g2().verdict is Verdict.REFUTED


# -- negatives and activations ---------------------------------------------------------------------------------------------
def spectral_loss(w: np.ndarray) -> float:
    f = np.array([[squash(s * a + t * TAU * b) for s in (1, -1) for t in (0, 1)] for a, b in w])
    moments = f @ f.T / 4
    return float(-2 * np.trace(moments) + (moments**2).sum() + ALPHA * (w**2).sum())


def _slopes(loss: Callable[[np.ndarray], float], w: np.ndarray) -> np.ndarray:
    steps = np.eye(w.size).reshape(w.size, *w.shape) * 1e-5
    return np.array([(loss(w + h) - loss(w - h)) / 2e-5 for h in steps])


def test_one_neuron_with_negatives_by_differences() -> None:
    found = values("negatives", "G2")
    w = np.array([[found["negatives: w_e1"], found["negatives: w_e2"]]])
    assert np.abs(_slopes(spectral_loss, w)).max() < 1e-9


@pytest.mark.slow
def test_two_neurons_with_negatives_by_differences() -> None:
    found = values("negatives", "G4")
    w = np.array([[found["w1_e1"], found["w1_e2"]], [found["w2_e1"], found["w2_e2"]]])
    assert np.abs(_slopes(spectral_loss, w)).max() < 1e-9
    assert spectral_loss(w) == pytest.approx(found["value"], abs=1e-12)


@pytest.mark.parametrize(("name", "act"), [("A2", np.tanh), ("A3", np.vectorize(lambda z: float(mpmath.erf(z))))])
def test_odd_activations_by_differences(name: str, act: Callable[[np.ndarray], np.ndarray]) -> None:
    def loss(w: np.ndarray) -> float:
        a, b = w
        return float(-(act(np.array([a, a + TAU * b, -a, -a + TAU * b])) ** 2).mean() + ALPHA * (w**2).sum())

    found = values("activations", name)
    for which in ("both features", "label alone"):
        w = np.array([found[f"{which}: |w_e1|"], found[f"{which}: |w_e2|"]])
        assert np.abs(_slopes(loss, w)).max() < 1e-9
        assert loss(w) == pytest.approx(found[f"{which}: value"], abs=1e-12)
    assert found["label alone: |w_e2|"] == 0


# -- a second layer ------------------------------------------------------------------------------------------------------
def two_layer_gradient(x: np.ndarray, units: int, tau: float, alpha: float) -> np.ndarray:
    """(a, b, v_1, ..., v_k), one hidden neuron, one hidden feature; the chain rule."""
    a, b, v = x[0], x[1], x[2:]
    total = 2 * alpha * x
    for s in (1, -1):
        for t in (0, 1):
            h = squash(s * a + t * tau * b)
            f = squash(v * h)
            outer = -2 * f * f * (1 - f) / 4
            total[2:] += outer * h
            total[:2] += (outer @ v) * h * (1 - h) * np.array([s, t * tau])
    return total


def _newton(x: np.ndarray, units: int, tau: float, alpha: float) -> np.ndarray | None:
    for _ in range(1000):
        x = x - two_layer_gradient(x, units, tau, alpha)
    for _ in range(40):
        g = two_layer_gradient(x, units, tau, alpha)
        steps = np.eye(len(x)) * 1e-6
        slope = np.array(
            [
                (two_layer_gradient(x + h, units, tau, alpha) - two_layer_gradient(x - h, units, tau, alpha)) / 2e-6
                for h in steps
            ]
        )
        step = np.linalg.lstsq(slope, g, rcond=None)[0]
        x = np.clip(x - step / max(1.0, np.abs(step).max()), -50, 50)
    return x if np.abs(two_layer_gradient(x, units, tau, alpha)).max() < 1e-11 else None


def test_stationary_points_of_two_layers_have_no_label() -> None:
    """Newton's method from random starts, for random parameters that the theorem covers."""
    generator = np.random.default_rng(5)
    found = 0
    for _ in range(40):
        units = int(generator.integers(1, 4))
        tau, alpha = generator.uniform(0.3, 9), generator.uniform(0.0005, 0.0081)
        x = _newton(generator.normal(0, 2, 2 + units), units, tau, alpha)
        if x is not None:
            found += 1
            assert abs(x[0]) < 1e-7
            assert (x[2:] >= 2.88).all()
    assert found > 10


def test_the_point_of_one_neuron_and_one_unit() -> None:
    found = values("two-layer", "T2")
    x = np.array([found["w_e1"], found["w_e2"], found["v1_1"]])
    assert np.abs(two_layer_gradient(x, 1, TAU, ALPHA)).max() < 1e-12


def test_the_critical_ridge_by_another_library() -> None:
    with mpmath.workdps(40):
        u = mpmath.findroot(lambda z: 8 * mpmath.exp(2 * z) - (1 + mpmath.exp(z)) ** 3, 1.4)  # F(u) = 1/8
        s = 1 / (1 + mpmath.exp(-2 * u))
        expected = s**2 * (1 - s) / (4 * u)
        assert abs(expected - mpmath.mpf(float(critical_ridge().middle))) < 1e-16
    assert critical_ridge().width < Fraction(1, 10**30)


def test_the_theorem_needs_its_hypotheses() -> None:
    ridge = Fraction(1, 800)
    objective = feature_model(PUBLISHED, units=2, hidden=2)
    assert label_is_lost(objective, ridge)
    assert not label_is_lost(objective, Fraction(1, 900))  # not the ridge of this loss
    large = model_parameters({"alpha": sp.Rational(1, 120)})
    assert not label_is_lost(feature_model(large, units=1), Fraction(1, 120))
    for other in (
        feature_model(PUBLISHED, neurons=2, units=1),
        feature_model(PUBLISHED),
        feature_model(PUBLISHED, units=1, activation="tanh"),
        feature_model(PUBLISHED, units=1, kind="spectral"),
        feature_model({**PUBLISHED, "tau": sp.Integer(-7)}, units=1),
        feature_model(PUBLISHED, units=1, nuisance=1),
        build_objective("sl"),
    ):
        assert not is_two_layer_alignment(other, ridge)
    assert TwoLayerStudy({"alpha": sp.Rational(1, 100)}).t1().verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"critical": ["1/100", "1/90"]}, "critical ridge"),
        ({"parameters": {"tau": "7", "alpha": "1/100"}}, "not that of the theorem"),
        ({"parameters": {"tau": "-7", "alpha": "1/800"}}, "not that of the theorem"),
        ({"objective": "ssl"}, "not that of the theorem"),
        ({"critical": "1/100"}, "pair"),
    ],
    ids=range(5),
)
def test_changed_claims_of_a_lost_label(change: dict[str, Any], message: str) -> None:
    claim = json.loads(json.dumps(lemma("two-layer", "T1").claims[0]))
    claim["statement"].update(change)
    with pytest.raises((Invalid, CertificateError), match=message):
        check_claim(claim)
