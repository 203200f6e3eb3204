"""``zeros``: every zero of a system in a box isolated, none missed; optionally how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy as sp

from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.system import System, build_system
from proofs.certificates import encode_box, encode_fraction, encode_tree
from proofs.claims.lemma import lemma_claim
from proofs.conditions import conditions_at
from proofs.lemmas.claim import ClaimResult, ClaimSource, Effort, finite_sides, register_kind
from proofs.lemmas.scope import ClaimScope
from proofs.lemmas.zero_search import ZeroSearch, find_few_zeros, find_zeros
from proofs.theorems.domain_ends import Equations, same_zeros, without_ends
from proofs.verdict import Verdict
from symbolic.objectives import objective_names
from symbolic.reader import DomainCondition

__all__ = ["ZerosClaim", "read_zeros"]


@dataclass
class ZerosClaim:
    """F(x) = 0 over a box; ``count`` is what the author says, None when nothing was said."""

    source: ClaimSource
    name: str
    kind: str
    reading: str
    variables: tuple[sp.Symbol, ...]
    sides: tuple[tuple[Fraction | None, Fraction | None], ...]
    equations: tuple[sp.Expr, ...]
    derivatives: tuple[tuple[sp.Expr, ...], ...] | None
    conditions: tuple[DomainCondition, ...]
    count: int | None
    library: bool = False  # a library objective: its linear rows cover every equation
    added: int = 0  # unknowns at the end that stand for roots and inverse sines

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(v.name for v in self.variables)

    def without_ends(self) -> ZerosClaim | None:
        """The same zeros with unknowns for roots and inverse sines that may reach the ends of their domains."""
        sides = finite_sides(self.sides)
        if sides is None or self.derivatives is not None:
            return None
        found = without_ends(Equations(self.equations, self.variables, tuple(sides), self.conditions))
        if found is None:
            return None
        return replace(
            self,
            variables=found.variables,
            sides=found.sides,
            equations=found.equations,
            conditions=found.conditions,
            added=len(found.variables) - len(self.variables),
        )

    def own(self, box: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
        """The part of a box that belongs to the user's variables."""
        return tuple(box[: len(self.variables) - self.added])

    def system(self) -> System:
        """Raises ValueError where a derivative is outside the language."""
        return build_system(self.equations, self.variables, derivatives=self.derivatives, propagate=not self.library)

    def decide(self, effort: Effort) -> ClaimResult:
        if finite_sides(self.sides) is None:
            reason = "the box is unbounded or enormous: give finite ends that no zero lies beyond"
            return ClaimResult(self.name, self.kind, Verdict.UNDECIDED, reason, self.reading)
        other = self.without_ends()
        if other is None:
            return self._decide(effort)
        half = replace(effort, seconds=0.5 * effort.seconds)
        result = self._decide(half)
        if result.verdict is Verdict.UNDECIDED:
            again = other._decide(half)
            if again.verdict is not Verdict.UNDECIDED:
                return again
        return result

    def _decide(self, effort: Effort) -> ClaimResult:
        result = ClaimResult(self.name, self.kind, Verdict.UNDECIDED, "", self.reading)
        sides = finite_sides(self.sides)
        assert sides is not None
        try:
            plain = build_system(self.equations, self.variables, derivatives=self.derivatives, plain=True)
        except ValueError as error:
            result.reason = f"the equations are not differentiable in the language: {error}"
            return result
        found = find_few_zeros(plain, self.equations, self.variables, sides, effort)
        if found is None:
            found = find_zeros(self.system(), self.equations, self.variables, sides, effort)
        defined = [conditions_at(self.conditions, self.variables, z.box) for z in found.inside]
        zeros = [z for z, ok in zip(found.inside, defined, strict=True) if ok is not False]
        names = self.names[: len(self.names) - self.added]
        result.zeros = [(dict(zip(names, self.own(z.box), strict=True)), "unique") for z in zeros]
        result.undecided = [dict(zip(names, self.own(c), strict=True)) for c in found.clusters]
        unclear = sum(1 for z in found.zeros if z.inside is None) + sum(1 for ok in defined if ok is None)
        for z in found.zeros:
            if z.inside is None:
                result.undecided.append(dict(zip(names, self.own(z.box), strict=True)))
        unclear += 0 if self.told_apart([z.box for z in found.zeros]) else 1
        self._conclude(result, found, len(zeros), unclear)
        if result.verdict is not Verdict.UNDECIDED:
            result.evidence = [self.evidence(result, found)]
        return result

    def told_apart(self, boxes: Sequence[Sequence[Enclosure]]) -> bool:
        """Whether no two boxes overlap in the user's variables."""
        own = [self.own(box) for box in boxes]
        return not any(
            all(a.overlaps(b) for a, b in zip(box, other, strict=True))
            for k, box in enumerate(own)
            for other in own[:k]
        )

    def _conclude(self, result: ClaimResult, found: ZeroSearch, proved: int, unclear: int) -> None:
        plural = "" if proved == 1 else "s"
        if found.complete and not unclear:
            if self.count is None or self.count == proved:
                result.verdict = Verdict.PROVED
                result.reason = f"exactly {proved} zero{plural}, each alone in its box; the search covers the whole box"
            else:
                result.verdict = Verdict.REFUTED
                result.reason = f"there are exactly {proved} zero{plural}, not {self.count}"
            return
        if self.count is not None and proved > self.count:
            result.verdict = Verdict.REFUTED
            result.reason = f"there are at least {proved} zero{plural}, not {self.count}"
            return
        stop = found.search.stopped_by
        if stop:
            result.reason = (
                f"{proved} zero{plural} proved; the {stop} ended the search with {found.open_volume:.2g} of the "
                "volume open: more --time or --boxes, or a smaller box, would help"
            )
        elif found.clusters:
            widest = max(float(x.width) for c in found.clusters for x in c)
            result.reason = (
                f"{proved} zero{plural} proved; {len(found.clusters)} cluster(s) of width {widest:.2g} left where the "
                "Jacobian is singular or the equations are not differentiable: a multiple or tangential zero, or none"
            )
        else:
            result.reason = f"{proved} zero{plural} proved; {unclear} on the boundary of the box or of the domain"

    def evidence(self, result: ClaimResult, found: ZeroSearch) -> dict[str, Any]:
        names = self.names
        return lemma_claim(
            self.source,
            result.verdict,
            {
                "complete": found.complete,
                "zeros": [encode_box(list(box), list(box.values())) for box, _ in result.zeros or []],
            },
            {
                "without_ends": self.added > 0,
                "root": encode_box(names, found.root),
                "unique": [
                    encode_box(names, _floats(k.outer_lo.tolist(), k.outer_hi.tolist())) for k in found.search.known
                ],
                "points": [
                    {
                        "box": encode_box(names, z.box),
                        "unique_in": encode_box(names, z.unique_in),
                        "exact": None if z.exact is None else [encode_fraction(v) for v in z.exact],
                        "by_pieces": z.by_pieces,
                    }
                    for z in found.zeros
                ],
                "tree": encode_tree(found.search.tree) if found.complete else None,
            },
        )


