"""Two functions are equal on a box, from what exact algebra shows of simpler ones.

``is_zero`` decides whether an expression vanishes wherever it is defined on a region: True is a proof by exact algebra.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy as sp

from proofs.theorems.algebraic import quotient
from proofs.theorems.definedness import KINKS, smoothness
from proofs.theorems.goal import Goal, Inapplicable, Range, Region, constant_sign, is_regular
from proofs.theorems.nonnegative import by_cases
from proofs.theorems.signs import Signs

__all__ = ["zero_by_cases", "zero_by_derivatives", "zero_by_square_root"]

IsZero = Callable[[sp.Expr, Region], bool]
NONNEGATIVE = {0, 1}


def zero_by_cases(expr: sp.Expr, region: Region, is_zero: IsZero) -> bool:
    """It vanishes where each absolute value, maximum and minimum is one of its branches, whichever that is."""
    if not expr.has(*KINKS):
        return False
    smooth = _known_branches(expr, region)
    if smooth != expr:
        return is_zero(smooth, region)
    try:
        goals = by_cases(Goal(expr, False, region))
    except Inapplicable:
        return False
    return all(g.region.is_empty() or is_zero(g.expr, g.region) for g in goals)


def _known_branches(expr: sp.Expr, region: Region) -> sp.Expr:
    """Kinks replaced by the branch that the region is known to be on."""
    signs = Signs(region)
    for kink in sp.postorder_traversal(expr):
        if not isinstance(kink, KINKS):
            continue
        branches = (kink.args[0], -kink.args[0]) if isinstance(kink, sp.Abs) else kink.args
        side = -1 if isinstance(kink, sp.Min) else 1
        for a in branches:
            if all(a == b or signs.of(sp.expand(side * (a - b))) <= NONNEGATIVE for b in branches):
                return expr.xreplace({kink: a})
    return expr


def zero_by_derivatives(expr: sp.Expr, region: Region, is_zero: IsZero) -> bool:
    """Its partial derivatives vanish inside the box, and it vanishes at a point: then it is constant, and zero.

    The function is continuous on the box (it is defined there) and differentiable inside, so the mean value theorem
    holds on every segment from the point.
    """
    if region.constraints or not region.variables or expr.has(*KINKS):
        return False
    inside = Region(region.variables, tuple(Range(r.lo, r.hi, True, True) for r in region.ranges))
    signs = Signs(inside)
    for v in region.variables:
        slope = sp.diff(expr, v)
        try:
            smooth = all(signs.of(u) <= {1} or inside.constrained(-u, False).is_empty() for u, _ in smoothness(expr, v))
        except Inapplicable:
            return False
        if not smooth or not is_regular(slope) or not is_zero(slope, inside):
            return False
    return any(_zero_at(expr, region, choice) for choice in range(4))


def _zero_at(expr: sp.Expr, region: Region, choice: int) -> bool:
    at = {}
    for v, r in zip(region.variables, region.ranges, strict=True):
        simple = [c for c in (sp.S.Zero, sp.S.One, -sp.S.One) if _within(c, r)]
        ends = [e for e in (r.lo, r.hi) if e is not None]
        middle = [(r.lo + r.hi) / 2] if r.lo is not None and r.hi is not None else []
        options = [*simple, *middle, *ends]
        if choice >= len(options):
            return False
        at[v] = options[choice]
    value = expr.subs(at)
    return bool(is_regular(value) and not value.free_symbols and constant_sign(value) == 0)


def _within(c: sp.Expr, r: Range) -> bool:
    return (r.lo is None or constant_sign(c - r.lo) in (0, 1)) and (r.hi is None or constant_sign(r.hi - c) in (0, 1))


def zero_by_square_root(expr: sp.Expr, region: Region, is_zero: IsZero) -> bool:
    """P + Q sqrt(u) vanishes if P^2 = Q^2 u and P, Q have opposite signs (or are zero) everywhere."""
    try:
        form = quotient(Goal(expr, False, region))
    except (Inapplicable, sp.PolynomialError, ZeroDivisionError):
        return False
    signs = Signs(region)
    for t in sorted(form.nonnegative & form.numerator.free_symbols, key=lambda s: s.name):
        root = form.atoms[t]
        if not root.is_Pow or Fraction(str(root.exp)) != Fraction(1, 2):
            continue
        polynomial = sp.Poly(form.numerator, t)
        if polynomial.degree() != 1:
            continue
        q, p = (form.back(e) for e in polynomial.all_coeffs())
        opposite = any(signs.of(sp.expand(s * p)) <= NONNEGATIVE and signs.of(sp.expand(-s * q)) <= NONNEGATIVE
                       for s in (1, -1))  # fmt: skip
        if opposite and is_zero(sp.expand(p**2 - q**2 * root.base), region):
            return True
    return False
