"""The vectorised experiments against plain loops, for every option; the law of the noise that is not drawn."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numeric.experiment import gradients, reference
from numeric.experiment.draws import AUGMENT, generator
from numeric.experiment.setup import Setup
from numeric.experiment.train import Diverged, Run, advance, start

SEEDS = (0, 3)
STEPS = 200
TOLERANCE = 1e-12


def build(**changes: Any) -> Run:
    if changes.get("objective") == "sl":
        changes |= {"start": "sign", "augment": "none"}
    return start(Setup(**{"n": 20, "d": 5, **changes}), SEEDS)


def fresh_by_hand(run: Run, k: int) -> Iterator[np.ndarray]:
    """The numbers of seed k as they are documented: one generator a block of steps."""
    m, d, n = run.setup.neurons, run.setup.d, run.setup.n
    r, step = min(m, d), 0
    size = 2 * n * r + m * d
    length = min(64, max(1, 2**15 // size))
    while True:
        numbers = generator(run.seeds[k], AUGMENT, step // length).standard_normal((length, size))[step % length]
        yield numbers
        step += 1


def plain(run: Run, k: int, steps: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Seed k by the plain loop."""
    setup, X, W = run.setup, run.draws.X[k], run.draws.W[k].copy()
    ridge, eta, rho = float(setup.ridge), float(setup.step), setup.noise_level
    n, d, m = setup.n, setup.d, setup.neurons
    F = None if run.draws.F is None else run.draws.F[k].copy()
    fresh = fresh_by_hand(run, k)
    if setup.stream == "published":
        # The generator that drew start and data, read on one number at a time.
        legacy = np.random.RandomState(run.seeds[k])
        legacy.standard_normal(2 * d)
        legacy.random_sample(n)
        legacy.standard_normal(n)
    for step in range(steps):
        if F is not None:
            W, F = reference.sl_step(W, F, X, run.draws.y[k], ridge, float(setup.output_ridge), eta)
        elif setup.augment == "none":
            W = reference.ssl_step(W, X, np.zeros((2, n, d)), rho, ridge, eta)
        elif setup.augment == "expected":
            W = reference.ssl_expected_step(W, X, rho, ridge, eta)
        elif setup.augment == "literal":
            noise = np.zeros((2, n, d))
            if setup.stream == "published":
                for i in range(n):
                    for c in range(d):
                        noise[0, i, c], noise[1, i, c] = legacy.normal(0, 1), legacy.normal(0, 1)
            else:
                drawn = generator(run.seeds[k], AUGMENT, step).standard_normal((n, d, 2))
                noise = drawn.transpose(2, 0, 1)
            W = reference.ssl_step(W, X, noise, rho, ridge, eta)
        else:
            numbers = next(fresh)
            r = min(m, d)
            u, g = numbers[: 2 * n * r].reshape(r, 2 * n), numbers[2 * n * r :].reshape(m, d)
            W = reference.ssl_step(W, X, reference.literal_noise(W, X, rho, u, g), rho, ridge, eta)
    return W, F


