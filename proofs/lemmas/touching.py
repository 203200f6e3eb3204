"""Where a function seems to touch zero: points near its minima, as exact numbers where they look exact.

Arithmetic: heuristic (NumPy and mpmath).  :class:`proofs.theorems.enclosures.ExactAnchor` accepts or
rejects what is suggested here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp

from numeric import balls
from numeric.bound_leaves import Anchor
from numeric.compiler import compile_tape
from numeric.floats import evaluate_mpmath, evaluate_numpy
from numeric.intervals import FloatArray, from_fraction
from numeric.tape import Tape
from numeric.tape_derivative import differentiate
from proofs.theorems.enclosures import ExactAnchor
from proofs.theorems.goal import Goal, constant_ball
from symbolic.kinks import kinks_of

__all__ = ["anchor_at", "exact_guesses", "float_anchor", "polish"]

DIGITS = 50
MAX_KINKS = 12
NEAR_KINK = 1e-4
LINEAR = (0.3, 0.95)  # ratios of Newton's steps that speak of a multiple zero: 2/3 for a quartic minimum
CLOSE = mpmath.mpf(10) ** -9


def _on_kinks(goal: Goal, start: FloatArray) -> tuple[Goal, dict[sp.Symbol, sp.Expr]]:
    """The branches of absolute values, maxima and minima that hold at a point, and variables that kinks there fix."""
    expr, pinned = goal.expr, {}
    variables = goal.region.variables
    for _ in range(MAX_KINKS):
        kink = next(iter(kinks_of(expr)), None)
        if kink is None:
            break
        branches = (kink.args[0], -kink.args[0]) if isinstance(kink, sp.Abs) else kink.args
        values = evaluate_numpy(compile_tape(branches, variables), start[:, None])[:, 0]
        best = int(np.argmin(values) if isinstance(kink, sp.Min) else np.argmax(values))
        for branch, value in zip(branches, values, strict=True):
            gap = branches[best] - branch
            if len(gap.free_symbols) == 1 and abs(value - values[best]) <= NEAR_KINK * (1 + abs(value)):
                (x,) = gap.free_symbols
                slope = sp.diff(gap, x)
                if slope.is_Rational and slope:
                    pinned[x] = sp.expand(x - gap / slope)
        expr = expr.xreplace({kink: branches[best]})
    return replace(goal, expr=expr), pinned


def polish(goal: Goal, start: FloatArray, pinned: Mapping[sp.Symbol, sp.Expr] = {}) -> list[mpmath.mpf] | None:
    """Newton's method for a zero of the gradient in the coordinates neither pinned nor at an end of the box."""
    variables = goal.region.variables
    lo, hi = goal.region.floats()
    point = [mpmath.mpf(float(x)) for x in start]
    scale = np.maximum(1.0, np.abs(start))
    inner = [i for i in range(len(variables)) if min(start[i] - lo[i], hi[i] - start[i]) > 1e-7 * scale[i]]
    free = [i for i in inner if variables[i] not in pinned]
    for i in range(len(variables)):
        if variables[i] in pinned:
            with mpmath.workdps(DIGITS):
                point[i] = mpmath.mpf(str(sp.N(pinned[variables[i]], DIGITS)))
        elif i not in free:
            end = goal.region.ranges[i].lo if start[i] - lo[i] <= hi[i] - start[i] else goal.region.ranges[i].hi
            with mpmath.workdps(DIGITS):
                point[i] = mpmath.mpf(str(sp.N(end, DIGITS))) if end is not None else point[i]
    if not free:
        return point
    try:
        first = differentiate(goal.tape())
        second = differentiate(first)
        n = len(variables)
        entries = [second.outputs[i * n + j] for i in free for j in free]
        # The instructions of the first derivatives come first in those of the second.
        tape = Tape(n, second.instructions, (*(first.outputs[i] for i in free), *entries))
        with mpmath.workdps(DIGITS):
            before, leapt = None, False
            for _ in range(60):
                values = evaluate_mpmath(tape, point)
                m = len(free)
                matrix = mpmath.matrix(m, m)
                for k in range(m * m):
                    matrix[k // m, k % m] = values[m + k]
                try:
                    step = mpmath.lu_solve(matrix, mpmath.matrix(values[:m]))
                except ZeroDivisionError:
                    if not leapt:
                        return None
                    break  # at a multiple zero the matrix is singular
                leap = _leap(step, before)
                leapt = leapt or leap != [1] * m
                before = step if leap == [1] * m else None
                for k, i in enumerate(free):
                    point[i] -= leap[k] * step[k]
                if not all(mpmath.isfinite(p) for p in point):
                    return None
                if mpmath.norm(step) < mpmath.mpf(10) ** (8 - DIGITS):
                    break
    except (ValueError, ZeroDivisionError, ArithmeticError, TypeError):
        return None
    inside = all(lo[i] - 1e-9 * scale[i] <= point[i] <= hi[i] + 1e-9 * scale[i] for i in free)
    return point if inside else None


def _leap(step: mpmath.matrix, before: mpmath.matrix | None) -> list[mpmath.mpf]:
    """How many steps to go at once: towards a multiple zero Newton's steps shrink by a constant ratio r (Aitken)."""
    found = [mpmath.mpf(1)] * len(step)
    if before is None:
        return found
    for k in range(len(step)):
        ratio = step[k] / before[k] if before[k] else mpmath.mpf(0)
        if LINEAR[0] < ratio < LINEAR[1]:
            found[k] = 1 / (1 - ratio)
    return found


def exact_guesses(x: mpmath.mpf, tolerance: mpmath.mpf = CLOSE) -> Iterator[sp.Expr]:
    """Exact numbers that x may be, simplest first: rationals, multiples of pi, roots, logarithms, exponentials."""
    with mpmath.workdps(DIGITS):
        forms = [
            (x, lambda q: q),
            (x / mpmath.pi, lambda q: q * sp.pi),
            (mpmath.sign(x) * x * x, lambda q: sp.sign(q) * sp.sqrt(abs(q))),
            (mpmath.exp(x) if abs(x) < 50 else mpmath.nan, sp.log),
            (mpmath.log(x) if x > 0 else mpmath.nan, sp.exp),
            (x / mpmath.e, lambda q: q * sp.E),
        ]
        for k, (value, form) in enumerate(forms):
            if not mpmath.isfinite(value) or abs(value) > 1e6:
                continue
            q = short_rational(value, 1000 if k == 0 else 60, tolerance)
            if q is not None and not (k in (3,) and q <= 0):
                yield form(sp.Rational(q.numerator, q.denominator))


def short_rational(x: mpmath.mpf, size: int, tolerance: mpmath.mpf) -> Fraction | None:
    """A rational with a denominator up to ``size``, preferably a small one, that agrees with x, if there is one."""
    exact = Fraction(int(mpmath.nint(x * 10**30)), 10**30)
    denominator = 1
    while True:
        q = exact.limit_denominator(denominator)
        if abs(mpmath.mpf(q.numerator) / q.denominator - x) <= tolerance * max(1, abs(x)):
            return q
        if denominator == size:
            return None
        denominator = min(2 * denominator, size)


def anchor_at(goal: Goal, start: FloatArray) -> list[list[sp.Expr]]:
    """Candidates for an anchor near a float point: exact-looking ones first, then a long rational."""
    goal, pinned = _on_kinks(goal, start)
    point = polish(goal, start, pinned)
    found: list[list[sp.Expr]] = []
    options: list[list[sp.Expr]] = []
    source = point if point is not None else [mpmath.mpf(float(x)) for x in start]
    # Without Newton (a degenerate minimum) the float point is known to a few digits only.
    tolerance = CLOSE if point is not None else mpmath.mpf("1e-4")
    for v, x, r in zip(goal.region.variables, source, goal.region.ranges, strict=True):
        near = 1e-8 * (1 + abs(float(x)))
        ends = [e for e in (r.lo, r.hi) if e is not None and abs(sp.N(e, 20) - sp.Float(x, 20)) < near]
        guesses = [pinned[v]] if v in pinned else ends or list(exact_guesses(x, tolerance))
        options.append(guesses)
    if all(options):
        found.append([o[0] for o in options])
        if len(options) == 1:
            found += [[o] for o in options[0][1:]]
    if point is not None:
        with mpmath.workdps(DIGITS):
            long = [
                _inside(_long(o, x), r.lo, r.hi) for o, x, r in zip(options, point, goal.region.ranges, strict=True)
            ]
        found.append(long)
    return found


def _long(options: list[sp.Expr], x: mpmath.mpf) -> sp.Expr:
    """x to 30 decimals, or the irrational number that it is known to be near but not equal to."""
    if options and not options[0].is_Rational and abs(sp.N(options[0], 40) - sp.Float(x, 40)) > 1e-30:
        return options[0]
    return sp.Rational(str(mpmath.nint(x * 10**30))) / 10**30


def _inside(x: sp.Expr, lo: sp.Expr | None, hi: sp.Expr | None) -> sp.Expr:
    if lo is not None and bool(sp.N(x - lo, 40) < sp.Float("1e-25")):
        return lo
    if hi is not None and bool(sp.N(hi - x, 40) < sp.Float("1e-25")):
        return hi
    return x


def float_anchor(anchor: ExactAnchor) -> Anchor:
    """An exact anchor for the float64 search, rounded outward."""
    with balls.precision(200):
        ends = [_outward(m) for m in anchor.point]
        slopes = [(0.0, 0.0) if s == 0 else _outward(s) for s in anchor.slopes]
        value = 0.0 if anchor.sign == 0 else max(0.0, _outward(anchor.value)[0])
    return Anchor(
        np.array([e[0] for e in ends]),
        np.array([e[1] for e in ends]),
        value,
        np.array([s[0] for s in slopes]),
        np.array([s[1] for s in slopes]),
        tuple(anchor.sides),
    )


def _outward(value: sp.Expr) -> tuple[float, float]:
    x = constant_ball(value)
    return from_fraction(balls.lower_fraction(x))[0], from_fraction(balls.upper_fraction(x))[1]
