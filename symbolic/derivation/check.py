"""Every equation of a derivation is checked by exact algebra before it can be printed.

Arithmetic: symbolic (exact).  An equation between sums over the classes is checked on a table whose
weights and coordinates are symbols, so it holds for every table; free indices take one representative
of each pattern of equal and different values, which is enough because formulas treat all neurons and all features
alike.  Left sides that are derivatives are differentiated again by SymPy.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from symbolic.activations import sigmoid, softplus
from symbolic.calculus import is_identically_zero, normal_form
from symbolic.derivation.bounds import triangle_bound
from symbolic.derivation.equation import Equation
from symbolic.derivation.instance import Instance
from symbolic.derivation.tree import Delta, Index, Label, Node, Quantity, walk

__all__ = ["DerivationError", "check_equation", "equal", "places", "representatives"]


_MODULUS = sp.Function("modulus", real=True)


class DerivationError(ValueError):
    """An equation that was not shown to be true: it is not printed."""


def representatives(indices: tuple[Index, ...], instance: Instance) -> Iterator[dict[Index, int]]:
    """One assignment for each pattern of equal and different indices (of each range)."""

    def extend(position: int, at: dict[Index, int]) -> Iterator[dict[Index, int]]:
        if position == len(indices):
            yield dict(at)
            return
        index = indices[position]
        used = [v for i, v in at.items() if i.over == index.over]
        top = min(max(used, default=-1) + 2, instance.sizes[index.over])
        # Classes differ in their labels, so each is its own representative.
        for value in range(instance.sizes["class"] if index.over == "class" else top):
            at[index] = value
            yield from extend(position + 1, at)
            del at[index]

    yield from extend(0, {})


def places(equation: Equation, actual: Instance, generic: Instance) -> tuple[Instance, list[dict[Index, int]]]:
    """The table on which an equation is shown, and the values of its free indices.

    Representatives are enough only where no neuron, feature or class is called by its number.
    """
    formula = actual.formula
    nodes = [*equation.nodes, *(s.body for s in formula.stages), *(d.body for d in formula.definitions)]
    numbered = any(isinstance(i, int) for node in nodes for n in walk(node) for i in _labels(n))
    if equation.generic and not numbered:
        return generic, list(representatives(equation.free, generic))
    return actual, actual.assignments(equation.free)


def _labels(node: Node) -> tuple[Label, ...]:
    if isinstance(node, Quantity):
        return node.indices
    return (node.first, node.second) if isinstance(node, Delta) else ()


def equal(first: sp.Expr, second: sp.Expr) -> bool:
    """True only when exact algebra shows that two expressions are the same function."""
    if first == second:
        return True
    difference = _logarithms(_inside_bars(first) - _inside_bars(second))
    return bool(difference == 0) or is_identically_zero(difference)


def _inside_bars(expr: sp.Expr) -> sp.Expr:
    """What stands between bars in normal form and up to its sign, so that equal moduli look equal."""

    def canonical(inside: sp.Expr) -> sp.Expr:
        normal = normal_form(inside)
        return _MODULUS(-normal if normal.could_extract_minus_sign() else normal)

    return expr.replace(sp.Abs, canonical) if expr.has(sp.Abs) else expr


def _logarithms(expr: sp.Expr) -> sp.Expr:
    """log(1 + e^u) = softplus(u), log s(u) = -softplus(-u), log(1 - s(u)) = -softplus(u)."""

    def rewrite(e: sp.Expr) -> sp.Expr:
        rest = e.args[0] - 1
        if isinstance(rest, sp.exp):
            return softplus(rest.args[0])
        inside = sp.expand(e.args[0])
        if isinstance(inside, sigmoid):
            return -softplus(-inside.args[0])
        if isinstance(1 - inside, sigmoid):
            return -softplus((1 - inside).args[0])
        return e

    return expr.replace(lambda e: isinstance(e, sp.log), rewrite) if expr.has(sp.log) else expr


def check_equation(equation: Equation, actual: Instance, generic: Instance, positive: frozenset[str]) -> int:
    """Show the equation; returns how many equalities were shown.  Raises DerivationError otherwise."""
    instance, at_places = places(equation, actual, generic)
    if equation.bounded is not None:
        return _check_bound(equation, instance, at_places, positive)
    shown = 0
    for at in at_places:
        before = instance.value(equation.left, at)
        if equation.condition is not None:
            assert equation.multiple is not None
            difference = before - instance.value(equation.sides[0].body, at)
            vanishing = instance.value(equation.condition, at)
            if not equal(instance.value(equation.multiple, at) * difference, vanishing):
                raise _failure(equation, at)
            shown += 1
            continue
        for side in equation.sides:
            after = instance.value(side.body, at)
            if side.relation != "=" or not equal(before, after):
                raise _failure(equation, at)
            before = after
            shown += 1
    return shown


def _check_bound(
    equation: Equation, instance: Instance, at_places: list[dict[Index, int]], positive: frozenset[str]
) -> int:
    """|A| <= B where A is the formula that is bounded, and B its bound, with weights that are positive and sum to 1."""
    assert equation.bounded is not None
    (side,) = equation.sides
    for at in at_places:
        if not equal(instance.value(equation.left.children()[0], at), instance.value(equation.bounded, at)):
            raise _failure(equation, at)
    weights = [atom.weight for atom in instance.formula.data.atoms]
    found = triangle_bound(equation.bounded, frozenset(equation.free), positive)
    distribution = not weights or (all(w.is_positive for w in weights) and sum(weights) == 1)
    sound = found is not None and found[0] == side.body and distribution
    if not sound or side.relation != "<=":
        raise DerivationError(f"{equation.name}: the bound was not shown")
    return len(at_places)


def _failure(equation: Equation, at: dict[Index, int]) -> DerivationError:
    where = ", ".join(f"{i.name} = {v + 1}" for i, v in at.items())
    return DerivationError(f"{equation.name}: not shown{' at ' + where if where else ''}")
