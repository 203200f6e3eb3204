"""The Hessian of an objective around one point: its value there, and its variation inside balls.

Arithmetic: rigorous (Arb).  The matrix families of :mod:`proofs.radii` are read here as "the variation
of L H(x) R stays below a budget" for fixed matrices L and R, which needs no search and works in any
dimension (:mod:`proofs.theorems.ball_variation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat

from numeric import balls, endpoints
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.tape import Tape
from proofs.radii import Family, Matrix
from proofs.stationary import square
from proofs.theorems.ball_variation import TensorNorm, tensor_norm
from proofs.theorems.definiteness import whitening
from symbolic.objectives import Objective

__all__ = ["HessianAround", "spectral_norm"]

BITS = 128


class HessianAround:
    """``h0`` encloses the Hessian at the point enclosed by ``box``; methods bound it around there."""

    def __init__(self, objective: Objective, box: Sequence[Enclosure]) -> None:
        self.objective = objective
        self.box = tuple(box)
        self.dimension = len(self.box)
        self.tape: Tape = compile_tape([e for row in objective.hessian for e in row], objective.variables)
        with balls.precision(BITS):
            values = evaluate_balls(self.tape, [x.ball() for x in self.box])
            self.h0: Matrix = tuple(
                tuple(Enclosure.from_ball(e) for e in row) for row in square(values, self.dimension)
            )
        self._third: tuple[Tape, dict[tuple[int, ...], int]] | None = None

    @property
    def h0_float(self) -> np.ndarray:
        return np.array([[float(e.middle) for e in row] for row in self.h0])

    def slices(self, radius: Fraction) -> list[arb_mat]:
        """T_k = dH/dx_k over the box of half-width ``radius`` around the point, as balls."""
        if self._third is None:
            entries = self.objective.third_derivatives
            tape = compile_tape(list(entries.values()), self.objective.variables)
            self._third = tape, {key: k for k, key in enumerate(entries)}
        tape, positions = self._third
        n = self.dimension
        box = [(balls.ball(c.lo - radius), balls.ball(c.hi + radius)) for c in self.box]
        merged = [lo.union(hi) for lo, hi in endpoints.evaluate_endpoints(tape, box)]
        return [
            arb_mat(n, n, [merged[positions[tuple(sorted((i, j, k)))]] for i in range(n) for j in range(n)])
            for k in range(n)
        ]

    def variation(self, family: Family) -> tuple[TensorNorm, arb]:
        """(norm, budget): the family is definite on a ball where the variation is below the budget."""
        n = self.dimension
        identity = _identity(n)
        h0 = arb_mat([[e.ball() for e in row] for row in self.h0])
        left, right = identity, identity
        if family.name == "variation":
            # ||H(x) - H0|| < c, where H0 is the true Hessian at the point.
            budget = balls.ball(family.constant)
        elif family.name == "preconditioned":
            left = arb_mat([[balls.ball(e.lo) for e in row] for row in family.matrix])
            budget = balls.ball(family.constant) - _frobenius(left * h0 - identity)
        else:
            hint = whitening(self.h0_float - float(family.constant) * np.eye(n))
            if hint is None:
                return _no_norm, arb(0)
            left = _exact(hint)
            right = left.transpose()
            budget = 1 - _frobenius(left * (h0 - identity * balls.ball(family.constant)) * right - identity)

        def norm(radius: Fraction) -> arb | None:
            slices = [left * t * right for t in self.slices(radius)]
            # A matrix and its transpose have the same norm, and either bound may be the sharper one.
            bounds = [tensor_norm(s, _eigenbasis) for s in (slices, [t.transpose() for t in slices])]
            found = [b for b in bounds if b is not None]
            return None if not found else found[0] if len(found) == 1 else found[0].min(found[1])

        return norm, budget


def spectral_norm(matrix: Matrix) -> Fraction:
    """An upper bound of the operator norm of every matrix inside the enclosures."""
    with balls.precision(BITS):
        bound = tensor_norm([arb_mat([[e.ball() for e in row] for row in matrix])], _eigenbasis)
    if bound is None:
        raise ArithmeticError("the norm of a matrix could not be enclosed")
    return balls.upper_fraction(bound)


def _no_norm(radius: Fraction) -> arb | None:
    return None


def _identity(n: int) -> arb_mat:
    return arb_mat(n, n, [arb(int(i == j)) for i in range(n) for j in range(n)])


def _exact(values: np.ndarray) -> arb_mat:
    return arb_mat([[arb(float(v)) for v in row] for row in values])


def _eigenbasis(matrix: arb_mat) -> list[list[float]]:
    """Approximate eigenvectors of the midpoints, as columns (a hint)."""
    n = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(n)] for i in range(n)])
    if not np.isfinite(middle).all():
        return np.eye(n).tolist()
    basis: list[list[float]] = np.linalg.eigh(0.5 * (middle + middle.T))[1].tolist()
    return basis


def _frobenius(matrix: arb_mat) -> arb:
    total = arb(0)
    for e in matrix.entries():
        total += e * e
    # The root of the upper end: a ball around 0 reaches below it, where the root is undefined.
    return total.upper().sqrt().upper()
