"""Check: every stationary point lies in the stated balls."""

from __future__ import annotations

from typing import Any

from proofs.bounds import a_priori_bounds
from proofs.certificates import CertificateError, decode_fraction
from proofs.checks.base import Invalid, objective_from, register

__all__ = ["check_bounds"]


@register("a-priori-bounds")
def check_bounds(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Derived again from the energy identities, which are checked by exact algebra."""
    objective = objective_from(statement)
    stated = statement.get("bounds")
    if not isinstance(stated, list):
        raise CertificateError("the bounds are malformed")
    proved = {tuple(v.name for v in b.group): b.radius for b in a_priori_bounds(objective)}
    if len(stated) != len(proved):
        raise Invalid("the bounds do not cover all variables")
    for entry in stated:
        if not isinstance(entry, dict) or not isinstance(entry.get("variables"), list):
            raise CertificateError("a bound is malformed")
        group = tuple(entry["variables"])
        if group not in proved:
            raise Invalid(f"there is no bound for {', '.join(map(str, group))}")
        if decode_fraction(entry.get("radius")) < proved[group]:
            raise Invalid(f"the bound of {', '.join(group)} is smaller than what was proved")
