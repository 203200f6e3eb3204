"""Where to look for a product region around the empirical SSL minimum.  Heuristic: the theorem decides.

From the minimum of the noise-free objective with the middle of the class fractions, each side of the region moves
outward until the enclosed gradient points inward on it; R follows the bound of the nuisance gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from numeric.balls import ball
from numeric.enclosure import Enclosure
from proofs.theorems.ssl_deviation import SslAt, SslData
from proofs.theorems.ssl_region import ProductRegion
from proofs.theorems.typical_noise import TypicalNoise

__all__ = ["propose_region", "weighted_minimum"]

STEPS = (Fraction(1, 16), Fraction(1, 64))  # of a and of c
PARTS, ROUNDS = 3, 60
GRID = 2**20


@np.errstate(over="ignore", invalid="ignore")
def weighted_minimum(fractions: np.ndarray, tau: float, alpha: float) -> np.ndarray:
    """(a, c) near the minimum with a > 0 of l_p, by damped Newton steps from the published reference point."""
    u = np.array([[1.0, 0.0], [2.0, tau], [-1.0, 0.0], [0.0, tau]])
    gram = np.array([[1 + 1 / tau**2, 1 / tau], [1 / tau, 1.0]])
    x = np.array([3.8, 6.8 / tau])
    for _ in range(100):
        s = 1 / (1 + np.exp(-u @ x))
        pull = fractions * 2 * s**2 * (1 - s)
        gradient = 2 * alpha * gram @ x - pull @ u
        hessian = 2 * alpha * gram - (u.T * (pull * (2 - 3 * s))) @ u
        values, vectors = np.linalg.eigh(hessian)
        step = vectors @ (vectors.T @ gradient / np.maximum(np.abs(values), alpha))
        length = float(np.linalg.norm(step))
        x = x - step * min(1.0, 0.3 / max(length, 1e-300))
        if length < 1e-10:
            break
    return x


def propose_region(data: SslData, noise: TypicalNoise, fractions: Sequence[Enclosure]) -> ProductRegion | None:
    """A region that may satisfy ``minimum_in_region``, or None when the sides ran away."""
    p = [f.ball() for f in fractions]
    middle = np.array([float(f.middle) for f in fractions])
    x = weighted_minimum(middle / middle.sum(), float(data.tau), float(data.alpha))
    if not np.isfinite(x).all() or not 0.5 < x[0] < 20:
        return None
    centre = [Fraction(int(v * GRID), GRID) for v in x]
    lo = [centre[j] - STEPS[j] for j in (0, 1)]
    hi = [centre[j] + STEPS[j] for j in (0, 1)]
    radius = Fraction(1, 4)
    for _ in range(ROUNDS):
        moved = False
        for j in (0, 1):
            for sign in (-1, 1):
                if not _inward(data, noise, p, lo, hi, j, sign, radius):
                    moved = True
                    if sign < 0:
                        lo[j] -= STEPS[j]
                    else:
                        hi[j] += STEPS[j]
        if lo[0] <= Fraction(1, 2) or hi[0] > 20 or radius > 5:
            return None
        side = Enclosure(lo[0], lo[0] + (hi[0] - lo[0]) / PARTS).ball()
        at = SslAt(data, noise, p, side, Enclosure(lo[1], hi[1]).ball(), ball(radius))
        needed = float((at.radial_error() / at.ridge).upper())
        if not needed < float(radius) * 0.995:
            radius, moved = Fraction(int(needed * 1.05 * GRID) + 1, GRID), True
        if not moved:
            return ProductRegion(Enclosure(lo[0], hi[0]), Enclosure(lo[1], hi[1]), radius)
    return None


def _inward(
    data: SslData,
    noise: TypicalNoise,
    p: Sequence[arb],
    lo: Sequence[Fraction],
    hi: Sequence[Fraction],
    j: int,
    sign: int,
    radius: Fraction,
) -> bool:
    end, other = ball(lo[j] if sign < 0 else hi[j]), 1 - j
    step = (hi[other] - lo[other]) / PARTS
    for k in range(PARTS):
        part = Enclosure(lo[other] + k * step, lo[other] + (k + 1) * step).ball()
        at = SslAt(data, noise, p, *((end, part) if j == 0 else (part, end)), ball(radius))
        if not sign * at.slope(j) > 0:
            return False
    return True
