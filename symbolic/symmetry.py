"""Symmetries of an objective: signed permutations of its variables, and invariant subspaces.

Both are *checked* by exact algebra before anything relies on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from symbolic.calculus import is_identically_zero

__all__ = [
    "LinearSubspace",
    "SignedPermutation",
    "fixed_relations",
    "generated_group",
    "identity_permutation",
    "is_symmetry",
    "leaves_invariant",
]


@dataclass(frozen=True)
class SignedPermutation:
    """g with (g x)_i = signs[i] * x[source[i]]."""

    source: tuple[int, ...]
    signs: tuple[int, ...]
    name: str = ""

    def __post_init__(self) -> None:
        n = len(self.source)
        if sorted(self.source) != list(range(n)) or len(self.signs) != n:
            raise ValueError("not a permutation of the variables")
        if any(s not in (1, -1) for s in self.signs):
            raise ValueError("signs must be 1 or -1")

    def compose(self, other: SignedPermutation) -> SignedPermutation:
        """self after other: x -> self(other(x))."""
        source = tuple(other.source[i] for i in self.source)
        signs = tuple(s * other.signs[i] for s, i in zip(self.signs, self.source, strict=True))
        return SignedPermutation(source, signs, f"{self.name}{other.name}")

    def apply(self, values: Sequence) -> list:
        """The image of a vector whose entries support unary minus."""
        return [values[i] if s == 1 else -values[i] for s, i in zip(self.signs, self.source, strict=True)]

    @property
    def key(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return self.source, self.signs


def identity_permutation(n: int) -> SignedPermutation:
    return SignedPermutation(tuple(range(n)), (1,) * n, "")


def generated_group(generators: Sequence[SignedPermutation], n: int) -> tuple[SignedPermutation, ...]:
    """All products of the generators, the identity first (finite: at most 2^n n! elements)."""
    found = {identity_permutation(n).key: identity_permutation(n)}
    frontier = list(found.values())
    while frontier:
        fresh = []
        for element in frontier:
            for generator in generators:
                product = generator.compose(element)
                if product.key not in found:
                    found[product.key] = product
                    fresh.append(product)
        frontier = fresh
    return tuple(found.values())


def fixed_relations(elements: Sequence[SignedPermutation], names: Sequence[str]) -> tuple[str, ...]:
    """What g x = x for all these g says: "a = 0", "a2 = -a1"; consequences of earlier ones are left out."""
    parent = list(range(len(names)))
    sign = [1] * len(names)
    zero = [False] * len(names)

    def find(i: int) -> tuple[int, int]:
        s = 1
        while parent[i] != i:
            s *= sign[i]
            i = parent[i]
        return i, s

    for g in elements:
        for i, (source, factor) in enumerate(zip(g.source, g.signs, strict=True)):
            (p, sp_), (q, sq) = find(i), find(source)
            if p == q:
                zero[p] = zero[p] or sp_ != factor * sq
            else:
                low, high = min(p, q), max(p, q)
                parent[high], sign[high] = low, sp_ * factor * sq
                zero[low] = zero[low] or zero[high]
    found = []
    for i, name in enumerate(names):
        root, s = find(i)
        if zero[root]:
            found.append(f"{name} = 0")
        elif root != i:
            found.append(f"{name} = {'-' if s < 0 else ''}{names[root]}")
    return tuple(found)


def is_symmetry(loss: sp.Expr, variables: Sequence[sp.Symbol], g: SignedPermutation) -> bool:
    """Whether loss(g x) = loss(x) identically, by exact algebra."""
    image = loss.subs(dict(zip(variables, g.apply(list(variables)), strict=True)), simultaneous=True)
    return is_identically_zero(image - loss)


@dataclass(frozen=True)
class LinearSubspace:
    """x_i = coefficients[i] * u[index[i]] with coefficient in {0, 1, -1}: what symmetry reasons need.

    ``index[i]`` is the position of the free coordinate, -1 where the coefficient is 0.
    """

    index: tuple[int, ...]
    coefficients: tuple[int, ...]

    @property
    def dimension(self) -> int:
        return len({i for i in self.index if i >= 0})

    def free_positions(self) -> list[int]:
        """For each free coordinate, the first variable that equals it."""
        return [
            next(j for j, (i, c) in enumerate(zip(self.index, self.coefficients, strict=True)) if i == k and c == 1)
            for k in range(self.dimension)
        ]

    def embed(self, u: Sequence, zero: object = 0) -> list:
        """The point of the full space with free coordinates ``u``."""
        return [
            zero if c == 0 else (u[i] if c == 1 else -u[i]) for i, c in zip(self.index, self.coefficients, strict=True)
        ]


def leaves_invariant(gradient: Sequence[sp.Expr], variables: Sequence[sp.Symbol], subspace: LinearSubspace) -> bool:
    """Whether the vector field maps the subspace into itself, by exact algebra.

    Then a zero of the restricted field is a zero of the full one, so a zero that is unique in a
    neighbourhood and meets the subspace there lies in it *exactly*.
    """
    free = [variables[j] for j in subspace.free_positions()]
    point = subspace.embed(free, sp.Integer(0))
    restricted = [g.subs(dict(zip(variables, point, strict=True)), simultaneous=True) for g in gradient]
    reference = [restricted[j] for j in subspace.free_positions()]
    for value, i, c in zip(restricted, subspace.index, subspace.coefficients, strict=True):
        expected = sp.Integer(0) if c == 0 else c * reference[i]
        if not is_identically_zero(value - expected):
            return False
    return True
