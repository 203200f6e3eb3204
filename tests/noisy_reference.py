"""The noisy population losses coded a second time in NumPy: Gauss-Hermite over the noise, gradients by hand.

Nothing here is shared with the library.  The nuisance coordinates are 0, so the noise enters through its two
coordinates on the features: a class point (s, t tau) becomes (s + rho z1, t tau + rho z2).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
CLASSES = [(1.0, 0.0), (1.0, 1.0), (-1.0, 0.0), (-1.0, 1.0)]
TAU, RIDGE = 7.0, 1 / 800


def _rule(count: int) -> tuple[Array, Array]:
    z, w = np.polynomial.hermite_e.hermegauss(count)
    return z, w / w.sum()


def _squash(u: Array) -> Array:
    return 1 / (1 + np.exp(-u))


def ssl_loss(x: Array, rho: float, count: int = 30) -> float:
    """-E s(A) s(B) + alpha |w|^2 for one row (a, b): data noise, and two augmentations of the same sample."""
    z, w = _rule(count)
    v = rho * float(np.linalg.norm(x))
    total = RIDGE * float(x @ x)
    for s, t in CLASSES:
        m = s * x[0] + t * TAU * x[1]
        inner = _squash(m + v * (z[:, None] + z[None, :])) @ w
        total -= float(w @ inner**2) / 4
    return total


def sl_loss(x: Array, rho: float, count: int = 24) -> float:
    """Cross-entropy of two neurons (a1, b1, a2, b2, f1, f2) plus the ridges, data noise only."""
    z, w = _rule(count)
    a1, b1, a2, b2, f1, f2 = x
    total = RIDGE * float(x @ x)
    for s, t in CLASSES:
        p, q = (s + rho * z)[:, None], (t * TAU + rho * z)[None, :]
        logit = f1 * _squash(a1 * p + b1 * q) + f2 * _squash(a2 * p + b2 * q)
        total += float(w @ np.logaddexp(0, s * logit) @ w) / 4
    return total


def gradient(loss: Callable[[Array], float], x: Array, h: float = 1e-4) -> Array:
    """Central differences of fourth order."""
    found = np.zeros(len(x))
    for i in range(len(x)):
        e = np.eye(len(x))[i] * h
        found[i] = (8 * (loss(x + e) - loss(x - e)) - loss(x + 2 * e) + loss(x - 2 * e)) / (12 * h)
    return found


def hessian(loss: Callable[[Array], float], x: Array, h: float = 1e-3) -> Array:
    found = np.array([(gradient(loss, x + e) - gradient(loss, x - e)) / (2 * h) for e in np.eye(len(x)) * h])
    return 0.5 * (found + found.T)


def minimum(loss: Callable[[Array], float], x: Array) -> Array:
    for _ in range(8):
        x = x - np.linalg.solve(hessian(loss, x), gradient(loss, x))
    return x
