"""What a formula means: its value on a class table, as an expression in the variables.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

import sympy as sp

from symbolic.activations import activation, activation_names
from symbolic.activations.network import network_activation, network_activation_names
from symbolic.derivation.differentiate import unfold_norms
from symbolic.derivation.formula import Family, Formula
from symbolic.derivation.tree import (
    Abs,
    Add,
    Apply,
    Delta,
    Derivative,
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
)
from symbolic.distributions import Atom, Mixture

__all__ = ["Instance", "generic_instance"]

Assignment = Mapping[Index, int]


@dataclass(frozen=True)
class Instance:
    """A formula on a table of classes; ``constants`` are named exact numbers (bounds of activations)."""

    formula: Formula
    data: Mixture
    constants: Mapping[str, sp.Expr] = field(default_factory=dict)
    _cache: dict[tuple[str, tuple[int, ...]], sp.Expr] = field(default_factory=dict, compare=False, repr=False)
    _slopes: dict[tuple[object, ...], sp.Expr] = field(default_factory=dict, compare=False, repr=False)

    @property
    def sizes(self) -> Mapping[str, int]:
        return {**self.formula.sizes, "class": len(self.data.atoms)}

    @cached_property
    def loss(self) -> sp.Expr:
        """The loss in the form that is differentiated."""
        return self.value(self.formula.stages[-1].body)

    def assignments(self, indices: tuple[Index, ...]) -> list[dict[Index, int]]:
        """Every way to give the indices values (from 0)."""
        ranges = [range(self.sizes[i.over]) for i in indices]
        return [dict(zip(indices, values, strict=True)) for values in product(*ranges)]

    def value(self, node: Node, at: Assignment | None = None) -> sp.Expr:
        """The value of a node at the given free indices."""
        at = at or {}
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Quantity):
            return self.quantity(node.name, tuple(_at(i, at) for i in node.indices))
        if isinstance(node, Delta):
            return sp.Integer(int(_at(node.first, at) == _at(node.second, at)))
        if isinstance(node, Add):
            return sp.Add(*(self.value(t, at) for t in node.terms))
        if isinstance(node, Mul):
            return sp.Mul(*(self.value(f, at) for f in node.factors))
        if isinstance(node, Power):
            return self.value(node.base, at) ** node.exponent
        if isinstance(node, Apply):
            return self.apply(node.function, node.order, self.value(node.argument, at))
        if isinstance(node, Abs):
            return sp.Abs(self.value(node.argument, at), evaluate=False)
        if isinstance(node, Sum):
            return sp.Add(*(self.value(node.body, {**at, node.index: v}) for v in range(self.sizes[node.index.over])))
        if isinstance(node, Expectation):
            atoms = range(len(self.data.atoms))
            return sp.Add(*(self.data.atoms[c].weight * self.value(node.body, {**at, node.index: c}) for c in atoms))
        if isinstance(node, SquaredNorm):
            return self.value(unfold_norms(node, self.formula), at)
        if isinstance(node, Derivative):
            by = tuple(self.quantity(q.name, tuple(_at(i, at) for i in q.indices)) for q in node.by)
            return self._slope(node.of.name, tuple(_at(i, at) for i in node.of.indices), by)
        raise TypeError(f"no value of {type(node).__name__}")

    def _slope(self, name: str, labels: tuple[int, ...], by: tuple[sp.Expr, ...]) -> sp.Expr:
        """A partial derivative by SymPy; the lower ones on the way are kept."""
        if not by:
            return self.quantity(name, labels)
        key = (name, labels, by)
        if key not in self._slopes:
            self._slopes[key] = sp.diff(self._slope(name, labels, by[:-1]), by[-1])
        return self._slopes[key]

    def quantity(self, name: str, labels: tuple[int, ...]) -> sp.Expr:
        """A named quantity at the given labels.  Raises KeyError for an unknown name or wrong labels."""
        key = (name, labels)
        if key not in self._cache:
            self._cache[key] = self._quantity(name, labels)
        return self._cache[key]

    def _quantity(self, name: str, labels: tuple[int, ...]) -> sp.Expr:
        for family in self.formula.families:
            if family.name == name:
                return self._variable(family, labels)
        definition = self.formula.definition(name)
        if definition is not None:
            if len(labels) != len(definition.indices):
                raise KeyError(name)
            return self.value(definition.body, dict(zip(definition.indices, labels, strict=True)))
        if name in ("p", "y", "t", "x") and labels:
            return _entry(name, self.data.atoms[labels[0]], labels[1:])
        if name == self.formula.loss and not labels:
            return self.loss
        if name in self.constants and not labels:
            return self.constants[name]
        if labels:
            raise KeyError(name)
        return sp.Symbol(name, real=True)

    def _variable(self, family: Family, labels: tuple[int, ...]) -> sp.Symbol:
        if len(labels) != len(family.over):
            raise KeyError(family.name)
        position = 0
        for over, label in zip(family.over, labels, strict=True):
            if not 0 <= label < self.formula.sizes[over]:
                raise KeyError(family.name)
            position = position * self.formula.sizes[over] + label
        return family.symbols[position]

    @staticmethod
    def apply(function: str, order: int, argument: sp.Expr) -> sp.Expr:
        """A function, or its derivative, at an argument.  Raises KeyError for an unknown one."""
        if function in activation_names():
            return activation(function).order(order)(argument)
        if function in network_activation_names():
            plain = network_activation(function).apply
        else:
            plain = {"exp": sp.exp, "log": sp.log, "erf": sp.erf, "tanh": sp.tanh}[function]
        if order == 0:
            return plain(argument)
        z = sp.Dummy("z", real=True)
        return sp.diff(plain(z), z, order).subs(z, argument)


def _at(label: Label, at: Assignment) -> int:
    return at[label] if isinstance(label, Index) else label


def _entry(name: str, atom: Atom, rest: tuple[int, ...]) -> sp.Expr:
    if name == "x":
        (k,) = rest
        return atom.coordinates[k]
    if rest:
        raise KeyError(name)
    return {"p": atom.weight, "t": sp.sympify(atom.label), "y": 1 - 2 * sp.sympify(atom.label)}[name]


def generic_instance(instance: Instance, copies: int = 1) -> Instance:
    """The same formula where weights and coordinates are symbols: ``copies`` classes for each label.

    An identity there holds for every class table when the formula is a sum over classes
    (``copies = 1``) or a polynomial of degree ``copies`` in the distribution of the classes.
    """
    if not instance.data.atoms:
        return instance
    labels = sorted({atom.label for atom in instance.data.atoms}, key=str)
    uses_label = any(q in repr(instance.formula.stages) + repr(instance.formula.definitions) for q in ("'y'", "'t'"))
    kept = (labels if uses_label else labels[:1]) * copies
    width = len(instance.data.atoms[0].coordinates)
    atoms = tuple(
        Atom(
            sp.Symbol(f"p_{c}", real=True),
            tuple(sp.Symbol(f"x_{c}_{k}", real=True) for k in range(width)),
            label,
        )
        for c, label in enumerate(kept)
    )
    data = replace(instance.data, atoms=atoms)
    return Instance(instance.formula, data, instance.constants)
