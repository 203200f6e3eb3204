"""Partial derivatives of formulas whose sums stay sums.

Arithmetic: symbolic (exact).  d w_jk / d w_il = delta_ji delta_kl; a named quantity is differentiated
through its definition, a function through its next derivative.
"""

from __future__ import annotations

from symbolic.derivation.formula import Formula
from symbolic.derivation.tree import (
    ONE,
    ZERO,
    Add,
    Apply,
    Delta,
    Expectation,
    Index,
    Label,
    Mul,
    Node,
    Number,
    Power,
    Quantity,
    SquaredNorm,
    Sum,
    add,
    fresh,
    mul,
    number,
    power,
    rename,
    rename_bound,
)

__all__ = ["body_of", "differentiate", "unfold_norms"]


def differentiate(node: Node, by: Quantity, formula: Formula) -> Node:
    """The derivative, with the deltas still in it (``monomials.collect`` uses them up)."""
    return _derivative(rename_bound(unfold_norms(node, formula)), by, formula)


def body_of(quantity: Quantity, formula: Formula) -> Node | None:
    """What a named quantity stands for, at its indices; None for one that has no definition."""
    definition = formula.definition(quantity.name)
    if definition is None:
        return None
    return rename(rename_bound(definition.body), dict(zip(definition.indices, quantity.indices, strict=True)))


def _derivative(node: Node, by: Quantity, formula: Formula) -> Node:
    if isinstance(node, Quantity):
        if node.name == by.name and formula.is_variable(by.name):
            return mul(*(Delta(i, j) for i, j in zip(node.indices, by.indices, strict=True))) if by.indices else ONE
        body = body_of(node, formula)
        return ZERO if body is None else _derivative(body, by, formula)
    if isinstance(node, (Number, Delta)):
        return ZERO
    if isinstance(node, Add):
        return add(*(_derivative(t, by, formula) for t in node.terms))
    if isinstance(node, Mul):
        parts = []
        for k, factor in enumerate(node.factors):
            slope = _derivative(factor, by, formula)
            if slope != ZERO:
                parts.append(mul(*node.factors[:k], slope, *node.factors[k + 1 :]))
        return add(*parts)
    if isinstance(node, Power):
        slope = _derivative(node.base, by, formula)
        n = node.exponent
        return ZERO if slope == ZERO else mul(number(n), power(node.base, n - 1), slope)
    if isinstance(node, Apply):
        slope = _derivative(node.argument, by, formula)
        return ZERO if slope == ZERO else mul(_next(node), slope)
    if isinstance(node, (Sum, Expectation)):
        slope = _derivative(node.body, by, formula)
        return ZERO if slope == ZERO else node.with_children((slope,))
    raise TypeError(f"no derivative of {type(node).__name__}")


def _next(node: Apply) -> Node:
    if node.function == "exp":
        return node
    if node.function == "log":
        return power(node.argument, -1)
    if node.function == "softplus":
        return Apply("sigmoid", node.order, node.argument)
    return Apply(node.function, node.order + 1, node.argument)


def unfold_norms(node: Node, formula: Formula) -> Node:
    """Squared norms of families as the sums they are."""
    if isinstance(node, SquaredNorm):
        family = formula.family(node.family)
        indices: tuple[Index, ...] = tuple(fresh(over) for over in family.over)
        labels: tuple[Label, ...] = indices
        body: Node = Power(Quantity(family.name, labels), 2)
        for index in reversed(indices):
            body = Sum(index, body)
        return body
    return node.with_children(tuple(unfold_norms(c, formula) for c in node.children()))
