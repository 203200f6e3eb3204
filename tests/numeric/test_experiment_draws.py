# ruff: noqa: NPY002
"""Starts and data sets: the published stream drawn one number at a time, and what a set-up may be."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numeric.experiment.draws import draw
from numeric.experiment.setup import Setup


def one_number_at_a_time(objective: str, near: bool, seed: int, d: int, n: int, tau: float) -> tuple[Any, ...]:
    """The published order with the global generators: rows, uniforms or signs, F, classes, one noise a sample."""
    np.random.seed(seed)
    random.seed(seed)
    W = [[np.random.normal(0, 1) for _ in range(d)] for _ in range(2)]
    if near:
        W[0][0] = random.uniform(3.1, 3.9)
        W[1][0] = -random.uniform(3.1, 3.9)
        W[0][1] = random.uniform(8.5, 9) / tau
        W[1][1] = random.uniform(8.5, 9) / tau
    else:
        W[0][0], W[1][0] = abs(W[0][0]), -abs(W[1][0])
        if objective == "ssl":
            W[0][1], W[1][1] = abs(W[0][1]), abs(W[1][1])
    F = [np.random.normal(0, 1) for _ in range(2)] if objective == "sl" else None
    labels = np.random.choice(a=[1, 2, 3, 4], size=n, replace=True, p=[0.25, 0.25, 0.25, 0.25])
    first, second = [], []
    for label in labels:
        centre = [0.0] * d
        centre[0] = 1.0 if label <= 2 else -1.0
        centre[1] = tau if label % 2 == 0 else 0.0
        shift = 1 / d**1.5 * np.random.normal(0, 1)
        (first if label <= 2 else second).append([c + shift for c in centre])
    return np.array(W), F, np.array(first + second), [0] * len(first) + [1] * len(second)


@pytest.mark.parametrize("seed", [0, 1, 19])
@pytest.mark.parametrize(("objective", "start"), [("ssl", "near"), ("ssl", "sign"), ("sl", "sign")])
def test_the_published_stream(objective: str, start: str, seed: int) -> None:
    augment = "none" if objective == "sl" else "fresh"
    drawn = draw(Setup(objective=objective, start=start, augment=augment), (seed,))
    W, F, X, y = one_number_at_a_time(objective, start == "near", seed, 10, 100, 7.0)
    assert np.array_equal(drawn.W[0], W)
    assert np.array_equal(drawn.X[0], X)
    assert drawn.y[0].tolist() == y
    assert (drawn.F is None) == (F is None)
    if drawn.F is not None:
        assert drawn.F[0].tolist() == F
    # The hidden feature is the second coordinate, which is 0 or 7 up to noise of size 0.03.
    assert (drawn.t[0] == (drawn.X[0, :, 1] > 3.5)).all()


def test_facts_of_the_design() -> None:
    near = draw(Setup(), tuple(range(20)))
    assert ((near.W[:, 0, 0] >= 3.1) & (near.W[:, 0, 0] <= 3.9)).all()
    assert ((near.W[:, 1, 0] <= -3.1) & (near.W[:, 1, 0] >= -3.9)).all()
    assert ((near.W[:, :, 1] >= 8.5 / 7) & (near.W[:, :, 1] <= 9 / 7)).all()
    # One scalar a sample: all coordinates off the features are the same number.
    assert (near.X[:, :, 2:] == near.X[:, :, 2:3]).all()
    vector = draw(Setup(noise="vector", stream="independent"), (0, 1))
    assert (np.ptp(vector.X[:, :, 2:], axis=2) > 0).all()
    # The noise level is d^(-3/2) = 0.0316.
    assert abs(vector.X[:, :, 2:].std() / 10**-1.5 - 1) < 0.1


def test_unequal_classes_and_three_rows() -> None:
    classes = (Fraction(1, 2), Fraction(1, 2), Fraction(0), Fraction(0))
    drawn = draw(Setup(classes=classes, stream="independent", neurons=3, n=4000), (5,))
    assert drawn.y.sum() == 0
    assert abs(drawn.t.mean() - 0.5) < 0.05
    assert (np.sign(drawn.W[0, :, 0]) == [1, -1, 1]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": "xl"}, "objective must be one of"),
        ({"start": "far"}, "start must be one of"),
        ({"noise": "pink"}, "noise must be one of"),
        ({"d": 1}, "at least 2"),
        ({"n": 0}, "at least 2"),
        ({"neurons": 0}, "at least 2"),
        ({"ridge": Fraction(-1)}, "negative"),
        ({"rho": Fraction(-1)}, "negative"),
        ({"step": Fraction(0)}, "positive"),
        ({"tau": Fraction(0)}, "divides by tau"),
        ({"classes": (Fraction(1),) * 4, "stream": "independent"}, "add up to 1"),
        ({"objective": "sl"}, "no augmentation"),
        ({"noise": "vector"}, "published stream"),
        ({"neurons": 3}, "published stream"),
    ],
)
def test_setups_that_make_no_sense(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Setup(**changes)


def test_a_setup_survives_its_record() -> None:
    setup = Setup(tau=Fraction(1, 3), rho=Fraction(2, 7), d=4, n=9, stream="independent", noise="vector")
    assert Setup.from_record(setup.record()) == setup
