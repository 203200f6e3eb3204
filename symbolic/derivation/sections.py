"""The steps of a derivation, each built by a rule.  A step is one function and its name in STEPS.

Arithmetic: symbolic (exact).  Nothing here is believed: :mod:`symbolic.derivation.check` shows every equation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

import sympy as sp

from symbolic.derivation.bounds import Extreme, triangle_bound
from symbolic.derivation.concrete import collected, written_out
from symbolic.derivation.differentiate import differentiate
from symbolic.derivation.equation import Equation, Section, Side
from symbolic.derivation.fold import collect_folded
from symbolic.derivation.formula import Family, Formula, Rule
from symbolic.derivation.instance import Instance
from symbolic.derivation.latex import LatexPrinter, function_name
from symbolic.derivation.monomials import collect, display, expand
from symbolic.derivation.own_values import arguments_of, in_own_values
from symbolic.derivation.tree import (
    Abs,
    Derivative,
    Index,
    Node,
    Quantity,
    Sum,
    add,
    mul,
    negative,
    number,
    rename,
    walk,
)
from symbolic.derivation.words import objective_lead, objective_table, symmetry_lines
from symbolic.objectives.base import Objective

__all__ = ["STEPS", "Work"]


@dataclass
class Work:
    """What the steps share: the objective, its formula, and derivatives that were already built."""

    objective: Objective
    formula: Formula
    actual: Instance
    derivatives: dict[tuple[str, ...], Node] = field(default_factory=dict)
    constants: dict[str, sp.Expr] = field(default_factory=dict)

    @property
    def printer(self) -> LatexPrinter:
        return LatexPrinter.of(self.formula)

    @property
    def loss(self) -> Quantity:
        return Quantity(self.formula.loss)

    @property
    def positive(self) -> frozenset[str]:
        return frozenset(p.symbol.name for p in self.objective.parameters if p.positive)

    def variables(self, families: tuple[Family, ...]) -> tuple[Quantity, ...]:
        return tuple(self.formula.variable(f, k) for k, f in enumerate(families))

    def derivative(self, families: tuple[Family, ...]) -> tuple[tuple[Quantity, ...], Node]:
        """The variables and the derivative by them, terms collected."""
        by = self.variables(families)
        key = tuple(f.name for f in families)
        if key not in self.derivatives:
            below = self.derivative(families[:-1])[1] if families else self.formula.stages[-1].body
            if families:
                below = collect(differentiate(below, by[-1], self.formula), _indices(by))
            self.derivatives[key] = below
        return by, self.derivatives[key]


def _indices(by: tuple[Quantity, ...]) -> frozenset[Index]:
    return frozenset(i for q in by for i in q.indices if isinstance(i, Index))


def objective_step(work: Work) -> Section | None:
    """Class table, named quantities, and the loss from its definition to the form that is differentiated."""
    formula = work.formula
    names = tuple(
        Equation(f"definition of {d.name}", d.quantity, (Side(d.body, Rule.DEFINITION),)) for d in formula.definitions
    )
    sides = tuple(Side(s.body, s.rule) for s in formula.stages)
    loss = Equation("objective", work.loss, sides, generic=False)
    table = objective_table(work.objective, formula, work.actual)
    return Section("objective", "The objective", objective_lead(work.objective, formula), (*names, loss), (), table)


def gradient_step(work: Work) -> Section | None:
    formula = work.formula
    inner = []
    used = _inside(formula)
    for d in formula.definitions:
        if d.name not in used:
            continue
        for family in formula.families:
            by = formula.variable(family, 1 if "neuron" in family.over and len(d.indices) > 1 else 0)
            slope = collect(differentiate(d.body, by, formula), _indices((by, d.quantity)))
            if slope != number(0):
                left = Derivative(d.quantity, (by,))
                inner.append(Equation(f"d{d.name}/d{family.name}", left, (Side(slope, Rule.CHAIN),)))
    equations = []
    for family in formula.families:
        by_all, slope = work.derivative((family,))
        sides = [Side(slope, Rule.CHAIN)]
        values = in_own_values(slope, _indices(by_all))
        if values is not None and len(arguments_of(slope)) <= 2:
            sides.append(Side(values, Rule.OWN_VALUES))
        equations.append(Equation(f"gradient in {family.name}", Derivative(work.loss, by_all), tuple(sides)))
    return Section(
        "gradient", "The gradient", ("The named quantities depend on the unknowns through",), (*inner, *equations)
    )


def _inside(formula: Formula) -> set[str]:
    """The definitions that the differentiated form of the loss rests on."""
    found: set[str] = set()
    queue = [formula.stages[-1].body]
    while queue:
        node = queue.pop()
        if isinstance(node, Quantity):
            d = formula.definition(node.name)
            if d is not None and d.name not in found:
                found.add(d.name)
                queue.append(d.body)
        queue += node.children()
    return found


def hessian_step(work: Work) -> Section | None:
    equations = []
    for pair in combinations_with_replacement(work.formula.families, 2):
        by, slope = work.derivative(pair)
        sides = [Side(slope, Rule.CHAIN)]
        values = in_own_values(slope, _indices(by))
        if values is not None and len(arguments_of(slope)) == 1:
            sides.append(Side(values, Rule.OWN_VALUES))
        name = "Hessian in " + ", ".join(f.name for f in pair)
        equations.append(Equation(name, Derivative(work.loss, by), tuple(sides)))
    neurons = any("neuron" in f.over for f in work.formula.families)
    lead = (
        "Differentiating once more, with Kronecker's delta for equal indices"
        + (" (the neurons of a term without $\\delta$ may differ)," if neurons else ","),
    )
    return Section("hessian", "The Hessian", lead, tuple(equations))


def third_step(work: Work) -> Section | None:
    """Third derivatives, and bounds of them that hold everywhere."""
    equations: list[Equation] = []
    bounds: list[Equation] = []
    constants: dict[str, Extreme] = {}
    for triple in combinations_with_replacement(work.formula.families, 3):
        by, slope = work.derivative(triple)
        left = Derivative(work.loss, by)
        names = ", ".join(f.name for f in triple)
        equations.append(Equation(f"third derivative in {names}", left, (Side(slope, Rule.CHAIN),)))
        found = None if slope == number(0) else triangle_bound(slope, _indices(by), work.positive)
        if found is None:
            continue
        bound, used = found
        constants.update({c.name: c for c in used})
        bounds.append(Equation(f"bound in {names}", Abs(left), (Side(bound, Rule.TRIANGLE, "<="),), bounded=slope))
    work.constants.update({c.name: c.value for c in constants.values()})
    extremes = [
        Equation(f"constant {c.name}", Quantity(c.name), (Side(number(c.value), Rule.EXTREMES),), generic=False)
        for c in sorted(constants.values(), key=lambda c: c.name)
    ]
    closing: tuple[str, ...] = ()
    if bounds:
        meaning = ", ".join(
            f"${work.printer.print(Quantity(c.name))} = \\sup\\lvert {_primed(c)}\\rvert$"
            for c in sorted(constants.values(), key=lambda c: c.name)
        )
        closing = (f"The bounds hold at every point, with {meaning}; weights sum to 1." if meaning else "",)
    return Section(
        "third", "Third derivatives", ("Differentiating a third time,",), (*equations, *extremes, *bounds), closing
    )


def _primed(c: Extreme) -> str:
    return function_name(c.function, c.order)


def stationarity_step(work: Work) -> Section | None:
    equations = []
    for family in work.formula.families:
        by, slope = work.derivative((family,))
        avoid = _indices(by)
        values = in_own_values(slope, avoid)
        node = values if values is not None and len(arguments_of(slope)) <= 2 else slope
        equations.append(_condition(f"stationarity in {family.name}", node, Derivative(work.loss, by), avoid))
    contracted = []
    for family in work.formula.families:
        (variable,), slope = work.derivative((family,))
        # Each neuron has an identity of its own where the family has a row for it.
        over = [i for i in variable.indices if isinstance(i, Index) and (i.over != "neuron" or len(family.over) == 1)]
        left: Node = mul(variable, Derivative(work.loss, (variable,)))
        right: Node = mul(variable, slope)
        for index in over:
            left, right = Sum(index, left), Sum(index, right)
        folded = collect_folded(right, work.formula, _indices((variable,)) - set(over))
        contracted.append(Equation(f"energy in {family.name}", left, (Side(folded, Rule.CONTRACTION),)))
    lead = ("At a stationary point the gradient vanishes:",)
    closing = (
        "At a stationary point the left sides of the last identities vanish, so each ridge term there equals minus the "
        "terms that follow it.",
    )
    return Section("stationarity", "Stationary points", lead, (*equations, *contracted), closing)


def _condition(name: str, node: Node, vanishing: Node, avoid: frozenset[Index]) -> Equation:
    """The equation 'ridge part = minus the rest', free of a common rational factor."""
    monomials = expand(node, avoid)
    ridge = [m for m in monomials if not m.bound]
    rest = [m for m in monomials if m.bound]
    if not ridge:
        return Equation(name, node, (Side(number(0), Rule.STATIONARITY),), condition=vanishing, multiple=number(1))
    content = abs(ridge[0].coefficient)
    scaled = collect(mul(number(1 / content), display(ridge)), avoid)
    right = negative_of(display(rest), content, node, avoid)
    return Equation(name, scaled, (Side(right, Rule.STATIONARITY),), condition=vanishing, multiple=number(content))


def negative_of(rest: Node, content: sp.Expr, node: Node, avoid: frozenset[Index]) -> Node:
    """-rest/content, in the factored form that ``node`` has where it has one."""
    scale = number(-1 / content)
    terms = node.children() if type(node).__name__ == "Add" else (node,)
    kept = [t for t in terms if any(isinstance(n, Sum) for n in walk(t))]
    total = [mul(scale, t) for t in kept]
    return add(*total) if kept else negative(rest)


def written_step(work: Work) -> Section | None:
    """The gradient over a small class table, without sums."""
    o, formula = work.objective, work.formula
    plain = formula.sizes["neuron"] == 1 and {d.name for d in formula.definitions} == {"z"}
    # Names with words in their subscripts would not be read as one name.
    plain = plain and all(v.name.rstrip("0123456789").isalpha() for v in o.variables)
    if not plain or len(formula.data.atoms) > 4 or len(o.variables) > 2:
        return None
    (family,) = formula.families
    _, slope = work.derivative((family,))
    values = in_own_values(slope, frozenset())
    if values is None:
        return None
    equations = []
    lead = "With the sums written out over the class table,"
    for k, v in enumerate(family.symbols):
        at_k = rename(values, {Index("feature", "k"): k})
        explicit = written_out(at_k, work.actual, o.variables)
        expression = work.actual.value(at_k)
        sides = [Side(explicit, Rule.TABLE)]
        short = collected(expression, o.variables)
        if short != explicit:
            lead = "With the sums written out over the class table, and then with terms of opposite arguments combined,"
            sides.append(Side(short, Rule.SYMMETRY))
        left = Derivative(work.loss, (Quantity(v.name),))
        equations.append(Equation(f"gradient in {v.name}, written out", left, tuple(sides), generic=False))
    return Section("written-out", "The gradient, class by class", (lead,), tuple(equations))


def symmetry_step(work: Work) -> Section | None:
    lines = symmetry_lines(work.objective, work.formula)
    return Section("symmetry", "Symmetries", lines, ()) if lines else None


STEPS: dict[str, Callable[[Work], Section | None]] = {
    "objective": objective_step,
    "gradient": gradient_step,
    "written-out": written_step,
    "hessian": hessian_step,
    "third": third_step,
    "stationarity": stationarity_step,
    "symmetry": symmetry_step,
}
