"""Checks about the supervised objective with any number of neurons: signs, and the points without hidden feature."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.compiler import to_fraction
from proofs.certificates import CertificateError, decode_enclosure
from proofs.checks.base import Invalid, objective_from, register
from proofs.theorems.supervised_pairs import hidden_free_count, paired_neurons, zero_neurons_are_saddles
from proofs.theorems.supervised_signs import is_supervised_objective, supervised_signs
from symbolic.objectives import Objective

__all__ = ["check_hidden_free", "check_signs"]

MOST_PAIRS = 1000


@register("supervised-signs")
def check_signs(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    if supervised_signs(objective_from(statement)) is None:
        raise Invalid("the objective is not the supervised one of the theorem")


@register("hidden-free-points")
def check_hidden_free(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    beta, gamma = _ridges(objective)
    if statement.get("count") != hidden_free_count(objective.neurons) or isinstance(statement.get("count"), bool):
        raise Invalid(f"there are {hidden_free_count(objective.neurons)} points, not {statement.get('count')}")
    stated = statement.get("pairs")
    if not isinstance(stated, list) or not stated:
        raise CertificateError("the pairs are malformed")
    for entry in stated:
        p = entry.get("pairs") if isinstance(entry, dict) else None
        if not isinstance(p, int) or isinstance(p, bool) or not 1 <= p <= MOST_PAIRS:
            raise CertificateError("a number of pairs is malformed")
        # Other bits than the prover's: the same theorem with other roundings.
        found = paired_neurons(beta, gamma, p, bits=224)
        if found is None:
            raise Invalid("there is no such point: beta*gamma >= 1/256")
        for name in ("theta", "rho", "a", "f"):
            if not decode_enclosure(entry.get(name)).contains(getattr(found, name)):
                raise Invalid(f"{name} of the point with {p} pairs is not in the stated interval")
    first = paired_neurons(beta, gamma, 1, bits=224)
    saddles = first is not None and zero_neurons_are_saddles(first)
    if statement.get("saddles") is not saddles:
        raise Invalid("the statement about zero neurons is another one")


def _ridges(objective: Objective) -> tuple[Fraction, Fraction]:
    if not is_supervised_objective(objective):
        raise Invalid("the objective is not the supervised one of the theorem")
    values = objective.parameter_values
    return to_fraction(values["beta"]), to_fraction(values["gamma"])
