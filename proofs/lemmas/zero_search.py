"""All zeros of a square system in a user's box: proved, placed inside or outside, or left as clusters."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric.candidates import newton_from_many
from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray, from_fraction
from numeric.isolate import Isolator
from numeric.search import Budget, IsolatedBox, SearchResult, search_zeros
from numeric.small_search import search_small
from numeric.system import System
from proofs.clusters import merge_boxes
from proofs.lemmas.claim import Effort
from proofs.lemmas.kink_zeros import Key, KinkIsolator, key_of
from proofs.stationary import refine
from proofs.theorems.exact_zero import is_exact_zero

__all__ = ["PlacedZero", "ZeroSearch", "find_few_zeros", "find_zeros"]

DIGITS = 20
# Boxes that are looked at one by one before batches are set up.
FEW = 800
# Shares of the time after which no more zeros are isolated, and no more boxes are looked at.
ISOLATION, SEARCH = 0.5, 0.8
FEW_SECONDS = 0.1
KINKS_APART = 1e-13
SHORT = 10**4  # denominators tried when a zero looks rational


@dataclass(frozen=True)
class PlacedZero:
    """One zero: where it is, the box in which it is alone, its exact value if it was found.

    ``inside`` says whether it lies in the user's closed box; None where that was not decided.  ``by_pieces``: alone
    because it is in every smooth piece (:mod:`proofs.theorems.kinks`).
    """

    box: tuple[Enclosure, ...]
    unique_in: tuple[Enclosure, ...]
    exact: tuple[Fraction, ...] | None
    inside: bool | None
    by_pieces: bool = False


@dataclass
class ZeroSearch:
    zeros: list[PlacedZero]
    clusters: list[tuple[Enclosure, ...]]
    search: SearchResult
    root: tuple[Enclosure, ...]
    open_volume: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def inside(self) -> list[PlacedZero]:
        return [z for z in self.zeros if z.inside]

    @property
    def complete(self) -> bool:
        return not self.clusters and all(z.inside is not None for z in self.zeros)


def find_zeros(
    system: System,
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    sides: Sequence[tuple[Fraction, Fraction]],
    effort: Effort,
) -> ZeroSearch:
    """Search the box; the budget is that of ``effort``.  Never raises for a finite box."""
    root_lo, root_hi = _float_box(sides)
    isolate = Isolator(system)
    at_kinks = KinkIsolator(equations, variables)
    known: list[IsolatedBox] = []

    started = time.monotonic()

    def add(columns: FloatArray) -> list[IsolatedBox]:
        fresh: list[IsolatedBox] = []
        for column in columns.T:
            if time.monotonic() - started > ISOLATION * effort.seconds:
                break
            box = isolate(column) or at_kinks(column)
            if box is not None and not any(_same(box, k) for k in known):
                known.append(box)
                fresh.append(box)
        return fresh

    add(newton_from_many(system, root_lo, root_hi, starts=256, steps=40))

    # Zeros on both sides of a kink may be as close as they like, and regular.
    apart = KINKS_APART if system.has_kinks else 1e-6

    def discover(points: FloatArray) -> list[IsolatedBox]:
        reach = 1e-3 * np.maximum(np.abs(points[:, 0]), 1e-3 * (root_hi - root_lo))
        around = points[:, 0] - reach, points[:, 0] + reach
        return add(newton_from_many(system, *around, starts=16, steps=30, tolerance=apart))

    left = effort.seconds * SEARCH - (time.monotonic() - started)
    width = Budget.relative_width
    if system.has_kinks and len(variables) == 1:
        # Not below the resolution of float64.
        size = float(np.maximum(np.abs(root_lo), np.abs(root_hi)).max() / max(1e-300, float((root_hi - root_lo)[0])))
        width = 4e-15 * max(0.25, size)
    budget = Budget(seconds=max(0.0, left), boxes=effort.boxes, relative_width=width)
    result = search_zeros(system, root_lo, root_hi, list(known), discover=discover, budget=budget, jobs=effort.jobs)
    return _concluded(result, system, equations, variables, sides, at_kinks.points)


def find_few_zeros(
    system: System,
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    sides: Sequence[tuple[Fraction, Fraction]],
    effort: Effort,
) -> ZeroSearch | None:
    """Like :func:`find_zeros` for what some boxes settle, one by one; None when they do not."""
    root_lo, root_hi = _float_box(sides)
    result = search_small(
        system, root_lo, root_hi, boxes=min(FEW, effort.boxes), seconds=min(FEW_SECONDS, 0.1 * effort.seconds)
    )
    return None if result is None else _concluded(result, system, equations, variables, sides)


def _float_box(sides: Sequence[tuple[Fraction, Fraction]]) -> tuple[FloatArray, FloatArray]:
    return np.array([from_fraction(lo)[0] for lo, _ in sides]), np.array([from_fraction(hi)[1] for _, hi in sides])


def _concluded(
    result: SearchResult,
    system: System,
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    sides: Sequence[tuple[Fraction, Fraction]],
    exact: Mapping[Key, tuple[Fraction, ...]] = {},
) -> ZeroSearch:
    """Every zero placed inside or outside the user's box, and what is open merged."""
    root_lo, root_hi = _float_box(sides)
    zeros: list[PlacedZero] = []
    for box in result.known:
        point = exact.get(key_of(box))
        if point is None:
            zero = _placed(box, system, equations, variables, sides)
        else:
            zero = _exactly_placed(box, point, sides)
        if not any(all(o.contains(i) for o, i in zip(z.unique_in, zero.box, strict=True)) for z in zeros):
            zeros.append(zero)
    zeros.sort(key=lambda z: [float(x.middle) for x in z.box])
    open_lo, open_hi = result.open_lo, result.open_hi
    volume = float(np.prod((open_hi - open_lo) / np.maximum(root_hi - root_lo, 1e-300)[:, None], axis=0).sum())
    root = tuple(map(Enclosure.from_floats, root_lo.tolist(), root_hi.tolist()))
    return ZeroSearch(zeros, merge_boxes(open_lo, open_hi), result, root, volume)


