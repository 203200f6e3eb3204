"""Formulas as people write them: indexed quantities, with sums over classes, neurons and features kept as sums.

Arithmetic: symbolic (exact).  A node says how a formula is written; what it means on a class table is
:mod:`symbolic.derivation.instance`, how it is printed :mod:`symbolic.derivation.latex`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

import sympy as sp

__all__ = [
    "ONE",
    "ZERO",
    "Abs",
    "Add",
    "Apply",
    "Delta",
    "Derivative",
    "Expectation",
    "Index",
    "Label",
    "Mul",
    "Node",
    "Number",
    "Power",
    "Quantity",
    "SquaredNorm",
    "Sum",
    "add",
    "bound_indices",
    "fresh",
    "free_indices",
    "mul",
    "negative",
    "number",
    "power",
    "rename",
    "rename_bound",
    "walk",
]


@dataclass(frozen=True, order=True)
class Index:
    """A running index and the range it runs over: ``class``, ``neuron`` or ``feature``."""

    over: str
    name: str


Label = Index | int


@dataclass(frozen=True)
class Node:
    """Anything that can stand in a formula."""

    def children(self) -> tuple[Node, ...]:
        return ()

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return self


@dataclass(frozen=True)
class Number(Node):
    """An exact real number (rational, or an algebraic constant such as sqrt(3)/18)."""

    value: sp.Expr


@dataclass(frozen=True)
class Quantity(Node):
    """A named quantity with its indices: a variable, a parameter, a column of the class table, a definition."""

    name: str
    indices: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Delta(Node):
    """Kronecker's delta of two indices with the same range."""

    first: Label
    second: Label


@dataclass(frozen=True)
class Add(Node):
    terms: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.terms

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Add(children)


@dataclass(frozen=True)
class Mul(Node):
    factors: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.factors

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Mul(children)


@dataclass(frozen=True)
class Power(Node):
    """An integer power."""

    base: Node
    exponent: int

    def children(self) -> tuple[Node, ...]:
        return (self.base,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Power(children[0], self.exponent)


@dataclass(frozen=True)
class Apply(Node):
    """``function`` (an activation by its registered name, ``exp`` or ``log``), differentiated ``order`` times."""

    function: str
    order: int
    argument: Node

    def children(self) -> tuple[Node, ...]:
        return (self.argument,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Apply(self.function, self.order, children[0])


@dataclass(frozen=True)
class Abs(Node):
    argument: Node

    def children(self) -> tuple[Node, ...]:
        return (self.argument,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Abs(children[0])


@dataclass(frozen=True)
class Sum(Node):
    """The sum over all values of ``index``."""

    index: Index
    body: Node

    def children(self) -> tuple[Node, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Sum(self.index, children[0])


@dataclass(frozen=True)
class Expectation(Node):
    """The expectation over the classes, each with its weight."""

    index: Index
    body: Node

    def children(self) -> tuple[Node, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Expectation(self.index, children[0])


@dataclass(frozen=True)
class SquaredNorm(Node):
    """The sum of the squares of all entries of a family of variables."""

    family: str


@dataclass(frozen=True)
class Derivative(Node):
    """The partial derivative of a quantity by variables, as a left side."""

    of: Quantity
    by: tuple[Quantity, ...] = field(default=())


ZERO, ONE = Number(sp.S.Zero), Number(sp.S.One)


def number(value: sp.Expr | int) -> Number:
    return Number(sp.sympify(value) if isinstance(value, int) else value)


def add(*terms: Node) -> Node:
    """A sum without nested sums and without zeros."""
    flat: list[Node] = []
    for term in terms:
        flat += term.terms if isinstance(term, Add) else (term,)
    flat = [t for t in flat if t != ZERO]
    return ZERO if not flat else flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Node) -> Node:
    """A product without nested products, its rational coefficient first."""
    flat: list[Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Mul) else (factor,)
    coefficient = sp.Mul(*(f.value for f in flat if isinstance(f, Number)))
    rest = [f for f in flat if not isinstance(f, Number)]
    if coefficient == 0:
        return ZERO
    if coefficient != 1:
        rest.insert(0, Number(coefficient))
    return ONE if not rest else rest[0] if len(rest) == 1 else Mul(tuple(rest))


def negative(node: Node) -> Node:
    return mul(number(-1), node)


def power(base: Node, exponent: int) -> Node:
    if exponent == 0:
        return ONE
    if isinstance(base, Power):
        return Power(base.base, base.exponent * exponent)
    return base if exponent == 1 else Power(base, exponent)


def walk(node: Node) -> Iterable[Node]:
    """The node and everything below it."""
    yield node
    for child in node.children():
        yield from walk(child)


def _own(node: Node) -> tuple[Label, ...]:
    if isinstance(node, Quantity):
        return node.indices
    if isinstance(node, Delta):
        return (node.first, node.second)
    if isinstance(node, Derivative):
        return (*node.of.indices, *(i for q in node.by for i in q.indices))
    return ()


def free_indices(node: Node) -> frozenset[Index]:
    """The running indices that no sum binds."""
    found = {i for i in _own(node) if isinstance(i, Index)}
    for child in node.children():
        found |= free_indices(child)
    if isinstance(node, (Sum, Expectation)):
        found.discard(node.index)
    return frozenset(found)


def bound_indices(node: Node) -> frozenset[Index]:
    return frozenset(n.index for n in walk(node) if isinstance(n, (Sum, Expectation)))


def rename(node: Node, names: Mapping[Index, Label]) -> Node:
    """Free indices replaced; bound ones must have other names (see :func:`rename_bound`)."""

    def one(label: Label) -> Label:
        return names.get(label, label) if isinstance(label, Index) else label

    if isinstance(node, Quantity):
        return Quantity(node.name, tuple(one(i) for i in node.indices))
    if isinstance(node, Delta):
        return Delta(one(node.first), one(node.second))
    if isinstance(node, Derivative):
        by = tuple(Quantity(q.name, tuple(one(i) for i in q.indices)) for q in node.by)
        return Derivative(Quantity(node.of.name, tuple(one(i) for i in node.of.indices)), by)
    if isinstance(node, (Sum, Expectation)):
        inner = {k: v for k, v in names.items() if k != node.index}
        return node.with_children((rename(node.body, inner),))
    return node.with_children(tuple(rename(child, names) for child in node.children()))


_NUMBERS = count()


def fresh(over: str) -> Index:
    """An index that occurs nowhere else."""
    return Index(over, f"#{next(_NUMBERS)}")


def rename_bound(node: Node, name: Callable[[Index], Index] = lambda i: fresh(i.over)) -> Node:
    """Every bound index under another name, by default one that occurs nowhere else."""
    if isinstance(node, (Sum, Expectation)):
        new = name(node.index)
        body = rename(rename_bound(node.body, name), {node.index: new})
        return Sum(new, body) if isinstance(node, Sum) else Expectation(new, body)
    return node.with_children(tuple(rename_bound(child, name) for child in node.children()))
