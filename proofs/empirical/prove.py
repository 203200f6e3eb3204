"""Prove that a block of variables has a stationary point near its weights, of which index, and where it is alone.

The search (:mod:`proofs.empirical.search`) suggests a centre x.  At x the gradient, the Hessian and its eigenvalues are
enclosed; then two theorems compete for the radius of uniqueness: Newton-Kantorovich with A the inverse Hessian and a
bound of the third derivative (any index), and a strongly convex ball (minima, much larger).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from flint import arb

from numeric.interval_kernels import FloatArray
from numeric.verified_eigenvalues import EigenvalueBounds, eigenvalue_bounds, least_eigenvalue_above
from numeric.verified_sums import MANY, norm_up
from proofs.empirical.local import Block, Derivatives
from proofs.empirical.search import Suggestion, suggest
from proofs.theorems.convex_ball import convex_ball
from proofs.theorems.newton_kantorovich import newton_kantorovich

__all__ = ["ConvexBall", "Isolated", "prove_block"]

# Work (rows times columns squared) up to which every candidate radius is tried on all rows.
SMALL_WORK = 2e7
SAMPLE = 1024
# A checker in another arithmetic must be able to confirm what is stated.
ROOM = 0.98
KEPT = 0.8


@dataclass(frozen=True)
class ConvexBall:
    """lower I <= Hessian <= upper I on the ball of this radius around the centre, lower > 0."""

    radius: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Isolated:
    """One block: exactly one stationary point within ``radius`` of ``centre``, at most ``distance`` from it.

    ``eigenvalues`` enclose those of the Hessian at the stationary point; ``reason`` is empty when all is proved.
    ``convex`` is the largest strongly convex ball found around a minimum, ``around_start`` a smaller one that just
    holds the given weights, where there is one and descent was asked for.
    """

    start: FloatArray
    centre: FloatArray
    reason: str
    distance: float = float("inf")
    radius: float = 0.0
    eigenvalues: EigenvalueBounds | None = None
    index: int | None = None
    convex: ConvexBall | None = None
    around_start: ConvexBall | None = None

    @property
    def proved(self) -> bool:
        return not self.reason


def prove_block(
    block: Block, start: FloatArray, limit: float, work: float, deadline: float, *, descent: bool = False
) -> Isolated:
    """Search within ``limit`` of ``start`` and prove.

    ``work`` is the cost of one Hessian in multiplications, ``deadline`` is on the clock of ``time.monotonic``: after it
    the search ends, and no larger radius is tried.  ``descent`` asks for a ball that just holds the given weights.
    """
    found = _prove(block, start, suggest(block, start, limit, deadline), work, deadline, descent)
    if found.index and norm_up(start - found.centre) >= found.radius:
        # A saddle that says nothing about the weights themselves; is there a minimum to descend to?
        lower = suggest(block, start, limit, deadline, descend=True)
        descended = _prove(block, start, lower, work, deadline, descent)
        return descended if descended.index == 0 else found
    return found


def _prove(block: Block, start: FloatArray, found: Suggestion, work: float, deadline: float, descent: bool) -> Isolated:
    centre = found.point
    if found.reason:
        return Isolated(start, centre, found.reason)
    at = _at(block, centre, found.gradient, found.seen, found.derivatives)
    assert at.hessian is not None
    bounds = eigenvalue_bounds(at.hessian, at.hessian_error)
    gradient = (norm_up(at.gradient) + at.gradient_error) * MANY
    if bounds is None or bounds.index is None:
        least = "" if bounds is None else f" (an eigenvalue lies in [{_around_zero(bounds)}])"
        return Isolated(start, centre, f"the Hessian was not shown to be nonsingular{least}")
    kantorovich = _kantorovich(gradient, bounds.gap, lambda r: block.third(centre, r))
    if kantorovich is None:
        return Isolated(start, centre, "the gradient is too large for the Newton-Kantorovich theorem at this precision")
    radius, distance = kantorovich
    spread = block.third(centre, distance) * distance * MANY
    at_point = EigenvalueBounds(
        bounds.lo - spread - np.abs(bounds.lo) * 2.0**-52, bounds.hi + spread + np.abs(bounds.hi) * 2.0**-52
    )
    if at_point.index != bounds.index:
        return Isolated(start, centre, "the Hessian was not shown to be nonsingular at the stationary point")
    convex = around = None
    if bounds.index == 0 and time.monotonic() < deadline:
        convex = _convex(block, centre, at, radius, bounds, gradient, work)
        if convex is not None:
            radius = max(radius, convex.radius)
            reach = (norm_up(start - centre) + 4 * distance) / ROOM * 1.01
            if descent and reach < 0.9 * convex.radius:
                around = _ball(block, centre, at, reach)
    return Isolated(start, centre, "", distance, radius, at_point, bounds.index, convex, around)


def _around_zero(bounds: EigenvalueBounds) -> str:
    k = int(np.argmin(np.maximum(np.maximum(bounds.lo, -bounds.hi), 0.0)))
    return f"{bounds.lo[k]:.3g}, {bounds.hi[k]:.3g}"


def _at(block: Block, centre: FloatArray, here: Derivatives, seen: FloatArray, before: Derivatives) -> Derivatives:
    """Derivatives at the centre; a Hessian from very close by is carried over with the bound of its change."""
    assert before.hessian is not None
    moved = norm_up(centre - seen) * MANY
    change = 0.0
    if not np.array_equal(centre, seen):
        # The ball around the centre holds the segment to the point that was seen.
        change = block.third(centre, moved) * moved * MANY
        scale = float(np.abs(np.linalg.eigvalsh(before.hessian)).min())
        if not change < 1e-4 * scale:
            return block.derivatives(centre)
    return replace(here, hessian=before.hessian, hessian_error=(before.hessian_error + change) * MANY)


def _kantorovich(gradient: float, gap: float, third: Callable[[float], float]) -> tuple[float, float] | None:
    """The radius of uniqueness and the distance to the stationary point by Newton-Kantorovich, A = Hessian^-1."""

    def holds(r: float) -> arb | None:
        result = newton_kantorovich(arb(gradient) / arb(gap), arb(third(r)) * arb(r) / arb(gap), arb(r))
        return result.distance if result.unique else None

    first = third(0.0)
    top = gap / first if first > 0 else 1.0
    radius = next(
        (ROOM * f * top for f in (0.9, 0.7, 0.5, 0.3, 0.1, 0.01, 1e-3) if holds(ROOM * f * top) is not None), None
    )
    if radius is None:
        return None
    near = min(radius, 4.0 * gradient / gap)
    best = holds(near)
    if best is None:
        best = holds(radius)
    return None if best is None else (radius, float(best.upper()) * (1.0 + 2.0**-50))


def _convex(
    block: Block,
    centre: FloatArray,
    at: Derivatives,
    small: float,
    bounds: EigenvalueBounds,
    gradient: float,
    work: float,
) -> ConvexBall | None:
    """The largest ball found on which the eigenvalues stay above a share KEPT of the least one at the centre."""
    sought = KEPT * float(bounds.lo[0])

    def holds(radius: float) -> bool:
        region = block.region(centre, at, radius, None if work <= SMALL_WORK else SAMPLE)
        return region is not None and least_eigenvalue_above(region.lower, region.lower_error, sought)

    radius = _largest(holds, small, 2.0 * (1.0 + float(np.linalg.norm(centre))))
    if radius is None:
        return None
    for share in (1.0 if work <= SMALL_WORK else ROOM, 0.8, 0.5, 0.2):
        found = _ball(block, centre, at, share * radius)
        if found is not None and convex_ball(arb(gradient), arb(found.lower), arb(found.radius)).unique:
            return found
    return None


def _ball(block: Block, centre: FloatArray, at: Derivatives, radius: float) -> ConvexBall | None:
    """The least and greatest eigenvalue on a ball, when the least is positive."""
    region = block.region(centre, at, radius)
    bounds = None if region is None else eigenvalue_bounds(region.lower, region.lower_error)
    if region is None or bounds is None:
        return None
    # A checker with other cells and other rounding has a slightly weaker bound.
    lower = ROOM * float(bounds.lo[0])
    return ConvexBall(ROOM * radius, lower, region.upper) if lower > 0 and np.isfinite(region.upper) else None


def _largest(holds: Callable[[float], bool], small: float, most: float) -> float | None:
    """The largest radius found between ``small`` and ``most``, by doubling and then bisection: a suggestion."""
    good, bad = None, most
    radius = small
    while radius < most:
        if not holds(radius):
            bad = radius
            break
        good = radius
        radius *= 2.0
    if good is None:
        return None
    for _ in range(5):
        middle = 0.5 * (good + bad)
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    return good
