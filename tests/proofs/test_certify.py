"""Certificates of trained networks: verdicts on trained, stopped, stationary and far weights, and what they state."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy as sp
from trained_networks import RIDGE, data_sets, near_start, sl_start, squash, train_sl, train_ssl

from proofs.empirical.certify import Certified, certify
from proofs.empirical.data import DataError
from proofs.empirical.metrics import metrics_of
from proofs.verdict import Verdict

SEEDS = range(20)
N, D = 100, 10


@cache
def trained(noise: str, objective: str) -> list[dict[str, np.ndarray]]:
    """The published experiment, all seeds: T = 4000 for ssl, T = 8000 for sl."""
    x, y = data_sets(SEEDS, N, D, noise)
    if objective == "ssl":
        w = train_ssl(x, near_start(SEEDS, D), 4000)
        return [{"X": x[k], "W": w[k]} for k in SEEDS]
    w, f = train_sl(x, y, *sl_start(SEEDS, D), 8000)
    return [{"X": x[k], "W": w[k], "y": y[k], "F": f[k]} for k in SEEDS]


def settle(data: dict[str, np.ndarray], steps: int = 40) -> np.ndarray:
    """W at the minimum by Newton's method in plain NumPy, for ssl without augmentation."""
    x, found = data["X"], []
    for w in data["W"]:
        for _ in range(steps):
            s = squash(x @ w)
            p = s * (1 - s)
            g = -(x.T @ (2 * s * p)) / N + 2 * RIDGE * w
            h = -(x.T * (2 * p * p + 2 * s * p * (1 - 2 * s))) @ x / N + 2 * RIDGE * np.eye(D)
            w = w - np.linalg.solve(h, g)
        found.append(w)
    return np.array(found)


@pytest.mark.parametrize("objective", ["ssl", "sl"])
@pytest.mark.parametrize("noise", ["vector", "scalar"])
def test_all_twenty_seeds_are_proved(noise: str, objective: str) -> None:
    for seed, data in enumerate(trained(noise, objective)):
        found = certify(data)
        assert found.verdict is Verdict.PROVED, (seed, found.reason)
        assert (found.kind, found.index) == ("minimum", 0)
        assert found.problem.objective == objective
        assert found.eigenvalues is not None
        assert found.eigenvalues.lo > 0
        assert found.radius is not None
        assert found.radius > 0
        assert found.distance is not None
        # Weights stopped early are not at the minimum; the distance is known to many digits.
        assert found.distance.lo > 0.01
        assert found.distance.width < Fraction(1, 10**6)


def test_the_distance_is_that_of_the_minimum() -> None:
    """Against a Newton iteration of our own: without augmentation the minimum is a zero of a plain gradient."""
    for data in trained("vector", "ssl")[:3]:
        found = certify(data, augment="none")
        exact = settle(data)
        assert found.verdict is Verdict.PROVED
        assert found.distance is not None
        true = np.linalg.norm(exact - data["W"])
        assert abs(float(found.distance.middle) - true) < 1e-9
        assert np.linalg.norm(found.weights - exact) < 1e-9
        # Eigenvalues of both neurons, from NumPy at the minimum.
        lowest = min(
            np.linalg.eigvalsh(
                2 * RIDGE * np.eye(D)
                - (data["X"].T * (2 * (p := squash(data["X"] @ w) * squash(-data["X"] @ w)) * p
                   + 2 * squash(data["X"] @ w) * p * (1 - 2 * squash(data["X"] @ w)))) @ data["X"] / N
            )[0]
            for w in exact
        )  # fmt: skip
        assert found.eigenvalues is not None
        assert abs(float(found.eigenvalues.lo) - lowest) < 1e-9


def test_metrics_of_a_minimum() -> None:
    data = trained("vector", "ssl")[0]
    found = certify(data, augment="none")
    w = settle(data)
    assert found.metrics is not None
    p = w.T @ np.linalg.inv(w @ w.T) @ w
    for k, name in enumerate(("e1", "e2")):
        span, energy = found.metrics.span[name], found.metrics.energy[name]
        assert span is not None
        assert energy is not None
        assert span.lo <= Fraction(float(np.linalg.norm(p[:, k]))) + Fraction(1, 10**9)
        assert abs(float(span.middle) - np.linalg.norm(p[:, k])) < 1e-6
        assert abs(float(energy.middle) - np.linalg.norm(w[:, k]) / np.linalg.norm(w)) < 1e-6
    assert found.metrics.note == ""


