"""Distances between given weights and points known up to a ball, in all blocks together.

Arithmetic: rigorous (Arb).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.interval_kernels import FloatArray

__all__ = ["distance_to", "total"]

BITS = 160


def total(distances: Sequence[float]) -> Fraction:
    """An upper bound of the Euclidean norm of the distances of the blocks."""
    with balls.precision(BITS):
        return balls.upper_fraction(_root(sum((arb(d) ** 2 for d in distances), arb(0))))


def distance_to(starts: Sequence[FloatArray], ends: Sequence[tuple[FloatArray, Fraction]]) -> Enclosure:
    """The distance from given weights to points known up to a ball, block by block."""
    with balls.precision(BITS):
        lo, hi = arb(0), arb(0)
        for start, (centre, reach) in zip(starts, ends, strict=True):
            pairs = zip(start.tolist(), centre.tolist(), strict=True)
            length = _root(sum(((arb(a) - arb(b)) ** 2 for a, b in pairs), arb(0)))
            lo += (length - balls.ball(reach)).max(arb(0)) ** 2
            hi += (length + balls.ball(reach)) ** 2
        return Enclosure(max(balls.lower_fraction(_root(lo)), Fraction(0)), balls.upper_fraction(_root(hi)))


def _root(x: arb) -> arb:
    return x.nonnegative_part().sqrt()
