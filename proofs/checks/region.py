"""Check: the same stationary points for every value of the parameters in a region.

Every cell is proved again in Arb, with the parameters as intervals: each box holds exactly one zero for
every value, the boxes are apart, and the leaves of the search hold no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp
from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.system import System
from proofs.certificates import CertificateError, decode_box, decode_enclosure, decode_float, decode_tree
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.points import check_unique, contains, krawczyk_on
from proofs.checks.walk import SearchWalk
from proofs.region_cells import RegionProblem, Sides, unscaled
from proofs.stationary import index_at, renamed_relation
from symbolic.objectives import Objective
from symbolic.symmetry import SignedPermutation, fixed_relations

__all__ = ["CheckedBranch", "boxes_from", "check_cell", "check_region", "region_from", "tightened"]

PROVED = 1
MOST_COMBINATIONS = 100_000
ROUNDS = 12  # of Krawczyk's operator, to come from the uniqueness box to where the branch runs


@dataclass(frozen=True)
class CheckedBranch:
    """One stationary point for each parameter value of a cell, in ``box``."""

    box: tuple[Enclosure, ...]
    index: int | None
    relations: tuple[str, ...]


def region_from(statement: dict[str, Any]) -> RegionProblem:
    """The objective with its open parameters and their intervals, from the statement alone."""
    region, parameters = statement.get("region"), statement.get("parameters")
    if not isinstance(region, dict) or not region or not isinstance(parameters, dict):
        raise CertificateError("the statement has no region")
    sides = {name: decode_enclosure(value) for name, value in region.items()}
    if set(sides) & set(parameters):
        raise CertificateError("a parameter has both a value and an interval")
    # Any value of the open parameters does to build the objective.
    inside = {name: str(x.hi) for name, x in sides.items()}
    objective: Objective = objective_from({**statement, "parameters": {**parameters, **inside}}).freed(sides)
    try:
        return RegionProblem(objective, tuple((sides[p.name].lo, sides[p.name].hi) for p in objective.free_parameters))
    except ValueError as error:
        raise Invalid(str(error)) from error


@register("parameter-region")
def check_region(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    problem = region_from(statement)
    tree = decode_tree(evidence.get("tree"), len(problem.sides))
    cells = evidence.get("cells")
    if not isinstance(cells, dict):
        raise CertificateError("the cells are not a table")
    stack: list[tuple[int, Sides]] = [(0, problem.sides)]
    while stack:
        node, sides = stack.pop()
        if tree.kind[node] == 0:
            axis, cut = int(tree.axis[node]), Fraction(float(tree.cut[node]))
            lo, hi = sides[axis]
            if not lo <= cut <= hi:
                raise Invalid(f"cell {node} is cut outside of itself")
            child = int(tree.child[node])
            stack.append((child, (*sides[:axis], (lo, cut), *sides[axis + 1 :])))
            stack.append((child + 1, (*sides[:axis], (cut, hi), *sides[axis + 1 :])))
            continue
        if tree.kind[node] != PROVED:
            raise Invalid(f"cell {node} was left open")
        try:
            _compare(problem, check_cell(problem, sides, cells.get(str(node))), statement)
        except Invalid as error:
            raise Invalid(f"cell {node}: {error}") from error


def check_cell(problem: RegionProblem, sides: Sides, given: Any) -> list[CheckedBranch]:
    """Prove one cell again; returns all stationary points over it, in the coordinates of the objective."""
    if not isinstance(given, list) or len(given) != len(problem.blocks):
        raise Invalid("the evidence does not have the blocks of this objective")
    checked: list[list[CheckedBranch]] = []
    for number, (block, part) in enumerate(zip(problem.blocks, given, strict=True)):
        if not isinstance(part, dict):
            raise CertificateError("a block is malformed")
        if block.same_as is not None:
            if part.get("same_as") != block.same_as:
                raise Invalid(f"block {number + 1} is not marked as a copy of its twin")
            twin = problem.blocks[block.same_as]
            names = {a.name: b.name for a, b in zip(twin.variables, block.variables, strict=True)}
            checked.append(
                [
                    replace(p, relations=tuple(renamed_relation(r, names) for r in p.relations))
                    for p in checked[block.same_as]
                ]
            )
            continue
        system = replace(problem.systems[number], fixed=sides)
        variables = [v.name for v in block.variables]
        checked.append(_check_block(system, variables, problem.groups[number], problem.root(block, sides), part))
    if prod(len(c) for c in checked) > MOST_COMBINATIONS:
        raise Invalid("too many stationary points")
    place = {v: (k, i) for k, block in enumerate(problem.blocks) for i, v in enumerate(block.variables)}
    found = []
    for combination in product(*checked):
        box = [combination[k].box[i] for k, i in (place[v] for v in problem.objective.variables)]
        relations = tuple(r for p in combination for r in p.relations)
        indices = [p.index for p in combination]
        index = None if None in indices else sum(i for i in indices if i is not None)
        found.append(
            CheckedBranch(
                tuple(unscaled(problem, sides, _exact(box, relations, problem.objective.variables))), index, relations
            )
        )
    return found


def _exact(box: Sequence[Enclosure], relations: Sequence[str], variables: Sequence[sp.Symbol]) -> list[Enclosure]:
    zero = {r.partition(" = ")[0] for r in relations if r.endswith(" = 0")}
    return [Enclosure.exact(0) if v.name in zero else x for x, v in zip(box, variables, strict=True)]


def _check_block(
    system: System,
    names: Sequence[str],
    group: Sequence[SignedPermutation],
    root: Sequence[Enclosure],
    part: dict[str, Any],
) -> list[CheckedBranch]:
    unique = boxes_from(part.get("unique"), len(names))
    hints = boxes_from(part.get("inner"), len(names))
    if len(hints) != len(unique):
        raise CertificateError("there is not one inner box for each uniqueness box")
    inner = []
    for u, hint in zip(unique, hints, strict=True):
        check_unique(system, u)
        inner.append(tightened(system, u, hint))
    for i, x in enumerate(inner):
        for y in inner[:i]:
            if all(a.overlaps(b) for a, b in zip(x, y, strict=True)):
                raise Invalid("two branches are not told apart")
        for g in group:
            if not any(contains(u, g.apply(x)) for u in unique):
                raise Invalid("a symmetric image of a branch is missing")
    SearchWalk(system, unique).walk(decode_tree(part.get("tree"), len(names)), root)
    found = []
    for u, x in zip(unique, inner, strict=True):
        fixing = [g for g in group if contains(u, g.apply(x))]
        index = index_at(system, [side.middle for side in u])
        found.append(CheckedBranch(tuple(x), index, fixed_relations(fixing, names)))
    return found


def boxes_from(given: Any, n: int) -> list[list[Enclosure]]:
    """Boxes with hexadecimal ends.  Raises CertificateError."""
    if not isinstance(given, list):
        raise CertificateError("the uniqueness boxes are not a list")
    return [_box(u, n) for u in given]


def _box(value: Any, n: int) -> list[Enclosure]:
    if not isinstance(value, list) or len(value) != n or not all(isinstance(s, list) and len(s) == 2 for s in value):
        raise CertificateError("a uniqueness box is malformed")
    try:
        return [Enclosure(Fraction(decode_float(a)), Fraction(decode_float(b))) for a, b in value]
    except ValueError as error:
        raise CertificateError("a uniqueness box is malformed") from error


def tightened(system: System, box: Sequence[Enclosure], hint: Sequence[Enclosure] | None = None) -> list[Enclosure]:
    """Where the one zero of the box can be, for all parameter values: Krawczyk's operator a few times.

    A ``hint`` inside of the box that is shown to hold a zero holds the one of the box.
    """
    current = list(box)
    with balls.precision(80):
        if hint is not None and contains(box, hint):
            sides = [(balls.ball(x.lo), balls.ball(x.hi)) for x in hint]
            result = krawczyk_on(system, sides)
            if result.unique and all(lo < k < hi for k, (lo, hi) in zip(result.image, sides, strict=True)):
                current = list(hint)
        for _ in range(ROUNDS):
            image = krawczyk_on(system, [(balls.ball(x.lo), balls.ball(x.hi)) for x in current]).image
            if not all(k.is_finite() for k in image):
                break
            current = [_meet(x, k) for x, k in zip(current, image, strict=True)]
    return current


def _meet(x: Enclosure, k: arb) -> Enclosure:
    lo, hi = max(x.lo, balls.lower_fraction(k)), min(x.hi, balls.upper_fraction(k))
    if lo > hi:
        raise Invalid("a uniqueness box and its image do not meet")
    return Enclosure(lo, hi)


def _compare(problem: RegionProblem, found: Sequence[CheckedBranch], statement: dict[str, Any]) -> None:
    """Each point of the cell is in exactly the stated numbers: branch by branch, none left over."""
    branches = statement.get("branches")
    if not isinstance(branches, list):
        raise CertificateError("the branches are not a list")
    if statement.get("count") != len(found) or isinstance(statement.get("count"), bool):
        raise Invalid(f"there are {len(found)} stationary points, not {statement.get('count')}")
    names = [v.name for v in problem.objective.variables]
    left = list(found)
    for branch in branches:
        if not isinstance(branch, dict) or not isinstance(branch.get("relations"), list):
            raise CertificateError("a branch is malformed")
        box = decode_box(branch.get("box"), names)
        mine = [p for p in left if p.index == branch.get("index") and contains(box, p.box)]
        if len(mine) != branch.get("count") or isinstance(branch.get("count"), bool):
            raise Invalid(f"a branch has {len(mine)} points, not {branch.get('count')}")
        for p in mine:
            if not set(branch["relations"]) <= set(p.relations):
                raise Invalid("the exact relations of a branch are other ones")
        left = [p for p in left if p not in mine]
    if left:
        raise Invalid("a stationary point belongs to no stated branch")
