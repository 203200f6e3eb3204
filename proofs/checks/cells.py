"""Check: a list of cells of a parameter region, each with all its stationary points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofs.certificates import CertificateError, decode_box, decode_enclosure, decode_fraction
from proofs.checks.base import Invalid, register
from proofs.checks.points import contains
from proofs.checks.region import CheckedBranch, check_cell, region_from
from proofs.region_cells import Sides

__all__ = ["check_cells"]


@register("parameter-cells")
def check_cells(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    problem = region_from(statement)
    cells, given = statement.get("cells"), evidence.get("cells")
    if not isinstance(cells, list) or not isinstance(given, list) or len(cells) != len(given):
        raise CertificateError("the cells and their evidence are not lists of one length")
    names = [v.name for v in problem.objective.variables]
    seen: list[Sides] = []
    volume = Fraction(0)
    for number, (cell, part) in enumerate(zip(cells, given, strict=True)):
        sides = _sides(cell, len(problem.sides))
        if not all(a <= lo < hi <= b for (lo, hi), (a, b) in zip(sides, problem.sides, strict=True)):
            raise Invalid(f"cell {number} is not a cell of the region")
        try:
            _compare(check_cell(problem, sides, part), cell, names)
        except Invalid as error:
            raise Invalid(f"cell {number}: {error}") from error
        seen.append(sides)
        share = Fraction(1)
        for (lo, hi), (a, b) in zip(sides, problem.sides, strict=True):
            share *= (hi - lo) / (b - a)
        volume += share
    if _overlap(seen):
        raise Invalid("two cells overlap, so that their volumes do not add up")
    if decode_fraction(statement.get("volume")) != volume:
        raise Invalid("the volume is another one")


def _sides(cell: Any, n: int) -> Sides:
    value = cell.get("sides") if isinstance(cell, dict) else None
    if not isinstance(value, list) or len(value) != n:
        raise CertificateError("a cell is malformed")
    return tuple((x.lo, x.hi) for x in map(decode_enclosure, value))


def _compare(found: Sequence[CheckedBranch], cell: dict[str, Any], names: Sequence[str]) -> None:
    indices = sorted(-1 if p.index is None else p.index for p in found)
    if cell.get("indices") != indices or any(isinstance(i, bool) for i in cell["indices"]):
        raise Invalid(f"the indices are {indices}, not {cell.get('indices')}")
    branches = cell.get("branches")
    if not isinstance(branches, list) or len(branches) != len(found):
        raise Invalid(f"there are {len(found)} points")
    left = list(found)
    for branch in branches:
        if not isinstance(branch, dict) or not isinstance(branch.get("relations"), list):
            raise CertificateError("a branch is malformed")
        box = decode_box(branch.get("box"), names)
        match = next((p for p in left if p.index == branch.get("index") and contains(box, p.box)), None)
        if match is None or not set(branch["relations"]) <= set(match.relations):
            raise Invalid("a stated point is not one of the points that were proved")
        left.remove(match)


def _overlap(cells: list[Sides]) -> bool:
    """Whether two cells share inner points: a sweep along the first parameter."""
    active: list[Sides] = []
    for cell in sorted(cells):
        active = [a for a in active if a[0][1] > cell[0][0]]
        for a in active:
            if all(lo < d and c < hi for (lo, hi), (c, d) in zip(a, cell, strict=True)):
                return True
        active.append(cell)
    return False
