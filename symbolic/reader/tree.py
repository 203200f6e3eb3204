"""Parse trees: what was written, before any simplification.

Sums and products keep their terms side by side, so a long sum is not a deep tree, and trees are
folded with a stack of our own, so depth never meets Python's recursion limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import sympy as sp

__all__ = [
    "Call",
    "Name",
    "Negation",
    "Node",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Sum",
    "children",
    "fold",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    value: sp.Rational
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, parameter, definition or constant."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Node
    position: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Two terms or more; ``negative[i]`` when term i is subtracted."""

    terms: tuple[Node, ...]
    negative: tuple[bool, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Product:
    """Two factors or more."""

    factors: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Quotient:
    """``position`` is that of the division sign."""

    numerator: Node
    denominator: Node
    position: int


@dataclass(frozen=True, slots=True)
class Power:
    """``position`` is that of the power sign."""

    base: Node
    exponent: Node
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """``function`` with ``primes`` derivatives."""

    function: str
    primes: int
    arguments: tuple[Node, ...]
    position: int


Node = Number | Name | Negation | Sum | Product | Quotient | Power | Call


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Negation(operand):
            return (operand,)
        case Sum(terms):
            return terms
        case Product(factors):
            return factors
        case Quotient(numerator, denominator):
            return (numerator, denominator)
        case Power(base, exponent):
            return (base, exponent)
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def fold(root: Node, visit: Callable[[Node, list[T]], T]) -> T:
    """``visit`` of every node with the results of its children, children first and from the left."""
    pending: list[tuple[Node, bool]] = [(root, False)]
    results: list[T] = []
    while pending:
        node, ready = pending.pop()
        parts = children(node)
        if not ready and parts:
            pending.append((node, True))
            pending.extend((part, False) for part in reversed(parts))
            continue
        count = len(parts)
        inner = results[len(results) - count :]
        del results[len(results) - count :]
        results.append(visit(node, inner))
    return results[0]
