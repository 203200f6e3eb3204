"""Leaves, faces and anchors of the branch and bound for signs: what prover and checker both speak of.

Arithmetic: exact (plain data), but for the choice of cuts, which proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from numeric.intervals import BoolArray, FloatArray
from numeric.tree import OFF_CENTRE

__all__ = ["MAX_FACES", "Anchor", "BoundLeaf", "cut_point", "faces_code", "faces_of"]

MAX_FACES = 9  # marks of trees hold three states for each variable


class BoundLeaf(IntEnum):
    """POSITIVE: shown by enclosures.  OUTSIDE: no point satisfies the constraints.  CONVEX + k: by anchor k."""

    POSITIVE = 1
    OUTSIDE = 2
    OPEN = 3
    CONVEX = 4


@dataclass(frozen=True)
class Anchor:
    """A point m, enclosed in lo..hi, with g(m) >= value >= 0 and the gradient at m in slopes.

    ``sides`` is 1 where x >= m holds exactly on the whole region, -1 where x <= m does, else 0.
    """

    lo: FloatArray
    hi: FloatArray
    value: float
    slope_lo: FloatArray
    slope_hi: FloatArray
    sides: tuple[int, ...]

    @property
    def column(self) -> np.ndarray:
        """The sides as a column."""
        return np.array(self.sides)[:, None]


def faces_code(low: BoolArray, high: BoolArray) -> FloatArray:
    """One number for each box: in base 3, 1 for a variable at its lower end, 2 at its upper end."""
    weights = 3 ** np.arange(low.shape[0])
    total = ((low.astype(np.int64) + 2 * (high & ~low).astype(np.int64)) * weights[:, None]).sum(axis=0)
    return np.asarray(total)


def faces_of(code: int, n: int) -> list[int]:
    """The digits of :func:`faces_code`."""
    return [code // 3**i % 3 for i in range(n)] if code > 0 else [0] * n


def cut_point(a: FloatArray, b: FloatArray) -> FloatArray:
    """Where to cut [a, b]: off centre, at growing points when an end is infinite."""
    with np.errstate(all="ignore"):
        middle = a + OFF_CENTRE * (b - a)
        right = np.where(a >= 1.0, 4.0 * a, np.where(a >= -1.0, a + 2.0, a / 4.0))
        left = np.where(b <= -1.0, 4.0 * b, np.where(b <= 1.0, b - 2.0, b / 4.0))
    finite = np.isfinite(a) & np.isfinite(b)
    cut = np.where(finite, middle, np.where(np.isfinite(a), right, np.where(np.isfinite(b), left, 0.0)))
    return np.asarray(np.clip(cut, np.maximum(a, -1e300), np.minimum(b, 1e300)))
