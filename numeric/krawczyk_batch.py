"""The Krawczyk operator on batches of boxes, in float64 with every rounding accounted for.

Arithmetic: rigorous.  Matrix products are rounded to nearest by the linear algebra library in
whatever order it likes; |fl(AB) - AB| <= gamma_n |A||B| holds for all of them (N. Higham, Accuracy
and Stability of Numerical Algorithms, 2002, section 3.5), and sums of non-negative terms are
inflated by a factor that covers their own rounding.  See docs/theory/float64-enclosures.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric import intervals
from numeric.intervals import BoolArray, FloatArray, Interval

__all__ = ["KrawczykBatch", "krawczyk_batch", "mean_value_misses", "midpoint_radius"]

# Covers the relative error of every sum of at most 2**10 non-negative terms formed below.
INFLATE = 1.0 + 2.0**-38
# Covers the underflow of at most 2**10 products.
TINY = 1e-300


@dataclass(frozen=True)
class KrawczykBatch:
    """Arrays over boxes: the image [lo, hi] (n x N), where it is known (N), and |I - YJ| row sums."""

    lo: FloatArray
    hi: FloatArray
    known: BoolArray
    deviation: FloatArray


def midpoint_radius(lo: FloatArray, hi: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Midpoints and radii with [lo, hi] inside mid +- rad (ends must be finite)."""
    middle = 0.5 * lo + 0.5 * hi
    radius = np.maximum(hi - middle, middle - lo) * INFLATE + TINY
    return middle, radius


def krawczyk_batch(
    lo: FloatArray, hi: FloatArray, value: list[Interval], jacobian: list[Interval], middle: FloatArray
) -> KrawczykBatch:
    """K(X) = m - Y F(m) + (I - Y J(X))(X - m) for N boxes of dimension n (lo, hi of shape n x N).

    ``value`` encloses F at ``middle`` (n entries), ``jacobian`` J over the boxes (n*n entries);
    ``middle`` is any point of the box.  Y is a floating-point inverse of the midpoint of J.
    """
    n, count = lo.shape
    with np.errstate(all="ignore"):
        j_lo = np.array([e[0] for e in jacobian]).reshape(n, n, count).transpose(2, 0, 1)
        j_hi = np.array([e[1] for e in jacobian]).reshape(n, n, count).transpose(2, 0, 1)
        j_mid, j_rad = midpoint_radius(j_lo, j_hi)
        f_mid, f_rad = midpoint_radius(np.array([v[0] for v in value]), np.array([v[1] for v in value]))
        known = np.asarray(np.isfinite(j_rad).all(axis=(1, 2)) & np.isfinite(f_rad).all(axis=0))
        y = _approximate_inverse(np.where(known[:, None, None], j_mid, np.eye(n)))
        gamma = (n + 4) * 2.0**-52
        absolute_y = np.abs(y)
        residual = np.abs(np.eye(n) - y @ j_mid)
        spread = j_rad + gamma * np.abs(j_mid)
        # |I - YJ| <= |I - fl(Y Jm)| + |Y| (Jr + gamma |Jm|), the last rounding of I - fl(.) included.
        c = (residual * (1.0 + 2.0**-50) + absolute_y @ spread) * INFLATE + TINY
        radius = np.maximum(hi - middle, middle - lo) * INFLATE + TINY
        f_mid, f_rad, radius = f_mid.T[:, :, None], f_rad.T[:, :, None], radius.T[:, :, None]
        step = (y @ f_mid)[:, :, 0].T
        slack = absolute_y @ (f_rad + gamma * np.abs(f_mid)) + c @ radius
        slack = slack[:, :, 0].T * INFLATE + TINY
        centre = middle - step
        slack += (np.abs(centre) + np.abs(step)) * 2.0**-51
        k_lo, k_hi = centre - slack, centre + slack
        k_lo -= np.abs(k_lo) * 2.0**-51
        k_hi += np.abs(k_hi) * 2.0**-51
        known &= np.isfinite(k_lo).all(axis=0) & np.isfinite(k_hi).all(axis=0)
        deviation = c.sum(axis=2).T * INFLATE
    return KrawczykBatch(k_lo, k_hi, known, deviation)


def mean_value_misses(
    lo: FloatArray, hi: FloatArray, value: list[Interval], jacobian: list[Interval], middle: FloatArray
) -> BoolArray:
    """The boxes on which an entry of F(m) + J(X)(X - m) does not hold 0, so that F has no zero there.

    Arguments as for :func:`krawczyk_batch`.  It needs no inverse: where F is flat along a piece there is none.
    """
    n = lo.shape[0]
    misses = np.zeros(lo.shape[1], dtype=bool)
    with np.errstate(all="ignore"):
        steps = [intervals.sub((lo[j], hi[j]), (middle[j], middle[j])) for j in range(n)]
        for i in range(n):
            total = value[i]
            for j in range(n):
                total = intervals.add(total, intervals.mul(jacobian[i * n + j], steps[j]))
            misses |= np.asarray((total[0] > 0) | (total[1] < 0))
    return misses


def _approximate_inverse(matrices: FloatArray) -> FloatArray:
    """Any matrices would do: a poor inverse weakens the test and cannot make it wrong."""
    try:
        return np.asarray(np.linalg.inv(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(matrices), dtype=np.float64)
