"""Positive definiteness of batches of symmetric interval matrices in float64.

Arithmetic: rigorous.  S = X M X^T with X = diag(l)^{-1/2} Q^T from a floating-point eigenbasis of the
midpoint is close to the identity; if every row of |S - I| sums to less than 1 then S, and with it M,
is positive definite (strict diagonal dominance, then Sylvester).  Any X is sound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.intervals import BoolArray, FloatArray
from numeric.krawczyk_batch import INFLATE, TINY, midpoint_radius

__all__ = ["DefinitenessBatch", "positive_definite_batch"]


@dataclass(frozen=True)
class DefinitenessBatch:
    """``proved``: definite for certain.  ``lowest`` and ``direction`` (n x N) are float hints: the
    least eigenvalue of the midpoint and its eigenvector."""

    proved: BoolArray
    lowest: FloatArray
    direction: FloatArray


def positive_definite_batch(lo: FloatArray, hi: FloatArray) -> DefinitenessBatch:
    """Test N symmetric interval matrices, ends of shape (N, n, n)."""
    n = lo.shape[-1]
    with np.errstate(all="ignore"):
        middle, radius = midpoint_radius(lo, hi)
        finite = np.asarray(np.isfinite(radius).all(axis=(1, 2)) & np.isfinite(middle).all(axis=(1, 2)))
        middle = np.where(finite[:, None, None], middle, np.eye(n))
        radius = np.where(finite[:, None, None], radius, 0.0)
        values, vectors = np.linalg.eigh(middle)
        positive = values[:, 0] > 0
        x = vectors.transpose(0, 2, 1) / np.sqrt(np.where(values > 0, values, 1.0))[:, :, None]
        xt = x.transpose(0, 2, 1)
        absolute, absolute_t = np.abs(x), np.abs(xt)
        deviation = np.abs(x @ middle @ xt - np.eye(n))
        # Two products, each with relative error gamma_n in the absolute values, and one subtraction.
        gamma = (2 * n + 8) * 2.0**-52
        spread = radius + gamma * np.abs(middle)
        bound = deviation * (1.0 + 2.0**-50) + absolute @ spread @ absolute_t
        rows = bound.sum(axis=2) * INFLATE + TINY
        proved = finite & positive & (rows < 1.0).all(axis=1)
    return DefinitenessBatch(proved, values[:, 0], vectors[:, :, 0].T)
