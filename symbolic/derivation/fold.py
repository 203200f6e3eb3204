"""Definitions recognised inside formulas: sum_k x_ck w_jk is the score z_cj again.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

import sympy as sp

from symbolic.derivation.formula import Definition, Formula
from symbolic.derivation.monomials import Monomial, display, expand
from symbolic.derivation.tree import Index, Label, Node, Quantity

__all__ = ["collect_folded"]

Match = dict[Index, Label]


def collect_folded(node: Node, formula: Formula, avoid: frozenset[Index]) -> Node:
    """Terms collected, with every definition that is a single sum of products folded where it occurs."""
    monomials = expand(node, avoid)
    for definition in formula.definitions:
        pattern = expand(definition.body)
        if len(pattern) == 1 and pattern[0].coefficient == 1 and not pattern[0].deltas:
            monomials = [_fold(m, definition, pattern[0]) for m in monomials]
    return display(monomials)


def _fold(m: Monomial, definition: Definition, pattern: Monomial) -> Monomial:
    """The monomial with one occurrence of the definition's body replaced by its name (once is enough here)."""
    match = _match(list(pattern.factors), dict(m.factors), {})
    if match is None:
        return m
    summed = [match[i] for i in pattern.bound]
    left = dict(m.factors)
    for f, e in pattern.factors:
        actual = _image(f, match)
        left[actual] -= e
    kept = {f: e for f, e in left.items() if e}
    free_elsewhere = any(i in _labels(f) for f in kept for i in summed)
    named = all(i in match for i in definition.indices)
    if free_elsewhere or not named or not all(i in m.bound for i in summed):
        return m
    name = Quantity(definition.name, tuple(match[i] for i in definition.indices))
    kept[name] = kept.get(name, 0) + 1
    factors = tuple(sorted(kept.items(), key=lambda fe: repr(fe[0])))
    return Monomial(sp.sympify(m.coefficient), tuple(i for i in m.bound if i not in summed), m.deltas, factors)


def _match(pattern: list[tuple[Node, int]], factors: dict[Node, int], match: Match) -> Match | None:
    """The indices that make every factor of the pattern one of the factors."""
    if not pattern:
        return match
    (node, exponent), *rest = pattern
    for target, available in factors.items():
        if available < exponent:
            continue
        extended = _unify(node, target, match)
        if extended is None:
            continue
        found = _match(rest, {**factors, target: available - exponent}, extended)
        if found is not None:
            return found
    return None


def _unify(pattern: Node, target: Node, match: Match) -> Match | None:
    if type(pattern) is not type(target):
        return None
    if isinstance(pattern, Quantity) and isinstance(target, Quantity):
        if pattern.name != target.name or len(pattern.indices) != len(target.indices):
            return None
        extended = dict(match)
        for p, t in zip(pattern.indices, target.indices, strict=True):
            if not isinstance(p, Index) or extended.setdefault(p, t) != t:
                return None
        return extended
    below, other = pattern.children(), target.children()
    if len(below) != len(other) or pattern.with_children(other) != target:
        return None
    current: Match | None = match
    for inner, image in zip(below, other, strict=True):
        current = _unify(inner, image, current) if current is not None else None
    return current


def _image(node: Node, match: Match) -> Node:
    if isinstance(node, Quantity):
        return Quantity(node.name, tuple(match[i] if isinstance(i, Index) else i for i in node.indices))
    return node.with_children(tuple(_image(c, match) for c in node.children()))


def _labels(node: Node) -> set[Label]:
    found: set[Label] = set(node.indices) if isinstance(node, Quantity) else set()
    for child in node.children():
        found |= _labels(child)
    return found
