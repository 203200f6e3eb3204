"""How a hypothesis about a Hessian is shown on a ball in Coq: by search in few unknowns, else by a march.

Arithmetic: heuristic.  What is emitted here are hints and calls of checkers; the kernel decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np
from flint import arb

from numeric import balls
from proofs.formal.decimals import Decimal, rounded_down
from proofs.formal.expression import NotFormal
from proofs.formal.layers import Layers, find_layers, layers_text
from proofs.formal.march import March, derivative, march
from proofs.formal.points import Hints, Matrix, System
from proofs.formal.text import ratio, vector

__all__ = ["BITS", "INVERSE", "Ball", "Covers", "covers_for", "offset"]

BITS = 30
LAYER_BITS = 60  # one variable at a time
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

    ``meaning`` is what follows, with ``@SHOWN`` for the proof that the call answers true; ``before`` is what both need.
    """

    radius: Decimal
    check: str
    meaning: str
    before: str = ""


class Covers(Protocol):
    """Balls with radii up to the one given.  ``lam`` and ``m`` are the constants that the page states."""

    def little(self, radius: Fraction, lam: Decimal) -> Ball:
        """|H(x) - H(p)| <= lam/2."""

    def near_one(self, radius: Fraction) -> Ball:
        """|A H(x) - 1| <= 1/2 with the approximate inverse of the hints."""

    def strictly(self, radius: Fraction) -> Ball:
        """H(x) positive definite."""

    def at_least(self, radius: Fraction, m: Decimal) -> Ball:
        """H(x) >= m."""


def covers_for(system: System, hints: Hints) -> Covers:
    """The method for the number of unknowns and the form of the function.

    Its balls raise NotFormal where a march does not get anywhere.
    """
    general = _Searched() if system.size <= SEARCHED else _Marched(system, hints)
    if system.gradient_of is not None:
        try:
            return _Layered(general, find_layers(system.gradient_of, system.size), hints)
        except NotFormal:
            pass
    return general


def offset(h: Hints) -> Fraction:
    """More than the distance of the stationary point from the rational centre, as the kernel sees it."""
    return Fraction(4 * len(h.centre), 10**h.decimals) + ROUNDING


class _Searched:
    """Cut the cube around the ball until every box is good or beyond the ball."""

    def little(self, radius: Fraction, lam: Decimal) -> Ball:
        check = f"IntegerRadii.varies_on_ball {BITS}%Z size e @BALL ({lam.data()}) {FUEL}"
        return Ball(rounded_down(radius * SHARE), check, "IntegerRadii.searched_little _ _ _ _ _ _ @SHOWN")

    def near_one(self, radius: Fraction) -> Ball:
        check = f"IntegerRadii.one_on_ball {BITS}%Z size e @BALL (zA zero0) {FUEL}"
        return Ball(rounded_down(radius * SHARE), check, "IntegerRadii.searched_one _ _ _ _ _ _ @SHOWN")

    def strictly(self, radius: Fraction) -> Ball:
        return _strict(self._convex(radius * CONVEX_SHARE, None))

    def at_least(self, radius: Fraction, m: Decimal) -> Ball:
        return _at_least(self._convex(radius * SHARE, m))

    def _convex(self, radius: Fraction, m: Decimal | None) -> Ball:
        check = f"IntegerRadii.convex_on {BITS}%Z size e @BALL {_constant(m)} {FUEL}"
        return Ball(rounded_down(radius), check, "IntegerRadii.searched_convex _ _ _ _ _ _ @SHOWN")


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
        return Ball(rounded_down(found.steps[-1][0]), check, "IntegerMarch.marched_little _ _ _ _ _ _ @SHOWN")

    def near_one(self, radius: Fraction) -> Ball:
        inverse = [[balls.ball(x) for x in row] for row in self.hints.inverse]
        found = self._fitting(inverse, self.one, radius, Fraction(1, 2) - DEVIATION, STEPS)
        check = f"IntegerMarch.march_one {BITS}%Z size e @BALL (zA zero0) ({ratio(DEVIATION)})\n  {self._steps(found)}"
        return Ball(rounded_down(found.steps[-1][0]), check, "IntegerMarch.marched_one _ _ _ _ _ _ _ @SHOWN")

    def strictly(self, radius: Fraction) -> Ball:
        return _strict(self._convex(radius, None))

    def at_least(self, radius: Fraction, m: Decimal) -> Ball:
        return _at_least(self._convex(radius, m))

    def _convex(self, radius: Fraction, m: Decimal | None) -> Ball:
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
        return Ball(rounded_down(found.steps[-1][0]), check, "IntegerMarch.marched_convex _ _ _ _ _ _ _ _ _ @SHOWN")

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


