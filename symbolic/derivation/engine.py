"""Derivations: from the definition of an objective to its stationarity system, every equation shown.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

from collections.abc import Iterable

from symbolic.derivation.check import DerivationError, check_equation, equal
from symbolic.derivation.equation import Derivation, Section
from symbolic.derivation.formula import Formula
from symbolic.derivation.instance import Instance, generic_instance
from symbolic.derivation.plain import plain_formula
from symbolic.derivation.sections import STEPS, Work
from symbolic.derivation.tree import Expectation, Node, Quantity, Sum
from symbolic.objectives.base import Objective

__all__ = ["derive", "step_names"]


def step_names() -> tuple[str, ...]:
    return tuple(STEPS)


def derive(objective: Objective, steps: Iterable[str] | None = None) -> Derivation:
    """The checked derivation of an objective; ``steps`` are names of STEPS, by default all.

    Raises KeyError for an unknown step, DerivationError when an equation was not shown.
    """
    chosen = list(STEPS) if steps is None else list(steps)
    for name in chosen:
        if name not in STEPS:
            raise KeyError(name)
    formula = objective.formula or plain_formula(objective)
    work = Work(objective, formula, Instance(formula, formula.data))
    if not equal(work.actual.loss, objective.loss):
        raise DerivationError(f"{objective.name}: its formula is not shown to be its loss")
    sections: list[Section] = []
    for name, build in STEPS.items():
        section = build(work) if name in chosen else None
        if section is not None:
            sections.append(section)
    actual = Instance(formula, formula.data, work.constants)
    generic = generic_instance(actual, class_depth(formula))
    positive = work.positive
    shown = sum(check_equation(e, actual, generic, positive) for s in sections for e in s.equations)
    parameters = {k: str(v) for k, v in objective.parameter_values.items()}
    return Derivation(objective.title, formula, tuple(sections), actual, generic, parameters, shown)


def class_depth(formula: Formula) -> int:
    """How many sums over classes are multiplied or nested in the loss (1 for a plain expectation)."""

    def depth(node: Node) -> int:
        if isinstance(node, Quantity):
            definition = formula.definition(node.name)
            return depth(definition.body) if definition else 0
        below = [depth(c) for c in node.children()]
        own = int(isinstance(node, (Sum, Expectation)) and node.index.over == "class")
        kind = type(node).__name__
        total = sum(below) if kind == "Mul" else max(below, default=0)
        return own + (total * max(1, getattr(node, "exponent", 1)) if kind == "Power" else total)

    return max(1, depth(formula.stages[-1].body))
