"""Parts that every statement about an objective shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import encode_enclosure
from symbolic.objectives import Objective

__all__ = ["objective_statement", "within_statement"]


def objective_statement(objective: Objective) -> dict[str, Any]:
    """The objective by name, with all parameters as exact rationals."""
    return {
        "objective": objective.name,
        "neurons": objective.neurons,
        "parameters": {k: str(v) for k, v in objective.parameter_values.items()},
    }


def within_statement(within: Mapping[str, Enclosure]) -> dict[str, Any]:
    """The sides of the box that a user gave; nothing where the box was derived."""
    return {"within": {name: encode_enclosure(side) for name, side in within.items()}} if within else {}
