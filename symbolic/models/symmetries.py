"""Signed permutations of a model's variables that may be symmetries, and those that are, by exact algebra."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

import sympy as sp

from symbolic.symmetry import SignedPermutation, is_symmetry

__all__ = ["Layout", "model_symmetries"]

Symbols = tuple[sp.Symbol, ...]


@dataclass(frozen=True)
class Layout:
    """The variables of a model in their order: rows of W, biases, rows of the second layer, output weights."""

    rows: tuple[Symbols, ...]
    biases: Symbols = ()
    second: tuple[Symbols, ...] = ()
    outputs: Symbols = ()

    @property
    def variables(self) -> Symbols:
        flat = tuple(v for row in self.rows for v in row) + self.biases
        return flat + tuple(v for row in self.second for v in row) + self.outputs

    def neuron(self, j: int) -> Symbols:
        """What goes into neuron j of the first layer."""
        return (*self.rows[j], *self.biases[j : j + 1])

    def beyond(self, j: int) -> Symbols:
        """What neuron j of the first layer is multiplied by."""
        return tuple(row[j] for row in self.second) or self.outputs[j : j + 1]


def model_symmetries(features: tuple[str, ...], loss: sp.Expr, layout: Layout) -> tuple[SignedPermutation, ...]:
    """Sign changes and exchanges of features, in one neuron or in all, and exchanges of neurons: those that hold."""
    return tuple(g for g in _candidates(features, layout) if is_symmetry(loss, layout.variables, g))


def _candidates(features: tuple[str, ...], layout: Layout) -> Iterable[SignedPermutation]:
    m, k = len(layout.rows), len(features)
    place = {v: i for i, v in enumerate(layout.variables)}

    def flip(changed: Collection[sp.Symbol], name: str) -> SignedPermutation:
        signs = tuple(-1 if v in changed else 1 for v in layout.variables)
        return SignedPermutation(tuple(range(len(place))), signs, name)

    def exchange(pairs: Iterable[tuple[sp.Symbol, sp.Symbol]], name: str) -> SignedPermutation:
        order = list(range(len(place)))
        for a, b in pairs:
            order[place[a]], order[place[b]] = place[b], place[a]
        return SignedPermutation(tuple(order), (1,) * len(order), name)

    for group in ([[j] for j in range(m)] if m > 1 else []) + [list(range(m))]:
        beyond = {v for j in group for v in layout.beyond(j)}
        for i in range(k):
            changed = {layout.rows[j][i] for j in group}
            for more in (set(), beyond) if beyond else (set(),):
                yield flip(changed | more, f"flip {features[i]}")
        for i, j in combinations(range(k), 2):
            pairs = [(layout.rows[n][i], layout.rows[n][j]) for n in group]
            yield exchange(pairs, f"exchange {features[i]}, {features[j]}")
        if layout.biases or layout.second:
            # An odd activation: a neuron with its bias changes sign, and what it is multiplied by.
            yield flip({v for j in group for v in layout.neuron(j)} | beyond, "flip neuron")
    for i, unit in enumerate(layout.second):
        yield flip({*unit, *layout.outputs[i : i + 1]}, f"flip unit {i + 1}")
    for j in range(m - 1):
        pairs = [*zip(layout.neuron(j), layout.neuron(j + 1), strict=True)]
        pairs += zip(layout.beyond(j), layout.beyond(j + 1), strict=True)
        yield exchange(pairs, f"exchange neurons {j + 1} and {j + 2}")
    for i in range(len(layout.second) - 1):
        pairs = [*zip(layout.second[i], layout.second[i + 1], strict=True)]
        pairs += zip(layout.outputs[i : i + 1], layout.outputs[i + 1 : i + 2], strict=True)
        yield exchange(pairs, f"exchange units {i + 1} and {i + 2}")
