"""What is to be proved of one function: g >= 0 (or g > 0) on a region.

A goal means: at every point of the region at which g is defined, g has the claimed sign.  That g is
defined on the region is a goal of its own (see :mod:`proofs.theorems.definedness`), proved first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
import sympy as sp
from flint import arb

from numeric import balls, intervals
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape, to_fraction
from numeric.endpoints import EndpointInterval
from numeric.intervals import FloatArray
from numeric.tape import Tape
from symbolic.atoms import normal_quotient
from symbolic.calculus import is_identically_zero

__all__ = [
    "Goal",
    "Inapplicable",
    "Range",
    "Region",
    "constant_ball",
    "constant_sign",
    "is_regular",
    "tape_of",
    "vanishes",
]

MAX_SIMPLIFY = 60
MAX_BITS = 128
SIGN_BITS = (64, 192, 640)
POINTS = (2, -5, 11)  # sevenths at which an expression that seems to vanish is looked at
INFINITE = tuple(type(e) for e in (sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I))
STRANGE = (*INFINITE, sp.Derivative, sp.Subs, sp.sign, sp.DiracDelta, sp.Heaviside, sp.Piecewise, sp.Float)


class Inapplicable(Exception):
    """The hypotheses of a theorem do not hold (or were not shown to hold); the message says which."""


@dataclass(frozen=True)
class Range:
    """lo <= x <= hi with exact ends (None: infinite); an open end does not belong to the range."""

    lo: sp.Expr | None
    hi: sp.Expr | None
    lo_open: bool = False
    hi_open: bool = False


@dataclass(frozen=True)
class Region:
    """A box cut by constraints (h, strict): h >= 0, or h > 0."""

    variables: tuple[sp.Symbol, ...]
    ranges: tuple[Range, ...]
    constraints: tuple[tuple[sp.Expr, bool], ...] = ()

    def range_of(self, variable: sp.Symbol) -> Range:
        return self.ranges[self.variables.index(variable)]

    def with_range(self, variable: sp.Symbol, new: Range) -> Region:
        k = self.variables.index(variable)
        return replace(self, ranges=(*self.ranges[:k], new, *self.ranges[k + 1 :]))

    def fixed(self, variable: sp.Symbol, value: sp.Expr) -> Region:
        """The face on which a variable has a value; the variable is gone."""
        k = self.variables.index(variable)
        return Region(
            (*self.variables[:k], *self.variables[k + 1 :]),
            (*self.ranges[:k], *self.ranges[k + 1 :]),
            tuple((h.subs(variable, value), strict) for h, strict in self.constraints),
        )

    def constrained(self, h: sp.Expr, strict: bool) -> Region:
        """The part where h >= 0 (or h > 0); a bound of one variable becomes an end of its range."""
        free = h.free_symbols & set(self.variables)
        if len(free) == 1:
            (x,) = free
            slope = sp.diff(h, x)
            if slope.is_number and (sign := constant_sign(slope)):
                # h = slope*x + rest, so the bound is -rest/slope.
                bound = sp.expand(x - h / slope)
                if bound.is_number:
                    return self._cut(x, bound, sign, strict)
        return replace(self, constraints=(*self.constraints, (h, strict)))

    def _cut(self, x: sp.Symbol, bound: sp.Expr, sign: int, strict: bool) -> Region:
        old = self.range_of(x)
        end, is_open = (old.lo, old.lo_open) if sign > 0 else (old.hi, old.hi_open)
        order = 1 if end is None else constant_sign(sign * (bound - end))
        if order is None:
            return replace(self, constraints=(*self.constraints, (sign * (x - bound), strict)))
        if order < 0:
            return self
        if order == 0:
            bound, strict = sp.sympify(end), strict or is_open
        new = replace(old, lo=bound, lo_open=strict) if sign > 0 else replace(old, hi=bound, hi_open=strict)
        return self.with_range(x, new)

    def is_empty(self) -> bool:
        """True only when a range is shown to hold no number."""
        for r in self.ranges:
            if r.lo is not None and r.hi is not None:
                sign = constant_sign(r.hi - r.lo)
                if sign == -1 or (sign == 0 and (r.lo_open or r.hi_open)):
                    return True
        return any(h.is_number and _fails(constant_sign(h), strict) for h, strict in self.constraints)

    def floats(self) -> tuple[FloatArray, FloatArray]:
        """Float ends that enclose the box, infinite ones included."""
        pairs = _float_ends(self.ranges)
        ends = np.array(pairs, dtype=np.float64).reshape(len(pairs), 2)
        return ends[:, 0].copy(), ends[:, 1].copy()

    def endpoints(self) -> list[EndpointInterval]:
        """The box in Arb at the current precision."""
        return [
            (
                arb("-inf") if r.lo is None else constant_ball(r.lo),
                arb("inf") if r.hi is None else constant_ball(r.hi),
            )
            for r in self.ranges
        ]


@lru_cache(maxsize=256)
def tape_of(expr: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Tape:
    """One compiled function, kept for those that need it again.  Raises ValueError as the compiler does."""
    return compile_tape([expr], variables)


@dataclass(frozen=True)
class Goal:
    """g >= 0 on the region, or g > 0 where ``strict``."""

    expr: sp.Expr
    strict: bool
    region: Region

    def on(self, region: Region) -> Goal:
        return replace(self, region=region)

    def tape(self) -> Tape:
        """The function, compiled.  Raises ValueError for an expression outside the language."""
        return tape_of(self.expr, self.region.variables)


def is_regular(expr: sp.Expr) -> bool:
    """Whether an expression is free of infinities and of what differentiation leaves behind."""
    return not any(isinstance(e, STRANGE) for e in sp.preorder_traversal(expr))


def _fails(sign: int | None, strict: bool) -> bool:
    return sign == -1 or (strict and sign == 0)


@lru_cache(maxsize=64)
def _float_ends(ranges: tuple[Range, ...]) -> list[tuple[float, float]]:
    return [(_float_end(r.lo, -1), _float_end(r.hi, 1)) for r in ranges]


def _float_end(value: sp.Expr | None, direction: int) -> float:
    if value is None:
        return direction * np.inf
    if value.is_Rational:
        return intervals.from_fraction(to_fraction(value))[(1 + direction) // 2]
    with balls.precision(96):
        x = constant_ball(value)
        exact = balls.upper_fraction(x) if direction > 0 else balls.lower_fraction(x)
    return intervals.from_fraction(exact)[(1 + direction) // 2]


def constant_ball(value: sp.Expr) -> arb:
    """An enclosure of an exact constant at the current precision."""
    if value.is_Rational:
        return balls.ball(Fraction(int(value.p), int(value.q)))
    return evaluate_balls(_constant_tape(value), [])[0]


@lru_cache(maxsize=2048)
def _constant_tape(value: sp.Expr):  # type: ignore[no-untyped-def]
    try:
        return compile_tape([value], [])
    except (ValueError, TypeError) as error:
        raise Inapplicable(f"no enclosure of {value}: {error}") from error


@lru_cache(maxsize=4096)
def constant_sign(value: sp.Expr) -> int | None:
    """The sign of an exact constant: by Arb when it is not zero, 0 only by exact algebra; else None."""
    if value.is_Rational:
        return int(value.p > 0) - int(value.p < 0)
    if value.free_symbols or not is_regular(value):
        return None
    try:
        for bits in SIGN_BITS:
            with balls.precision(bits):
                x = constant_ball(value)
            if x > 0:
                return 1
            if x < 0:
                return -1
            if x.is_finite() and bits == SIGN_BITS[1] and vanishes(value):
                return 0
    except (Inapplicable, RecursionError):
        return None
    return None


def vanishes(value: sp.Expr) -> bool:
    """True only when exact algebra shows that an expression is zero wherever it is defined."""
    if value == 0:
        return True
    if value.free_symbols and _differs_from_zero(value):
        return False
    if sp.count_ops(value) > 4 * MAX_SIMPLIFY:
        return False
    try:
        if is_identically_zero(value):
            return True
        if normal_quotient(value).numerator == 0:
            return True
        large = any(max(abs(r.p), r.q).bit_length() > MAX_BITS for r in value.atoms(sp.Rational))
        # SymPy's general simplification may build enormous powers; only these two exact methods are used.
        if value.free_symbols or large or sp.count_ops(value) > MAX_SIMPLIFY:
            return False
        if value.is_algebraic:
            return bool(sp.minimal_polynomial(value, sp.Symbol("t")) == sp.Symbol("t"))
        return bool(sp.expand(sp.expand_log(value, factor=True)) == 0)
    except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, ZeroDivisionError):
        return False


def _differs_from_zero(expr: sp.Expr) -> bool:
    """Whether a look at a few points shows that an expression is not zero everywhere."""
    variables = tuple(sorted(expr.free_symbols, key=str))
    try:
        tape = tape_of(expr, variables)
    except (ValueError, TypeError):
        return False
    with balls.precision(SIGN_BITS[0]):
        for first in POINTS:
            value = evaluate_balls(tape, [arb(first + k) / 7 for k in range(len(variables))])[0]
            if value > 0 or value < 0:
                return True
    return False


def thin(values: Sequence[sp.Expr]) -> list[arb]:
    """A point with exact coordinates, as balls at the current precision."""
    return [constant_ball(v) for v in values]
