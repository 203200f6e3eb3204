"""What a block of variables offers to the theorems: derivatives at a point with bounds of their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from numeric.interval_kernels import FloatArray

__all__ = ["Block", "Derivatives", "Region"]


@dataclass(frozen=True)
class Derivatives:
    """Gradient (N) and symmetric Hessian (N x N, or None) with bounds of their errors in the Euclidean norm.

    ``loss`` is a plain float without a bound, for line searches.
    """

    loss: float
    gradient: FloatArray
    gradient_error: float
    hessian: FloatArray | None
    hessian_error: float


@dataclass(frozen=True)
class Region:
    """On a ball: every Hessian is at least ``lower`` - ``lower_error`` I and at most ``upper`` I."""

    lower: FloatArray
    lower_error: float
    upper: float


class Block(Protocol):
    """Variables on which the objective depends apart from all others; points are arrays of ``size`` floats."""

    @property
    def size(self) -> int: ...

    def derivatives(self, point: FloatArray, *, hessian: bool = True) -> Derivatives: ...

    def third(self, point: FloatArray, radius: float) -> float:
        """An upper bound of the norm of the third derivative over the ball."""
        ...

    def region(self, point: FloatArray, at: Derivatives, radius: float, rows: int | None = None) -> Region | None:
        """Bounds of the Hessian over the ball, from that at its centre.

        With ``rows`` an estimate from about that many rows, which proves nothing.  None: no bound was found.
        """
        ...
