"""Real data: what the sets hold, the same code trains, and what must come out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from numeric.experiment import gradients
from numeric.experiment.train import Run, advance
from proofs.experiments import real_data
from proofs.experiments.certified import distances
from proofs.experiments.real_data import compare, load
from proofs.verdict import Verdict


@pytest.mark.parametrize(("name", "shape"), [("digits", (1797, 64)), ("cancer", (569, 27)), ("wine", (178, 13))])
def test_the_data_sets(name: str, shape: tuple[int, int]) -> None:
    data = load(name, "natural")
    assert data.X.shape == shape
    for target in (data.label, data.hidden):
        assert set(target.tolist()) == {0, 1}
    # The hidden feature is not the label in disguise.
    assert abs(np.corrcoef(data.label, data.hidden)[0, 1]) < 0.6
    planted = load(name, "planted")
    assert np.array_equal(planted.label, data.label)
    assert abs(planted.hidden.mean() - 0.5) < 0.15
    with pytest.raises(KeyError):
        load("iris", "natural")


def test_labels_by_hand() -> None:
    # The first digits of the set are 0, 1, ..., 9 in order.
    data = load("digits", "natural")
    assert data.label[:10].tolist() == [0, 1] * 5
    assert data.hidden[:10].tolist() == [0] * 5 + [1] * 5
    # 59 wines of the first cultivar, then 71 of the second.
    wine = load("wine", "natural")
    assert (wine.label.sum(), wine.hidden.sum()) == (59, 71)


def test_planted_feature_is_learned_without_labels() -> None:
    result = compare(load("wine", "planted"), "planted", seeds=4, steps=2000, neurons=4)
    probe = {name: {k: v.mean() for k, v in a.items()} for name, a in result.accuracies.items()}
    assert probe["SSL"]["hidden"] > probe["SL"]["hidden"]
    assert probe["SL"]["label"] > probe["SSL"]["label"]
    assert probe["data"]["hidden"] == 1
    assert probe["majority"]["label"] < 0.75
    run = result.runs["ssl"]
    assert run.draws.X.shape == (4, 118, 14)
    assert np.linalg.norm(run.draws.X[0, :, :-1], axis=1).mean() == pytest.approx(1)
    assert set(np.unique(run.draws.X[:, :, -1])) == {0.0, real_data.PLANTED}


def test_the_gradient_norm_is_that_of_the_objective() -> None:
    result = compare(load("wine", "natural"), "natural", seeds=1, steps=50, neurons=2)
    run = result.runs["sl"]
    assert run.F is not None
    X, W, F, y = run.draws.X[0], run.W[0], run.F[0], run.draws.y[0]

    def loss(W: np.ndarray, F: np.ndarray) -> float:
        out = gradients.sigmoid(gradients.sigmoid(X @ W.T) @ F)
        fit = -(y * np.log(out) + (1 - y) * np.log(1 - out)).mean()
        return float(fit + ((W**2).sum() + (F**2).sum()) / 800)

    total, h = 0.0, 1e-5
    for array in (W, F):
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + h
            up = loss(W, F)
            array[index] = kept - h
            total += ((up - loss(W, F)) / (2 * h)) ** 2
            array[index] = kept
    assert result.gradient["SL"][0] == pytest.approx(total**0.5, rel=1e-6)


def test_a_minimum_is_proved_near_the_weights() -> None:
    result = compare(load("wine", "natural"), "natural", seeds=1, steps=20_000, neurons=1)
    result.certify(seconds=60)
    for name in ("SSL", "SL"):
        (certified,) = result.certified[name]
        assert certified.verdict is Verdict.PROVED, certified.reason
        (distance,) = distances(result.certified[name])
        # 5000 more steps of plain descent on the expected objective end that near.
        run = result.runs[name.lower()]
        more = Run(
            replace(run.setup, augment="expected" if name == "SSL" else "none"),
            run.seeds,
            run.draws,
            run.W.copy(),
            run.F,
        )
        moved = run.W.copy()
        advance(more, 5000)
        assert np.linalg.norm(more.W - moved) <= float(distance) + 1e-3
    data = real_data.data_json([result], 1.0)["results"][0]["certified"]
    assert data["SL"]["proved"] == 1
    assert data["SL"]["reasons"] == []


def test_report() -> None:
    result = compare(load("wine", "natural"), "natural", seeds=2, steps=20, neurons=2)
    data = real_data.data_json([result], 1.0)["results"][0]
    assert data["dataset"] == "wine"
    assert data["probe"]["SSL"]["hidden"]["band"] is not None
    assert set(data["probe"]) == {"SSL", "SL", "start", "data", "majority"}
    real_data.data_table([result])
