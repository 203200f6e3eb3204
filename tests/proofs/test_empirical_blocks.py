"""The blocks of empirical objectives: derivatives against mpmath, bounds over balls against sampled points."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from trained_networks import data_sets

from numeric.verified_sums import Rows
from proofs.empirical.local import Block
from proofs.empirical.neuron import Neuron
from proofs.empirical.pairs import Pairs
from proofs.empirical.supervised import Supervised

F = Fraction
Function = Callable[..., mpmath.mpf]
RIDGE = F(1, 800)
X, Y = (a[0] for a in data_sets(range(1), 12, 3, "vector"))
X2 = X + 0.1 * np.random.default_rng(9).standard_normal(X.shape)


def sigmoid(z: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-z))


def dot(a: np.ndarray, b: list[mpmath.mpf]) -> mpmath.mpf:
    return mpmath.fsum(mpmath.mpf(float(u)) * v for u, v in zip(a, b, strict=True))


def neuron_loss(variance: Fraction) -> Function:
    """- mean of (E s(w.x + v z))^2 + |w|^2/800, the mean over z by a fine trapezoidal sum of our own."""
    nodes = [mpmath.mpf(k) / 4 for k in range(-44, 45)]
    weights = [mpmath.exp(-t * t / 2) / 4 / mpmath.sqrt(2 * mpmath.pi) for t in nodes]

    def loss(*w: mpmath.mpf) -> mpmath.mpf:
        total = mpmath.fsum(v * v for v in w)
        width = mpmath.sqrt(mpmath.mpf(variance.numerator) / variance.denominator * total)
        found = total / 800
        for x in X:
            m = dot(x, list(w))
            mean = sigmoid(m) if variance == 0 else mpmath.fsum(
                c * sigmoid(m + width * t) for c, t in zip(weights, nodes, strict=True)
            )  # fmt: skip
            found -= mean**2 / len(X)
        return found

    return loss


def pairs_loss(*w: mpmath.mpf) -> mpmath.mpf:
    found = mpmath.fsum(v * v for v in w) / 800
    for a, b in zip(X, X2, strict=True):
        found -= sigmoid(dot(a, list(w))) * sigmoid(dot(b, list(w))) / len(X)
    return found


def supervised_loss(*p: mpmath.mpf) -> mpmath.mpf:
    """Two neurons: cross-entropy of sigmoid(F . sigmoid(W x)) as the probability of label 1."""
    found = mpmath.fsum(v * v for v in p) / 800
    for x, y in zip(X, Y, strict=True):
        out = sigmoid(p[6] * sigmoid(dot(x, list(p[:3]))) + p[7] * sigmoid(dot(x, list(p[3:6]))))
        found -= mpmath.log(out if y == 1 else 1 - out) / len(X)
    return found


VARIANCES = [F(0), F(1, 27), F(1, 2)]
POINTS = {
    "minimum": np.array([3.1, 1.4, -0.2]),
    "origin": np.array([0.0, 0.0, 0.0]),
    "steep": np.array([-0.7, 0.3, 2.0]),
}
CASES: dict[str, tuple[Block, Function, np.ndarray]] = {}
for _name, _w in POINTS.items():
    for _q in VARIANCES:
        CASES[f"ssl-{_name}-{_q}"] = (Neuron(Rows(X), _q, RIDGE), neuron_loss(_q), _w)
    CASES[f"pairs-{_name}"] = (Pairs(Rows(X), Rows(X2), RIDGE), pairs_loss, _w)
    CASES[f"sl-{_name}"] = (
        Supervised(Rows(X), Y, 2, RIDGE, RIDGE),
        supervised_loss,
        np.concatenate([_w, -_w + 0.1, [4.2, -3.9]]),
    )


def differences(loss: Function, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian by central differences at 60 digits, right to about 20."""
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -12
        n = len(point)
        base = [mpmath.mpf(float(v)) for v in point]

        def at(i: int, a: int, j: int = 0, b: int = 0) -> mpmath.mpf:
            p = list(base)
            p[i] += a * h
            p[j] += b * h
            return loss(*p)

        gradient = [float((at(i, 1) - at(i, -1)) / (2 * h)) for i in range(n)]
        hessian = [
            [
                float((at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)) / (4 * h * h))
                for j in range(n)
            ]
            for i in range(n)
        ]
    return np.array(gradient), np.array(hessian)


