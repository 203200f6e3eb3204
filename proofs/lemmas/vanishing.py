"""Where a function of several variables seems to vanish: on faces x = c and on surfaces x = r(y).

Arithmetic: heuristic (samples and fits suggest); exact algebra confirms that the function is zero there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric.intervals import FloatArray
from proofs.lemmas.witness import Sampler
from proofs.theorems.goal import Goal, is_regular, vanishes

__all__ = ["vanishing_faces", "vanishing_points", "vanishing_surfaces"]

TINY = 1e-9
FACES = ("0", "1", "-1", "1/2", "2")
GRID, STEPS = 48, 40
SHORT = 60
SIMPLE = ("0", "1", "1/2", "-1", "2", "1/10")
# r is affine in the others after the first map; the second takes it back.
FORMS: tuple[tuple[Callable[[FloatArray], FloatArray], Callable[[sp.Expr], sp.Expr]], ...] = (
    (lambda r: r, lambda u: u),
    (np.exp, sp.log),
    (np.log, sp.exp),
    (np.square, sp.sqrt),
    (np.sqrt, lambda u: u**2),
    (np.reciprocal, lambda u: 1 / u),
)


def _size(goal: Goal, sampler: Sampler, points: FloatArray) -> float:
    size = np.abs(sampler(points))
    return max(float(np.median(size[np.isfinite(size)])), TINY) if np.isfinite(size).any() else 0.0


def vanishing_faces(goal: Goal, sampler: Sampler) -> Iterator[tuple[sp.Symbol, sp.Expr]]:
    """Variables and short values for them at which g is zero whatever the other variables are."""
    points = sampler.spread(64)[:, 16:]  # the first ones are corners
    scale = _size(goal, sampler, points)
    for k, v in enumerate(goal.region.variables):
        if not scale or any(v in h.free_symbols for h, _ in goal.region.constraints):
            continue
        r = goal.region.ranges[k]
        ends = [e for e in (r.lo, r.hi) if e is not None]
        for at in dict.fromkeys([*ends, *map(sp.Rational, FACES)]):
            if not sampler.lo[k] <= float(at) <= sampler.hi[k]:
                continue
            moved = points.copy()
            moved[k] = float(at)
            values = np.abs(sampler(moved))
            if not np.isfinite(values).all() or values.max() > TINY * scale:
                continue
            if is_regular(value := goal.expr.subs(v, at)) and vanishes(value):
                yield v, at


def vanishing_surfaces(goal: Goal, sampler: Sampler) -> Iterator[tuple[sp.Symbol, sp.Expr, sp.Expr, sp.Expr]]:
    """Variables x and functions r of the others with g = 0 on x = r, and short ends that enclose x and r."""
    n = len(goal.region.variables)
    if not np.isfinite([sampler.lo, sampler.hi]).all():
        return
    points = sampler.spread(192)[:, 48:]
    scale = _size(goal, sampler, points)
    for k, v in enumerate(goal.region.variables):
        if not scale or any(v in h.free_symbols for h, _ in goal.region.constraints):
            continue
        low, value = _least_along(sampler, k, points[:, : 8 * n].copy())
        width = sampler.hi[k] - sampler.lo[k]
        inner = (low[k] > sampler.lo[k] + 1e-3 * width) & (low[k] < sampler.hi[k] - 1e-3 * width)
        keep = inner & (np.abs(value) <= 1e-10 * max(scale, 1.0))
        if np.count_nonzero(inner) < n + 2 or np.count_nonzero(keep) < 0.7 * np.count_nonzero(inner):
            continue
        at = _fitted(goal, k, low[:, keep])
        if at is None or not is_regular(whole := goal.expr.subs(v, at)) or not vanishes(whole):
            continue
        others = Sampler(Goal(at, False, goal.region))
        reached = others(others.spread(256))
        reached = reached[np.isfinite(reached)]
        r = goal.region.ranges[k]
        if not len(reached) or r.lo is None or r.hi is None:
            continue
        # A whole number beyond what the samples reach, where they leave the range.
        bottom, top = float(reached.min()), float(reached.max())
        lo = r.lo if bottom >= sampler.lo[k] - 1e-12 else sp.Integer(int(np.floor(bottom - 1e-9)))
        hi = r.hi if top <= sampler.hi[k] + 1e-12 else sp.Integer(int(np.ceil(top + 1e-9)))
        yield v, at, lo, hi


def vanishing_points(goal: Goal, sampler: Sampler) -> Iterator[list[Fraction]]:
    """Rational points on faces and surfaces on which g is zero: a strict goal fails there."""
    variables = goal.region.variables
    surfaces = [*vanishing_faces(goal, sampler), *((v, at) for v, at, _, _ in vanishing_surfaces(goal, sampler))]
    for v, at in surfaces:
        for c in SIMPLE:
            point = {w: sp.Rational(c) for w in variables if w != v}
            value = at.subs(point)
            if value.is_Rational:
                found = [{**point, v: value}[w] for w in variables]
                if all(a <= x <= b for a, x, b in zip(sampler.lo, map(float, found), sampler.hi, strict=True)):
                    yield [Fraction(int(x.p), int(x.q)) for x in found]


def _least_along(sampler: Sampler, k: int, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For every point the one with another k-th coordinate at which g is least, and its value there."""
    count = points.shape[1]
    grid = np.linspace(sampler.lo[k], sampler.hi[k], GRID)
    many = np.repeat(points, GRID, axis=1)
    many[k] = np.tile(grid, count)
    best = grid[np.argmin(sampler(many).reshape(count, GRID), axis=1)]
    step = grid[1] - grid[0]
    a, b = np.maximum(best - step, sampler.lo[k]), np.minimum(best + step, sampler.hi[k])
    ratio = 0.5 * (np.sqrt(5.0) - 1.0)

    def at(x: FloatArray) -> FloatArray:
        points[k] = x
        return sampler(points)

    for _ in range(STEPS):
        c, d = b - ratio * (b - a), a + ratio * (b - a)
        left = at(c) < at(d)
        a, b = np.where(left, a, c), np.where(left, d, b)
    middle = 0.5 * (a + b)
    return points.copy(), at(middle)


def _fitted(goal: Goal, k: int, low: FloatArray) -> sp.Expr | None:
    """A short function of the other variables that agrees with the k-th at all the points."""
    variables = [v for i, v in enumerate(goal.region.variables) if i != k]
    others = np.delete(low, k, axis=0)
    matrix = np.vstack([others, np.ones(low.shape[1])]).T
    for there, back in FORMS:
        with np.errstate(all="ignore"):
            target = there(low[k])
        if not np.isfinite(target).all():
            continue
        weights, *_ = np.linalg.lstsq(matrix, target, rcond=None)
        short = [Fraction(float(w)).limit_denominator(SHORT) for w in weights]
        rounded = np.array([float(s) for s in short])
        if np.abs(matrix @ rounded - target).max() <= 1e-4 * max(1.0, np.abs(target).max()):
            exact = [sp.Rational(s.numerator, s.denominator) for s in short]
            return back(sp.Add(*[c * v for c, v in zip(exact, [*variables, sp.S.One], strict=True)]))
    return None
