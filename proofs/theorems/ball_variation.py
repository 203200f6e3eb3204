"""How far a matrix function can move inside a ball, from its derivative tensor.

For x in the ball of radius r around x0, with T_k the derivative of M along coordinate k,

    M(x) - M(x0) = int_0^1 sum_k (x - x0)_k T_k(x0 + t (x - x0)) dt,

and |sum_k d_k T_k v| <= |d| (v^T (sum_k T_k^T T_k) v)^{1/2} by Cauchy-Schwarz.  So with
N(s) >= sup over the ball of radius s of lambda_max(sum_k T_k^T T_k)^{1/2},

    ||M(x) - M(x0)|| <= int_0^r N(s) ds <= sum_i (r_{i+1} - r_i) N(r_{i+1})   (N non-decreasing).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb, arb_mat

from numeric import balls
from proofs.theorems.eigenvalues import eigenvalue_enclosures

__all__ = ["march", "tensor_norm", "variation_bound"]

TensorNorm = Callable[[Fraction], arb | None]


def tensor_norm(slices: Sequence[arb_mat], basis: Callable[[arb_mat], list[list[float]]]) -> arb | None:
    """An upper bound of ||sum_k d_k T_k|| over |d| <= 1 for all matrices T_k inside the balls.

    ``slices`` are n matrices of balls; ``basis`` proposes approximate eigenvectors (a hint).  The
    midpoints go through the sharp bound, the radii through the Frobenius norm.  None when an entry
    is not finite.
    """
    n = slices[0].ncols()
    gram = arb_mat(n, n)
    spread = arb(0)
    for t in slices:
        if not all(e.is_finite() for e in t.entries()):
            return None
        middle = t.mid()
        gram += middle.transpose() * middle
        for e in t.entries():
            spread += e.rad() * e.rad()
    values = eigenvalue_enclosures(gram.tolist(), basis(gram))
    if values is None:
        return None
    # Roots of upper ends: a ball around 0 reaches below it, where the root is undefined.
    largest = values[-1].upper()
    if not largest.is_finite():
        return None
    return (largest.sqrt() if largest > 0 else arb(0)) + spread.upper().sqrt()


def variation_bound(norm: TensorNorm, radius: Fraction, steps: int) -> arb | None:
    """An upper bound of ||M(x) - M(x0)|| on the ball of the given radius, in equal steps."""
    total = arb(0)
    width = balls.ball(radius / steps)
    for i in range(1, steps + 1):
        value = norm(radius * i / steps)
        if value is None:
            return None
        total += width * value
    return total


def march(norm: TensorNorm, budget: arb, step: Fraction, *, limit: int = 400) -> Fraction:
    """A radius on which the variation provably stays below ``budget`` (0 when not even one step)."""
    radius, total = Fraction(0), arb(0)
    width = balls.ball(step)
    for _ in range(limit):
        value = norm(radius + step)
        if value is None:
            break
        total += width * value
        if not total < budget:
            break
        radius += step
    return radius
