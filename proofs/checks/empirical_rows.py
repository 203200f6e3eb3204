"""Sums over the rows of a data set in Arb, for the checks of empirical objectives.

Arithmetic: rigorous (Arb).  Nothing here is shared with the prover's float64 sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import arb, arb_mat, fmpq

from numeric.interval_kernels import FloatArray

__all__ = ["BlockCheck", "Matrix", "add_gram", "floats_up", "gram", "norms", "scores", "upper"]

Matrix = list[list[arb]]
CHUNK = 512


class BlockCheck(Protocol):
    """Derivatives of a block at its centre, and bounds over balls around it."""

    def gradient(self) -> list[arb]: ...

    def hessian(self) -> Matrix: ...

    def third(self, radius: Fraction) -> arb: ...

    def region(self, radius: Fraction) -> tuple[Matrix, arb] | None:
        """A matrix below every Hessian of the ball, and a number above all their eigenvalues."""
        ...


def upper(x: arb) -> float:
    """A float above the ball; infinite when there is none."""
    top = float(x.upper())
    return float(np.nextafter(top, np.inf)) if x.is_finite() else float("inf")


def floats_up(values: Sequence[arb]) -> FloatArray:
    return np.array([upper(v) for v in values])


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))


def scores(x: FloatArray, w: FloatArray) -> list[arb]:
    """w . x_i for all rows."""
    vector = arb_mat([[v] for v in w.tolist()])
    found: list[arb] = []
    for part in _chunks(len(x)):
        product = arb_mat(x[part].tolist()) * vector
        found.extend(product[i, 0] for i in range(product.nrows()))
    return found


def norms(x: FloatArray) -> list[arb]:
    found = []
    for row in x.tolist():
        total = arb(0)
        for v in row:
            total += arb(v) * v
        found.append(total.sqrt())
    return found


def mean_rows(x: FloatArray, weights: Sequence[arb]) -> list[arb]:
    """(1/n) sum of weights_i x_i."""
    total = arb_mat(1, x.shape[1])
    for part in _chunks(len(x)):
        total += arb_mat([list(weights[part])]) * arb_mat(x[part].tolist())
    return [total[0, j] / len(x) for j in range(x.shape[1])]


def gram(x: FloatArray, weights: Sequence[arb], y: FloatArray | None = None) -> Matrix:
    """(1/n) sum of weights_i x_i y_i^T, y = x unless it is given."""
    other = x if y is None else y
    d = x.shape[1]
    total = arb_mat(d, d)
    for part in _chunks(len(x)):
        left = arb_mat(x[part].T.tolist())
        right = arb_mat([[w * v for v in row] for w, row in zip(weights[part], other[part].tolist(), strict=True)])
        total += left * right
    return [[total[i, j] / len(x) for j in range(d)] for i in range(d)]


def add_gram(matrix: Matrix, row: int, column: int, part: Matrix, factor: int = 1) -> None:
    """matrix += factor * part at a place, in place."""
    for i, line in enumerate(part):
        for j, v in enumerate(line):
            matrix[row + i][column + j] += factor * v


def rational(q: Fraction) -> arb:
    return arb(fmpq(q.numerator, q.denominator))
