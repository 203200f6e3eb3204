"""Check a decided lemma: read the problem again from the user's table, then check by its kind.

The check of a kind is one file in this package that calls :func:`register_lemma`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from proofs.certificates import CertificateError
from proofs.checks.base import Invalid, register
from proofs.lemmas.claim import ClaimError, ClaimSource

__all__ = ["check_lemma", "register_lemma"]

LemmaCheck = Callable[[ClaimSource, dict[str, Any], dict[str, Any]], None]
_CHECKS: dict[str, LemmaCheck] = {}
_MODULES = ("inequality", "zeros", "definite", "minimum", "lipschitz", "constant", "identity")


def register_lemma(kind: str) -> Callable[[LemmaCheck], LemmaCheck]:
    """The function gets the source, the statement (verdict and result) and the evidence; raises Invalid."""

    def decorate(check: LemmaCheck) -> LemmaCheck:
        _CHECKS[kind] = check
        return check

    return decorate


@register("lemma")
def check_lemma(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    kind, name = statement.get("claim_kind"), statement.get("name")
    table, shared = statement.get("table"), statement.get("shared")
    if kind not in _MODULES:
        raise Invalid(f"unknown kind of lemma {kind!r}")
    if not isinstance(name, str) or not isinstance(table, dict) or not isinstance(shared, dict):
        raise CertificateError("the lemma is malformed")
    if table.get("kind") != kind or not all(isinstance(v, str) for v in shared.values()):
        raise CertificateError("the lemma's table is malformed")
    if statement.get("verdict") not in ("PROVED", "REFUTED"):
        raise Invalid("only proved and refuted lemmas have certificates")
    import_module(f"proofs.checks.lemma_{kind}")
    source = ClaimSource("certificate", name, kind, table, shared=shared)
    try:
        _CHECKS[kind](source, statement, evidence)
    except ClaimError as error:
        raise Invalid(str(error)) from error
