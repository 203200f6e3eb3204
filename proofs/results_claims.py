"""Decided claims as the JSON of ``separatrix check``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proofs.lemmas.claim import ClaimResult

__all__ = ["claim_json", "claims_json"]

DIGITS = 24


def claims_json(results: Sequence[ClaimResult]) -> dict[str, Any]:
    return {"claims": [claim_json(r) for r in results]}


def claim_json(result: ClaimResult) -> dict[str, Any]:
    """Fields that do not apply are absent."""
    data: dict[str, Any] = {
        "name": result.name,
        "kind": result.kind,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "reading": result.reading,
        "seconds": round(result.seconds, 4),
    }
    if result.line:
        data["line"] = result.line
    if result.zeros is not None:
        data["zeros"] = [
            {"box": {n: e.json(DIGITS) for n, e in box.items()}, "status": status} for box, status in result.zeros
        ]
    if result.undecided:
        data["undecided"] = [{n: e.json(DIGITS) for n, e in box.items()} for box in result.undecided]
    if result.counterexample is not None:
        data["counterexample"] = {n: str(v) for n, v in result.counterexample.items()}
    if result.values:
        data["values"] = {n: e.json(DIGITS) for n, e in result.values.items()}
    if result.given:
        data["given"] = list(result.given)
    data["certificate"] = result.certificate
    return data
