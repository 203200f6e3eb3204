"""Gradient, Hessian and third derivatives in closed form, and the exact zero test."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symbolic.activations import sigmoid, softplus, to_polynomials

__all__ = [
    "gradient",
    "hessian",
    "is_identically_zero",
    "jacobian",
    "normal_form",
    "reject_floats",
    "third_derivatives",
]


def gradient(expr: sp.Expr, variables: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """The partial derivatives, with common factors kept outside sums (that keeps enclosures tight)."""
    return [sp.factor_terms(sp.diff(expr, v)) for v in variables]


def jacobian(equations: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> list[list[sp.Expr]]:
    """d equations[i] / d variables[j], shape (len(equations), len(variables))."""
    return [[sp.factor_terms(sp.diff(e, v)) for v in variables] for e in equations]


def hessian(expr: sp.Expr, variables: Sequence[sp.Symbol]) -> list[list[sp.Expr]]:
    """The symmetric matrix of second derivatives; entries below the diagonal are the same objects."""
    first = [sp.diff(expr, v) for v in variables]
    n = len(variables)
    upper = {(i, j): sp.factor_terms(sp.diff(first[i], variables[j])) for i in range(n) for j in range(i, n)}
    return [[upper[min(i, j), max(i, j)] for j in range(n)] for i in range(n)]


def third_derivatives(expr: sp.Expr, variables: Sequence[sp.Symbol]) -> dict[tuple[int, int, int], sp.Expr]:
    """d^3 expr / dx_i dx_j dx_k for i <= j <= k (the tensor is symmetric)."""
    second = hessian(expr, variables)
    n = len(variables)
    return {
        (i, j, k): sp.factor_terms(sp.diff(second[i][j], variables[k]))
        for i in range(n)
        for j in range(i, n)
        for k in range(j, n)
    }


def normal_form(expr: sp.Expr) -> sp.Expr:
    """Expanded polynomial in sigmoids, one per argument up to sign (softplus(-z) = softplus(z) - z)."""

    def reflect(e: sp.Expr) -> sp.Expr:
        z = e.args[0]
        return softplus(-z) + z

    expr = to_polynomials(expr)
    expr = expr.replace(lambda e: isinstance(e, (sp.exp, sp.log)), lambda e: type(e)(sp.expand(e.args[0])))
    # Rebuilding lets every sigmoid canonicalise the sign of its (expanded) argument.
    expr = expr.replace(lambda e: isinstance(e, (sigmoid, softplus)), lambda e: type(e)(sp.expand(e.args[0])))
    expr = expr.replace(lambda e: isinstance(e, softplus) and e.args[0].could_extract_minus_sign(), reflect)
    return sp.expand(expr)


def is_identically_zero(expr: sp.Expr) -> bool:
    """True only when exact algebra shows expr = 0 everywhere; False means "not shown"."""
    if expr == 0:  # structurally; `is_zero` would ask the assumptions of every subexpression
        return True
    # Nested sigmoids need one pass for each level before their arguments meet in one form.
    previous = expr
    for _ in range(4):
        current = normal_form(previous)
        if current == 0:
            return True
        if current == previous:
            return False
        previous = current
    return False


def reject_floats(expr: sp.Basic) -> None:
    """Raise ValueError when the expression contains an inexact number."""
    if expr.has(sp.Float):
        raise ValueError("exact numbers only: the expression contains a float")
