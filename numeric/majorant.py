"""Bounds of all higher derivatives of a program on a box, by majorant series.

Arithmetic: rigorous (Arb).  For a function h of slots x_1 .. x_R and outputs f_1 .. f_J on a box let

    M(n, l) >= sum over all (r_1 .. r_n) and (j_1 .. j_l) of sup |D_{r_1} .. D_{r_n} d_{j_1} .. d_{j_l} h|.

A :class:`Majorant` holds a range of h and the numbers M(n, l) / (n! l!), the coefficients of a power series
in t and e.  Products obey the product of the series (Leibniz), x_r starts as |x_r| + t, f_j as |f_j| + e, and for a
univariate g with |g^(k)| <= C_k on the range of u, g(u) has the series sum_k C_k (U - U_0)^k / k!, where U - U_0 is
the series of u without its constant term (Faa di Bruno's formula has positive coefficients).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls, endpoints
from numeric.endpoints import EndpointInterval
from numeric.logistic_normal import sigmoid_derivative
from numeric.tape import Tape

__all__ = ["Majorant", "evaluate_majorant", "factorial", "sigmoid_bound"]

Series = list[list[arb]]  # [power of e][power of t], entries are upper bounds

ONE: EndpointInterval = (arb(1), arb(1))


@dataclass(frozen=True)
class Majorant:
    """``range``: an interval that holds the values; ``series``: the coefficients M(n, l) / (n! l!)."""

    range: EndpointInterval
    series: Series

    def derivative(self, n: int, outputs: int = 0) -> arb:
        """M(n, outputs)."""
        return factorial(n) * factorial(outputs) * self.series[outputs][n]


def factorial(n: int) -> int:
    return int(sp.factorial(n))


def sigmoid_bound(k: int, x: EndpointInterval) -> arb:
    """sup |sigmoid^(k)| over the interval."""
    s = balls.sigmoid(x[0]), balls.sigmoid(x[1])
    return endpoints.magnitude(endpoints.polynomial(sigmoid_derivative(k), s)).upper()


def _times(x: Series, y: Series) -> Series:
    depth, length = len(x), len(x[0])
    found = [[arb(0)] * length for _ in range(depth)]
    for i in range(depth):
        for j in range(depth - i):
            for a in range(length):
                if x[i][a].is_zero():
                    continue
                for b in range(length - a):
                    found[i + j][a + b] += x[i][a] * y[j][b]
    return [[c.upper() for c in row] for row in found]


def _plus(x: Series, y: Series) -> Series:
    return [[(a + b).upper() for a, b in zip(p, q, strict=True)] for p, q in zip(x, y, strict=True)]


def _scaled(c: arb, x: Series) -> Series:
    return [[(abs(c) * a).upper() for a in row] for row in x]


def _constant(size: arb, depth: int, length: int) -> Series:
    found = [[arb(0)] * length for _ in range(depth)]
    found[0][0] = size.upper()
    return found


def _composed(bounds: Sequence[arb], inner: Series) -> Series:
    """sum_k bounds[k] (inner - constant)^k / k!, truncated."""
    depth, length = len(inner), len(inner[0])
    moved = [list(row) for row in inner]
    moved[0][0] = arb(0)
    total = _constant(bounds[0], depth, length)
    power = _constant(arb(1), depth, length)
    for k in range(1, len(bounds)):
        power = _times(power, moved)
        total = _plus(total, _scaled(bounds[k] / factorial(k), power))
    return total


def _polynomial_bounds(p: tuple[Fraction, ...], x: EndpointInterval, count: int) -> list[arb]:
    bounds = []
    for _ in range(count):
        bounds.append(endpoints.magnitude(endpoints.polynomial(p, x)).upper())
        p = tuple(i * c for i, c in enumerate(p))[1:] or (Fraction(0),)
    return bounds


def evaluate_majorant(
    tape: Tape, box: Sequence[EndpointInterval], slots: int, order: int, outputs: int = 2
) -> list[Majorant]:
    """The majorants of a tape whose first ``slots`` inputs are slots and whose other inputs are outputs f_j.

    ``order`` and ``outputs`` are the largest n and l.  Slots may be infinite when they enter through sigmoids
    only.  Raises ValueError for an operation without a majorant.
    """
    depth, length = outputs + 1, order + 1
    values: list[Majorant] = []
    for k, x in enumerate(box):
        series = _constant(endpoints.magnitude(x), depth, length)
        if k < slots and order:
            series[0][1] = arb(1)
        elif k >= slots and outputs:
            series[1][0] = arb(1)
        values.append(Majorant(x, series))
    top = order + outputs + 1
    for instruction in tape.instructions:
        operation, data = instruction.operation, instruction.data
        args = [values[i] for i in instruction.arguments]
        if operation == "const":
            c = balls.ball(data)
            found = Majorant((c, c), _constant(abs(c), depth, length))
        elif operation == "mul":
            found = Majorant(endpoints.mul(args[0].range, args[1].range), _times(args[0].series, args[1].series))
        elif operation in ("add", "sub"):
            combine = endpoints.add if operation == "add" else endpoints.sub
            found = Majorant(combine(args[0].range, args[1].range), _plus(args[0].series, args[1].series))
        elif operation == "neg":
            found = Majorant(endpoints.neg(args[0].range), args[0].series)
        elif operation == "scale":
            c = balls.ball(data)
            found = Majorant(endpoints.scale(c, args[0].range), _scaled(c, args[0].series))
        elif operation == "shift":
            c = balls.ball(data)
            moved = (args[0].range[0] + c, args[0].range[1] + c)
            found = Majorant(moved, _plus(args[0].series, _constant(abs(c), depth, length)))
        elif operation == "poly" or (operation == "power" and data >= 0):
            p = data if operation == "poly" else (Fraction(0),) * data + (Fraction(1),)
            bounds = _polynomial_bounds(p, args[0].range, top)
            found = Majorant(endpoints.polynomial(p, args[0].range), _composed(bounds, args[0].series))
        elif operation in ("sigmoid", "softplus"):
            found = _activation(operation, args[0], top)
        else:
            raise ValueError(f"no majorant for the operation {operation}")
        values.append(found)
    return [values[o] for o in tape.outputs]


def _activation(name: str, u: Majorant, top: int) -> Majorant:
    lo, hi = u.range
    if name == "sigmoid":
        bounds = [sigmoid_bound(k, u.range) for k in range(top)]
        return Majorant((balls.sigmoid(lo), balls.sigmoid(hi)), _composed(bounds, u.series))
    value = (balls.softplus(lo), balls.softplus(hi))
    bounds = [endpoints.magnitude(value).upper(), *(sigmoid_bound(k, u.range) for k in range(top - 1))]
    return Majorant(value, _composed(bounds, u.series))
