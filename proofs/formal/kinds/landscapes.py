"""The stationary points of an objective, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from proofs.blocks import find_blocks
from proofs.certificates import CertificateError, decode_box
from proofs.checks.base import objective_from
from proofs.formal.expression import Formal, NotFormal, formal_expression
from proofs.formal.listing import Census, ListedPoint
from proofs.formal.points import System
from proofs.formal.registry import MAX_VARIABLES, formal
from proofs.formal.stationary import stationary_claim
from proofs.formal.supervised import supervised_claim
from proofs.formal.text import FormalClaim, Subject, described
from symbolic.objectives import Objective
from symbolic.symmetry import generated_group

__all__ = ["first_block", "stationary_points"]

_SUPERVISED = ("a1", "b1", "a2", "b2", "f1", "f2")


@formal("stationary-points")
def stationary_points(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    if "within" in statement:
        raise NotFormal("a landscape in a box that was given has no formal statement")
    objective = objective_from(statement)
    names = [v.name for v in objective.variables]
    blocks = find_blocks(objective)
    if any(b.same_as not in (None, 0) for b in blocks) or any(b.same_as is None for b in blocks[1:]):
        raise NotFormal("the objective is not a sum of copies of one function")
    variables = blocks[0].variables
    m, copies = len(variables), len(blocks)
    title = f"All stationary points of {described(objective)}"
    if objective.name == "sl" and tuple(names) == _SUPERVISED:
        return _supervised(objective, statement, names, title, module, fast)
    if m > MAX_VARIABLES:
        raise NotFormal(f"a census in {m} unknowns is beyond the kernel search (at most {MAX_VARIABLES})")
    if tuple(v for b in blocks for v in b.variables) != objective.variables:
        raise NotFormal("the groups of variables are not in order")
    one = first_block(objective, variables, [b.variables for b in blocks])
    function = formal_expression(one, variables)
    points = _block_points(objective, statement, names, m, copies)
    plain = tuple(v.name for v in variables) if copies == 1 else tuple(v.name.rstrip("1") for v in variables)
    census = Census(plain, System(m, function), None, points, _indices(statement, names, points, copies))
    claim = stationary_claim(title, census, copies, names, module)
    return replace(claim, subject=_subject(objective, function, plain))


def _supervised(
    objective: Objective, statement: dict[str, Any], names: Sequence[str], title: str, module: str, fast: bool
) -> FormalClaim:
    """The objective that the library knows the structure of: two neurons, no nuisance coordinates."""
    points = _block_points(objective, statement, names, 6, 1)
    function = formal_expression(objective.numeric_loss, objective.variables)
    tau, beta, gamma = (Fraction(str(objective.parameter_values[k])) for k in ("tau", "beta", "gamma"))
    if tau == 0:
        raise NotFormal("tau is 0")
    census = Census(tuple(names), System(6, function), None, points, _indices(statement, names, points, 1))
    claim = supervised_claim(title, census, (tau, beta, gamma), generated_group(objective.symmetries, 6), module, fast)
    return replace(claim, subject=_subject(objective, function, names, _away(points)))


def _subject(objective: Objective, function: Formal, names: Sequence[str], away: tuple[int, ...] = ()) -> Subject:
    values = {k: str(v) for k, v in objective.parameter_values.items()}
    return Subject(objective.name, objective.neurons, values, function, tuple(names), away)


def _away(points: Sequence[ListedPoint]) -> tuple[int, ...]:
    """The coordinates of a row that keep away from 0 at all minima whose b may be 0."""
    boxes = [[side.lo <= 0 <= side.hi for side in p.box] for p in points if p.kind == "minimum"]
    flat = [zero for zero in boxes if zero[1] and zero[3]]
    return tuple(j for j in (0, 2) if flat and not any(zero[j] for zero in flat))


def first_block(objective: Objective, variables: Sequence[sp.Symbol], groups: Sequence[Sequence[sp.Symbol]]) -> sp.Expr:
    """The function g with loss = g(group 1) + g(group 2) + ..., checked by exact algebra."""
    constant, rest = objective.numeric_loss.as_coeff_Add()
    own = [t for t in sp.Add.make_args(rest) if t.free_symbols <= set(variables)]
    one = sp.Add(constant / len(groups), *own)
    copies = [one.xreplace(dict(zip(variables, group, strict=True))) for group in groups]
    if sp.expand(objective.numeric_loss - sp.Add(*copies)) != 0:
        raise NotFormal("the objective is not a sum over its groups of variables")
    return objective.numeric_loss if len(groups) == 1 else one


def _block_points(
    objective: Objective, statement: dict[str, Any], names: Sequence[str], m: int, copies: int
) -> tuple[ListedPoint, ...]:
    """The points of one block; the stated points have to be all their combinations, each with its kind."""
    entries = statement.get("points")
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise CertificateError("the points are not a list")
    boxes = [tuple(decode_box(e.get("box"), names)) for e in entries]
    kinds = [str(e.get("kind")) for e in entries]
    if copies == 1:
        if statement.get("count") != len(boxes):
            raise CertificateError("the count is not the number of points")
        return tuple(
            ListedPoint(b, k, *_vanishing(objective, names, e)) for b, k, e in zip(boxes, kinds, entries, strict=True)
        )
    parts = list(dict.fromkeys(b[:m] for b in boxes))
    same = {
        b[:m]: k
        for b, k in zip(boxes, kinds, strict=True)
        if all(b[i * m : (i + 1) * m] == b[:m] for i in range(copies))
    }
    if set(same) != set(parts) or len(boxes) != len(parts) ** copies or statement.get("count") != len(boxes):
        raise CertificateError("the points are not the combinations of the points of one group")
    for b, k in zip(boxes, kinds, strict=True):
        each = [b[i * m : (i + 1) * m] for i in range(copies)]
        if any(e not in same for e in each):
            raise CertificateError("the points are not the combinations of the points of one group")
        expected = "saddle" if any(same[e] != same[each[0]] or same[e] == "saddle" for e in each) else same[each[0]]
        if k != expected:
            raise CertificateError(f"a point is a {expected}, not a {k}")
    return tuple(ListedPoint(p, same[p]) for p in parts)


def _indices(
    statement: dict[str, Any], names: Sequence[str], points: Sequence[ListedPoint], copies: int
) -> tuple[int, ...]:
    """The stated numbers of negative eigenvalues, in the order in which a page lists the points."""
    stated = {}
    for entry in statement["points"]:
        index = entry.get("index")
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= len(names):
            raise CertificateError("the index of a point is not one of the numbers 0, ..., n")
        stated[tuple(decode_box(entry.get("box"), names))] = index
    order = product([p.box for p in points], repeat=copies)
    return tuple(stated[tuple(side for box in boxes for side in box)] for boxes in order)


def _vanishing(
    objective: Objective, names: Sequence[str], entry: dict[str, Any]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The coordinates a point's exact relations call 0, and a change of signs that moves all of them."""
    stated = entry.get("relations")
    relations = stated if isinstance(stated, list) else []
    zero = tuple(k for k, name in enumerate(names) if f"{name} = 0" in relations)
    for g in objective.symmetries:
        flipped = tuple(k for k, sign in enumerate(g.signs) if sign < 0)
        if zero and g.source == tuple(range(len(names))) and set(zero) <= set(flipped):
            return zero, flipped
    return (), ()
