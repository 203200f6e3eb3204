"""Registration of checks, and the loop over the claims of a certificate."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import sympy as sp

from proofs.certificates import CertificateError, decode_fraction, digest, read_certificate
from symbolic.objectives import Objective, build_objective

__all__ = [
    "CheckResult",
    "Invalid",
    "certificate_folder",
    "check_claim",
    "claim_kinds",
    "objective_from",
    "recheck",
    "register",
]

Check = Callable[[dict[str, Any], dict[str, Any]], None]
_CHECKS: dict[str, Check] = {}
_MODULES = (
    "bounds",
    "stationary_points",
    "reduction",
    "spanning",
    "ladder",
    "separation",
    "descent",
    "region",
    "bifurcation",
    "cells",
    "noise",
    "class_term",
    "sample",
    "experiment",
    "supervised",
    "content",
    "lemma",
    "empirical",
    "model",
)
# Where the certificate being checked lies: a claim about a large data set names a file.
_FOLDER: ContextVar[Path] = ContextVar("folder", default=Path())


def certificate_folder() -> Path:
    return _FOLDER.get()


class Invalid(Exception):
    """A claim is not established by its evidence; the message says where."""


@dataclass(frozen=True)
class CheckResult:
    """``valid`` only when every claim was proved again."""

    valid: bool
    reason: str
    claims: list[str]


def register(kind: str) -> Callable[[Check], Check]:
    def decorate(check: Check) -> Check:
        _CHECKS[kind] = check
        return check

    return decorate


def _load() -> None:
    for name in _MODULES:
        import_module(f"proofs.checks.{name}")


def claim_kinds() -> tuple[str, ...]:
    _load()
    return tuple(sorted(_CHECKS))


def check_claim(claim: dict[str, Any]) -> None:
    """Prove one claim again.  Raises Invalid or CertificateError."""
    _load()
    kind, statement, evidence = claim.get("kind"), claim.get("statement"), claim.get("evidence")
    if kind not in _CHECKS:
        raise Invalid(f"unknown kind of claim {kind!r}")
    if not isinstance(statement, dict) or not isinstance(evidence, dict):
        raise CertificateError("a claim needs a statement and evidence")
    _CHECKS[kind](statement, evidence)


def recheck(path: Path) -> CheckResult:
    """Check a certificate file.  Raises CertificateError when it cannot be read."""
    certificate = read_certificate(path)
    names: list[str] = []
    if certificate.get("digest") != digest(certificate):
        return CheckResult(False, "the digest does not match the content: the file was changed", names)
    _FOLDER.set(path.parent)
    for number, claim in enumerate(certificate["claims"], 1):
        name = f"{claim.get('kind')} {_subject(claim)}".strip()
        try:
            check_claim(claim)
        except Invalid as error:
            return CheckResult(False, f"claim {number} ({name}): {error}", names)
        except CertificateError as error:
            return CheckResult(False, f"claim {number} ({name}) is malformed: {error}", names)
        names.append(name)
    return CheckResult(True, f"every claim was proved again ({len(names)})", names)


def _subject(claim: dict[str, Any]) -> str:
    statement = claim.get("statement")
    name = str(statement.get("objective", "")) if isinstance(statement, dict) else ""
    # The name of a model is its whole content.
    return "of a model" if name.startswith("model:") else name


def objective_from(statement: dict[str, Any], **overrides: Any) -> Objective:
    """The objective that a statement names, at the exact parameters it gives (all of them)."""
    name, neurons, parameters = statement.get("objective"), statement.get("neurons"), statement.get("parameters")
    if not isinstance(name, str) or not isinstance(neurons, int) or isinstance(neurons, bool):
        raise CertificateError("the statement does not name an objective and its neurons")
    if not isinstance(parameters, dict):
        raise CertificateError("the statement has no parameters")
    if not 1 <= neurons <= 64:
        raise Invalid("the number of neurons is out of range")
    values = {key: decode_fraction(v) for key, v in parameters.items()}
    try:
        objective = build_objective(
            name,
            neurons=neurons,
            values={k: sp.Rational(v.numerator, v.denominator) for k, v in values.items()},
            **overrides,
        )
    except (KeyError, ValueError) as error:
        raise Invalid(f"no such objective: {error}") from error
    missing = set(objective.parameter_values) - set(values)
    if missing:
        raise Invalid(f"the statement leaves {', '.join(sorted(missing))} open")
    return objective
