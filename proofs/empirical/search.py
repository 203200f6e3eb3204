"""Newton's method from given weights: a heuristic that only suggests where a stationary point may be.

Arithmetic: heuristic.  A block whose Hessian at the start is positive definite descends; at an indefinite start plain
Newton steps look for a stationary point close by, and if there is none descent leaves the saddle.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from numeric.interval_kernels import FloatArray
from proofs.empirical.local import Block, Derivatives

__all__ = ["Suggestion", "suggest"]

ROUNDS = 80
CHORDS = 12
HALVINGS = 40


@dataclass(frozen=True)
class Suggestion:
    """A point, its gradient, and the point and derivatives where the Hessian was last evaluated.

    ``reason`` is empty when the search came to rest.
    """

    point: FloatArray
    gradient: Derivatives
    seen: FloatArray
    derivatives: Derivatives
    reason: str


def suggest(block: Block, start: FloatArray, limit: float, deadline: float, *, descend: bool = False) -> Suggestion:
    """Look within ``limit`` of ``start``, until ``deadline`` on the clock of ``time.monotonic``.

    With ``descend`` only for a minimum.
    """
    at = block.derivatives(start)
    if not np.isfinite(at.gradient).all() or at.hessian is None or not np.isfinite(at.hessian).all():
        return Suggestion(start, at, start, at, "the derivatives at the weights are not finite")
    if not descend and np.linalg.eigvalsh(at.hessian)[0] <= 0:
        close = min(limit, 0.1 * (1.0 + float(np.linalg.norm(start))))
        near = _newton(block, start, at, close, deadline, descend=False)
        if not near.reason:
            return near
    return _newton(block, start, at, limit, deadline, descend=True)


def _newton(
    block: Block, start: FloatArray, at: Derivatives, limit: float, deadline: float, *, descend: bool
) -> Suggestion:
    point = start
    for _ in range(ROUNDS):
        if time.monotonic() > deadline:
            return Suggestion(point, at, point, at, "the time was spent before the search came to rest (--time)")
        assert at.hessian is not None
        values, vectors = np.linalg.eigh(at.hessian)
        size = np.maximum(np.abs(values), 1e-12 * max(np.abs(values).max(), 1e-300))
        scaled = 1.0 / (size if descend else np.copysign(size, values))
        step = -vectors @ (scaled * (vectors.T @ at.gradient))
        settled = bool(np.linalg.norm(step) <= 1e-3 * (1.0 + np.linalg.norm(point)))
        if settled and (values[0] > 0 or not descend):
            end, last = _chords(block, point, at, vectors, scaled)
            if np.linalg.norm(scaled * (vectors.T @ last.gradient)) <= 1e-9 * (1.0 + np.linalg.norm(point)):
                if np.linalg.norm(end - start) > limit:
                    return Suggestion(end, last, point, at, _FAR.format(limit))
                return Suggestion(end, last, point, at, "")
        length = _line_search(block, point, at, step) if descend else 1.0
        if length == 0.0:
            return Suggestion(point, at, point, at, "descent came to rest where the Hessian is nearly singular")
        point = point + length * step
        if not np.linalg.norm(point - start) <= 2.0 * limit:
            return Suggestion(point, at, start, at, _FAR.format(limit))
        at = block.derivatives(point)
    return Suggestion(point, at, point, at, "Newton's method did not come to rest")


_FAR = "no stationary point was found within {:.3g} of the weights"


def _chords(
    block: Block, point: FloatArray, at: Derivatives, vectors: FloatArray, scaled: FloatArray
) -> tuple[FloatArray, Derivatives]:
    """Newton steps with the Hessian kept, as long as the gradient shrinks."""
    for _ in range(CHORDS):
        if np.linalg.norm(at.gradient) < 0.01 * at.gradient_error:
            break
        step = -vectors @ (scaled * (vectors.T @ at.gradient))
        following = block.derivatives(point + step, hessian=False)
        before, after = np.linalg.norm(at.gradient), np.linalg.norm(following.gradient)
        if not after < before:
            break
        point, at = point + step, following
        if after > 0.5 * before:
            break
    return point, at


def _line_search(block: Block, point: FloatArray, at: Derivatives, step: FloatArray) -> float:
    slope, length = float(at.gradient @ step), 1.0
    for _ in range(HALVINGS):
        value = block.derivatives(point + length * step, hessian=False).loss
        if value <= at.loss + 1e-4 * length * slope + 1e-15 * abs(at.loss):
            return length
        length *= 0.5
    return 0.0
