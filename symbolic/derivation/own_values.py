"""Derivatives of activations written in the activation's own value: s' = s(1 - s), s'' = s(1 - s)(1 - 2s).

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

from typing import Any, cast

import sympy as sp

from symbolic.activations import activation, activation_names, derivative_polynomial
from symbolic.activations.base import S
from symbolic.derivation.monomials import Factors, Monomial, expand, groups, nested, with_deltas
from symbolic.derivation.tree import Apply, Index, Node, add, mul, number, power, walk

__all__ = ["arguments_of", "from_polynomial", "in_own_values"]


def arguments_of(node: Node) -> set[tuple[str, Node]]:
    """The functions with their arguments, derivatives of one function counted once."""
    return {(n.function, n.argument) for n in walk(node) if isinstance(n, Apply)}


def in_own_values(node: Node, avoid: frozenset[Index]) -> Node | None:
    """Every derivative as a polynomial in the value, factored in each group; None where one has no such form."""
    applied = [n for n in walk(node) if isinstance(n, Apply) and n.order > 0]
    if not applied or not all(_has_polynomial(n.function) for n in applied):
        return None
    return add(*(_group(g) for g in groups(expand(node, avoid))))


def _has_polynomial(function: str) -> bool:
    if function not in activation_names():
        return False
    try:
        derivative_polynomial(cast(Any, activation(function)), 1)
    except TypeError:
        return False
    return True


def _group(group: list[Monomial]) -> Node:
    names: dict[sp.Symbol, Node] = {}
    known: dict[Node, sp.Symbol] = {}

    def symbol(node: Node) -> sp.Symbol:
        if node not in known:
            known[node] = sp.Dummy(f"v{len(known)}", real=True)
            names[known[node]] = node
        return known[node]

    total: sp.Expr = sp.S.Zero
    for m in group:
        term = m.coefficient
        for f, e in m.factors:
            if isinstance(f, Apply) and f.order > 0:
                value = symbol(Apply(f.function, 0, f.argument))
                term *= derivative_polynomial(cast(Any, activation(f.function)), f.order).as_expr().subs(S, value) ** e
            elif e < 0:
                term *= symbol(power(f, e))
            else:
                term *= symbol(f) ** e
        total += term
    content, factors = from_polynomial(total, names)
    return with_deltas(group[0].deltas, nested(content, group[0].bound, factors, number(1)))


def from_polynomial(total: sp.Expr, names: dict[sp.Symbol, Node]) -> tuple[sp.Expr, Factors]:
    """A polynomial in the symbols as a coefficient and factors, each factor with its constant term positive."""
    content, parts = sp.factor_list(total)
    factors: list[tuple[Node, int]] = []
    for part, exponent in parts:
        if part.is_Symbol:
            factors.append((names[part], exponent))
            continue
        polynomial = sp.Poly(part, *sorted(part.free_symbols, key=lambda s: s.name))
        terms = sorted(polynomial.terms(), key=lambda t: (sum(t[0]), t[0]))
        sign = -1 if terms[0][1] < 0 else 1
        content *= sign**exponent
        nodes = [
            mul(number(sign * c), *(power(names[s], e) for s, e in zip(polynomial.gens, powers, strict=True) if e))
            for powers, c in terms
        ]
        factors.append((add(*nodes), exponent))
    return content, tuple(factors)
