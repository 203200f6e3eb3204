"""Lower bounds of a function on a box from Arb enclosures of it and of its derivatives.

Arithmetic: rigorous.  Natural extension; mean value form g(x) >= g(m) + G(X)(X - m); second-order
Taylor form; reduction to a face along monotone variables; and, where the Hessian is positive
definite on a convex set that holds x and m, the tangent plane: g(x) >= g(m) + g'(m)(x - m).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls
from numeric.compiler import compile_tape
from numeric.endpoints import EndpointInterval, add, evaluate_endpoints, mul
from numeric.tape import Tape
from proofs.theorems.definiteness import is_positive_definite
from proofs.theorems.goal import Goal, Inapplicable, constant_ball, constant_sign, is_regular

__all__ = ["ExactAnchor", "Enclosures", "middle"]

Box = list[EndpointInterval]


class ExactAnchor:
    """A point m of the box with exact coordinates, g(m) >= 0, and the exact zeros of the gradient there."""

    def __init__(self, goal: Goal, point: Sequence[sp.Expr]) -> None:
        """Raises Inapplicable when g(m) was not shown to be positive (zero, where that is enough)."""
        region = goal.region
        self.point = list(point)
        if len(self.point) != len(region.variables):
            raise Inapplicable("an anchor has the wrong dimension")
        at = dict(zip(region.variables, self.point, strict=True))
        self.value = goal.expr.subs(at)
        self.sign = constant_sign(self.value) if is_regular(self.value) else None
        if self.sign is None or self.sign < 0 or (self.sign == 0 and goal.strict):
            raise Inapplicable("the value at an anchor was not shown to be positive")
        self.slopes: list[sp.Expr] = []
        self.sides: list[int] = []
        for v, m, r in zip(region.variables, self.point, region.ranges, strict=True):
            slope = sp.diff(goal.expr, v).subs(at)
            if not is_regular(slope):
                raise Inapplicable("no gradient at an anchor")
            self.slopes.append(sp.S.Zero if constant_sign(slope) == 0 else slope)
            low = r.lo is not None and constant_sign(m - r.lo) == 0
            high = r.hi is not None and constant_sign(m - r.hi) == 0
            self.sides.append(1 if low else -1 if high else 0)

    def tangent(self, box: Box, flat: Sequence[bool]) -> arb:
        """A lower bound of g(m) + g'(m)(x - m) over the box, up to the radius of the ball."""
        total: EndpointInterval = (constant_ball(self.value), constant_ball(self.value))
        if self.sign == 0:
            total = (arb(0), arb(0))
        for m, slope, side, x, thin in zip(self.point, self.slopes, self.sides, box, flat, strict=True):
            if slope == 0 or thin:
                continue
            p, s = constant_ball(m), constant_ball(slope)
            step = (x[0] - p, x[1] - p)
            # The whole region lies on one side of m, exactly.
            if side > 0:
                step = (arb(0), step[1].max(arb(0)))
            elif side < 0:
                step = (step[0].min(arb(0)), arb(0))
            total = add(total, mul((s, s), step))
        return total[0]


def middle(x: EndpointInterval) -> arb:
    """An exact number near the middle of a finite interval."""
    return ((x[0] + x[1]) / 2).mid()


