"""From a certificate to theorems for Coq: which claims can be stated, and with what."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import sympy as sp

from numeric.enclosure import Enclosure
from proofs.blocks import find_blocks
from proofs.certificates import CertificateError, decode_box, digest, read_certificate
from proofs.checks.base import Invalid, objective_from
from proofs.formal.expression import Formal, NotFormal, conditions, formal_expression
from proofs.formal.inequalities import Inequality, definite_claim, inequality_claim
from proofs.formal.listing import Census, ListedPoint
from proofs.formal.points import System
from proofs.formal.stationary import stationary_claim, zeros_claim
from proofs.formal.supervised import supervised_claim
from proofs.formal.text import FormalClaim
from proofs.lemmas.claim import ClaimError, ClaimSource
from proofs.lemmas.kinds.definite import read_definite
from proofs.lemmas.kinds.minimum import LocalMinimumClaim, index_at, read_minimum
from proofs.lemmas.kinds.zeros import read_zeros
from proofs.lemmas.problem import read_inequality
from proofs.lemmas.scope import ClaimScope
from symbolic.objectives import Objective, objective_names
from symbolic.reader import ConditionKind, DomainCondition
from symbolic.symmetry import generated_group

__all__ = ["formal_claims", "read_formal_claims"]

MAX_VARIABLES = 4
_SUPERVISED = ("a1", "b1", "a2", "b2", "f1", "f2")


def read_formal_claims(path: Path, *, fast: bool = False) -> list[FormalClaim]:
    """The theorems of a certificate file; ``fast``: long searches in primitive floats.

    Raises CertificateError (unreadable) or NotFormal (beyond this layer).
    """
    certificate = read_certificate(path)
    if certificate.get("digest") != digest(certificate):
        raise CertificateError(f"{path}: the digest does not match the content: the file was changed")
    return formal_claims(certificate["claims"], fast=fast)


def formal_claims(claims: Sequence[dict[str, Any]], *, fast: bool = False) -> list[FormalClaim]:
    """One theorem for each claim, in order.  Raises CertificateError or NotFormal."""
    found = []
    for number, claim in enumerate(claims, 1):
        module = f"Claim{number}Data"
        statement, evidence = claim.get("statement"), claim.get("evidence")
        if not isinstance(statement, dict) or not isinstance(evidence, dict):
            raise CertificateError("a claim needs a statement and evidence")
        try:
            if claim.get("kind") == "stationary-points":
                found.append(_stationary_points(statement, module, fast))
            elif claim.get("kind") == "lemma":
                found.append(_lemma(statement, module))
            else:
                raise NotFormal(f"claims of kind {str(claim.get('kind'))[:40]} have no formal statement")
        except (ClaimError, Invalid) as error:
            raise CertificateError(f"claim {number}: {error}") from error
    return found


# -- stationary points of an objective -------------------------------------------------------------
def _stationary_points(statement: dict[str, Any], module: str, fast: bool) -> FormalClaim:
    if "within" in statement:
        raise NotFormal("a landscape in a box that was given has no formal statement")
    objective = objective_from(statement)
    names = [v.name for v in objective.variables]
    blocks = find_blocks(objective)
    if any(b.same_as not in (None, 0) for b in blocks) or any(b.same_as is None for b in blocks[1:]):
        raise NotFormal("the objective is not a sum of copies of one function")
    variables = blocks[0].variables
    m, copies = len(variables), len(blocks)
    title = f"All stationary points of {objective.name} with {objective.neurons} neuron(s)"
    title += ", " + ", ".join(f"{k} = {v}" for k, v in objective.parameter_values.items())
    if objective.name == "sl" and tuple(names) == _SUPERVISED:
        return _supervised(objective, statement, names, title, module, fast)
    if m > MAX_VARIABLES:
        raise NotFormal(f"a census in {m} unknowns is beyond the kernel search (at most {MAX_VARIABLES})")
    if tuple(v for b in blocks for v in b.variables) != objective.variables:
        raise NotFormal("the groups of variables are not in order")
    one = _first_block(objective, variables, [b.variables for b in blocks])
    function = formal_expression(one, variables)
    points = _block_points(objective, statement, names, m, copies)
    plain = tuple(v.name for v in variables) if copies == 1 else tuple(v.name.rstrip("1") for v in variables)
    census = Census(plain, System(m, function), None, points)
    return stationary_claim(title, census, copies, names, module)


def _supervised(
    objective: Objective, statement: dict[str, Any], names: Sequence[str], title: str, module: str, fast: bool
) -> FormalClaim:
    """The objective that the library knows the structure of: two neurons, no nuisance coordinates."""
    points = _block_points(objective, statement, names, 6, 1)
    function = formal_expression(objective.numeric_loss, objective.variables)
    tau, beta, gamma = (Fraction(str(objective.parameter_values[k])) for k in ("tau", "beta", "gamma"))
    if tau == 0:
        raise NotFormal("tau is 0")
    census = Census(tuple(names), System(6, function), None, points)
    return supervised_claim(title, census, (tau, beta, gamma), generated_group(objective.symmetries, 6), module, fast)


def _first_block(
    objective: Objective, variables: Sequence[sp.Symbol], groups: Sequence[Sequence[sp.Symbol]]
) -> sp.Expr:
    """The function g with loss = g(group 1) + g(group 2) + ..., checked by exact algebra."""
    constant, rest = objective.numeric_loss.as_coeff_Add()
    own = [t for t in sp.Add.make_args(rest) if t.free_symbols <= set(variables)]
    one = sp.Add(constant / len(groups), *own)
    copies = [one.xreplace(dict(zip(variables, group, strict=True))) for group in groups]
    if sp.expand(objective.numeric_loss - sp.Add(*copies)) != 0:
        raise NotFormal("the objective is not a sum over its groups of variables")
    return objective.numeric_loss if len(groups) == 1 else one


def _block_points(
    objective: Objective, statement: dict[str, Any], names: Sequence[str], m: int, copies: int
) -> tuple[ListedPoint, ...]:
    """The points of one block; the stated points have to be all their combinations, each with its kind."""
    entries = statement.get("points")
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise CertificateError("the points are not a list")
    boxes = [tuple(decode_box(e.get("box"), names)) for e in entries]
    kinds = [str(e.get("kind")) for e in entries]
    if copies == 1:
        if statement.get("count") != len(boxes):
            raise CertificateError("the count is not the number of points")
        return tuple(
            ListedPoint(b, k, *_vanishing(objective, names, e)) for b, k, e in zip(boxes, kinds, entries, strict=True)
        )
    parts = list(dict.fromkeys(b[:m] for b in boxes))
    same = {
        b[:m]: k
        for b, k in zip(boxes, kinds, strict=True)
        if all(b[i * m : (i + 1) * m] == b[:m] for i in range(copies))
    }
    if set(same) != set(parts) or len(boxes) != len(parts) ** copies or statement.get("count") != len(boxes):
        raise CertificateError("the points are not the combinations of the points of one group")
    for b, k in zip(boxes, kinds, strict=True):
        each = [b[i * m : (i + 1) * m] for i in range(copies)]
        if any(e not in same for e in each):
            raise CertificateError("the points are not the combinations of the points of one group")
        expected = "saddle" if any(same[e] != same[each[0]] or same[e] == "saddle" for e in each) else same[each[0]]
        if k != expected:
            raise CertificateError(f"a point is a {expected}, not a {k}")
    return tuple(ListedPoint(p, same[p]) for p in parts)


def _vanishing(
    objective: Objective, names: Sequence[str], entry: dict[str, Any]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The coordinates a point's exact relations call 0, and a change of signs that moves all of them."""
    stated = entry.get("relations")
    relations = stated if isinstance(stated, list) else []
    zero = tuple(k for k, name in enumerate(names) if f"{name} = 0" in relations)
    for g in objective.symmetries:
        flipped = tuple(k for k, sign in enumerate(g.signs) if sign < 0)
        if zero and g.source == tuple(range(len(names))) and set(zero) <= set(flipped):
            return zero, flipped
    return (), ()


# -- claims of lemma files -------------------------------------------------------------------------
def _lemma(statement: dict[str, Any], module: str) -> FormalClaim:
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
        kinds = [_kind(index_at(claim, box), n) for box in boxes]
        points = tuple(ListedPoint(box, kind) for box, kind in zip(boxes, kinds, strict=True))
        census = Census(claim.names, System(n, formal_expression(function, claim.variables)), region, points)
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
    kinds = ["minimum" if box == minima[0] else _kind(index_at(zeros, box), n) for box in boxes]
    if kinds.count("minimum") != 1:
        raise CertificateError("another listed stationary point is a minimum too")
    points = tuple(ListedPoint(box, kind) for box, kind in zip(boxes, kinds, strict=True))
    census = Census(zeros.names, System(n, formal), _finite(zeros.sides), points)
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
