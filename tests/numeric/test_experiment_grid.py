"""Descent on weighted finite problems: against the losses as written, and against the main loop."""

from __future__ import annotations

import numpy as np
import pytest

from numeric.experiment import grid
from numeric.experiment.gradients import sl_output_gradient, sl_row_gradient, ssl_plain_gradient


def s(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("kind", grid.KINDS)
def test_a_step_is_the_gradient_of_the_loss(kind: str) -> None:
    rng = np.random.default_rng(1)
    W, share, strength, ridge, step = rng.normal(size=(2, 2)), rng.dirichlet(np.ones(4)), 0.4, 0.03, 1e-3
    points = grid.population(np.array([3.0]))[0]
    a = grid.views(kind, strength)
    assert a.weight.sum() == pytest.approx(1)

    def loss(W: np.ndarray) -> float:
        total = ridge * (W**2).sum()
        for x, q in zip(points, share, strict=True):
            mean = sum(p * s(W @ (c * x + v)) for c, v, p in zip(a.scale, a.shift, a.weight, strict=True))
            total -= q * (mean**2).sum()
        return float(total)

    new = grid.ssl_descent(points[None], share[None], [a], np.array([ridge]), W[None], np.array([step]), 1)[0]
    for j in range(2):
        for c in range(2):
            e = np.zeros((2, 2))
            e[j, c] = 1e-6
            assert (W - new)[j, c] / step == pytest.approx((loss(W + e) - loss(W - e)) / 2e-6, abs=1e-7)


def test_views_by_their_moments() -> None:
    x = np.array([1.5, -2.0])
    for kind, mean, variance in (
        ("isotropic noise", x, [0.09, 0.09]),
        ("noise along e1", x, [0.09, 0]),
        ("noise along e2", x, [0, 0.09]),
        # Masked with probability 0.3: mean 0.7 x, variance 0.21 x^2.
        ("mask e1", [0.7 * 1.5, -2], [0.21 * 2.25, 0]),
        ("mask e2", [1.5, 0.7 * -2], [0, 0.21 * 4]),
        ("scaling", x, 0.09 * x**2),
    ):
        a = grid.views(kind, 0.3)
        seen = a.scale * x + a.shift
        assert a.weight @ seen == pytest.approx(np.array(mean))
        assert a.weight @ (seen - a.weight @ seen) ** 2 == pytest.approx(np.array(variance), abs=1e-12)
    with pytest.raises(ValueError, match="unknown augmentation"):
        grid.views("cropping", 0.1)


def test_agrees_with_the_main_gradients() -> None:
    # Equal shares and no augmentation: the mean over four samples.
    rng = np.random.default_rng(2)
    W, F = rng.normal(size=(3, 2, 2)), rng.normal(size=(3, 2))
    points = grid.population(np.array([1.0, 3.0, 7.0]))
    share, ridge, step = np.full((3, 4), 0.25), np.full(3, 0.01), np.full(3, 0.5)
    plain = grid.Views(np.ones((1, 2)), np.zeros((1, 2)), np.ones(1))
    new = grid.ssl_descent(points, share, [plain] * 3, ridge, W, step, 1)
    XT = points.transpose(0, 2, 1)
    assert new == pytest.approx(W - 0.5 * ssl_plain_gradient(W, points, XT, 0.01) / 4, abs=1e-13)
    new, new_F = grid.sl_descent(points, share, ridge, 2 * ridge, W, F, step, 1)
    y = np.tile([0.0, 0.0, 1.0, 1.0], (3, 1))
    expected = W - 0.5 * sl_row_gradient(W, F, s(W @ XT), points, y, 0.01) / 4
    assert new == pytest.approx(expected, abs=1e-13)
    assert new_F == pytest.approx(F - 0.5 * sl_output_gradient(F, s(expected @ XT), y, 0.02) / 4, abs=1e-13)


def test_population() -> None:
    assert grid.population(np.array([5.0]))[0].tolist() == [[1, 0], [1, 5], [-1, 0], [-1, 5]]
