"""Check: gradient descent on one SSL neuron converges from the half-plane a > 0."""

from __future__ import annotations

from typing import Any

from proofs.certificates import CertificateError, decode_box, decode_fraction
from proofs.checks.balls import MinimumCheck
from proofs.checks.base import Invalid, objective_from, register
from proofs.checks.stationary_points import check_stationary_points
from proofs.smoothness import curvature_along_first, global_constants
from proofs.theorems.descent import half_plane_descent

__all__ = ["check_descent", "stated_landscape"]


def stated_landscape(statement: dict[str, Any], evidence: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Statement and evidence of the landscape behind a descent: one of the same objective."""
    landscape = evidence.get("landscape")
    if not isinstance(landscape, dict) or not all(
        isinstance(landscape.get(k), dict) for k in ("statement", "evidence")
    ):
        raise CertificateError("the landscape is malformed")
    inner = landscape["statement"]
    if any(inner.get(k) != statement.get(k) for k in ("objective", "neurons", "parameters")):
        raise Invalid("the landscape is that of another objective")
    return inner, landscape["evidence"]


@register("descent")
def check_descent(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    try:
        constants = global_constants(objective)
    except ValueError as error:
        raise Invalid(str(error)) from error
    smoothness = decode_fraction(statement.get("smoothness"))
    if smoothness < constants.smoothness:
        raise Invalid("the smoothness constant is smaller than what was proved")
    inner, shown = stated_landscape(statement, evidence)
    if "within" in inner:
        raise Invalid("a landscape in a box that was given is not complete")
    check_stationary_points(inner, shown)
    names = [v.name for v in objective.variables]
    interior, curvatures, attractor = 0, [], None
    for entry in inner["points"]:
        box = decode_box(entry["box"], names)
        if box[0].lo > 0:
            interior, attractor = interior + 1, entry
        elif box[0].is_exact and box[0].lo == 0:
            curvatures.append(curvature_along_first(objective, tuple(box)))
        elif box[0].hi >= 0:
            raise Invalid("a stationary point is neither on a = 0 nor off it for certain")
    result = half_plane_descent(smoothness, constants.coercive, constants.even, interior, curvatures)
    if not result.holds:
        raise Invalid(result.reason)
    point = statement.get("point")
    if attractor is None or not isinstance(point, dict) or point.get("box") != attractor["box"]:
        raise Invalid("the limit is not the stationary point with a > 0")
    ball = MinimumCheck(objective, point).ball(evidence.get("ball"))
    radius, m = decode_fraction(statement.get("local_radius")), decode_fraction(statement.get("local_m"))
    if ball.family.name != "convexity" or ball.family.constant < m or ball.inner < radius or m <= 0 or radius <= 0:
        raise Invalid("the local rate is not shown on that ball")
