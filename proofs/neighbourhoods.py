"""Where bifurcations may be, and boxes around them on which their theorem may hold.  Heuristic: only suggests.

:mod:`proofs.singular` proves what is suggested here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from numeric.candidates import newton_from_many
from numeric.enclosure import Enclosure
from numeric.floats import evaluate_numpy
from numeric.intervals import FloatArray
from numeric.system import System
from proofs.region_cells import RegionProblem, contracted_root
from proofs.singular import FOLD, PITCHFORK, Curve, Neighbourhood, Shape, flipped_alone

__all__ = ["candidates", "neighbourhoods"]

SIZES = 16
# Room for y and for the parameter, whose way is of second order and needs more of it.
FACTORS = ((1.25, 1.5), (1.5, 4.0), (1.5, 12.0), (2.0, 40.0), (2.0, 150.0))
STARTS = 160
# The part of the way along the curve that the span takes.
PART = {PITCHFORK: Fraction(1, 3), FOLD: Fraction(1, 10)}


def candidates(
    problem: RegionProblem, cluster: tuple[Fraction, Fraction], reach: float
) -> list[tuple[str, int, FloatArray]]:
    """Approximate bifurcations near an interval of the parameter: kind, axis, solution of the extended system."""
    block, group = problem.blocks[0], problem.groups[0]
    lo, hi = float(cluster[0]), float(cluster[1])
    (side,) = problem.sides
    low = max(lo - reach * (hi - lo), float(side[0]) * 0.5 if side[0] > 0 else -np.inf)
    high = hi + reach * (hi - lo)
    root = problem.root(block, (side,))
    system = replace(problem.systems[0], fixed=(cluster,))
    near_lo, near_hi = contracted_root(
        system, np.array([float(x.lo) for x in root]), np.array([float(x.hi) for x in root])
    )
    flips = flipped_alone(group)
    found: list[tuple[str, int, FloatArray]] = []
    for axis in flips:
        extended, unknowns = Curve(block, problem.parameters[0], PITCHFORK, axis).extended_system()
        at = {v: i for i, v in enumerate(block.variables)}
        start_lo = np.array([near_lo[at[u]] if u in at else low for u in unknowns])
        start_hi = np.array([near_hi[at[u]] if u in at else high for u in unknowns])
        for column in newton_from_many(extended, start_lo, start_hi, starts=STARTS, steps=40).T:
            found.append((PITCHFORK, axis, column))
    n = len(block.variables)
    folds: dict[int, System] = {}
    for at_value in cluster:
        here = replace(system, fixed=((at_value, at_value),))
        for zero in newton_from_many(here, near_lo, near_hi, starts=STARTS, steps=40).T:
            # Near a fold the kernel is close to the eigenvector of the least eigenvalue.
            flat = evaluate_numpy(here.jacobian, np.append(zero, float(at_value))[:, None])
            values, vectors = np.linalg.eigh(flat.reshape(n, n))
            kernel = vectors[:, int(np.argmin(np.abs(values)))]
            axis = int(np.argmax(np.abs(kernel)))
            if axis not in folds:
                folds[axis] = Curve(block, problem.parameters[0], FOLD, axis).extended_system()[0]
            start = np.concatenate([zero, np.delete(kernel / kernel[axis], axis)])
            reach_x = np.concatenate([0.05 + 0.1 * np.abs(zero), np.full(n - 1, 0.5)])
            box_lo, box_hi = np.append(start - reach_x, low), np.append(start + reach_x, high)
            for column in newton_from_many(folds[axis], box_lo, box_hi, starts=16, steps=30).T:
                # Zeros on a mirror are pitchforks.
                if not any(abs(column[k]) < 1e-6 for k in flips):
                    found.append((FOLD, axis, column))
    return found


def neighbourhoods(
    curve: Curve, point: list[Enclosure], critical: Enclosure, side: tuple[Fraction, Fraction]
) -> Iterator[tuple[Neighbourhood, Shape]]:
    """Neighbourhoods with a proved shape, the large ones first."""
    centre = [float(x.middle) for i, x in enumerate(point) if i != curve.axis] + [float(critical.middle)]
    middle = float(point[curve.axis].middle)
    for k in range(SIZES):
        size = 2.0 ** (1 - k)
        along = _floats(0.0, size) if curve.kind == PITCHFORK else _floats(middle - size, middle + size)
        moved = curve.movement(along, [Fraction(c) for c in centre])
        if moved is None:
            continue
        # What keeps a box from being flat.
        spread = np.array(moved) + 1e-9 * np.maximum(np.abs(centre), 1e-3)
        for room, more in FACTORS:
            radius = room * spread
            radius[-1] = more * spread[-1]
            box = tuple(_floats(c - r, c + r) for c, r in zip(centre, radius, strict=True))
            place = Neighbourhood(curve.kind, curve.axis, along, box, box[-1])
            shape = curve.shape(place)
            if shape is None:
                continue
            span = _span(place, shape, critical, side)
            if span is not None:
                yield replace(place, span=span), shape
            break


def _span(place: Neighbourhood, shape: Shape, critical: Enclosure, side: tuple[Fraction, Fraction]) -> Enclosure | None:
    """A part of the way that the curve goes on its side of the critical parameter, and as far on the other.

    At the end of the span the zeros are then well inside of the neighbourhood, and a search finds none beside it.
    """
    box = place.box[-1]
    if shape.direction > 0:
        far = min([r.lo for r in shape.reach] + [box.hi])
        hi = min(critical.hi + PART[place.kind] * (far - critical.hi), side[1])
        lo = max(critical.lo - (hi - critical.hi), box.lo, side[0])
    else:
        far = max([r.hi for r in shape.reach] + [box.lo])
        lo = max(critical.lo - PART[place.kind] * (critical.lo - far), side[0])
        hi = min(critical.hi + (critical.lo - lo), box.hi, side[1])
    # Ends that are floats: inward, except for the ends of the range.
    low = lo if lo == side[0] else Fraction(float(np.nextafter(float(lo), np.inf)))
    high = hi if hi == side[1] else Fraction(float(np.nextafter(float(hi), -np.inf)))
    return Enclosure(low, high) if low < critical.lo and critical.hi < high else None


def _floats(lo: float, hi: float) -> Enclosure:
    return Enclosure(Fraction(lo), Fraction(hi))
