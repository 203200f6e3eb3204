"""Check: exactly one strict local minimum in a box, or where the global minimum lies."""

from __future__ import annotations

from typing import Any

from proofs.certificates import CertificateError, decode_box, decode_fraction
from proofs.checks.base import Invalid
from proofs.checks.lemma import check_lemma, register_lemma
from proofs.checks.lemma_zeros import proved_zeros
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.global_minimum import GlobalMinimumClaim
from proofs.lemmas.kinds.minimum import LocalMinimumClaim, index_at, read_minimum

__all__ = ["check_minimum"]


@register_lemma("minimum")
def check_minimum(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    claim = read_minimum(source)
    if isinstance(claim, GlobalMinimumClaim):
        _check_global(claim, statement, evidence)
    elif isinstance(claim, LocalMinimumClaim):
        _check_local(claim, statement, evidence)
    else:
        raise Invalid("unknown form of a minimum claim")


def _check_local(claim: LocalMinimumClaim, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    complete = statement.get("complete") is True
    inside = proved_zeros(claim.stationary, evidence, complete)
    indices = [index_at(claim.stationary, box) for box in inside]
    minima = {box for box, i in zip(inside, indices, strict=True) if i == 0}
    stated = statement.get("minima")
    if not isinstance(stated, list):
        raise CertificateError("the minima are not a list")
    if {tuple(decode_box(m, claim.stationary.names)) for m in stated} != minima or len(stated) != len(minima):
        raise Invalid("the stated minima are not those that were proved")
    certain = complete and None not in indices
    if statement.get("verdict") == "PROVED":
        if not certain or len(minima) != 1:
            raise Invalid("exactly one strict local minimum was not shown")
    elif not (len(minima) > 1 or (certain and len(minima) != 1)):
        raise Invalid("exactly one strict local minimum was not refuted")


def _check_global(claim: GlobalMinimumClaim, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    table = statement.get("point")
    if not isinstance(table, dict) or set(table) != {v.name for v in claim.variables}:
        raise CertificateError("the point is malformed")
    point = [decode_fraction(table[v.name]) for v in claim.variables]
    if not all(lo <= p <= hi for p, (lo, hi) in zip(point, claim.sides, strict=True)):
        raise Invalid("the point is outside of the box")
    value = claim.value_at(point)
    if value is None:
        raise Invalid("the function is not defined at the point")
    bound = None if statement.get("bound") is None else decode_fraction(statement["bound"])
    within = all(lo <= p <= hi for p, (lo, hi) in zip(point, claim.at, strict=True))
    if statement.get("verdict") == "PROVED":
        if bound is None or value.hi > bound or bound > claim.value[1] or not within:
            raise Invalid("the point does not bound the minimum from above")
        needed = [claim.inequality(">=", claim.value[0], claim.sides)]
        needed += [claim.inequality(">", bound, part) for part in claim.outside()]
    elif statement.get("how") == "lower":
        if not value.hi < claim.value[0]:
            raise Invalid("the point is not below the claimed value")
        needed = []
    elif statement.get("how") == "misplaced":
        if within or bound is None or value.hi > bound:
            raise Invalid("the point does not show that the minimum is misplaced")
        needed = [claim.inequality(">", bound, claim.at)]
    elif statement.get("how") == "higher":
        needed = [claim.inequality(">", claim.value[1], claim.sides)]
    else:
        raise Invalid("the claim is not refuted in a known way")
    parts = evidence.get("parts")
    if not isinstance(parts, list) or len(parts) != len(needed):
        raise Invalid(f"{len(needed)} inequalities are needed")
    for part, source in zip(parts, needed, strict=True):
        _check_part(part, source)


def _check_part(part: Any, source: ClaimSource) -> None:
    """The part is a proved certificate of exactly the inequality that is needed."""
    if not isinstance(part, dict) or not all(isinstance(part.get(k), dict) for k in ("statement", "evidence")):
        raise CertificateError("a part is malformed")
    statement = part["statement"]
    if statement.get("claim_kind") != "inequality" or statement.get("verdict") != "PROVED":
        raise Invalid("a part is not a proved inequality")
    if statement.get("table") != source.table or statement.get("shared") != dict(source.shared):
        raise Invalid("a part is another inequality than the one needed")
    check_lemma(statement, part["evidence"])
