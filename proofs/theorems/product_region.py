"""A minimum alone in a product of balls: convexity and an inward gradient, each block with its own radius.

Let coordinates be split into blocks y_I, and D = {|y_I| <= r_I for all I} (a block of one coordinate gives an
interval, the nuisance coordinates of all rows together give a ball).  Let L be C^2 on a neighbourhood of D with

    |d_I L(0)| <= gamma_I,    H_II >= nu_I I on D,    ||H_IJ|| <= beta_IJ = beta_JI on D.

If nu_I r_I > gamma_I + sum_{J != I} beta_IJ r_J for every I, then H is positive definite on D, L has exactly one
stationary point in D, it lies in the interior, and it is the minimum of L over D.

Proof.  For y in D with |y_I| = r_I, d_I L(y) = d_I L(0) + int_0^1 sum_J H_IJ(ty) y_J dt, so
<d_I L(y), y_I> >= r_I (nu_I r_I - gamma_I - sum_{J != I} beta_IJ r_J) > 0: moving y_I towards 0 stays in D and
decreases L, so the minimum of L over the compact D is not on its boundary, hence stationary.  For z != 0 with
t_I = |z_I|, z.Hz >= t.Ct with C_II = nu_I, C_IJ = -beta_IJ.  C is symmetric with C r > 0 for a positive vector r, so
R^{-1} C R, R = diag(r), is strictly diagonally dominant with a positive diagonal and C is positive definite.  L is
strictly convex on the convex set D, which leaves no second stationary point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

__all__ = ["ProductRegion", "product_region"]


@dataclass(frozen=True)
class ProductRegion:
    """``unique``: exactly one stationary point in the region, and it is the minimum there.

    ``margins`` are nu_I r_I - gamma_I - sum beta_IJ r_J, all certainly positive when ``unique``.
    """

    unique: bool
    margins: tuple[arb, ...]


def product_region(
    gamma: Sequence[arb], nu: Sequence[arb], beta: Sequence[Sequence[arb]], radii: Sequence[arb]
) -> ProductRegion:
    """Check the hypotheses with certain comparisons (balls that are not finite fail them); all have one entry a block.

    ``beta`` is read off the diagonal, as the larger of beta_IJ and beta_JI.  Raises ValueError for shapes that
    do not fit.
    """
    n = len(radii)
    if len(gamma) != n or len(nu) != n or len(beta) != n or any(len(row) != n for row in beta):
        raise ValueError("the blocks of a product region do not fit")
    margins = []
    for i in range(n):
        margin = nu[i] * radii[i] - abs(gamma[i])
        for j in range(n):
            if j != i:
                margin -= abs(beta[i][j]).max(abs(beta[j][i])) * radii[j]
        margins.append(margin)
    holds = n > 0 and all(bool(r > 0) and bool(m > 0) for r, m in zip(radii, margins, strict=True))
    return ProductRegion(holds, tuple(margins))