QUARTERS = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 8))
OPTIONS: dict[str, dict[str, Any]] = {
    "published": {},
    "start sign": {"start": "sign"},
    "vector noise": {"noise": "vector", "stream": "independent"},
    "independent stream": {"stream": "independent"},
    "literal published": {"augment": "literal"},
    "literal independent": {"augment": "literal", "stream": "independent"},
    "expected": {"augment": "expected"},
    "no augmentation": {"augment": "none"},
    "three neurons": {"neurons": 3, "stream": "independent"},
    "one neuron": {"neurons": 1, "stream": "independent"},
    "rows fill the space": {"d": 2, "n": 12},
    "more rows than dimensions": {"neurons": 3, "d": 2, "stream": "independent", "augment": "literal"},
    "other numbers": {"tau": Fraction(3), "ridge": Fraction(1, 50), "step": Fraction(1, 300), "rho": Fraction(1, 2)},
    "unequal classes": {"classes": QUARTERS, "stream": "independent"},
    "sl published": {"objective": "sl"},
    "sl vector noise": {"objective": "sl", "noise": "vector", "stream": "independent"},
    "sl three neurons": {"objective": "sl", "neurons": 3, "stream": "independent", "output_ridge": Fraction(1, 90)},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_agrees_with_the_plain_loop(name: str) -> None:
    run = build(**OPTIONS[name])
    steps = STEPS if OPTIONS[name].get("augment") != "expected" else 50
    advance(run, steps)
    for k in range(len(SEEDS)):
        W, F = plain(run, k, steps)
        assert np.abs(run.W[k] - W).max() < TOLERANCE
        assert np.abs(run.W[k] - run.draws.W[k]).max() > 1e-3  # something was learned
        if F is not None:
            assert run.F is not None
            assert np.abs(run.F[k] - F).max() < TOLERANCE


@pytest.mark.slow
def test_expected_agrees_over_all_steps() -> None:
    run = build(augment="expected")
    advance(run, STEPS)
    for k in range(len(SEEDS)):
        assert np.abs(run.W[k] - plain(run, k, STEPS)[0]).max() < TOLERANCE


def test_the_plain_loop_is_the_gradient_of_the_loss() -> None:
    """The plain step against central differences of the loss as it is written in the paper."""
    rng = np.random.default_rng(1)
    X, W, F, y = rng.normal(size=(6, 3)), rng.normal(size=(2, 3)), rng.normal(size=2), np.array([0, 1, 1, 0, 1, 0])
    noise = rng.normal(size=(2, 6, 3))

    def s(z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    def ssl_loss(W: np.ndarray) -> float:
        views = s((X + 0.1 * noise[0]) @ W.T) * s((X + 0.1 * noise[1]) @ W.T)
        return float(-views.sum() + 6 * 0.02 * (W**2).sum())

    def sl_loss(W: np.ndarray, F: np.ndarray) -> float:
        out = s(s(X @ W.T) @ F)
        return float(
            -(y * np.log(out) + (1 - y) * np.log(1 - out)).sum() + 6 * (0.02 * (W**2).sum() + 0.03 * (F**2).sum())
        )

    h = 1e-6
    ssl_slope = W - reference.ssl_step(W, X, noise, 0.1, 0.02, 1.0)
    new_W, new_F = reference.sl_step(W, F, X, y, 0.02, 0.03, 1e-3)
    for j in range(2):
        for c in range(3):
            e = np.zeros_like(W)
            e[j, c] = h
            assert abs(ssl_slope[j, c] - (ssl_loss(W + e) - ssl_loss(W - e)) / (2 * h)) < 1e-8
            assert abs((W - new_W)[j, c] / 1e-3 - (sl_loss(W + e, F) - sl_loss(W - e, F)) / (2 * h)) < 1e-7
        f = np.zeros(2)
        f[j] = h
        # F moves with the new W.
        assert abs((F - new_F)[j] / 1e-3 - (sl_loss(new_W, F + f) - sl_loss(new_W, F - f)) / (2 * h)) < 1e-7


def test_fresh_and_literal_noise_have_the_same_law(soundness: int) -> None:
    """One step from the same weights, many times: means, covariances and fourth moments of the gradients agree."""
    rng = np.random.default_rng(7)
    count = 20_000 * soundness
    n, d, m, rho, ridge = 4, 3, 2, 0.8, 0.01
    X, W = rng.normal(size=(n, d)), rng.normal(size=(m, d))
    many_X, many_W = np.broadcast_to(X, (count, n, d)), np.broadcast_to(W, (count, m, d))
    XT = many_X.transpose(0, 2, 1)
    fast = gradients.projected_views(
        many_W, many_X, XT, ridge, rho, rng.normal(size=(count, m, 2 * n)), rng.normal(size=(count, m, d))
    ).reshape(count, -1)
    views = X + rho * rng.normal(size=(count, 2, n, d))
    slow = gradients.ssl_view_gradient(many_W, views, ridge).reshape(count, -1)
    spread = slow.std(axis=0)
    # Six standard errors of a difference of two means.
    assert (np.abs(fast.mean(axis=0) - slow.mean(axis=0)) < 6 * spread * np.sqrt(2 / count)).all()
    fast, slow = (fast - slow.mean(axis=0)) / spread, (slow - slow.mean(axis=0)) / spread
    for power in (2, 4):
        first = np.einsum("ki,kj->kij", fast ** (power // 2), fast ** (power // 2))
        second = np.einsum("ki,kj->kij", slow ** (power // 2), slow ** (power // 2))
        error = np.sqrt((first.var(axis=0) + second.var(axis=0)) / count)
        assert (np.abs(first.mean(axis=0) - second.mean(axis=0)) < 6 * error).all()


def test_expected_is_the_mean_of_literal() -> None:
    rng = np.random.default_rng(3)
    X, W, count = rng.normal(size=(5, 4)), rng.normal(size=(2, 4)), 40_000
    views = X + 0.4 * rng.normal(size=(count, 2, 5, 4))
    sample = gradients.ssl_view_gradient(np.broadcast_to(W, (count, 2, 4)), views, 0.01)
    expected = gradients.ssl_expected_gradient(W[None], X[None], X.T[None], 0.01, 0.4)[0]
    assert (np.abs(sample.mean(axis=0) - expected) < 6 * sample.std(axis=0) / np.sqrt(count)).all()


@pytest.mark.parametrize("augment", ["fresh", "literal", "expected", "none"])
def test_other_seeds_and_interruptions_change_no_bit(augment: str) -> None:
    whole = start(Setup(augment=augment), (0, 1, 2))
    advance(whole, 130)
    alone = start(Setup(augment=augment), (1,))
    for step in (1, 7, 64, 65, 130):
        advance(alone, step)
    assert np.array_equal(whole.W[1], alone.W[0])
    assert whole.kept_steps == alone.kept_steps == list(range(0, 131, 10))
    assert np.array_equal(np.array(whole.kept_W)[:, 1], np.array(alone.kept_W)[:, 0])


def test_rank_one_rows_are_no_trouble() -> None:
    """Equal rows: one direction of the drawn basis is not needed, and the square root has a vanishing pivot."""
    rng = np.random.default_rng(5)
    W = np.repeat(rng.normal(size=(1, 1, 4)), 2, axis=1)
    X, u, g = rng.normal(size=(1, 6, 4)), rng.normal(size=(1, 2, 12)), rng.normal(size=(1, 2, 4))
    slope = gradients.projected_views(W, X, X.transpose(0, 2, 1), 0.01, 0.3, u, g)
    assert np.isfinite(slope).all()
    assert np.allclose(slope[0, 0], slope[0, 1], atol=1e-6)


def test_weights_that_grow_without_end_are_reported() -> None:
    run = build(ridge=Fraction(1), step=Fraction(10))
    with pytest.raises(Diverged, match="not finite"):
        advance(run, 3000)


def test_sigmoid_at_its_ends() -> None:
    z = np.array([-1e4, -40.0, 0.0, 40.0, 1e4])
    # 1/(1 + e^40) = 4.2e-18 is 0 in absolute terms.
    assert np.allclose(gradients.sigmoid(z), [0, 0, 0.5, 1, 1], rtol=0, atol=1e-15)