class Enclosures:
    """The tapes of a goal: values, gradient, Hessian, constraints."""

    def __init__(self, goal: Goal) -> None:
        """Raises ValueError for an expression outside the language."""
        self.goal = goal
        self.n = len(goal.region.variables)
        self.value = goal.tape()
        self.constraints = [(compile_tape([h], goal.region.variables), s) for h, s in goal.region.constraints]
        self._gradient: list[Tape] | None = None
        self._hessian: list[Tape] | None = None

    @property
    def gradient(self) -> Tape | None:
        if self._gradient is None:
            self._gradient = self._smooth([sp.diff(self.goal.expr, v) for v in self.goal.region.variables])
        return self._gradient[0] if self._gradient else None

    @property
    def hessian(self) -> Tape | None:
        """The upper triangle, row by row."""
        if self._hessian is None:
            v = self.goal.region.variables
            first = [sp.diff(self.goal.expr, x) for x in v]
            self._hessian = self._smooth([sp.diff(first[i], v[j]) for i in range(self.n) for j in range(i, self.n)])
        return self._hessian[0] if self._hessian else None

    def _smooth(self, expressions: list[sp.Expr]) -> list[Tape]:
        if not all(is_regular(e) for e in expressions):
            return []
        try:
            return [compile_tape(expressions, self.goal.region.variables)]
        except ValueError:
            return []

    def enough(self, lower: arb) -> bool:
        return bool(lower > 0 if self.goal.strict else lower >= 0)

    def outside(self, box: Box) -> bool:
        """Whether a constraint fails on the whole box."""
        for tape, strict in self.constraints:
            top = evaluate_endpoints(tape, box)[0][1]
            if (top <= 0) if strict else (top < 0):
                return True
        return False

    def natural(self, box: Box) -> bool:
        return self.enough(evaluate_endpoints(self.value, box)[0][0])

    def slopes(self, box: Box) -> list[EndpointInterval] | None:
        """The gradient over the box; None where g or the gradient may be undefined."""
        if self.gradient is None or not _known(evaluate_endpoints(self.value, box)[0]):
            return None
        found = evaluate_endpoints(self.gradient, box)
        return found if all(_known(s) for s in found) else None

    def reduced(self, box: Box, faces: Sequence[int]) -> Box | None:
        """The face on which g is least: 1 keeps the lower end of a variable, 2 the upper one; None if not shown.

        Constraints that speak of such a variable must hold on the whole box, so that the face of the
        region is in the region.
        """
        dropped = {v for v, which in zip(self.goal.region.variables, faces, strict=True) if which}
        for (tape, strict), (h, _) in zip(self.constraints, self.goal.region.constraints, strict=True):
            if dropped & h.free_symbols:
                least = evaluate_endpoints(tape, box)[0][0]
                if not (least > 0 if strict else least >= 0):
                    return None
        slopes = self.slopes(box)
        if slopes is None:
            return None
        face = list(box)
        for i, which in enumerate(faces):
            if which == 1 and slopes[i][0] >= 0 and box[i][0].is_finite():
                face[i] = (box[i][0], box[i][0])
            elif which == 2 and slopes[i][1] <= 0 and box[i][1].is_finite():
                face[i] = (box[i][1], box[i][1])
            elif which:
                return None
        return face

    def mean_value(self, box: Box, slopes: Sequence[EndpointInterval]) -> bool:
        m = [middle(x) for x in box]
        total = evaluate_endpoints(self.value, [(c, c) for c in m])[0]
        for s, x, c in zip(slopes, box, m, strict=True):
            total = add(total, mul(s, (x[0] - c, x[1] - c)))
        return self.enough(total[0])

    def taylor(self, box: Box) -> bool:
        """g(m) + g'(m)d + d'Hd/2 with the diagonal terms bounded as parabolas."""
        if self.hessian is None or self.gradient is None:
            return False
        m = [middle(x) for x in box]
        centre: Box = [(c, c) for c in m]
        entries = evaluate_endpoints(self.hessian, box)
        slopes = evaluate_endpoints(self.gradient, centre)
        total = evaluate_endpoints(self.value, centre)[0][0]
        reach = [(x[1] - c).max(c - x[0]) for x, c in zip(box, m, strict=True)]
        position = 0
        for i in range(self.n):
            p = abs(slopes[i][0]).max(abs(slopes[i][1]))
            for j in range(i, self.n):
                lo, hi = entries[position]
                position += 1
                if i != j:
                    total -= abs(lo).max(abs(hi)) * reach[i] * reach[j]
                    continue
                r = reach[i]
                loss = p * r - lo.min(arb(0)) * r * r / 2
                if lo > 0:
                    # p*d + a*d^2/2 >= -p^2/(2a), and >= -p*r + a*r^2/2 while it falls up to r.
                    loss = loss.min(p * p / (2 * lo))
                    if p >= lo * r:
                        loss = loss.min(p * r - lo * r * r / 2)
                total -= loss
        return _known(evaluate_endpoints(self.value, box)[0]) and self.enough(total)

    def convex(self, box: Box, anchor: ExactAnchor, depth: int) -> bool:
        """The tangent plane at the anchor is positive, and g is convex between it and the box."""
        if self.hessian is None:
            return False
        points = [constant_ball(p) for p in anchor.point]
        flat = [_same(x, p) for x, p in zip(box, points, strict=True)]
        lower = anchor.tangent(box, flat)
        if not (lower >= 0 if not self.goal.strict or anchor.sign else lower > 0):
            return False
        if self.goal.strict and not lower > 0:
            return False
        hull = [(x[0].min(p), x[1].max(p)) for x, p in zip(box, points, strict=True)]
        return self._definite(hull, flat, depth)

    def _definite(self, box: Box, flat: Sequence[bool], depth: int) -> bool:
        assert self.hessian is not None
        if _known(evaluate_endpoints(self.value, box)[0]):
            entries = evaluate_endpoints(self.hessian, box)
            matrix = [[arb(int(i == j)) for j in range(self.n)] for i in range(self.n)]
            position = 0
            for i in range(self.n):
                for j in range(i, self.n):
                    lo, hi = entries[position]
                    position += 1
                    if not flat[i] and not flat[j]:
                        matrix[i][j] = matrix[j][i] = lo.union(hi)
            if is_positive_definite(matrix):
                return True
        if depth == 0:
            return False
        return all(self._definite(part, flat, depth - 1) for part in halves(box))

    def holds(self, box: Box, depth: int) -> bool:
        """g > 0 (or >= 0) on the box, by any of the forms, with a few cuts."""
        if self.natural(box) or self.outside(box):
            return True
        slopes = self.slopes(box)
        if slopes is not None:
            # What is shown on the face of least values holds on the whole box, constraints or not.
            face = [_least(s, x) for s, x in zip(slopes, box, strict=True)]
            if self.natural(face):
                return True
            finite = all(x[0].is_finite() and x[1].is_finite() for x in face)
            if finite and (self.mean_value(face, slopes) or self.taylor(face)):
                return True
        if depth == 0 or all(x[0] is x[1] for x in box):
            return False
        return all(self.holds(part, depth - 1) for part in halves(box))


