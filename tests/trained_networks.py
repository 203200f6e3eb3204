"""Data sets and trained weights of the published experiment, many seeds at once, in plain NumPy.

Written from the model alone; nothing here is shared with the library.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray
TAU, RIDGE = 7.0, 1 / 800


def squash(z: Array) -> Array:
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def data_sets(seeds: range, n: int, d: int, noise: str) -> tuple[Array, Array]:
    """X (seeds, n, d) and y (seeds, n); ``noise`` is a vector for each sample, or one scalar in all coordinates."""
    xs, ys = [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, n, d])
        s, t = rng.choice([1.0, -1.0], n), rng.integers(0, 2, n)
        xi = rng.standard_normal((n, d)) if noise == "vector" else rng.standard_normal((n, 1)) * np.ones(d)
        x = d**-1.5 * xi
        x[:, 0] += s
        x[:, 1] += TAU * t
        xs.append(x)
        ys.append((s < 0).astype(float))
    return np.array(xs), np.array(ys)


def near_start(seeds: range, d: int) -> Array:
    """The start "near" of the paper: W (seeds, 2, d)."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, d, 1])
        w = rng.standard_normal((2, d))
        w[:, 0] = rng.uniform(3.1, 3.9, 2) * [1, -1]
        w[:, 1] = rng.uniform(8.5, 9.0, 2) / TAU
        found.append(w)
    return np.array(found)


def train_ssl(x: Array, w: Array, steps: int, rate: float = 0.1) -> Array:
    """Gradient steps on the mean, with fresh noise of both augmentations in each step."""
    rng = np.random.default_rng(7)
    rho = x.shape[2] ** -1.5
    for _ in range(steps):
        a, b = (x + rho * rng.standard_normal(x.shape) for _ in range(2))
        sa, sb = squash(np.matmul(a, w.transpose(0, 2, 1))), squash(np.matmul(b, w.transpose(0, 2, 1)))
        ca, cb = sa * (1 - sa) * sb, sb * (1 - sb) * sa
        g = np.matmul(ca.transpose(0, 2, 1), a) + np.matmul(cb.transpose(0, 2, 1), b)
        w = w + rate * (g / x.shape[1] - 2 * RIDGE * w)
    return w


def train_sl(x: Array, y: Array, w: Array, f: Array, steps: int, rate: float = 0.1) -> tuple[Array, Array]:
    """W is updated first, F with the new W."""
    n = x.shape[1]
    for _ in range(steps):
        h = squash(np.matmul(x, w.transpose(0, 2, 1)))
        r = squash(np.einsum("snm,sm->sn", h, f)) - y
        g = np.matmul((r[:, :, None] * f[:, None, :] * h * (1 - h)).transpose(0, 2, 1), x) / n
        w = w - rate * (g + 2 * RIDGE * w)
        h = squash(np.matmul(x, w.transpose(0, 2, 1)))
        r = squash(np.einsum("snm,sm->sn", h, f)) - y
        f = f - rate * (np.einsum("sn,snm->sm", r, h) / n + 2 * RIDGE * f)
    return w, f


def sl_start(seeds: range, d: int) -> tuple[Array, Array]:
    ws, fs = [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, d, 2])
        w, f = rng.standard_normal((2, d)), rng.standard_normal(2)
        w[:, 0] = np.abs(w[:, 0]) * [1, -1]
        ws.append(w)
        fs.append(f)
    return np.array(ws), np.array(fs)
