"""Parts that every statement about an objective shares."""

from __future__ import annotations

from typing import Any

from symbolic.objectives import Objective

__all__ = ["objective_statement"]


def objective_statement(objective: Objective) -> dict[str, Any]:
    """The objective by name, with all parameters as exact rationals."""
    return {
        "objective": objective.name,
        "neurons": objective.neurons,
        "parameters": {k: str(v) for k, v in objective.parameter_values.items()},
    }
