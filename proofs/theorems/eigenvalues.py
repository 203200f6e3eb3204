"""Enclosures of the eigenvalues of a symmetric matrix known up to balls, and its index.

M = Q^{-1} A Q has the eigenvalues of A for every nonsingular Q.  With Q an approximate eigenbasis M
is nearly diagonal, and Gershgorin's theorem encloses its eigenvalues: a union of k discs apart
from the others holds exactly k of them.
Source: R. Horn, C. Johnson, Matrix Analysis (2012), theorem 6.1.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

__all__ = ["eigenvalue_enclosures", "index_of"]


def eigenvalue_enclosures(matrix: Sequence[Sequence[arb]], basis: Sequence[Sequence[float]]) -> list[arb] | None:
    """Ascending enclosures, one for each eigenvalue, of every symmetric matrix inside the balls.

    ``basis`` holds approximate eigenvectors as columns (any source: it is only a hint).
    None when the basis is not provably nonsingular or an entry is not finite.
    """
    n = len(matrix)
    A = arb_mat(n, n, [matrix[i][j] for i in range(n) for j in range(n)])
    Q = arb_mat(n, n, [arb(basis[i][j]) for i in range(n) for j in range(n)])
    try:
        M = Q.solve(A * Q)
    except ZeroDivisionError:
        return None
    discs = []
    for i in range(n):
        radius = sum((abs(M[i, j]) for j in range(n) if j != i), arb(0))
        lower, upper = M[i, i] - radius, M[i, i] + radius
        if not (lower.is_finite() and upper.is_finite()):
            return None
        discs.append((lower.lower(), upper.upper()))
    discs.sort(key=lambda d: float(d[0] + d[1]))
    # Discs that may overlap share their eigenvalues, so each gets the hull of its cluster.
    enclosures: list[arb] = []
    start = 0
    while start < n:
        stop, low, high = start + 1, discs[start][0], discs[start][1]
        # The sort is a float hint; clusters are merged until none overlaps any later disc.
        while True:
            more = [k for k in range(stop, n) if not (discs[k][0] > high or discs[k][1] < low)]
            if not more:
                break
            stop = more[-1] + 1
            low = _minimum([d[0] for d in discs[start:stop]])
            high = _maximum([d[1] for d in discs[start:stop]])
        enclosures.extend([low.union(high)] * (stop - start))
        start = stop
    return enclosures


def _minimum(values: Sequence[arb]) -> arb:
    total = values[0]
    for v in values[1:]:
        total = total.min(v)
    return total


def _maximum(values: Sequence[arb]) -> arb:
    total = values[0]
    for v in values[1:]:
        total = total.max(v)
    return total


def index_of(eigenvalues: Sequence[arb]) -> int | None:
    """The number of negative eigenvalues, None unless every sign is certain."""
    negative = sum(1 for e in eigenvalues if e < 0)
    positive = sum(1 for e in eigenvalues if e > 0)
    return negative if negative + positive == len(eigenvalues) else None
