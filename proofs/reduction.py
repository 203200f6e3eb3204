"""Reduction from R^d to the feature plane, by exact algebra.

A coordinate of a row that is orthogonal to the data enters the loss as ridge * w^2 only.  All such
coordinates enter in the same way, so one of them stands for every d.
"""

from __future__ import annotations

import sympy as sp

from symbolic.calculus import is_identically_zero
from symbolic.objectives import Objective

__all__ = ["reduces_to_features"]


def reduces_to_features(plane: Objective, lifted: Objective) -> bool:
    """Whether the loss with nuisance coordinates is the loss of the plane plus ridge * sum of squares.

    ``lifted`` is the objective built from its definition with extra coordinates in every row.
    """
    extra = [v for v in lifted.variables if v not in plane.variables]
    if not extra or set(plane.variables) - set(lifted.variables):
        return False
    difference = lifted.loss - plane.loss - plane.ridge * sp.Add(*(v**2 for v in extra))
    return is_identically_zero(difference)
