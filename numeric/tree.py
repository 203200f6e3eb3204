"""Binary trees of cuts: how a region was divided, recorded so that it can be walked again.

Node 0 is the root.  A node whose ``kind`` is 0 is cut at ``cut`` along ``axis``; its lower part is
node ``child`` and its upper part the one after.  Any other kind is a leaf whose meaning belongs to
the user of the tree.
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
    child: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kind)


class TreeRecorder:
    """Nodes in the order in which they were made; arrays grow as children are added."""

    def __init__(self) -> None:
        self.size = 0
        self._store = _empty(1024)

    def _add(self, count: int) -> NDArray[np.int64]:
        first, self.size = self.size, self.size + count
        if self.size > len(self._store):
            grown = _empty(max(self.size, 2 * len(self._store)))
            for new, old in zip(_arrays(grown), _arrays(self._store), strict=True):
                new[: len(old)] = old
            self._store = grown
        return np.arange(first, self.size)

    def root(self) -> NDArray[np.int64]:
        """Make the root (once); its number is 0."""
        return self._add(1)

    def split(self, nodes: NDArray[np.int64], axis: NDArray[np.int8], cut: FloatArray) -> NDArray[np.int64]:
        """Cut nodes; returns the numbers of all children, lower and upper next to each other."""
        children = self._add(2 * len(nodes))
        self._store.kind[nodes] = SPLIT
        self._store.axis[nodes] = axis
        self._store.cut[nodes] = cut
        self._store.child[nodes] = children[::2]
        return children

    def close(self, nodes: NDArray[np.int64], kind: NDArray[np.int8] | int) -> None:
        """Make nodes leaves of the given kind."""
        self._store.kind[nodes] = kind

    def mark(self, nodes: NDArray[np.int64], mark: NDArray[np.int32] | int) -> None:
        self._store.mark[nodes] = mark

    def tree(self) -> CutTree:
        return CutTree(*(a[: self.size].copy() for a in _arrays(self._store)))


def _empty(count: int) -> CutTree:
    return CutTree(
        np.zeros(count, dtype=np.int8),
        np.zeros(count, dtype=np.int8),
        np.zeros(count),
        np.full(count, -1, dtype=np.int32),
        np.full(count, -1, dtype=np.int32),
    )


def _arrays(tree: CutTree) -> tuple[NDArray, ...]:
    return tree.kind, tree.axis, tree.cut, tree.mark, tree.child


def choose_cut(lo: FloatArray, hi: FloatArray, axis: NDArray[np.int8]) -> FloatArray:
    """Off-centre cuts of the boxes lo, hi (n x N) along ``axis``."""
    k = np.arange(lo.shape[1])
    a, b = lo[axis, k], hi[axis, k]
    return np.clip(a + OFF_CENTRE * (b - a), a, b)


def bisect(lo: FloatArray, hi: FloatArray, axis: NDArray[np.int8], cut: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both parts of every box (n x N), lower and upper part next to each other (n x 2N)."""
    child_lo, child_hi = np.repeat(lo, 2, axis=1), np.repeat(hi, 2, axis=1)
    lower = np.arange(0, 2 * lo.shape[1], 2)
    child_hi[axis, lower] = cut
    child_lo[axis, lower + 1] = cut
    return child_lo, child_hi
