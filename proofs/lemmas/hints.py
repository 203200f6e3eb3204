"""Hints for the search: signs and multipliers that samples suggest, orders of zeros.

Arithmetic: heuristic, but for :func:`order_of_zero`, which is exact.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp

from numeric.bounding import Outcome
from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from proofs.lemmas.touching import exact_guesses
from proofs.lemmas.witness import Sampler
from proofs.theorems.goal import Goal, constant_sign, is_regular, vanishes

__all__ = ["Open", "hopeless", "multipliers", "order_of_zero", "order_on_face", "slope_sign"]


@dataclass
class Open:
    """What remained of the first goal when its branch and bound stopped."""

    outcome: Outcome | None = None
    touching: list[str] = field(default_factory=list)


def slope_sign(goal: Goal, v: sp.Symbol) -> int:
    """The sign that dg/dv has at all sampled points, or 0."""
    slope = sp.diff(goal.expr, v)
    if not is_regular(slope):
        return 0
    sampler = Sampler(Goal(slope, False, goal.region))
    values = sampler(sampler.spread(192))
    values = values[np.isfinite(values)]
    if not len(values):
        return 0
    tiny = 1e-13 * float(np.abs(values).max())
    return 1 if values.min() >= -tiny else -1 if values.max() <= tiny else 0


def hopeless(goal: Goal) -> bool:
    """Whether sampled values contradict a goal."""
    try:
        sampler = Sampler(goal)
    except ValueError:
        return False
    values = sampler(sampler.spread(96))
    values = values[np.isfinite(values)]
    return bool(len(values)) and bool(values.min() < -1e-9 * max(1e-4, float(np.abs(values).max())))


def multipliers(goal: Goal, h: sp.Expr, point: np.ndarray) -> list[sp.Expr]:
    """Exact-looking ratios of the gradients of g and h at the least point."""
    v = goal.region.variables
    slopes = [sp.diff(e, x) for e in (goal.expr, h) for x in v]
    if not all(is_regular(s) for s in slopes):
        return []
    values = evaluate_numpy(compile_tape(slopes, v), point[:, None])[:, 0]
    g, d = values[: len(v)], values[len(v) :]
    if not np.isfinite(values).all() or float(d @ d) < 1e-12:
        return []
    ratio = float(g @ d / (d @ d))
    if ratio <= 1e-9:
        return []
    # The point is known to a few digits only, so very short numbers come first.
    rough = Fraction(ratio).limit_denominator(12)
    square = Fraction(ratio * ratio).limit_denominator(12)
    found = [
        sp.Rational(rough.numerator, rough.denominator),
        sp.sqrt(sp.Rational(square.numerator, square.denominator)),
    ]
    found = [f for f in found if abs(float(f) - ratio) < 0.05 * ratio]
    found += list(exact_guesses(mpmath.mpf(ratio), mpmath.mpf("1e-5")))[:4]
    return [f for f in dict.fromkeys(found) if f > 0]


def order_of_zero(expr: sp.Expr, v: sp.Symbol, at: sp.Expr, deadline: float) -> int:
    """The order of the first derivative that does not vanish at an exact point, or 0."""
    for order in range(1, 11):
        expr = sp.diff(expr, v)
        if time.monotonic() > deadline or not is_regular(expr) or sp.count_ops(expr) > 8000:
            return 0
        value = expr.subs(v, at)
        sign = constant_sign(value) if is_regular(value) else None
        if sign is None:
            return 0
        if sign:
            return order
    return 0


def order_on_face(goal: Goal, v: sp.Symbol, at: sp.Expr, deadline: float) -> int:
    """The order of the first derivative in v that is not identically zero where v has an exact value, or 0."""
    expr = goal.expr
    for order in range(1, 7):
        expr = sp.diff(expr, v)
        if time.monotonic() > deadline or not is_regular(expr) or sp.count_ops(expr) > 4000:
            return 0
        value = expr.subs(v, at)
        if not is_regular(value):
            return 0
        if not vanishes(value):
            return order
    return 0
