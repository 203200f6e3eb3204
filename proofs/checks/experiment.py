"""Checks of the experiment study: every constant is derived again from the stated objective."""

from __future__ import annotations

from typing import Any

from numeric.compiler import to_fraction
from numeric.system import build_system
from proofs.certificates import CertificateError, decode_box, decode_enclosure, decode_fraction
from proofs.checks.balls import MinimumCheck
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.points import contains, enough_bits, fattened
from proofs.hidden_feature import hidden_coordinate_bound
from proofs.reduction import reduces_to_features
from proofs.stationary import classify, zero_in_subspace
from proofs.theorems.experiment import energies_apart, jump_projection, nuisance_factor, span_with_nuisance
from symbolic.objectives import Objective
from symbolic.symmetry import LinearSubspace, leaves_invariant

__all__ = ["check_early_span", "check_energy_gap", "check_hidden_kept", "check_nuisance_decay", "check_span_jump"]

MOST_STEPS = 10**12
# b = 0, a2 = -a1, f2 = -f1 in the variables a1, b1, a2, b2, f1, f2.
ANTISYMMETRIC = LinearSubspace((0, -1, 0, -1, 1, 1), (1, 0, -1, 0, 1, -1))


@register("nuisance-decay")
def check_nuisance_decay(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    _reduces(objective, statement)
    step, ridge = decode_fraction(statement.get("step")), to_fraction(objective.numeric_ridge)
    target, needed = decode_fraction(statement.get("target")), _count(statement, "needed")
    factor = nuisance_factor(step, ridge, _count(statement, "steps"))
    if factor is None or not decode_enclosure(statement.get("factor")).contains(factor):
        raise Invalid("the factor is not in the stated interval")
    now = nuisance_factor(step, ridge, needed)
    before = nuisance_factor(step, ridge, needed - 1) if needed else None
    if now is None or now.hi > target or (before is not None and before.lo <= target) or (not needed and target < 1):
        raise Invalid("that is not the least number of steps for the target")


@register("span-jump")
def check_span_jump(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """The minimum lies in the subspace exactly, so its rows are a e1 and -a e1; then the theorem for every case."""
    objective = objective_from(statement)
    if objective.name != "sl" or objective.neurons != 2:
        raise Invalid("the jump is stated for two SL neurons")
    _reduces(objective, statement)
    names = [v.name for v in objective.variables]
    box = decode_box(_part(statement, "point").get("box"), names)
    if not leaves_invariant(objective.gradient, objective.variables, ANTISYMMETRIC):
        raise Invalid("the gradient does not map the subspace into itself")
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    bits = enough_bits(box)
    zero = zero_in_subspace(system.function, system.jacobian, ANTISYMMETRIC, fattened(box), bits=bits)
    if zero is None or not contains(box, zero):
        raise Invalid("the box was not shown to hold a stationary point of the subspace")
    if classify(system.jacobian, box, bits=bits).index != 0:
        raise Invalid("the stationary point is not a minimum")
    cases = statement.get("cases")
    if not isinstance(cases, list) or not cases:
        raise CertificateError("the cases are malformed")
    for case in cases:
        if not isinstance(case, dict) or not isinstance(case.get("direction"), list) or len(case["direction"]) != 2:
            raise CertificateError("a case is malformed")
        c, s = (decode_fraction(x) for x in case["direction"])
        found = jump_projection(zero[0], decode_fraction(case.get("epsilon")), (c, s))
        if found is None or found != decode_fraction(case.get("projection")):
            raise Invalid("the perturbed matrix has another projection")


@register("energy-gap")
def check_energy_gap(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    boxes = {}
    for name, neurons in (("ssl", 1), ("sl", 2)):
        part = _part(statement, name)
        objective = objective_from(part)
        if objective.name != name or objective.neurons != neurons:
            raise Invalid("the gap is about one SSL neuron and two SL neurons")
        _reduces(objective, part)
        minimum = MinimumCheck(objective, part.get("point"))
        boxes[name] = dict(zip(minimum.names, minimum.box, strict=True))
    sl = boxes["sl"]
    gap = energies_apart(
        (boxes["ssl"]["a"], boxes["ssl"]["b"]),
        (sl["a1"], sl["b1"], sl["a2"], sl["b2"]),
        decode_fraction(statement.get("radius")),
    )
    kept, limit = decode_fraction(statement.get("kept")), decode_fraction(statement.get("limit"))
    if not gap.holds or kept > gap.kept or limit < gap.limit or not kept > limit:
        raise Invalid("the energies do not keep that distance")


@register("early-span")
def check_early_span(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    if objective.name != "ssl" or objective.neurons != 1:
        raise Invalid("stopping early is stated for SSL rows (a, b) and (-a, b)")
    _reduces(objective, statement)
    minimum = MinimumCheck(objective, statement.get("point"))
    factor = nuisance_factor(
        decode_fraction(statement.get("step")), to_fraction(objective.numeric_ridge), _count(statement, "steps")
    )
    bounds, square = statement.get("bounds"), decode_fraction(statement.get("square"))
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise CertificateError("the bounds are malformed")
    for coordinate, bound in zip(minimum.box, bounds, strict=True):
        found = None if factor is None else span_with_nuisance(coordinate, factor, square)
        if found is None or decode_fraction(bound) > found:
            raise Invalid("the span projection was not shown to be that large")


@register("hidden-kept")
def check_hidden_kept(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    bound = hidden_coordinate_bound(objective_from(statement))
    if bound is None or decode_fraction(statement.get("bound")) < bound:
        raise Invalid("the hidden coordinate was not shown to be nonzero and that small")


def _reduces(objective: Objective, statement: dict[str, Any]) -> None:
    """Coordinates off the data enter as ridge * w^2 only, so the weights of the minimum are known in R^d."""
    if not reduces_to_features(objective, objective_from(statement, nuisance=1)):
        raise Invalid("the loss does not split off its nuisance coordinates")


def _part(statement: dict[str, Any], name: str) -> dict[str, Any]:
    part = statement.get(name)
    if not isinstance(part, dict):
        raise CertificateError(f"the statement has no {name}")
    return part


def _count(statement: dict[str, Any], name: str) -> int:
    value = statement.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_STEPS:
        raise CertificateError(f"{name} is not a number of steps")
    return value
