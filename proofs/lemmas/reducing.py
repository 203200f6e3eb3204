"""Which reductions are worth trying on a goal: sums taken apart, orders of variables, constraints with equality.

Arithmetic: heuristic (samples suggest); :mod:`proofs.theorems.reductions` decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import sympy as sp

from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from numeric.intervals import FloatArray
from proofs.lemmas.hints import multipliers, slope_sign
from proofs.lemmas.touching import anchor_at
from proofs.lemmas.witness import Sampler, least_point, low_points
from proofs.theorems.goal import Goal, Region, is_regular
from proofs.theorems.reductions import MAX_ORDERED, groups_of
from proofs.theorems.rules import write_constant

__all__ = ["box_reductions", "comes_apart", "cuts_at_maxima", "equality_steps", "multiplier_steps", "sum_reductions"]

Step = tuple[str, dict[str, Any]]
TINY = 1e-9
REACH = 40.0
MAX_CUTS = 4
SHRINK = 4
REACHES = 9
LOW = 8


def box_reductions(goal: Goal, sampler: Sampler, deadline: float) -> Iterator[Step]:
    """Steps for a goal on a box, where samples show that it nearly vanishes somewhere."""
    region = goal.region
    n = len(region.variables)
    if n < 2:
        return
    if n <= MAX_ORDERED and not region.constraints and goal.expr.is_polynomial(*region.variables):
        yield "ordered", {}
    for first, second in combinations(region.variables, 2):
        if any({first, second} <= h.free_symbols for h, _ in region.constraints):
            continue
        if _vanishes_where_equal(goal, sampler, first, second):
            yield "order", {"variable": first.name, "other": second.name}


def comes_apart(goal: Goal) -> bool:
    """Whether g is a sum of functions of different variables: then its minimum is the sum of theirs."""
    groups = [g.free_symbols for g in groups_of(goal.expr) if g.free_symbols]
    return len(groups) > 1 and not goal.region.constraints and sum(map(len, groups)) == len(set().union(*groups))


def _least_points(goal: Goal, sampler: Sampler, deadline: float) -> Iterator[list[sp.Expr]]:
    """Exact-looking points at which every group of terms is least: of all together, and of groups that share none."""
    best, value = least_point(goal, sampler, deadline, starts=1)
    whole = anchor_at(goal, best)[:2] if np.isfinite(value) else []
    yield from (c for c in whole if _short(c))
    groups = [g for g in groups_of(goal.expr) if g.free_symbols]
    if comes_apart(goal):
        found: dict[sp.Symbol, sp.Expr] = {}
        for group in groups:
            variables = tuple(v for v in goal.region.variables if v in group.free_symbols)
            part = Goal(group, False, Region(variables, tuple(goal.region.range_of(v) for v in variables)))
            found.update(zip(variables, _shortest_anchor(part, deadline), strict=False))
        if len(found) == len(goal.region.variables):
            yield [found[v] for v in goal.region.variables]
    yield from (c for c in whole if not _short(c))


def _short(point: list[sp.Expr]) -> bool:
    return all(x.is_Rational and x.q <= 10**6 for x in point)


def _shortest_anchor(goal: Goal, deadline: float) -> list[sp.Expr]:
    """The shortest of the exact-looking points near several least ones (a cosine has many), or an empty list."""
    sampler = Sampler(goal)
    low = low_points(sampler, deadline, starts=LOW)
    level = low[0][1] + 1e-6 * (1.0 + abs(low[0][1]))
    places: list[FloatArray] = []
    for x, value in low:
        if value <= level and not any(np.allclose(x, y, rtol=1e-2, atol=1e-2) for y in places):
            places.append(x)
    candidates = [c for x in places for c in anchor_at(goal, x)[:1]]
    return min(candidates, key=lambda c: (not _short(c), sum(len(str(x)) for x in c)), default=[])


def sum_reductions(goal: Goal, sampler: Sampler, deadline: float) -> Iterator[Step]:
    """A sum taken apart at the point where it seems least, where its terms do not share all variables."""
    if goal.region.constraints or sum(1 for g in groups_of(goal.expr) if g.free_symbols) < 2:
        return
    for candidate in _least_points(goal, sampler, deadline):
        try:
            yield "groups", {"point": [write_constant(c) for c in candidate]}
        except ValueError:
            continue


def _vanishes_where_equal(goal: Goal, sampler: Sampler, first: sp.Symbol, second: sp.Symbol) -> bool:
    i, j = goal.region.variables.index(first), goal.region.variables.index(second)
    points = sampler.spread(96)[:, 24:]  # the first ones are corners
    size = np.abs(sampler(points))
    points[j] = np.clip(points[i], sampler.lo[j], sampler.hi[j])
    points[i] = np.clip(points[j], sampler.lo[i], sampler.hi[i])
    values = np.abs(sampler(points))
    keep = np.isfinite(values) & (points[i] == points[j])
    scale = float(np.median(size[np.isfinite(size)])) if np.isfinite(size).any() else 1.0
    return int(keep.sum()) >= 8 and float(np.quantile(values[keep], 0.9)) <= TINY * max(scale, TINY)


def cuts_at_maxima(goal: Goal) -> list[sp.Rational]:
    """Short numbers just beyond the inner maxima of a function of one variable, where it has begun to fall.

    Between such cuts and the minima the function is monotone, so that its ends decide.
    """
    (r,) = goal.region.ranges
    lo, hi = (float(x[0]) for x in goal.region.floats())
    lo, hi = (lo, hi) if np.isfinite(lo) else (min(hi, 0.0) - REACH, hi)
    hi = hi if np.isfinite(hi) else max(lo, 0.0) + REACH
    x = np.linspace(lo, hi, 401)[1:-1]
    slope = sp.diff(goal.expr, goal.region.variables[0])
    if not is_regular(slope):
        return []
    try:
        signs = np.sign(evaluate_numpy(compile_tape([slope], goal.region.variables), x[None, :])[0])
    except ValueError:
        return []
    found = []
    for k in np.flatnonzero((signs[:-1] > 0) & (signs[1:] < 0))[:MAX_CUTS]:
        for a, b in ((x[k + 1], x[min(k + 12, len(x) - 1)]), (x[max(k - 11, 0)], x[k])):
            found.append(_shortest(float(a), float(b)))
    inside = [c for c in found if (r.lo is None or c > r.lo) and (r.hi is None or c < r.hi)]
    return list(dict.fromkeys(inside))


def _shortest(lo: float, hi: float) -> sp.Rational:
    """A rational in [lo, hi] with a small power of two as its denominator."""
    denominator = 1
    while (numerator := int(np.ceil(lo * denominator))) > hi * denominator:
        denominator *= 2
    return sp.Rational(numerator, denominator)


def equality_steps(goal: Goal, sampler: Sampler) -> Iterator[Step]:
    """Constraints that bound a variable on the side from which the function grows."""
    for k, (h, _) in enumerate(goal.region.constraints):
        for x in goal.region.variables:
            sign = _bounding_sign(goal, sampler, h, x)
            if sign and slope_sign(goal, x) == sign:
                yield "equality", {"constraint": k, "variable": x.name, "sign": sign}


def multiplier_steps(goal: Goal, sampler: Sampler, deadline: float) -> Iterator[Step]:
    """Multiples of a constraint to subtract: of it alone first, and of it less its square."""
    region = goal.region
    best, value = least_point(goal, sampler, deadline, starts=2)
    if not np.isfinite(value):
        return
    for k, (h, _) in enumerate(region.constraints):
        for factor in multipliers(goal, h, best):
            try:
                written = write_constant(factor)
            except ValueError:
                continue
            yield "multiplier", {"constraint": k, "factor": written}
            reach = _reach(goal, sampler, h, factor, best)
            if reach is not None:
                yield "augmented", {"constraint": k, "factor": written, "reach": write_constant(reach)}


def _bounding_sign(goal: Goal, sampler: Sampler, h: sp.Expr, x: sp.Symbol) -> int:
    """The sampled sign of c in h = c*x + d, or 0."""
    c = sp.diff(h, x)
    if c == 0 or not is_regular(c) or x in c.free_symbols:
        return 0
    values = evaluate_numpy(compile_tape([c], goal.region.variables), sampler.spread(64))[0]
    values = values[np.isfinite(values)]
    return 0 if not len(values) else 1 if values.min() > 0 else -1 if values.max() < 0 else 0


def _reach(goal: Goal, sampler: Sampler, h: sp.Expr, factor: sp.Expr, best: FloatArray) -> sp.Rational | None:
    """The largest reach for which the augmented Lagrangian looks convex at the least point."""
    v = goal.region.variables
    tape = compile_tape([h], v)
    heights = evaluate_numpy(tape, sampler.spread(256))[0]
    top = float(np.max(heights[np.isfinite(heights)], initial=0.0))
    if top <= 0:
        return None
    symbol = sp.Symbol("reach")
    lagrangian = goal.expr - factor * h + factor / symbol * h**2
    second = [sp.diff(lagrangian, a, b) for a in v for b in v]
    if not all(is_regular(s) for s in second):
        return None
    second_tape = compile_tape(second, (*v, symbol))
    reach = sp.Rational(2) ** int(np.ceil(np.log2(top)))
    for _ in range(REACHES):
        matrix = evaluate_numpy(second_tape, np.append(best, float(reach))[:, None])[:, 0].reshape(len(v), len(v))
        if not np.isfinite(matrix).all():
            return None
        eigenvalues = np.linalg.eigvalsh(0.5 * (matrix + matrix.T))
        if eigenvalues[0] > 0.05 * max(1e-6, float(np.abs(eigenvalues).max())) or eigenvalues[0] > 0.1:
            return reach
        reach /= SHRINK
    return None
