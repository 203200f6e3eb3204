"""How a hypothesis about a Hessian is shown on a ball in Coq: by search in few unknowns, else by a march.

Arithmetic: heuristic.  What is emitted here are hints and calls of checkers; the kernel decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import arb

from numeric import balls
from proofs.formal.decimals import Decimal, rounded_down
from proofs.formal.expression import NotFormal
from proofs.formal.march import March, derivative, march
from proofs.formal.points import Hints, Matrix, System
from proofs.formal.text import ratio, vector

__all__ = ["BITS", "INVERSE", "Ball", "Covers", "covers_for", "offset"]

BITS = 30
FUEL = 80
SEARCHED = 3  # unknowns of a ball that is cut into boxes
# The kernel is asked for a little less than the certificate says, which spares most of the cuts near the sphere;
# where the Hessian is nearly singular intervals need many more.
SHARE = Fraction(99, 100)
CONVEX_SHARE = Fraction(17, 20)
ROUNDING = Fraction(1, 10**7)  # of the kernel's numbers with BITS bits
INVERSE = "(zA zero0) (zB zero0)"
# A march: so many steps, and by how much a radius shrinks until they suffice.
EXACT_STEPS, STEPS = 2, 4
SHRINK = Fraction(19, 20)
MARGIN = Fraction(999, 1000)
DEVIATION = Fraction(1, 1000)  # of a preconditioned Hessian at the centre from the identity


@dataclass(frozen=True)
class Ball:
    """A ball and what is shown on it: ``check`` calls the library with ``@BALL`` for the name of the ball's data.

    ``meaning`` is the theorem about that call, up to the proof that it answers true.
    """

    radius: Decimal
    check: str
    meaning: str


class Covers(Protocol):
    """Balls with radii up to the one given.  ``lam`` and ``m`` are the constants that the page states."""

    def little(self, radius: Fraction, lam: Decimal) -> Ball:
        """|H(x) - H(p)| <= lam/2."""

    def near_one(self, radius: Fraction) -> Ball:
        """|A H(x) - 1| <= 1/2 with the approximate inverse of the hints."""

    def convex(self, radius: Fraction, m: Decimal | None) -> Ball:
        """H(x) - m positive definite (m = 0 where it is None)."""


def covers_for(system: System, hints: Hints) -> Covers:
    """The method for the number of unknowns.  Its balls raise NotFormal where a march does not get anywhere."""
    return _Searched() if system.size <= SEARCHED else _Marched(system, hints)


def offset(h: Hints) -> Fraction:
    """More than the distance of the stationary point from the rational centre, as the kernel sees it."""
    return Fraction(4 * len(h.centre), 10**h.decimals) + ROUNDING


class _Searched:
    """Cut the cube around the ball until every box is good or beyond the ball."""

    def little(self, radius: Fraction, lam: Decimal) -> Ball:
        check = f"IntegerRadii.varies_on_ball {BITS}%Z size e @BALL ({lam.data()}) {FUEL}"
        return Ball(rounded_down(radius * SHARE), check, "IntegerRadii.searched_little _ _ _ _ _ _")

    def near_one(self, radius: Fraction) -> Ball:
        check = f"IntegerRadii.one_on_ball {BITS}%Z size e @BALL (zA zero0) {FUEL}"
        return Ball(rounded_down(radius * SHARE), check, "IntegerRadii.searched_one _ _ _ _ _ _")

    def convex(self, radius: Fraction, m: Decimal | None) -> Ball:
        check = f"IntegerRadii.convex_on {BITS}%Z size e @BALL {_constant(m)} {FUEL}"
        share = CONVEX_SHARE if m is None else SHARE
        return Ball(rounded_down(radius * share), check, "IntegerRadii.searched_convex _ _ _ _ _ _")


class _Marched:
    """Bound the third derivatives on a few balls, one inside the other."""

    def __init__(self, system: System, hints: Hints) -> None:
        if system.gradient_of is None:
            raise NotFormal("a ladder of radii is that of a function")
        self.hints, n = hints, system.size
        with balls.precision(BITS):
            self.derivatives = [derivative(system.gradient_of, j) for j in range(n)]
            _, hessian = system.evaluate([balls.ball(c) for c in hints.centre])
        self.hessian = np.array([[float(t.mid()) for t in row] for row in hessian])
        self.one = [[arb(int(i == j)) for j in range(n)] for i in range(n)]

    def little(self, radius: Fraction, lam: Decimal) -> Ball:
        found = self._fitting(self.one, self.one, radius, lam.value / 2, EXACT_STEPS)
        check = f"IntegerMarch.march_little {BITS}%Z size e @BALL ({lam.data()})\n  {self._steps(found)}"
        return Ball(rounded_down(found.steps[-1][0]), check, "IntegerMarch.marched_little _ _ _ _ _ _")

    def near_one(self, radius: Fraction) -> Ball:
        inverse = [[balls.ball(x) for x in row] for row in self.hints.inverse]
        found = self._fitting(inverse, self.one, radius, Fraction(1, 2) - DEVIATION, STEPS)
        check = f"IntegerMarch.march_one {BITS}%Z size e @BALL (zA zero0) ({ratio(DEVIATION)})\n  {self._steps(found)}"
        return Ball(rounded_down(found.steps[-1][0]), check, "IntegerMarch.marched_one _ _ _ _ _ _ _")

    def convex(self, radius: Fraction, m: Decimal | None) -> Ball:
        shifted = self.hessian - (0.0 if m is None else float(m.value)) * np.eye(len(self.hessian))
        try:
            factor = np.linalg.cholesky((shifted + shifted.T) / 2)
        except np.linalg.LinAlgError as error:
            raise NotFormal("the Hessian at the centre is not seen to be positive definite") from error
        left, undone = _short(np.linalg.inv(factor)), _short(factor.T)
        across = [[left[j][i] for j in range(len(left))] for i in range(len(left))]
        found = self._fitting(_balls(left), _balls(across), radius, 1 - DEVIATION, STEPS)
        check = (
            f"IntegerMarch.march_convex {BITS}%Z size e @BALL {_constant(m)}\n  {_matrix(left)}\n  {_matrix(undone)}\n"
            f"  ({ratio(DEVIATION)}) {self._steps(found)}"
        )
        return Ball(rounded_down(found.steps[-1][0]), check, "IntegerMarch.marched_convex _ _ _ _ _ _ _ _ _")

    def _fitting(self, left: Matrix, right: Matrix, radius: Fraction, budget: Fraction, count: int) -> March:
        """The march to the greatest radius tried that stays within the budget."""
        with balls.precision(BITS):
            for _ in range(60):
                last = rounded_down(radius).value
                radii = [last * k / count for k in range(1, count + 1)]
                found = march(self.derivatives, self.hints.centre, left, right, radii)
                if found.budget <= budget * MARGIN:
                    return found
                radius *= SHRINK
        raise NotFormal("the third derivatives are too large around the centre")

    def _steps(self, found: March) -> str:
        off = offset(self.hints)
        return "[" + "; ".join(f"({ratio(r)}, {ratio(r + 2 * off)}, {ratio(b)})" for r, b in found.steps) + "]"


def _constant(m: Decimal | None) -> str:
    return "IntegerRadii.nothing" if m is None else f"({m.data()})"


def _short(matrix: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(round(float(x) * 10**6), 10**6) for x in row] for row in matrix]


def _balls(matrix: Sequence[Sequence[Fraction]]) -> Matrix:
    return [[balls.ball(x) for x in row] for row in matrix]


def _matrix(matrix: Sequence[Sequence[Fraction]]) -> str:
    return "[" + "; ".join(vector(row) for row in matrix) + "]"
