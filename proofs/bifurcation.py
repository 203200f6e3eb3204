"""Where the number of stationary points changes along one parameter: certified, and complete in a range.

The range is cut into cells with a proved constant landscape and neighbourhoods of folds and pitchforks,
in which the number of zeros on either side of a certified point is known.  Statement and proof:
``docs/theory/bifurcation.md``.  Newton's method suggests where to look; nothing is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from numeric.candidates import newton_from_many
from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray
from numeric.isolate import Isolator
from numeric.search import Budget, IsolatedBox, SearchResult, search_zeros
from numeric.system import System
from proofs.landscape import extend_with_orbit, image_box
from proofs.neighbourhoods import candidates, neighbourhoods
from proofs.region_cells import CELL_BUDGET, CellProof, RegionProblem, contracted_root, prove_cell, unscaled
from proofs.regions import cut_of
from proofs.shown import Shown
from proofs.singular import Curve, Neighbourhood
from proofs.stationary import refine
from proofs.verdict import Verdict
from symbolic.objectives import Objective
from symbolic.symmetry import SignedPermutation

__all__ = ["BifurcationDiagram", "BifurcationPoint", "Piece", "constant_stretches", "prove_bifurcations"]

COARSE, FINE = 6, 40  # how often the range is halved: to find what is suspect, to fill what is left
CLUSTER = 3.0  # candidates are looked for this many widths around what is suspect


@dataclass(frozen=True)
class BifurcationPoint:
    """``below`` and ``above`` count all stationary points on either side, next to the critical parameter.

    ``copies`` symmetric images bifurcate at the same parameter; ``point`` is one of them, in the variables
    of the objective's first block, ``place`` its neighbourhood in scaled coordinates.
    """

    kind: str
    parameter: Enclosure
    names: tuple[str, ...]
    point: tuple[Enclosure, ...]
    below: int
    above: int
    copies: int
    extended: tuple[Enclosure, ...]
    place: Neighbourhood
    search: SearchResult
    regular: tuple[IsolatedBox, ...]


@dataclass(frozen=True)
class Piece:
    """A closed interval of the parameter: a proved cell, or the span of a bifurcation point."""

    side: tuple[Fraction, Fraction]
    content: CellProof | BifurcationPoint


@dataclass
class BifurcationDiagram(Shown):
    objective: Objective
    problem: RegionProblem
    verdict: Verdict
    reason: str
    points: list[BifurcationPoint] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    undecided: list[tuple[Fraction, Fraction]] = field(default_factory=list)

    def __repr__(self) -> str:
        """Short: the pieces hold a proof each."""
        kinds = ", ".join(p.kind for p in self.points) or "none"
        return f"<BifurcationDiagram of {self.objective.name} in {self.parameter}: {self.verdict.value}, {kinds}>"

    @property
    def parameter(self) -> str:
        return str(self.problem.parameters[0].name)


def prove_bifurcations(
    objective: Objective,
    side: tuple[Fraction, Fraction],
    *,
    digits: int = 30,
    seconds: float = 120.0,
    shown: Callable[[str], None] = lambda text: None,
) -> BifurcationDiagram:
    """All folds and pitchforks of an objective with one free parameter in ``side``.

    PROVED: outside of the points the number of stationary points does not change, and at each point it
    changes as stated.  Raises ValueError as RegionProblem does, and for blocks that are no copies.
    """
    problem = RegionProblem(objective, (side,))
    if len(problem.parameters) != 1 or side[0] >= side[1]:
        raise ValueError("a range of one parameter is needed")
    if any(b.same_as != 0 for b in problem.blocks[1:]):
        raise ValueError("the neurons are not copies of each other; state the claim for one of them")
    deadline = time.monotonic() + seconds
    cells, open_ = _fill(problem, [side], deadline, COARSE, shown)
    points: list[BifurcationPoint] = []
    for cluster in _clusters(open_):
        shown(f"near {problem.parameters[0].name} = {float(cluster[0]):.6g}")
        for kind, axis, start in candidates(problem, cluster, CLUSTER):
            point = _certify(problem, side, kind, axis, start, digits, deadline)
            if point is not None and not any(_same(point, p) for p in points):
                points.append(point)
    points.sort(key=lambda p: p.place.span.lo)
    result = BifurcationDiagram(objective, problem, Verdict.UNDECIDED, "", points)
    if any(p.place.span.hi >= q.place.span.lo for p, q in pairwise(points)):
        result.reason = "two bifurcations are too close together to be told apart"
        result.undecided = [side]
        return result
    gaps = _gaps(side, [(p.place.span.lo, p.place.span.hi) for p in points])
    kept = [c for c in cells if any(g[0] <= c.sides[0][0] and c.sides[0][1] <= g[1] for g in gaps)]
    more, open_ = _fill(problem, _missing(gaps, kept), deadline, FINE, shown)
    result.pieces = sorted(
        [Piece(c.sides[0], c) for c in kept + more] + [Piece((p.place.span.lo, p.place.span.hi), p) for p in points],
        key=lambda piece: piece.side,
    )
    result.undecided = open_
    if open_:
        ends = ", ".join(f"[{float(a):.6g}, {float(b):.6g}]" for a, b in _clusters(open_)[:3])
        result.reason = f"not decided: {ends}; a bifurcation that is no certified fold or pitchfork, or a short budget"
        return result
    mismatch = _mismatch(side, result.pieces)
    if mismatch is not None:
        result.reason = mismatch
        return result
    result.verdict = Verdict.PROVED
    result.reason = _summary(result)
    return result


def counts_of(piece: Piece) -> tuple[int, int]:
    """The numbers of stationary points at the lower and the upper end of a piece."""
    content = piece.content
    if isinstance(content, CellProof):
        return len(content.signature), len(content.signature)
    return content.below, content.above


def constant_stretches(diagram: BifurcationDiagram) -> list[tuple[tuple[Fraction, Fraction], int]]:
    """Intervals of proved cells with one number of stationary points, as long as they go."""
    found: list[tuple[tuple[Fraction, Fraction], int]] = []
    for piece in diagram.pieces:
        if isinstance(piece.content, CellProof):
            count = len(piece.content.signature)
            if found and found[-1][0][1] == piece.side[0] and found[-1][1] == count:
                found[-1] = ((found[-1][0][0], piece.side[1]), count)
            else:
                found.append((piece.side, count))
    return found


def _mismatch(side: tuple[Fraction, Fraction], pieces: Sequence[Piece]) -> str | None:
    """Neighbouring pieces share a parameter value, and so the number there: a check of everything above."""
    if not pieces or pieces[0].side[0] != side[0] or pieces[-1].side[1] != side[1]:
        return "the pieces do not reach the ends of the range"
    for p, q in pairwise(pieces):
        if p.side[1] != q.side[0] or counts_of(p)[1] != counts_of(q)[0]:
            return f"the proofs on both sides of {float(q.side[0]):.12g} do not agree"
    return None


def _summary(result: BifurcationDiagram) -> str:
    numbers = [counts_of(result.pieces[0])[0], *(p.above for p in result.points)]
    if not result.points:
        points = "stationary point" if numbers[0] == 1 else "stationary points"
        return f"{numbers[0]} {points} for every value; no bifurcation in the range"
    chain = " -> ".join(map(str, numbers))
    return f"{len(result.points)} bifurcation(s), stationary points {chain}; between them the number does not change"


# -- covering the range -------------------------------------------------------------------------
def _fill(
    problem: RegionProblem,
    sides: Sequence[tuple[Fraction, Fraction]],
    deadline: float,
    depth: int,
    shown: Callable[[str], None],
) -> tuple[list[CellProof], list[tuple[Fraction, Fraction]]]:
    """Proved cells that cover the intervals, and what is left when they have been halved ``depth`` times."""
    todo = [(s, 0) for s in sides]
    cells, open_ = [], []
    while todo:
        (lo, hi), level = todo.pop()
        left = deadline - time.monotonic()
        if left <= 0:
            open_.append((lo, hi))
            continue
        shown(f"{problem.parameters[0].name} in [{float(lo):.6g}, {float(hi):.6g}]")
        proof = prove_cell(problem, ((lo, hi),), budget=replace(CELL_BUDGET, seconds=min(left, 5.0), boxes=8000))
        if proof.proved:
            cells.append(proof)
            continue
        cut = cut_of((lo, hi)) if level < depth else None
        if cut is None:
            open_.append((lo, hi))
        else:
            todo += [((lo, Fraction(cut)), level + 1), ((Fraction(cut), hi), level + 1)]
    return cells, sorted(open_)


def _clusters(sides: Sequence[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    merged: list[tuple[Fraction, Fraction]] = []
    for lo, hi in sorted(sides):
        if merged and lo <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return merged


def _gaps(
    side: tuple[Fraction, Fraction], spans: Sequence[tuple[Fraction, Fraction]]
) -> list[tuple[Fraction, Fraction]]:
    """What the disjoint sorted spans leave of the interval."""
    found, lo = [], side[0]
    for a, b in spans:
        if lo < a:
            found.append((lo, a))
        lo = b
    if lo < side[1]:
        found.append((lo, side[1]))
    return found


def _missing(gaps: Sequence[tuple[Fraction, Fraction]], cells: Sequence[CellProof]) -> list[tuple[Fraction, Fraction]]:
    found = []
    for gap in gaps:
        inside = sorted(c.sides[0] for c in cells if gap[0] <= c.sides[0][0] and c.sides[0][1] <= gap[1])
        found += _gaps(gap, inside)
    return found


def _same(p: BifurcationPoint, q: BifurcationPoint) -> bool:
    """At the same parameter to all digits: one bifurcation, or symmetric images of it."""
    return p.kind == q.kind and p.parameter.overlaps(q.parameter)


# -- one bifurcation ----------------------------------------------------------------------------
def _certify(
    problem: RegionProblem,
    side: tuple[Fraction, Fraction],
    kind: str,
    axis: int,
    start: FloatArray,
    digits: int,
    deadline: float,
) -> BifurcationPoint | None:
    """The bifurcation near a start, with the largest neighbourhood in which everything is proved."""
    block, group = problem.blocks[0], problem.groups[0]
    parameter = problem.parameters[0]
    curve = Curve(block, parameter, kind, axis)
    system, unknowns = curve.extended_system()
    extended = refine(system, start.tolist(), digits + 8)
    if extended is None:
        return None
    values = dict(zip(unknowns, extended, strict=True))
    point = [values.get(v, Enclosure.exact(0)) for v in block.variables]
    critical = values[parameter]
    if critical.hi <= side[0] or critical.lo >= side[1]:
        return None
    for place, shape in neighbourhoods(curve, point, critical, side):
        if time.monotonic() > deadline:
            return None
        counts = curve.counts(place, shape, point, critical)
        if counts is None:
            continue
        boxes = images(place, group)
        found = rest_of(problem, place, boxes, group)
        if found is None:
            continue
        search, regular = found
        below, above = totals(problem, counts, len(boxes), len(regular))
        names = tuple(v.name for v in block.variables)
        where = point_of(problem, point, critical)
        return BifurcationPoint(
            kind, critical, names, where, below, above, len(boxes), tuple(extended), place, search, regular
        )
    return None


def totals(problem: RegionProblem, counts: tuple[int, int], copies: int, regular: int) -> tuple[int, int]:
    """All stationary points below and above: every neuron is in one of the zeros of its block."""
    below, above = ((regular + copies * c) ** len(problem.blocks) for c in counts)
    return below, above


def point_of(problem: RegionProblem, point: Sequence[Enclosure], critical: Enclosure) -> tuple[Enclosure, ...]:
    """A point of the first block in the coordinates of the objective."""
    found = dict(zip(problem.blocks[0].variables, point, strict=True))
    zero = Enclosure.exact(0)
    inner = [found.get(v, zero) for v in problem.objective.variables]
    whole = unscaled(problem, ((critical.lo, critical.hi),), inner, bits=400)
    return tuple(x for x, v in zip(whole, problem.objective.variables, strict=True) if v in found)


def images(place: Neighbourhood, group: Sequence[SignedPermutation]) -> list[IsolatedBox]:
    """The neighbourhood and its distinct images, as boxes of float ends (exact)."""
    lo = np.array([float(x.lo) for x in place.region])
    hi = np.array([float(x.hi) for x in place.region])
    first = IsolatedBox(lo, hi, lo, hi)
    found: list[IsolatedBox] = []
    for g in group:
        box = image_box(first, g)
        if not any(
            np.array_equal(box.outer_lo, b.outer_lo) and np.array_equal(box.outer_hi, b.outer_hi) for b in found
        ):
            found.append(box)
    return found


def rest_of(
    problem: RegionProblem, place: Neighbourhood, boxes: list[IsolatedBox], group: Sequence[SignedPermutation]
) -> tuple[SearchResult, tuple[IsolatedBox, ...]] | None:
    """All other zeros for every parameter in the span: the search, and one box for each; None if not shown."""
    if _any_overlap(boxes):
        return None
    span = (place.span.lo, place.span.hi)
    system: System = replace(problem.systems[0], fixed=(span,))
    root = problem.root(problem.blocks[0], (span,))
    root_lo, root_hi = np.array([float(x.lo) for x in root]), np.array([float(x.hi) for x in root])
    isolate = Isolator(system)
    known = list(boxes)
    near_lo, near_hi = contracted_root(system, root_lo, root_hi)
    for column in newton_from_many(system, near_lo, near_hi, starts=96, steps=40).T:
        if any(np.all((column >= b.outer_lo) & (column <= b.outer_hi)) for b in boxes):
            continue
        extend_with_orbit(known, isolate(column), group)
    budget = Budget(seconds=5.0, boxes=20_000, relative_width=1e-9)
    search = search_zeros(system, root_lo, root_hi, known, budget=budget)
    if not search.complete or _any_overlap(known):
        return None
    return search, tuple(known[len(boxes) :])


def _any_overlap(boxes: Sequence[IsolatedBox]) -> bool:
    return any(
        np.all((a.inner_lo <= b.inner_hi) & (b.inner_lo <= a.inner_hi)) for i, a in enumerate(boxes) for b in boxes[:i]
    )
