"""The two losses coded a second time, straight from their definitions in NumPy, for batches of points (N x n).

Nothing here is shared with the library: the four classes are written out, derivatives are those of the
chain rule on plain arrays.  DESIGN: x = s e1 + t tau e2, label 0 for s = +1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
CLASSES = [(1.0, 0.0), (1.0, 1.0), (-1.0, 0.0), (-1.0, 1.0)]


def squash(z: Array) -> tuple[Array, Array, Array]:
    """The sigmoid with its first and second derivative."""
    small = np.exp(-np.abs(z))
    s = np.where(z >= 0, 1.0, small) / (1.0 + small)
    p = small / (1.0 + small) ** 2
    return s, p, p * (1.0 - 2.0 * s)


def ssl_loss(x: Array, tau: float = 7.0, alpha: float = 1 / 800) -> Array:
    total = alpha * (x**2).sum(axis=1)
    for s, t in CLASSES:
        total = total - squash(x[:, 0] * s + x[:, 1] * t * tau)[0] ** 2 / 4
    return total


def ssl_gradient(x: Array, tau: float = 7.0, alpha: float = 1 / 800) -> Array:
    total = 2 * alpha * x
    for s, t in CLASSES:
        u = np.array([s, t * tau])
        value, slope, _ = squash(x[:, :2] @ u)
        total[:, :2] -= (0.5 * value * slope)[:, None] * u
    return total


def ssl_hessian(x: Array, tau: float = 7.0, alpha: float = 1 / 800) -> Array:
    """(N, n, n); coordinates beyond a, b are off the data."""
    n = x.shape[1]
    total = np.broadcast_to(2 * alpha * np.eye(n), (len(x), n, n)).copy()
    for s, t in CLASSES:
        u = np.array([s, t * tau])
        value, slope, bend = squash(x[:, :2] @ u)
        total[:, :2, :2] -= (0.5 * (slope**2 + value * bend))[:, None, None] * np.outer(u, u)
    return total


def _margins(x: Array, tau: float) -> list[tuple[float, Array, list[tuple[Array, Array, Array]], Array]]:
    """For each class: sign, the data point, (s, s', s'') of both neurons, and the margin F . s."""
    found = []
    for s, t in CLASSES:
        u = np.array([s, t * tau])
        layers = [squash(x[:, 2 * j : 2 * j + 2] @ u) for j in range(2)]
        logit = x[:, 4] * layers[0][0] + x[:, 5] * layers[1][0]
        # Cross-entropy with label 0 is log(1 + e^logit), with label 1 log(1 + e^-logit).
        sign = 1.0 if s > 0 else -1.0
        found.append((sign, u, layers, sign * logit))
    return found


def sl_loss(x: Array, tau: float = 7.0, beta: float = 1 / 800, gamma: float = 1 / 800) -> Array:
    total = beta * (x[:, :4] ** 2).sum(axis=1) + gamma * (x[:, 4:] ** 2).sum(axis=1)
    for _, _, _, margin in _margins(x, tau):
        total = total + np.logaddexp(0.0, margin) / 4
    return total


def _margin_gradient(x: Array, sign: float, u: Array, layers: list) -> Array:
    gradient = np.zeros_like(x)
    for j, (value, slope, _) in enumerate(layers):
        gradient[:, 2 * j : 2 * j + 2] = sign * (x[:, 4 + j] * slope)[:, None] * u
        gradient[:, 4 + j] = sign * value
    return gradient


def sl_gradient(x: Array, tau: float = 7.0, beta: float = 1 / 800, gamma: float = 1 / 800) -> Array:
    total = 2 * x * np.array([beta] * 4 + [gamma] * 2)
    for sign, u, layers, margin in _margins(x, tau):
        total += squash(margin)[0][:, None] * _margin_gradient(x, sign, u, layers) / 4
    return total


def sl_hessian(x: Array, tau: float = 7.0, beta: float = 1 / 800, gamma: float = 1 / 800) -> Array:
    total = np.broadcast_to(2 * np.diag([beta] * 4 + [gamma] * 2), (len(x), 6, 6)).copy()
    for sign, u, layers, margin in _margins(x, tau):
        outer, slope, _ = squash(margin)
        first = _margin_gradient(x, sign, u, layers)
        total += slope[:, None, None] * first[:, :, None] * first[:, None, :] / 4
        for j, (_, p, q) in enumerate(layers):
            rows = slice(2 * j, 2 * j + 2)
            weight = (outer * sign / 4)[:, None]
            total[:, rows, rows] += (weight * (x[:, 4 + j] * q)[:, None])[:, :, None] * np.outer(u, u)
            mixed = weight * p[:, None] * u
            total[:, rows, 4 + j] += mixed
            total[:, 4 + j, rows] += mixed
    return total


def in_ball(centre: Array, radius: float, count: int, seed: int) -> Array:
    """Points of the closed ball: half uniform, half on its boundary, axes and diagonals among them."""
    generator = np.random.default_rng(seed)
    n = len(centre)
    directions = generator.normal(size=(count, n))
    directions[: 2 * n] = np.concatenate([np.eye(n), -np.eye(n)])
    directions[2 * n : 4 * n] = np.sign(directions[2 * n : 4 * n])
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    length = generator.uniform(size=count) ** (1.0 / n)
    length[: count // 2] = 1.0
    return centre + radius * length[:, None] * directions


def stationary(
    gradient: Callable[[Array], Array], hessian: Callable[[Array], Array], starts: Array, steps: int = 60
) -> Array:
    """Newton from every start; those that settled (N' x n)."""
    x = starts.copy()
    for _ in range(steps):
        step = np.linalg.solve(hessian(x), gradient(x)[:, :, None])[:, :, 0]
        length = np.linalg.norm(step, axis=1)
        x = x - step / np.maximum(1.0, length / 0.1)[:, None]
    return x[np.linalg.norm(gradient(x), axis=1) < 1e-11]
