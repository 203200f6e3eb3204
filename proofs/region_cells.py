"""One cell of a parameter region: all stationary points for every value of the parameters in it.

The search is that of one parameter value, with intervals for the parameters.  Each zero is unique in its
box for every value in the cell (parametric Krawczyk), and the leaves of the search cover the a-priori box
for all of them at once.  Statement and proof: ``docs/theory/regions.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import sympy as sp

from numeric import balls, endpoints
from numeric.candidates import newton_from_many
from numeric.compiler import compile_tape
from numeric.contract import RowContractor
from numeric.enclosure import Enclosure
from numeric.floats import evaluate_numpy
from numeric.intervals import FloatArray, from_fraction
from numeric.isolate import Isolator
from numeric.search import Budget, IsolatedBox, SearchResult, search_zeros
from numeric.system import System, build_system, fundamental_domain
from proofs.blocks import Block, extended_symmetry, find_blocks
from proofs.bounds import a_priori_bounds
from proofs.landscape import MOST_POINTS, choose_functional, extend_with_orbit, image_box
from proofs.stationary import index_at, kind_of
from symbolic.objectives import Objective
from symbolic.scaling import natural_scales, rescaled
from symbolic.symmetry import SignedPermutation, fixed_relations, generated_group, is_symmetry

__all__ = ["BlockCell", "CellPoint", "CellProof", "RegionProblem", "Sides", "describe", "prove_cell", "unscaled"]

Sides = tuple[tuple[Fraction, Fraction], ...]
CELL_BUDGET = Budget(seconds=20.0, boxes=40_000, relative_width=1e-7)


class RegionProblem:
    """An objective with open parameters over a box of them, compiled once for all cells.

    ``scales`` are the factors of the coordinates y = scale * x in which everything is searched.
    Raises ValueError when a parameter leaves its domain, there is no a-priori bound, or a stated
    symmetry is false.
    """

    def __init__(self, objective: Objective, sides: Sides) -> None:
        self.objective, self.sides = objective, sides
        self.parameters = objective.free_parameters
        if len(sides) != len(self.parameters):
            raise ValueError("a region needs one interval for every open parameter")
        for p, (lo, hi) in zip(self.parameters, sides, strict=True):
            positive = next(q.positive for q in objective.parameters if q.symbol == p)
            if lo > hi or (positive and lo <= 0):
                raise ValueError(f"{p.name} must be positive" if lo <= hi else f"the interval of {p.name} is empty")
        nonzero = [p for p, (lo, hi) in zip(self.parameters, sides, strict=True) if lo > 0 or hi < 0]
        self.scales = natural_scales(objective, nonzero)
        self.scaled = rescaled(objective, self.scales)
        self.blocks = find_blocks(self.scaled)
        self.groups: list[tuple[SignedPermutation, ...]] = []
        self.functionals: list[tuple[Fraction, ...]] = []
        self.systems: list[System] = []
        for block in self.blocks:
            for g in block.symmetries if block.same_as is None else ():
                extended = extended_symmetry(g, block, self.scaled)
                if not is_symmetry(self.scaled.numeric_loss, self.scaled.variables, extended):
                    raise ValueError(f"{g.name} is not a symmetry of {objective.name}")
            group = generated_group(block.symmetries, len(block.variables))
            functional = choose_functional(block, group)
            self.groups.append(group)
            self.functionals.append(functional)
            self.systems.append(block_system(block, self.parameters, group, functional))
        self.sensitivity = self._sensitivity()
        bounds = a_priori_bounds(objective, dict(zip(self.parameters, sides, strict=True)))
        self.radius = {v: b.radius for b in bounds for v in b.group}

    def _sensitivity(self) -> list[float]:
        """The highest power with which each parameter enters the equations: where to cut first."""
        powers = []
        for p in self.parameters:
            found = 1.0
            for equation in self.scaled.gradient:
                for e in sp.preorder_traversal(equation):
                    if isinstance(e, sp.Pow) and e.base == p and e.exp.is_Rational:
                        found = max(found, abs(float(e.exp)))
            powers.append(found)
        return powers

    def scale_over(self, sides: Sides) -> list[endpoints.EndpointInterval]:
        """The factors of all variables over a cell."""
        tape = compile_tape(list(self.scales), list(self.parameters))
        return endpoints.evaluate_endpoints(tape, [endpoints.from_fractions(*s) for s in sides])

    def root(self, block: Block, sides: Sides) -> list[Enclosure]:
        """A box (in scaled coordinates) that holds all stationary points for all parameters in the cell."""
        with balls.precision(64):
            scales = dict(zip(self.objective.variables, self.scale_over(sides), strict=True))
            reach = [endpoints.magnitude(scales[v]) * balls.ball(self.radius[v]) for v in block.variables]
            tops = [balls.upper_fraction(r) for r in reach]
        return [Enclosure(Fraction(-from_fraction(t)[1]), Fraction(from_fraction(t)[1])) for t in tops]


def block_system(
    block: Block,
    parameters: Sequence[sp.Symbol],
    group: Sequence[SignedPermutation],
    functional: Sequence[Fraction],
) -> System:
    """The equations of a block over its variables and the parameters; intervals are put in by ``fixed``."""
    solved = []
    for equation, v in zip(block.gradient, block.variables, strict=True):
        # The ridge is the factor of v alone; divided by it the linear part has the coefficient 1.
        expanded = sp.expand(equation)
        ridge = sp.Add(*(t / v for t in sp.Add.make_args(expanded) if not (t / v).has(*block.variables)))
        solved.append(equation / ridge if ridge != 0 and ridge.free_symbols else equation)
    return build_system(
        block.gradient,
        block.variables,
        derivatives=block.hessian,
        inequalities=fundamental_domain(group, functional),
        parameters=parameters,
        solved=solved,
    )


@dataclass(frozen=True)
class CellPoint:
    """A branch of stationary points over a cell: one for each parameter value, in ``inner``.

    ``relations`` hold exactly, because a symmetry maps the uniqueness box onto the same zero.
    """

    box: IsolatedBox
    index: int | None
    relations: tuple[str, ...]


@dataclass(frozen=True)
class BlockCell:
    root: tuple[Enclosure, ...]
    search: SearchResult
    points: tuple[CellPoint, ...]


@dataclass(frozen=True)
class CellProof:
    """All stationary points over a cell, block by block; ``reason`` says why there is no proof instead.

    ``axis`` is then the parameter that moves the zeros most, where that is known.
    """

    sides: Sides
    blocks: tuple[BlockCell, ...] | None
    reason: str = ""
    axis: int | None = None

    @property
    def proved(self) -> bool:
        return self.blocks is not None

    @property
    def signature(self) -> tuple[int, ...]:
        """The sorted indices of all points: how many there are and of which kind."""
        assert self.blocks is not None
        if prod(len(b.points) for b in self.blocks) > MOST_POINTS:
            raise ValueError(f"more than {MOST_POINTS} stationary points: state the claim for fewer neurons")
        totals = [
            sum(p.index if p.index is not None else -1000 for p in c) for c in product(*(b.points for b in self.blocks))
        ]
        return tuple(sorted(totals))


def describe(signature: Sequence[int], dimension: int) -> str:
    """ "3 points: 2 minima, 1 saddle"."""
    plural = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles", "degenerate": "degenerate"}
    counts: dict[str, int] = {}
    for index in signature:
        kind = kind_of(None if index < 0 else index, dimension)
        counts[kind] = counts.get(kind, 0) + 1
    parts = [f"{n} {kind if n == 1 else plural[kind]}" for kind, n in counts.items()]
    return f"{len(signature)} stationary point{'' if len(signature) == 1 else 's'}: {', '.join(parts)}"


def prove_cell(
    problem: RegionProblem, sides: Sides, *, budget: Budget = CELL_BUDGET, starts: Sequence[FloatArray | None] = ()
) -> CellProof:
    """Prove the landscape over one cell; ``starts`` are guesses of the zeros of each block (n x k)."""
    found: list[BlockCell] = []
    for number, block in enumerate(problem.blocks):
        if block.same_as is not None:
            found.append(found[block.same_as])
            continue
        guess = starts[number] if number < len(starts) else None
        cell, reason, axis = _prove_block(problem, number, sides, budget, guess)
        if cell is None:
            return CellProof(sides, None, reason, axis)
        found.append(cell)
    return CellProof(sides, tuple(found))


def _prove_block(
    problem: RegionProblem, number: int, sides: Sides, budget: Budget, guess: FloatArray | None
) -> tuple[BlockCell | None, str, int | None]:
    block, group = problem.blocks[number], problem.groups[number]
    system = replace(problem.systems[number], fixed=sides)
    root = problem.root(block, sides)
    root_lo = np.array([float(x.lo) for x in root])
    root_hi = np.array([float(x.hi) for x in root])
    near_lo, near_hi = contracted_root(system, root_lo, root_hi)
    isolate = Isolator(system)
    known: list[IsolatedBox] = []
    columns = newton_from_many(system, near_lo, near_hi, starts=48, steps=30)
    if guess is not None:
        columns = np.concatenate([columns, _polished(system, guess)], axis=1)
    for column in columns.T:
        if any(np.all((column >= k.inner_lo) & (column <= k.inner_hi)) for k in known):
            continue
        box = isolate(column)
        if box is None:
            return None, "a zero near which the cell is too wide for Krawczyk's test", _moving(system, columns)
        extend_with_orbit(known, box, group)

    def discover(points: FloatArray) -> list[IsolatedBox]:
        fresh = list(known)
        for column in newton_from_many(system, points[:, 0] - 1e-3, points[:, 0] + 1e-3, starts=32).T:
            extend_with_orbit(fresh, isolate(column), group)
        added = fresh[len(known) :]
        known.extend(added)
        return added

    search = search_zeros(system, root_lo, root_hi, list(known), discover=discover, budget=budget)
    if not search.complete:
        reason = search.stopped_by or "boxes remain at the resolution of the search"
        return None, reason, _moving(system, columns)
    if not _told_apart(search.known):
        return None, "two branches are not told apart", _moving(system, columns)
    names = [v.name for v in block.variables]
    points = tuple(CellPoint(box, _index(system, box), _relations(box, group, names)) for box in _sorted(search.known))
    return BlockCell(tuple(root), search, points), "", None


def _moving(system: System, zeros: FloatArray) -> int | None:
    """The parameter whose interval moves a zero most, to first order (a guess); None where nothing moves."""
    n = system.dimension
    middles = np.array([float((lo + hi) / 2) for lo, hi in system.fixed])
    widths = np.array([float(hi - lo) for lo, hi in system.fixed])
    reach = np.zeros(len(middles))
    for zero in zeros.T:
        slope = evaluate_numpy(system.jacobian, np.append(zero, middles)[:, None]).reshape(n, n)
        for k, width in enumerate(widths):
            step = np.zeros(n + len(middles))
            step[n + k] = 0.5 * width
            ends = np.array([np.append(zero, middles) - step, np.append(zero, middles) + step]).T
            change = np.diff(evaluate_numpy(system.function, ends), axis=1)[:, 0]
            with np.errstate(all="ignore"):
                try:
                    moved = float(np.max(np.abs(np.linalg.solve(slope, change))))
                except np.linalg.LinAlgError:
                    continue
            if np.isfinite(moved):
                reach[k] = max(reach[k], moved)
    return int(np.argmax(reach)) if reach.max(initial=0.0) > 0.0 else None


def contracted_root(system: System, root_lo: FloatArray, root_hi: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where the linear rows leave the zeros: only for choosing starts."""
    contract = RowContractor(replace(system, inequalities=()), (root_lo, root_hi))
    lo, hi = root_lo.reshape(-1, 1).copy(), root_hi.reshape(-1, 1).copy()
    for _ in range(3):
        if not contract(lo, hi).all():
            return root_lo, root_hi
    return lo[:, 0], hi[:, 0]


