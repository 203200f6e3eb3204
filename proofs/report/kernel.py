"""Which lemmas Coq's kernel accepted in this run, with what axioms, and where their formal statements stand.

Computed from coqc, coqchk and the answers of ``Print Assumptions`` alone; without a run there is no mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs.certificates import CertificateError
from proofs.formal.certificates import formal_claims
from proofs.formal.coq import STANDARD_AXIOMS, check_claims, write_claims
from proofs.formal.expression import NotFormal
from proofs.formal.text import FormalClaim
from proofs.report.status import LemmaState, State

__all__ = ["KernelCheck", "kernel_checks"]

VALID = (State.COMPLETE, State.RECHECKED, State.SHAKEN)


@dataclass(frozen=True)
class KernelCheck:
    """``formal`` of ``claims`` claims of a lemma have a formal statement; ``accepted`` is about those.

    ``pages`` are the statement files, relative to the report's folder; ``theorems`` and ``axioms`` are names.
    """

    claims: int
    formal: int
    accepted: bool
    reason: str
    theorems: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What is said in two words beside the lemma: empty where the kernel accepted nothing."""
        if not (self.formal and self.accepted):
            return ""
        return "kernel-checked" if self.formal == self.claims else "kernel-checked in part"

    @property
    def sentence(self) -> str:
        if not self.formal:
            return f"No formal statement: {self.reason}."
        part = "Every claim of this lemma" if self.formal == self.claims else f"{self.formal} of {self.claims} claims"
        if not self.accepted:
            return f"{part}: {self.reason}."
        more = [a for a in self.axioms if a not in STANDARD_AXIOMS]
        rest = f" and {len(more)} about machine numbers" if more else ""
        return f"{part}: accepted by coqc and coqchk with {len(self.axioms) - len(more)} standard axioms{rest}."


def kernel_checks(
    states: Mapping[str, LemmaState],
    folder: Path,
    *,
    fast: bool = False,
    seconds: float = 1800.0,
    label: Callable[[str], None] = lambda _: None,
) -> dict[str, KernelCheck]:
    """Let Coq check the claims of every lemma whose certificate is valid; the files go to ``folder/formal``.

    Raises CoqMissing, and OSError for the files.
    """
    found = {}
    for key, state in states.items():
        claims = list(state.result.outcome.claims) if state.state in VALID and state.certificate else []
        if not claims:
            found[key] = KernelCheck(0, 0, False, "there is no valid certificate")
            continue
        formal, why = _formal(claims, fast)
        if not formal:
            found[key] = KernelCheck(len(claims), 0, False, why)
            continue
        directory = folder / "formal" / key
        directory.mkdir(parents=True, exist_ok=True)
        write_claims(formal, directory)
        result = check_claims(formal, seconds=seconds, fast=fast, label=lambda text, key=key: label(f"{key} {text}"))  # type: ignore[misc]
        pages = tuple(f"formal/{key}/Claim{k}.v" for k in range(1, len(formal) + 1))
        found[key] = KernelCheck(
            len(claims),
            len(formal),
            result.accepted,
            result.reason,
            tuple(result.theorems),
            tuple(result.axioms),
            pages,
        )
    return found


def _formal(claims: Sequence[dict[str, Any]], fast: bool) -> tuple[list[FormalClaim], str]:
    """The claims that have a formal statement, numbered on their own; and why one has none."""
    able: list[FormalClaim] = []
    why = ""
    for claim in claims:
        try:
            able += formal_claims([claim], fast=fast, before=len(able))
        except (NotFormal, CertificateError) as error:
            why = str(error)
    return able, why
