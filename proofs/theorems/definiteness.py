"""Positive definiteness and the index of symmetric matrices known up to balls.

S = X M X^T for an approximate eigenbasis, scaled, is nearly diagonal with entries +-1; Gershgorin's theorem
gives its index, X is then nonsingular, and Sylvester's law of inertia carries the index to M.  X may come
from anywhere.  Source: R. Horn, C. Johnson, Matrix Analysis (2012), theorems 4.5.8 and 6.1.1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

__all__ = ["float_midpoints", "has_index", "is_positive_definite", "whitening"]


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
    return has_index(matrix, 0)


def has_index(matrix: Sequence[Sequence[arb]], index: int) -> bool:
    """True only when every symmetric matrix in the balls has ``index`` negative and no zero eigenvalues.

    S = X M X^T lies within row sums 1 of diag(-1, .., -1, 1, .., 1), so Gershgorin's discs around -1 and
    around 1 stay apart from 0 and from each other, and Sylvester's law carries the index to M.
    """
    n = len(matrix)
    entries = [matrix[i][j] for i in range(n) for j in range(n)]
    if not all(e.is_finite() for e in entries):
        return False
    middle = float_midpoints(matrix)
    values, vectors = np.linalg.eigh(0.5 * (middle + middle.T))
    if int((values < 0).sum()) != index or (values == 0).any():
        return False
    X = arb_mat([[arb(float(v)) for v in row] for row in vectors.T / np.sqrt(np.abs(values))[:, None]])
    S = X * arb_mat(n, n, entries) * X.transpose()
    for i in range(n):
        sign = -1 if i < index else 1
        total = abs(S[i, i] - sign)
        for j in range(n):
            if j != i:
                total += abs(S[i, j])
        if not total < 1:
            return False
    return True
