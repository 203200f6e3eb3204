"""The claims of lemma files, as theorems for Coq."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from numeric.enclosure import Enclosure
from proofs.certificates import CertificateError, decode_box
from proofs.formal.expression import Formal, NotFormal, conditions, formal_expression
from proofs.formal.inequalities import Inequality, definite_claim, inequality_claim
from proofs.formal.listing import Census, ListedPoint
from proofs.formal.points import System
from proofs.formal.registry import MAX_VARIABLES, formal
from proofs.formal.stationary import stationary_claim, zeros_claim
from proofs.formal.text import FormalClaim
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.kinds.definite import read_definite
from proofs.lemmas.kinds.minimum import LocalMinimumClaim, index_at, read_minimum
from proofs.lemmas.kinds.zeros import read_zeros
from proofs.lemmas.problem import read_inequality
from proofs.lemmas.scope import ClaimScope
from symbolic.objectives import objective_names
from symbolic.reader import ConditionKind, DomainCondition

__all__ = ["lemma"]


@formal("lemma")
def lemma(statement: dict[str, Any], evidence: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    table, shared = statement.get("table"), statement.get("shared")
    kind, name = statement.get("claim_kind"), statement.get("name")
    if not isinstance(table, dict) or not isinstance(shared, dict) or not isinstance(kind, str):
        raise CertificateError("the statement of a lemma is malformed")
    source = ClaimSource("certificate", str(name), kind, table, shared=shared)
    if statement.get("verdict") != "PROVED":
        raise NotFormal("only proved claims become theorems")
    readers = {"inequality": _inequality, "definite": _definite, "zeros": _zeros, "minimum": _minimum}
    if kind not in readers:
        raise NotFormal(f"claims of kind {kind[:40]} have no formal statement")
    return readers[kind](source, statement, module)


def _inequality(source: ClaimSource, statement: dict[str, Any], module: str) -> FormalClaim:
    scope = ClaimScope(source)
    relation, _ = read_inequality(source)
    if source.table.get("where") or not scope.variables:
        raise NotFormal("inequalities are stated on boxes, without 'where'")
    _few(scope.variables)
    sides = [formal_expression(side.expr, scope.variables) for side in relation.sides]
    parts = [
        Inequality(left, operator, right)
        for left, operator, right in zip(sides, relation.operators, sides[1:], strict=False)
    ]
    _covered(relation.conditions, [p.difference() for p in parts], scope.variables)
    return inequality_claim(source.name, [v.name for v in scope.variables], scope.sides, parts, module)


def _definite(source: ClaimSource, statement: dict[str, Any], module: str) -> FormalClaim:
    claim = read_definite(source)
    n = len(claim.variables)
    _few(claim.variables)
    if claim.index not in (0, n):
        raise NotFormal("only positive and negative definite Hessians have a formal statement")
    function, given = _function_of(source)
    formal = formal_expression(-function if claim.index else function, claim.variables)
    _covered(given, [formal], claim.variables)
    title = source.name if not claim.index else f"{source.name} (for the negative of the function)"
    return definite_claim(title, [v.name for v in claim.variables], _finite(claim.sides), formal, module)


def _zeros(source: ClaimSource, statement: dict[str, Any], module: str) -> FormalClaim:
    claim = read_zeros(source)
    n = len(claim.variables)
    _few(claim.variables)
    boxes = _boxes(statement.get("zeros"), claim.names)
    if statement.get("complete") is not True or (claim.count is not None and claim.count != len(boxes)):
        raise CertificateError("the count that was claimed is not the number of zeros listed")
    region = _finite(claim.sides)
    if claim.library:
        function = ClaimScope(source).objective(str(source.table.get("gradient_of")), "gradient_of").numeric_loss
        points, indices = _listed([index_at(claim, box) for box in boxes], boxes, n)
        system = System(n, formal_expression(function, claim.variables))
        census = Census(claim.names, system, region, points, indices)
        return stationary_claim(source.name, census, 1, claim.names, module)
    equations = tuple(formal_expression(e, claim.variables) for e in claim.equations)
    _covered(claim.conditions, equations, claim.variables)
    census = Census(claim.names, System(n, None, equations), region, tuple(ListedPoint(box) for box in boxes))
    return zeros_claim(source.name, census, module)


def _minimum(source: ClaimSource, statement: dict[str, Any], module: str) -> FormalClaim:
    claim = read_minimum(source)
    if not isinstance(claim, LocalMinimumClaim):
        raise NotFormal("claims of a global minimum have no formal statement")
    zeros = claim.stationary
    _few(zeros.variables)
    boxes, minima = (_boxes(statement.get(k), zeros.names) for k in ("zeros", "minima"))
    if statement.get("complete") is not True or len(minima) != 1 or minima[0] not in boxes:
        raise CertificateError("exactly one listed stationary point has to be the minimum")
    function, given = _function_of(source)
    formal = formal_expression(function, zeros.variables)
    _covered(given, [formal], zeros.variables)
    n = len(zeros.variables)
    found = [0 if box == minima[0] else index_at(zeros, box) for box in boxes]
    if found.count(0) != 1:
        raise CertificateError("another listed stationary point is a minimum too")
    points, indices = _listed(found, boxes, n)
    census = Census(zeros.names, System(n, formal), _finite(zeros.sides), points, indices)
    return stationary_claim(source.name, census, 1, zeros.names, module)


def _function_of(source: ClaimSource) -> tuple[sp.Expr, tuple[DomainCondition, ...]]:
    scope = ClaimScope(source)
    text = source.text("function", required=False)
    if text is not None and text.strip() in objective_names():
        return scope.objective(text.strip(), "function").numeric_loss, ()
    reading = scope.expression("function")
    return reading.expr, reading.conditions


def _boxes(value: Any, names: Sequence[str]) -> list[tuple[Enclosure, ...]]:
    if not isinstance(value, list):
        raise CertificateError("the zeros are not a list")
    return [tuple(decode_box(v, names)) for v in value]


def _listed(
    indices: Sequence[int | None], boxes: Sequence[tuple[Enclosure, ...]], n: int
) -> tuple[tuple[ListedPoint, ...], tuple[int, ...]]:
    """Points with their kinds, and their indices; the points alone say where one is degenerate."""
    points = tuple(ListedPoint(box, _kind(index, n)) for box, index in zip(boxes, indices, strict=True))
    return points, tuple(index for index in indices if index is not None)


def _kind(index: int | None, n: int) -> str:
    return "degenerate" if index is None else "minimum" if index == 0 else "maximum" if index == n else "saddle"


def _few(variables: Sequence[sp.Symbol]) -> None:
    if len(variables) > MAX_VARIABLES:
        raise NotFormal(f"{len(variables)} unknowns are beyond the kernel search (at most {MAX_VARIABLES})")


def _finite(sides: Sequence[tuple[Fraction | None, Fraction | None]]) -> tuple[tuple[Fraction, Fraction], ...]:
    if any(a is None or b is None for a, b in sides):
        raise NotFormal("the box has to be bounded")
    return tuple((a, b) for a, b in sides if a is not None and b is not None)


def _covered(given: Sequence[DomainCondition], stated: Sequence[Formal], variables: Sequence[sp.Symbol]) -> None:
    """Every condition of the user's text has to be one that the formal statement proves."""
    words = {ConditionKind.NONZERO: "{} <> 0", ConditionKind.NONNEGATIVE: "0 < {}", ConditionKind.POSITIVE: "0 < {}"}
    names = [f"v{k + 1}" for k in range(len(variables))]
    proved = {c for e in stated for c in conditions(e, names)}
    for condition in given:
        if condition.kind not in words:
            raise NotFormal(f"the condition {condition} has no formal statement")
        formal = formal_expression(condition.expr, variables)
        stands_for = conditions(Formal({"0 < {}": "Ln", "{} <> 0": "Inv"}[words[condition.kind]], (formal,)), names)[0]
        if stands_for not in proved:
            raise NotFormal(f"the condition {condition} is not part of the formal statement")
