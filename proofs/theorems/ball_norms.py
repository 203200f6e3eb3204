"""Upper bounds of norms of vectors and small matrices of balls."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

__all__ = ["columns_norm", "length", "spectral_norm", "widen"]


def widen(x: arb, by: arb) -> arb:
    """A ball around every number within ``by`` of x."""
    top = by.upper()
    return x + top.union(-top)


def length(x: Sequence[arb]) -> arb:
    """The Euclidean norm, from above."""
    return sum((abs(v).upper() ** 2 for v in x), arb(0)).sqrt().upper()


def spectral_norm(a: arb, b: arb, c: arb) -> arb:
    """An upper bound of the spectral norm of [[a, b], [b, c]]: its eigenvalues are half of trace +- root."""
    return ((abs(a + c).upper() + (abs(a - c).upper() ** 2 + 4 * abs(b).upper() ** 2).sqrt()) / 2).upper()


def columns_norm(v: Sequence[arb], w: Sequence[arb]) -> arb:
    """An upper bound of the spectral norm of the matrix with these two columns."""
    dots = [sum((x * y for x, y in zip(*pair, strict=True)), arb(0)) for pair in ((v, v), (v, w), (w, w))]
    return spectral_norm(*dots).sqrt().upper()
