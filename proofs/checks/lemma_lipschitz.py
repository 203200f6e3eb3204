"""Check a decided Lipschitz constant: read it again as inequalities, then check those."""

from __future__ import annotations

from typing import Any

from proofs.checks.base import Invalid
from proofs.checks.lemma import register_lemma
from proofs.checks.problem import check_problem
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.slopes import read_lipschitz

__all__ = ["check_lipschitz"]


@register_lemma("lipschitz")
def check_lipschitz(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    claim = read_lipschitz(source)
    if claim.problem is None:
        raise Invalid(claim.obstacle)
    check_problem(claim.problem, statement, evidence)
