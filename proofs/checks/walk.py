"""Walk a recorded search again in Arb: contract, test, follow the cuts, settle every leaf.

Nothing is taken from the search but where it cut and how it settled its leaves; the boxes are
contracted afresh, with real endpoints known as Arb balls.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval, evaluate_endpoints, scale
from numeric.hc4_endpoints import contract_hc4
from numeric.system import System
from numeric.tree import CutTree
from proofs.checks.base import Invalid
from proofs.checks.points import krawczyk_on, mean_value_misses

__all__ = ["SearchWalk"]

ROWS, KRAWCZYK, KNOWN, OPEN, PROPAGATED = 1, 2, 3, 4, 5
NARROWED = -2
# A leaf that float64 could just settle may need a few more cuts in another arithmetic.
EXTRA_DEPTH = 8

Box = list[EndpointInterval]


class SearchWalk:
    """The tests of the checker for one system; ``unique`` are boxes proved to hold one zero each."""

    def __init__(self, system: System, unique: Sequence[Sequence[Enclosure]], bits: int = 80) -> None:
        self.system = system
        self.bits = bits
        with balls.precision(bits):
            self.rows = [
                [(k, [(i, balls.ball(-o / c)) for i, o in enumerate(row) if i != k and o], balls.ball(-1 / c))
                 for k, c in enumerate(row) if c]
                for row in system.row_coefficients
            ]  # fmt: skip
            self.inequalities = [
                [(k, c > 0, [(i, balls.ball(-o / c)) for i, o in enumerate(vector) if i != k and o])
                 for k, c in enumerate(vector) if c]
                for vector in system.inequalities
            ]  # fmt: skip
            self.fixed = [(balls.ball(lo), balls.ball(hi)) for lo, hi in system.fixed]
            self.unique = [[(balls.ball(x.lo), balls.ball(x.hi)) for x in box] for box in unique]

    def walk(self, tree: CutTree, root: Sequence[Enclosure]) -> None:
        """Raises Invalid unless every zero in ``root`` (up to the symmetries used) lies in a unique box."""
        with balls.precision(self.bits):
            start: Box = [(balls.ball(x.lo), balls.ball(x.hi)) for x in root]
            stack: list[tuple[int, Box]] = [(0, start)]
            kinds, marks = tree.kind.tolist(), tree.mark.tolist()
            axes, cuts, children = tree.axis.tolist(), tree.cut.tolist(), tree.child.tolist()
            while stack:
                node, box = stack.pop()
                kind = kinds[node]
                contracted = self.contract(box)
                if contracted is None:
                    continue
                if kind == KNOWN:
                    number = marks[node]
                    if not 0 <= number < len(self.unique):
                        raise Invalid(f"leaf {node} names a uniqueness box that does not exist")
                    if not self._settle(contracted, EXTRA_DEPTH):
                        raise Invalid(f"leaf {node} is not inside its uniqueness box")
                    continue
                if kind in (ROWS, KRAWCZYK, PROPAGATED):
                    if not self._settle(contracted, EXTRA_DEPTH):
                        raise Invalid(f"leaf {node} could not be shown to hold no zero")
                    continue
                if kind != 0:
                    raise Invalid(f"leaf {node} was left open")
                if marks[node] == NARROWED:
                    narrowed = self.narrow(contracted)
                    if narrowed is None:
                        continue
                    contracted = narrowed
                lower, upper = self._cut(contracted, axes[node], balls.ball(Fraction(cuts[node])))
                stack.append((children[node], lower))
                stack.append((children[node] + 1, upper))

    @staticmethod
    def _cut(box: Box, axis: int, cut: arb) -> tuple[Box, Box]:
        lo, hi = box[axis]
        lower, upper = list(box), list(box)
        # min and max keep both parts inside the box when the cut lies outside of it.
        lower[axis] = (lo, hi.min(cut))
        upper[axis] = (lo.max(cut), hi)
        return lower, upper

    def contract(self, box: Box) -> Box | None:
        """One sweep of the linear rows, then of all equations where the system asks for it.

        None when the box is shown to be empty of zeros.
        """
        if any(lo > hi for lo, hi in box):
            return None
        rests = evaluate_endpoints(self.system.rests, [*box, *self.fixed])
        box = list(box)
        for row, rest in zip(self.rows, rests, strict=True):
            for k, others, factor in row:
                lo, hi = scale(factor, rest)
                for i, c in others:
                    part = scale(c, box[i])
                    lo, hi = lo + part[0], hi + part[1]
                if lo.is_finite() and hi.is_finite():
                    new = (box[k][0].max(lo), box[k][1].min(hi))
                    if new[0] > new[1]:
                        return None
                    box[k] = new
        for vector in self.inequalities:
            for k, positive, others in vector:
                lo, hi = arb(0), arb(0)
                for i, c in others:
                    part = scale(c, box[i])
                    lo, hi = lo + part[0], hi + part[1]
                new = (box[k][0].max(lo), box[k][1]) if positive else (box[k][0], box[k][1].min(hi))
                if new[0] > new[1]:
                    return None
                box[k] = new
        for a, b, sign in self.system.products:
            for i, j in ((a, b), (b, a)):
                lo, hi = box[j] if sign > 0 else (-box[j][1], -box[j][0])
                if lo > 0:
                    box[i] = (box[i][0].max(arb(0)), box[i][1])
                if hi < 0:
                    box[i] = (box[i][0], box[i][1].min(arb(0)))
                if box[i][0] > box[i][1]:
                    return None
        return contract_hc4(self.system.function, box) if self.system.propagate else box

    def narrow(self, box: Box) -> Box | None:
        """Intersect with the Krawczyk image; None when they are shown to be disjoint."""
        result = krawczyk_on(self.system, box)
        if not all(x.is_finite() for x in result.image):
            return None if self.system.has_kinks and mean_value_misses(self.system, box) else box
        if result.empty or (self.system.has_kinks and mean_value_misses(self.system, box)):
            return None
        narrowed = []
        for (lo, hi), image in zip(box, result.image, strict=True):
            new = (lo.max(image.lower()), hi.min(image.upper()))
            if new[0] > new[1]:
                return None
            narrowed.append(new)
        return narrowed

    def _inside_unique(self, box: Box) -> bool:
        return any(
            all(a >= lo and b <= hi for (a, b), (lo, hi) in zip(box, outer, strict=True)) for outer in self.unique
        )

    def _settle(self, box: Box | None, depth: int) -> bool:
        """Whether the box holds no zero outside the unique boxes, with a few cuts of its own."""
        for _ in range(2):
            if box is None or self._inside_unique(box):
                return True
            box = self.narrow(box)
            if box is not None:
                box = self.contract(box)
        if box is None or self._inside_unique(box):
            return True
        if depth == 0:
            return False
        axis = max(range(len(box)), key=lambda i: float((box[i][1] - box[i][0]).mid()))
        middle = ((box[axis][0] + box[axis][1]) / 2).mid()
        return all(self._settle(self.contract(part), depth - 1) for part in self._cut(box, axis, middle))