def _polished(system: System, guess: FloatArray) -> FloatArray:
    found = [newton_from_many(system, c - 1e-2, c + 1e-2, starts=4, steps=12)[:, :1] for c in guess.T]
    return np.concatenate(found, axis=1) if found else np.empty((system.dimension, 0))


def _told_apart(known: Sequence[IsolatedBox]) -> bool:
    """The small boxes are pairwise disjoint, so that as many zeros as boxes were found."""
    return not any(
        np.all((a.inner_lo <= b.inner_hi) & (b.inner_lo <= a.inner_hi)) for i, a in enumerate(known) for b in known[:i]
    )


def _sorted(known: Sequence[IsolatedBox]) -> list[IsolatedBox]:
    return sorted(known, key=lambda k: (-0.5 * (k.inner_lo + k.inner_hi)).tolist())


def _index(system: System, box: IsolatedBox) -> int | None:
    """The index, the same over the whole uniqueness box and cell: the Jacobian is nonsingular on both."""
    centre = [Fraction(float(m)) for m in 0.5 * box.outer_lo + 0.5 * box.outer_hi]
    return index_at(system, centre)


def _relations(box: IsolatedBox, group: Sequence[SignedPermutation], names: Sequence[str]) -> tuple[str, ...]:
    """What holds exactly because some g maps the small box into the box in which the zero is alone."""
    fixing = []
    for g in group:
        image = image_box(box, g)
        if np.all(image.inner_lo >= box.outer_lo) and np.all(image.inner_hi <= box.outer_hi):
            fixing.append(g)
    return fixed_relations(fixing, names)


def unscaled(problem: RegionProblem, sides: Sides, inner: Sequence[Enclosure], *, bits: int = 80) -> list[Enclosure]:
    """x = y / scale over a cell, for all variables of the objective."""
    with balls.precision(bits):
        found = []
        for y, scale in zip(inner, problem.scale_over(sides), strict=True):
            if y.is_exact and y.lo == 0:
                found.append(y)
                continue
            lo, hi = endpoints.div(endpoints.from_fractions(y.lo, y.hi), scale)
            found.append(Enclosure(balls.lower_fraction(lo), balls.upper_fraction(hi)))
        return found
