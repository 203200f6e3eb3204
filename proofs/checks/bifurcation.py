"""Check: these are all bifurcations in a range of one parameter, and between them nothing changes.

The range is walked piece by piece: cells are proved again as in :mod:`proofs.checks.region`, and around each
bifurcation the theorem of its kind, and the absence of other changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import CertificateError, decode_box, decode_enclosure, decode_tree
from proofs.checks.base import Invalid, register
from proofs.checks.points import check_unique, contains, enough_bits, zero_in
from proofs.checks.region import boxes_from, check_cell, region_from, tightened
from proofs.checks.walk import SearchWalk
from proofs.region_cells import RegionProblem, unscaled
from proofs.singular import FOLD, PITCHFORK, Curve, Neighbourhood, flipped_alone

__all__ = ["check_bifurcation"]

Box = list[Enclosure]


@register("bifurcation")
def check_bifurcation(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    problem = region_from(statement)
    if len(problem.sides) != 1 or any(b.same_as != 0 for b in problem.blocks[1:]):
        raise Invalid("a bifurcation is stated for one parameter and for neurons that are copies")
    points, pieces = statement.get("points"), evidence.get("pieces")
    if not isinstance(points, list) or not isinstance(pieces, list) or not pieces:
        raise CertificateError("the points or the pieces are not a list")
    (side,) = problem.sides
    reached, count, seen = side[0], statement.get("count"), 0
    for number, piece in enumerate(pieces):
        if not isinstance(piece, dict):
            raise CertificateError("a piece is malformed")
        lo, hi = _pair(piece.get("side"))
        if lo != reached or not lo < hi:
            raise Invalid(f"piece {number} does not begin where the one before it ends")
        try:
            if "cell" in piece:
                found = len(check_cell(problem, ((lo, hi),), piece["cell"]))
                below, above = found, found
            else:
                if piece.get("point") != seen or seen >= len(points):
                    raise Invalid("the points are not in the order of the pieces")
                below, above = _check_point(problem, Enclosure(lo, hi), piece, points[seen])
                seen += 1
        except Invalid as error:
            raise Invalid(f"piece {number}: {error}") from error
        if isinstance(count, bool) or below != count:
            raise Invalid(f"piece {number}: there are {below} stationary points, not {count}")
        reached, count = hi, above
    if reached != side[1] or seen != len(points):
        raise Invalid("the pieces do not cover the range, or a stated point is in none of them")


def _check_point(problem: RegionProblem, span: Enclosure, piece: dict[str, Any], stated: Any) -> tuple[int, int]:
    """The numbers of all stationary points below and above a bifurcation in ``span``."""
    if not isinstance(stated, dict):
        raise CertificateError("a point is malformed")
    block, group, parameter = problem.blocks[0], problem.groups[0], problem.parameters[0]
    kind, axis, n = stated.get("kind"), piece.get("axis"), len(problem.blocks[0].variables)
    if kind not in (FOLD, PITCHFORK) or not isinstance(axis, int) or isinstance(axis, bool) or not 0 <= axis < n:
        raise CertificateError("the kind or the axis of a bifurcation is malformed")
    if kind == PITCHFORK and axis not in flipped_alone(group):
        raise Invalid("no symmetry changes the sign of that variable alone")
    box = [decode_enclosure(x) for x in _list(piece.get("box"), n)]
    place = Neighbourhood(kind, axis, decode_enclosure(piece.get("along")), tuple(box), span)
    curve = Curve(block, parameter, kind, axis)
    shape = curve.shape(place)
    if shape is None:
        raise Invalid("the shape of the curve of zeros was not shown")
    system, unknowns = curve.extended_system()
    near = [decode_enclosure(x) for x in _list(piece.get("extended"), len(unknowns))]
    extended = zero_in(system, near, enough_bits(near))
    if extended is None:
        raise Invalid("the extended system was not shown to have a zero there")
    values = dict(zip(unknowns, extended, strict=True))
    point = [values.get(v, Enclosure.exact(0)) for v in block.variables]
    critical = values[parameter]
    counts = curve.counts(place, shape, point, critical)
    if counts is None:
        raise Invalid("the numbers of zeros near the bifurcation were not shown")
    _compare(problem, stated, point, critical)
    boxes: list[Box] = []
    for g in group:
        image = g.apply(place.region)
        if image not in boxes:
            boxes.append(image)
    regular = boxes_from(piece.get("regular"), n)
    inner = boxes + _regular(problem, span, regular, boxes)
    for i, x in enumerate(inner):
        if any(all(a.overlaps(b) for a, b in zip(x, y, strict=True)) for y in inner[:i]):
            raise Invalid("two zeros, or a zero and a neighbourhood, are not told apart")
    side = (span.lo, span.hi)
    walk = SearchWalk(replace(problem.systems[0], fixed=(side,)), [*boxes, *regular])
    walk.walk(decode_tree(piece.get("tree"), n), problem.root(block, (side,)))
    below, above = ((len(regular) + len(boxes) * c) ** len(problem.blocks) for c in counts)
    expected = {"below": below, "above": above, "copies": len(boxes)}
    if any(stated.get(k) != v or isinstance(stated.get(k), bool) for k, v in expected.items()):
        raise Invalid(f"a point changes the number from {below} to {above}, in {len(boxes)} place(s)")
    return below, above


def _regular(problem: RegionProblem, span: Enclosure, regular: Sequence[Box], boxes: Sequence[Box]) -> list[Box]:
    """Where the zeros outside of the neighbourhoods are, each alone in its box, with all their images."""
    system = replace(problem.systems[0], fixed=((span.lo, span.hi),))
    found = []
    for u in regular:
        check_unique(system, u)
        found.append(tightened(system, u))
    for x in found:
        for g in problem.groups[0]:
            image = g.apply(x)
            if not any(contains(u, image) for u in regular):
                raise Invalid("a symmetric image of a zero is missing")
    return found


def _compare(problem: RegionProblem, stated: dict[str, Any], point: Sequence[Enclosure], critical: Enclosure) -> None:
    names = [v.name for v in problem.blocks[0].variables]
    if not decode_enclosure(stated.get("parameter")).contains(critical):
        raise Invalid("the critical parameter is not in the stated interval")
    values = dict(zip(problem.blocks[0].variables, point, strict=True))
    whole = [values.get(v, Enclosure.exact(0)) for v in problem.objective.variables]
    found = unscaled(problem, ((critical.lo, critical.hi),), whole, bits=400)
    mine = [x for x, v in zip(found, problem.objective.variables, strict=True) if v in values]
    if not contains(decode_box(stated.get("point"), names), mine):
        raise Invalid("the bifurcation is not in the stated box")


def _pair(value: Any) -> tuple[Fraction, Fraction]:
    side = decode_enclosure(value)
    return side.lo, side.hi


def _list(value: Any, n: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != n:
        raise CertificateError("a neighbourhood is malformed")
    return value
