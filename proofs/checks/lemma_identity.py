"""Check a decided identity: the exact algebra again, or its counterexample."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from proofs.checks.base import Invalid
from proofs.checks.lemma import register_lemma
from proofs.checks.problem import check_problem
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.equality import equal_by_algebra, read_identity

__all__ = ["check_identity"]


@register_lemma("identity")
def check_identity(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    identity = read_identity(source)
    if statement.get("verdict") == "PROVED":
        check_problem(identity.problem, statement, evidence)
        if equal_by_algebra(identity) is None:
            raise Invalid("the sides were not shown to be equal")
        return
    sides = tuple(("", goal) for goal in identity.sides())
    check_problem(replace(identity.problem, goals=sides), statement, evidence)
