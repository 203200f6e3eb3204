"""Solutions of M z = c for every matrix M and vector c in given enclosures.

With Y any matrix, E = I - Y M and weights d > 0: if |E| d <= theta d with theta < 1 then every M is
nonsingular and |z - Y c| <= (theta / (1 - theta)) * max_j(|Y c|_j / d_j) * d, because z = Y c + E z.
Source: A. Neumaier, Interval Methods for Systems of Equations (1990), section 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

__all__ = ["solve_enclosure"]


def solve_enclosure(
    matrix: Sequence[Sequence[arb]],
    right: Sequence[arb],
    preconditioner: Sequence[Sequence[float | arb]],
    weights: Sequence[arb],
) -> list[arb] | None:
    """Enclosures of the n components of z; None when the hypothesis is not shown."""
    n = len(right)
    if not all(w > 0 for w in weights):
        return None
    Y = arb_mat([[arb(y) for y in row] for row in preconditioner])
    M = arb_mat(n, n, [e for row in matrix for e in row])
    E = arb_mat(n, n, [arb(int(i == j)) for i in range(n) for j in range(n)]) - Y * M
    centre = Y * arb_mat(n, 1, list(right))
    theta, size = arb(0), arb(0)
    for i in range(n):
        row = sum((abs(E[i, j]) * weights[j] for j in range(n)), arb(0)) / weights[i]
        theta = theta.max(row)
        size = size.max(abs(centre[i, 0]) / weights[i])
    theta, size = theta.upper(), size.upper()
    if not (theta < 1 and size.is_finite()):
        return None
    reach = (theta / (1 - theta) * size).upper()
    return [centre[i, 0] + arb(0, (reach * weights[i]).upper()) for i in range(n)]
