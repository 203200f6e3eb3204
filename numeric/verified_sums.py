"""Sums over the rows of a data matrix in float64, each with a bound of its error in the Euclidean norm.

Arithmetic: rigorous.  The linear algebra library rounds products to nearest in whatever order it likes, with or
without fused operations; with k terms and gamma_k = k u / (1 - k u), u = 2^-53, every such sum differs from the exact
one by at most gamma_k sum |terms| (N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
For rows x_i and weights v_i this gives

    |fl(sum v_i x_i) - sum v_i x_i|_2        <= gamma sum |v_i| |x_i|,
    ||fl(sum v_i x_i x_i^T) - sum ...||_2    <= gamma sum |v_i| |x_i|^2,

because a matrix with entries at most those of sum |v_i| |x_i| |x_i|^T in size has a norm at most that of this sum.
Sums over blocks of rows are added one after the other, which only makes k larger.  Data of size at most 2^200 and
weights of size at most 2^100 cannot overflow; underflow adds at most 2^-1000 to a bound, which TINY covers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb

from numeric.interval_kernels import FloatArray
from numeric.uniform import TINY, U

__all__ = ["LIMIT", "MANY", "Rows", "exp_up", "gamma", "norm_up", "sum_up"]

LIMIT = 2.0**200
# Covers at most 2^12 roundings of non-negative scalars.
MANY = 1.0 + 2.0**-38
BLOCK = 1024
# Covers the underflow of squares under a root.
SMALL = 1e-150


def gamma(k: int) -> float:
    """An upper bound of k u / (1 - k u); infinite where that is not small."""
    return k * U * 1.001 if k < 2**40 else float("inf")


def sum_up(values: FloatArray) -> float:
    """An upper bound of the sum of non-negative numbers."""
    return float(np.sum(values)) * (1.0 + gamma(values.size + 8)) + TINY


def norm_up(vector: FloatArray) -> float:
    """An upper bound of the Euclidean (for a matrix the Frobenius) norm."""
    return float(np.sqrt(np.sum(vector * vector))) * (1.0 + gamma(vector.size + 8)) + SMALL


def exp_up(x: float) -> float:
    """An upper bound of e^x."""
    return float(arb(x).exp().upper()) * (1.0 + 2.0**-50)


@dataclass(frozen=True)
class Rows:
    """A finite data matrix ``x`` (n x d) with entries of size at most LIMIT, C-contiguous float64."""

    x: FloatArray

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.size == 0 or not np.abs(self.x).max() <= LIMIT:
            raise ValueError("the data must be finite numbers of size at most 2^200")

    @property
    def count(self) -> int:
        return self.x.shape[0]

    @property
    def width(self) -> int:
        return self.x.shape[1]

    @cached_property
    def norms(self) -> FloatArray:
        """Upper bounds of the norms of the rows (n)."""
        squares = np.einsum("ij,ij->i", self.x, self.x)
        return np.asarray(np.sqrt(squares) * (1.0 + gamma(self.width + 8)) + SMALL)

    @cached_property
    def longest(self) -> float:
        return float(self.norms.max())

    @cached_property
    def terms(self) -> int:
        """Roundings on the way of one term through a blocked sum, with room for its own few."""
        return self.count + self.count // BLOCK + 8

    def mean_norm(self, power: int) -> float:
        """An upper bound of the mean of |x_i|^power."""
        return sum_up(self.norms**power * MANY) / self.count * MANY

    def blocks(self, rows: int = BLOCK) -> Iterator[slice]:
        for start in range(0, self.count, rows):
            yield slice(start, min(start + rows, self.count))

    def weighted_gram(self, weights: FloatArray) -> FloatArray:
        """fl(sum w_i x_i x_i^T); its error is at most gamma(terms) sum |w_i| |x_i|^2 in norm."""
        total = np.zeros((self.width, self.width))
        for part in self.blocks():
            block = self.x[part]
            total += block.T @ (weights[part, None] * block)
        return total
