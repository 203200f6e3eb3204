"""Boxes of class fractions: three of the four are free, and the sum is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from numeric.enclosure import Enclosure

__all__ = ["FREE", "REST", "CoverNode", "FractionBox", "cover_fractions", "root_box", "whole_fractions"]

T = TypeVar("T")
FREE, REST = (0, 2, 3), 1  # classes whose fractions are cut; the fraction of (1, 1) follows
FractionBox = tuple[Enclosure, Enclosure, Enclosure]


def root_box(lo: Fraction, hi: Fraction) -> FractionBox:
    return (Enclosure(lo, hi),) * 3


def whole_fractions(box: Sequence[Enclosure], lo: Fraction, hi: Fraction) -> list[Enclosure] | None:
    """All four fractions over the box, given that each lies in [lo, hi]; None when no such fractions exist."""
    least = max(lo, 1 - sum((x.hi for x in box), Fraction(0)))
    greatest = min(hi, 1 - sum((x.lo for x in box), Fraction(0)))
    if least > greatest:
        return None
    result = list(box)
    result.insert(REST, Enclosure(least, greatest))
    return result


@dataclass
class CoverNode(Generic[T]):
    """A box that is proved (``leaf``), that holds no fractions (neither), or that is cut at ``cut`` along ``axis``."""

    leaf: T | None = None
    axis: int = -1
    cut: Fraction = Fraction(0)
    children: tuple[CoverNode[T], CoverNode[T]] | None = None

    def leaves(self) -> Iterator[T]:
        if self.leaf is not None:
            yield self.leaf
        for child in self.children or ():
            yield from child.leaves()


def cover_fractions(
    prove: Callable[[FractionBox, list[Enclosure]], T | None],
    root: FractionBox,
    fractions_of: Callable[[FractionBox], list[Enclosure] | None],
    weights: Sequence[float],
    smallest: float,
    budget: int = 20_000,
) -> CoverNode[T]:
    """Cut the box of fractions until every part is proved or holds none.

    ``fractions_of`` gives all four fractions over a box, None when there are none.  ``weights`` say how much each side
    matters for where to cut.  Raises ValueError, with the part that could not be proved, when every weighted side of a
    part is below ``smallest``, or after ``budget`` parts.
    """
    parts = 0

    def visit(box: FractionBox) -> CoverNode[T]:
        nonlocal parts
        parts += 1
        fractions = fractions_of(box)
        if fractions is None:
            return CoverNode()
        leaf = prove(box, fractions)
        if leaf is not None:
            return CoverNode(leaf)
        sides = [float(x.width) * w for x, w in zip(box, weights, strict=True)]
        axis = max(range(3), key=lambda k: sides[k])
        if sides[axis] < smallest or parts > budget:
            where = ", ".join(f"[{float(f.lo):.3f}, {float(f.hi):.3f}]" for f in fractions)
            raise ValueError(f"no region was found for class fractions in {where}")
        cut = box[axis].middle
        halves = (Enclosure(box[axis].lo, cut), Enclosure(cut, box[axis].hi))
        first, second = (visit((*box[:axis], half, *box[axis + 1 :])) for half in halves)  # type: ignore[arg-type]
        return CoverNode(axis=axis, cut=cut, children=(first, second))

    return visit(root)