def _same(a: IsolatedBox, b: IsolatedBox) -> bool:
    return bool(np.all(a.inner_lo >= b.outer_lo) and np.all(a.inner_hi <= b.outer_hi))


def _placed(
    box: IsolatedBox,
    system: System,
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    sides: Sequence[tuple[Fraction, Fraction]],
) -> PlacedZero:
    outer = tuple(map(Enclosure.from_floats, box.outer_lo.tolist(), box.outer_hi.tolist()))
    inner = refine(system, (0.5 * (box.inner_lo + box.inner_hi)).tolist(), DIGITS)
    if inner is None or not all(o.contains(i) for o, i in zip(outer, inner, strict=True)):
        inner = [Enclosure.from_floats(a, b) for a, b in zip(box.inner_lo.tolist(), box.inner_hi.tolist(), strict=True)]
    exact = None
    inside = _inside(inner, sides)
    if inside is None:
        # On the boundary, as far as the digits tell: only an exact value can decide.
        guess = [x.middle.limit_denominator(SHORT) for x in inner]
        if all(x.lo <= g <= x.hi for x, g in zip(inner, guess, strict=True)) and is_exact_zero(
            equations, variables, guess
        ):
            exact = tuple(guess)
            inside = all(lo <= g <= hi for g, (lo, hi) in zip(guess, sides, strict=True))
    return PlacedZero(tuple(inner), outer, exact, inside)


def _exactly_placed(
    box: IsolatedBox, point: tuple[Fraction, ...], sides: Sequence[tuple[Fraction, Fraction]]
) -> PlacedZero:
    inner, outer = (
        tuple(map(Enclosure.from_floats, lo.tolist(), hi.tolist()))
        for lo, hi in ((box.inner_lo, box.inner_hi), (box.outer_lo, box.outer_hi))
    )
    inside = all(lo <= p <= hi for p, (lo, hi) in zip(point, sides, strict=True))
    return PlacedZero(inner, outer, point, inside, by_pieces=True)


def _inside(box: Sequence[Enclosure], sides: Sequence[tuple[Fraction, Fraction]]) -> bool | None:
    if any(x.hi < lo or x.lo > hi for x, (lo, hi) in zip(box, sides, strict=True)):
        return False
    return True if all(lo <= x.lo and x.hi <= hi for x, (lo, hi) in zip(box, sides, strict=True)) else None