def test_span_is_called_ill_posed_near_a_loss_of_rank() -> None:
    """At SL minima w1 + w2 is tiny: the span of e2 is anything between 0 and 1, the energy is small."""
    spans = []
    for data in trained("vector", "sl"):
        found = certify(data)
        assert found.metrics is not None
        assert "ill-posed" in found.metrics.note
        if found.metrics.span["e2"] is not None:
            spans.append(float(found.metrics.span["e2"].middle))
        energy = found.metrics.energy["e2"]
        assert energy is not None
        assert energy.hi < Fraction(1, 10)
    assert max(spans) > 0.9
    assert min(spans) < 0.4


def test_rank_one_weights_have_no_span() -> None:
    row = np.array([3.0, 1.0, 0.0])
    found = metrics_of(np.array([row, row]), Fraction(1, 10**6))
    assert found.span == {"e1": None, "e2": None}
    assert "lower rank" in found.note
    energy = found.energy["e1"]
    assert energy is not None
    # |W e1| / |W|_F = 3 / sqrt(10) for every pair of equal rows.
    assert energy.lo**2 < Fraction(9, 10) < energy.hi**2
    zero = metrics_of(np.zeros((2, 3)), Fraction(1, 10))
    assert zero.energy == {"e1": None, "e2": None}


def test_rows_that_span_everything() -> None:
    found = metrics_of(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]]), Fraction(1, 100))
    assert found.span["e1"] is not None
    assert found.span["e1"].is_exact
    assert found.span["e1"].lo == 1


def saddle_data() -> dict[str, np.ndarray]:
    """A data set that is symmetric under e1 -> -e1: then a = 0 is invariant and holds the saddle of the model."""
    half = data_sets(range(1), 50, 4, "vector")[0][0]
    x = np.concatenate([half, half * [-1, 1, 1, 1]])
    w = np.array([0.0, 1.1, 0.0, 0.0])
    for _ in range(60):
        s = squash(x @ w)
        p = s * (1 - s)
        g = -(x.T @ (2 * s * p)) / len(x) + 2 * RIDGE * w
        h = -(x.T * (2 * p * p + 2 * s * p * (1 - 2 * s))) @ x / len(x) + 2 * RIDGE * np.eye(4)
        g[0] = 0.0
        w = w - np.linalg.solve(h[1:, 1:], g[1:]).tolist() @ np.eye(4)[1:]
    return {"X": x, "W": np.array([w])}


def test_a_saddle_is_a_stationary_point_and_no_minimum() -> None:
    found = certify(saddle_data(), augment="none")
    assert found.verdict is Verdict.REFUTED
    assert (found.kind, found.index) == ("saddle", 1)
    assert "no local minimum" in found.reason
    assert found.eigenvalues is not None
    assert found.eigenvalues.lo < 0 < found.eigenvalues.hi
    assert found.descent is None


def test_a_saddle_and_a_minimum_together_are_a_saddle() -> None:
    data = saddle_data()
    minimum = certify({"X": data["X"], "W": [[3.5, 1.4, 0, 0]]}, augment="none", within=2.0)
    both = certify({"X": data["X"], "W": [data["W"][0], minimum.weights[0]]}, augment="none")
    assert minimum.verdict is Verdict.PROVED
    assert both.verdict is Verdict.REFUTED
    assert both.index == 1


def test_the_saddle_of_sl_near_the_origin() -> None:
    """Of index 2 (DESIGN: the origin, in the population); found here by plain Newton steps on differences."""
    data = trained("vector", "sl")[0]
    x, y = data["X"], data["y"]

    def gradient(p: np.ndarray) -> np.ndarray:
        w, f = p[: 2 * D].reshape(2, D), p[2 * D :]
        h = squash(x @ w.T)
        r = squash(h @ f) - y
        return np.concatenate([((r[:, None] * f * h * (1 - h)).T @ x).ravel(), r @ h]) / N + 2 * RIDGE * p

    p = np.zeros(2 * D + 2)
    p[::7] = 1e-3
    for _ in range(12):
        jacobian = np.array([(gradient(p + 1e-6 * e) - gradient(p - 1e-6 * e)) / 2e-6 for e in np.eye(p.size)])
        p = p - np.linalg.solve(jacobian, gradient(p))
    found = certify({**data, "W": p[: 2 * D].reshape(2, D), "F": p[2 * D :]})
    assert found.verdict is Verdict.REFUTED
    assert (found.kind, found.index) == ("saddle", 2)


