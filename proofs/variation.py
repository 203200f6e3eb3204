"""Variation of the Hessian of an objective inside balls around a point (any dimension, no search).

The three families of :mod:`proofs.radii` in the language of :mod:`proofs.theorems.ball_variation`:
each is "the variation of L H(x) R stays below a constant" for fixed matrices L and R.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import sympy as sp
from flint import arb, arb_mat

from numeric import balls, endpoints
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.tape import Tape
from symbolic.calculus import third_derivatives

__all__ = ["ThirdDerivatives", "float_eigenbasis", "hint_matrix"]


def float_eigenbasis(matrix: arb_mat) -> list[list[float]]:
    """Approximate eigenvectors of the midpoints, as columns (a hint)."""
    n = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(n)] for i in range(n)])
    if not np.isfinite(middle).all():
        return np.eye(n).tolist()
    basis: list[list[float]] = np.linalg.eigh(0.5 * (middle + middle.T))[1].tolist()
    return basis


def hint_matrix(values: np.ndarray) -> arb_mat:
    """A float matrix as exact balls."""
    return arb_mat([[arb(float(v)) for v in row] for row in values])


class ThirdDerivatives:
    """The symmetric tensor of third derivatives of a loss, over boxes around a point."""

    def __init__(self, loss: sp.Expr, variables: Sequence[sp.Symbol]) -> None:
        entries = third_derivatives(loss, variables)
        self.dimension = len(variables)
        self.positions = {key: k for k, key in enumerate(entries)}
        self.tape: Tape = compile_tape(list(entries.values()), variables)

    def slices(self, centre: Sequence[Enclosure], radius: Fraction) -> list[arb_mat]:
        """T_k over the box of half-width ``radius`` around the (enclosed) centre, as balls."""
        n = self.dimension
        box = [(balls.ball(c.lo - radius), balls.ball(c.hi + radius)) for c in centre]
        flat = endpoints.evaluate_endpoints(self.tape, box)
        merged = [lo.union(hi) for lo, hi in flat]
        return [
            arb_mat(n, n, [merged[self.positions[tuple(sorted((i, j, k)))]] for i in range(n) for j in range(n)])  # type: ignore[index]
            for k in range(n)
        ]
