"""The global minimum over a box: where it lies and what its value is."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from proofs.lemmas.claim import Claim, ClaimSource
from proofs.lemmas.scope import ClaimScope
from symbolic.reader import DomainCondition

__all__ = ["read_global"]


def read_global(
    source: ClaimSource,
    scope: ClaimScope,
    function: sp.Expr,
    conditions: Sequence[DomainCondition],
    echo: str,
) -> Claim:
    raise source.error("global minima are not decided yet", "global")
