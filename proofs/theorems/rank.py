"""Rank of a 2 x 2 matrix known up to enclosures, in exact rational interval arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from numeric.enclosure import Enclosure

__all__ = ["rows_independent"]


def rows_independent(first: Sequence[Enclosure], second: Sequence[Enclosure]) -> bool:
    """True only when x1 y2 - x2 y1 != 0 for all vectors x, y in the two boxes."""
    (a1, b1), (a2, b2) = first, second
    left, right = _product(a1, b2), _product(a2, b1)
    return left[0] > right[1] or left[1] < right[0]


def _product(x: Enclosure, y: Enclosure) -> tuple[Fraction, Fraction]:
    corners = [p * q for p in (x.lo, x.hi) for q in (y.lo, y.hi)]
    return min(corners), max(corners)
