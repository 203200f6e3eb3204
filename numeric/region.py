"""The largest ball around a point on which symmetric matrices stay positive definite.

Arithmetic: rigorous.  Branch and bound over boxes: a box is settled when every matrix of the family
is proved definite on it, and a point where one is proved not definite bounds the ball from above.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from numeric.definite_batch import positive_definite_batch
from numeric.intervals import FloatArray, Interval
from numeric.krawczyk_batch import INFLATE
from numeric.tree import CutTree, TreeRecorder, bisect, choose_cut

__all__ = ["BallSearch", "MatrixFamily", "RegionLeaf", "Witness", "largest_ball", "nearest_witness"]

CHUNK = 1024
# Maps boxes (lo, hi of shape n x N) to interval matrices, each a pair of arrays (N, m, m).
MatrixFamily = Callable[[FloatArray, FloatArray], list[Interval]]


class RegionLeaf(IntEnum):
    """Leaves: DEFINITE was proved, BEYOND lies outside the ball, OPEN was not decided."""

    DEFINITE = 1
    BEYOND = 2
    OPEN = 3


@dataclass(frozen=True)
class Witness:
    """A point at most ``distance`` from the centre where matrix ``number`` of a family is not definite.

    v^T M v < 0 for v = ``direction`` was proved there.
    """

    point: FloatArray
    distance: float
    number: int
    direction: FloatArray


@dataclass(frozen=True)
class BallSearch:
    """Definite on the open ball of radius ``inner`` around ``centre``; the tree shows it."""

    centre: FloatArray
    root_lo: FloatArray
    root_hi: FloatArray
    inner: float
    witness: Witness | None
    tree: CutTree
    boxes: int


def distance_bounds(lo: FloatArray, hi: FloatArray, centre: FloatArray) -> FloatArray:
    """Lower bounds of the Euclidean distance from ``centre`` to the boxes (n x N)."""
    gap = np.maximum(np.maximum(lo - centre[:, None], centre[:, None] - hi), 0.0)
    # Each gap has relative error u (zero is exact); the sum and root a few more.
    return np.sqrt((gap * gap).sum(axis=0)) * (1.0 - 2.0**-40)


def nearest_witness(violated: MatrixFamily, centre: FloatArray, suspects: list[FloatArray]) -> Witness | None:
    """The nearest of the suspected points that is proved to be a witness."""
    best: Witness | None = None
    for point in suspects:
        best = _nearer(best, violated, point, centre)
    return best


def largest_ball(
    family: MatrixFamily,
    centre: FloatArray,
    limit: float,
    *,
    violated: MatrixFamily | None = None,
    suspects: list[FloatArray] | None = None,
    tolerance: float = 1e-3,
    max_boxes: int = 200_000,
    seconds: float = 20.0,
) -> BallSearch:
    """Search within ``limit`` of ``centre``; stops when inner and outer agree to ``tolerance``.

    Every matrix of the family must be definite on the ball of radius ``inner``, which may be 0.
    ``violated`` is the family that witnesses must break (default: the same), ``suspects`` are points
    that may be witnesses: a good one keeps the search from refining what lies beyond it.
    """
    root_lo, root_hi = centre - limit, centre + limit
    violated = violated or family
    witness = nearest_witness(violated, centre, suspects or [])
    recorder = TreeRecorder()
    nodes = recorder.root()
    lo, hi = root_lo.reshape(-1, 1), root_hi.reshape(-1, 1)
    near = np.zeros(1)
    boxes, started, inner = 0, time.monotonic(), limit
    while len(nodes):
        target = limit if witness is None else min(witness.distance * (1.0 - tolerance), limit)
        beyond = near >= target
        if beyond.any():
            recorder.close(nodes[beyond], RegionLeaf.BEYOND)
            inner = min(inner, float(near[beyond].min()))
            lo, hi, nodes, near = lo[:, ~beyond], hi[:, ~beyond], nodes[~beyond], near[~beyond]
            if not len(nodes):
                break
        if boxes >= max_boxes or time.monotonic() - started > seconds:
            recorder.close(nodes, RegionLeaf.OPEN)
            inner = min(inner, float(near.min()))
            break
        # The nearest boxes first, so that a budget spent leaves the largest ball behind.
        order = np.argsort(near, kind="stable")
        now, later = order[:CHUNK], order[CHUNK:]
        a, b = lo[:, now], hi[:, now]
        boxes += len(now)
        proved = np.ones(len(now), dtype=bool)
        weakest = np.full(len(now), np.inf)
        for m_lo, m_hi in family(a, b):
            test = positive_definite_batch(m_lo, m_hi)
            proved &= test.proved
            weakest = np.minimum(weakest, test.lowest)
        recorder.close(nodes[now[proved]], RegionLeaf.DEFINITE)
        for k in np.flatnonzero(~proved & (weakest <= 0))[:4]:
            witness = _nearer(witness, violated, np.clip(centre, a[:, k], b[:, k]), centre)
        a, b = a[:, ~proved], b[:, ~proved]
        axis = np.argmax(b - a, axis=0).astype(np.int8)
        cut = choose_cut(a, b, axis)
        children = recorder.split(nodes[now[~proved]], axis, cut)
        child_lo, child_hi = bisect(a, b, axis, cut)
        lo = np.concatenate([lo[:, later], child_lo], axis=1)
        hi = np.concatenate([hi[:, later], child_hi], axis=1)
        near = np.concatenate([near[later], distance_bounds(child_lo, child_hi, centre)])
        nodes = np.concatenate([nodes[later], children])
    return BallSearch(centre, root_lo, root_hi, inner, witness, recorder.tree(), boxes)


def _nearer(best: Witness | None, family: MatrixFamily, point: FloatArray, centre: FloatArray) -> Witness | None:
    """The nearer of ``best`` and the point, if the point is proved to be a witness."""
    distance = float(np.sqrt(((point - centre) ** 2).sum()) * INFLATE)
    if best is not None and best.distance <= distance:
        return best
    value = _not_definite(family, point)
    return best if value is None else Witness(point, distance, *value)


def _not_definite(family: MatrixFamily, point: FloatArray) -> tuple[int, FloatArray] | None:
    """The number of a matrix that is proved not to be definite at the point, and a direction v.

    v^T M v <= 0 is decided with an error bound for the whole quadratic form.
    """
    column = point.reshape(-1, 1)
    for number, (a, b) in enumerate(family(column, column)):
        middle, radius = 0.5 * (a[0] + b[0]), 0.5 * (b[0] - a[0])
        if not (np.isfinite(middle).all() and np.isfinite(radius).all()):
            continue
        v = np.linalg.eigh(middle)[1][:, 0]
        form = float(v @ middle @ v)
        slack = float(np.abs(v) @ (radius * INFLATE + 1e-13 * np.abs(middle)) @ np.abs(v)) * INFLATE
        if form + slack < 0.0:
            return number, v
    return None
