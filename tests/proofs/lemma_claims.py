"""Helpers of the tests of lemmas: claims from keyword arguments, and their certificates."""

from __future__ import annotations

import copy
from importlib import import_module
from pathlib import Path
from typing import Any

from proofs.certificates import write_certificate
from proofs.checks import recheck
from proofs.checks.base import CheckResult
from proofs.lemmas.claim import ClaimResult, ClaimSource, Effort, reader_of

__all__ = ["decide", "recheck_result", "source"]


def source(kind: str, **table: Any) -> ClaimSource:
    return ClaimSource("test", "claim", kind, {"kind": kind, **table})


def decide(kind: str, effort: Effort | None = None, **table: Any) -> ClaimResult:
    import_module(f"proofs.lemmas.kinds.{kind}")
    s = source(kind, **table)
    return reader_of(kind)(s).decide(effort or Effort(seconds=60))


def recheck_result(result: ClaimResult, path: Path, change: Any = None) -> CheckResult:
    """Write the certificate (after ``change`` of its claim, with a fresh digest) and check it."""
    claims = copy.deepcopy(result.evidence)
    if change is not None:
        change(claims[0])
    write_certificate(path, claims)
    return recheck(path)
