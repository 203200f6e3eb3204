"""The ladder of radii at a minimum: what each form of the inverse function theorem gives.

For a stationary point x0 of the feature coordinates, with positive definite Hessian H0 there:

- ``exact-ift``: in R^d, lambda = min(least eigenvalue of H0, 2 ridge), ||H(x) - H0|| <= lambda/2;
- ``exact-ift-block``: the same in the feature coordinates alone;
- ``preconditioned``: ||A H(x) - I|| <= 1/2 with A an approximate inverse of H0;
- ``convexity``: H(x) positive definite; its image radius is the best m r with H(x) >= m I on the r-ball.

Each radius is enclosed: below by a proof on the whole ball, above by a point where the hypothesis
fails.  A ball in R^d meets the feature plane in a ball of the same radius, and the other coordinates
add the constant block 2 ridge I to the Hessian, so the bounds in the plane decide R^d as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric import balls
from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from numeric.region import BallSearch, Witness, largest_ball, nearest_witness
from numeric.witnesses import suspects
from proofs.landscape import StationaryPoint
from proofs.radii import Family
from proofs.theorems.ball_variation import march
from proofs.theorems.inverse_function import exact_form, monotone_form, preconditioned_form
from proofs.variation import HessianAround, spectral_norm
from symbolic.objectives import Objective

__all__ = ["Ball", "PointAnalysis", "Rung"]

SEARCH_DIMENSION = 3  # up to this many coordinates the ball is searched, beyond it is bounded by a tensor
SEARCH_LENGTH = (
    160  # ... and up to this many instructions of the Hessian, as rechecking a search costs many evaluations
)
LIMIT = Fraction(2)
DYADIC = 2**40
MARCH_STEPS = 32


@dataclass(frozen=True)
class Ball:
    """The family is definite on the open ball of radius ``inner``.

    ``violated`` fails at a point within ``outer`` (None where no such point was found); ``step`` is
    the step of the march that gave ``inner`` where there was no search.
    """

    family: Family
    violated: Family
    inner: Fraction
    outer: Fraction | None
    search: BallSearch | None
    witness: Witness | None
    step: Fraction | None


@dataclass(frozen=True)
class Rung:
    """One method of the ladder: enclosures of its radius and of the radius of its image ball.

    ``constant`` is the lambda, q or m of the theorem; ``balls`` has the ball of the radius first
    and the ball of the image radius last.  Upper ends are None where no failure was found.
    """

    method: str
    radius: tuple[Fraction, Fraction | None]
    image_radius: tuple[Fraction, Fraction | None]
    constant: Fraction
    balls: tuple[Ball, ...]


class PointAnalysis:
    """Certified balls around one minimum of an objective."""

    def __init__(self, objective: Objective, point: StationaryPoint) -> None:
        if point.index != 0:
            raise ValueError("the ladder of radii needs a point with a positive definite Hessian")
        self.objective, self.point = objective, point
        self.dimension = len(point.names)
        self.around = HessianAround(objective, point.box)
        self.centre = np.array([float(x.middle) for x in point.box])
        # The float centre is not the stationary point: this covers the distance between them.
        offset = max(
            max(abs(Fraction(c) - x.lo), abs(Fraction(c) - x.hi))
            for c, x in zip(self.centre.tolist(), point.box, strict=True)
        )
        self.offset = _up(offset * self.dimension, 2**80)

    @property
    def least_eigenvalue(self) -> Enclosure:
        return self.point.eigenvalues[0].relaxed()

    @property
    def full_lambda(self) -> Enclosure:
        """The least eigenvalue of the Hessian in R^d, nuisance coordinates included."""
        nuisance = 2 * to_fraction(self.objective.numeric_ridge)
        block = self.least_eigenvalue
        return Enclosure(min(block.lo, nuisance), min(block.hi, nuisance))

    def ball(self, family: Family, violated: Family | None = None) -> Ball:
        """The largest ball that the method for this dimension certifies."""
        violated = violated or family
        limit = float(LIMIT)
        tape = self.around.tape
        suspected = suspects(family.floats(tape), self.centre, limit)
        broken = violated.batch(tape)
        if self.dimension <= SEARCH_DIMENSION and len(tape.instructions) <= SEARCH_LENGTH:
            search = largest_ball(family.batch(tape), self.centre, limit, violated=broken, suspects=suspected)
            inner, step, witness = Fraction(search.inner) - self.offset, None, search.witness
            found: BallSearch | None = search
        else:
            inner, step = self._march(family)
            found, witness = None, nearest_witness(broken, self.centre, suspected)
        inner = Fraction(int(max(inner, Fraction(0)) * DYADIC), DYADIC)
        outer = None if witness is None else _up(Fraction(witness.distance) + self.offset, DYADIC)
        return Ball(family, violated, inner, outer, found, witness, step)

    def _march(self, family: Family) -> tuple[Fraction, Fraction]:
        with balls.precision(64):
            norm, budget = self.around.variation(family)
            start = norm(Fraction(0)) if budget > 0 else None
            if start is None or not start > 0:
                return Fraction(0), Fraction(1)
            # That many steps would do if the tensor did not grow; it does, so fewer are taken.
            step = Fraction(max(1, int(float((budget / start).mid()) / MARCH_STEPS * DYADIC)), DYADIC)
            return march(norm, budget, step), step

    # -- rungs ------------------------------------------------------------------------------
    def exact(self, method: str, lam: Enclosure) -> Rung:
        family = Family("variation", self.dimension, lam.lo / 2, self.around.h0)
        ball = self.ball(family, Family("variation", self.dimension, lam.hi / 2, self.around.h0))
        lower = exact_form(lam.lo, family.constant, ball.inner).image_radius
        upper = None if ball.outer is None else lam.hi * ball.outer / 2
        return Rung(method, (ball.inner, ball.outer), (lower, upper), lam.lo, (ball,))

    def preconditioned(self) -> Rung:
        q = Fraction(1, 2)
        inverse = np.linalg.inv(self.around.h0_float)
        inverse = 0.5 * (inverse + inverse.T)
        matrix = tuple(tuple(Enclosure.exact(Fraction(v)) for v in row) for row in inverse.tolist())
        ball = self.ball(Family("preconditioned", self.dimension, q, matrix))
        norm = spectral_norm(matrix)
        lower = preconditioned_form(norm, q, ball.inner).image_radius
        upper = None if ball.outer is None else preconditioned_form(norm, q, ball.outer).image_radius
        return Rung("preconditioned", (ball.inner, ball.outer), (lower, upper), q, (ball,))

    def strongly_convex(self, m: Fraction) -> Ball:
        """The largest certified ball on which H(x) >= m I."""
        return self.ball(Family("convexity", self.dimension, m))

    def convexity(self) -> Rung:
        """Radius of positive definiteness; image radius the best m r over a few m."""
        whole = self.strongly_convex(Fraction(0))
        best = whole
        for quarter in (1, 2, 3):
            m = Fraction(int(self.least_eigenvalue.lo * quarter / 4 * DYADIC), DYADIC)
            ball = self.strongly_convex(m)
            if m * ball.inner > best.family.constant * best.inner:
                best = ball
        m = best.family.constant
        lower = monotone_form(m, best.inner).image_radius
        upper = None if best.outer is None else m * best.outer
        return Rung("convexity", (whole.inner, whole.outer), (lower, upper), m, (whole, best))

    def ladder(self) -> list[Rung]:
        return [
            self.exact("exact-ift", self.full_lambda),
            self.exact("exact-ift-block", self.least_eigenvalue),
            self.preconditioned(),
            self.convexity(),
        ]


def _up(x: Fraction, denominator: int) -> Fraction:
    scaled = x * denominator
    return Fraction(-((-scaled.numerator) // scaled.denominator), denominator)
