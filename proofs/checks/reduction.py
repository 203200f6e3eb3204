"""Check: coordinates off the data enter as ridge * w^2 only."""

from __future__ import annotations

from typing import Any

from numeric.compiler import to_fraction
from proofs.certificates import decode_fraction
from proofs.checks.base import Invalid, objective_from, register
from proofs.reduction import reduces_to_features

__all__ = ["check_reduction"]


@register("reduction")
def check_reduction(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    if not reduces_to_features(objective, objective_from(statement, nuisance=1)):
        raise Invalid("the loss with a nuisance coordinate is not the reduced one plus ridge * w^2")
    ridge = decode_fraction(statement.get("ridge"))
    if ridge != to_fraction(objective.numeric_ridge) or ridge <= 0:
        raise Invalid("the ridge is another one")
