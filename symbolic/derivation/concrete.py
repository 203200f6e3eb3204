"""Formulas written out over a small class table, without running indices.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symbolic.activations.base import ActivationFunction
from symbolic.derivation.instance import Instance
from symbolic.derivation.own_values import from_polynomial
from symbolic.derivation.tree import (
    Apply,
    Expectation,
    Node,
    Number,
    Power,
    Quantity,
    Sum,
    add,
    mul,
    number,
    power,
    rename,
)

__all__ = ["collected", "from_expression", "written_out"]


def from_expression(expr: sp.Expr, order: Sequence[sp.Symbol] = ()) -> Node:
    """A polynomial in symbols and activations as a formula; sums in the given order of their variables."""
    if expr.is_number:
        return number(expr)
    if isinstance(expr, sp.Symbol):
        return Quantity(expr.name)
    if isinstance(expr, sp.Add):
        return add(*(from_expression(t, order) for t in sorted(expr.args, key=lambda t: _place(t, order))))
    if isinstance(expr, sp.Mul):
        parameters_first = sorted(expr.args, key=lambda f: (bool(f.free_symbols & set(order)), str(f)))
        return mul(*(from_expression(f, order) for f in parameters_first))
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
        return power(from_expression(expr.base, order), int(expr.exp))
    if isinstance(expr, ActivationFunction):
        name = (expr.base or type(expr)).__name__
        return Apply(name, expr.derivative_order, from_expression(expr.args[0], order))
    if isinstance(expr, sp.erf):
        return Apply("erf", 0, from_expression(expr.args[0], order))
    what = "a root" if isinstance(expr, sp.Pow) else f"the function {type(expr).__name__}"
    raise ValueError(f"no derivation writes {what} of this loss")


def _place(term: sp.Expr, order: Sequence[sp.Symbol]) -> tuple[int, str]:
    places = [k for k, v in enumerate(order) if v in term.free_symbols]
    return (min(places, default=len(order)), str(term))


def written_out(node: Node, instance: Instance, order: Sequence[sp.Symbol]) -> Node:
    """Every sum as its terms, every entry of the table as its value, every variable by its name."""
    if isinstance(node, (Sum, Expectation)):
        terms = []
        for value in range(instance.sizes[node.index.over]):
            body = rename(node.body, {node.index: value})
            if isinstance(node, Expectation):
                body = mul(Quantity("p", (value,)), body)
            terms.append(written_out(body, instance, order))
        return _content_in_front(terms)
    if isinstance(node, Quantity) and node.indices:
        labels = tuple(i for i in node.indices if isinstance(i, int))
        return from_expression(instance.quantity(node.name, labels), order)
    if isinstance(node, Number):
        return node
    parts = tuple(written_out(c, instance, order) for c in node.children())
    if isinstance(node, Power):
        return power(parts[0], node.exponent)
    rebuilt = node.with_children(parts)
    # The constructors drop zeros and join coefficients.
    children = rebuilt.children()
    kind = type(rebuilt).__name__
    if kind == "Mul":
        # Coordinates of the table were behind the functions; as numbers and parameters they stand in front.
        return mul(*sorted(children, key=lambda f: not isinstance(f, (Number, Quantity))))
    return add(*children) if kind == "Add" else rebuilt


def _content_in_front(terms: list[Node]) -> Node:
    """A sum with the common rational factor of its terms in front of a bracket."""
    kept = [t for t in terms if t != number(0)]
    leading = [_leading(t) for t in kept]
    if len(kept) < 2 or not all(c.is_Rational for c in leading):
        return add(*kept)
    content = sp.gcd_list(leading)
    return mul(number(content), add(*(mul(number(1 / content), t) for t in kept)))


def _leading(term: Node) -> sp.Expr:
    if isinstance(term, Number):
        return term.value
    first = term.children()[0] if type(term).__name__ == "Mul" else None
    return first.value if isinstance(first, Number) else sp.S.One


def collected(expr: sp.Expr, order: Sequence[sp.Symbol]) -> Node:
    """An expanded polynomial in activations, the terms of one argument factored together."""
    names: dict[sp.Symbol, Node] = {}
    values: dict[sp.Expr, sp.Symbol] = {}
    for k, f in enumerate(sorted(expr.atoms(ActivationFunction), key=lambda f: _place(f, order))):
        values[f] = sp.Symbol(f"_{k}", real=True)
        names[values[f]] = from_expression(f, order)
    for s in expr.free_symbols:
        names[s] = Quantity(s.name)
    polynomial = sp.expand(expr.xreplace(values))
    groups: dict[tuple[str, ...], sp.Expr] = {}
    for term in sp.Add.make_args(polynomial):
        key = tuple(sorted(s.name for s in term.free_symbols if s.name.startswith("_")))
        groups[key] = groups.get(key, sp.S.Zero) + term
    nodes = []
    for key in sorted(groups, key=lambda k: (len(k), k)):
        content, factors = from_polynomial(groups[key], names)
        ordered = sorted(factors, key=lambda fe: _reading(fe[0], order))
        nodes.append(mul(number(content), *(power(f, e) for f, e in ordered)))
    return add(*nodes)


def _reading(node: Node, order: Sequence[sp.Symbol]) -> tuple[int, int]:
    """Parameters, variables, function values, brackets of function values."""
    if isinstance(node, Quantity):
        return (1 if node.name in {v.name for v in order} else 0), 0
    return 2, 0 if isinstance(node, Apply) else 1
