"""Claims ``kind = "lipschitz"``: a constant for a function, or for its gradient, over a box."""

from __future__ import annotations

from dataclasses import dataclass

from proofs.lemmas.claim import ClaimResult, ClaimSource, Effort, register_kind
from proofs.lemmas.kinds.inequality import decide_as_claim
from proofs.lemmas.slopes import LipschitzClaim, read_lipschitz
from proofs.verdict import Verdict

__all__ = ["Lipschitz", "read_claim"]


@dataclass
class Lipschitz:
    """A Lipschitz constant that was read."""

    source: ClaimSource
    claim: LipschitzClaim

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def reading(self) -> str:
        return self.claim.reading

    def decide(self, effort: Effort) -> ClaimResult:
        if self.claim.problem is None:
            return ClaimResult(self.name, self.kind, Verdict.UNDECIDED, self.claim.obstacle, self.reading)
        return decide_as_claim(self.source, self.claim.problem, self.reading, effort)


@register_kind("lipschitz")
def read_claim(source: ClaimSource) -> Lipschitz:
    """Raises ClaimError when the claim is malformed."""
    return Lipschitz(source, read_lipschitz(source))
