"""Plain reference solvers: one box at a time, nothing clever, over Arb balls, ``mpmath.iv`` or codac.

- zeros: branch and prune; a box is dropped when an equation's range misses 0, accepted by Krawczyk's test, else halved;
- inequalities ``f >= 0``: branch and bound with the natural interval extension only.

The numbers are the points of comparison of ``benchmarks/check.py``.  Over ``mpmath.iv`` the results are no proof:
its exponential and logarithm can miss the true value.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import mpmath
import numpy as np
import sympy as sp
from flint import arb, ctx

from symbolic.activations import sigmoid, softplus

__all__ = [
    "Arithmetic",
    "BallArithmetic",
    "CodacArithmetic",
    "MpmathArithmetic",
    "PlainResult",
    "prove_nonnegative",
    "search_zeros",
    "without_derivatives",
]

Function = Callable[[list[Any]], Any]
NARROW = 1e-7


class Arithmetic(Protocol):
    """What the solvers need of an interval arithmetic."""

    name: str

    def make(self, lo: float, hi: float) -> Any: ...
    def ends(self, value: Any) -> tuple[float, float]: ...
    def apply(self, head: type, arguments: list[Any]) -> Any: ...
    def number(self, value: sp.Expr) -> Any: ...


class BallArithmetic:
    """Arb balls of 53 bits."""

    name = "balls"

    def __init__(self) -> None:
        ctx.prec = 53

    def make(self, lo: float, hi: float) -> arb:
        return arb(lo).union(arb(hi))

    def ends(self, value: arb) -> tuple[float, float]:
        if not value.is_finite():
            return -np.inf, np.inf
        lo, hi = value.lower(), value.upper()
        return float(np.nextafter(float(lo), -np.inf)), float(np.nextafter(float(hi), np.inf))

    def number(self, value: sp.Expr) -> arb:
        return arb(int(value.p)) / int(value.q) if value.is_Rational else arb.pi() if value is sp.pi else arb(1).exp()

    def apply(self, head: type, arguments: list[arb]) -> arb:
        (u,) = arguments
        return getattr(u, head.__name__)()


class MpmathArithmetic:
    """``mpmath.iv`` of 53 bits; not rigorous."""

    name = "mpmath.iv"

    def make(self, lo: float, hi: float) -> Any:
        return mpmath.iv.mpf([lo, hi])

    def ends(self, value: Any) -> tuple[float, float]:
        lo, hi = float(mpmath.mpf(value.a)), float(mpmath.mpf(value.b))
        return (lo, hi) if np.isfinite(lo) and np.isfinite(hi) else (-np.inf, np.inf)

    def number(self, value: sp.Expr) -> Any:
        iv = mpmath.iv
        return iv.mpf(int(value.p)) / int(value.q) if value.is_Rational else +iv.pi if value is sp.pi else +iv.e

    def apply(self, head: type, arguments: list[Any]) -> Any:
        (u,) = arguments
        iv = mpmath.iv
        if head is sp.tanh:
            # Written so that u occurs once.
            return 1 - 2 / (iv.exp(2 * u) + 1)
        return getattr(iv, head.__name__)(u)


class CodacArithmetic:
    """Intervals of codac, where it is installed; raises ImportError otherwise."""

    name = "codac"

    def __init__(self) -> None:
        self.codac: Any = import_module("codac")

    def make(self, lo: float, hi: float) -> Any:
        return self.codac.Interval(lo, hi)

    def ends(self, value: Any) -> tuple[float, float]:
        lo, hi = value.lb(), value.ub()
        return (lo, hi) if np.isfinite(lo) and np.isfinite(hi) else (-np.inf, np.inf)

    def number(self, value: sp.Expr) -> Any:
        one = self.codac.Interval(1.0)
        if value.is_Rational:
            return int(value.p) * one / (int(value.q) * one)
        return 4 * self.codac.atan(one) if value is sp.pi else self.codac.exp(one)

    def apply(self, head: type, arguments: list[Any]) -> Any:
        return getattr(self.codac, head.__name__)(*arguments)


def without_derivatives(expr: sp.Expr) -> sp.Expr:
    """The sigmoid's derivative, a function of its own in the library, written by the sigmoid."""
    return expr.replace(lambda e: e.func.__name__ == "sigmoid_d1", lambda e: sigmoid(*e.args) * (1 - sigmoid(*e.args)))


def elementary(expr: sp.Expr) -> sp.Expr:
    """Sigmoid and softplus written by the exponential."""
    expr = without_derivatives(expr)
    return expr.replace(sigmoid, lambda z: 1 / (1 + sp.exp(-z))).replace(softplus, lambda z: sp.log(1 + sp.exp(z)))


def compiled(expr: sp.Expr, variables: Sequence[sp.Symbol], arithmetic: Arithmetic) -> Function:
    """A closure that evaluates the expression tree by natural extension."""
    if expr in variables:
        k = list(variables).index(expr)
        return lambda x: x[k]
    if expr.is_Rational or expr in (sp.pi, sp.E):
        constant = arithmetic.number(expr)
        return lambda x: constant
    parts = [compiled(a, variables, arithmetic) for a in expr.args]
    if expr.is_Add or expr.is_Mul:
        add = expr.is_Add

        def fold(x: list[Any]) -> Any:
            total = parts[0](x)
            for part in parts[1:]:
                total = total + part(x) if add else total * part(x)
            return total

        return fold
    if expr.is_Pow and expr.exp.is_Integer:
        base, power = parts[0], int(expr.exp)
        return lambda x: base(x) ** power if power > 0 else 1 / base(x) ** -power
    if expr.is_Pow and expr.exp in (sp.Rational(1, 2), sp.Rational(-1, 2)):
        base, invert = parts[0], expr.exp < 0

        def root(x: list[Any]) -> Any:
            value = arithmetic.apply(sp.sqrt, [base(x)])
            return 1 / value if invert else value

        return root
    head = expr.func
    return lambda x: arithmetic.apply(head, [part(x) for part in parts])


