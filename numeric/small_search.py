"""Branch and prune one box at a time, for systems that a few boxes settle: no batch has to be set up.

Arithmetic: rigorous (Arb balls).  A box is dropped when the range of an equation misses 0 or the Krawczyk
image misses the box; one whose image lies strictly inside holds exactly one zero.  The tree has the marks and leaves of
:mod:`numeric.search`, so that the same checker walks it.
"""

from __future__ import annotations

import time
from math import inf, isfinite, nextafter

import numpy as np
from flint import arb

from numeric import balls
from numeric.ball_program import BallProgram, ball_around
from numeric.intervals import FloatArray
from numeric.search import NARROWED, IsolatedBox, Leaf, SearchResult
from numeric.system import System
from numeric.tree import OFF_CENTRE, SPLIT, CutTree

__all__ = ["BITS", "search_small"]

BITS = 64
# Room to spare, so that another arithmetic finds the image inside as well.
MARGIN = 1e-5
# Around a narrowed box, to get a zero off its boundary.
INFLATE = 0.25
WORTH = 0.9
NARROW = 1e-7  # of the root: a zero that is not isolated by then is left to other means
Box = list[tuple[float, float]]


def search_small(
    system: System, root_lo: FloatArray, root_hi: FloatArray, *, boxes: int, seconds: float
) -> SearchResult | None:
    """Decide every part of the root box within a few boxes; None when they do not suffice, or with parameters."""
    if system.fixed:
        return None
    with balls.precision(BITS):
        return _Small(system).run(list(zip(root_lo.tolist(), root_hi.tolist(), strict=True)), boxes, seconds)


