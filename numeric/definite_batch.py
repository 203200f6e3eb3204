"""Positive definiteness, and the index, of batches of symmetric interval matrices in float64.

Arithmetic: rigorous.  S = X M X^T with X = diag(|l|)^{-1/2} Q^T from a floating-point eigenbasis of the
midpoint is close to D = diag(sign l); if every row of |S - D| sums to less than 1 then S has as many
negative eigenvalues as D (Gershgorin), is nonsingular, and so is X, and M has the same index
(Sylvester).  Any X is sound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.intervals import BoolArray, FloatArray
from numeric.krawczyk_batch import INFLATE, TINY, midpoint_radius

__all__ = ["DefinitenessBatch", "index_batch", "positive_definite_batch"]


@dataclass(frozen=True)
class DefinitenessBatch:
    """``proved``: the index is as asked, for certain.  ``lowest`` (N) and ``direction`` (n x N) are
    float hints: the least eigenvalue of the midpoint and its eigenvector."""

    proved: BoolArray
    lowest: FloatArray
    direction: FloatArray


def positive_definite_batch(lo: FloatArray, hi: FloatArray) -> DefinitenessBatch:
    """Test N symmetric interval matrices, ends of shape (N, n, n), for positive definiteness."""
    return index_batch(lo, hi, 0)


def index_batch(lo: FloatArray, hi: FloatArray, index: int) -> DefinitenessBatch:
    """Test N symmetric interval matrices for having exactly ``index`` negative eigenvalues and no zero one."""
    n = lo.shape[-1]
    with np.errstate(all="ignore"):
        middle, radius = midpoint_radius(lo, hi)
        finite = np.asarray(np.isfinite(radius).all(axis=(1, 2)) & np.isfinite(middle).all(axis=(1, 2)))
        middle = np.where(finite[:, None, None], middle, np.eye(n))
        radius = np.where(finite[:, None, None], radius, 0.0)
        values, vectors = np.linalg.eigh(middle)
        matching = ((values < 0).sum(axis=1) == index) & (values != 0).all(axis=1)
        x = vectors.transpose(0, 2, 1) / np.sqrt(np.where(values != 0, np.abs(values), 1.0))[:, :, None]
        xt = x.transpose(0, 2, 1)
        absolute, absolute_t = np.abs(x), np.abs(xt)
        signs = np.eye(n) * np.where(np.arange(n) < index, -1.0, 1.0)
        deviation = np.abs(x @ middle @ xt - signs)
        # Two products, each with relative error gamma_n in the absolute values, and one subtraction.
        gamma = (2 * n + 8) * 2.0**-52
        spread = radius + gamma * np.abs(middle)
        bound = deviation * (1.0 + 2.0**-50) + absolute @ spread @ absolute_t
        rows = bound.sum(axis=2) * INFLATE + TINY
        proved = finite & matching & (rows < 1.0).all(axis=1)
    return DefinitenessBatch(np.asarray(proved), values[:, 0], vectors[:, :, 0].T)
