"""Factors of a polynomial with rational coefficients, by FLINT: an order faster than SymPy's on several variables.

Arithmetic: exact.
"""

from __future__ import annotations

import sympy as sp
from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

__all__ = ["factor_list"]

# FLINT does not stop at an alarm.
MAX_DEGREE, MAX_TERMS, MAX_BITS = 200, 2000, 20_000
Factors = list[tuple[sp.Expr, int]]


def factor_list(expr: sp.Expr) -> tuple[sp.Rational, Factors]:
    """expr = constant * prod f^k with irreducible f over the integers, in an order that depends on ``expr`` alone.

    The product is multiplied out again.  Raises sympy.PolynomialError for what is not a polynomial with rational
    coefficients, ArithmeticError when the product differs or the polynomial is too large.
    """
    symbols = sorted(expr.free_symbols, key=lambda s: s.name)
    if not symbols:
        return sp.sympify(expr), []
    polynomial = sp.Poly(expr, *symbols)
    if polynomial.is_zero:
        return sp.S.Zero, []
    if not (polynomial.domain.is_ZZ or polynomial.domain.is_QQ):
        raise sp.PolynomialError("the coefficients are not rational")
    if polynomial.total_degree() > MAX_DEGREE or len(polynomial.terms()) > MAX_TERMS:
        raise ArithmeticError("the polynomial is too large to be factored")
    content, whole = polynomial.clear_denoms(convert=True)
    if max(int(c).bit_length() for c in whole.coeffs()) > MAX_BITS:
        raise ArithmeticError("the coefficients are too large to be factored")
    context = fmpz_mpoly_ctx.get(tuple(f"x{k}" for k in range(len(symbols))), Ordering.lex)
    given = context.from_dict({m: int(c) for m, c in whole.terms()})
    constant, found = given.factor()
    product = context.constant(constant)
    for factor, power in found:
        product *= factor**power
    if product != given:
        raise ArithmeticError("the factors were not confirmed")
    found = sorted(found, key=lambda f: (f[1], f[0].total_degree(), len(f[0]), sorted(_terms(f[0]))))
    factors = [(sp.Poly(dict(_terms(f)), *symbols).as_expr(), int(k)) for f, k in found]
    return sp.Integer(int(constant)) / content, factors


def _terms(polynomial: fmpz_mpoly) -> list[tuple[tuple[int, ...], int]]:
    return [(tuple(map(int, m)), int(c)) for m, c in polynomial.to_dict().items()]
