"""Positive definiteness of symmetric matrices known up to balls.

If S = X M X^T is strictly diagonally dominant with a positive diagonal, then S is positive definite,
hence X is nonsingular and M is positive definite (Sylvester).  X may come from anywhere; an
approximate eigenbasis makes S nearly the identity.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

__all__ = ["float_midpoints", "is_positive_definite", "whitening"]


def float_midpoints(matrix: Sequence[Sequence[arb]]) -> np.ndarray:
    """Midpoints as floats: a hint, nothing more."""
    return np.array([[float(e.mid()) for e in row] for row in matrix])


def whitening(middle: np.ndarray) -> np.ndarray | None:
    """X with X M X^T close to I, from a float eigenbasis; None when M does not look definite."""
    if not np.isfinite(middle).all():
        return None
    values, vectors = np.linalg.eigh(0.5 * (middle + middle.T))
    if values[0] <= 0:
        return None
    result: np.ndarray = vectors.T / np.sqrt(values)[:, None]
    return result


def is_positive_definite(matrix: Sequence[Sequence[arb]]) -> bool:
    """True only when every symmetric matrix inside the balls is positive definite."""
    n = len(matrix)
    entries = [matrix[i][j] for i in range(n) for j in range(n)]
    if not all(e.is_finite() for e in entries):
        return False
    hint = whitening(float_midpoints(matrix))
    if hint is None:
        return False
    X = arb_mat([[arb(float(v)) for v in row] for row in hint])
    S = X * arb_mat(n, n, entries) * X.transpose()
    for i in range(n):
        others = sum((abs(S[i, j]) for j in range(n) if j != i), arb(0))
        if not S[i, i] > others:
            return False
    return True
