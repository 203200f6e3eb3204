"""Claims ``kind = "inequality"``: a relation, or a chain of them, on a box cut by constraints."""

from __future__ import annotations

from dataclasses import dataclass

from proofs.claims.lemma import lemma_claim
from proofs.lemmas.claim import ClaimResult, ClaimSource, Effort, register_kind
from proofs.lemmas.decide import decide_problem
from proofs.lemmas.problem import Problem, read_inequality
from proofs.verdict import Verdict

__all__ = ["Inequality", "read_claim"]


@dataclass
class Inequality:
    """An inequality that was read."""

    source: ClaimSource
    problem: Problem
    reading: str

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def kind(self) -> str:
        return self.source.kind

    def decide(self, effort: Effort) -> ClaimResult:
        return decide_as_claim(self.source, self.problem, self.reading, effort)


def decide_as_claim(source: ClaimSource, problem: Problem, reading: str, effort: Effort) -> ClaimResult:
    """The decision about the goals of a claim, with its certificate."""
    decision = decide_problem(problem, effort)
    result = ClaimResult(source.name, source.kind, decision.verdict, decision.reason, reading)
    result.undecided = decision.undecided
    if decision.verdict is Verdict.PROVED:
        result.evidence = [lemma_claim(source, decision.verdict, {}, decision.evidence)]
    elif decision.verdict is Verdict.REFUTED:
        result.counterexample = decision.witness
        point = {k: str(v) for k, v in (decision.witness or {}).items()}
        statement = {"counterexample": point, "failed": decision.failed}
        result.evidence = [lemma_claim(source, decision.verdict, statement, {})]
    return result


@register_kind("inequality")
def read_claim(source: ClaimSource) -> Inequality:
    """Raises ClaimError when the claim is malformed."""
    relation, problem = read_inequality(source)
    where = source.texts("where")
    reading = relation.text + (f" where {' and '.join(where)}" if where else "")
    return Inequality(source, problem, reading)