def test_a_saddle_that_is_not_at_the_weights_does_not_hide_a_minimum() -> None:
    """From 0.3 beside the saddle plain Newton steps lead to it; the minimum that descent finds is what counts."""
    data = saddle_data()
    data["W"] = data["W"] + [[0.3, 0, 0, 0]]
    found = certify(data, augment="none", within=5.0)
    assert found.verdict is Verdict.PROVED
    near = certify(data, augment="none", within=0.5)
    assert near.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("scale", [30.0, 1e6])
@pytest.mark.parametrize("objective", ["ssl", "sl"])
def test_weights_far_from_anything_are_undecided(objective: str, scale: float) -> None:
    data = dict(trained("vector", objective)[0])
    rng = np.random.default_rng(2)
    data["W"] = scale * rng.standard_normal((2, D))
    found = certify(data)
    assert found.verdict is Verdict.UNDECIDED
    assert found.kind is None
    assert found.reason


def test_within_limits_the_search() -> None:
    data = trained("vector", "ssl")[0]
    assert certify(data, within=0.01).verdict is Verdict.UNDECIDED


def test_spent_time_is_undecided() -> None:
    found = certify(trained("vector", "ssl")[0], seconds=1e-9)
    assert found.verdict is Verdict.UNDECIDED
    assert "time" in found.reason


def test_a_flat_direction_is_undecided_not_proved() -> None:
    """Two equal samples of opposite labels: with so small a ridge the minimum is all but flat."""
    data = {"X": np.array([[1.0, 0.0], [1.0, 0.0]]), "y": [0, 1], "W": np.zeros((1, 2)), "F": np.zeros(1)}
    found = certify(data, settings={"beta": "1/1000000000000", "gamma": "1/1000000000000"})
    assert found.verdict is not Verdict.PROVED or found.radius < Fraction(1, 10**6)  # type: ignore[operator]


def test_noise_too_large_for_the_quadrature_is_undecided() -> None:
    found = certify(trained("vector", "ssl")[0], settings={"rho": "1000000"})
    assert found.verdict is Verdict.UNDECIDED
    assert "noise" in found.reason


@pytest.mark.parametrize("rho", ["0", "1/10", "1"])
def test_other_strengths_of_the_augmentation(rho: str) -> None:
    """rho = 0 is no augmentation; larger noise moves the minimum, and the search still finds it."""
    data = trained("vector", "ssl")[0]
    found = certify(data, settings={"rho": rho}, within=20.0)
    assert found.verdict is Verdict.PROVED
    none = certify(data, augment="none")
    assert found.distance is not None
    assert none.distance is not None
    same = abs(float(found.distance.middle - none.distance.middle)) < 1e-8
    assert same == (rho == "0")


def test_pairs_of_views() -> None:
    """Both views equal: the objective is that without augmentation."""
    data = trained("vector", "ssl")[0]
    views = {"X1": data["X"], "X2": data["X"], "W": data["W"]}
    found, none = certify(views), certify(data, augment="none")
    assert found.verdict is Verdict.PROVED
    assert found.problem.augmentation == "views"
    assert found.distance is not None
    assert none.distance is not None
    assert abs(float(found.distance.middle - none.distance.middle)) < 1e-9


def test_descent_from_weights_in_the_ball() -> None:
    """Simulated from the given weights, the distance after k steps is inside of what is certified."""
    data = trained("vector", "ssl")[0]
    minimum = settle(data)
    w = minimum + 0.1 * np.array([[0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0.5, 0, 0, 0.5, 0, 0, 0, 0, 0, 0]])
    found = certify({**data, "W": w}, augment="none", step="1/10", steps=500, tolerance="1/1000")
    descent = found.descent
    assert descent is not None
    assert descent.reason == ""
    assert descent.after is not None
    assert descent.steps_to_tolerance is not None
    x, step_count = data["X"], 0
    while step_count < descent.steps_to_tolerance:
        s = squash(x @ w.T)
        w = w - 0.1 * (-(2 * s * s * (1 - s)).T @ x / N + 2 * RIDGE * w)
        step_count += 1
        if step_count == 500:
            distance = np.linalg.norm(w - minimum)
            assert float(descent.after.lo) - 1e-12 <= distance <= float(descent.after.hi) + 1e-12
    assert np.linalg.norm(w - minimum) <= 1e-3
    # The slowest direction keeps about (1 - 2*0.1/800)^500 = 0.88.
    assert descent.slowest_remaining is not None
    assert 0.87 < float(descent.slowest_remaining.lo) < 0.89


