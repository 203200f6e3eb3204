"""Which claims have a formal statement: one function for each kind of claim, in a file of ``kinds``.

And which claims together have one more: a function of all claims that are written to one folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from proofs.formal.text import FormalClaim

__all__ = ["FORMAL", "JOINT", "MAX_VARIABLES", "formal", "joint"]

MAX_VARIABLES = 4  # of a search in the kernel that knows no structure

# (statement, evidence, name of the data file, long searches in primitive floats) -> theorem.
# Raises NotFormal, CertificateError, Invalid or ClaimError.
Formalize = Callable[[dict[str, Any], dict[str, Any], str, bool], FormalClaim]
FORMAL: dict[str, Formalize] = {}


def formal(kind: str) -> Callable[[Formalize], Formalize]:
    """Register the formal statement of a kind of claim."""

    def register(function: Formalize) -> Formalize:
        FORMAL[kind] = function
        return function

    return register


# The claims, of which number k is in the file Claimk.v -> a theorem that rests on them, or None.
Join = Callable[[Sequence[FormalClaim]], FormalClaim | None]
JOINT: dict[str, Join] = {}


def joint(name: str) -> Callable[[Join], Join]:
    """Register a theorem that several claims have together; its page is ``name``.v."""

    def register(function: Join) -> Join:
        JOINT[name] = function
        return function

    return register
