"""Sums of monomials: the form in which derivations collect terms.

Arithmetic: symbolic (exact).  A monomial is a coefficient, the sums in front of it, Kronecker deltas as
classes of equal indices, and powers of atoms.  Rules used: distributivity, linearity of sums,
sum_j delta_ij A_j = A_i, delta_ij A_j = delta_ij A_i, and y^2 = 1 for signs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, permutations

import sympy as sp

from symbolic.derivation.formula import INDEX_NAMES
from symbolic.derivation.tree import (
    Abs,
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
    Sum,
    add,
    free_indices,
    mul,
    number,
    power,
    rename,
    rename_bound,
    walk,
)

__all__ = [
    "Factors",
    "Monomial",
    "collect",
    "display",
    "expand",
    "factor_rank",
    "groups",
    "nested",
    "product_of",
    "with_deltas",
]

Factors = tuple[tuple[Node, int], ...]
_ORDER = {"class": 0, "neuron": 1, "feature": 2}


@dataclass(frozen=True)
class Monomial:
    coefficient: sp.Expr
    bound: tuple[Index, ...]
    deltas: frozenset[frozenset[Label]]
    factors: Factors


def expand(node: Node, avoid: frozenset[Index] = frozenset()) -> list[Monomial]:
    """The monomials of a formula, like ones merged; ``avoid`` are names that sums must not use."""
    reserved = avoid | free_indices(node)
    merged: dict[tuple[object, ...], Monomial] = {}
    for raw in _expand(rename_bound(node), reserved):
        m = _canonical(raw, reserved)
        if m is None:
            continue
        key = (m.bound, m.deltas, m.factors)
        old = merged.get(key)
        total = m.coefficient + (old.coefficient if old else 0)
        merged[key] = Monomial(total, m.bound, m.deltas, m.factors)
    return [m for m in merged.values() if m.coefficient != 0]


def collect(node: Node, avoid: frozenset[Index] = frozenset()) -> Node:
    """The formula with like terms collected and common factors in front."""
    return display(expand(node, avoid))


# -- expansion -------------------------------------------------------------------------------------
def _expand(node: Node, avoid: frozenset[Index]) -> list[Monomial]:
    none: frozenset[frozenset[Label]] = frozenset()
    if isinstance(node, Number):
        return [Monomial(node.value, (), none, ())] if node.value != 0 else []
    if isinstance(node, Delta):
        return [Monomial(sp.S.One, (), frozenset({frozenset({node.first, node.second})}), ())]
    if isinstance(node, Add):
        return [m for t in node.terms for m in _expand(t, avoid)]
    if isinstance(node, Mul):
        products = [Monomial(sp.S.One, (), none, ())]
        for factor in node.factors:
            right = _expand(factor, avoid)
            products = [_times(p, q) for p in products for q in right]
        return products
    if isinstance(node, Sum):
        return [Monomial(m.coefficient, (*m.bound, node.index), m.deltas, m.factors) for m in _expand(node.body, avoid)]
    if isinstance(node, Expectation):
        return _expand(Sum(node.index, mul(Quantity("p", (node.index,)), node.body)), avoid)
    if isinstance(node, Power):
        base = _expand(node.base, avoid)
        if len(base) == 1 and not base[0].bound and not base[0].deltas:
            (m,) = base
            factors = tuple((f, e * node.exponent) for f, e in m.factors)
            return [Monomial(m.coefficient**node.exponent, (), none, factors)]
        return [Monomial(sp.S.One, (), none, ((collect(node.base, avoid), node.exponent),))]
    if isinstance(node, (Apply, Abs)):
        atom = node.with_children((collect(node.argument, avoid),))
        return [Monomial(sp.S.One, (), none, ((atom, 1),))]
    return [Monomial(sp.S.One, (), none, ((node, 1),))]


def _times(a: Monomial, b: Monomial) -> Monomial:
    return Monomial(
        a.coefficient * b.coefficient, (*a.bound, *b.bound), a.deltas | b.deltas, product_of((*a.factors, *b.factors))
    )


def product_of(factors: Iterable[tuple[Node, int]]) -> Factors:
    powers: dict[Node, int] = {}
    for f, e in factors:
        powers[f] = powers.get(f, 0) + e
        if isinstance(f, Quantity) and f.name == "y":
            powers[f] %= 2  # a sign: its square is 1
    return tuple(sorted(((f, e) for f, e in powers.items() if e), key=lambda fe: repr(fe[0])))


# -- deltas and names of bound indices ----------------------------------------------------------------
def _merge(deltas: Iterable[frozenset[Label]]) -> list[set[Label]]:
    classes: list[set[Label]] = []
    for delta in deltas:
        joined = set(delta)
        apart = []
        for c in classes:
            if c & joined:
                joined |= c
            else:
                apart.append(c)
        classes = [*apart, joined]
    return classes


def _canonical(m: Monomial, reserved: frozenset[Index]) -> Monomial | None:
    """Deltas used up, bound indices under their first free names; None when it vanishes."""
    names: dict[Index, Label] = {}
    bound = set(m.bound)
    deltas: set[frozenset[Label]] = set()
    for group in _merge(m.deltas):
        fixed = [i for i in group if isinstance(i, int)]
        if len(set(fixed)) > 1:
            return None
        free = sorted((i for i in group if isinstance(i, Index) and i not in bound), key=_rank)
        summed = sorted(i for i in group if isinstance(i, Index) and i in bound)
        head: Label = fixed[0] if fixed else free[0] if free else summed[0]
        for i in summed:
            if i != head:
                names[i] = head
                bound.discard(i)
        for i in free:
            if i != head:
                names[i] = head
        kept = frozenset({head, *free} - ({head} if not fixed and not free else set()))
        if len(kept) > 1:
            deltas.add(kept)
    factors = product_of((rename(f, names), e) for f, e in m.factors)
    return _named(Monomial(m.coefficient, tuple(bound), frozenset(deltas), factors), reserved)


def _rank(i: Index) -> tuple[int, str]:
    pool = INDEX_NAMES[i.over]
    return (pool.index(i.name) if i.name in pool else len(pool), i.name)


def _named(m: Monomial, reserved: frozenset[Index]) -> Monomial:
    """The bound indices renamed; of all assignments of names the first in a fixed order."""
    best: Monomial | None = None
    by_range = {over: [i for i in m.bound if i.over == over] for over in sorted({i.over for i in m.bound})}
    pools = {
        over: [Index(over, n) for n in INDEX_NAMES[over] if Index(over, n) not in reserved][: len(bound)]
        for over, bound in by_range.items()
    }
    candidates: list[dict[Index, Label]] = [{}]
    for over, bound in by_range.items():
        if len(pools[over]) < len(bound):
            raise ValueError(f"more than {len(INDEX_NAMES[over])} indices of one range")
        orders = permutations(pools[over])
        candidates = [{**c, **dict(zip(bound, order, strict=True))} for order in orders for c in candidates]
    for names in candidates:
        # Nested sums inside an atom may use one of these names: they are renamed first.
        new = tuple(sorted((names[i] for i in m.bound), key=lambda i: (_ORDER[i.over], i.name)))  # type: ignore[union-attr]
        factors = product_of((_inside(rename(f, names), reserved | set(new)), e) for f, e in m.factors)  # type: ignore[arg-type]
        candidate = Monomial(m.coefficient, new, m.deltas, factors)  # type: ignore[arg-type]
        if best is None or repr(candidate.factors) < repr(best.factors):
            best = candidate
    assert best is not None
    return best


def _inside(atom: Node, reserved: frozenset[Index]) -> Node:
    """An atom whose own sums use none of the reserved names."""
    if isinstance(atom, Quantity) or not any(isinstance(n, Sum) for n in walk(atom)):
        return atom
    if isinstance(atom, (Apply, Abs)):
        return atom.with_children((collect(atom.argument, reserved),))
    return collect(atom, reserved)


# -- display -------------------------------------------------------------------------------------------
def factor_rank(node: Node) -> tuple[int, str]:
    """Where a factor stands in a product: parameters, weights, signs, variables, functions, coordinates."""
    if isinstance(node, Quantity):
        place = {"p": 2, "y": 3, "t": 3, "x": 7}.get(node.name)
        if place is None:
            place = 0 if not node.indices else 4
        # Greek letters, which name parameters, before Latin ones.
        return place, f"{len(node.name) == 1}{node!r}"
    if isinstance(node, Apply):
        return 5, f"{_depth(node.argument)}{node.argument!r}{node.order}"
    inside = [n for n in walk(node) if isinstance(n, Apply)]
    if isinstance(node, (Add, Power)) and inside:
        return 5, factor_rank(inside[0])[1] + "~" + repr(node)
    return (
        7 if isinstance(node, Abs) and isinstance(node.argument, Quantity) and node.argument.name == "x" else 6
    ), repr(node)


def _depth(argument: Node) -> int:
    """Functions of quantities of the class alone stand before those of a neuron."""
    return len(argument.indices) if isinstance(argument, Quantity) else 9


def nested(coefficient: sp.Expr, bound: tuple[Index, ...], factors: Factors, body: Node) -> Node:
    """coefficient * sums of the factors times body, each factor as far out as it can stand."""
    remaining = sorted(factors, key=lambda fe: factor_rank(fe[0]))
    levels: list[tuple[Index | None, list[Node]]] = []
    inner = list(bound)
    for index in [None, *bound]:
        if index is not None:
            inner.remove(index)
        here = [(f, e) for f, e in remaining if not free_indices(f) & set(inner)]
        remaining = [fe for fe in remaining if fe not in here]
        levels.append((index, [power(f, e) for f, e in here]))
    tree = body
    for index, factors_here in reversed(levels):
        # Coordinates read best behind a bracket, everything else before it.
        front = [f for f in factors_here if factor_rank(f.base if isinstance(f, Power) else f)[0] < 7]
        back = [f for f in factors_here if f not in front]
        tree = mul(*front, tree, *back) if not isinstance(tree, Sum) else mul(*front, *back, tree)
        if index is not None:
            tree = Sum(index, tree)
    return mul(number(coefficient), tree)


def display(monomials: list[Monomial]) -> Node:
    """A sum of products; monomials under the same sums share one bracket."""
    ordered = groups(monomials)
    shared = frozenset.intersection(*(m.deltas for m in monomials)) if monomials else frozenset()
    if len(ordered) < 2 or not shared:
        return add(*(_group(g) for g in ordered))
    apart = [[Monomial(m.coefficient, m.bound, m.deltas - shared, m.factors) for m in g] for g in ordered]
    return mul(*delta_nodes(shared), add(*(_group(g) for g in apart)))


def groups(monomials: list[Monomial]) -> list[list[Monomial]]:
    """Monomials under the same sums and deltas with the same factors outside; terms without a sum first."""
    found: dict[tuple[object, ...], list[Monomial]] = {}
    for m in monomials:
        outer = tuple(fe for fe in m.factors if not free_indices(fe[0]) & set(m.bound))
        # Where nothing is summed every monomial is a term of its own.
        key = (m.bound, m.deltas, outer) if m.bound else (m,)
        found.setdefault(key, []).append(m)
    return sorted(found.values(), key=lambda g: (bool(g[0].bound), -len(g[0].deltas)))


def _group(group: list[Monomial]) -> Node:
    common = dict(group[0].factors)
    for m in group[1:]:
        other = dict(m.factors)
        common = {f: min(e, other[f]) for f, e in common.items() if f in other and e > 0 and other[f] > 0}
    content = group[0].coefficient
    if len(group) > 1:
        content = sp.gcd_list([m.coefficient for m in group]) if all(m.coefficient.is_Rational for m in group) else 1
        if group[0].coefficient < 0:
            content = -content
    terms = []
    for m in group:
        rest = [power(f, e - common.get(f, 0)) for f, e in sorted(m.factors, key=lambda fe: factor_rank(fe[0]))]
        terms.append(mul(number(m.coefficient / content), *rest))
    first = group[0]
    return with_deltas(first.deltas, nested(content, first.bound, tuple(common.items()), add(*terms)))


def with_deltas(deltas: frozenset[frozenset[Label]], body: Node) -> Node:
    """Deltas behind the number and the parameters in front of a product."""
    factors = body.factors if isinstance(body, Mul) else (body,)
    front = []
    for f in factors:
        base = f.base if isinstance(f, Power) else f
        if not (isinstance(base, Number) or (isinstance(base, Quantity) and not base.indices)):
            break
        front.append(f)
    return mul(*front, *delta_nodes(deltas), *factors[len(front) :])


def delta_nodes(deltas: frozenset[frozenset[Label]]) -> list[Node]:
    """A class of equal indices as a chain of deltas."""
    nodes: list[Node] = []
    for group in deltas:
        ordered = sorted(group, key=lambda i: (-1, str(i)) if isinstance(i, int) else _rank(i))
        for a, b in pairwise(ordered):
            first, second = sorted((a, b), key=lambda i: str(i) if isinstance(i, int) else i.name)
            nodes.append(Delta(first, second))
    return sorted(nodes, key=_delta_rank)


def _delta_rank(node: Node) -> tuple[int, str]:
    first = node.first if isinstance(node, Delta) else None
    return (_ORDER[first.over] if isinstance(first, Index) else 9, repr(node))
