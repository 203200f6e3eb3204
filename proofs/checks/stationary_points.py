"""Check: these are all the stationary points of the objective, each alone in its box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.system import System, Vector, fundamental_domain
from proofs.blocks import Block, confined_system, extended_symmetry, find_blocks, within_sides
from proofs.bounds import search_sides
from proofs.certificates import (
    CertificateError,
    decode_box,
    decode_enclosure,
    decode_fraction,
    decode_tree,
)
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.points import check_unique_up_to, contains, enough_bits, fattened, zero_in
from proofs.checks.walk import SearchWalk
from proofs.stationary import Classification, classify, relations, renamed_relation, zero_in_subspace
from proofs.theorems.supervised_signs import SignDomain, supervised_signs
from symbolic.objectives import Objective
from symbolic.symmetry import LinearSubspace, SignedPermutation, generated_group, is_symmetry, leaves_invariant

__all__ = ["CheckedPoint", "check_stationary_points", "checked_points", "within_from"]

Box = Sequence[Enclosure]


@dataclass(frozen=True)
class CheckedPoint:
    """A point of a block that was proved again."""

    box: tuple[Enclosure, ...]
    unique_in: tuple[Enclosure, ...]
    relations: tuple[str, ...]
    classification: Classification


@register("stationary-points")
def check_stationary_points(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    names = [v.name for v in objective.variables]
    blocks = find_blocks(objective)
    given = evidence.get("blocks")
    if not isinstance(given, list) or len(given) != len(blocks):
        raise Invalid("the evidence does not have the blocks of this objective")
    within = within_from(statement, objective)
    try:
        _, sides = search_sides(objective, {n: (s.lo, s.hi) for n, s in within.items()})
    except ValueError as error:
        raise Invalid(str(error)) from error
    if within:
        blocks = within_sides(blocks, sides)
    checked: list[list[CheckedPoint]] = []
    for number, (block, part) in enumerate(zip(blocks, given, strict=True)):
        block_names = [v.name for v in block.variables]
        if not isinstance(part, dict) or part.get("variables") != block_names:
            raise Invalid(f"block {number + 1} has other variables")
        if block.same_as is not None:
            if part.get("same_as") != block.same_as:
                raise Invalid(f"block {number + 1} is not marked as a copy of its twin")
            checked.append([_renamed(p, blocks[block.same_as], block) for p in checked[block.same_as]])
        else:
            checked.append(_check_block(objective, block, part, sides, bool(within)))
    _compare(objective, names, blocks, checked, statement)


def within_from(statement: dict[str, Any], objective: Objective) -> dict[str, Enclosure]:
    """The sides of a box that the statement gives."""
    stated = statement.get("within", {})
    if not isinstance(stated, dict) or not set(stated) <= {v.name for v in objective.variables}:
        raise CertificateError("the box that was given is malformed")
    return {name: decode_enclosure(side) for name, side in stated.items()}


def _check_block(
    objective: Objective,
    block: Block,
    part: dict[str, Any],
    sides: Mapping[sp.Symbol, tuple[Fraction, Fraction]],
    given: bool,
) -> list[CheckedPoint]:
    names = [v.name for v in block.variables]
    for g in block.symmetries:
        if not is_symmetry(objective.numeric_loss, objective.variables, extended_symmetry(g, block, objective)):
            raise Invalid(f"{g.name} is not a symmetry")
    group = generated_group(block.symmetries, len(names))
    root = decode_box(part.get("root"), names)
    for v, side in zip(block.variables, root, strict=True):
        lo, hi = sides[v]
        if side.lo > lo or side.hi < hi:
            raise Invalid(
                f"the searched box does not contain the {'given side' if given else 'a-priori bound'} of {v.name}"
            )
    system = confined_system(block, _domain(objective, group, part.get("functional", ()), len(names), given))
    points = checked_points(system, block, part.get("points"), group)
    limits = [Enclosure(*sides[v]) for v in block.variables]
    if given and not all(contains(limits, p.box) for p in points):
        raise Invalid("a listed point was not shown to lie in the box that was given")
    unique = [decode_box(u, names) for u in _list(part.get("unique"), "uniqueness boxes")]
    for u in unique:
        check_unique_up_to(system, u, group)
        if not any(contains(u, p.box) for p in points):
            raise Invalid("a uniqueness box of the search holds none of the listed points")
    _check_closed(points, group)
    for i, p in enumerate(points):
        for q in points[:i]:
            if all(a.overlaps(b) for a, b in zip(p.box, q.box, strict=True)):
                raise Invalid("two listed points are not told apart")
    tree = decode_tree(part.get("tree"), len(names))
    SearchWalk(system, unique).walk(tree, root)
    return points


def _domain(
    objective: Objective, group: Sequence[SignedPermutation], functional: Any, n: int, given: bool
) -> SignDomain | list[Vector]:
    """Where a member of every orbit lies: by a functional, or (None) by the signs of supervised neurons."""
    if functional is None:
        # The orbits of the theorem are those of all symmetries, which a box that was given may cut.
        signs = None if given or n != len(objective.variables) else supervised_signs(objective)
        if signs is None:
            raise Invalid("the signs of supervised neurons are not known for this objective")
        return signs
    if not isinstance(functional, list) or len(functional) != n:
        raise CertificateError("the functional of a block is malformed")
    return fundamental_domain(group, [decode_fraction(c) for c in functional])


def checked_points(
    system: System, block: Block, given: Any, group: Sequence[SignedPermutation] = ()
) -> list[CheckedPoint]:
    """Prove again that each listed box holds exactly one zero, with its relations and its index.

    ``group`` are symmetries of the equations that were shown.
    """
    names = [v.name for v in block.variables]
    found = []
    for entry in _list(given, "points"):
        if not isinstance(entry, dict):
            raise CertificateError("a point is malformed")
        box, outer = decode_box(entry.get("box"), names), decode_box(entry.get("unique_in"), names)
        if not contains(outer, box):
            raise Invalid("a point is not inside its uniqueness box")
        check_unique_up_to(system, outer, group)
        bits = enough_bits(box)
        subspace = _subspace(entry.get("subspace"), len(names))
        if subspace is None:
            zero: list[Enclosure] | None = zero_in(system, box, bits)
        else:
            if not leaves_invariant(block.gradient, block.variables, subspace):
                raise Invalid("a claimed exact relation is not preserved by the gradient")
            zero = zero_in_subspace(system.function, system.jacobian, subspace, fattened(box), bits=bits)
        if zero is None or not contains(box, zero):
            raise Invalid("a listed box was not shown to hold its zero")
        classification = classify(system.jacobian, box, bits=bits)
        found.append(CheckedPoint(tuple(box), tuple(outer), relations(subspace, names), classification))
    return found


def _check_closed(points: Sequence[CheckedPoint], group: Sequence[SignedPermutation]) -> None:
    """Every image of a listed point is a listed point: it lies where that one is alone."""
    for p in points:
        for g in group:
            image = g.apply(p.box)
            if not any(contains(q.unique_in, image) for q in points):
                raise Invalid("a symmetric image of a listed point is missing")


def _compare(
    objective: Objective,
    names: list[str],
    blocks: Sequence[Block],
    checked: Sequence[Sequence[CheckedPoint]],
    statement: dict[str, Any],
) -> None:
    """The statement's points are exactly the combinations of the blocks' points."""
    claimed = _list(statement.get("points"), "points")
    if prod(len(c) for c in checked) != statement.get("count"):
        raise Invalid(f"there are {prod(len(c) for c in checked)} stationary points, not {statement.get('count')}")
    combinations = list(product(*checked))
    if statement.get("count") != len(combinations) or len(claimed) != len(combinations):
        raise Invalid(f"there are {len(combinations)} stationary points, not {statement.get('count')}")
    by_box: dict[tuple[Enclosure, ...], tuple[CheckedPoint, ...]] = {}
    place = {v: (k, i) for k, block in enumerate(blocks) for i, v in enumerate(block.variables)}
    where = [place[v] for v in objective.variables]
    for combination in combinations:
        by_box[tuple(combination[k].box[i] for k, i in where)] = combination
    loss = compile_tape([objective.numeric_loss], objective.variables)
    seen = set()
    for entry in claimed:
        if not isinstance(entry, dict):
            raise CertificateError("a point is malformed")
        box = tuple(decode_box(entry.get("box"), names))
        match = by_box.get(box)
        if match is None or box in seen:
            raise Invalid("a stated point is not one of the points that were proved")
        seen.add(box)
        outer = tuple(decode_box(entry.get("unique_in"), names))
        if outer != tuple(match[k].unique_in[i] for k, i in where):
            raise Invalid("a stated uniqueness box differs from the one that was proved")
        _check_entry(entry, match, box, loss)


def _check_entry(entry: dict[str, Any], match: Sequence[CheckedPoint], box: Box, loss: Any) -> None:
    indices = [p.classification.index for p in match]
    index = None if None in indices else sum(i for i in indices if i is not None)
    if entry.get("index") != index or isinstance(entry.get("index"), bool):
        raise Invalid(f"the index of a point is {index}, not {entry.get('index')}")
    kind = "degenerate" if index is None else "minimum" if index == 0 else "maximum" if index == len(box) else "saddle"
    if entry.get("kind") != kind:
        raise Invalid(f"a point is a {kind}, not a {entry.get('kind')}")
    if entry.get("relations") != [r for p in match for r in p.relations]:
        raise Invalid("the exact relations of a point are other ones")
    with balls.precision(enough_bits(box)):
        (value,) = evaluate_balls(loss, [x.ball() for x in box])
    if not decode_enclosure(entry.get("value")).contains(Enclosure.from_ball(value)):
        raise Invalid("the value at a point is not in the stated interval")
    proved = sorted((e for p in match for e in p.classification.eigenvalues), key=lambda e: e.middle)
    stated = [decode_enclosure(e) for e in _list(entry.get("eigenvalues"), "eigenvalues")]
    if len(stated) != len(proved) or not all(s.contains(e) for s, e in zip(stated, proved, strict=True)):
        raise Invalid("the eigenvalues at a point are not in the stated intervals")


def _renamed(p: CheckedPoint, twin: Block, block: Block) -> CheckedPoint:
    names = {a.name: b.name for a, b in zip(twin.variables, block.variables, strict=True)}
    renamed = tuple(renamed_relation(r, names) for r in p.relations)
    return CheckedPoint(p.box, p.unique_in, renamed, p.classification)


def _subspace(value: Any, n: int) -> LinearSubspace | None:
    if value is None:
        return None
    try:
        index, coefficients = tuple(value["index"]), tuple(value["coefficients"])
        well_formed = len(index) == n == len(coefficients) and all(isinstance(v, int) for v in index + coefficients)
        well_formed = well_formed and all(
            c in (-1, 0, 1) and (k >= 0) == (c != 0) for k, c in zip(index, coefficients, strict=True)
        )
        free = sorted({k for k in index if k >= 0})
        if not well_formed or free != list(range(len(free))):
            raise ValueError
        subspace = LinearSubspace(index, coefficients)
        subspace.free_positions()
        return subspace
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise CertificateError("a subspace is malformed") from error


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise CertificateError(f"the {what} are not a list")
    return value
