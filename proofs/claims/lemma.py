"""The certificate claim of a decided lemma: the user's own statement, the verdict, and evidence for it."""

from __future__ import annotations

from typing import Any

from proofs.lemmas.claim import ClaimSource
from proofs.verdict import Verdict

__all__ = ["lemma_claim"]


def lemma_claim(
    source: ClaimSource, verdict: Verdict, result: dict[str, Any], evidence: dict[str, Any]
) -> dict[str, Any]:
    """``result`` holds what was concluded beyond the verdict (points, counts), ``evidence`` how.

    The statement carries the claim's table as the user wrote it, so a checker reads the problem
    again from there.
    """
    return {
        "kind": "lemma",
        "statement": {
            "name": source.name,
            "claim_kind": source.kind,
            "table": dict(source.table),
            "shared": dict(source.shared),
            "verdict": verdict.value,
            **result,
        },
        "evidence": evidence,
    }
