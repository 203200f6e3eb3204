"""Fold and pitchfork: how many zeros a neighbourhood of a bifurcation holds, for every parameter near it.

Along the zeros near a fold or a pitchfork the parameter is a function of one coordinate t; where that
function turns, the number of zeros changes.  Both theorems, with proofs: docs/theory/bifurcation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from proofs.theorems.linear_enclosure import solve_enclosure

__all__ = ["CurveShape", "fold_shape", "pitchfork_shape"]

Matrix = Sequence[Sequence[arb]]


@dataclass(frozen=True)
class CurveShape:
    """``direction`` 1: the parameter grows away from the bifurcation along the curve, -1: it falls."""

    direction: int


def _definite(x: arb) -> CurveShape | None:
    return CurveShape(1) if x > 0 else CurveShape(-1) if x < 0 else None


def pitchfork_shape(
    matrix: Matrix, third: Sequence[arb], preconditioner: Sequence[Sequence[float | arb]], weights: Sequence[arb]
) -> CurveShape | None:
    """Whether the parameter is strictly monotone in t along the branch a = t > 0.

    ``matrix`` encloses d(q, G)/d(y, parameter) over the neighbourhood, q = f/a, ``third`` the vector
    (f_aaa / 3, G_aa): then d(y, parameter)/dt = -t M^{-1} third.  None when the sign is not certain.
    """
    z = solve_enclosure(matrix, third, preconditioner, weights)
    return None if z is None else _definite(-z[-1])


def fold_shape(
    matrix: Matrix,
    first: Sequence[arb],
    second: Sequence[Matrix],
    preconditioner: Sequence[Sequence[float | arb]],
    weights: Sequence[arb],
) -> CurveShape | None:
    """Whether the parameter is strictly convex (1) or concave (-1) in t along the curve of zeros.

    ``matrix`` encloses dF/dz, z = (y, parameter), and ``first`` dF/dt over the neighbourhood;
    ``second[i]`` the second derivatives of F_i in (t, z).  With w = (1, z'), z' = -M^{-1} dF/dt,
    z'' = -M^{-1} (w^T second_i w)_i.  None when the sign of the last component is not certain.
    """
    slope = solve_enclosure(matrix, first, preconditioner, weights)
    if slope is None:
        return None
    w = [arb(1), *(-s for s in slope)]
    n = len(w)
    bend = [sum((h[i][j] * w[i] * w[j] for i in range(n) for j in range(n)), arb(0)) for h in second]
    z = solve_enclosure(matrix, bend, preconditioner, weights)
    return None if z is None else _definite(-z[-1])
