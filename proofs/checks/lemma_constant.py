"""Check a decided constant: compute its digits again."""

from __future__ import annotations

import math
from typing import Any

from proofs.checks.base import Invalid
from proofs.checks.lemma import register_lemma
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.digits import compare_digits, read_constant

__all__ = ["check_constant"]


@register_lemma("constant")
def check_constant(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    found = compare_digits(read_constant(source), math.inf)
    if found.verdict.value != statement.get("verdict") or found.how != statement.get("how"):
        raise Invalid(f"the digits do not support the verdict: {found.reason}")
