"""Whether a symmetric matrix function has one and the same index all over a box.

Arithmetic: rigorous (branch and bound in float64 batches; the tree is kept for a checker).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numeric.batch import BatchEvaluator
from numeric.clusters import hull_of
from numeric.definite_batch import index_batch
from numeric.intervals import BoolArray, FloatArray, Interval, add, intersect, mid, mul, sub
from numeric.tape import Tape
from numeric.tree import CutTree, TreeRecorder, bisect, choose_cut

__all__ = ["PROVED_LEAF", "IndexSearch", "search_index"]

CHUNK = 2048
SMALL_SEARCH = 8192  # searches below this stay with natural enclosures
Enclose = Callable[[FloatArray, FloatArray], tuple[list[Interval], BoolArray | None]]
PROVED_LEAF = 1
OPEN_LEAF = 3


@dataclass(frozen=True)
class IndexSearch:
    """``complete``: the index is as asked on the whole box.  ``suspects`` are points (n x k) where it
    does not look so; ``open_lo``, ``open_hi`` bound what was not decided."""

    complete: bool
    tree: CutTree
    suspects: FloatArray
    open_lo: FloatArray
    open_hi: FloatArray
    volume: float
    boxes: int


def search_index(
    matrix: Tape,
    lo: FloatArray,
    hi: FloatArray,
    index: int,
    *,
    slopes: Callable[[], Tape] | None = None,
    seconds: float,
    max_boxes: int,
) -> IndexSearch:
    """``matrix`` has n*n outputs; lo, hi (n,) finite.  Stops early when a suspect has a clearly wrong index.

    ``slopes`` makes the tape of the n*n*n derivatives d M_ij / d x_k; a search that grows large asks for
    it and goes on with the mean value form M(m) + sum_k (x_k - m_k) dM/dx_k, intersected with the natural one.
    """
    n = len(lo)
    evaluate: Enclose = _natural(BatchEvaluator(matrix, (lo, hi)))
    natural, centred = evaluate, slopes is None
    recorder = TreeRecorder()
    nodes = recorder.root()
    a, b = lo.reshape(-1, 1), hi.reshape(-1, 1)
    whole = np.maximum(hi - lo, 1e-300)
    deadline, boxes = time.monotonic() + seconds, 0
    suspects: list[FloatArray] = []
    while len(nodes):
        if boxes >= max_boxes or time.monotonic() > deadline or len(suspects) >= 16:
            break
        now, later = slice(0, CHUNK), slice(CHUNK, None)
        x, y, chosen = a[:, now], b[:, now], nodes[now]
        boxes += len(chosen)
        if not centred and boxes > SMALL_SEARCH and slopes is not None:
            centred = True
            evaluate = _mean_value(natural, BatchEvaluator(slopes(), (lo, hi)), n)
        flat, smooth = evaluate(x, y)
        ends = [np.array([e[k] for e in flat]).reshape(n, n, -1).transpose(2, 0, 1) for k in (0, 1)]
        proved = index_batch(ends[0], ends[1], index).proved
        if smooth is not None:
            proved = proved & smooth
        middle = 0.5 * x + 0.5 * y
        suspects += _wrong_points(natural, middle[:, ~proved], index)
        recorder.close(chosen[proved], PROVED_LEAF)
        x, y = x[:, ~proved], y[:, ~proved]
        width = (y - x) / whole[:, None]
        axis = np.argmax(width, axis=0).astype(np.int8)
        # A box at the resolution of float64 stays open.
        small = (y - x).max(axis=0) <= 1e-13 * np.maximum(np.abs(x), np.abs(y)).max(axis=0)
        if small.any():
            recorder.close(chosen[~proved][small], OPEN_LEAF)
            return _open(recorder, nodes[later], a[:, later], b[:, later], x, y, suspects, whole, boxes)
        cut = choose_cut(x, y, axis)
        children = recorder.split(chosen[~proved], axis, cut)
        child_lo, child_hi = bisect(x, y, axis, cut)
        # Depth first where it is hard, so that a wrong point is found soon.
        a = np.concatenate([child_lo, a[:, later]], axis=1)
        b = np.concatenate([child_hi, b[:, later]], axis=1)
        nodes = np.concatenate([children, nodes[later]])
    empty = np.empty((n, 0))
    return _open(recorder, nodes, a, b, empty, empty, suspects, whole, boxes)


def _natural(evaluator: BatchEvaluator) -> Enclose:
    return evaluator


def _mean_value(natural: Enclose, slopes: BatchEvaluator, n: int) -> Enclose:
    """The natural enclosure intersected with the mean value form around the middle of the box."""

    def enclose(lo: FloatArray, hi: FloatArray) -> tuple[list[Interval], BoolArray | None]:
        whole, smooth = natural(lo, hi)
        middle = mid((lo, hi))
        centre, defined = natural(middle, middle)
        slope, steady = slopes(lo, hi)
        reach = [sub((lo[k], hi[k]), (middle[k], middle[k])) for k in range(n)]
        usable = np.ones(lo.shape[1], dtype=bool)
        for mask in (defined, steady):
            if mask is not None:
                usable &= mask
        found = []
        for entry in range(n * n):
            total = centre[entry]
            for k in range(n):
                total = add(total, mul(slope[entry * n + k], reach[k]))
            a, b = intersect(whole[entry], total)
            found.append((np.where(usable, a, whole[entry][0]), np.where(usable, b, whole[entry][1])))
        return found, smooth

    return enclose


def _open(
    recorder: TreeRecorder,
    nodes: np.ndarray,
    a: FloatArray,
    b: FloatArray,
    x: FloatArray,
    y: FloatArray,
    suspects: list[FloatArray],
    whole: FloatArray,
    boxes: int,
) -> IndexSearch:
    recorder.close(nodes, OPEN_LEAF)
    lo, hi = np.concatenate([a, x], axis=1), np.concatenate([b, y], axis=1)
    volume = float(np.prod((hi - lo) / whole[:, None], axis=0).sum())
    points = np.array(suspects).T.reshape(len(whole), len(suspects))
    open_lo, open_hi = hull_of(lo, hi)
    return IndexSearch(lo.shape[1] == 0, recorder.tree(), points, open_lo, open_hi, volume, boxes)


def _wrong_points(evaluate: Enclose, points: FloatArray, index: int) -> list[FloatArray]:
    """Points whose float matrix clearly has another index (a hint, to be proved by the caller)."""
    n, count = points.shape
    if not count:
        return []
    flat, _ = evaluate(points, points)
    middle = np.array([0.5 * e[0] + 0.5 * e[1] for e in flat]).reshape(n, n, -1).transpose(2, 0, 1)
    good = np.isfinite(middle).all(axis=(1, 2))
    values = np.linalg.eigvalsh(np.where(good[:, None, None], middle, np.eye(n)))
    scale = np.abs(values).max(axis=1, keepdims=True)
    wrong = ((values < -1e-9 * scale).sum(axis=1) > index) | ((values > 1e-9 * scale).sum(axis=1) > n - index)
    return [points[:, k].copy() for k in np.flatnonzero(wrong & good)[:8]]
