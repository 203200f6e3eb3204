"""Gradient descent on many weighted, finite problems at once: each run has its own data, ridge and step.

Arithmetic: heuristic.  Population objectives with few classes are finite, and so is every augmentation that takes
finitely many values (Gaussian ones by quadrature), so no noise is drawn here.  Shapes: S runs, n weighted points, K
views, m rows, d coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numeric.experiment.gradients import sigmoid

__all__ = ["KINDS", "Views", "population", "sl_descent", "ssl_descent", "views"]

Array = NDArray[np.float64]
KINDS = ("isotropic noise", "noise along e1", "noise along e2", "mask e1", "mask e2", "scaling")
LINE_NODES, PLANE_NODES = 41, 13
LABELS = np.array([0.0, 0.0, 1.0, 1.0])


@dataclass(frozen=True)
class Views:
    """An augmentation of the feature plane: view k of x is scale_k * x + shift_k with probability weight_k."""

    scale: Array
    shift: Array
    weight: Array


def views(kind: str, strength: float) -> Views:
    """Noise of that standard deviation, masking with that probability, scaling by 1 +- that much.

    Raises ValueError for an unknown kind.
    """
    if kind in ("noise along e1", "noise along e2"):
        nodes, weights = np.polynomial.hermite_e.hermegauss(LINE_NODES)
        direction = np.array([1.0, 0.0] if kind.endswith("e1") else [0.0, 1.0])
        return Views(np.ones((LINE_NODES, 2)), strength * nodes[:, None] * direction, weights / weights.sum())
    if kind == "isotropic noise":
        nodes, weights = np.polynomial.hermite_e.hermegauss(PLANE_NODES)
        shift = strength * np.array([(x, y) for x in nodes for y in nodes])
        return Views(np.ones_like(shift), shift, np.outer(weights, weights).ravel() / weights.sum() ** 2)
    if kind in ("mask e1", "mask e2"):
        masked = [0.0, 1.0] if kind.endswith("e1") else [1.0, 0.0]
        return Views(np.array([[1.0, 1.0], masked]), np.zeros((2, 2)), np.array([1 - strength, strength]))
    if kind == "scaling":
        scale = np.array([[1 - strength] * 2, [1 + strength] * 2])
        return Views(scale, np.zeros((2, 2)), np.array([0.5, 0.5]))
    raise ValueError(f"unknown augmentation {kind!r}")


def population(tau: Array) -> Array:
    """The four classes e1, e1 + tau e2, -e1, -e1 + tau e2 in the feature plane, (S, 4, 2) for tau (S,)."""
    points = np.zeros((len(tau), 4, 2))
    points[:, :, 0] = [1, 1, -1, -1]
    points[:, 1::2, 1] = tau[:, None]
    return points


def ssl_descent(
    points: Array, share: Array, augmentation: list[Views], ridge: Array, W: Array, step: Array, steps: int
) -> Array:
    """Minimise -sum_i share_i |E_k s(W x_ik)|^2 + ridge |W|^2; points (S, n, d), share (S, n), a list of S views."""
    scale, shift, weight = (np.stack([getattr(a, part) for a in augmentation]) for part in ("scale", "shift", "weight"))
    S, n, d = points.shape
    K = weight.shape[1]
    flat = (points[:, :, None, :] * scale[:, None] + shift[:, None]).reshape(S, n * K, d)
    flat_T = np.ascontiguousarray(flat.transpose(0, 2, 1))
    mass = (2 * share[:, None, :, None] * weight[:, None, None, :]).copy()
    pull, eta, W = 2 * ridge[:, None, None], step[:, None, None], W.copy()
    for _ in range(steps):
        z = W @ flat_T
        s = sigmoid(z, out=z).reshape(S, -1, n, K)
        mean = s @ weight[:, None, :, None]
        c = s * (1 - s)
        c *= mass * mean
        W -= eta * (pull * W - c.reshape(S, -1, n * K) @ flat)
    return W


def sl_descent(
    points: Array, share: Array, ridge: Array, output_ridge: Array, W: Array, F: Array, step: Array, steps: int
) -> tuple[Array, Array]:
    """Minimise the weighted cross-entropy of the four classes plus ridges; W first, then F with the new W."""
    points_T = np.ascontiguousarray(points.transpose(0, 2, 1))
    W, F, eta = W.copy(), F.copy(), step[:, None]

    def excess(s: Array) -> Array:
        z = (F[:, None, :] @ s)[:, 0]
        return share * (sigmoid(z, out=z) - LABELS)

    s = sigmoid(W @ points_T)
    for _ in range(steps):
        c = excess(s)[:, None, :] * F[:, :, None] * (s - s * s)
        W -= eta[:, :, None] * (2 * ridge[:, None, None] * W + c @ points)
        s = sigmoid(W @ points_T)
        F -= eta * (2 * output_ridge[:, None] * F + (s @ excess(s)[:, :, None])[:, :, 0])
    return W, F
