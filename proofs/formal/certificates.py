"""From a certificate to theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs.certificates import CertificateError, digest, read_certificate
from proofs.checks.base import Invalid
from proofs.formal import kinds, separation  # noqa: F401  (they register what has a formal statement)
from proofs.formal.expression import NotFormal
from proofs.formal.registry import FORMAL
from proofs.formal.text import FormalClaim
from proofs.lemmas.claim import ClaimError

__all__ = ["formal_claims", "read_formal_claims"]


def read_formal_claims(path: Path, *, fast: bool = False, before: int = 0) -> list[FormalClaim]:
    """The theorems of a certificate file; ``fast``: long searches in primitive floats.

    ``before`` claims of other files go to the same folder: numbers begin after them.

    Raises CertificateError (unreadable) or NotFormal (beyond this layer).
    """
    certificate = read_certificate(path)
    if certificate.get("digest") != digest(certificate):
        raise CertificateError(f"{path}: the digest does not match the content: the file was changed")
    try:
        return formal_claims(certificate["claims"], fast=fast, before=before)
    except CertificateError as error:
        raise CertificateError(f"{path}: {error}") from error


def formal_claims(claims: Sequence[dict[str, Any]], *, fast: bool = False, before: int = 0) -> list[FormalClaim]:
    """One theorem for each claim, in order.  Raises CertificateError or NotFormal; they say which claim of several."""
    found = []
    for number, claim in enumerate(claims, before + 1):
        where = f"claim {number - before}: " if len(claims) > 1 else ""
        try:
            found.append(_formal_claim(claim, f"Claim{number}Data", fast))
        except NotFormal as error:
            raise NotFormal(f"{where}{error}") from error
        except (CertificateError, ClaimError, Invalid) as error:
            raise CertificateError(f"{where}{error}") from error
    return found


def _formal_claim(claim: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    statement, evidence = claim.get("statement"), claim.get("evidence")
    if not isinstance(statement, dict) or not isinstance(evidence, dict):
        raise CertificateError("a claim needs a statement and evidence")
    formalize = FORMAL.get(str(claim.get("kind")))
    if formalize is None:
        raise NotFormal(f"claims of kind {str(claim.get('kind'))[:40]} have no formal statement")
    return formalize(statement, evidence, module, fast)
