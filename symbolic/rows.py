"""Equations split into an exact linear part and a nonlinear rest: sum_k c_k x_k + rest(x) = 0.

Each variable with c_k != 0 is then a function of the others, which contracts any box that may hold
a zero.  Two equations that share a nonlinear monomial give a further row, their combination without
it; for the supervised objective these rows bound tau*a + b and tau*a - b, and they halve the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import sympy as sp

__all__ = ["LinearRow", "linear_rows"]

MAX_MONOMIALS = 24


@dataclass(frozen=True)
class LinearRow:
    """``sum(coefficients[k] * variables[k]) + rest`` vanishes at every zero of the system."""

    coefficients: tuple[sp.Rational, ...]
    rest: sp.Expr


def linear_rows(equations: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> list[LinearRow]:
    """The rows of a system: one for each equation with a linear term, then the combinations."""
    expanded = [_monomials(e) for e in equations]
    rows = [_row(e, variables) for e in expanded]
    found = [row for row in rows if row is not None]
    seen = {row.rest for row in found}
    for first, second in combinations(expanded, 2):
        if max(len(first), len(second)) > MAX_MONOMIALS:
            continue
        shared = [m for m in first if m in second and m not in variables and not m.is_Number]
        for monomial in shared:
            factor = first[monomial] / second[monomial]
            combined = {
                m: first.get(m, sp.Integer(0)) - factor * second.get(m, sp.Integer(0)) for m in {**first, **second}
            }
            row = _row(combined, variables)
            # A combination longer than both of its parts would loosen bounds, not tighten them.
            worth = _nonlinear(combined, variables) <= max(_nonlinear(first, variables), _nonlinear(second, variables))
            if row is not None and worth and row.rest not in seen:
                seen.add(row.rest)
                found.append(row)
    return found


def _monomials(equation: sp.Expr) -> dict[sp.Expr, sp.Rational]:
    """Coefficients of the expanded equation, with function values f(u) and complements c - f(u) as units.

    Splitting 1 - s(u) would make an interval see s(u) twice and forget that 1 - s(u) is positive.
    """
    units: dict[sp.Expr, sp.Dummy] = {}

    def unit(e: sp.Expr) -> sp.Dummy:
        return units.setdefault(e, sp.Dummy())

    def is_complement(e: sp.Basic) -> bool:
        if not isinstance(e, sp.Add) or len(e.args) != 2:
            return False
        constant, term = e.as_coeff_Add()
        return constant != 0 and isinstance(term.as_coeff_Mul()[1], sp.Function)

    outer = equation
    for e in sp.preorder_traversal(equation):
        if is_complement(e) or (isinstance(e, sp.Function) and not e.is_number):
            unit(e)
    # Largest first, so that a unit inside another one's argument is not replaced on its own.
    for e in sorted(units, key=lambda e: -e.count_ops()):
        outer = outer.xreplace({e: units[e]})
    names = {dummy: e for e, dummy in units.items()}
    return {m.xreplace(names): c for m, c in sp.expand(outer).as_coefficients_dict().items()}


def _nonlinear(monomials: dict[sp.Expr, sp.Rational], variables: Sequence[sp.Symbol]) -> int:
    return sum(1 for m, c in monomials.items() if c != 0 and m not in variables)


def _row(monomials: dict[sp.Expr, sp.Rational], variables: Sequence[sp.Symbol]) -> LinearRow | None:
    coefficients = tuple(sp.Rational(monomials.get(v, 0)) for v in variables)
    if not any(coefficients):
        return None
    rest = sp.Add(*(c * m for m, c in monomials.items() if m not in variables and c != 0))
    return LinearRow(coefficients, sp.factor_terms(rest))
