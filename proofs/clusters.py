"""Boxes that touch, merged: one cluster for one trouble, not thousands of boxes."""

from __future__ import annotations

import numpy as np

from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray

__all__ = ["merge_boxes"]


def merge_boxes(lo: FloatArray, hi: FloatArray, most: int = 4000) -> list[tuple[Enclosure, ...]]:
    """Hulls of boxes (n x N) that touch or nearly touch; beyond ``most`` boxes one hull of the rest."""
    hulls: list[tuple[FloatArray, FloatArray]] = []
    for k in range(min(lo.shape[1], most)):
        a, b = lo[:, k].copy(), hi[:, k].copy()
        grew = True
        while grew:
            grew = False
            apart: list[tuple[FloatArray, FloatArray]] = []
            for low, high in hulls:
                # Gaps are small against what is around them when they come from one trouble.
                reach = 8.0 * np.maximum(b - a, high - low) + 1e-12
                if np.all(a - reach <= high) and np.all(b + reach >= low):
                    a, b = np.minimum(a, low), np.maximum(b, high)
                    grew = True
                else:
                    apart.append((low, high))
            hulls = apart
        hulls.append((a, b))
    if lo.shape[1] > most:
        hulls.append((lo[:, most:].min(axis=1), hi[:, most:].max(axis=1)))
    return [tuple(map(Enclosure.from_floats, a.tolist(), b.tolist())) for a, b in hulls]
