"""Parts that every statement about an objective shares."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.enclosure import Enclosure
from symbolic.objectives import Objective

__all__ = ["objective_statement", "relaxed"]


def objective_statement(objective: Objective) -> dict[str, Any]:
    """The objective by name, with all parameters as exact rationals."""
    return {
        "objective": objective.name,
        "neurons": objective.neurons,
        "parameters": {k: str(v) for k, v in objective.parameter_values.items()},
    }


def relaxed(x: Enclosure) -> Enclosure:
    """A little wider, so that a checker with other rounding can confirm it."""
    if x.is_exact:
        return x
    slack = x.width + abs(x.middle) * Fraction(1, 2**60)
    return Enclosure(x.lo - slack, x.hi + slack)
