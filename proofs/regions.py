"""One landscape for a whole box of parameters: the same stationary points for every value, none missed.

The box is cut into cells (:mod:`proofs.region_cells`) until each is proved.  Neighbouring cells share
parameter values, so the number of points and their indices are the same everywhere or the claim fails.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import sqrt

import numpy as np

from numeric import balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.endpoints import evaluate_endpoints, from_fractions
from numeric.tree import CutTree, TreeRecorder
from proofs.bounds import APrioriBound
from proofs.region_cells import CELL_BUDGET, CellPoint, CellProof, RegionProblem, Sides, describe, prove_cell, unscaled
from proofs.shown import Shown
from proofs.stationary import kind_of, renamed_relation
from proofs.verdict import Verdict
from symbolic.objectives import Objective

__all__ = ["Branch", "RegionLandscape", "RegionLeaf", "choose_split", "prove_region"]

FINEST = Fraction(1, 2**24)  # cells are not cut below this part of the region
PATIENT = Fraction(1, 2**10)


class RegionLeaf:
    """Kinds of leaves of the tree of cells (0 is a cut)."""

    PROVED = 1
    OPEN = 2


@dataclass(frozen=True)
class Branch:
    """``count`` stationary points of this index lie in ``box`` for every parameter value, and no more do.

    ``relations`` hold exactly at them.
    """

    names: tuple[str, ...]
    box: tuple[Enclosure, ...]
    value: Enclosure
    index: int | None
    count: int
    relations: tuple[str, ...]

    @property
    def kind(self) -> str:
        return kind_of(self.index, len(self.names))


@dataclass
class RegionLandscape(Shown):
    """All stationary points over a region of parameters, with the verdict on the whole region."""

    objective: Objective
    problem: RegionProblem
    verdict: Verdict
    reason: str
    count: int | None
    branches: list[Branch] = field(default_factory=list)
    undecided: list[Sides] = field(default_factory=list)
    cells: list[tuple[int, CellProof]] = field(default_factory=list)
    tree: CutTree | None = None
    bounds: list[APrioriBound] = field(default_factory=list)

    @property
    def region(self) -> dict[str, tuple[Fraction, Fraction]]:
        return {p.name: side for p, side in zip(self.problem.parameters, self.problem.sides, strict=True)}

    def __repr__(self) -> str:
        """Short: there are as many proofs as cells."""
        sides = ", ".join(f"{name} in [{lo}, {hi}]" for name, (lo, hi) in self.region.items())
        return f"<RegionLandscape of {self.objective.name}, {sides}: {self.verdict.value}, {len(self.cells)} cells>"


def prove_region(
    objective: Objective,
    sides: Sides,
    *,
    seconds: float = 120.0,
    boxes: int = CELL_BUDGET.boxes,
    shown: Callable[[str], None] = lambda text: None,
) -> RegionLandscape:
    """Prove one landscape for every parameter value in ``sides``, the intervals of the free parameters.

    PROVED: the same number of stationary points of the same indices at every value.  REFUTED: two cells
    with different ones were proved.  UNDECIDED: cells remain.  Raises ValueError as RegionProblem does.
    """
    problem = RegionProblem(objective, sides)
    recorder = TreeRecorder()
    recorder.root()
    queue: deque[tuple[int, Sides]] = deque([(0, sides)])
    result = RegionLandscape(objective, problem, Verdict.UNDECIDED, "", None)
    started = time.monotonic()
    signature: tuple[int, ...] | None = None
    witness: Sides = ()
    total = _volume(sides, sides)
    done = Fraction(0)
    while queue:
        node, cell = queue.popleft()
        left = seconds - (time.monotonic() - started)
        if left <= 0:
            queue.appendleft((node, cell))
            break
        shown(f"{float(done / total):.1%} of the region, {len(result.cells)} cells proved")
        part = _volume(cell, sides)
        budget = CELL_BUDGET if part < PATIENT else type(CELL_BUDGET)(min(5.0, CELL_BUDGET.seconds), 4000, 1e-5)
        budget = type(budget)(min(budget.seconds, left), min(boxes, budget.boxes), budget.relative_width)
        proof = prove_cell(problem, cell, budget=budget)
        if proof.proved:
            recorder.close(np.array([node]), RegionLeaf.PROVED)
            result.cells.append((node, proof))
            done += part
            found = proof.signature
            if signature is None:
                signature, witness = found, cell
            elif found != signature:
                result.verdict = Verdict.REFUTED
                n = len(objective.variables)
                result.reason = (
                    f"the landscape changes in the region: {describe(signature, n)} at {_at(problem, witness)}, "
                    f"but {describe(found, n)} at {_at(problem, cell)}"
                )
                return result
            continue
        axis = choose_split(problem, cell, proof.axis) if part > FINEST else None
        cut = None if axis is None else cut_of(cell[axis])
        if axis is None or cut is None:
            recorder.close(np.array([node]), RegionLeaf.OPEN)
            result.undecided.append(cell)
            continue
        children = recorder.split(np.array([node]), np.array([axis], dtype=np.int8), np.array([cut]))
        lower, upper = split_cell(cell, axis, Fraction(cut))
        queue.append((int(children[0]), lower))
        queue.append((int(children[1]), upper))
    result.undecided += [cell for _, cell in queue]
    if result.undecided:
        what = "the time budget ended the search" if queue else "near them the Jacobian is singular, or nearly so"
        share = sum((_volume(c, sides) for c in result.undecided), Fraction(0)) / total
        result.reason = f"{len(result.undecided)} cell(s), {float(share):.2g} of the region, are open: {what}"
        return result
    assert signature is not None
    result.tree = recorder.tree()
    result.verdict, result.count = Verdict.PROVED, len(signature)
    result.branches = _branches(problem, [proof for _, proof in result.cells])
    n = len(objective.variables)
    result.reason = f"{describe(signature, n)}, for every value in the region ({len(result.cells)} cells)"
    return result


def _volume(cell: Sides, root: Sides) -> Fraction:
    """The part of the root region that a cell takes (sides that are points count as 1)."""
    part = Fraction(1)
    for (lo, hi), (a, b) in zip(cell, root, strict=True):
        if a < b:
            part *= (hi - lo) / (b - a)
    return part


def _at(problem: RegionProblem, cell: Sides) -> str:
    middle = [(lo + hi) / 2 for lo, hi in cell]
    return ", ".join(f"{p.name} = {float(m):.6g}" for p, m in zip(problem.parameters, middle, strict=True))


def cut_of(side: tuple[Fraction, Fraction]) -> float | None:
    """Where to cut an interval: its middle, in the logarithm where it spans more than a factor of 2."""
    lo, hi = side
    cut = sqrt(float(lo)) * sqrt(float(hi)) if 0 < 2 * lo < hi else float((lo + hi) / 2)
    return cut if lo < Fraction(cut) < hi else None


def split_cell(cell: Sides, axis: int, cut: Fraction) -> tuple[Sides, Sides]:
    """Both closed parts; they share the face at ``cut``."""
    lower, upper = list(cell), list(cell)
    lower[axis] = (cell[axis][0], cut)
    upper[axis] = (cut, cell[axis][1])
    return tuple(lower), tuple(upper)


def choose_split(problem: RegionProblem, cell: Sides, suggestion: int | None = None) -> int | None:
    """The parameter to cut: the suggested one, or the one that changes the equations most; None when all are points."""
    if suggestion is not None and cell[suggestion][0] < cell[suggestion][1]:
        return suggestion
    moved = []
    for k, (lo, hi) in enumerate(cell):
        score = -1.0
        if lo < hi:
            root = problem.sides[k]
            size = float((hi - lo) / max(abs(lo), abs(hi)))
            score = max(size * problem.sensitivity[k], 1e-6 * float((hi - lo) / (root[1] - root[0])))
        moved.append(score)
    best = max(range(len(moved)), key=moved.__getitem__)
    return best if moved[best] > 0 else None


# -- from cells to branches ---------------------------------------------------------------------
def cell_points(
    problem: RegionProblem, proof: CellProof
) -> list[tuple[list[Enclosure], int | None, tuple[str, ...], Enclosure]]:
    """Enclosures (unscaled), index, relations and value of every point over one cell."""
    assert proof.blocks is not None
    variables = problem.objective.variables
    loss = compile_tape([problem.scaled.numeric_loss], [*variables, *problem.parameters])
    place = {v: (k, i) for k, block in enumerate(problem.blocks) for i, v in enumerate(block.variables)}
    found = []
    for combination in product(*(b.points for b in proof.blocks)):
        inner = [_side(combination[k], i) for k, i in (place[v] for v in variables)]
        relations = []
        for number, (point, block) in enumerate(zip(combination, problem.blocks, strict=True)):
            twin = problem.blocks[block.same_as] if block.same_as is not None else problem.blocks[number]
            names = {a.name: b.name for a, b in zip(twin.variables, block.variables, strict=True)}
            relations += [renamed_relation(r, names) for r in point.relations]
        for relation in relations:
            name, _, right = relation.partition(" = ")
            if right == "0":
                inner[[v.name for v in variables].index(name)] = Enclosure.exact(0)
        with balls.precision(80):
            box = [from_fractions(x.lo, x.hi) for x in inner] + [from_fractions(*s) for s in proof.sides]
            (value,) = evaluate_endpoints(loss, box)
            level = Enclosure(balls.lower_fraction(value[0]), balls.upper_fraction(value[1]))
        indices = [p.index for p in combination]
        index = None if None in indices else sum(i for i in indices if i is not None)
        found.append((unscaled(problem, proof.sides, inner), index, tuple(relations), level))
    return found


def _side(point: CellPoint, i: int) -> Enclosure:
    return Enclosure.from_floats(float(point.box.inner_lo[i]), float(point.box.inner_hi[i]))


def _branches(problem: RegionProblem, proofs: Sequence[CellProof]) -> list[Branch]:
    """Hulls over all cells, in the order of the points; hulls of one index that overlap become one."""
    columns: list[list[Enclosure]] = []
    heads: list[tuple[int | None, set[str], Enclosure]] = []
    for proof in proofs:
        points = sorted(cell_points(problem, proof), key=lambda p: (p[1] is None, p[1] or 0))
        if not columns:
            columns = [list(p[0]) for p in points]
            heads = [(p[1], set(p[2]), p[3]) for p in points]
            continue
        for k, (box, _, relations, level) in enumerate(points):
            columns[k] = [hull(a, b) for a, b in zip(columns[k], box, strict=True)]
            heads[k] = (heads[k][0], heads[k][1] & set(relations), hull(heads[k][2], level))
    names = tuple(v.name for v in problem.objective.variables)
    branches = [
        Branch(names, tuple(c), level, i, 1, tuple(sorted(r))) for c, (i, r, level) in zip(columns, heads, strict=True)
    ]
    return merged(branches)


def hull(a: Enclosure, b: Enclosure) -> Enclosure:
    return Enclosure(min(a.lo, b.lo), max(a.hi, b.hi))


def merged(branches: Sequence[Branch]) -> list[Branch]:
    """Branches of one index whose boxes overlap as one, with the sum of their counts."""
    todo, done = list(branches), []
    while todo:
        current = todo.pop(0)
        for k, other in enumerate(todo):
            if other.index == current.index and all(a.overlaps(b) for a, b in zip(other.box, current.box, strict=True)):
                box = tuple(hull(a, b) for a, b in zip(other.box, current.box, strict=True))
                shared = tuple(r for r in current.relations if r in other.relations)
                value = hull(current.value, other.value)
                todo[k] = Branch(current.names, box, value, current.index, current.count + other.count, shared)
                break
        else:
            done.append(current)
    return done
