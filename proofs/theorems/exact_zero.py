"""Exact zeros: equations that vanish at a rational point by exact algebra, not by many digits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy as sp

__all__ = ["is_exact_zero", "substitute"]

MOST_OPERATIONS = 400


def substitute(expr: sp.Expr, variables: Sequence[sp.Symbol], point: Sequence[Fraction]) -> sp.Expr:
    """``expr`` at an exact rational point."""
    values = {v: sp.Rational(p.numerator, p.denominator) for v, p in zip(variables, point, strict=True)}
    return expr.subs(values, simultaneous=True)


def is_exact_zero(expressions: Sequence[sp.Expr], variables: Sequence[sp.Symbol], point: Sequence[Fraction]) -> bool:
    """True only when every expression is shown to be 0 at the point by exact algebra."""
    for expr in expressions:
        if expr.count_ops() > MOST_OPERATIONS:
            return False
        value = substitute(expr, variables, point)
        if value.is_zero:
            continue
        if not value.is_finite or sp.expand(value) != 0:
            return False
    return True
