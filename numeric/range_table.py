"""Upper bounds of a function over many intervals of one line, from upper bounds over cells.

Arithmetic: rigorous.  The line from ``left`` is cut into cells of equal length; ``levels[k][i]`` is the maximum of the
bounds of cells i .. i + 2^k - 1, so the maximum over any run of cells is that of two entries.  An interval is charged
with one more cell on both sides, which covers the rounding of the division that finds its cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.interval_kernels import FloatArray

__all__ = ["RangeTable", "range_table"]


@dataclass(frozen=True)
class RangeTable:
    left: float
    length: float
    levels: tuple[FloatArray, ...]

    def over(self, lo: FloatArray, hi: FloatArray) -> FloatArray:
        """Upper bounds over [lo, hi]; infinite where an interval leaves the line that was cut, or is not finite."""
        cells = self.levels[0].size
        with np.errstate(all="ignore"):
            inside = (lo >= self.left) & (hi <= self.left + self.length * cells * (1.0 - 2.0**-40)) & (lo <= hi)
            first = np.where(inside, np.floor((lo - self.left) / self.length), 0.0).astype(np.int64) - 1
            last = np.where(inside, np.floor((hi - self.left) / self.length), 0.0).astype(np.int64) + 1
        first, last = np.clip(first, 0, cells - 1), np.clip(last, 0, cells - 1)
        level = np.frexp((last - first + 1).astype(np.float64))[1] - 1
        found = np.empty(first.shape)
        for k in np.unique(level).tolist():
            at = level == k
            table = self.levels[k]
            found[at] = np.maximum(table[first[at]], table[last[at] - (1 << k) + 1])
        return np.where(inside, found, np.inf)


def range_table(left: float, length: float, bounds: FloatArray) -> RangeTable:
    """``bounds[i]`` bounds the function on [left + i length, left + (i+1) length], up to a part in 2^40 of the ends."""
    levels = [bounds]
    while 2 ** len(levels) <= bounds.size:
        half = 2 ** (len(levels) - 1)
        before = levels[-1]
        levels.append(np.maximum(before[: before.size - half], before[half:]))
    return RangeTable(left, length, tuple(levels))
