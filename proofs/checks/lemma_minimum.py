"""Check: exactly one strict local minimum in a box, or where the global minimum lies."""

from __future__ import annotations

from typing import Any

from proofs.certificates import CertificateError, decode_box
from proofs.checks.base import Invalid
from proofs.checks.lemma import register_lemma
from proofs.checks.lemma_zeros import proved_zeros
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.kinds.minimum import LocalMinimumClaim, index_at, read_minimum

__all__ = ["check_minimum"]


@register_lemma("minimum")
def check_minimum(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    claim = read_minimum(source)
    if not isinstance(claim, LocalMinimumClaim):
        claim.check(statement, evidence, Invalid)  # type: ignore[attr-defined]
        return
    complete = statement.get("complete") is True
    inside = proved_zeros(claim.stationary, evidence, complete)
    indices = [index_at(claim.stationary, box) for box in inside]
    minima = {box for box, i in zip(inside, indices, strict=True) if i == 0}
    stated = statement.get("minima")
    if not isinstance(stated, list):
        raise CertificateError("the minima are not a list")
    boxes = {tuple(decode_box(m, claim.stationary.names)) for m in stated}
    if boxes != minima:
        raise Invalid("the stated minima are not those that were proved")
    certain = complete and None not in indices
    if statement.get("verdict") == "PROVED":
        if not certain or len(minima) != 1:
            raise Invalid("exactly one strict local minimum was not shown")
    elif not (len(minima) > 1 or (certain and len(minima) != 1)):
        raise Invalid("exactly one strict local minimum was not refuted")
