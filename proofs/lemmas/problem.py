"""A claim about signs as goals: what has to be defined, and what has to be positive, on which region.

Used by provers and checkers alike; nothing here searches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from proofs.lemmas.claim import ClaimSource, Constraint, Domain
from proofs.lemmas.scope import ClaimScope, constraints_of
from proofs.theorems.definedness import Positivity, condition_goals
from proofs.theorems.goal import Goal, Inapplicable, Range, Region
from symbolic.reader import DomainCondition, Relation

__all__ = ["Condition", "Problem", "build_problem", "region_of"]


@dataclass(frozen=True)
class Condition:
    """A domain condition, as goals on the region it is needed on."""

    text: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True)
class Problem:
    """``conditions`` come first and in order; ``goals`` are the claim itself, each with its text.

    ``counter`` are goals that a point has to violate to refute the claim, where those on smaller regions count.
    """

    region: Region
    conditions: tuple[Condition, ...]
    goals: tuple[tuple[str, Goal], ...]
    counter: tuple[Goal, ...] = ()

    def against(self, number: int) -> Goal:
        """The goal whose failure at a point refutes part ``number`` of the claim."""
        return self.counter[number] if self.counter else self.goals[number][1]

    @property
    def required(self) -> list[Positivity]:
        """All conditions as inequalities, for a point to satisfy."""
        return [(g.expr, g.strict) for c in self.conditions for g in c.goals]


def region_of(domain: Domain) -> Region:
    """The box of a claim, without its constraints."""

    def exact(x: object) -> sp.Expr | None:
        return None if x is None else sp.Rational(x.numerator, x.denominator)  # type: ignore[attr-defined]

    return Region(domain.variables, tuple(Range(exact(a), exact(b)) for a, b in domain.sides))


def build_problem(domain: Domain, statements: Sequence[Constraint], extra: Sequence[DomainCondition] = ()) -> Problem:
    """Constraints must be defined on the box cut by those before them; the rest on the whole region.

    Raises Inapplicable for a condition that cannot be expressed.
    """
    region = region_of(domain)
    conditions: list[Condition] = []
    seen: set[tuple[DomainCondition, Region]] = set()

    def demand(condition: DomainCondition) -> None:
        if (condition, region) not in seen:
            seen.add((condition, region))
            goals = tuple(Goal(u, strict, region) for u, strict in condition_goals(condition))
            conditions.append(Condition(str(condition), goals))

    for constraint in domain.constraints:
        for condition in constraint.conditions:
            demand(condition)
        region = region.constrained(constraint.expr, constraint.strict)
    for condition in [*extra, *(c for s in statements for c in s.conditions)]:
        demand(condition)
    goals = tuple((s.text, Goal(s.expr, s.strict, region)) for s in statements)
    return Problem(region, tuple(conditions), goals)


def read_inequality(source: ClaimSource) -> tuple[Relation, Problem]:
    """The relation of an ``inequality`` claim and what it means.  Raises ClaimError."""
    scope = ClaimScope(source)
    relation = scope.relation("statement")
    if not relation.operators or "==" in relation.operators:
        raise source.error("an inequality is needed: one of < <= > >=, or a chain of them", statement_key(source))
    try:
        return relation, build_problem(scope.domain, constraints_of(relation))
    except Inapplicable as error:
        raise source.error(str(error), statement_key(source)) from error


def statement_key(source: ClaimSource) -> str:
    return "statement_latex" if "statement_latex" in source.table else "statement"
