"""``certify``: a data set and trained weights to a theorem about the empirical objective near those weights."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from numeric.enclosure import Enclosure, decimal_down, decimal_up
from numeric.interval_kernels import FloatArray
from proofs.empirical.data import DataError, exact_number, read_data
from proofs.empirical.descent import Descent, descent_of
from proofs.empirical.distances import distance_to, total
from proofs.empirical.metrics import Metrics, metrics_of
from proofs.empirical.model import ModelBlock, prove_model_block
from proofs.empirical.problem import Problem, build_problem
from proofs.empirical.prove import Isolated, prove_block
from proofs.shown import Shown
from proofs.verdict import Verdict

__all__ = ["Certified", "certify", "certify_problem"]

LEAST_LIMIT = 0.1
SECONDS = 600.0


@dataclass(frozen=True)
class Certified(Shown):
    """The claim "the objective has a local minimum near the weights", decided.

    PROVED: exactly one stationary point lies within ``radius`` of ``centre``, it is a local minimum, and its distance
    from the given weights is in ``distance``.  REFUTED: that stationary point is no minimum, so there is none within
    ``radius`` less the distance.  Distances are Euclidean in all weights together.
    """

    problem: Problem
    verdict: Verdict
    reason: str
    blocks: tuple[Isolated, ...]
    seconds: float
    kind: str | None = None
    index: int | None = None
    radius: Fraction | None = None
    distance: Enclosure | None = None
    eigenvalues: Enclosure | None = None
    metrics: Metrics | None = None
    descent: Descent | None = None

    @property
    def centre(self) -> tuple[FloatArray, ...]:
        """The points around which uniqueness is proved, block by block."""
        return tuple(b.centre for b in self.blocks)

    @property
    def weights(self) -> FloatArray:
        """W (m x d) at the centre."""
        return self.problem.rows_of(self.centre)

    def json(self) -> dict[str, Any]:
        from proofs.empirical.display import certified_json

        return certified_json(self)


def certify(
    source: str | Path | Mapping[str, Any],
    *,
    objective: str | None = None,
    augment: str | None = None,
    settings: Mapping[str, Any] | None = None,
    within: float | None = None,
    seconds: float = SECONDS,
    step: Any = None,
    steps: int | None = None,
    tolerance: Any = None,
) -> Certified:
    """Decide whether the empirical objective has a local minimum near trained weights, and prove it.

    ``source`` is an npz file or a mapping with arrays ``X`` (n, d), ``W`` (m, d), for ``sl`` ``y`` (n,) and ``F`` (m,),
    or ``X1``, ``X2`` (n, d) for a finite set of augmented views.  ``settings`` are exact parameters (rho, alpha, beta,
    gamma): a string such as "1/800", a SymPy rational, or a number, which counts as exactly what it is.  ``within``
    bounds the search (default: half of the norm of the weights), ``seconds`` its time.  With ``step`` (and ``steps``,
    ``tolerance``) the result tells how gradient descent converges.

    Raises DataError, one clear line, for data that cannot be read or do not fit.
    """
    exact = {}
    for name, value in (settings or {}).items():
        exact[name] = exact_number(name, np.asarray(str(value) if isinstance(value, sp.Rational) else value))
    problem = build_problem(read_data(source), objective, augment, exact)
    return certify_problem(
        problem,
        within=within,
        seconds=seconds,
        step=None if step is None else Fraction(step),
        steps=steps,
        tolerance=None if tolerance is None else Fraction(tolerance),
    )


def certify_problem(
    problem: Problem,
    *,
    within: float | None = None,
    seconds: float = SECONDS,
    step: Fraction | None = None,
    steps: int | None = None,
    tolerance: Fraction | None = None,
) -> Certified:
    """The theorem for a problem that was read; see :func:`certify`.  Raises DataError for --step with a model."""
    if step is not None and any(isinstance(b, ModelBlock) for b in problem.blocks):
        raise DataError("how gradient descent converges is told for ssl and sl only")
    begun, deadline = time.perf_counter(), time.monotonic() + seconds
    size = float(np.sqrt(sum(float(s @ s) for s in problem.starts)))
    limit = max(LEAST_LIMIT, 0.5 * size) if within is None else within
    work = float(problem.samples) * problem.width**2
    blocks: list[Isolated] = []
    for block, start in zip(problem.blocks, problem.starts, strict=True):
        try:
            # Sizes are limited to what cannot overflow; NaN and infinities fail every test.
            with np.errstate(all="ignore"):
                if isinstance(block, ModelBlock):
                    blocks.append(prove_model_block(block, start, limit, deadline))
                else:
                    blocks.append(prove_block(block, start, limit, work, deadline, descent=step is not None))
        except ValueError as error:
            blocks.append(Isolated(start, start, f"the noise is too large for the quadrature ({error})"))
        except OverflowError:
            blocks.append(Isolated(start, start, "numbers beyond the range of float64 occur"))

    def found(verdict: Verdict, reason: str, **values: Any) -> Certified:
        return Certified(problem, verdict, reason, tuple(blocks), time.perf_counter() - begun, **values)

    open_ones = [f"{n}: {b.reason}" for n, b in zip(problem.names, blocks, strict=True) if not b.proved]
    if open_ones:
        return found(Verdict.UNDECIDED, "; ".join(open_ones[:4]))
    distance = distance_to([b.start for b in blocks], [(b.centre, Fraction(b.distance)) for b in blocks])
    if distance.lo > limit:
        return found(Verdict.UNDECIDED, f"the stationary point found is farther than {limit:.3g} from the weights")
    index = sum(b.index for b in blocks if b.index is not None)
    eigenvalues = Enclosure.from_floats(
        min(float(b.eigenvalues.lo[0]) for b in blocks if b.eigenvalues is not None),
        max(float(b.eigenvalues.hi[-1]) for b in blocks if b.eigenvalues is not None),
    )
    radius = min(Fraction(b.radius) for b in blocks)
    values: dict[str, Any] = {
        "kind": "minimum" if index == 0 else "maximum" if index == sum(b.start.size for b in blocks) else "saddle",
        "index": index,
        "radius": radius,
        "distance": distance,
        "eigenvalues": eigenvalues,
        "metrics": metrics_of(problem.rows_of(tuple(b.centre for b in blocks)), total([b.distance for b in blocks])),
    }
    if index == 0:
        values["descent"] = None if step is None else descent_of(blocks, step, steps, tolerance)
        reason = (
            f"exactly one stationary point lies within {decimal_down(radius, 6)} of the point found, a local minimum; "
            f"the weights are at most {decimal_up(distance.hi, 6)} from it"
        )
        return found(Verdict.PROVED, reason, **values)
    free = radius - distance.hi - total([b.distance for b in blocks])
    if free <= 0:
        return found(Verdict.UNDECIDED, f"a saddle of index {index} near by, but farther than it is alone", **values)
    reason = (
        f"the stationary point is a {values['kind']} of index {index}, the only one within "
        f"{decimal_down(radius, 6)} of the point found: there is no local minimum within "
        f"{decimal_down(free, 6)} of the weights"
    )
    return found(Verdict.REFUTED, reason, **values)
