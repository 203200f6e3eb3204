"""The objective of a model file on a data set: one block, its derivatives as tapes.

Arithmetic: rigorous where it says so (Arb); ``derivatives`` is heuristic and only suggests where to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import sympy as sp
from flint import arb

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from numeric.endpoints import evaluate_endpoints
from numeric.floats import evaluate_numpy
from numeric.interval_kernels import FloatArray
from numeric.tape import Tape
from numeric.tape_derivative import differentiate
from numeric.tape_gradient import gradient_tape
from numeric.verified_eigenvalues import EigenvalueBounds
from proofs.empirical.local import Derivatives, Region
from proofs.empirical.prove import Isolated
from proofs.empirical.search import suggest
from proofs.stationary import float_inverse, square
from proofs.theorems.eigenvalues import eigenvalue_enclosures
from proofs.theorems.krawczyk import KrawczykResult, krawczyk
from symbolic.models import ModelError, ModelSpec, loss_on_data, spec_from_name

__all__ = ["ModelBlock", "arrays_of", "model_block", "plain_objective", "prove_model_block", "start_of"]

MOST_PRODUCTS = 40_000  # samples * rows of W * columns: beyond it tapes are too long
MOST_UNKNOWNS = 48
BITS = 64
RADII = tuple(Fraction(1, 2**k) for k in range(0, 24))
CLOSE = tuple(Fraction(1, 2**k) for k in (42, 38, 34, 30, 26))


def plain_objective(spec: ModelSpec) -> tuple[str, dict[str, sp.Expr]] | None:
    """``ssl`` or ``sl`` with its ridges where the model is that objective on data, so that their own proofs apply."""
    if spec.activation != "sigmoid" or spec.bias or spec.second_neurons or spec.penalties or spec.noise != 0:
        return None
    if spec.kind == "alignment":
        return "ssl", {"alpha": spec.ridge}
    if spec.kind == "cross-entropy" and spec.head_ridge is not None:
        return "sl", {"beta": spec.ridge, "gamma": spec.head_ridge}
    return None


def arrays_of(spec: ModelSpec) -> tuple[str, ...]:
    """The arrays that a data set for this model has."""
    labelled = spec.head_ridge is not None
    return (
        "X",
        "W",
        *(("b",) if spec.bias else ()),
        *(("V",) if spec.second_neurons else ()),
        *(("y", "F") if labelled else ()),
    )


def start_of(spec: ModelSpec, arrays: Mapping[str, FloatArray]) -> FloatArray:
    """The given weights in the order of the variables."""
    parts = [arrays[name].ravel() for name in ("W", "b", "V", "F") if name in arrays_of(spec)]
    return np.concatenate(parts)


@dataclass(frozen=True)
class ModelBlock:
    """Loss, gradient and Hessian as tapes in all unknowns."""

    loss: Tape
    gradient: Tape
    hessian: Tape

    @property
    def size(self) -> int:
        return self.loss.inputs

    def derivatives(self, point: FloatArray, *, hessian: bool = True) -> Derivatives:
        """In floating point, without bounds: for the search only."""
        column = point[:, None]
        value = float(evaluate_numpy(self.loss, column)[0, 0])
        slope = evaluate_numpy(self.gradient, column)[:, 0]
        matrix = None
        if hessian:
            matrix = evaluate_numpy(self.hessian, column)[:, 0].reshape(self.size, self.size)
            matrix = 0.5 * (matrix + matrix.T)
        return Derivatives(value, slope, 0.0, matrix, 0.0)

    def third(self, point: FloatArray, radius: float) -> float:
        """No bound is known."""
        return np.inf

    def region(self, point: FloatArray, at: Derivatives, radius: float, rows: int | None = None) -> Region | None:
        return None

    # -- rigorous --------------------------------------------------------------------------------------
    def krawczyk(self, centre: Sequence[Fraction], radius: Fraction) -> KrawczykResult:
        """Krawczyk's test on the cube of half-width ``radius``, at the current precision."""
        box = [(balls.ball(c - radius), balls.ball(c + radius)) for c in centre]
        whole = [lo.lower().union(hi.upper()) for lo, hi in box]
        slope = square([lo.union(hi) for lo, hi in evaluate_endpoints(self.hessian, box)], self.size)
        found = krawczyk(lambda x: evaluate_balls(self.gradient, x), lambda _: slope, whole, float_inverse(slope))
        # A ball reaches a little beyond the ends it was made of: the image must lie between the exact ends.
        within = all(bool(lo < k) and bool(k < hi) for k, (lo, hi) in zip(found.image, box, strict=True))
        return found if within or not found.unique else replace(found, unique=False)

    def hessian_at(self, centre: Sequence[Fraction], radius: Fraction) -> list[list[arb]]:
        """Balls that hold the Hessian everywhere in the cube, symmetric."""
        box = [(balls.ball(c - radius), balls.ball(c + radius)) for c in centre]
        entries = square([lo.union(hi) for lo, hi in evaluate_endpoints(self.hessian, box)], self.size)
        return [[entries[min(i, j)][max(i, j)] for j in range(self.size)] for i in range(self.size)]


