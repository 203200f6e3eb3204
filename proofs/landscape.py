"""Every stationary point of an objective: each unique in its box, none missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import sympy as sp

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.candidates import newton_from_many
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray, from_fraction
from numeric.isolate import Isolator
from numeric.search import Budget, IsolatedBox, SearchResult, search_zeros
from numeric.system import System, fundamental_domain
from proofs.blocks import Block, confined_system, extended_symmetry, find_blocks, within_sides
from proofs.bounds import APrioriBound, Within, search_sides
from proofs.clusters import merge_boxes
from proofs.shown import Shown
from proofs.stationary import (
    Classification,
    bits_for,
    classify,
    exact_subspace,
    kind_of,
    refine,
    relations,
    zero_in_subspace,
)
from proofs.theorems.supervised_signs import SignDomain, supervised_signs
from proofs.verdict import Verdict
from symbolic.objectives import Objective
from symbolic.symmetry import LinearSubspace, SignedPermutation, generated_group, is_symmetry

__all__ = [
    "BlockEvidence",
    "BlockPoint",
    "Landscape",
    "StationaryPoint",
    "choose_functional",
    "extend_with_orbit",
    "image_box",
    "prove_landscape",
]

DIGITS = 25
MOST_POINTS = 20_000
NEURONS_BY_SIGNS = 3  # with two neurons a fundamental domain is quick, and its certificate is simpler


@dataclass(frozen=True)
class StationaryPoint:
    """A stationary point: enclosure of its coordinates, box in which it is alone, and its kind."""

    names: tuple[str, ...]
    box: tuple[Enclosure, ...]
    unique_in: tuple[Enclosure, ...]
    eigenvalues: tuple[Enclosure, ...]
    index: int | None
    value: Enclosure
    relations: tuple[str, ...]

    @property
    def kind(self) -> str:
        return kind_of(self.index, len(self.names))

    def coordinate(self, name: str) -> Enclosure:
        return self.box[self.names.index(name)]

    def _repr_latex_(self) -> str:
        parts = ", ".join(f"{n} = {e.text(8)}" for n, e in zip(self.names, self.box, strict=True))
        return rf"$\text{{{self.kind}}}\ ({parts})$".replace("…", r"{\ldots}")


@dataclass
class BlockEvidence:
    """What a checker needs to walk the search of one block again.

    What confined the search: ``functional`` (a fundamental domain), or, if None, the signs of supervised neurons.
    """

    functional: tuple[Fraction, ...] | None
    root: tuple[Enclosure, ...]
    search: SearchResult
    representatives: list[BlockPoint]
    points: list[BlockPoint]


@dataclass(frozen=True)
class BlockPoint:
    """A zero of a block's equations; ``subspace`` is an exact subspace it lies in."""

    inner: tuple[Enclosure, ...]
    outer: tuple[Enclosure, ...]
    subspace: LinearSubspace | None
    classification: Classification

    def image(self, g: SignedPermutation) -> BlockPoint:
        inner, outer = tuple(g.apply(self.inner)), tuple(g.apply(self.outer))
        return BlockPoint(inner, outer, _moved(self.subspace, g), self.classification)


