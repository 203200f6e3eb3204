"""The experiments one sample at a time: the plain version beside the vectorised one.

Arithmetic: heuristic.  Tests compare the two, the benchmark times them; nothing else uses this.  Every function takes
one run (W (m, d), X (n, d)) and returns new weights after one step.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["literal_noise", "sl_step", "ssl_expected_step", "ssl_step"]

Array = NDArray[np.float64]


def _s(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def ssl_step(W: Array, X: Array, noise: Array, rho: float, ridge: float, eta: float) -> Array:
    """Two views x + rho noise[0, i], x + rho noise[1, i] of every sample i; noise (2, n, d)."""
    new = W.copy()
    for j in range(len(W)):
        slope = 2 * len(X) * ridge * W[j]
        for i in range(len(X)):
            first, second = X[i] + rho * noise[0, i], X[i] + rho * noise[1, i]
            a, b = _s(float(W[j] @ first)), _s(float(W[j] @ second))
            slope = slope - a * (1 - a) * b * first - b * (1 - b) * a * second
        new[j] = W[j] - eta * slope
    return new


def ssl_expected_step(W: Array, X: Array, rho: float, ridge: float, eta: float) -> Array:
    """The expectation over the views, by the trapezoidal rule on [-12, 12] and without Stein's identity."""
    nodes = np.linspace(-12, 12, 801)
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    new = W.copy()
    for j in range(len(W)):
        size = float(np.linalg.norm(W[j]))
        slope = 2 * len(X) * ridge * W[j]
        for x in X:
            s = 1 / (1 + np.exp(-(W[j] @ x + rho * size * nodes)))
            g = float(weights @ s)
            along_x, along_w = float(weights @ (s * (1 - s))), float(weights @ (nodes * s * (1 - s)))
            slope = slope - 2 * g * (along_x * x + rho * along_w * W[j] / size)
        new[j] = W[j] - eta * slope
    return new


def sl_step(
    W: Array, F: Array, X: Array, y: NDArray[np.int64], ridge: float, output_ridge: float, eta: float
) -> tuple[Array, Array]:
    """Cross-entropy of s(F.s(W x)); W first, then F with the new W."""
    slope = 2 * len(X) * ridge * W
    for x, label in zip(X, y, strict=True):
        h = [_s(float(w @ x)) for w in W]
        excess = _s(sum(f * v for f, v in zip(F, h, strict=True))) - label
        for j, v in enumerate(h):
            slope[j] = slope[j] + excess * F[j] * v * (1 - v) * x
    new_W = W - eta * slope
    pull = 2 * len(X) * output_ridge * F
    for x, label in zip(X, y, strict=True):
        h = [_s(float(w @ x)) for w in new_W]
        excess = _s(sum(f * v for f, v in zip(F, h, strict=True))) - label
        pull = pull + excess * np.array(h)
    return new_W, F - eta * pull


def literal_noise(W: Array, X: Array, rho: float, u: Array, g: Array) -> Array:
    """Noise vectors (2, n, d) that realise what the fast step draws: coordinates ``u`` (r, 2n), remainder ``g`` (m, d).

    With c_k the coefficients, C their matrix (2n, m), L L^T = C^T C and P the projector on the row space, the vectors
    xi_k = P-part of u_k + (row k of C (C^T C)^(-1) L g)(I - P) have sum_k c_k (I - P) xi_k = L g (I - P).
    """
    m, n = len(W), len(X)
    Q, _ = np.linalg.qr(W.T)
    inside = (Q @ u).T  # (2n, d)
    C = np.zeros((2 * n, m))
    for i in range(n):
        for j in range(m):
            a = _s(float(W[j] @ (X[i] + rho * inside[i])))
            b = _s(float(W[j] @ (X[i] + rho * inside[n + i])))
            C[i, j], C[n + i, j] = a * (1 - a) * b, b * (1 - b) * a
    gram = C.T @ C
    outside = C @ np.linalg.solve(gram, np.linalg.cholesky(gram) @ g)
    noise = inside + outside - outside @ Q @ Q.T
    return np.stack([noise[:n], noise[n:]])
