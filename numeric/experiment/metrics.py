"""How much of a feature weights contain, and how alike two representations are.  Definitions: docs/theory/metrics.md.

Arithmetic: heuristic.  Weights W have shape (..., m, d), so a whole batch of runs is measured at once; enclosures of
the same quantities are in ``proofs/metrics.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "content",
    "energy",
    "linear_cka",
    "linear_probe",
    "probe_accuracy",
    "procrustes_distance",
    "row_cosine",
    "span_projection",
]

Array = NDArray[np.float64]


def span_projection(W: Array, feature: int) -> Array:
    """|P e_k|, P the projector on the row space, with NumPy's rule for which singular values count as 0."""
    _, sigma, V = np.linalg.svd(W, full_matrices=False)
    tolerance = sigma[..., :1] * max(W.shape[-2:]) * np.finfo(float).eps
    part = np.where(sigma > tolerance, V[..., feature], 0.0)
    found: Array = np.minimum(np.sqrt((part**2).sum(axis=-1)), 1.0)
    return found


def energy(W: Array, feature: int) -> Array:
    """|W e_k| / |W|_F (NaN for W = 0)."""
    with np.errstate(invalid="ignore"):
        found: Array = np.linalg.norm(W[..., feature], axis=-1) / np.linalg.norm(W, axis=(-2, -1))
    return found


def content(W: Array, feature: int) -> Array:
    """sum_i sigma_i <v_i, e_k>^2 / sum_i sigma_i: the singular directions, each with its singular value as weight."""
    _, sigma, V = np.linalg.svd(W, full_matrices=False)
    with np.errstate(invalid="ignore"):
        found: Array = (sigma * V[..., feature] ** 2).sum(axis=-1) / sigma.sum(axis=-1)
    return found


def row_cosine(W: Array, i: int = 0, j: int = 1) -> Array:
    """The cosine of the angle between two rows (NaN where one is 0)."""
    with np.errstate(invalid="ignore"):
        found: Array = (W[..., i, :] * W[..., j, :]).sum(-1) / (
            np.linalg.norm(W[..., i, :], axis=-1) * np.linalg.norm(W[..., j, :], axis=-1)
        )
    return found


def linear_cka(H: Array, G: Array) -> float:
    """Centred kernel alignment of two representations (n, p) and (n, q) of the same samples, in [0, 1]."""
    H, G = H - H.mean(axis=0), G - G.mean(axis=0)
    return float(np.linalg.norm(G.T @ H) ** 2 / (np.linalg.norm(H.T @ H) * np.linalg.norm(G.T @ G)))


def procrustes_distance(H: Array, G: Array) -> float:
    """min over orthogonal Q of |H - G Q|_F after centring and division by the Frobenius norm, in [0, sqrt 2]."""
    H, G = H - H.mean(axis=0), G - G.mean(axis=0)
    nuclear = np.linalg.svd(G.T @ H, compute_uv=False).sum() / (np.linalg.norm(H) * np.linalg.norm(G))
    return float(np.sqrt(max(0.0, 2 - 2 * nuclear)))


def linear_probe(H: Array, targets: NDArray[np.int64]) -> Array:
    """Least squares from (1, h) to one column of 0/1 for each class, shape (p + 1, classes)."""
    classes = int(targets.max()) + 1
    A = np.hstack([np.ones((len(H), 1)), H])
    return np.asarray(np.linalg.lstsq(A, np.eye(classes)[targets], rcond=None)[0], dtype=np.float64)


def probe_accuracy(probe: Array, H: Array, targets: NDArray[np.int64]) -> float:
    """The share of samples whose largest output is that of their class."""
    scores = probe[0] + H @ probe[1:]
    return float((scores.argmax(axis=1) == targets).mean())
