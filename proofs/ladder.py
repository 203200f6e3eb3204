"""The ladder of radii at a stationary point: what each form of the inverse function theorem gives.

For a stationary point x0 of the feature coordinates, with Hessian H0 there:

- ``exact-ift``: in R^d, lambda = min(least eigenvalue of H0, 2 ridge), ||H(x) - H0|| <= lambda/2;
- ``exact-ift-block``: the same in the feature coordinates alone;
- ``preconditioned``: ||A H(x) - I|| <= 1/2 with A an approximate inverse of H0;
- ``convexity``: H(x) positive definite; its image radius is the best m r with H(x) >= m I on the r-ball.

Each radius is enclosed: below by a proof on the whole ball, above by a point where the hypothesis
fails.  A ball in R^d meets the feature plane in a ball of the same radius, and the other coordinates
add the constant block 2 ridge I to the Hessian, so the bounds in the plane decide R^d as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape, to_fraction
from numeric.enclosure import Enclosure
from numeric.region import BallSearch, Witness, largest_ball, nearest_witness
from numeric.tape import Tape
from numeric.witnesses import suspects
from proofs.landscape import StationaryPoint
from proofs.radii import Family, Matrix
from proofs.stationary import square
from proofs.theorems.ball_variation import march, tensor_norm
from proofs.theorems.definiteness import whitening
from proofs.theorems.inverse_function import exact_form, monotone_form, preconditioned_form
from proofs.variation import ThirdDerivatives, float_eigenbasis, hint_matrix
from symbolic.objectives import Objective

__all__ = ["Ball", "PointAnalysis", "Rung", "shared_constants"]

BITS = 128
SEARCH_DIMENSION = 3  # up to this many coordinates the ball is searched, beyond it is bounded by a tensor
LIMIT = Fraction(2)
DYADIC = 2**40


@dataclass(frozen=True)
class Ball:
    """The family is definite on the ball of radius ``inner``; it fails within ``outer`` (None: not shown)."""

    family: Family
    inner: Fraction
    outer: Fraction | None
    search: BallSearch | None
    witness: Witness | None


@dataclass(frozen=True)
class Rung:
    """One method of the ladder: enclosures of its radius and of the radius of the image ball.

    The upper end is None where no failure of the hypothesis was found.
    """

    method: str
    radius: tuple[Fraction, Fraction | None]
    image_radius: tuple[Fraction, Fraction | None]
    constant: Fraction
    ball: Ball


class PointAnalysis:
    """Certified balls around one stationary point of an objective with a positive definite Hessian."""

    def __init__(self, objective: Objective, point: StationaryPoint) -> None:
        if point.index != 0:
            raise ValueError("the ladder of radii needs a point with a positive definite Hessian")
        self.objective, self.point = objective, point
        self.dimension = len(point.names)
        self.hessian: Tape = compile_tape([e for row in objective.hessian for e in row], objective.variables)
        self.centre = np.array([float(x.middle) for x in point.box])
        with balls.precision(BITS):
            values = evaluate_balls(self.hessian, [x.ball() for x in point.box])
            h0 = square(values, self.dimension)
            self.h0: Matrix = tuple(tuple(Enclosure.from_ball(e) for e in row) for row in h0)
        self.h0_float = np.array([[float(e.middle) for e in row] for row in self.h0])
        # The float centre is not the stationary point: this covers the distance between them.
        offset = max(
            max(abs(Fraction(c) - x.lo), abs(Fraction(c) - x.hi))
            for c, x in zip(self.centre.tolist(), point.box, strict=True)
        )
        self.offset = Fraction(_ceil(offset * self.dimension * 2**80), 2**80)
        self._third: ThirdDerivatives | None = None

    @property
    def third(self) -> ThirdDerivatives:
        if self._third is None:
            self._third = ThirdDerivatives(self.objective.numeric_loss, self.objective.variables)
        return self._third

    @property
    def least_eigenvalue(self) -> Enclosure:
        return self.point.eigenvalues[0]

    @property
    def full_lambda(self) -> Enclosure:
        """The least eigenvalue of the Hessian in R^d, nuisance coordinates included."""
        nuisance = 2 * to_fraction(self.objective.numeric_ridge)
        block = self.least_eigenvalue
        return Enclosure(min(block.lo, nuisance), min(block.hi, nuisance))

    # -- balls ------------------------------------------------------------------------------
    def ball(self, family: Family, violated: Family | None = None) -> Ball:
        """The largest ball that the method for this dimension certifies."""
        limit = float(LIMIT)
        suspected = suspects(family.floats(self.hessian), self.centre, limit)
        broken = (violated or family).batch(self.hessian)
        if self.dimension <= SEARCH_DIMENSION:
            batch = family.batch(self.hessian)
            found = largest_ball(batch, self.centre, limit, violated=broken, suspects=suspected)
            inner, witness, search = Fraction(found.inner), found.witness, found
        else:
            inner, search = self._march(family), None
            witness = nearest_witness(broken, self.centre, suspected)
        inner = Fraction(int(max(inner - self.offset, Fraction(0)) * DYADIC), DYADIC)
        outer = (
            None if witness is None else Fraction(_ceil((Fraction(witness.distance) + self.offset) * DYADIC), DYADIC)
        )
        return Ball(family, inner, outer, search, witness)

    def _march(self, family: Family) -> Fraction:
        with balls.precision(64):
            norm, budget = self.variation(family)
            if not budget > 0:
                return Fraction(0)
            start = norm(Fraction(0))
            if start is None or not start > 0:
                return Fraction(0)
            # About forty steps if the tensor did not grow; it does, so fewer are taken.
            step = Fraction(max(1, int(float((budget / start).mid()) / 40 * DYADIC)), DYADIC)
            return march(norm, budget, step)

    def variation(self, family: Family):  # type: ignore[no-untyped-def]
        """(norm, budget): the family is definite where the variation stays below the budget."""
        n = self.dimension
        identity = arb_mat(n, n, [arb(int(i == j)) for i in range(n) for j in range(n)])
        h0 = arb_mat([[e.ball() for e in row] for row in self.h0])
        left, right = identity, identity
        if family.name == "variation":
            budget = balls.ball(family.constant)
        elif family.name == "preconditioned":
            left = arb_mat([[balls.ball(e.lo) for e in row] for row in family.matrix])
            budget = balls.ball(family.constant) - _frobenius(left * h0 - identity)
        else:
            hint = whitening(self.h0_float - float(family.constant) * np.eye(n))
            if hint is None:
                return (lambda radius: None), arb(0)
            left = hint_matrix(hint)
            right = left.transpose()
            shifted = h0 - identity * balls.ball(family.constant)
            budget = 1 - _frobenius(left * shifted * right - identity)

        def norm(radius: Fraction) -> arb | None:
            slices = [left * t * right for t in self.third.slices(self.point.box, radius)]
            plain = tensor_norm(slices, float_eigenbasis)
            turned = tensor_norm([t.transpose() for t in slices], float_eigenbasis)
            if plain is None or turned is None:
                return plain or turned
            return plain.min(turned)

        return norm, budget

    # -- rungs ------------------------------------------------------------------------------
    def exact(self, method: str, lam: Enclosure) -> Rung:
        family = Family("variation", self.dimension, lam.lo / 2, self.h0)
        broken = Family("variation", self.dimension, lam.hi / 2, self.h0)
        ball = self.ball(family, broken)
        lower = exact_form(lam.lo, family.constant, ball.inner).image_radius
        upper = None if ball.outer is None else lam.hi * ball.outer / 2
        return Rung(method, (ball.inner, ball.outer), (lower, upper), lam.lo, ball)

    def preconditioned(self) -> Rung:
        n, q = self.dimension, Fraction(1, 2)
        inverse = np.linalg.inv(self.h0_float)
        inverse = 0.5 * (inverse + inverse.T)
        matrix = tuple(tuple(Enclosure.exact(Fraction(v)) for v in row) for row in inverse.tolist())
        ball = self.ball(Family("preconditioned", n, q, matrix))
        with balls.precision(BITS):
            a = arb_mat([[balls.ball(e.lo) for e in row] for row in matrix])
            size = tensor_norm([a], float_eigenbasis)
            if size is None:
                raise ArithmeticError("the norm of the preconditioner could not be enclosed")
            norm = balls.upper_fraction(size)
        lower = preconditioned_form(norm, q, ball.inner).image_radius
        upper = None if ball.outer is None else preconditioned_form(norm, q, ball.outer).image_radius
        return Rung("preconditioned", (ball.inner, ball.outer), (lower, upper), q, ball)

    def strongly_convex(self, m: Fraction) -> Ball:
        """The largest certified ball on which H(x) >= m I."""
        return self.ball(Family("convexity", self.dimension, m))

    def convexity(self) -> Rung:
        """Radius of positive definiteness; image radius max of m r over a few m."""
        whole = self.strongly_convex(Fraction(0))
        best: tuple[Fraction, Ball] = (Fraction(0), whole)
        for numerator in (1, 2, 3):
            m = Fraction(int(self.least_eigenvalue.lo * numerator / 4 * DYADIC), DYADIC)
            ball = self.strongly_convex(m)
            if m * ball.inner > best[0] * best[1].inner:
                best = (m, ball)
        m, ball = best
        lower = monotone_form(m, ball.inner).image_radius
        upper = None if ball.outer is None else m * ball.outer
        return Rung("convexity", (whole.inner, whole.outer), (lower, upper), m, whole)

    def ladder(self) -> list[Rung]:
        return [
            self.exact("exact-ift", self.full_lambda),
            self.exact("exact-ift-block", self.least_eigenvalue),
            self.preconditioned(),
            self.convexity(),
        ]


def _ceil(x: Fraction) -> int:
    return -((-x.numerator) // x.denominator)


def _frobenius(matrix: arb_mat) -> arb:
    total = arb(0)
    for e in matrix.entries():
        total += abs(e) ** 2
    return total.sqrt().upper()


def shared_constants(analyses: Sequence[PointAnalysis]) -> Fraction:
    """The least full_lambda of several points: one strong-convexity constant for all of them."""
    return min(a.full_lambda.lo for a in analyses)