class _Layered:
    """A sum of functions of one linear form each: where all are convex H is at least twice the ridge."""

    def __init__(self, general: _Searched | _Marched, layers: Layers, hints: Hints) -> None:
        self.general, self.layers, self.hints = general, layers, hints
        self.little, self.near_one = general.little, general.near_one

    def strictly(self, radius: Fraction) -> Ball:
        found, other = self._ball(radius, ratio(2 * self.layers.ridge), "strictly"), self.general.strictly(radius)
        return found if found is not None and found.radius.value >= other.radius.value else other

    def at_least(self, radius: Fraction, m: Decimal) -> Ball:
        if m.value <= 2 * self.layers.ridge:
            found = self._ball(radius, m.data(), "at_least")
            if found is not None:
                return found
        return self.general.at_least(radius, m)

    def _ball(self, radius: Fraction, m: str, theorem: str) -> Ball | None:
        found = self.layers.convex_radius(self.hints.centre, radius)
        if found <= 0:
            return None
        size, shown = len(self.hints.centre), rounded_down(found)
        slack = offset(self.hints)
        outer = shown.value + (size + 2) * slack
        ranges = self.layers.ranges(self.hints.centre, outer)
        before = layers_text(self.layers, [Fraction(1)] * len(ranges), ranges, "@BALL_layers") + (
            f"Lemma @BALL_sum x : eval e x = layered {size} (qR ({ratio(self.layers.ridge)})) @BALL_layers x.\n"
            "Proof. cbv [e @BALL_layers]. by_layers. Qed.\n"
        )
        sign = f"Z.ltb 0 (fst ({m})) && " if theorem == "strictly" else ""
        numbers = f"({m}) ({ratio(self.layers.ridge)})"
        check = (
            f"{sign}check_convex {LAYER_BITS}%Z size {numbers} @BALL_layers (zc zero0)\n"
            f"  ({ratio(slack)}) (IntegerRadii.bradius @BALL) ({ratio(outer)}) (IntegerRadii.bbox @BALL) {FUEL}"
        )
        return Ball(shown, check, f"layered_{theorem} _ size e {'_ ' * 8}eq_refl @BALL_sum @SHOWN", before)


def _strict(ball: Ball) -> Ball:
    return replace(ball, meaning=f"IntegerRadii.convex_strictly _ _ _ ({ball.meaning})")


def _at_least(ball: Ball) -> Ball:
    return replace(ball, meaning=f"IntegerRadii.convex_at_least _ _ _ _ ({ball.meaning})")


def _constant(m: Decimal | None) -> str:
    return "IntegerRadii.nothing" if m is None else f"({m.data()})"


def _short(matrix: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(round(float(x) * 10**6), 10**6) for x in row] for row in matrix]


def _balls(matrix: Sequence[Sequence[Fraction]]) -> Matrix:
    return [[balls.ball(x) for x in row] for row in matrix]


def _matrix(matrix: Sequence[Sequence[Fraction]]) -> str:
    return "[" + "; ".join(vector(row) for row in matrix) + "]"
