"""Check a decided inequality: read it again, then check its proof or its counterexample."""

from __future__ import annotations

from typing import Any

from proofs.checks.lemma import register_lemma
from proofs.checks.problem import check_problem
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.problem import read_inequality

__all__ = ["check_inequality"]


@register_lemma("inequality")
def check_inequality(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    _, problem = read_inequality(source)
    check_problem(problem, statement, evidence)
