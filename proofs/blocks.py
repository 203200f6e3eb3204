"""Groups of variables that the stationarity equations do not couple: each can be solved alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy as sp

from numeric.compiler import compile_tape
from numeric.system import System, Vector, build_system
from proofs.theorems.supervised_signs import SignDomain
from symbolic.objectives import Objective
from symbolic.symmetry import SignedPermutation

__all__ = ["Block", "confined_system", "extended_symmetry", "find_blocks", "within_sides"]


@dataclass(frozen=True)
class Block:
    """Variables that the stationarity equations couple, with the symmetries that act on them alone.

    ``same_as`` is an earlier block with the same equations up to the names of its variables.
    """

    variables: tuple[sp.Symbol, ...]
    gradient: tuple[sp.Expr, ...]
    hessian: tuple[tuple[sp.Expr, ...], ...]
    symmetries: tuple[SignedPermutation, ...]
    same_as: int | None = None


def find_blocks(objective: Objective) -> list[Block]:
    """Split the variables into groups that the gradient does not couple."""
    variables = objective.variables
    group = {v: {v} for v in variables}
    for equation, v in zip(objective.gradient, variables, strict=True):
        for other in equation.free_symbols & group.keys():
            if group[other] is not group[v]:
                merged = group[v] | group[other]
                for member in merged:
                    group[member] = merged
    blocks: list[Block] = []
    placed: set[sp.Symbol] = set()
    for v in variables:
        if v in placed:
            continue
        members = tuple(u for u in variables if u in group[v])
        placed.update(members)
        blocks.append(_block(objective, members, blocks))
    return blocks


def _block(objective: Objective, members: tuple[sp.Symbol, ...], earlier: Sequence[Block]) -> Block:
    position = {v: i for i, v in enumerate(objective.variables)}
    where = [position[v] for v in members]
    gradient = tuple(objective.gradient[i] for i in where)
    hessian = tuple(tuple(objective.hessian[i][j] for j in where) for i in where)
    symmetries = []
    for g in objective.symmetries:
        outside = [i for i in range(len(objective.variables)) if i not in where]
        if all(g.source[i] == i and g.signs[i] == 1 for i in outside):
            source = tuple(where.index(g.source[i]) for i in where)
            symmetries.append(SignedPermutation(source, tuple(g.signs[i] for i in where), g.name))
    same_as = None
    for k, block in enumerate(earlier):
        # Equal programs: the same equations up to the names of the variables.
        alike = len(block.variables) == len(members)
        open_ = objective.free_parameters
        if alike and compile_tape(block.gradient, (*block.variables, *open_)) == compile_tape(
            gradient, (*members, *open_)
        ):
            same_as = k if block.same_as is None else block.same_as
            break
    return Block(members, gradient, hessian, tuple(symmetries), same_as)


def confined_system(block: Block, domain: SignDomain | Sequence[Vector]) -> System:
    """The stationarity equations of a block, for zeros in a fundamental domain or with the signs of a theorem.

    Signs come with propagation through whole equations: the residuals couple many neurons, and rows see one equation
    at a time.
    """
    signed = isinstance(domain, SignDomain)
    return build_system(
        block.gradient,
        block.variables,
        derivatives=block.hessian,
        inequalities=domain.inequalities if isinstance(domain, SignDomain) else domain,
        products=domain.products if isinstance(domain, SignDomain) else (),
        propagate=signed,
    )


def within_sides(blocks: Sequence[Block], sides: Mapping[sp.Symbol, tuple[Fraction, Fraction]]) -> list[Block]:
    """The blocks with those symmetries that map the box to itself, and twins only where their sides are the same."""

    def kept(block: Block) -> Block:
        mine = [sides[v] for v in block.variables]
        symmetries = tuple(
            g
            for g in block.symmetries
            if all(mine[i] == (mine[k] if s == 1 else (-mine[k][1], -mine[k][0])) for i, (k, s) in _moves(g))
        )
        twin = block.same_as
        same = twin is not None and [sides[v] for v in blocks[twin].variables] == mine
        return replace(block, symmetries=symmetries, same_as=twin if same else None)

    return [kept(block) for block in blocks]


def _moves(g: SignedPermutation) -> enumerate[tuple[int, int]]:
    return enumerate(zip(g.source, g.signs, strict=True))


def extended_symmetry(g: SignedPermutation, block: Block, objective: Objective) -> SignedPermutation:
    """A symmetry of a block as a map of the whole space."""
    position = {v: i for i, v in enumerate(objective.variables)}
    source = list(range(len(objective.variables)))
    signs = [1] * len(source)
    for i, v in enumerate(block.variables):
        source[position[v]] = position[block.variables[g.source[i]]]
        signs[position[v]] = g.signs[i]
    return SignedPermutation(tuple(source), tuple(signs), g.name)
