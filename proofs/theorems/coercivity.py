"""A loss that is bounded below apart from squares of all variables is coercive, so its minimum is attained.

L(x) = sum_v c_v v^2 + R(x) with every c_v > 0 and R >= m on all of R^n: L tends to infinity with |x|, hence attains its
minimum, at a stationary point.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import arb

from numeric import balls
from numeric.compiler import compile_tape
from numeric.endpoints import evaluate_endpoints
from symbolic.activations import sigmoid, softplus

__all__ = ["is_coercive", "nonnegative_by_form"]

BITS = 64


def is_coercive(loss: sp.Expr, variables: Sequence[sp.Symbol]) -> bool:
    """True only when the hypotheses are shown for a loss without free parameters.

    R is bounded below summand by summand: by its form where that shows that it is not negative, else by an enclosure
    over all of R^n.
    """
    squares: dict[sp.Symbol, sp.Expr] = dict.fromkeys(variables, sp.S.Zero)
    rest = []
    for term in sp.Add.make_args(sp.expand_mul(loss, deep=False)):
        coefficient, factor = term.as_coeff_Mul()
        inner = sp.Add.make_args(factor) if factor.is_Add else (factor,)
        if all(isinstance(t, sp.Pow) and t.base in squares and t.exp == 2 for t in inner):
            for t in inner:
                squares[t.base] += coefficient
        else:
            rest.append(term)
    if not all(c.is_Rational and c > 0 for c in squares.values()):
        return False
    return all(nonnegative_by_form(t) or _bounded_below(t, variables) for t in rest)


def nonnegative_by_form(e: sp.Expr) -> bool:
    """Sums and products of what is not negative: numbers, even powers, exp, sigmoid, softplus, log(1 + ...)."""
    if e.is_Rational:
        return bool(e >= 0)
    if isinstance(e, (sp.Add, sp.Mul)):
        return all(nonnegative_by_form(a) for a in e.args)
    if isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp > 0:
        return bool(e.exp % 2 == 0) or nonnegative_by_form(e.base)
    if isinstance(e, sp.log):
        constant, rest = e.args[0].as_coeff_Add()
        return bool(constant >= 1) and nonnegative_by_form(rest)
    return isinstance(e, (sp.exp, sigmoid, softplus))


def _bounded_below(term: sp.Expr, variables: Sequence[sp.Symbol]) -> bool:
    infinite = arb("inf")
    with balls.precision(BITS):
        try:
            ((lo, _),) = evaluate_endpoints(
                compile_tape([term], list(variables)), [(-infinite, infinite)] * len(variables)
            )
        except ValueError:
            return False
        return bool(lo.is_finite())
