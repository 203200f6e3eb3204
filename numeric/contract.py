"""Contraction of boxes by the linear rows of a system, in float64 batches.

Arithmetic: rigorous.  Every zero x of the system satisfies sum_k c_k x_k + rest(x) = 0 for each
row, so x_k lies in -(rest + the other terms)/c_k; and l . x >= 0 for each assumed inequality; and where
s x_i x_j >= 0 is assumed, a certain sign of one factor gives the sign of the other.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numeric import intervals
from numeric.batch import BatchEvaluator
from numeric.intervals import BoolArray, FloatArray, Interval
from numeric.system import System

__all__ = ["RowContractor"]


class RowContractor:
    """Contracts boxes below ``root``; one call is one sweep over all rows and inequalities."""

    def __init__(self, system: System, root: tuple[FloatArray, FloatArray]) -> None:
        self.rests = BatchEvaluator(system.rests, root, system.fixed_floats)
        self.rows = [_solved_rows(c) for c in system.row_coefficients]
        self.inequalities = [_solved_inequality(v) for v in system.inequalities]
        self.products = [(i, j, s) for a, b, s in system.products for i, j in ((a, b), (b, a))]

    def __call__(self, lo: FloatArray, hi: FloatArray) -> BoolArray:
        """Shrink lo, hi (n x N) in place; returns the mask of boxes that may still hold a zero."""
        rests, _ = self.rests(lo, hi)
        for row, rest in zip(self.rows, rests, strict=True):
            for k, factor, others in row:
                _narrow(lo, hi, k, _combination(lo, hi, others, intervals.mul_const(factor, rest)))
        for inequality in self.inequalities:
            for k, sign, others in inequality:
                bound = _combination(lo, hi, others, None)
                if sign > 0:
                    np.maximum(lo[k], bound[0], out=lo[k])
                else:
                    np.minimum(hi[k], bound[1], out=hi[k])
        for i, j, sign in self.products:
            same, other = (lo[j] > 0, hi[j] < 0) if sign > 0 else (hi[j] < 0, lo[j] > 0)
            np.maximum(lo[i], 0.0, out=lo[i], where=same)
            np.minimum(hi[i], 0.0, out=hi[i], where=other)
        return np.asarray((lo <= hi).all(axis=0))


Terms = list[tuple[int, tuple[float, float]]]


def _solved_rows(coefficients: tuple[Fraction, ...]) -> list[tuple[int, tuple[float, float], Terms]]:
    """x_k = factor * rest + sum of the others, for every k with a nonzero coefficient."""
    solved = []
    for k, c in enumerate(coefficients):
        if c != 0:
            others = [
                (i, intervals.from_fraction(-other / c))
                for i, other in enumerate(coefficients)
                if i != k and other != 0
            ]
            solved.append((k, intervals.from_fraction(-1 / c), others))
    return solved


def _solved_inequality(vector: tuple[Fraction, ...]) -> list[tuple[int, int, Terms]]:
    """x_k >= (sign 1) or <= (sign -1) the sum of the others."""
    return [
        (k, 1 if c > 0 else -1, [(i, intervals.from_fraction(-o / c)) for i, o in enumerate(vector) if i != k and o])
        for k, c in enumerate(vector)
        if c != 0
    ]


def _combination(lo: FloatArray, hi: FloatArray, terms: Terms, start: Interval | None) -> Interval:
    total = start
    for i, c in terms:
        part = intervals.mul_const(c, (lo[i], hi[i]))
        total = part if total is None else intervals.add(total, part)
    if total is None:
        zero = np.zeros(lo.shape[1])
        total = (zero, zero)
    return total


def _narrow(lo: FloatArray, hi: FloatArray, k: int, bound: Interval) -> None:
    np.maximum(lo[k], bound[0], out=lo[k])
    np.minimum(hi[k], bound[1], out=hi[k])
