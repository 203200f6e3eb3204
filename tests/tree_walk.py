"""A walker of cut trees that shares nothing with the search: cells, leaves of points, and what they must be."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np

from numeric.search import Leaf, SearchResult
from numeric.tree import SPLIT, CutTree

__all__ = ["check_cover", "check_zero", "leaf_cells", "leaves_of_point"]

Cell = tuple[list[float], list[float]]


def leaf_cells(tree: CutTree, lo: np.ndarray, hi: np.ndarray) -> list[tuple[int, Cell]]:
    """All leaves with their cells: the root cut by the recorded cuts, without any contraction."""
    found = []
    stack: list[tuple[int, Cell]] = [(0, (lo.tolist(), hi.tolist()))]
    while stack:
        node, (a, b) = stack.pop()
        if tree.kind[node] != SPLIT:
            found.append((node, (a, b)))
            continue
        k, cut = int(tree.axis[node]), float(tree.cut[node])
        assert a[k] <= cut <= b[k]
        first = int(tree.child[node])
        stack.append((first, (a, [*b[:k], cut, *b[k + 1 :]])))
        stack.append((first + 1, ([*a[:k], cut, *a[k + 1 :]], b)))
    return found


def leaves_of_point(tree: CutTree, point: tuple[float, ...]) -> list[int]:
    """The leaf whose cell holds the point; all of them when it lies on a cut."""
    found, stack = [], [0]
    while stack:
        node = stack.pop()
        if tree.kind[node] != SPLIT:
            found.append(node)
            continue
        value, cut, first = point[int(tree.axis[node])], float(tree.cut[node]), int(tree.child[node])
        if value <= cut:
            stack.append(first)
        if value >= cut:
            stack.append(first + 1)
    return found


def check_cover(result: SearchResult, lo: np.ndarray, hi: np.ndarray) -> None:
    """The cells tile the root exactly, every node is reached once, and open leaves are all reported."""
    cells = leaf_cells(result.tree, lo, hi)
    splits = int((result.tree.kind == SPLIT).sum())
    assert len(cells) == splits + 1
    assert len(result.tree) == 2 * splits + 1
    volume = sum(prod(Fraction(b) - Fraction(a) for a, b in zip(*cell, strict=True)) for _, cell in cells)
    assert volume == prod(Fraction(float(b)) - Fraction(float(a)) for a, b in zip(lo, hi, strict=True))
    open_cells = [cell for node, cell in cells if result.tree.kind[node] == Leaf.OPEN]
    assert result.open_lo.shape == result.open_hi.shape == (len(lo), len(open_cells))
    assert result.complete == (not open_cells)
    for a, b in open_cells:
        # Contraction only shrinks, so the box that was reported for this cell lies in it.
        inside = (result.open_lo >= np.array(a)[:, None]) & (result.open_hi <= np.array(b)[:, None])
        assert inside.all(axis=0).any()
    assert set(result.tree.kind.tolist()) <= {SPLIT, *Leaf}


def check_zero(result: SearchResult, zero: tuple[float, ...], slack: float) -> set[Leaf]:
    """A zero ends in a KNOWN leaf whose box contains it, or in an OPEN one that was reported; its leaves' kinds."""
    kinds = set()
    point = np.array(zero)
    for node in leaves_of_point(result.tree, zero):
        kind = Leaf(int(result.tree.kind[node]))
        kinds.add(kind)
        if kind is Leaf.KNOWN:
            box = result.known[int(result.tree.mark[node])]
            assert (point >= box.outer_lo - slack).all()
            assert (point <= box.outer_hi + slack).all()
    if kinds & {Leaf.OPEN}:
        near = (result.open_lo <= point[:, None] + slack) & (result.open_hi >= point[:, None] - slack)
        assert near.all(axis=0).any() or Leaf.KNOWN in kinds
    # On a cut one of the two sides may be emptied, never both.
    assert kinds & {Leaf.KNOWN, Leaf.OPEN}, (zero, kinds)
    return kinds
