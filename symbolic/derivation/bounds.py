"""Bounds of derivatives: the triangle inequality with the extreme values of the activation's derivatives.

Arithmetic: symbolic (exact).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import sympy as sp

from symbolic.activations import activation, activation_names, derivative_polynomial
from symbolic.activations.base import S
from symbolic.derivation.monomials import Factors, Monomial, display, expand, nested, product_of
from symbolic.derivation.tree import Abs, Apply, Index, Node, Quantity, free_indices, mul, number

__all__ = ["Extreme", "extreme", "triangle_bound"]

LETTERS = ("M", "N", "K")


@dataclass(frozen=True)
class Extreme:
    """|f^(order)(z)| <= value for every real z, and no smaller value will do."""

    function: str
    order: int
    name: str
    value: sp.Expr


def extreme(function: str, order: int, name: str) -> Extreme | None:
    """The supremum of |f^(order)|; None where the derivative is no polynomial in a bounded value.

    *Proof.* f^(order) = P(f) with f onto the open interval (lo, hi), so the supremum is the maximum of |P|
    on [lo, hi], which is attained at an end or where P' = 0.
    """
    if function not in activation_names():
        return None
    kind = activation(function)
    lo, hi = kind.value_range
    if not (lo.is_finite and hi.is_finite):
        return None
    try:
        polynomial = derivative_polynomial(cast(Any, kind), order)
    except TypeError:
        return None
    slope = polynomial.diff(S)
    inner = [] if slope.is_zero or slope.degree() == 0 else sp.real_roots(slope)
    places = [lo, hi, *(r for r in inner if (r - lo).is_positive and (hi - r).is_positive)]
    values = [sp.radsimp(sp.expand(polynomial.eval(r))) for r in places]
    best: sp.Expr = sp.S.Zero
    for value in values:
        size = -value if value.is_negative else value
        if (size - best).is_positive:
            best = size
    return Extreme(function, order, name, best)


def triangle_bound(node: Node, avoid: frozenset[Index], positive: frozenset[str]) -> tuple[Node, list[Extreme]] | None:
    """An upper bound of |node| and the constants in it; None where a function has no known bound.

    *Proof.* |sum c_i prod_k f_ik| <= sum |c_i| prod_k |f_ik|; weights and the named parameters are not negative,
    signs have modulus 1, deltas are 0 or 1, and each function value is at most its supremum.
    """
    constants: dict[tuple[str, int], Extreme] = {}
    functions: list[str] = []
    bounded: list[Monomial] = []
    for m in expand(node, avoid):
        factors: list[tuple[Node, int]] = []
        coefficient = abs(m.coefficient)
        for f, e in m.factors:
            if e < 0:
                return None
            if isinstance(f, Apply):
                if f.function not in functions:
                    functions.append(f.function)
                if len(functions) > len(LETTERS):
                    return None
                key = (f.function, f.order)
                if key not in constants:
                    found = extreme(f.function, f.order, f"{LETTERS[functions.index(f.function)]}{f.order}")
                    if found is None:
                        return None
                    constants[key] = found
                if constants[key].value == 1:
                    continue
                factors.append((Quantity(constants[key].name), e))
            elif isinstance(f, Quantity) and f.name == "y":
                continue
            elif isinstance(f, Quantity) and (f.name == "p" or f.name in positive):
                factors.append((f, e))
            elif isinstance(f, (Quantity, Abs)):
                factors.append((f if isinstance(f, Abs) else Abs(f), e))
            else:
                return None
        bounded.append(Monomial(coefficient, m.bound, m.deltas, product_of(factors)))
    merged: dict[tuple[object, ...], Monomial] = {}
    for m in bounded:
        key = (m.bound, m.deltas, m.factors)  # type: ignore[assignment]
        total = m.coefficient + (merged[key].coefficient if key in merged else 0)
        merged[key] = Monomial(total, m.bound, m.deltas, m.factors)
    used = sorted((c for c in constants.values() if c.value != 1), key=lambda c: c.name)
    return _display(list(merged.values())), used


def _display(monomials: list[Monomial]) -> Node:
    """One bracket of constants in front of a sum that all terms share; weights alone sum to 1."""
    apart: list[Monomial] = []
    sums: set[tuple[tuple[Index, ...], Factors]] = set()
    for m in monomials:
        inner = tuple(fe for fe in m.factors if free_indices(fe[0]) & set(m.bound))
        outer = tuple(fe for fe in m.factors if fe not in inner)
        weights = len(m.bound) == 1 and inner == ((Quantity("p", m.bound), 1),)
        sums.add(((), ()) if weights else (m.bound, inner))
        apart.append(Monomial(m.coefficient, (), m.deltas, outer))
    if len(sums) > 1:
        return display(monomials)
    ((bound, inner),) = sums
    return mul(display(apart), nested(sp.S.One, bound, inner, number(1)))