@dataclass(frozen=True)
class PlainResult:
    """``done`` is False when the time or the width limit left something open."""

    zeros: int
    done: bool
    boxes: int
    seconds: float


def search_zeros(
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    lo: Sequence[float],
    hi: Sequence[float],
    arithmetic: Arithmetic,
    seconds: float,
) -> PlainResult:
    """All zeros by bisection and Krawczyk's test.  Boxes narrower than NARROW of the root are left open."""
    start = time.process_time()
    n = len(variables)
    equations = [elementary(e) for e in equations]
    f = [compiled(e, variables, arithmetic) for e in equations]
    df = [[compiled(sp.diff(e, v), variables, arithmetic) for v in variables] for e in equations]
    widths = np.maximum(np.array(hi) - np.array(lo), 1e-300)
    stack = [(np.array(lo, dtype=float), np.array(hi, dtype=float))]
    found: list[tuple[np.ndarray, np.ndarray]] = []
    boxes, done = 0, True
    while stack:
        if time.process_time() - start > seconds:
            done = False
            break
        a, b = stack.pop()
        boxes += 1
        if any(np.all(a >= u) and np.all(b <= v) for u, v in found):
            continue
        x = [arithmetic.make(s, t) for s, t in zip(a.tolist(), b.tolist(), strict=True)]
        if any(u > 0 or v < 0 for u, v in (arithmetic.ends(g(x)) for g in f)):
            continue
        ends = [[arithmetic.ends(g(x)) for g in row] for row in df]
        image = _krawczyk(f, ends, a, b, arithmetic, n)
        if image is not None:
            u, v = image
            if np.any(u > b) or np.any(v < a):
                continue
            if np.all(u > a) and np.all(v < b):
                found.append((a, b))
                continue
            a, b = np.maximum(a, u), np.minimum(b, v)
        relative = (b - a) / widths
        axis = int(np.argmax(relative))
        if relative[axis] < NARROW:
            done = False
            continue
        middle = 0.5 * (a[axis] + b[axis]) + 1e-3 * (b[axis] - a[axis])
        upper, lower = a.copy(), b.copy()
        upper[axis] = lower[axis] = middle
        stack += [(a, lower), (upper, b)]
    return PlainResult(len(found), done, boxes, time.process_time() - start)


def _krawczyk(
    f: list[Function],
    ends: list[list[tuple[float, float]]],
    a: np.ndarray,
    b: np.ndarray,
    arithmetic: Arithmetic,
    n: int,
) -> tuple[np.ndarray, np.ndarray] | None:
    """m - C f(m) + (I - C J(X)) (X - m), or None where the slopes are unbounded or singular."""
    middle = 0.5 * (a + b)
    slopes = np.array([[0.5 * (u + v) for u, v in row] for row in ends])
    if not np.all(np.isfinite(slopes)) or not np.all(np.isfinite(np.array(ends))):
        return None
    try:
        inverse = np.linalg.inv(slopes)
    except np.linalg.LinAlgError:
        return None
    if not np.all(np.isfinite(inverse)):
        return None
    at = [arithmetic.make(m, m) for m in middle.tolist()]
    values = [g(at) for g in f]
    jacobian = [[arithmetic.make(u, v) for u, v in row] for row in ends]
    c = [[arithmetic.make(v, v) for v in row] for row in inverse.tolist()]
    shift = [arithmetic.make(s, t) - m for s, t, m in zip(a.tolist(), b.tolist(), at, strict=True)]
    lo, hi = np.empty(n), np.empty(n)
    for i in range(n):
        total = at[i]
        for k in range(n):
            total = total - c[i][k] * values[k]
            entry = arithmetic.make(1.0, 1.0) if i == k else arithmetic.make(0.0, 0.0)
            for j in range(n):
                entry = entry - c[i][j] * jacobian[j][k]
            total = total + entry * shift[k]
        lo[i], hi[i] = arithmetic.ends(total)
    return lo, hi


def prove_nonnegative(
    f: sp.Expr,
    variables: Sequence[sp.Symbol],
    lo: Sequence[float],
    hi: Sequence[float],
    arithmetic: Arithmetic,
    seconds: float,
) -> PlainResult:
    """``f >= 0`` on the box by bisection; ``zeros`` counts boxes on which f is certainly negative."""
    start = time.process_time()
    g = compiled(elementary(f), variables, arithmetic)
    stack = [(np.array(lo, dtype=float), np.array(hi, dtype=float))]
    boxes, done, negative = 0, True, 0
    while stack and not negative:
        if time.process_time() - start > seconds:
            done = False
            break
        a, b = stack.pop()
        boxes += 1
        x = [arithmetic.make(s, t) for s, t in zip(a.tolist(), b.tolist(), strict=True)]
        u, v = arithmetic.ends(g(x))
        if u >= 0:
            continue
        if v < 0:
            negative = 1
            break
        axis = int(np.argmax(b - a))
        middle = 0.5 * (a[axis] + b[axis])
        if not a[axis] < middle < b[axis]:
            done = False
            continue
        upper, lower = a.copy(), b.copy()
        upper[axis] = lower[axis] = middle
        stack += [(a, lower), (upper, b)]
    return PlainResult(negative, done, boxes, time.process_time() - start)
