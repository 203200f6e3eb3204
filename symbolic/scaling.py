"""Coordinates in which parameters leave the nonlinear part of an objective.

A feature of strength tau enters every score as tau*b.  In y = tau*b the scores are free of tau, which
stays in the ridge alone: a search over a range of tau then costs what one value costs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import sympy as sp

from symbolic.objectives import Objective

__all__ = ["natural_scales", "rescaled"]


def natural_scales(objective: Objective, nonzero: Collection[sp.Symbol]) -> tuple[sp.Expr, ...]:
    """For each variable a factor c, a product of powers of free parameters, or 1.

    c is the coefficient with which the variable enters the innermost arguments of functions, where that
    is the same product everywhere up to a rational factor.  Only parameters in ``nonzero`` are used, so that
    y = c*x is a bijection.  Any choice is sound; this one keeps the nonlinear part free of parameters.
    """
    arguments = {
        a for e in sp.preorder_traversal(objective.at_values(objective.loss)) if isinstance(e, sp.Function)
        for a in e.args if not a.has(sp.Function)
    }  # fmt: skip
    scales = []
    for v in objective.variables:
        found: set[sp.Expr] = set()
        for argument in arguments:
            if argument.has(v):
                slope = sp.diff(argument, v)
                found.add(sp.nan if slope.has(v) else sp.expand(slope).as_coeff_Mul()[1])
        scale = found.pop() if len(found) == 1 else sp.S.One
        scales.append(scale if scale.free_symbols and _monomial(scale, nonzero) else sp.S.One)
    return tuple(scales)


def _monomial(e: sp.Expr, symbols: Collection[sp.Symbol]) -> bool:
    factors = [f.as_base_exp() for f in sp.Mul.make_args(e)]
    return all(base in symbols and exponent.is_Integer for base, exponent in factors)


def rescaled(objective: Objective, scales: tuple[sp.Expr, ...]) -> Objective:
    """The objective in y_k = scales[k] * x_k, with the names of the variables kept.

    Only loss, variables, parameters and symmetries keep their meaning; bounds and rows are those of x.
    """
    change = {v: v / c for v, c in zip(objective.variables, scales, strict=True) if c != 1}
    loss = objective.loss.subs(change, simultaneous=True)
    return replace(objective, loss=loss, energy=(), structure=None, penalties=())
