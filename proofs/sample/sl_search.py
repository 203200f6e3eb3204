"""Where to look for a region around the empirical SL minimum.  Heuristic: the theorem decides.

Newton's method finds the minimum of the noise-free objective with the middle of the class fractions, T is its Hessian
to the power -1/2, and radii are tried from small to large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from numeric.balls import ball
from numeric.enclosure import Enclosure
from proofs.theorems.sl_deviation import SlAt, SlData
from proofs.theorems.sl_region import Ellipsoid, middle_fractions
from proofs.theorems.typical_noise import TypicalNoise

__all__ = ["propose_ellipsoids", "sl_weighted_minimum"]

RADII = (Fraction(1, 100), Fraction(1, 80))
NUISANCE = (Fraction(1, 16), Fraction(1, 8), Fraction(1, 4), Fraction(1, 2))
GRID = 2**24


@np.errstate(over="ignore", invalid="ignore")
def sl_weighted_minimum(fractions: np.ndarray, tau: float, beta: float, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """theta near the minimum of l_p with a_1 < 0 < a_2, and the Hessian there."""
    theta = np.array([-2.63, 0.0, 2.63, 0.0, 4.25, -4.25])
    ridge = np.array([2 * beta] * 4 + [2 * gamma] * 2)
    hessian = np.diag(ridge)
    for _ in range(100):
        gradient, hessian = ridge * theta, np.diag(ridge)
        for p, (s, t) in zip(fractions, ((1, 0), (1, 1), (-1, 0), (-1, 1)), strict=True):
            u, f = np.array([s, t * tau]), theta[4:]
            h = 1 / (1 + np.exp(-np.array([u @ theta[:2], u @ theta[2:4]])))
            slope = h * (1 - h)
            r = 1 / (1 + np.exp(-s * (f @ h)))
            first = s * np.concatenate([f[0] * slope[0] * u, f[1] * slope[1] * u, h])
            second = np.zeros((6, 6))
            for j in (0, 1):
                w = slice(2 * j, 2 * j + 2)
                second[w, w] = f[j] * slope[j] * (1 - 2 * h[j]) * np.outer(u, u)
                second[w, 4 + j] = second[4 + j, w] = slope[j] * u
            gradient = gradient + p * r * first
            hessian = hessian + p * (r * (1 - r) * np.outer(first, first) + r * s * second)
        values, vectors = np.linalg.eigh(hessian)
        step = vectors @ (vectors.T @ gradient / np.maximum(np.abs(values), 1e-3))
        length = float(np.linalg.norm(step))
        theta = theta - step * min(1.0, 0.3 / max(length, 1e-300))
        if length < 1e-11:
            break
    return theta, hessian


def propose_ellipsoids(
    data: SlData, noise: TypicalNoise, box: Sequence[Enclosure], fractions: Sequence[Enclosure]
) -> Iterator[Ellipsoid]:
    """Regions that may satisfy ``sl_minimum_in_region``, none where the minimum is lost."""
    middle = np.array([float(x) for x in middle_fractions(box)])
    theta, hessian = sl_weighted_minimum(middle, float(data.tau), float(data.beta), float(data.gamma))
    if not (np.isfinite(theta).all() and np.isfinite(hessian).all()):
        return
    values, vectors = np.linalg.eigh(hessian)
    if values[0] <= 0:
        return
    centre = tuple(Fraction(int(x * GRID), GRID) for x in theta)
    columns = tuple(tuple(Fraction(int(x * GRID), GRID) for x in v) for v in (vectors / np.sqrt(values)).T)
    p = [f.ball() for f in fractions]
    for r in RADII:
        for radius in NUISANCE:
            region = Ellipsoid(centre, columns, r, radius)
            at = SlAt(data, noise, p, [ball(x) for x in centre], region.spread, ball(radius))
            if at.radial_error() < 2 * ball(data.beta) * ball(radius):
                yield region
                break
