"""Matrix families whose definiteness on a ball is the hypothesis of a theorem.

Each family is affine in the Hessian H(x) of the objective:

- ``convexity(m)``: H(x) - m I, strong convexity with constant m;
- ``variation(H0, c)``: c I + (H(x) - H0) and c I - (H(x) - H0), that is ||H(x) - H0|| < c;
- ``preconditioned(A, q)``: [[q I, E], [E^T, q I]] with E = A H(x) - I, that is ||E|| < q.

The same class gives them in float64 batches (to the search) and in Arb (to the checker).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from numeric import balls, endpoints
from numeric.batch import BatchEvaluator
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval
from numeric.floats import evaluate_numpy
from numeric.intervals import FloatArray, Interval, add, from_fraction, mul_const, sub
from numeric.region import MatrixFamily
from numeric.tape import Tape

__all__ = ["Family"]

Matrix = tuple[tuple[Enclosure, ...], ...]


@dataclass(frozen=True)
class Family:
    """``name`` is convexity, variation or preconditioned; ``constant`` is m, c or q.

    ``matrix`` is H0 for variation (enclosures) and A for preconditioned (exact).
    """

    name: str
    dimension: int
    constant: Fraction
    matrix: Matrix = ()

    def batch(self, hessian: Tape, root: tuple[FloatArray, FloatArray] | None = None) -> MatrixFamily:
        """The family over float64 batches of boxes inside ``root``."""
        evaluate = BatchEvaluator(hessian, root)
        n = self.dimension

        def family(lo: FloatArray, hi: FloatArray) -> list[Interval]:
            flat, _ = evaluate(lo, hi)
            h = [[flat[i * n + j] for j in range(n)] for i in range(n)]
            return [_stack(m) for m in self._build(h, _FloatOps())]

        return family

    def floats(self, hessian: Tape) -> Callable[[FloatArray], list[FloatArray]]:
        """The family at points (n x N) in plain floats: a hint."""
        n, c = self.dimension, float(self.constant)
        known = np.array([[float(e.middle) for e in row] for row in self.matrix]) if self.matrix else np.eye(n)

        def family(x: FloatArray) -> list[FloatArray]:
            h = evaluate_numpy(hessian, x).T.reshape(-1, n, n)
            if self.name == "convexity":
                return [h - c * np.eye(n)]
            if self.name == "variation":
                return [c * np.eye(n) + (h - known), c * np.eye(n) - (h - known)]
            e = known @ h - np.eye(n)
            q = np.broadcast_to(c * np.eye(n), e.shape)
            return [np.block([[q, e], [e.transpose(0, 2, 1), q]])]

        return family

    def balls(self, hessian: Tape, box: Sequence[EndpointInterval]) -> list[list[list[arb]]]:
        """The family over one box, as matrices of balls at Arb's precision."""
        n = self.dimension
        flat = endpoints.evaluate_endpoints(hessian, box)
        h = [[flat[i * n + j] for j in range(n)] for i in range(n)]
        return [[[lo.union(hi) for lo, hi in row] for row in m] for m in self._build(h, _BallOps())]

    def _build(self, h: list[list[Any]], ops: Any) -> list[list[list[Any]]]:
        n, c = self.dimension, self.constant
        if self.name == "convexity":
            return [[[ops.shift(h[i][j], -c) if i == j else h[i][j] for j in range(n)] for i in range(n)]]
        if self.name == "variation":
            d = [[ops.sub(h[i][j], ops.constant(self.matrix[i][j])) for j in range(n)] for i in range(n)]
            plus = [[ops.shift(d[i][j], c) if i == j else d[i][j] for j in range(n)] for i in range(n)]
            minus = [
                [ops.shift(ops.neg(d[i][j]), c) if i == j else ops.neg(d[i][j]) for j in range(n)] for i in range(n)
            ]
            return [plus, minus]
        if self.name == "preconditioned":
            e = []
            for i in range(n):
                row = []
                for j in range(n):
                    total = None
                    for k in range(n):
                        part = ops.scale(self.matrix[i][k].lo, h[k][j])
                        total = part if total is None else ops.add(total, part)
                    row.append(ops.shift(total, Fraction(-1)) if i == j else total)
                e.append(row)
            q, zero = ops.constant(Enclosure.exact(c)), ops.constant(Enclosure.exact(0))
            top = [[q if i == j else zero for j in range(n)] + e[i] for i in range(n)]
            low = [[e[k][i] for k in range(n)] + [q if i == j else zero for j in range(n)] for i in range(n)]
            return [top + low]
        raise ValueError(f"unknown family {self.name}")


class _FloatOps:
    """The few operations a family needs, on float64 batches."""

    def constant(self, x: Enclosure) -> Interval:
        lo, hi = from_fraction(x.lo)[0], from_fraction(x.hi)[1]
        return np.float64(lo), np.float64(hi)  # type: ignore[return-value]

    def shift(self, x: Interval, c: Fraction) -> Interval:
        return add(x, self.constant(Enclosure.exact(c)))

    def scale(self, c: Fraction, x: Interval) -> Interval:
        return mul_const(from_fraction(c), x)

    def neg(self, x: Interval) -> Interval:
        return -x[1], -x[0]

    add = staticmethod(add)
    sub = staticmethod(sub)


class _BallOps:
    """The same on endpoint intervals of Arb balls."""

    def constant(self, x: Enclosure) -> EndpointInterval:
        return endpoints.from_fractions(x.lo, x.hi)

    def shift(self, x: EndpointInterval, c: Fraction) -> EndpointInterval:
        b = balls.ball(c)
        return x[0] + b, x[1] + b

    def scale(self, c: Fraction, x: EndpointInterval) -> EndpointInterval:
        return endpoints.scale(balls.ball(c), x)

    neg = staticmethod(endpoints.neg)
    add = staticmethod(endpoints.add)
    sub = staticmethod(endpoints.sub)


def _stack(matrix: list[list[Interval]]) -> Interval:
    """Arrays (N, m, m) from an m x m list of batches (constants broadcast)."""
    shape = np.broadcast_shapes(*(np.shape(e[0]) for row in matrix for e in row))
    lo = np.array([[np.broadcast_to(e[0], shape) for e in row] for row in matrix])
    hi = np.array([[np.broadcast_to(e[1], shape) for e in row] for row in matrix])
    return np.moveaxis(lo, -1, 0), np.moveaxis(hi, -1, 0)
