"""Check: what every small perturbation of the gradient leaves standing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.compiler import to_fraction
from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.balls import MinimumCheck
from proofs.checks.base import Invalid, objective_from, register
from proofs.theorems.perturbation import perturbed_minimum

__all__ = ["check_separation"]


@register("separation")
def check_separation(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    epsilon = decode_fraction(statement.get("epsilon"))
    if epsilon <= 0:
        raise Invalid("epsilon is not positive")
    ssl, ssl_distance = _keeper(statement.get("ssl"), evidence.get("ssl"), epsilon, "ssl", 1)
    sl, sl_distance = _keeper(statement.get("sl"), evidence.get("sl"), epsilon, "sl", 2)
    a, b = ssl.box
    if decode_fraction(statement.get("a_kept")) > a.least_magnitude - ssl_distance:
        raise Invalid("|a| is not kept that large")
    b_kept, b_limit = decode_fraction(statement.get("b_kept")), decode_fraction(statement.get("b_limit"))
    if b_kept > b.least_magnitude - ssl_distance:
        raise Invalid("|b| of the SSL minimum is not kept that large")
    at = dict(zip(sl.names, sl.box, strict=True))
    largest = max(at[n].greatest_magnitude for n in ("b1", "b2"))
    if b_limit < largest + sl_distance:
        raise Invalid("|b| of the SL minimum is not kept that small")
    if not b_kept > b_limit:
        raise Invalid("the bounds on b do not separate")
    radii = ssl_distance + sl_distance
    for sign in (1, -1):
        for label in (1, -1):
            gap = Fraction(0)
            for j, s in ((1, sign), (2, -sign)):
                for mine, other in ((a if s > 0 else -a, at[f"a{j}"] if label > 0 else -at[f"a{j}"]), (b, at[f"b{j}"])):
                    distance = max(mine.lo - other.hi, other.lo - mine.hi, Fraction(0))
                    gap += distance * distance
            if not gap > radii * radii:
                raise Invalid("the two balls of weights are not disjoint")


def _keeper(stated: Any, ball: Any, epsilon: Fraction, name: str, neurons: int) -> tuple[MinimumCheck, Fraction]:
    """The minimum and how far a perturbation up to epsilon can move it."""
    if not isinstance(stated, dict):
        raise CertificateError("a minimum is malformed")
    objective = objective_from(stated)
    if objective.name != name or objective.neurons != neurons:
        raise Invalid("the separation is about one SSL neuron and two SL neurons")
    minimum = MinimumCheck(objective, stated.get("point"))
    m = decode_fraction(stated.get("m"))
    checked = minimum.ball(ball)
    if checked.family.name != "convexity" or checked.family.constant < m:
        raise Invalid("the ball does not show that strong convexity")
    if m > 2 * to_fraction(objective.numeric_ridge):
        raise Invalid("strong convexity in R^d cannot exceed twice the ridge")
    kept = perturbed_minimum(m, checked.inner, epsilon)
    if not kept.holds:
        raise Invalid("epsilon is too large for the ball")
    return minimum, kept.distance
