"""Where matrices stop being positive definite: the nearest such points, by a float search.

Arithmetic: heuristic.  :mod:`numeric.region` proves or rejects what is suggested here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from numeric.intervals import BoolArray, FloatArray

__all__ = ["suspects"]

# Points (n x N) to the symmetric matrices of a family, each of shape (N, m, m).
FloatFamily = Callable[[FloatArray], list[FloatArray]]
DIRECTIONS = 128


def suspects(family: FloatFamily, centre: FloatArray, limit: float) -> list[FloatArray]:
    """Points just outside the region of definiteness around ``centre``, nearest first."""
    n = len(centre)
    generator = np.random.default_rng(0)
    directions = generator.normal(size=(n, DIRECTIONS))
    found: list[tuple[float, FloatArray]] = []
    for spread in (None, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001):
        if spread is not None:
            if not found:
                break
            best = min(found, key=lambda f: f[0])[1]
            directions = best[:, None] + spread * generator.normal(size=(n, DIRECTIONS)) / np.sqrt(n)
            directions[:, 0] = best
        directions = directions / np.linalg.norm(directions, axis=0)
        reach = _reach(family, centre, directions, limit)
        k = int(np.argmin(reach))
        if np.isfinite(reach[k]):
            found.append((float(reach[k]), directions[:, k].copy()))
    found.sort(key=lambda f: f[0])
    return [centre + t * (1.0 + margin) * d for t, d in found[:2] for margin in (1e-6, 1e-4, 1e-2)]


def _reach(family: FloatFamily, centre: FloatArray, directions: FloatArray, limit: float) -> FloatArray:
    """How far along each direction the matrices stay definite (inf: to the limit)."""

    def definite(t: FloatArray) -> BoolArray:
        matrices = family(centre[:, None] + t * directions)
        return np.asarray(np.min([np.linalg.eigvalsh(m)[:, 0] for m in matrices], axis=0) > 0)

    count = directions.shape[1]
    low, high = np.zeros(count), np.full(count, np.inf)
    for t in np.geomspace(1e-4, 1.0, 22) * limit:
        bad = ~definite(np.full(count, t)) & np.isinf(high)
        high[bad] = t
        low = np.where(np.isinf(high), t, low)
    hit = np.isfinite(high)
    for _ in range(20):
        middle = np.where(hit, 0.5 * (low + np.where(hit, high, 0.0)), 0.0)
        good = definite(middle)
        low = np.where(hit & good, middle, low)
        high = np.where(hit & ~good, middle, high)
    return high
