"""Exact points at which a claim fails: found in floating point, confirmed exactly.

Arithmetic: heuristic search, rigorous confirmation (Arb at the exact point, or exact algebra).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from numeric.intervals import FloatArray
from proofs.theorems.definedness import Positivity
from proofs.theorems.goal import Goal, Region, constant_sign, is_regular, tape_of

__all__ = ["Sampler", "confirm", "least_point", "low_points", "refute", "short_points"]

SAMPLES = 512
BITS = (64, 128, 256, 512, 1024)
REACH = 1e4


class Sampler:
    """Float values of a goal's function over its region; points outside count as +inf."""

    def __init__(self, goal: Goal, conditions: Sequence[Positivity] = ()) -> None:
        """Raises ValueError for an expression outside the language."""
        self.goal, self.region = goal, goal.region
        self.n = len(goal.region.variables)
        self.rules = [*goal.region.constraints, *conditions]
        self.tape = compile_tape([goal.expr, *(h for h, _ in self.rules)], goal.region.variables)
        self.lo, self.hi = goal.region.floats()
        self.random = np.random.default_rng(20240103)

    def __call__(self, points: FloatArray) -> FloatArray:
        values = evaluate_numpy(self.tape, points)
        result = np.where(np.isfinite(values[0]), values[0], np.inf)
        for h, (_, strict) in zip(values[1:], self.rules, strict=True):
            result = np.where((h > 0.0) if strict else (h >= 0.0), result, np.inf)
        return np.asarray(result)

    def spread(self, count: int) -> FloatArray:
        """Random points, with the middle, corners and edges of the box among them (n x count)."""
        t = self.random.uniform(size=(self.n, count))
        edge = self.random.uniform(size=t.shape)
        t = np.where(edge < 0.08, 0.0, np.where(edge > 0.92, 1.0, t))
        t[:, 0] = 0.5
        t[:, 1 : count // 4] = np.where(edge[:, 1 : count // 4] < 0.5, 0.0, 1.0)
        with np.errstate(all="ignore"):
            a, b = self.lo[:, None], self.hi[:, None]
            inner = a + t * (b - a)
            # Infinite sides: near the finite end, and far away.
            tail = np.clip(t / (1.0 - t + 1e-6), 0.0, REACH)
            far = np.where(self.random.uniform(size=t.shape) < 0.5, tail, t)
            right = np.where(np.isinf(b), a + far, inner)
            left = np.where(np.isinf(a), np.where(np.isinf(b), np.where(edge < 0.5, -far, far), b - far), right)
        return np.asarray(np.clip(left, a, b))

    def descend(self, start: FloatArray, steps: int = 40) -> FloatArray:
        """Random local search with a shrinking radius from one point; returns the best point."""
        best, value = start.copy(), float(self(start[:, None])[0])
        with np.errstate(all="ignore"):
            width = np.where(np.isfinite(self.hi - self.lo), self.hi - self.lo, 1.0 + np.abs(start))
        radius = 0.25
        # Along a curved edge of the region good directions are rare.
        shrink, steps = (0.75, 3 * steps) if self.rules else (0.45, steps)
        for _ in range(steps):
            cloud = best[:, None] + radius * width[:, None] * self.random.uniform(-1, 1, size=(self.n, 24 + 8 * self.n))
            for i in range(self.n):
                cloud[:, i] = best
                cloud[i, i] = best[i] + radius * width[i] * self.random.uniform(-1, 1)
            cloud = np.clip(cloud, self.lo[:, None], self.hi[:, None])
            found = self(cloud)
            k = int(np.argmin(found))
            if found[k] < value:
                best, value = cloud[:, k].copy(), float(found[k])
                radius *= 1.2
            else:
                radius *= shrink
            if radius < 1e-14:
                break
        return best


def least_point(goal: Goal, sampler: Sampler, deadline: float, starts: int = 3) -> tuple[FloatArray, float]:
    """A float point of the region where the function seems least, and its value there."""
    return low_points(sampler, deadline, starts)[0]


def low_points(sampler: Sampler, deadline: float, starts: int) -> list[tuple[FloatArray, float]]:
    """Float points of the region where descents from the lowest samples end, with their values, lowest first."""
    points = sampler.spread(SAMPLES)
    values = sampler(points)
    order = np.argsort(values)
    if not np.isfinite(values[order[0]]):
        points = sampler.spread(40 * SAMPLES)
        values = sampler(points)
        order = np.argsort(values)
    found = [(points[:, order[0]], float(values[order[0]]))]
    for k in order[:starts]:
        if time.monotonic() > deadline or not np.isfinite(values[k]):
            break
        point = sampler.descend(points[:, k])
        found.append((point, float(sampler(point[:, None])[0])))
    return sorted(found, key=lambda f: f[1])


def short_points(point: FloatArray, region: Region) -> Iterator[list[Fraction]]:
    """Exact points near a float point, those with few digits first; all inside the box."""
    ends = [(_rational(r.lo), _rational(r.hi)) for r in region.ranges]
    exact = [Fraction(float(x)) for x in point]
    seen: set[tuple[Fraction, ...]] = set()
    for k in range(18):
        for rounded in (
            [x.limit_denominator(max(1, 2**k)) for x in exact],
            [Fraction(round(x * 10**k), 10**k) for x in exact],
        ):
            inside = [_clip(x, *e) for x, e in zip(rounded, ends, strict=True)]
            if tuple(inside) not in seen:
                seen.add(tuple(inside))
                yield inside
    yield [_clip(x, *e) for x, e in zip(exact, ends, strict=True)]


def _rational(end: sp.Expr | None) -> Fraction | None:
    return Fraction(int(end.p), int(end.q)) if end is not None and end.is_Rational else None


def _clip(x: Fraction, lo: Fraction | None, hi: Fraction | None) -> Fraction:
    x = x if lo is None else max(x, lo)
    return x if hi is None else min(x, hi)


def _sign_at(expr: sp.Expr, region: Region, point: Sequence[Fraction], bits: int) -> int | None:
    """The sign of an expression at an exact point: by Arb, or 0 by exact algebra."""
    try:
        tape = tape_of(expr, region.variables)
    except ValueError:
        return None
    with balls.precision(bits):
        value = evaluate_balls(tape, [balls.ball(x) for x in point])[0]
    if value > 0:
        return 1
    if value < 0:
        return -1
    if not value.is_finite() or bits < BITS[1]:
        return None
    at = expr.subs(dict(zip(region.variables, [sp.Rational(x.numerator, x.denominator) for x in point], strict=True)))
    return constant_sign(at) if is_regular(at) and not at.free_symbols else None


def confirm(goal: Goal, conditions: Sequence[Positivity], point: Sequence[Fraction], precision: int = 1024) -> bool:
    """True only when the point lies in the region, all is defined there, and the claim fails."""
    region = goal.region
    for r, x in zip(region.ranges, point, strict=True):
        value = sp.Rational(x.numerator, x.denominator)
        for distance, is_open in (
            (None if r.lo is None else value - r.lo, r.lo_open),
            (None if r.hi is None else r.hi - value, r.hi_open),
        ):
            if distance is not None:
                sign = constant_sign(distance)
                if sign is None or sign < 0 or (sign == 0 and is_open):
                    return False
    for bits in [b for b in BITS if b <= max(precision, 128)]:
        sign = _sign_at(goal.expr, region, point, bits)
        if sign is None:
            continue
        if sign > 0 or (sign == 0 and not goal.strict):
            return False
        for h, strict in [*conditions, *region.constraints]:
            known = _sign_at(h, region, point, bits)
            if known is None:
                known = _sign_at(h, region, point, BITS[-1])
            if known is None or known < 0 or (strict and known == 0):
                return False
        return True
    return False


def refute(
    goal: Goal, conditions: Sequence[Positivity], point: FloatArray, deadline: float, precision: int = 1024
) -> list[Fraction] | None:
    """An exact witness near a float point, with short numbers if possible."""
    for exact in short_points(point, goal.region):
        if confirm(goal, conditions, exact, precision):
            return exact
        if time.monotonic() > deadline:
            return None
    return None