def test_a_step_that_is_too_long_is_refused() -> None:
    data = trained("vector", "ssl")[0]
    found = certify({**data, "W": settle(data)}, augment="none", step=10**6)
    assert found.descent is not None
    assert "2 / M" in found.descent.reason
    assert found.descent.factor is None


def test_results_display(  # shapes only; contents are those of the fields tested above
) -> None:
    found = certify(trained("vector", "sl")[0], step="1/10", steps=8000)
    html = found._repr_html_()
    assert "PROVED" in html
    assert "ill-posed" in html
    data: dict[str, Any] = found.json()
    assert set(data) >= {"verdict", "kind", "index", "radius", "distance", "eigenvalues", "metrics", "seconds"}
    assert data["descent"]["steps"] == 8000


BAD: list[tuple[dict[str, Any], str]] = [
    ({"W": np.ones((1, 2))}, "X is missing"),
    ({"X": np.ones((3, 2))}, "W is missing"),
    ({"X": np.ones(3), "W": np.ones((1, 2))}, "two dimensions"),
    ({"X": np.ones((0, 2)), "W": np.ones((1, 2))}, "two dimensions"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 3))}, "columns"),
    ({"X": np.full((3, 2), np.nan), "W": np.ones((1, 2))}, "NaN"),
    ({"X": np.full((3, 2), np.inf), "W": np.ones((1, 2))}, "infinity"),
    ({"X": np.full((3, 2), 1e100), "W": np.ones((1, 2))}, "2\\^200"),
    ({"X": np.ones((3, 2), dtype=complex), "W": np.ones((1, 2))}, "type complex"),
    ({"X": np.array([["a", "b"]]), "W": np.ones((1, 2))}, "type"),
    ({"X": np.array([[1, None]], dtype=object), "W": np.ones((1, 2))}, "type object"),
    ({"X": np.ones((3, 2), dtype=bool), "W": np.ones((1, 2))}, "type bool"),
    ({"X": np.full((3, 2), 2**60), "W": np.ones((1, 2))}, "2\\^53"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "y": [0, 1]}, "shape"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "y": [0, 1, 2]}, "0 or 1"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "y": [0, 1, 1]}, "F is missing"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "y": [0, 1, 1], "F": [1.0, 2.0]}, "rows of W"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "objective": "linear"}, "unknown objective"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "augment": "flip"}, "unknown augmentation"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "alpha": "0"}, "between"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "alpha": "one"}, "alpha"),
    ({"X": np.ones((3, 2)), "W": np.ones((1, 2)), "rho": -1.0}, "rho"),
    ({"X": np.ones((3, 2)), "W": np.ones((3000, 2))}, "at most"),
    ({"X1": np.ones((3, 2)), "W": np.ones((1, 2))}, "X2 is missing"),
    ({"X1": np.ones((3, 2)), "X2": np.ones((2, 2)), "W": np.ones((1, 2))}, "same"),
]


@pytest.mark.parametrize(("data", "message"), BAD, ids=[f"{k}-{m[:12]}" for k, (_, m) in enumerate(BAD)])
def test_data_that_do_not_fit_are_refused(data: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message) as error:
        certify(data)
    assert "\n" not in str(error.value)


def test_settings_are_exact_and_refused_like_those_of_a_file() -> None:
    data = {"X": np.eye(2), "W": np.ones((1, 2))}
    given = certify(data, settings={"alpha": sp.Rational(1, 700), "rho": 0.5})
    assert given.problem.parameters == {"alpha": sp.Rational(1, 700), "rho_squared": sp.Rational(1, 4)}
    for bad in ("x", "1/0", "__import__('os')", float("nan"), [1], None):
        with pytest.raises(DataError):
            certify(data, settings={"alpha": bad})


def test_integers_and_single_precision_are_taken_exactly() -> None:
    x = np.array([[1, 0], [-1, 0], [1, 7], [-1, 7]])
    w = np.array([[3.75, 1.5]])
    whole = certify({"X": x, "W": w}, augment="none")
    single = certify({"X": x.astype(np.float32), "W": w.astype(np.float32)}, augment="none")
    assert whole.verdict is Verdict.PROVED
    assert whole.distance == single.distance
    # One neuron and the four classes: the noise-free population, whose minimum is (3.8162037, 1.5198619).
    assert np.allclose(whole.weights, [[3.8162037, 1.5198619]], atol=1e-7)


def test_only_a_decided_result_has_a_certificate() -> None:
    from proofs.claims.empirical import empirical_claim

    open_one: Certified = certify(trained("vector", "ssl")[0], within=0.01)
    with pytest.raises(ValueError, match="decided"):
        empirical_claim(open_one)
