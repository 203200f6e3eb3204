"""Checks: how much of each feature a stationary point holds, and that a second layer loses the label."""

from __future__ import annotations

from typing import Any

from numeric.compiler import to_fraction
from numeric.system import build_system
from proofs.certificates import CertificateError, decode_box, decode_enclosure
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.points import check_unique, contains, enough_bits, zero_in
from proofs.features import energies_at
from proofs.stationary import classify
from proofs.theorems.second_layer import critical_ridge, label_is_lost

__all__ = ["check_content", "check_lost_label"]


@register("feature-content")
def check_content(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    names = [v.name for v in objective.variables]
    point, stated = statement.get("point"), statement.get("energies")
    if not isinstance(point, dict) or not isinstance(stated, dict):
        raise CertificateError("the point or its energies are malformed")
    box, outer = decode_box(point.get("box"), names), decode_box(point.get("unique_in"), names)
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    check_unique(system, outer)
    bits = enough_bits(box)
    zero = zero_in(system, box, bits)
    if zero is None or not contains(outer, box) or not contains(box, zero):
        raise Invalid("the box was not shown to hold the stationary point")
    index = classify(system.jacobian, box, bits=bits).index
    if index is None or statement.get("index") != index or isinstance(statement.get("index"), bool):
        raise Invalid(f"the index of the point is {index}, not {statement.get('index')}")
    found = energies_at(objective, dict(zip(names, zero, strict=True)))
    if set(stated) != set(found):
        raise Invalid("the energies are not those of the features")
    for name, energy in found.items():
        if energy is None or not decode_enclosure(stated[name]).contains(energy):
            raise Invalid(f"the energy of {name} is not in the stated interval")


@register("lost-label")
def check_lost_label(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    if not decode_enclosure(statement.get("critical")).contains(critical_ridge(bits=192)):
        raise Invalid("the critical ridge is not in the stated interval")
    if not label_is_lost(objective, to_fraction(objective.numeric_ridge)):
        raise Invalid("the objective is not that of the theorem, or its ridge is too large")
