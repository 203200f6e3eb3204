"""Random starts and data sets: the published stream, and an independent one for set-ups of one's own.

Arithmetic: heuristic.

The published stream (facts about the authors' program): for each seed NumPy's legacy generator and ``random`` are
seeded with it; two rows of d normals are drawn; SSL "near" then overwrites w11, w21, w12, w22 by ``random`` uniform
values in that order, SSL "sign" and SL flip signs; SL draws two normals for F; then the n classes are drawn at once
and one normal for each sample in that order; samples of label 0 are put first.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from numeric.experiment.setup import Setup

__all__ = ["Draws", "draw", "generator"]

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
LABELS, HIDDEN = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
START, DATA, AUGMENT = range(3)


@dataclass
class Draws:
    """For S seeds: X (S, n, d), label y and hidden feature t (S, n) in {0, 1}, start W (S, m, d), F (S, m) (sl only).

    ``legacy`` are the published generators after these draws, one a seed (published stream only).
    """

    X: Array
    y: Labels
    t: Labels
    W: Array
    F: Array | None
    legacy: list[np.random.RandomState]


def generator(seed: int, *key: int) -> np.random.Generator:
    """A generator that depends on the seed and a purpose alone, not on what else is drawn."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def draw(setup: Setup, seeds: tuple[int, ...]) -> Draws:
    """Data sets and starts of every seed; the same seed gives the same bits whatever the other seeds are."""
    one = _published if setup.stream == "published" else _independent
    parts = [one(setup, seed) for seed in seeds]
    outputs = [p.F for p in parts if p.F is not None]
    return Draws(
        np.stack([p.samples[0] for p in parts]),
        np.stack([p.samples[1] for p in parts]),
        np.stack([p.samples[2] for p in parts]),
        np.stack([p.W for p in parts]),
        np.stack(outputs) if outputs else None,
        [p.legacy for p in parts if p.legacy is not None],
    )


Samples = tuple[Array, Labels, Labels]


class _Part(NamedTuple):
    """One seed."""

    samples: Samples
    W: Array
    F: Array | None
    legacy: np.random.RandomState | None


def _published(setup: Setup, seed: int) -> _Part:
    legacy, uniform = np.random.RandomState(seed), random.Random(seed)
    W = legacy.standard_normal((2, setup.d))
    if setup.objective == "ssl" and setup.start == "near":
        _put_near(W, setup, uniform.uniform)
    else:
        _put_signs(W, setup)
    F = legacy.standard_normal(2) if setup.objective == "sl" else None
    classes = legacy.choice(4, size=setup.n, replace=True, p=[0.25] * 4)
    noise = legacy.standard_normal(setup.n)[:, None]
    return _Part(_samples(setup, classes, noise), W, F, legacy)


def _independent(setup: Setup, seed: int) -> _Part:
    begin, data = generator(seed, START), generator(seed, DATA)
    W = begin.standard_normal((setup.neurons, setup.d))
    if setup.objective == "ssl" and setup.start == "near":
        _put_near(W, setup, begin.uniform)
    else:
        _put_signs(W, setup)
    F = begin.standard_normal(setup.neurons) if setup.objective == "sl" else None
    classes = data.choice(4, size=setup.n, p=[float(p) for p in setup.classes])
    noise = data.standard_normal((setup.n, setup.d if setup.noise == "vector" else 1))
    return _Part(_samples(setup, classes, noise), W, F, None)


def _put_near(W: Array, setup: Setup, uniform: Callable[[float, float], float]) -> None:
    """First coordinates +-[3.1, 3.9] with alternating signs, then second coordinates [8.5, 9] / tau."""
    for j in range(len(W)):
        W[j, 0] = (1 - 2 * (j % 2)) * uniform(3.1, 3.9)
    for j in range(len(W)):
        W[j, 1] = uniform(8.5, 9) / float(setup.tau)


def _put_signs(W: Array, setup: Setup) -> None:
    """First coordinates with alternating signs; for SSL second coordinates positive."""
    for j in range(len(W)):
        W[j, 0] = (1 - 2 * (j % 2)) * abs(W[j, 0])
        if setup.objective == "ssl":
            W[j, 1] = abs(W[j, 1])


def _samples(setup: Setup, classes: Labels, noise: Array) -> Samples:
    centres = np.zeros((4, setup.d))
    centres[:, 0] = [1, 1, -1, -1]
    centres[:, 1] = [0, float(setup.tau), 0, float(setup.tau)]
    X = centres[classes] + setup.noise_level * noise
    y = LABELS[classes]
    first = np.argsort(y, kind="stable")
    return np.ascontiguousarray(X[first]), y[first], HIDDEN[classes][first]
