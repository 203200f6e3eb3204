"""Hulls of boxes."""

from __future__ import annotations

import numpy as np

from numeric.intervals import FloatArray

__all__ = ["hull_of"]


def hull_of(lo: FloatArray, hi: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The hull of boxes (n x N) as one box (n x 1), or none (n x 0)."""
    if lo.shape[1] == 0:
        return lo, hi
    return np.min(lo, axis=1, keepdims=True), np.max(hi, axis=1, keepdims=True)
