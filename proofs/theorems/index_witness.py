"""A point where a symmetric matrix certainly does not have a given index."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from proofs.theorems.eigenvalues import eigenvalue_enclosures
from proofs.theorems.exact_zero import substitute

__all__ = ["index_differs"]

MOST_OPERATIONS = 600


def index_differs(
    matrix: Sequence[Sequence[sp.Expr]], variables: Sequence[sp.Symbol], point: Sequence[Fraction], index: int
) -> str | None:
    """Why the matrix at the exact point does not have ``index`` negative eigenvalues and no zero one.

    None when that is not shown.  Signs of eigenvalues come from Arb; a zero eigenvalue from an exactly
    vanishing determinant.
    """
    n = len(matrix)
    tape = compile_tape([e for row in matrix for e in row], variables)
    for bits in (64, 256):
        with balls.precision(bits):
            flat = evaluate_balls(tape, [balls.ball(p) for p in point])
            if not all(e.is_finite() for e in flat):
                return None
            rows = [flat[i * n : (i + 1) * n] for i in range(n)]
            middle = np.array([[float(e.mid()) for e in row] for row in rows])
            values = eigenvalue_enclosures(rows, np.linalg.eigh(0.5 * (middle + middle.T))[1].tolist())
            if values is None:
                continue
            negative, positive = sum(1 for v in values if v < 0), sum(1 for v in values if v > 0)
            if negative > index or positive > n - index:
                return f"at the counterexample {negative} eigenvalue(s) are negative and {positive} positive"
            if negative + positive == n:
                return None
    exact = [[substitute(e, variables, point) for e in row] for row in matrix]
    if sum(e.count_ops() for row in exact for e in row) <= MOST_OPERATIONS and n <= 4:
        determinant = sp.expand(sp.Matrix(exact).det(method="berkowitz"))
        if determinant.is_zero:
            return "at the counterexample the Hessian is singular (its determinant is exactly 0)"
    return None
