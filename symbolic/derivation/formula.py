"""What an objective is written as: its class table, its variables, named quantities, and the loss.

An objective that brings a :class:`Formula` gets its derivation from it; that the formula means the
same as the objective's loss is the first thing a derivation checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import sympy as sp

from symbolic.derivation.tree import Index, Node, Quantity
from symbolic.distributions import Mixture

__all__ = ["GREEK", "INDEX_NAMES", "Definition", "Family", "Formula", "Rule", "Stage", "index_names", "letter"]

INDEX_NAMES = {"class": ("c", "d", "g"), "neuron": ("j", "i", "r", "q"), "feature": ("k", "l", "n", "u")}


class Rule(StrEnum):
    """Why one side of an equation is the next; the value is the short name, ``sentence`` the long one."""

    DEFINITION = "definition"
    EXPECTATION = "expectation over the classes"
    LOGARITHM = "logarithm of the sigmoid"
    CHAIN = "chain rule"
    OWN_VALUES = "derivatives of the activation in its own values"
    COLLECTING = "collecting terms"
    TABLE = "the class table"
    SYMMETRY = "symmetry of the activation"
    STATIONARITY = "stationarity"
    CONTRACTION = "contraction with the variables"
    TRIANGLE = "triangle inequality"
    EXTREMES = "extreme values of a polynomial"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Rule.DEFINITION: "This is the definition.",
    Rule.EXPECTATION: "The expectation is the weighted sum over the classes.",
    Rule.LOGARITHM: "The logarithm of the sigmoid and of its complement is a softplus of the margin.",
    Rule.CHAIN: "By the chain rule,",
    Rule.OWN_VALUES: "Every derivative of the activation is a polynomial in its value, hence",
    Rule.COLLECTING: "Collecting terms,",
    Rule.TABLE: "Putting in the class table,",
    Rule.SYMMETRY: "By the symmetry of the activation, terms with opposite arguments combine:",
    Rule.STATIONARITY: "At a stationary point the gradient vanishes.",
    Rule.CONTRACTION: "Multiplying by the variables and summing,",
    Rule.TRIANGLE: "By the triangle inequality,",
    Rule.EXTREMES: "The extreme values of a polynomial on the range of the activation give",
}


@dataclass(frozen=True)
class Family:
    """Variables with common indices: ``symbols`` is flat, in the order of the ranges of ``over``.

    ``matrix`` is the letter of the whole family (W for w_{jk}), ``meaning`` what people call it.
    """

    name: str
    over: tuple[str, ...]
    symbols: tuple[sp.Symbol, ...]
    matrix: str
    meaning: str


@dataclass(frozen=True)
class Definition:
    """A named quantity: ``name`` with running ``indices`` stands for ``body``."""

    name: str
    indices: tuple[Index, ...]
    body: Node
    meaning: str

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.name, self.indices)


@dataclass(frozen=True)
class Stage:
    """One way to write the loss, and the rule that leads to it from the one before."""

    body: Node
    rule: Rule


@dataclass(frozen=True)
class Formula:
    """``stages[0]`` is the definition of the loss, ``stages[-1]`` the form that is differentiated.

    ``letters`` gives the LaTeX of a name where it is not the name itself or a Greek letter.
    """

    data: Mixture
    families: tuple[Family, ...]
    definitions: tuple[Definition, ...]
    stages: tuple[Stage, ...]
    sizes: Mapping[str, int]
    loss: str = "L"
    letters: Mapping[str, str] = field(default_factory=dict)

    def family(self, name: str) -> Family:
        return next(f for f in self.families if f.name == name)

    def definition(self, name: str) -> Definition | None:
        return next((d for d in self.definitions if d.name == name), None)

    def is_variable(self, name: str) -> bool:
        return any(f.name == name for f in self.families)

    def variable(self, family: Family, position: int) -> Quantity:
        """A variable of the family with the running indices of the given position (0: first derivative)."""
        return Quantity(family.name, tuple(Index(o, INDEX_NAMES[o][position]) for o in family.over))


_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
)
GREEK = frozenset(_LETTERS.split())


def letter(name: str, letters: Mapping[str, str]) -> str:
    """The LaTeX of a name without its indices."""
    return letters.get(name) or (f"\\{name}" if name in GREEK else name if len(name) == 1 else f"\\mathrm{{{name}}}")


def index_names() -> dict[str, str]:
    """Which range each letter runs over."""
    return {name: over for over, names in INDEX_NAMES.items() for name in names}
