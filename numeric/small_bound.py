"""Branch and bound for signs one box at a time, for claims that a few boxes settle: no batch has to be set up.

Arithmetic: rigorous (Arb balls).  A ball B that holds the box X gives a ball that holds g(x) for every x in X at which
g is defined; one that is not known (NaN) settles nothing.  Where g is defined on all of X and its gradient G is known
there, X is first reduced to the face on which g is least (G_i >= 0: the lower end of x_i; G_i <= 0: the upper one), and
g(x) >= g(m) + sum of G_i (X_i - m_i) for any m in the face (mean value form).  A box is settled by either bound when it
is positive (not negative, where that is enough).  The two boxes that a cut leaves cover the box that was cut.  Leaves
and faces are those of :mod:`numeric.bounding`, so that the same checker walks the tree.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from itertools import product
from math import inf

import numpy as np
from flint import arb

from numeric import balls
from numeric.ball_program import BallProgram, ball_around
from numeric.bound_leaves import MAX_FACES, BoundLeaf
from numeric.intervals import FloatArray
from numeric.small_search import BITS
from numeric.tape import Tape
from numeric.tape_derivative import differentiate
from numeric.tree import SPLIT, CutTree

__all__ = ["SmallOutcome", "bound_small"]

CORNERS = 3  # variables up to which all corners of the root are looked at
NARROW = 2.0**-30  # of the root: a box that is not settled by then is left to other means
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
        return _Search(function, strict).run(root, boxes, time.monotonic() + seconds)


class _Search:
    def __init__(self, function: Tape, strict: bool) -> None:
        self.tape, self.strict = function, strict
        self.value = BallProgram(function)
        self._gradient: BallProgram | None = None
        self._has_gradient = function.inputs <= MAX_FACES
        self.kind, self.axis, self.cuts, self.mark, self.child = [SPLIT], [0], [0.0], [0], [-1]
        self.witness: FloatArray | None = None

    def run(self, root: Box, boxes: int, until: float) -> SmallOutcome:
        """The box with the lowest bound is cut first; corners come before all, since many false claims fail there."""
        if len(root) <= CORNERS and self._fails_at_a_corner(root):
            return SmallOutcome(witness=self.witness)
        shares = [1.0 / (b - a) if b - a > 1e-300 else 0.0 for a, b in root]
        waiting: list[tuple[float, int, Box]] = [(0.0, 0, root)]
        count = 0
        while waiting:
            # Every waiting box has to be looked at, so that a budget they exceed is spent already.
            if count + len(waiting) > boxes or time.monotonic() > until:
                return SmallOutcome()
            _, node, box = heapq.heappop(waiting)
            count += 1
            left = self._reduce(node, box)
            if self.witness is not None:
                return SmallOutcome(witness=self.witness)
            if left is None:
                continue
            bound, face = left
            sizes = [(b - a) * s for (a, b), s in zip(face, shares, strict=True)]
            k = max(range(len(face)), key=sizes.__getitem__)
            lo, hi = face[k]
            at = 0.5 * lo + 0.5 * hi
            if not (sizes[k] > NARROW and lo < at < hi):
                return SmallOutcome()
            first = len(self.kind)
            self.axis[node], self.cuts[node], self.child[node] = k, at, first
            self.kind += [SPLIT, SPLIT]
            self.axis += [0, 0]
            self.cuts += [0.0, 0.0]
            self.mark += [0, 0]
            self.child += [-1, -1]
            heapq.heappush(waiting, (bound, first, [*face[:k], (lo, at), *face[k + 1 :]]))
            heapq.heappush(waiting, (bound, first + 1, [*face[:k], (at, hi), *face[k + 1 :]]))
        return SmallOutcome(
            CutTree(
                np.array(self.kind, dtype=np.int8),
                np.array(self.axis, dtype=np.int8),
                np.array(self.cuts),
                np.array(self.mark, dtype=np.int32),
                np.array(self.child, dtype=np.int32),
            )
        )

    def _fails_at_a_corner(self, root: Box) -> bool:
        for corner in product(*root):
            (value,) = self.value([arb(c) for c in corner])
            if value < 0:
                self.witness = np.array(corner)
                return True
        return False

    def _settled(self, node: int, box: Box, value: arb) -> bool:
        """Whether the sign of g is known on the box, from the ball of its values there."""
        if value > 0 if self.strict else value >= 0:
            self.kind[node] = BoundLeaf.POSITIVE
            return True
        if value < 0:
            self.witness = np.array([0.5 * a + 0.5 * b for a, b in box])
            return True
        return False

    def _reduce(self, node: int, box: Box) -> tuple[float, Box] | None:
        """A lower bound and the face that is left to be cut, or None when the box is settled."""
        x = [ball_around(a, b) for a, b in box]
        slots = self.value.run(x)
        (value,) = self.value.read(slots)
        if self._settled(node, box, value):
            return None
        bound = float(value.lower()) if value.is_finite() else -inf
        # A gradient may forget where the function itself is not defined.
        slopes = self._slopes(slots) if value.is_finite() else None
        if slopes is None:
            return bound, box
        face = list(box)
        mark = 0
        for i, ((a, b), slope) in enumerate(zip(box, slopes, strict=True)):
            if a < b and slope >= 0:
                face[i], mark = (a, a), mark + 3**i
            elif a < b and slope <= 0:
                face[i], mark = (b, b), mark + 2 * 3**i
        self.mark[node] = mark
        if mark:
            x = [ball_around(a, b) for a, b in face]
            (value,) = self.value(x)
            if self._settled(node, face, value):
                return None
        middle = [0.5 * a + 0.5 * b for a, b in face]
        (least,) = self.value([arb(m) for m in middle])
        if least < 0:
            self.witness = np.array(middle)
            return None
        for (a, b), m, ball, slope in zip(face, middle, x, slopes, strict=True):
            if a < b:
                least = least + slope * (ball - m)
        if self._settled(node, face, least):
            return None
        return max(bound, float(least.lower()) if least.is_finite() else bound), face

    def _slopes(self, slots: list[arb]) -> list[arb] | None:
        """The gradient, from the slots of the function; None where it is not known."""
        if self._gradient is None and self._has_gradient:
            try:
                self._gradient = BallProgram(differentiate(self.tape))
            except ValueError:  # kinks
                self._has_gradient = False
        if self._gradient is None:
            return None
        slopes = self._gradient.read(self._gradient.go_on(slots, len(self.tape.instructions)))
        return slopes if all(s.is_finite() for s in slopes) else None
