"""Check of one block: the objective of a model file on a data set near given weights, by Krawczyk's theorem in Arb."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from numeric import balls
from numeric.interval_kernels import FloatArray
from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.base import Invalid
from proofs.empirical.model import ModelBlock, model_block
from proofs.theorems.definiteness import has_index
from symbolic.models import ModelError

__all__ = ["check_model_block", "model_of"]


def model_of(name: str, parameters: dict[str, Fraction], arrays: dict[str, FloatArray]) -> ModelBlock:
    """The problem derived again from the statement."""
    try:
        return model_block(name, parameters, arrays)
    except ModelError as error:
        raise Invalid(f"no such objective: {error}") from error


def check_model_block(stated: dict[str, Any], block: ModelBlock, centre: FloatArray) -> None:
    """One stationary point in the cube of half-width ``radius``, within ``distance`` of the centre, of this index."""
    radius, distance, gap = (decode_fraction(stated.get(k)) for k in ("radius", "distance", "gap"))
    eigenvalues = stated.get("eigenvalues")
    if not isinstance(eigenvalues, list) or len(eigenvalues) != 2 or stated.get("convex") != []:
        raise CertificateError("a block is malformed")
    lowest, highest = map(decode_fraction, eigenvalues)
    if not (gap > 0 and 0 < distance <= radius * block.size):
        raise Invalid("the radii of a block are out of range")
    middle = [Fraction(v) for v in centre.tolist()]
    # A cube of this half-width lies in the ball of radius `distance`.
    near = balls.lower_fraction((balls.ball(distance) / arb(block.size).sqrt()).lower())
    if not 0 < near <= radius:
        raise Invalid("the radii of a block are out of range")
    if not block.krawczyk(middle, near).unique:
        raise Invalid("no stationary point was shown within the stated distance of a centre")
    if not block.krawczyk(middle, radius).unique:
        raise Invalid("the stationary point was not shown to be alone in the stated ball")
    hessian = block.hessian_at(middle, near)
    index, n = stated["index"], block.size

    def shifted(by: Fraction, sign: int = 1) -> list[list[arb]]:
        return [[sign * hessian[i][j] + (balls.ball(by) if i == j else 0) for j in range(n)] for i in range(n)]

    if not (has_index(shifted(-gap), index) and has_index(shifted(gap), index)):
        raise Invalid("the index of a Hessian was not shown")
    if not has_index(shifted(-lowest), 0):
        raise Invalid("an eigenvalue may lie below what is stated")
    if not has_index(shifted(highest, -1), 0):
        raise Invalid("an eigenvalue may lie above what is stated")