def _floats(lo: Sequence[float], hi: Sequence[float]) -> list[Enclosure]:
    return [Enclosure.from_floats(a, b) for a, b in zip(lo, hi, strict=True)]


@register_kind("zeros")
def read_zeros(source: ClaimSource) -> ZerosClaim:
    """Keys: variables, equations or gradient_of (with parameters, neurons), optional count."""
    scope = ClaimScope(source)
    if not scope.variables:
        raise source.error("zeros need variables", "variables")
    if source.table.get("where"):
        raise source.error("zeros are searched in the whole box; 'where' is for inequalities", "where")
    objective_name = source.text("gradient_of", required=False)
    derivatives: tuple[tuple[sp.Expr, ...], ...] | None = None
    conditions: tuple[DomainCondition, ...] = ()
    if objective_name is not None:
        if objective_name not in objective_names():
            raise source.error(
                f"unknown objective {objective_name[:40]!r}; known: {', '.join(objective_names())}", "gradient_of"
            )
        objective = scope.objective(objective_name, "gradient_of")
        if set(objective.variables) != set(scope.variables):
            raise source.error(
                f"{objective_name} has the variables {', '.join(v.name for v in objective.variables)}", "variables"
            )
        order = [objective.variables.index(v) for v in scope.variables]
        equations = tuple(objective.gradient[i] for i in order)
        derivatives = tuple(tuple(objective.hessian[i][j] for j in order) for i in order)
        text = f"grad {objective_name} = 0"
    else:
        texts = source.texts("equations")
        if not texts:
            raise source.error("the key 'equations' (or 'gradient_of') is missing or empty")
        if len(texts) != len(scope.variables):
            raise source.error(f"{len(texts)} equation(s) for {len(scope.variables)} variable(s)", "equations")
        readings = [_equation(scope, t) for t in texts]
        equations, conditions = same_zeros([e for e, _, _ in readings], [c for _, cs, _ in readings for c in cs])
        text = "; ".join(t for _, _, t in readings)
    count = source.table.get("count")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        raise source.error("expected a whole number that is not negative", "count")
    for e in equations:
        try:
            compile_tape([e], scope.variables)
        except ValueError as error:
            raise source.error(str(error), "equations") from error
    how_many = "all zeros of" if count is None else f"exactly {count} zero{'' if count == 1 else 's'} of"
    return ZerosClaim(
        source,
        source.name,
        source.kind,
        f"{how_many} {text}",
        scope.variables,
        scope.sides,
        equations,
        derivatives,
        conditions,
        count,
        library=objective_name is not None,
    )


def _equation(scope: ClaimScope, text: str) -> tuple[sp.Expr, tuple[DomainCondition, ...], str]:
    """``left = right`` or an expression that is set equal to 0."""
    if "=" in text:
        relation = scope.relation("equations", text)
        if relation.operators != ("==",):
            raise scope.source.error("an equation is written with one '='", "equations")
        left, right = relation.sides
        return left.expr - right.expr, relation.conditions, f"{left.text} = {right.text}"
    reading = scope.expression("equations", text)
    return reading.expr, reading.conditions, f"{reading.text} = 0"
