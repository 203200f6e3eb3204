"""The formula of an objective that brings none: its loss as it is, with the arguments of its functions named.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import ActivationFunction
from symbolic.derivation.concrete import from_expression
from symbolic.derivation.formula import Definition, Family, Formula, Rule, Stage
from symbolic.derivation.tree import Node
from symbolic.distributions import Mixture
from symbolic.objectives.base import Objective

__all__ = ["plain_formula"]


def plain_formula(objective: Objective) -> Formula:
    """Unknowns without indices, one quantity z1, z2, ... for each argument of an activation.

    Raises ValueError for a loss with functions other than activations.
    """
    families = tuple(Family(v.name, (), (v,), v.name, "unknown") for v in objective.variables)
    definitions: list[Definition] = []
    loss = objective.loss
    while True:
        inner = [f for f in loss.atoms(ActivationFunction) if not f.args[0].atoms(ActivationFunction)]
        arguments = sorted(
            {f.args[0] for f in inner if not f.args[0].is_Symbol or f.args[0] in objective.variables}, key=str
        )
        if not arguments:
            break
        for argument in arguments:
            name = sp.Symbol(f"z{len(definitions) + 1}", real=True)
            body: Node = from_expression(argument, objective.variables)
            definitions.append(Definition(name.name, (), body, "argument of an activation"))
            loss = loss.xreplace({f: type(f)(name) for f in inner if f.args[0] == argument})
    order = (*objective.variables, *(sp.Symbol(d.name, real=True) for d in definitions))
    stage = Stage(from_expression(loss, order), Rule.DEFINITION)
    sizes = {"neuron": 1, "feature": 1}
    return Formula(Mixture((), objective.features), families, tuple(definitions), (stage,), sizes)
