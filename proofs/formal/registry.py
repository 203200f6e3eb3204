"""Which claims have a formal statement: one function for each kind of claim, in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proofs.formal.text import FormalClaim

__all__ = ["FORMAL", "MAX_VARIABLES", "formal"]

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
