"""Claims ``kind = "constant"``: a decimal is the true value to the digits printed."""

from __future__ import annotations

from dataclasses import dataclass

from proofs.claims.lemma import lemma_claim
from proofs.lemmas.claim import ClaimResult, ClaimSource, Effort, register_kind
from proofs.lemmas.digits import ConstantClaim, compare_digits, read_constant
from proofs.verdict import Verdict

__all__ = ["Constant", "read_claim"]


@dataclass
class Constant:
    """A claimed decimal."""

    source: ClaimSource
    claim: ConstantClaim

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def reading(self) -> str:
        return f"{self.claim.text} = {self.claim.decimal} to the digits printed"

    def decide(self, effort: Effort) -> ClaimResult:
        found = compare_digits(self.claim, effort.deadline())
        result = ClaimResult(self.name, self.kind, found.verdict, found.reason, self.reading)
        if found.value is not None:
            result.values["value"] = found.value
        if found.verdict is not Verdict.UNDECIDED:
            result.evidence = [lemma_claim(self.source, found.verdict, {"how": found.how}, {})]
        return result


@register_kind("constant")
def read_claim(source: ClaimSource) -> Constant:
    """Raises ClaimError when the claim is malformed."""
    return Constant(source, read_constant(source))
