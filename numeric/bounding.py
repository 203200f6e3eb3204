"""Branch and bound in float64 batches: g > 0 (or g >= 0) on a box cut by constraints.

Arithmetic: rigorous.  A box is settled by the natural extension, by a constraint that fails on it, by
the mean value form or the second-order Taylor form, after it has been reduced to a face in every
variable along which g is monotone, or by convexity between the box and an anchor (a point near a
minimum).  Theorems and rounding are in ``docs/theory/inequalities.md``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from numeric import intervals
from numeric.batch import BatchEvaluator
from numeric.bound_leaves import MAX_FACES, Anchor, BoundLeaf, cut_point, faces_code
from numeric.compiler import compile_tape
from numeric.definite_batch import positive_definite_batch
from numeric.intervals import BoolArray, FloatArray, Interval
from numeric.tree import CutTree, TreeRecorder, bisect

__all__ = ["Bounding", "FaceRecorder", "Outcome"]

FIRST_CHUNK = 16
CHUNK = 1024
INFLATE = 1.0 + 2.0**-40
TINY = 2.0**-1000


@dataclass
class Outcome:
    """``proved``; or a float point that violates the claim; or the boxes that remain (n x N)."""

    proved: bool
    tree: CutTree
    boxes: int
    witness: FloatArray | None = None
    lo: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    hi: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    lower: FloatArray = field(default_factory=lambda: np.zeros(0))
    undefined: bool = False


class FaceRecorder(TreeRecorder):
    """Marks say to which faces a box was reduced; a box that is looked at again keeps its faces."""

    def add_marks(self, nodes: np.ndarray, codes: np.ndarray) -> None:
        old = np.maximum(self._store.mark[nodes], 0)
        self.mark(nodes, (old + codes).astype(np.int32))


class Bounding:
    """The search for one function, resumable: ``run`` may be called with more boxes or time."""

    def __init__(
        self,
        expr: sp.Expr,
        variables: Sequence[sp.Symbol],
        constraints: Sequence[tuple[sp.Expr, bool]],
        root: tuple[FloatArray, FloatArray],
        *,
        strict: bool,
    ) -> None:
        """Raises ValueError for an expression outside the language."""
        self.expr, self.variables, self.strict = expr, list(variables), strict
        self.n = len(self.variables)
        self.value = BatchEvaluator(compile_tape([expr], self.variables))
        self.constraints = [(BatchEvaluator(compile_tape([h], self.variables)), s) for h, s in constraints]
        self.speaks = [[i for i, v in enumerate(self.variables) if v in h.free_symbols] for h, _ in constraints]
        self.gradient = self._smooth([sp.diff(expr, v) for v in self.variables])
        self._hessian: BatchEvaluator | None = None
        self._hessian_tried = False
        self.recorder = FaceRecorder()
        self.nodes = self.recorder.root()
        self.lo, self.hi = root[0].reshape(-1, 1).copy(), root[1].reshape(-1, 1).copy()
        self.lower = np.full(1, -np.inf)
        # Boxes too small to be cut; a later run with other means looks at them again.
        self.stuck: list[tuple[FloatArray, FloatArray, np.ndarray]] = []
        self.anchors: list[Anchor] = []
        self.boxes = 0
        self.chunk = FIRST_CHUNK
        self.use_hessian = False
        self.witness: FloatArray | None = None

    def _smooth(self, expressions: list[sp.Expr]) -> BatchEvaluator | None:
        strange = (sp.Derivative, sp.sign, sp.Subs, sp.zoo, sp.nan, sp.DiracDelta, sp.Heaviside)
        if any(e.has(*strange) for e in expressions):
            return None
        try:
            return BatchEvaluator(compile_tape(expressions, self.variables))
        except ValueError:
            return None

    @property
    def hessian(self) -> BatchEvaluator | None:
        """Second derivatives, made when they are first wanted."""
        if not self._hessian_tried:
            self._hessian_tried = True
            n = self.n
            if self.gradient is not None and sp.count_ops(self.expr) * n * n < 6000:
                first = [sp.diff(self.expr, v) for v in self.variables]
                upper = [sp.diff(first[i], self.variables[j]) for i in range(n) for j in range(i, n)]
                self._hessian = self._smooth(upper)
        return self._hessian

    def run(self, boxes: int, deadline: float, *, hunt: bool = True) -> Outcome:
        """Work until settled, ``boxes`` more boxes were looked at, or the deadline (time.monotonic)."""
        stop = self.boxes + boxes
        for lo, hi, nodes in self.stuck:
            self._push(lo, hi, nodes, np.full(len(nodes), -np.inf))
        self.stuck = []
        with np.errstate(all="ignore"):
            while len(self.nodes) and not self.stuck:
                if self.boxes >= stop or time.monotonic() > deadline:
                    break
                self._step(hunt)
                if self.witness is not None:
                    break
        proved = not len(self.nodes) and not self.stuck and self.witness is None
        lo = np.concatenate([self.lo, *(s[0] for s in self.stuck)], axis=1)
        hi = np.concatenate([self.hi, *(s[1] for s in self.stuck)], axis=1)
        lower = np.concatenate([self.lower, np.full(sum(s[0].shape[1] for s in self.stuck), -np.inf)])
        return Outcome(proved, self.recorder.tree(), self.boxes, self.witness, lo, hi, lower)

    def _take(self) -> tuple[FloatArray, FloatArray, np.ndarray]:
        """The boxes with the lowest bounds."""
        count = len(self.nodes)
        if count > self.chunk:
            order = np.argpartition(self.lower, self.chunk)
            now, later = order[: self.chunk], order[self.chunk :]
        else:
            now, later = np.arange(count), np.arange(0)
        taken = self.lo[:, now], self.hi[:, now], self.nodes[now]
        self.lo, self.hi = self.lo[:, later], self.hi[:, later]
        self.nodes, self.lower = self.nodes[later], self.lower[later]
        self.chunk = min(CHUNK, 2 * self.chunk)
        return taken

    def _step(self, hunt: bool) -> None:
        lo, hi, nodes = self._take()
        self.boxes += len(nodes)
        (bound,), _ = self.value(lo, hi)
        lower = bound[0].copy()
        outside = self._outside(lo, hi)
        self.recorder.close(nodes[outside], BoundLeaf.OUTSIDE)
        good = self._enough(lower) & ~outside
        self.recorder.close(nodes[good], BoundLeaf.POSITIVE)
        keep = ~(good | outside)
        lo, hi, nodes, lower = lo[:, keep], hi[:, keep], nodes[keep], lower[keep]
        if not len(nodes):
            return
        smear = None
        if self.gradient is not None:
            lo, hi, lower, smear = self._first_order(lo, hi, nodes, lower)
            good = self._enough(lower)
            if self.use_hessian and not good.all() and self.hessian is not None:
                rest = np.flatnonzero(~good)
                second, anchored = self._second_order(lo[:, rest], hi[:, rest])
                lower[rest] = np.maximum(lower[rest], second)
                good = self._enough(lower)
                for k in range(len(self.anchors)):
                    self.recorder.close(nodes[rest[anchored == k]], BoundLeaf.CONVEX + k)
                settled = np.zeros(len(nodes), dtype=bool)
                settled[rest[anchored >= 0]] = True
                self.recorder.close(nodes[good & ~settled], BoundLeaf.POSITIVE)
                good |= settled
            else:
                self.recorder.close(nodes[good], BoundLeaf.POSITIVE)
            lo, hi, nodes, lower, smear = lo[:, ~good], hi[:, ~good], nodes[~good], lower[~good], smear[:, ~good]
        if not len(nodes):
            return
        if hunt:
            self._hunt(lo, hi)
        self._split(lo, hi, nodes, lower, smear)

    def _enough(self, lower: FloatArray) -> BoolArray:
        return np.asarray(lower > 0.0 if self.strict else lower >= 0.0)

    def _outside(self, lo: FloatArray, hi: FloatArray) -> BoolArray:
        outside = np.zeros(lo.shape[1], dtype=bool)
        for evaluator, strict in self.constraints:
            (h,), defined = evaluator(lo, hi)
            fails = h[1] <= 0.0 if strict else h[1] < 0.0
            outside |= fails if defined is None else fails & defined
        return outside

    def _first_order(
        self, lo: FloatArray, hi: FloatArray, nodes: np.ndarray, lower: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Reduction to faces by monotonicity, then the mean value form on what is left."""
        assert self.gradient is not None
        slopes, defined = self.gradient(lo, hi)
        known = np.ones(lo.shape[1], dtype=bool) if defined is None else defined
        (_,), inside = self.value(lo, hi)
        if inside is not None:
            known = known & inside
        g_lo, g_hi = np.array([s[0] for s in slopes]), np.array([s[1] for s in slopes])
        kept_lo, kept_hi = lo, hi
        if self.n <= MAX_FACES:
            thick = (lo < hi) & known
            low = (g_lo >= 0.0) & thick & np.isfinite(lo)
            high = (g_hi <= 0.0) & thick & np.isfinite(hi) & ~low
            if low.any() or high.any():
                # Along variables whose constraints hold on the whole box the region itself is reduced;
                # along the others only the bound is, which then speaks of the whole box.
                free = self._unconstrained(lo, hi)
                drop_low, drop_high = low & free, high & free
                reduced = (drop_low | drop_high).any(axis=0)
                self.recorder.add_marks(nodes[reduced], faces_code(drop_low, drop_high)[reduced])
                kept_lo, kept_hi = np.where(drop_high, hi, lo), np.where(drop_low, lo, hi)
                lo, hi = np.where(high, hi, lo), np.where(low, lo, hi)
                (bound,), _ = self.value(lo, hi)
                lower = np.maximum(lower, bound[0])
        middle = intervals.mid((lo, hi))
        (centre,), centred = self.value(middle, middle)
        total: Interval = centre
        for i in range(self.n):
            step = intervals.sub((lo[i], hi[i]), (middle[i], middle[i]))
            total = intervals.add(total, intervals.mul((g_lo[i], g_hi[i]), step))
        valid = known if centred is None else known & centred
        lower = np.where(valid, np.fmax(lower, total[0]), lower)
        size = np.maximum(np.abs(g_lo), np.abs(g_hi))
        width = np.where(kept_lo < kept_hi, np.minimum(kept_hi - kept_lo, 1e100), 0.0)
        return kept_lo, kept_hi, lower, np.where(np.isfinite(size), size, 1e30) * width

    def _unconstrained(self, lo: FloatArray, hi: FloatArray) -> BoolArray:
        """For each variable and box: every constraint that speaks of the variable holds on the whole box."""
        free = np.ones(lo.shape, dtype=bool)
        for (evaluator, strict), speaks in zip(self.constraints, self.speaks, strict=True):
            (h,), defined = evaluator(lo, hi)
            holds = h[0] > 0.0 if strict else h[0] >= 0.0
            if defined is not None:
                holds = holds & defined
            free[speaks] &= holds
        return free

    def _second_order(self, lo: FloatArray, hi: FloatArray) -> tuple[FloatArray, np.ndarray]:
        """Lower bounds by the second-order Taylor form, and the number of an anchor that settles a box (or -1)."""
        assert self.hessian is not None
        assert self.gradient is not None
        n, count = lo.shape
        entries, defined = self.hessian(lo, hi)
        (_,), inside = self.value(lo, hi)
        middle = intervals.mid((lo, hi))
        (centre,), _ = self.value(middle, middle)
        slopes, smooth = self.gradient(middle, middle)
        reach = np.maximum(intervals.width((lo, middle)), intervals.width((middle, hi)))
        loss = np.zeros(count)
        position = 0
        for i in range(n):
            p = np.maximum(np.abs(slopes[i][0]), np.abs(slopes[i][1]))
            for j in range(i, n):
                h = entries[position]
                position += 1
                if i != j:
                    loss += intervals.mag(h) * reach[i] * reach[j]
                    continue
                a, r = h[0], reach[i]
                straight = p * r - 0.5 * np.minimum(a, 0.0) * r * r
                curved = np.where(a > 0.0, 0.5 * p * p / np.where(a > 0.0, a, 1.0), np.inf)
                # p*r - a*r^2/2 is the loss while the parabola still falls at the end of the box.
                falling = np.where((a > 0.0) & (p >= a * r), p * r - 0.5 * a * r * r * (1.0 - 2.0**-40), np.inf)
                loss += np.maximum(np.minimum(np.minimum(straight, curved), falling), 0.0) * INFLATE + p * r * 2.0**-44
        lower = centre[0] - loss * INFLATE - TINY
        lower = np.where(lower > 0, lower * (1.0 - 2.0**-40), lower)
        valid = np.isfinite(lower)
        for mask in (defined, inside, smooth):
            if mask is not None:
                valid &= mask
        return np.where(valid, lower, -np.inf), self._anchored(lo, hi)

    def _anchored(self, lo: FloatArray, hi: FloatArray) -> np.ndarray:
        """Boxes settled by convexity: g(x) >= g(m) + g'(m)(x - m) where g'' is positive on the hull."""
        assert self.hessian is not None
        n, count = lo.shape
        chosen = np.full(count, -1)
        for k, anchor in enumerate(self.anchors):
            m_lo, m_hi = anchor.lo[:, None], anchor.hi[:, None]
            # On a face the anchor has to lie in it.
            flat = (lo == hi) & (lo == m_lo) & (lo == m_hi)
            step_lo = np.where(anchor.column > 0, 0.0, lo - m_hi)
            step_hi = np.where(anchor.column < 0, 0.0, hi - m_lo)
            step: Interval = (np.nextafter(step_lo, -np.inf), np.nextafter(step_hi, np.inf))
            step = (np.where(step_lo == 0.0, 0.0, step[0]), np.where(step_hi == 0.0, 0.0, step[1]))
            total: Interval = (np.full(count, anchor.value), np.full(count, anchor.value))
            for i in range(n):
                slope = (np.full(count, anchor.slope_lo[i]), np.full(count, anchor.slope_hi[i]))
                part = intervals.mul(slope, (step[0][i], step[1][i]))
                part = (np.where(flat[i], 0.0, part[0]), np.where(flat[i], 0.0, part[1]))
                total = intervals.add(total, part)
            first = (chosen < 0) & self._enough(total[0])
            if anchor.value == 0.0 and self.strict:
                first[:] = False
            pick = np.flatnonzero(first)
            if not len(pick):
                continue
            a, b = np.minimum(lo[:, pick], m_lo), np.maximum(hi[:, pick], m_hi)
            entries, defined = self.hessian(a, b)
            (_,), inside = self.value(a, b)
            matrix_lo, matrix_hi = np.zeros((len(pick), n, n)), np.zeros((len(pick), n, n))
            position = 0
            for i in range(n):
                for j in range(i, n):
                    h = entries[position]
                    position += 1
                    plain = flat[i, pick] | flat[j, pick]
                    unit = 1.0 if i == j else 0.0
                    for matrix, end in ((matrix_lo, h[0]), (matrix_hi, h[1])):
                        matrix[:, i, j] = matrix[:, j, i] = np.where(plain, unit, end)
            good = positive_definite_batch(matrix_lo, matrix_hi).proved
            for mask in (defined, inside):
                if mask is not None:
                    good = good & mask
            chosen[pick[good]] = k
        return chosen

    def _hunt(self, lo: FloatArray, hi: FloatArray) -> None:
        """Keep a point that violates the claim, if the middle of a box does."""
        middle = intervals.mid((lo, hi))
        (value,), defined = self.value(middle, middle)
        bad = value[1] < 0.0
        if defined is not None:
            bad &= defined
        for evaluator, strict in self.constraints:
            if not bad.any():
                return
            (h,), ok = evaluator(middle, middle)
            bad &= h[0] > 0.0 if strict else h[0] >= 0.0
            if ok is not None:
                bad &= ok
        if bad.any():
            k = np.flatnonzero(bad)[np.argmin(value[1][bad])]
            self.witness = middle[:, k].copy()

    def _split(
        self, lo: FloatArray, hi: FloatArray, nodes: np.ndarray, lower: FloatArray, smear: FloatArray | None
    ) -> None:
        width = hi - lo
        score = np.where(np.isfinite(width), width if smear is None else smear, np.inf)
        if smear is not None:
            # Where derivatives vanish or are unknown the widths decide.
            flat = ~np.isfinite(score).all(axis=0) | (score.max(axis=0) <= 0.0)
            score = np.where(flat & np.isfinite(width), width, score)
        score = np.where(lo < hi, score, -1.0)
        axis = np.argmax(score, axis=0).astype(np.int8)
        k = np.arange(len(nodes))
        a, b = lo[axis, k], hi[axis, k]
        cut = cut_point(a, b)
        done = ~((a < cut) & (cut < b)) | (width[axis, k] <= 2.0**-44 * np.maximum(np.abs(a), np.abs(b)))
        if done.any():
            self.recorder.close(nodes[done], BoundLeaf.OPEN)
            self.stuck.append((lo[:, done], hi[:, done], nodes[done]))
            more = ~done
            lo, hi, nodes, lower, axis, cut = lo[:, more], hi[:, more], nodes[more], lower[more], axis[more], cut[more]
        children = self.recorder.split(nodes, axis, cut)
        child_lo, child_hi = bisect(lo, hi, axis, cut)
        self._push(child_lo, child_hi, children, np.repeat(lower, 2))

    def _push(self, lo: FloatArray, hi: FloatArray, nodes: np.ndarray, lower: FloatArray) -> None:
        self.lo = np.concatenate([self.lo, lo], axis=1)
        self.hi = np.concatenate([self.hi, hi], axis=1)
        self.nodes = np.concatenate([self.nodes, nodes])
        self.lower = np.concatenate([self.lower, lower])
