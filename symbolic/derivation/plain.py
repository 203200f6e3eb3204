"""The formula of an objective that brings none: its loss as it is, with the arguments of its functions named.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

import re

import sympy as sp

from symbolic.activations.base import ActivationFunction
from symbolic.derivation.concrete import from_expression
from symbolic.derivation.formula import Definition, Family, Formula, Rule, Stage
from symbolic.derivation.tree import Node
from symbolic.distributions import Mixture
from symbolic.objectives.base import Objective

__all__ = ["plain_formula"]


FUNCTIONS = (ActivationFunction, sp.erf)
_PARTS = re.compile(r"([A-Za-z]+?)(\d*)(?:_(\w+))?")
_SIMPLE = re.compile(r"[A-Za-z]+\d*(_\d+)?")


def _meaning(variable: sp.Symbol) -> str:
    """How the model calls an unknown, in LaTeX."""
    letter, digits, below = _PARTS.fullmatch(variable.name).groups()  # type: ignore[union-attr]
    subscript = ",".join(part for part in (digits, below) if part)
    return f"${letter}_{{{subscript}}}$" if subscript else f"${letter}$"


def plain_formula(objective: Objective) -> Formula:
    """Unknowns without indices, one quantity z1, z2, ... for each argument of an activation.

    An unknown whose name has words in it is called by a letter and its number here.  Raises ValueError for a loss with
    functions that derivations cannot write.
    """
    plain = all(_SIMPLE.fullmatch(v.name) for v in objective.variables)
    parameters = {p.symbol.name for p in objective.parameters}
    letter = next(a for a in "ahsvbeo" if not any(re.fullmatch(rf"{a}\d+", p) for p in parameters))
    called = {v: v if plain else sp.Symbol(f"{letter}{k}", real=True) for k, v in enumerate(objective.variables, 1)}
    families = tuple(Family(s.name, (), (v,), s.name, "" if plain else _meaning(v)) for v, s in called.items())
    definitions: list[Definition] = []
    loss = objective.loss.xreplace(called)
    names = tuple(called.values())
    while True:
        inner = [f for f in loss.atoms(*FUNCTIONS) if not f.args[0].atoms(*FUNCTIONS)]
        arguments = sorted({f.args[0] for f in inner if not f.args[0].is_Symbol or f.args[0] in names}, key=str)
        if not arguments:
            break
        for argument in arguments:
            name = sp.Symbol(f"z{len(definitions) + 1}", real=True)
            body: Node = from_expression(argument, names)
            definitions.append(Definition(name.name, (), body, "argument of an activation"))
            loss = loss.xreplace({f: type(f)(name) for f in inner if f.args[0] == argument})
    order = (*names, *(sp.Symbol(d.name, real=True) for d in definitions))
    stage = Stage(from_expression(loss, order), Rule.DEFINITION)
    sizes = {"neuron": 1, "feature": 1}
    return Formula(Mixture((), objective.features), families, tuple(definitions), (stage,), sizes)
