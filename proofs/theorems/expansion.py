"""A function is not negative because it vanishes on a surface x = r(y) and curves upward along x.

Arithmetic: exact algebra; what is left are goals.  The proof is in ``docs/theory/inequalities.md``.
"""

from __future__ import annotations

import sympy as sp

from proofs.theorems.definedness import definedness, smoothness
from proofs.theorems.goal import Goal, Inapplicable, Range, constant_sign, is_regular, vanishes

__all__ = ["by_expansion"]

MAX_ORDER = 6
MAX_OPERATIONS = 20_000


def by_expansion(goal: Goal, variable: sp.Symbol, at: sp.Expr, order: int, lo: sp.Expr, hi: sp.Expr) -> list[Goal]:
    """g >= 0 if d^j g/dx^j vanishes on x = r(y) for j < k and d^k g/dx^k >= 0 for lo <= x <= hi, k even.

    ``at`` is r, a function of the other variables with values in [lo, hi], which holds the range of x; ``variable`` is
    x.  For j even >= 0 would do, but exact algebra has to show that it is zero.
    """
    region = goal.region
    if goal.strict or variable not in region.variables or order < 2 or order % 2 or order > MAX_ORDER:
        raise Inapplicable("no expansion of this order")
    if any(variable in h.free_symbols for h, _ in region.constraints):
        raise Inapplicable("a constraint cuts the segments")
    if not is_regular(at) or not at.free_symbols <= set(region.variables) - {variable}:
        raise Inapplicable("not a function of the other variables")
    r = region.range_of(variable)
    if r.lo is None or r.hi is None or constant_sign(r.lo - lo) not in (0, 1) or constant_sign(hi - r.hi) not in (0, 1):
        raise Inapplicable("the segments do not hold the range of the variable")
    wide = region.with_range(variable, Range(lo, hi))
    base = region.fixed(variable, lo)
    derivative = goal.expr
    for j in range(order):
        value = derivative.subs(variable, at)
        if not is_regular(value) or not vanishes(value):
            raise Inapplicable(f"derivative {j} was not shown to vanish on the surface")
        derivative = sp.diff(derivative, variable)
        if not is_regular(derivative) or sp.count_ops(derivative) > MAX_OPERATIONS:
            raise Inapplicable("the derivatives grow too large")
    found = [Goal(u, strict, base) for u, strict in definedness(at)]
    found += [Goal(at - lo, False, base), Goal(hi - at, False, base)]
    for u, strict in dict.fromkeys([*definedness(goal.expr), *smoothness(goal.expr, variable)]):
        found.append(Goal(u, strict, wide))
    return [*found, Goal(derivative, False, wide)]
