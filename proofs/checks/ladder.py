"""Check: the ladder of radii at a minimum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.compiler import to_fraction
from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.balls import CheckedBall, MinimumCheck
from proofs.checks.base import Invalid, objective_from, register
from proofs.theorems.inverse_function import exact_form, monotone_form, preconditioned_form
from proofs.variation import spectral_norm

__all__ = ["check_ladder"]

METHODS = ("exact-ift", "exact-ift-block", "preconditioned", "convexity")


@register("radius-ladder")
def check_ladder(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    objective = objective_from(statement)
    minimum = MinimumCheck(objective, statement.get("point"))
    rungs, given = statement.get("rungs"), evidence.get("balls")
    if not isinstance(rungs, list) or not isinstance(given, list) or len(rungs) != len(given):
        raise CertificateError("the rungs of the ladder are malformed")
    if [r.get("method") if isinstance(r, dict) else None for r in rungs] != list(METHODS):
        raise Invalid("the ladder does not have the four methods in order")
    nuisance = 2 * to_fraction(objective.numeric_ridge)
    for rung, parts in zip(rungs, given, strict=True):
        if not isinstance(parts, list) or not parts:
            raise CertificateError("a rung has no balls")
        checked = [minimum.ball(part) for part in parts]
        constant = decode_fraction(rung.get("constant"))
        radius, image = _pair(rung.get("radius")), _pair(rung.get("image_radius"))
        if (checked[0].inner, checked[0].outer) != radius:
            raise Invalid(f"the radius of {rung['method']} is not that of its ball")
        if rung["method"].startswith("exact"):
            bound = minimum.least.lo
            top = minimum.least.hi
            if rung["method"] == "exact-ift":
                bound, top = min(bound, nuisance), min(top, nuisance)
            _check_exact(checked[0], constant, bound, top, image)
        elif rung["method"] == "preconditioned":
            _check_preconditioned(checked[0], constant, image)
        else:
            _check_convexity(checked, constant, image)


Pair = tuple[Fraction, Fraction | None]


def _check_exact(ball: CheckedBall, lam: Fraction, proved: Fraction, top: Fraction, image: Pair) -> None:
    if ball.family.name != "variation" or ball.family.constant != lam / 2:
        raise Invalid("an exact rung needs the variation lambda/2")
    if lam > proved or 2 * ball.violated.constant < top:
        raise Invalid("lambda is larger than the least eigenvalue that was proved")
    if image[0] > exact_form(lam, ball.family.constant, ball.inner).image_radius:
        raise Invalid("an image radius is larger than the theorem gives")
    _check_upper(image[1], ball.outer, 2 * ball.violated.constant / 2)


def _check_preconditioned(ball: CheckedBall, q: Fraction, image: Pair) -> None:
    if ball.family.name != "preconditioned" or not ball.family.constant == q == ball.violated.constant:
        raise Invalid("a preconditioned rung needs the deviation q")
    norm = spectral_norm(ball.family.matrix)
    # The prover's bound of the norm may differ in the last digits; both are upper bounds.
    if image[0] > preconditioned_form(norm, q, ball.inner).image_radius * (1 + Fraction(1, 2**60)):
        raise Invalid("an image radius is larger than the theorem gives")


def _check_convexity(checked: list[CheckedBall], m: Fraction, image: Pair) -> None:
    whole, best = checked[0], checked[-1]
    if any(b.family.name != "convexity" for b in checked):
        raise Invalid("a convexity rung needs convexity balls")
    if whole.family.constant != 0 or whole.violated.constant != 0:
        raise Invalid("the convexity radius is that of positive definiteness")
    if best.family.constant != m or best.violated.constant != m:
        raise Invalid("the constant of strong convexity is another one")
    if image[0] > monotone_form(m, best.inner).image_radius:
        raise Invalid("an image radius is larger than the theorem gives")
    _check_upper(image[1], best.outer, m)


def _check_upper(upper: Fraction | None, outer: Fraction | None, factor: Fraction) -> None:
    if (upper is None) != (outer is None):
        raise Invalid("an image radius is bounded above without a witness")
    if upper is not None and outer is not None and upper < factor * outer:
        raise Invalid("an upper end of an image radius is too small")


def _pair(value: Any) -> Pair:
    if not isinstance(value, list) or len(value) != 2:
        raise CertificateError("a radius is not a pair")
    lo = decode_fraction(value[0])
    hi = None if value[1] is None else decode_fraction(value[1])
    if lo < 0 or (hi is not None and hi < lo):
        raise Invalid("a radius is not an interval")
    return lo, hi