@dataclass
class Landscape(Shown):
    """All stationary points with the verdict on their completeness; ``within`` where a user gave sides of the box."""

    objective: Objective
    verdict: Verdict
    reason: str
    bounds: list[APrioriBound]
    points: list[StationaryPoint]
    undecided: list[tuple[Enclosure, ...]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    evidence: list[BlockEvidence] = field(default_factory=list)
    within: dict[str, Enclosure] = field(default_factory=dict)

    @property
    def box(self) -> dict[str, Enclosure]:
        proved = {v.name: Enclosure(-b.radius, b.radius) for b in self.bounds for v in b.group}
        return {v.name: side for v in self.objective.variables for side in [{**proved, **self.within}[v.name]]}

    def count(self, kind: str | None = None) -> int:
        return sum(1 for p in self.points if kind is None or p.kind == kind)

    def __repr__(self) -> str:
        """Short: the evidence alone can be megabytes."""
        kinds = ", ".join(f"{self.count(k)} {k}" for k in sorted({p.kind for p in self.points}))
        return f"<Landscape of {self.objective.name}: {self.verdict.value}, stationary points: {kinds or 'none'}>"


def prove_landscape(
    objective: Objective,
    *,
    digits: int = DIGITS,
    budget: Budget | None = None,
    jobs: int = 1,
    within: Within | None = None,
) -> Landscape:
    """Isolate and classify every stationary point of ``objective``.

    The verdict is PROVED when the whole a-priori box is accounted for and every point is unique in
    its box; otherwise UNDECIDED with the boxes that remain.  ``within`` gives sides of the box by the names of
    variables; the statement is then about the stationary points in that box (its ends rounded outward to float64).
    Raises ValueError when a variable has no a-priori bound and no side, or a stated symmetry is false.
    """
    budget = budget or Budget()
    bounds, radius = search_sides(objective, within)
    blocks = find_blocks(objective)
    given = {v.name: Enclosure(*radius[v]) for v in objective.variables if within and v.name in within}
    if given:
        blocks = within_sides(blocks, radius)
    landscape = Landscape(objective, Verdict.PROVED, "", bounds, [], blocks=blocks, within=given)
    found: list[BlockEvidence] = []
    for block in blocks:
        if block.same_as is None:
            for g in block.symmetries:
                if not is_symmetry(objective.numeric_loss, objective.variables, extended_symmetry(g, block, objective)):
                    raise ValueError(f"{g.name} is not a symmetry of {objective.name}")
            by_signs = objective.neurons >= NEURONS_BY_SIGNS and not given and len(blocks) == 1
            signs = supervised_signs(objective) if by_signs else None
            found.append(_solve_block(block, radius, signs, digits, budget, jobs, bool(given)))
        else:
            found.append(found[block.same_as])
    landscape.evidence = found
    for number, (block, evidence) in enumerate(zip(blocks, found, strict=True)):
        if not evidence.search.complete and block.same_as is None:
            landscape.verdict = Verdict.UNDECIDED
            clusters = merge_boxes(evidence.search.open_lo, evidence.search.open_hi)
            landscape.undecided += clusters
            landscape.reason = _why_open(block, clusters, evidence, number)
            if given and not evidence.search.stopped_by:
                landscape.reason += "; or a stationary point lies on the boundary of the box that was given"
    landscape.points = _product_points(objective, blocks, found, digits)
    for p in landscape.points:
        if not all(side.contains(p.coordinate(name)) for name, side in given.items()):
            landscape.verdict = Verdict.UNDECIDED
            landscape.undecided.append(p.box)
            landscape.reason = "a stationary point was not shown to lie inside the box that was given"
    if landscape.verdict is Verdict.PROVED:
        if any(p.index is None for p in landscape.points):
            landscape.reason = "every stationary point is isolated; the index of one is not certain"
        else:
            which = "box that was given" if given else "a-priori box"
            landscape.reason = f"the leaves of the search cover the {which} and each point is unique in its box"
    return landscape


def choose_functional(block: Block, group: Sequence[SignedPermutation]) -> tuple[Fraction, ...]:
    """A linear functional whose maximisers pick one part of the space for each group element.

    Any functional is sound.  Weight on variables that no symmetry fixes and that come last (the
    output weights) makes ordered, signed domains such as f1 >= |f2|.
    """
    n = len(block.variables)
    moved = [i for i in range(n) if any(g.source[i] != i or g.signs[i] != 1 for g in group)]
    flipped = [i for i in moved if any(g.signs[i] == -1 for g in group)] or moved
    names = {block.variables[i].name[0] for i in flipped}
    chosen = [i for i in flipped if block.variables[i].name[0] == max(names)] if names else []
    weights = [Fraction(0)] * n
    for rank, i in enumerate(chosen):
        weights[i] = Fraction(len(chosen) - rank)
    # Exchanges that leave the functional as it is call for weights on what they exchange.
    idle = [g for g in group if all(g.signs[i] * weights[g.source[i]] == weights[i] for i in range(n))]
    later = [i for i in range(n) if weights[i] == 0 and any(g.source[i] != i for g in idle)]
    for rank, i in enumerate(later):
        weights[i] = Fraction(len(later) - rank, 2 * len(later) + 2)
    return tuple(weights)


def _solve_block(
    block: Block,
    sides: dict[sp.Symbol, tuple[Fraction, Fraction]],
    signs: SignDomain | None,
    digits: int,
    budget: Budget,
    jobs: int,
    given: bool,
) -> BlockEvidence:
    group = generated_group(block.symmetries, len(block.variables))
    functional = choose_functional(block, group) if signs is None else None
    system = confined_system(block, signs or fundamental_domain(group, functional or ()))
    root_lo = np.array([from_fraction(sides[v][0])[0] for v in block.variables])
    root_hi = np.array([from_fraction(sides[v][1])[1] for v in block.variables])
    isolator = Isolator(system)

    def isolate(x: FloatArray) -> IsolatedBox | None:
        """Zeros beyond a box that was given, or on its boundary, are none of those asked for."""
        found = isolator(x)
        outside = (
            given and found is not None and bool((found.inner_lo < root_lo).any() or (found.inner_hi > root_hi).any())
        )
        return None if outside else found

    known: list[IsolatedBox] = []
    for column in newton_from_many(system, root_lo, root_hi).T:
        extend_with_orbit(known, isolate(column), group)

    def discover(points: FloatArray) -> list[IsolatedBox]:
        fresh = list(known)
        for column in newton_from_many(system, points[:, 0] - 1e-3, points[:, 0] + 1e-3, starts=32).T:
            extend_with_orbit(fresh, isolate(column), group)
        added = fresh[len(known) :]
        known.extend(added)
        return added

    result = search_zeros(system, root_lo, root_hi, known, discover=discover, budget=budget, jobs=jobs)
    representatives, points = _orbits(result.known, group, system, block, digits)
    root = tuple(map(Enclosure.from_floats, root_lo.tolist(), root_hi.tolist()))
    return BlockEvidence(functional, root, result, representatives, points)


def extend_with_orbit(known: list[IsolatedBox], box: IsolatedBox | None, group: Sequence[SignedPermutation]) -> None:
    """Add a box and its images unless the zero is already isolated."""
    if box is None:
        return
    for g in group:
        candidate = image_box(box, g)
        if not any(_same_zero(candidate, k) for k in known):
            known.append(candidate)


def image_box(box: IsolatedBox, g: SignedPermutation) -> IsolatedBox:
    """The image of a box under a symmetry (exact)."""

    def move(lo: FloatArray, hi: FloatArray) -> tuple[FloatArray, FloatArray]:
        pairs = [(lo[i], hi[i]) if s == 1 else (-hi[i], -lo[i]) for i, s in zip(g.source, g.signs, strict=True)]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    return IsolatedBox(*move(box.inner_lo, box.inner_hi), *move(box.outer_lo, box.outer_hi))


def _same_zero(a: IsolatedBox, b: IsolatedBox) -> bool:
    """The zero of a is the zero of b: a's small box lies where b's zero is alone."""
    return bool(np.all(a.inner_lo >= b.outer_lo) and np.all(a.inner_hi <= b.outer_hi))


def _moved(subspace: LinearSubspace | None, g: SignedPermutation) -> LinearSubspace | None:
    """The image of a subspace under g, with its free coordinates renumbered in order."""
    if subspace is None:
        return None
    index = [subspace.index[i] for i in g.source]
    signs = [s * subspace.coefficients[i] for i, s in zip(g.source, g.signs, strict=True)]
    order: dict[int, tuple[int, int]] = {}
    for k, c in zip(index, signs, strict=True):
        if c != 0 and k not in order:
            order[k] = (len(order), c)
    return LinearSubspace(
        tuple(order[k][0] if c else -1 for k, c in zip(index, signs, strict=True)),
        tuple(c * order[k][1] if c else 0 for k, c in zip(index, signs, strict=True)),
    )


def _orbits(
    known: Sequence[IsolatedBox],
    group: Sequence[SignedPermutation],
    system: System,
    block: Block,
    digits: int,
) -> tuple[list[BlockPoint], list[BlockPoint]]:
    """Refine one point of every orbit, then carry it to the others by symmetry."""
    representatives: list[BlockPoint] = []
    points: list[BlockPoint] = []
    for box in known:
        outer = tuple(map(Enclosure.from_floats, box.outer_lo.tolist(), box.outer_hi.tolist()))
        if any(all(o.contains(i) for o, i in zip(outer, p.inner, strict=True)) for p in points):
            continue
        point = _refined_point(box, outer, system, block, digits)
        representatives.append(point)
        for g in group:
            image = point.image(g)
            if not any(all(q.contains(i) for q, i in zip(p.outer, image.inner, strict=True)) for p in points):
                points.append(image)
    points.sort(key=lambda p: [float(-x.middle) for x in p.inner])
    return representatives, points


def _refined_point(
    box: IsolatedBox, outer: tuple[Enclosure, ...], system: System, block: Block, digits: int
) -> BlockPoint:
    start = 0.5 * (box.inner_lo + box.inner_hi)
    inner = refine(system, start.tolist(), digits)
    if inner is None or not all(o.contains(i) for o, i in zip(outer, inner, strict=True)):
        inner = [Enclosure.from_floats(a, b) for a, b in zip(box.inner_lo.tolist(), box.inner_hi.tolist(), strict=True)]
    bits = bits_for(digits)
    subspace = exact_subspace(block.gradient, block.variables, inner)
    if subspace is not None:
        exact = zero_in_subspace(system.function, system.jacobian, subspace, _fattened(inner), bits=bits)
        if exact is not None and all(o.contains(i) for o, i in zip(outer, exact, strict=True)):
            inner = exact
        else:
            subspace = None
    return BlockPoint(tuple(inner), outer, subspace, classify(system.jacobian, inner, bits=bits))


def _fattened(box: Sequence[Enclosure]) -> list[Enclosure]:
    """Room for Krawczyk's test around an already tight enclosure (four times its width)."""
    widest = max(x.width for x in box) or Fraction(1, 10**20)
    return [Enclosure(x.lo - 2 * widest, x.hi + 2 * widest) for x in box]


def _product_points(
    objective: Objective, blocks: Sequence[Block], evidence: Sequence[BlockEvidence], digits: int
) -> list[StationaryPoint]:
    """Points of the whole objective: one point of every block, in all combinations."""
    loss = compile_tape([objective.numeric_loss], objective.variables)
    names = tuple(v.name for v in objective.variables)
    place = {v: (k, i) for k, block in enumerate(blocks) for i, v in enumerate(block.variables)}
    points = []
    if prod(len(e.points) for e in evidence) > MOST_POINTS:
        raise ValueError(f"more than {MOST_POINTS} stationary points: state the claim for fewer neurons")
    for combination in product(*(e.points for e in evidence)):
        box = tuple(combination[k].inner[i] for k, i in (place[v] for v in objective.variables))
        outer = tuple(combination[k].outer[i] for k, i in (place[v] for v in objective.variables))
        eigenvalues = sorted(
            (e for p in combination for e in p.classification.eigenvalues), key=lambda e: float(e.middle)
        )
        indices = [p.classification.index for p in combination]
        index = None if any(i is None for i in indices) else sum(i for i in indices if i is not None)
        with balls.precision(bits_for(digits)):
            (value,) = evaluate_balls(loss, [x.ball() for x in box])
        found = tuple(
            r
            for p, block in zip(combination, blocks, strict=True)
            for r in relations(p.subspace, [v.name for v in block.variables])
        )
        points.append(StationaryPoint(names, box, outer, tuple(eigenvalues), index, Enclosure.from_ball(value), found))
    return points


def _why_open(block: Block, clusters: Sequence, evidence: BlockEvidence, number: int) -> str:
    names = ", ".join(v.name for v in block.variables)
    stop = evidence.search.stopped_by
    if stop:
        return f"{len(clusters)} region(s) of ({names}) left open: the {stop} ended the search; a larger one may decide"
    return (
        f"{len(clusters)} cluster(s) of ({names}) left open at the resolution of float64: "
        "the Jacobian is singular or nearly so there (a degenerate stationary point, or several very close)"
    )