@pytest.mark.parametrize("case", CASES)
def test_derivatives_are_within_their_bounds(case: str) -> None:
    block, loss, point = CASES[case]
    gradient, hessian = differences(loss, point)
    found = block.derivatives(point)
    assert found.hessian is not None
    # 1e-16: the exact value was rounded to floats.
    assert np.linalg.norm(found.gradient - gradient) <= found.gradient_error + 1e-16
    assert np.linalg.norm(found.hessian - hessian, 2) <= found.hessian_error + 1e-15
    assert found.gradient_error < 1e-11
    assert found.hessian_error < 1e-10
    alone = block.derivatives(point, hessian=False)
    assert alone.hessian is None
    assert np.linalg.norm(alone.gradient - gradient) <= alone.gradient_error + 1e-16
    with mpmath.workdps(30):
        assert found.loss == pytest.approx(float(loss(*map(float, point))), abs=1e-12)


def directions(size: int, count: int) -> np.ndarray:
    v = np.random.default_rng(4).standard_normal((count, size))
    return v / np.linalg.norm(v, axis=1)[:, None]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("radius", [0.0, 0.05, 0.4])
def test_no_third_derivative_on_the_ball_is_larger(case: str, radius: float) -> None:
    """Differences of Hessians at points of the ball, along random directions and along the axes."""
    block, _, point = CASES[case]
    bound, h = block.third(point, radius + 1e-4), 1e-4
    size = block.size
    for u in [*directions(size, 4), *np.eye(size)]:
        for v in [*directions(size, 1), u]:
            centre = point + radius * u
            above, below = (block.derivatives(centre + s * h * v).hessian for s in (0.5, -0.5))
            assert above is not None
            assert below is not None
            assert np.linalg.norm(above - below, 2) / h <= bound


def test_mixed_third_derivatives_of_pairs_count() -> None:
    """One pair of equal views at a score of -5: s(z)^2 is almost e^{2z}, with third derivative 8 e^{2z}, not 2 e^{2z}."""
    view = Rows(np.array([[1.0]]))
    assert Pairs(view, view, RIDGE).third(np.array([-5.0]), 0.0) >= 7.5 * np.exp(-10.0)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("radius", [0.01, 0.2, 0.7])
def test_no_hessian_on_the_ball_leaves_its_bounds(case: str, radius: float) -> None:
    block, _, point = CASES[case]
    region = block.region(point, block.derivatives(point), radius)
    if region is None:
        pytest.skip("no bound for this ball")
    for u in [*directions(block.size, 4), *np.eye(block.size), *-np.eye(block.size)]:
        hessian = block.derivatives(point + radius * u).hessian
        assert hessian is not None
        assert np.linalg.eigvalsh(hessian - region.lower)[0] >= -region.lower_error - 1e-12
        assert np.linalg.eigvalsh(hessian)[-1] <= region.upper


def test_bounds_over_balls_are_sharp_enough_to_be_useful() -> None:
    """At the population minimum convexity holds up to 0.87 (DESIGN); the bound keeps most of that without noise."""
    x = data_sets(range(1), 400, 10, "vector")[0][0]
    block, w = Neuron(Rows(x), F(0), RIDGE), np.zeros(10)
    w[:2] = 3.8, 1.5
    region = block.region(w, block.derivatives(w), 0.7)
    assert region is not None
    assert np.linalg.eigvalsh(region.lower)[0] > 0.001


def test_a_sample_of_the_rows_is_only_an_estimate() -> None:
    x = data_sets(range(1), 4000, 10, "vector")[0][0]
    block, w = Neuron(Rows(x), F(0), RIDGE), np.zeros(10)
    w[:2] = 3.8, 1.5
    at = block.derivatives(w)
    whole, some = block.region(w, at, 0.5), block.region(w, at, 0.5, 500)
    assert whole is not None
    assert some is not None
    assert 0 < np.linalg.norm(whole.lower - some.lower) < 0.01
