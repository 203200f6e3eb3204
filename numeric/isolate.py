"""From an approximate zero to a proven one: a small box that holds it, a large one it has to itself.

Arithmetic: rigorous (Krawczyk's theorem in float64 batches).
"""

from __future__ import annotations

import numpy as np

from numeric.batch import BatchEvaluator
from numeric.intervals import FloatArray
from numeric.krawczyk_batch import krawczyk_batch
from numeric.search import IsolatedBox
from numeric.system import System

__all__ = ["Isolator"]

MARGIN = 1e-5
RADII = np.geomspace(1e-12, 8.0, 140)
# A zero that is regular on its side of a kink may lie close to it.
KINK_RADII = np.geomspace(1e-16, 8.0, 180)


class Isolator:
    """Krawczyk's test on boxes of many sizes around a point, in one batch.

    ``lo``, ``hi`` bound the region of interest; boxes may reach beyond it where that is harmless.
    """

    def __init__(self, system: System) -> None:
        self.dimension = system.dimension
        self.parametric = bool(system.fixed)
        self.radii = KINK_RADII if system.has_kinks else RADII
        self.function = BatchEvaluator(system.function, None, system.fixed_floats)
        self.jacobian = BatchEvaluator(system.jacobian, None, system.fixed_floats)

    def __call__(self, point: FloatArray) -> IsolatedBox | None:
        """The proven boxes around ``point`` (shape (n,)), or None when no size passes the test."""
        best = self._try(point, np.ones(self.dimension))
        if best is None and self.parametric:
            best = self._try(point, self._shape(point))
        if best is None:
            return None
        # A longer box along the directions where the inverse Jacobian is large isolates more.
        better = self._try(0.5 * (best.inner_lo + best.inner_hi), self._shape(point))
        if better is not None and _log_volume(better) > _log_volume(best):
            return better
        return best

    def _shape(self, point: FloatArray) -> FloatArray:
        entries, _ = self.jacobian(point[:, None], point[:, None])
        middle = np.array([0.5 * (e[0] + e[1]) for e in entries]).reshape(self.dimension, self.dimension)
        with np.errstate(all="ignore"):
            try:
                reach = np.sqrt(np.abs(np.linalg.inv(middle)).sum(axis=1))
            except np.linalg.LinAlgError:
                return np.ones(self.dimension)
        return reach / np.exp(np.mean(np.log(reach))) if np.all(reach > 0) else np.ones(self.dimension)

    def _movement(self, point: FloatArray) -> FloatArray:
        """How far the zero moves, to first order, while the parameters run through their intervals (a guess)."""
        value, _ = self.function(point[:, None], point[:, None])
        entries, _ = self.jacobian(point[:, None], point[:, None])
        middle = np.array([0.5 * (e[0] + e[1]) for e in entries]).reshape(self.dimension, self.dimension)
        spread = np.array([0.5 * (v[1] - v[0]) for v in value])[:, 0]
        with np.errstate(all="ignore"):
            try:
                reach = 1.05 * np.abs(np.linalg.inv(middle)) @ spread
            except np.linalg.LinAlgError:
                return np.zeros(self.dimension)
        return reach if np.isfinite(reach).all() else np.zeros(self.dimension)

    def _try(self, point: FloatArray, shape: FloatArray) -> IsolatedBox | None:
        radius = shape[:, None] * self.radii
        if self.parametric:
            radius = radius + self._movement(point)[:, None]
        radius = np.maximum(radius, 4e-16 * np.abs(point)[:, None])
        lo, hi = point[:, None] - radius, point[:, None] + radius
        middle = np.broadcast_to(point[:, None], lo.shape)
        value, defined = self.function(middle, middle)
        slope, smooth = self.jacobian(lo, hi)
        # A derivative may simplify and forget where the function itself is not defined.
        _, everywhere = self.function(lo, hi)
        image = krawczyk_batch(lo, hi, value, slope, middle)
        # Room to spare, so that another arithmetic finds the image inside as well.
        spare = MARGIN * (hi - lo)
        unique = image.known & ((image.lo > lo + spare) & (image.hi < hi - spare)).all(axis=0)
        for mask in (defined, smooth, everywhere):
            if mask is not None:
                unique &= mask
        passed = np.flatnonzero(unique)
        if not len(passed):
            return None
        small, large = passed[0], passed[-1]
        # The zero of the large box is the zero of the small one, which lies in it.
        return IsolatedBox(
            np.maximum(image.lo[:, small], lo[:, small]),
            np.minimum(image.hi[:, small], hi[:, small]),
            lo[:, large],
            hi[:, large],
        )


def _log_volume(box: IsolatedBox) -> float:
    return float(np.sum(np.log(np.maximum(box.outer_hi - box.outer_lo, 1e-300))))
