"""Enclosures of all eigenvalues of a large symmetric float64 matrix.

Arithmetic: rigorous.  Let Q and Lambda = diag(l) be any floats, ||Q^T Q - I|| <= delta < 1 and
||M - Q Lambda Q^T|| <= e.  By Ostrowski's theorem (R. Horn, C. Johnson, Matrix Analysis, 2012, theorem 4.5.9) the
ordered eigenvalues of Q Lambda Q^T are theta_i l_i with theta_i in [1 - delta, 1 + delta], and by Weyl's (4.3.1) those
of M differ from them by at most e.  Q and Lambda come from the linear algebra library and are not believed; both
norms are bounded by Frobenius norms of computed residuals and the a-priori error of the products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.interval_kernels import FloatArray
from numeric.uniform import TINY, U
from numeric.verified_sums import MANY, gamma, norm_up

__all__ = ["EigenvalueBounds", "eigenvalue_bounds", "least_eigenvalue_above"]


@dataclass(frozen=True)
class EigenvalueBounds:
    """lo[i] <= lambda_i <= hi[i], ascending, for every symmetric matrix within the given distance."""

    lo: FloatArray
    hi: FloatArray

    @property
    def index(self) -> int | None:
        """The number of negative eigenvalues; None unless every sign is certain."""
        negative, positive = int((self.hi < 0).sum()), int((self.lo > 0).sum())
        return negative if negative + positive == self.lo.size else None

    @property
    def gap(self) -> float:
        """A lower bound of min |lambda_i|, 0 where a sign is not certain."""
        return float(np.maximum(np.maximum(self.lo, -self.hi), 0.0).min())


def eigenvalue_bounds(matrix: FloatArray, distance: float) -> EigenvalueBounds | None:
    """Bounds for every symmetric matrix within ``distance`` (spectral norm) of the symmetric ``matrix``.

    None when nothing can be said (entries that are not finite, or no convergence).
    """
    n = matrix.shape[0]
    if not np.isfinite(matrix).all() or not np.isfinite(distance) or not (matrix == matrix.T).all():
        return None
    try:
        values, q = np.linalg.eigh(matrix)
    except np.linalg.LinAlgError:
        return None
    size = norm_up(q)
    delta = (norm_up(q.T @ q - np.eye(n)) + (gamma(n + 2) + 2 * U) * (size * size + n)) * MANY
    largest = float(np.abs(values).max())
    product = (q * values) @ q.T
    e = norm_up(matrix - product) + gamma(n + 4) * largest * size * size
    # One more rounding in each entry of the difference.
    e = (e + 2 * U * (norm_up(matrix) + norm_up(product)) + distance) * MANY + TINY
    if not delta < 0.5 or not np.isfinite(e):
        return None
    slack = (np.abs(values) * delta + e) * (1.0 + 2.0**-50)
    lo, hi = values - slack, values + slack
    return EigenvalueBounds(lo - np.abs(lo) * 2.0**-52, hi + np.abs(hi) * 2.0**-52)


def least_eigenvalue_above(matrix: FloatArray, distance: float, sought: float) -> bool:
    """Whether every symmetric matrix within ``distance`` of ``matrix`` has all its eigenvalues above ``sought``.

    M - s I = R^T R + E for any R gives lambda_min(M) >= s - ||E||; R is a floating-point Cholesky factor.
    """
    n = matrix.shape[0]
    if not np.isfinite(matrix).all() or not np.isfinite(distance) or not (matrix == matrix.T).all():
        return False
    norm = norm_up(matrix)
    shift = sought + 2.0 * distance + 2.0**-40 * norm
    moved = matrix - shift * np.eye(n)
    try:
        r: FloatArray = np.asarray(np.linalg.cholesky(moved).T, dtype=np.float64)
    except np.linalg.LinAlgError:
        return False
    product = r.T @ r
    size = norm_up(r)
    e = norm_up(moved - product) + gamma(n + 2) * size * size
    e = (e + 2 * U * (norm_up(moved) + norm_up(product)) + 2 * U * (norm + abs(shift) * n)) * MANY + TINY
    return bool(shift - e - distance > sought + 2.0**-50 * (abs(sought) + abs(shift)))
