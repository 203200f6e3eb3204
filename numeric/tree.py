"""Binary trees of cuts: how a region was divided, recorded so that it can be walked again.

Nodes stand in breadth-first order.  A node whose ``kind`` is 0 is cut at ``cut`` along ``axis`` and
has the next two unclaimed nodes as children, lower part first; any other kind is a leaf whose
meaning belongs to the user of the tree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numeric.intervals import FloatArray

__all__ = ["SPLIT", "CutTree", "TreeRecorder", "bisect"]

SPLIT = 0
OFF_CENTRE = 0.4871  # a cut through the centre would hit zeros of symmetric problems again and again


@dataclass(frozen=True)
class CutTree:
    """Arrays over nodes; ``mark`` is a free field for the user (a number, a flag)."""

    kind: NDArray[np.int8]
    axis: NDArray[np.int8]
    cut: FloatArray
    mark: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kind)


class TreeRecorder:
    """Collects the levels of a breadth-first walk."""

    def __init__(self) -> None:
        self._levels: list[CutTree] = []

    def level(self, count: int) -> CutTree:
        """A fresh level of ``count`` nodes, all SPLIT and without cuts, to be filled in place."""
        fresh = CutTree(
            np.full(count, SPLIT, dtype=np.int8),
            np.zeros(count, dtype=np.int8),
            np.zeros(count),
            np.full(count, -1, dtype=np.int32),
        )
        self._levels.append(fresh)
        return fresh

    def tree(self) -> CutTree:
        parts = self._levels
        return CutTree(
            np.concatenate([p.kind for p in parts]),
            np.concatenate([p.axis for p in parts]),
            np.concatenate([p.cut for p in parts]),
            np.concatenate([p.mark for p in parts]),
        )


def choose_cut(lo: FloatArray, hi: FloatArray, axis: NDArray[np.int8]) -> FloatArray:
    """Off-centre cuts of the boxes lo, hi (n x N) along ``axis``."""
    k = np.arange(lo.shape[1])
    a, b = lo[axis, k], hi[axis, k]
    return np.clip(a + OFF_CENTRE * (b - a), a, b)


def bisect(lo: FloatArray, hi: FloatArray, level: CutTree) -> tuple[FloatArray, FloatArray]:
    """Children of the SPLIT nodes of a level, lower and upper part next to each other."""
    parents = np.flatnonzero(level.kind == SPLIT)
    axis, cut = level.axis[parents], level.cut[parents]
    child_lo = np.repeat(lo[:, parents], 2, axis=1)
    child_hi = np.repeat(hi[:, parents], 2, axis=1)
    lower = np.arange(0, 2 * len(parents), 2)
    child_hi[axis, lower] = cut
    child_lo[axis, lower + 1] = cut
    return child_lo, child_hi
