"""``minimum``: exactly one strict local minimum in a box; or where the global minimum lies, and its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box
from proofs.lemmas.claim import Claim, ClaimResult, ClaimSource, Effort, finite_sides, register_kind
from proofs.lemmas.global_minimum import read_global
from proofs.lemmas.kinds.zeros import ZerosClaim
from proofs.lemmas.scope import ClaimScope
from proofs.lemmas.zero_search import find_zeros
from proofs.stationary import classify
from proofs.verdict import Verdict
from symbolic.calculus import gradient, hessian
from symbolic.objectives import objective_names
from symbolic.reader import DomainCondition

__all__ = ["LocalMinimumClaim", "index_at", "read_minimum"]


@dataclass
class LocalMinimumClaim:
    """There is exactly one strict local minimum in the box, with a positive definite Hessian.

    Minima on the boundary of the box that are not stationary do not count.
    """

    source: ClaimSource
    name: str
    kind: str
    reading: str
    stationary: ZerosClaim

    def decide(self, effort: Effort) -> ClaimResult:
        result = ClaimResult(self.name, self.kind, Verdict.UNDECIDED, "", self.reading)
        claim = self.stationary
        sides = finite_sides(claim.sides)
        if sides is None:
            result.reason = "the box is unbounded or enormous: give finite ends"
            return result
        try:
            system = claim.system()
        except ValueError as error:
            result.reason = f"the function is not twice differentiable in the language: {error}"
            return result
        found = find_zeros(system, claim.equations, claim.variables, sides, effort)
        indices = [index_at(claim, z.box) for z in found.inside]
        minima = [z for z, i in zip(found.inside, indices, strict=True) if i == 0]
        result.zeros = [(dict(zip(claim.names, z.box, strict=True)), "unique") for z in minima]
        result.undecided = [dict(zip(claim.names, c, strict=True)) for c in found.clusters]
        certain = found.complete and None not in indices
        others = len(found.inside) - len(minima)
        if certain and len(minima) == 1:
            result.verdict = Verdict.PROVED
            result.reason = "one strict local minimum" + (f" and {others} other stationary point(s)" if others else "")
        elif len(minima) > 1:
            result.verdict = Verdict.REFUTED
            result.reason = f"there are {'exactly' if certain else 'at least'} {len(minima)} strict local minima"
        elif certain:
            result.verdict = Verdict.REFUTED
            result.reason = f"no strict local minimum: {len(found.inside)} stationary point(s), none of index 0"
        else:
            result.reason = found.search.stopped_by or "a stationary point is degenerate or on the boundary of the box"
        if result.verdict is not Verdict.UNDECIDED:
            inner = ClaimResult(self.name, self.kind, result.verdict, "")
            inner.zeros = [(dict(zip(claim.names, z.box, strict=True)), "unique") for z in found.inside]
            evidence = claim.evidence(inner, found)
            evidence["statement"]["minima"] = [encode_box(claim.names, z.box) for z in minima]
            result.evidence = [evidence]
        return result


def index_at(claim: ZerosClaim, box: Sequence[Enclosure]) -> int | None:
    """The index of the Hessian at a stationary point enclosed by a small box."""
    return classify(claim.system().jacobian, box, bits=160).index


@register_kind("minimum")
def read_minimum(source: ClaimSource) -> Claim:
    """Keys: variables, function (an expression or an objective); with global = true also at and value."""
    scope = ClaimScope(source)
    if not scope.variables:
        raise source.error("a function needs variables", "variables")
    text = source.text("function", required=False)
    conditions: tuple[DomainCondition, ...] = ()
    if text is not None and text.strip() in objective_names():
        function, echo = scope.objective(text.strip(), "function").numeric_loss, text.strip()
    else:
        reading = scope.expression("function")
        function, conditions, echo = reading.expr, reading.conditions, reading.text
    if source.table.get("global") is True:
        return read_global(source, scope, function, echo)
    if "global" in source.table and source.table["global"] is not False:
        raise source.error("expected true or false", "global")
    stationary = ZerosClaim(
        source,
        source.name,
        source.kind,
        "",
        scope.variables,
        scope.sides,
        tuple(gradient(function, scope.variables)),
        tuple(tuple(row) for row in hessian(function, scope.variables)),
        tuple(conditions),
        None,
    )
    reading_text = f"{echo} has exactly one strict local minimum in the box"
    return LocalMinimumClaim(source, source.name, source.kind, reading_text, stationary)