class _Small:
    def __init__(self, system: System) -> None:
        self.n = system.dimension
        self.function, self.jacobian = BallProgram(system.function), BallProgram(system.jacobian)
        # How much of the Jacobian's tape was done with the function's.
        shared = system.function.instructions
        self.shared = len(shared) if system.jacobian.instructions[: len(shared)] == shared else 0
        self.known: list[IsolatedBox] = []
        self.kind, self.axis, self.cut, self.mark, self.child = [SPLIT], [0], [0.0], [-1], [-1]

    def run(self, root: Box, boxes: int, seconds: float) -> SearchResult | None:
        until = time.monotonic() + seconds
        widths = [max(b - a, 1e-300) for a, b in root]
        stack = [(0, root)]
        count = 0
        while stack:
            count += 1
            if count > boxes or time.monotonic() > until:
                return None
            node, box = stack.pop()
            rest = self._reduce(node, box)
            if rest is None:
                continue
            sizes = [(b - a) / w for (a, b), w in zip(rest, widths, strict=True)]
            k = max(range(self.n), key=sizes.__getitem__)
            lo, hi = rest[k]
            at = lo + OFF_CENTRE * (hi - lo)
            if sizes[k] < NARROW:
                self._inflated(rest)
                if self._inside_known(node, rest):
                    continue
            if sizes[k] < NARROW or not lo < at < hi:
                return None
            first = len(self.kind)
            self.axis[node], self.cut[node], self.child[node] = k, at, first
            self._grow()
            stack.append((first + 1, [*rest[:k], (at, hi), *rest[k + 1 :]]))
            stack.append((first, [*rest[:k], (lo, at), *rest[k + 1 :]]))
        tree = CutTree(
            np.array(self.kind, dtype=np.int8),
            np.array(self.axis, dtype=np.int8),
            np.array(self.cut),
            np.array(self.mark, dtype=np.int32),
            np.array(self.child, dtype=np.int32),
        )
        empty = np.empty((self.n, 0))
        return SearchResult(tree, self.known, empty, empty, count)

    def _grow(self) -> None:
        """Two more nodes that are not settled yet."""
        self.kind += [SPLIT, SPLIT]
        self.axis += [0, 0]
        self.cut += [0.0, 0.0]
        self.mark += [-1, -1]
        self.child += [-1, -1]

    def _reduce(self, node: int, box: Box) -> Box | None:
        """What is left of a box to be cut, or None when it is settled."""
        if self._inside_known(node, box):
            return None
        x = [ball_around(a, b) for a, b in box]
        slots = self.function.run(x)
        value = self.function.read(slots)
        if any(v > 0 or v < 0 for v in value):
            self.kind[node] = Leaf.KRAWCZYK
            return None
        # A derivative may simplify and forget where the function itself is not defined.
        image = self._image(box, x, slots) if all(v.is_finite() for v in value) else None
        if image is None:
            return box
        new = [(max(a, u), min(b, v)) for (a, b), (u, v) in zip(box, image, strict=True)]
        if any(a > b for a, b in new):
            self.kind[node], self.mark[node] = Leaf.KRAWCZYK, NARROWED
            return None
        if _strictly_inside(image, box):
            self._add(new, box)
            return None if self._inside_known(node, box) else box
        if any(b - a < WORTH * (d - c) for (a, b), (c, d) in zip(new, box, strict=True)):
            self.mark[node] = NARROWED
            if all(b - a <= 0.5 * (d - c) for (a, b), (c, d) in zip(new, box, strict=True)):
                self._inflated(new)
            return None if self._inside_known(node, new) else new
        return box

    def _inflated(self, box: Box) -> None:
        """Krawczyk's test on a somewhat larger box, which may reach beyond the root."""
        size = max(max(abs(a), abs(b)) for a, b in box)
        wide = [(a - s, b + s) for a, b in box for s in (INFLATE * (b - a) + 1e-12 * max(size, b - a, 1e-280),)]
        x = [ball_around(a, b) for a, b in wide]
        slots = self.function.run(x)
        if not all(v.is_finite() for v in self.function.read(slots)):
            return
        image = self._image(wide, x, slots)
        if image is not None and _strictly_inside(image, wide):
            self._add([(max(a, u), min(b, v)) for (a, b), (u, v) in zip(wide, image, strict=True)], wide)

    def _add(self, inner: Box, outer: Box) -> None:
        fresh = IsolatedBox(*(np.array([side[k] for side in box]) for box in (inner, outer) for k in (0, 1)))
        self.known.append(fresh)

    def _inside_known(self, node: int, box: Box) -> bool:
        for number, k in enumerate(self.known):
            if all(
                u <= a and b <= v for (a, b), u, v in zip(box, k.outer_lo.tolist(), k.outer_hi.tolist(), strict=True)
            ):
                # The mark of a leaf is the number of its uniqueness box.
                self.kind[node], self.mark[node] = Leaf.KNOWN, number
                return True
        return False

    def _image(self, box: Box, x: list[arb], slots: list[arb]) -> Box | None:
        """The Krawczyk image m - Y F(m) + (I - Y J(X))(X - m), rounded outward; None where it is not known.

        ``slots`` are those of the function at ``x``.
        """
        n = self.n
        slopes = self.jacobian.read(self.jacobian.go_on(slots if self.shared else x, self.shared))
        if not all(s.is_finite() for s in slopes):
            return None
        inverse = _inverse([float(s.mid()) for s in slopes], n)
        if inverse is None:
            return None
        middle = [arb(0.5 * a + 0.5 * b) for a, b in box]
        at = self.function(middle)
        shift = [u - m for u, m in zip(x, middle, strict=True)]
        found: Box = []
        for i in range(n):
            row = inverse[i]
            total = middle[i]
            for k in range(n):
                total = total - row[k] * at[k]
                entry = arb(1 if i == k else 0)
                for j in range(n):
                    entry = entry - row[j] * slopes[j * n + k]
                total = total + entry * shift[k]
            if not total.is_finite():
                return None
            found.append((nextafter(float(total.lower()), -inf), nextafter(float(total.upper()), inf)))
        return found


def _inverse(entries: list[float], n: int) -> list[list[arb]] | None:
    """Any matrix would do: a poor inverse weakens the test and cannot make it wrong."""
    if n == 1:
        rows = [[1.0 / entries[0]]] if entries[0] else [[inf]]
    else:
        try:
            rows = np.linalg.inv(np.array(entries).reshape(n, n)).tolist()
        except np.linalg.LinAlgError:
            return None
    if not all(isfinite(v) for row in rows for v in row):
        return None
    return [[arb(v) for v in row] for row in rows]


def _strictly_inside(image: Box, box: Box) -> bool:
    for (u, v), (a, b) in zip(image, box, strict=True):
        spare = MARGIN * (b - a)
        if not (u > a + spare and v < b - spare):
            return False
    return True