def model_block(name: str, values: Mapping[str, Fraction], arrays: Mapping[str, FloatArray]) -> ModelBlock:
    """The block of a model's canonical name at exact parameter values.  Raises ModelError for what does not fit."""
    spec = spec_from_name(name)
    known = [p.name for p, _, _ in spec.parameters]
    if set(values) != set(known):
        raise ModelError(f"the parameters are not exactly {', '.join(known)}")
    exact = {k: sp.Rational(v.numerator, v.denominator) for k, v in values.items()}
    for p, _, positive in spec.parameters:
        if positive and exact[p.name] <= 0:
            raise ModelError(f"parameters.{p.name}: must be positive")
    spec = replace(spec, parameters=tuple((p, exact[p.name], positive) for p, _, positive in spec.parameters))
    X, W = arrays["X"], arrays["W"]
    if X.size * W.shape[0] > MOST_PRODUCTS:
        raise ModelError(
            f"{X.shape[0]} samples in dimension {X.shape[1]} with {W.shape[0]} neurons: at most {MOST_PRODUCTS} "
            "products are supported for a model that is not ssl or sl"
        )
    if spec.second_neurons and arrays["V"].shape[0] != spec.second_neurons:
        raise ModelError(f"array V has {arrays['V'].shape[0]} rows, but second_neurons = {spec.second_neurons}")
    points = [[sp.Rational(*v.as_integer_ratio()) for v in row] for row in X.tolist()]
    labels = [int(v) for v in arrays["y"].tolist()] if "y" in arrays else [None] * len(points)
    loss, layout = loss_on_data(spec, points, labels, W.shape[0])
    variables = layout.variables
    if len(variables) > MOST_UNKNOWNS:
        raise ModelError(f"{len(variables)} unknowns; at most {MOST_UNKNOWNS} are supported for this model")
    if start_of(spec, arrays).size != len(variables):
        raise ModelError("the arrays of the weights do not fit the network of the model")
    tape = compile_tape([loss], variables)
    gradient = gradient_tape(tape)
    return ModelBlock(tape, gradient, differentiate(gradient))


def prove_model_block(block: ModelBlock, start: FloatArray, limit: float, deadline: float) -> Isolated:
    """Search within ``limit`` of the weights, then Krawczyk's theorem on cubes around what was found."""
    found = suggest(block, start, limit, deadline)
    if found.reason:
        return Isolated(start, found.point, found.reason)
    centre = [Fraction(v) for v in found.point.tolist()]
    with balls.precision(BITS):
        small = next((r for r in CLOSE if block.krawczyk(centre, r).unique), None)
        if small is None:
            return Isolated(start, found.point, "no stationary point was proved at the point found (Krawczyk's test)")
        large = next((r for r in RADII if r > small and block.krawczyk(centre, r).unique), small)
        matrix = block.hessian_at(centre, small)
        middle = np.array([[float(e.mid()) for e in row] for row in matrix])
        _, basis = np.linalg.eigh(0.5 * (middle + middle.T))
        spectrum = eigenvalue_enclosures(matrix, basis.tolist())
    if spectrum is None:
        return Isolated(start, found.point, "the eigenvalues of the Hessian were not enclosed")
    lo = np.array([_down(e) for e in spectrum])
    hi = np.array([_up(e) for e in spectrum])
    bounds = EigenvalueBounds(lo, hi)
    if bounds.index is None:
        return Isolated(start, found.point, "the Hessian was not shown to be nonsingular")
    # The zero lies in the cube of half-width `small`; a ball of the cube's half-width lies in the cube.
    distance = float(np.nextafter(float(small) * np.sqrt(block.size), np.inf))
    return Isolated(start, found.point, "", distance, float(large), bounds, bounds.index)


def _down(x: arb) -> float:
    return float(np.nextafter(float(x.lower()), -np.inf))


def _up(x: arb) -> float:
    return float(np.nextafter(float(x.upper()), np.inf))
