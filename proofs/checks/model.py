"""Checks of what is stated about a model: derivation, lowest points, features at minima."""

from __future__ import annotations

from typing import Any

from numeric.enclosure import Enclosure
from numeric.system import build_system
from proofs.blocks import Block
from proofs.certificates import CertificateError, decode_box, decode_enclosure
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.points import shown_group
from proofs.checks.stationary_points import check_stationary_points, checked_points
from proofs.features import energies_at, features_at
from proofs.theorems.coercivity import is_coercive
from symbolic.derivation.check import DerivationError
from symbolic.derivation.engine import derive, step_names

__all__ = ["check_derivation", "check_features", "check_lowest"]


@register("derivation")
def check_derivation(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Derived again, every equation by exact algebra."""
    objective = objective_from(statement)
    steps = statement.get("steps")
    if not isinstance(steps, list) or not set(map(str, steps)) <= set(step_names()):
        raise CertificateError("the steps of a derivation are malformed")
    try:
        found = derive(objective, steps)
    except (DerivationError, ValueError) as error:
        raise Invalid(str(error)) from error
    if found.checked != statement.get("equalities"):
        raise Invalid(f"the derivation has {found.checked} equalities, not {statement.get('equalities')}")


@register("lowest-points")
def check_lowest(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """The loss is coercive, the list of stationary points is complete, and the others are certainly higher."""
    objective = objective_from(statement)
    landscape = evidence.get("landscape")
    if not isinstance(landscape, dict) or not all(
        isinstance(landscape.get(k), dict) for k in ("statement", "evidence")
    ):
        raise CertificateError("the landscape is malformed")
    inner = landscape["statement"]
    if any(inner.get(k) != statement.get(k) for k in ("objective", "neurons", "parameters", "within")):
        raise Invalid("the landscape is that of another objective")
    if "within" in statement:
        raise Invalid("the lowest points of the loss do not follow from a box that was given")
    check_stationary_points(inner, landscape["evidence"])
    if not is_coercive(objective.numeric_loss, objective.variables):
        raise Invalid("the loss was not shown to attain its minimum")
    names = [v.name for v in objective.variables]
    stated = statement.get("points")
    if not isinstance(stated, list) or not stated:
        raise CertificateError("the lowest points are malformed")
    listed = [tuple(decode_box(box, names)) for box in stated]
    points = [(tuple(decode_box(p["box"], names)), decode_enclosure(p["value"])) for p in inner["points"]]
    least = min(value.hi for _, value in points)
    if len(set(listed)) != len(listed) or not set(listed) <= {box for box, _ in points}:
        raise Invalid("a lowest point is not one of the stationary points")
    for box, value in points:
        if box not in listed and not value.lo > least:
            raise Invalid("a stationary point that is not listed may have the least value")


@register("features-at-minima")
def check_features(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Each minimum is proved again, with its exact zeros and the energies of its features."""
    objective = objective_from(statement)
    minima, subspaces = statement.get("minima"), evidence.get("subspaces")
    if not isinstance(minima, list) or not isinstance(subspaces, list) or len(minima) != len(subspaces):
        raise CertificateError("the minima are malformed")
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    whole = Block(
        objective.variables, tuple(objective.gradient), tuple(tuple(row) for row in objective.hessian), symmetries=()
    )
    given = []
    for entry, subspace in zip(minima, subspaces, strict=True):
        if not isinstance(entry, dict):
            raise CertificateError("a minimum is malformed")
        given.append({"box": entry.get("box"), "unique_in": entry.get("unique_in"), "subspace": subspace})
    names = [v.name for v in objective.variables]
    for point, entry in zip(checked_points(system, whole, given, tuple(shown_group(objective))), minima, strict=True):
        if point.classification.index != 0:
            raise Invalid("a point was not shown to be a minimum")
        at = dict(zip(names, point.box, strict=True))
        _compare(entry, energies_at(objective, at), features_at(objective, at))


def _compare(entry: dict[str, Any], energies: dict[str, Enclosure | None], content: dict[str, str]) -> None:
    stated = entry.get("energies")
    if not isinstance(stated, dict) or set(stated) != set(energies):
        raise CertificateError("the energies are malformed")
    for feature, found in energies.items():
        if stated[feature] is not None and (found is None or not decode_enclosure(stated[feature]).contains(found)):
            raise Invalid(f"the energy of {feature} is not in the stated interval")
    if entry.get("features") != content:
        raise Invalid("the features at a minimum are other ones")
