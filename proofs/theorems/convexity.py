"""Curvature that the form of an expression shows: the calculus of convex functions.

Sums, positive multiples and compositions h(g_1, ..., g_k) keep convexity where h is convex and grows in every convex
and falls in every concave argument (S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 3.2).  A convex
function that is twice differentiable has a positive semidefinite Hessian.
"""

from __future__ import annotations

import sympy as sp

from proofs.theorems.definedness import KINKS, smoothness
from proofs.theorems.goal import Inapplicable, Region, constant_sign
from proofs.theorems.signs import Signs
from symbolic.activations import sigmoid, softplus

__all__ = ["Curvature", "strictly_needed"]

CONVEX, CONCAVE = 1, -1
AFFINE = frozenset((CONVEX, CONCAVE))
UNKNOWN: frozenset[int] = frozenset()


class Curvature:
    """Curvatures over a box: CONVEX, CONCAVE, both for affine expressions, none where the form shows nothing."""

    def __init__(self, region: Region) -> None:
        self.variables = set(region.variables)
        self.signs = Signs(region)

    def of(self, e: sp.Expr) -> frozenset[int]:
        if not e.free_symbols & self.variables or e.is_Symbol:
            return AFFINE
        if isinstance(e, sp.Add):
            found = AFFINE
            for term in e.args:
                found = found & self.of(term)
            return found
        if isinstance(e, sp.Mul):
            return self._product(e)
        if isinstance(e, sp.exp):
            return self._only(CONVEX, CONVEX in self.of(e.args[0]))
        if isinstance(e, sp.Pow):
            return self._power(e.base, e.exp)
        if isinstance(e, sp.log):
            return self._logarithm(e.args[0])
        if isinstance(e, softplus):
            return self._only(CONVEX, CONVEX in self.of(e.args[0]))
        if isinstance(e, sp.cosh):
            return self._only(CONVEX, self.of(e.args[0]) == AFFINE)
        return UNKNOWN

    @staticmethod
    def _only(curvature: int, holds: bool) -> frozenset[int]:
        return frozenset((curvature,)) if holds else UNKNOWN

    def _product(self, e: sp.Mul) -> frozenset[int]:
        constant, rest = e.as_independent(*self.variables, as_Add=False)
        sign = constant_sign(constant)
        if sign is None:
            return UNKNOWN
        if sign == 0 or not isinstance(rest, sp.Mul):
            return frozenset(sign * c for c in self.of(rest)) if sign else AFFINE
        return self._only(sign, self._square_over_line(rest))

    def _square_over_line(self, e: sp.Mul) -> bool:
        """u^2/v for affine u and a concave v > 0: the perspective of a square."""
        squares = [f.base for f in e.args if f.is_Pow and f.exp == 2]
        below = [f.base for f in e.args if f.is_Pow and f.exp == -1]
        if len(e.args) != 2 or len(squares) != 1 or len(below) != 1:
            return False
        return self.of(squares[0]) == AFFINE and CONCAVE in self.of(below[0]) and self.signs.of(below[0]) <= {1}

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> frozenset[int]:
        if not exponent.is_Rational:
            return UNKNOWN
        inner, sign = self.of(base), self.signs.of(base)
        if exponent.is_Integer and exponent > 0 and exponent % 2 == 0 and inner == AFFINE:
            return frozenset((CONVEX,))
        if exponent < 0:
            return self._only(CONVEX, CONCAVE in inner and sign <= {1})
        if exponent < 1:
            if exponent == sp.Rational(1, 2) and self._sum_of_squares(base):
                return frozenset((CONVEX,))
            return self._only(CONCAVE, CONCAVE in inner)
        return self._only(CONVEX, CONVEX in inner and sign <= {0, 1})

    def _sum_of_squares(self, e: sp.Expr) -> bool:
        """Positive multiples of squares of affine expressions and numbers >= 0: the square of a norm."""
        for term in sp.Add.make_args(e):
            constant, rest = term.as_independent(*self.variables, as_Add=False)
            sign = constant_sign(constant)
            if sign is None or sign < 0:
                return False
            if rest != 1 and not (rest.is_Pow and rest.exp == 2 and self.of(rest.base) == AFFINE):
                return False
        return True

    def _logarithm(self, e: sp.Expr) -> frozenset[int]:
        if isinstance(e, sigmoid):
            # log sigmoid(u) = -softplus(-u).
            return self._only(CONCAVE, CONCAVE in self.of(e.args[0]))
        exponents = []
        for term in sp.Add.make_args(e):
            constant, rest = term.as_independent(*self.variables, as_Add=False)
            if constant_sign(constant) != 1 or not (rest == 1 or isinstance(rest, sp.exp)):
                break
            exponents.append(sp.S.Zero if rest == 1 else rest.args[0])
        else:
            # The logarithm of a sum of exponentials is convex and grows in every exponent.
            return self._only(CONVEX, all(CONVEX in self.of(u) for u in exponents))
        return self._only(CONCAVE, CONCAVE in self.of(e))

    def smooth(self, e: sp.Expr) -> bool:
        """Whether the form shows that an expression is twice differentiable where it is defined."""
        if e.has(*KINKS):
            return False
        try:
            needed = [c for v in e.free_symbols & self.variables for c in smoothness(e, v)]
        except Inapplicable:
            return False
        return all(self.signs.of(u) <= {1} for u, _ in needed)


def strictly_needed(function: sp.Expr, sign: int, region: Region) -> sp.Expr | None:
    """What is left of a sum without its terms whose Hessian is positive (for sign -1 negative) semidefinite.

    If the Hessian of the rest is definite, so is that of the function.  Polynomials of degree up to two stay: they are
    what usually makes it definite.  None when nothing can be left out.
    """
    curvature, kept, dropped = Curvature(region), [], 0
    for term in sp.Add.make_args(function):
        easy = term.is_polynomial(*region.variables) and sp.Poly(term, *region.variables).total_degree() <= 2
        if not easy and sign in curvature.of(term) and curvature.smooth(term):
            dropped += 1
        else:
            kept.append(term)
    return sp.Add(*kept) if dropped else None