def _least(slope: EndpointInterval, x: EndpointInterval) -> EndpointInterval:
    """The end of x at which a function with this slope is least, or all of x."""
    if slope[0] >= 0 and x[0].is_finite():
        return x[0], x[0]
    if slope[1] <= 0 and x[1].is_finite():
        return x[1], x[1]
    return x


def halves(box: Box) -> list[Box]:
    """Both halves along the widest side; an infinite side is cut at growing points."""
    infinite = [i for i, x in enumerate(box) if not (x[0].is_finite() and x[1].is_finite())]
    axis = infinite[0] if infinite else max(range(len(box)), key=lambda i: float((box[i][1] - box[i][0]).mid()))
    lo, hi = box[axis]
    if not infinite:
        cut = middle((lo, hi))
    elif lo.is_finite():
        cut = (2 * abs(lo) + 1).mid()
    else:
        cut = -(2 * abs(hi) + 1).mid() if hi.is_finite() else arb(0)
    return [[*box[:axis], side, *box[axis + 1 :]] for side in ((lo, cut), (cut, hi))]


def _known(x: EndpointInterval) -> bool:
    """Whether something is known: the function is defined and continuous there."""
    return not (x[0].is_nan() or x[1].is_nan())


def _same(x: EndpointInterval, p: arb) -> bool:
    """Whether an interval is exactly the number p."""
    return bool(x[0].is_exact() and x[1].is_exact() and p.is_exact() and x[0] == p and x[1] == p)


def exact(x: Fraction) -> EndpointInterval:
    return balls.ball(x), balls.ball(x)
