"""Proofs of goals as data: each step names a theorem, its parameters, and proofs of what it leaves.

A proof is ``{"rule": name, parameters..., "parts": [proofs of the goals that remain]}``.
:func:`remaining` applies the theorem; nothing else about a proof is trusted.  The rule ``tree`` (branch and bound)
leaves no goals and is walked by its user.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from proofs.theorems import algebraic, expansion, nonnegative, reductions
from proofs.theorems.goal import Goal, Inapplicable
from proofs.theorems.signs import sign_by_form
from symbolic.reader import ReadError, parse_expression, parse_number

__all__ = ["RULES", "exact_constant", "remaining", "write_constant", "write_function"]

Proof = dict[str, Any]


def exact_constant(text: Any) -> sp.Expr:
    """An exact constant from a proof, read by the grammar of the claims (nothing is evaluated)."""
    if not isinstance(text, str) or len(text) > 2000:
        raise Inapplicable("a constant is not a string")
    try:
        try:
            return parse_number(text)
        except ReadError:
            return parse_expression(text, {}).expr
    except ReadError as error:
        raise Inapplicable(f"not a constant: {text[:40]!r}") from error


def write_constant(value: sp.Expr) -> str:
    """The text of a constant; raises ValueError when it would not be read back as the same."""
    text = sp.sstr(value).replace("**", "^")
    try:
        if exact_constant(text) == value:
            return text
    except Inapplicable as error:
        raise ValueError(str(error)) from error
    raise ValueError(f"the constant {text} is not in the language")


def exact_function(text: Any, goal: Goal) -> sp.Expr:
    """An expression in the variables of a goal, read like a constant."""
    if not isinstance(text, str) or len(text) > 2000:
        raise Inapplicable("an expression is not a string")
    try:
        return parse_expression(text, {v.name: v for v in goal.region.variables}).expr
    except ReadError as error:
        raise Inapplicable(f"not an expression: {text[:40]!r}") from error


def write_function(value: sp.Expr, goal: Goal) -> str:
    """The text of an expression; raises ValueError when it would not be read back as the same."""
    text = sp.sstr(value).replace("**", "^")
    try:
        if exact_function(text, goal) == value:
            return text
    except Inapplicable as error:
        raise ValueError(str(error)) from error
    raise ValueError(f"the expression {text} is not in the language")


def _variable(goal: Goal, proof: Proof, key: str = "variable") -> sp.Symbol:
    for v in goal.region.variables:
        if v.name == proof.get(key):
            return v
    raise Inapplicable("a proof names an unknown variable")


def _integers(proof: Proof, key: str) -> list[int]:
    value = proof.get(key)
    if not isinstance(value, list) or not all(isinstance(s, int) and not isinstance(s, bool) for s in value):
        raise Inapplicable(f"{key} are malformed")
    return value


def _constants(proof: Proof, key: str) -> list[sp.Expr]:
    value = proof.get(key)
    if not isinstance(value, list):
        raise Inapplicable(f"{key} is malformed")
    return [exact_constant(v) for v in value]


def _integer(proof: Proof, key: str) -> int:
    value = proof.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Inapplicable(f"{key} is malformed")
    return value


def _shifts(proof: Proof) -> list[tuple[str, sp.Expr]]:
    value = proof.get("shifts")
    if not isinstance(value, list) or not all(isinstance(s, list) and len(s) == 2 for s in value):
        raise Inapplicable("the shifts are malformed")
    return [(str(d), exact_constant(s)) for d, s in value]


RULES: dict[str, Callable[[Goal, Proof], list[Goal]]] = {
    "empty": lambda g, p: nonnegative.by_emptiness(g),
    "constant": lambda g, p: nonnegative.by_constant(g),
    "signs": lambda g, p: sign_by_form(g),
    "cases": lambda g, p: nonnegative.by_cases(g),
    "split": lambda g, p: nonnegative.by_splitting(g, _variable(g, p), exact_constant(p.get("at"))),
    "face": lambda g, p: nonnegative.by_face(g, _variable(g, p), str(p.get("end"))),
    "concave": lambda g, p: nonnegative.by_concavity(g, _variable(g, p)),
    "taylor": lambda g, p: nonnegative.by_taylor(g, _variable(g, p), str(p.get("end")), _integer(p, "order")),
    "ray": lambda g, p: nonnegative.by_strict_monotonicity(g, _variable(g, p), str(p.get("end"))),
    "drop": lambda g, p: nonnegative.by_dropping(g),
    "multiplier": lambda g, p: nonnegative.by_multiplier(g, _integer(p, "constraint"), exact_constant(p.get("factor"))),
    "factors": lambda g, p: algebraic.by_factors(g, _integers(p, "signs")),
    "coefficients": lambda g, p: algebraic.by_coefficients(g, _shifts(p)),
    "discriminant": lambda g, p: algebraic.by_discriminant(g, _integer(p, "atom")),
    "root": lambda g, p: algebraic.by_square_root(g, _integer(p, "atom"), p.get("rational") is True),
    "exponential": lambda g, p: algebraic.by_exponential(g),
    "expansion": lambda g, p: expansion.by_expansion(
        g,
        _variable(g, p),
        exact_function(p.get("at"), g),
        _integer(p, "order"),
        exact_constant(p.get("lo")),
        exact_constant(p.get("hi")),
    ),
    "reciprocal": lambda g, p: reductions.by_reciprocal(g, _variable(g, p)),
    "groups": lambda g, p: reductions.by_groups(g, _constants(p, "point")),
    "order": lambda g, p: reductions.by_order(g, _variable(g, p), _variable(g, p, "other")),
    "ordered": lambda g, p: reductions.by_ordered_coefficients(g),
    "equality": lambda g, p: reductions.by_equality(g, _integer(p, "constraint"), _variable(g, p), _integer(p, "sign")),
    "augmented": lambda g, p: reductions.by_augmentation(
        g, _integer(p, "constraint"), exact_constant(p.get("factor")), exact_constant(p.get("reach"))
    ),
}


def remaining(goal: Goal, proof: Proof) -> list[Goal]:
    """What is left to prove after the first step of a proof.  Raises Inapplicable."""
    rule = RULES.get(str(proof.get("rule")))
    if rule is None:
        raise Inapplicable(f"unknown theorem {str(proof.get('rule'))[:40]!r}")
    return rule(goal, proof)
