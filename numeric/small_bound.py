"""Branch and bound for signs one box at a time, for claims that a few boxes settle: no batch has to be set up.

Arithmetic: rigorous (Arb balls).  A ball B that holds the box X gives a ball that holds g(x) for every x in X at which
g is defined, so that X is settled when that ball is certainly positive (certainly not negative, where that is enough);
one that is not known (NaN) settles nothing.  The two boxes that a cut leaves cover the box that was cut.  Leaves are
those of :mod:`numeric.bounding`, so that the same checker walks the tree; its endpoint arithmetic is no wider.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from math import inf

import numpy as np

from numeric import balls
from numeric.bound_leaves import BoundLeaf
from numeric.intervals import FloatArray
from numeric.small_search import BITS, BallProgram, ball_around
from numeric.tape import Tape
from numeric.tree import SPLIT, CutTree

__all__ = ["SmallOutcome", "bound_small"]

NARROW = 2.0**-10  # of the root: a box that is not settled by then is left to other means
Box = list[tuple[float, float]]


@dataclass(frozen=True)
class SmallOutcome:
    """A tree whose leaves are all positive; or a float point near which g is negative; or neither: left open."""

    tree: CutTree | None = None
    witness: FloatArray | None = None


def bound_small(
    function: Tape, root_lo: FloatArray, root_hi: FloatArray, *, strict: bool, boxes: int, seconds: float
) -> SmallOutcome:
    """g > 0 (g >= 0 unless ``strict``) on the box between two float points, shown within a few boxes."""
    root = list(zip(root_lo.tolist(), root_hi.tolist(), strict=True))
    if not all(-inf < a <= b < inf for a, b in root):
        return SmallOutcome()
    with balls.precision(BITS):
        return _search(BallProgram(function), root, strict, boxes, time.monotonic() + seconds)


def _search(function: BallProgram, root: Box, strict: bool, boxes: int, until: float) -> SmallOutcome:
    """The box with the lowest bound is cut first."""
    kind, axis, cuts, child = [SPLIT], [0], [0.0], [-1]
    shares = [1.0 / (b - a) if b - a > 1e-300 else 0.0 for a, b in root]
    waiting: list[tuple[float, int, Box]] = [(0.0, 0, root)]
    count = 0
    while waiting:
        # Every waiting box has to be looked at, so that a budget they exceed is spent already.
        if count + len(waiting) > boxes or time.monotonic() > until:
            return SmallOutcome()
        _, node, box = heapq.heappop(waiting)
        count += 1
        (value,) = function([ball_around(a, b) for a, b in box])
        if value > 0 if strict else value >= 0:
            kind[node] = BoundLeaf.POSITIVE
            continue
        if value < 0:
            return SmallOutcome(witness=np.array([0.5 * a + 0.5 * b for a, b in box]))
        sizes = [(b - a) * s for (a, b), s in zip(box, shares, strict=True)]
        k = max(range(len(box)), key=sizes.__getitem__)
        lo, hi = box[k]
        at = 0.5 * lo + 0.5 * hi
        if not (sizes[k] > NARROW and lo < at < hi):
            return SmallOutcome()
        first = len(kind)
        axis[node], cuts[node], child[node] = k, at, first
        kind += [SPLIT, SPLIT]
        axis += [0, 0]
        cuts += [0.0, 0.0]
        child += [-1, -1]
        bound = float(value.lower()) if value.is_finite() else -inf
        heapq.heappush(waiting, (bound, first, [*box[:k], (lo, at), *box[k + 1 :]]))
        heapq.heappush(waiting, (bound, first + 1, [*box[:k], (at, hi), *box[k + 1 :]]))
    return SmallOutcome(
        CutTree(
            np.array(kind, dtype=np.int8),
            np.array(axis, dtype=np.int8),
            np.array(cuts),
            np.full(len(kind), -1, dtype=np.int32),
            np.array(child, dtype=np.int32),
        )
    )
