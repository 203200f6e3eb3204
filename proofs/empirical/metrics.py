"""Span and energy of the unit vectors in the rows of W, where W is known up to a small ball.

Arithmetic: rigorous.  The enclosures are those of :mod:`proofs.metrics`.  Where a matrix of lower rank lies in the ball
the span can be anything and is not stated; where one lies close, its digits are stated with a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric.enclosure import Enclosure
from numeric.interval_kernels import FloatArray
from numeric.verified_eigenvalues import eigenvalue_bounds
from numeric.verified_sums import MANY, gamma, norm_up
from proofs.metrics import energy_enclosure, span_enclosure

__all__ = ["FEATURES", "Metrics", "metrics_of"]

FEATURES = ("e1", "e2")
# Below this ratio of singular values the span is called ill-posed even where it has digits.
FLAT = 0.05


@dataclass(frozen=True)
class Metrics:
    """Enclosures by feature, None where nothing can be said; ``note`` says why, or how sensitive the span is.

    ``singular_values`` encloses all min(m, d) of them.
    """

    span: dict[str, Enclosure | None]
    energy: dict[str, Enclosure | None]
    singular_values: Enclosure
    note: str


def metrics_of(w: FloatArray, distance: Fraction) -> Metrics:
    """For every matrix within ``distance`` of ``w`` (m x d) in the Frobenius norm."""
    features = FEATURES[: min(w.shape[1], 2)]
    energy = {name: energy_enclosure(w, k, distance) for k, name in enumerate(features)}
    span = {name: span_enclosure(w, k, distance) for k, name in enumerate(features)}
    least, most = _singular_values(w, float(distance) * MANY)
    note = ""
    if any(e is None for e in span.values()):
        note = (
            "span is ill-posed: matrices of lower rank, whose rows span other spaces, were not excluded from the ball"
        )
    elif w.shape[0] < w.shape[1] and not least > FLAT * most:
        note = (
            "span is ill-posed near a loss of rank: moving W by its smallest singular value, at most "
            f"{_least(w, distance):.2g}, can turn it into anything; use energy"
        )
    return Metrics(span, energy, Enclosure.from_floats(max(least, 0.0), most), note)


def _gram_bounds(w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bounds of the squared singular values, ascending."""
    wide = w if w.shape[0] <= w.shape[1] else w.T
    gram = wide @ wide.T
    size = norm_up(w)
    bounds = eigenvalue_bounds(0.5 * (gram + gram.T), gamma(wide.shape[1] + 4) * size * size * MANY)
    if bounds is None:
        return np.zeros(1), np.array([size * size * MANY])
    return np.maximum(bounds.lo, 0.0), np.maximum(bounds.hi, 0.0)


def _singular_values(w: FloatArray, reach: float) -> tuple[float, float]:
    """Bounds of the least and greatest of the singular values over the ball (the least may come out negative)."""
    lo, hi = _gram_bounds(w)
    return float(np.sqrt(lo[0])) / MANY - reach, (float(np.sqrt(hi[-1])) + reach) * MANY


def _least(w: FloatArray, distance: Fraction) -> float:
    """An upper bound of the least singular value over the ball."""
    return (float(np.sqrt(_gram_bounds(w)[1][0])) + float(distance)) * MANY
