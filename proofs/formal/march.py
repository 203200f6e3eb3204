"""Hints for Coq about a ball in more unknowns: radii and bounds of a march along the third derivatives.

Arithmetic: heuristic.  Arb balls estimate what the kernel will compute; the kernel decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from numeric import balls
from proofs.formal.expression import Formal
from proofs.formal.points import Matrix, jet

__all__ = ["March", "derivative", "march"]

SLACK = 1.01  # of the square of a bound, for pivots of intervals


@dataclass(frozen=True)
class March:
    """``steps``: radius and bound of Y T_k Z on its ball; ``budget``: how far Y H Z varies up to the last radius."""

    steps: tuple[tuple[Fraction, Fraction], ...]
    budget: Fraction


# -- symbolic differentiation, node by node as ``ThirdDerivatives.v`` does it -----------------------
_ZERO, _ONE = Formal("Cst", value=Fraction(0)), Formal("Cst", value=Fraction(1))


def derivative(e: Formal, j: int) -> Formal:
    """The derivative of an expression along variable ``j``."""
    match e.kind:
        case "Cst":
            return _ZERO
        case "Var":
            return _ONE if e.index == j else _ZERO
        case "Scal" | "Neg":
            inner = derivative(e.arguments[0], j)
            return inner if _nought(inner) else Formal(e.kind, (inner,), e.value)
        case "Add":
            return _add(derivative(e.arguments[0], j), derivative(e.arguments[1], j))
        case "Mul":
            a, b = e.arguments
            return _add(_mul(b, derivative(a, j)), _mul(a, derivative(b, j)))
        case _:
            return _mul(_slope(e), derivative(e.arguments[0], j))


def _nought(e: Formal) -> bool:
    return e.kind == "Cst" and e.value == 0


def _add(a: Formal, b: Formal) -> Formal:
    return b if _nought(a) else a if _nought(b) else Formal("Add", (a, b))


def _mul(a: Formal, b: Formal) -> Formal:
    return a if _nought(a) or b == _ONE else b if _nought(b) else Formal("Mul", (a, b))


def _slope(e: Formal) -> Formal:
    """The derivative of a function of one argument."""

    def un(kind: str, a: Formal, index: int = 0) -> Formal:
        return Formal(kind, (a,), index=index)

    (a,) = e.arguments
    match e.kind:
        case "Sigmoid":
            return Formal("Mul", (e, Formal("Add", (_ONE, Formal("Neg", (e,))))))
        case "Softplus":
            return un("Sigmoid", a)
        case "Exp":
            return e
        case "Ln":
            return un("Inv", a)
        case "Inv":
            return Formal("Neg", (Formal("Mul", (e, e)),))
        case "Sqrt":
            return Formal("Scal", (un("Inv", e),), Fraction(1, 2))
        case "Tanh":
            return Formal("Add", (_ONE, Formal("Neg", (un("Pow", e, 2),))))
        case "Sinh":
            return un("Cosh", a)
        case "Cosh":
            return un("Sinh", a)
        case "Sin":
            return un("Cos", a)
        case "Cos":
            return Formal("Neg", (un("Sin", a),))
        case "Atan":
            return un("Inv", Formal("Add", (_ONE, un("Pow", a, 2))))
        case _:
            return Formal("Scal", (un("Pow", a, max(e.index - 1, 0)),), Fraction(e.index))


# -- the march ----------------------------------------------------------------------------------
def march(
    derivatives: Sequence[Formal], centre: Sequence[Fraction], left: Matrix, right: Matrix, radii: Sequence[Fraction]
) -> March:
    """Bounds on the balls of these radii (increasing) around the centre, for Y = ``left`` and Z = ``right``."""
    steps = []
    budget, before = Fraction(0), Fraction(0)
    for radius in radii:
        bound = _bound(derivatives, centre, left, right, radius)
        steps.append((radius, bound))
        budget += (radius - before) * bound
        before = radius
    return March(tuple(steps), budget)


def _bound(
    derivatives: Sequence[Formal], centre: Sequence[Fraction], left: Matrix, right: Matrix, radius: Fraction
) -> Fraction:
    n = len(centre)
    box = [balls.ball(c - radius).union(balls.ball(c + radius)) for c in centre]
    hessians = [jet(d, box)[2] for d in derivatives]
    gram = [[arb(0)] * n for _ in range(n)]
    for k in range(n):
        turned = _times(left, _times([[hessians[i][j][k] for j in range(n)] for i in range(n)], right))
        for i in range(n):
            for j in range(n):
                gram[i][j] = gram[i][j] + sum((turned[m][i] * turned[m][j] for m in range(n)), arb(0))
    middle = np.array([[float(t.mid()) for t in row] for row in gram])
    spread = np.array([[float(t.rad()) for t in row] for row in gram])
    greatest = float(np.linalg.eigvalsh((middle + middle.T) / 2)[-1]) + float(np.linalg.norm(spread))
    return Fraction(round((greatest * SLACK) ** 0.5 * 10**8) + 1, 10**8)


def _times(a: Matrix, b: Matrix) -> Matrix:
    n = len(a)
    return [[sum((a[i][k] * b[k][j] for k in range(n)), arb(0)) for j in range(n)] for i in range(n)]
