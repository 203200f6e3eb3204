"""Krawczyk's theorem: existence and uniqueness of a zero in a box.

K(X) = m - Y F(m) + (I - Y J(X)) (X - m).  If K(X) lies in the interior of X then F has exactly one
zero in X, it lies in K(X), and J is nonsingular throughout X.
Source: R. Krawczyk, Computing 4 (1969); A. Neumaier, Interval Methods for Systems of Equations
(1990), theorem 5.1.8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

__all__ = ["KrawczykResult", "krawczyk"]


@dataclass(frozen=True)
class KrawczykResult:
    """``unique``: exactly one zero in the box, and it lies in ``image``.

    ``empty``: the box holds no zero.  Neither: the test says nothing.
    """

    unique: bool
    empty: bool
    image: tuple[arb, ...]


def krawczyk(
    function: Callable[[Sequence[arb]], Sequence[arb]],
    jacobian: Callable[[Sequence[arb]], Sequence[Sequence[arb]]],
    box: Sequence[arb],
    preconditioner: Sequence[Sequence[float | arb]],
) -> KrawczykResult:
    """Apply the Krawczyk operator to ``box`` (n balls), ``preconditioner`` any n x n point matrix.

    ``function`` and ``jacobian`` enclose F and its Jacobian over balls.  A preconditioner that is
    no approximate inverse makes the test fail, never lie.
    """
    n = len(box)
    middle = [x.mid() for x in box]
    value = list(function(middle))
    # F must be defined on the whole box; a Jacobian that simplified may not show that it is not.
    if not all(v.is_finite() for v in function(box)):
        return KrawczykResult(False, False, tuple(box))
    slope = jacobian(box)
    entries = [slope[i][j] for i in range(n) for j in range(n)]
    if not all(v.is_finite() for v in value) or not all(e.is_finite() for e in entries):
        return KrawczykResult(False, False, tuple(box))
    Y = arb_mat([[arb(y) for y in row] for row in preconditioner])
    J = arb_mat(n, n, entries)
    identity = arb_mat(n, n, [arb(int(i == j)) for i in range(n) for j in range(n)])
    m = arb_mat(n, 1, middle)
    deviation = arb_mat(n, 1, [x - c for x, c in zip(box, middle, strict=True)])
    K = m - Y * arb_mat(n, 1, value) + (identity - Y * J) * deviation
    image = tuple(K[i, 0] for i in range(n))
    unique = all(x.contains_interior(k) for x, k in zip(box, image, strict=True))
    empty = any(not x.overlaps(k) for x, k in zip(box, image, strict=True))
    return KrawczykResult(unique, empty, image)
