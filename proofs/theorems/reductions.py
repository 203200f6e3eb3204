"""A function is not negative on a region: sums taken apart, orders of variables, constraints with equality.

Each function takes a goal and parameters and returns the goals from which it follows; it raises
Inapplicable when its hypotheses do not hold.  Prover and checker use the same functions.  Proofs are in
``docs/theory/inequalities.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import sympy as sp

from proofs.theorems.definedness import definedness, smoothness
from proofs.theorems.goal import Goal, Inapplicable, Range, Region, constant_sign, is_regular

__all__ = [
    "by_augmentation",
    "by_equality",
    "by_groups",
    "by_order",
    "by_ordered_coefficients",
    "by_reciprocal",
    "groups_of",
]

MAX_ORDERED = 4
MAX_DEGREE = 24


def groups_of(expr: sp.Expr) -> list[sp.Expr]:
    """The terms of a sum, those with the same variables added up, in a fixed order."""
    found: dict[tuple[str, ...], list[sp.Expr]] = {}
    for term in sp.Add.make_args(expr):
        found.setdefault(tuple(sorted(s.name for s in term.free_symbols)), []).append(term)
    return [sp.Add(*found[key]) for key in sorted(found)]


def by_groups(goal: Goal, point: Sequence[sp.Expr]) -> list[Goal]:
    """sum G_i >= 0 if G_i >= G_i(m) for every group of terms, and the sum of the G_i(m) is >= 0 (> 0 for strict)."""
    variables = goal.region.variables
    groups = groups_of(goal.expr)
    if goal.region.constraints or len(groups) < 2 or len(point) != len(variables):
        raise Inapplicable("not a sum of groups on a box")
    at = dict(zip(variables, point, strict=True))
    found, total = [], sp.S.Zero
    for group in groups:
        value = group.subs(at)
        if not is_regular(value) or value.free_symbols:
            raise Inapplicable("a group has no value at the point")
        total += value
        if not group.free_symbols:
            continue
        mine = [k for k, v in enumerate(variables) if v in group.free_symbols]
        region = Region(tuple(variables[k] for k in mine), tuple(goal.region.ranges[k] for k in mine))
        found.append(Goal(group - value, False, region))
    return [Goal(total, goal.strict, Region((), ())), *found]


def by_order(goal: Goal, first: sp.Symbol, second: sp.Symbol) -> list[Goal]:
    """Either x >= y or y >= x."""
    if first == second or not {first, second} <= set(goal.region.variables):
        raise Inapplicable("no such variables")
    return [goal.on(goal.region.constrained(sign * (first - second), False)) for sign in (1, -1)]


def by_ordered_coefficients(goal: Goal) -> list[Goal]:
    """A polynomial whose coefficients are >= 0 in the steps between ordered variables is >= 0.

    For every order of the variables write the least as L + t_1 and each as the one before plus t_i, with L the
    least end of the box and t_i >= 0.  A strict goal needs a positive constant term in each.
    """
    variables, ranges = goal.region.variables, goal.region.ranges
    ends = [r.lo for r in ranges]
    if not 2 <= len(variables) <= MAX_ORDERED or not all(e is not None and e.is_Rational for e in ends):
        raise Inapplicable("not a box with few variables and rational lower ends")
    if not goal.expr.is_polynomial(*variables):
        raise Inapplicable("not a polynomial")
    polynomial = sp.Poly(goal.expr, *variables)
    if not (polynomial.domain.is_QQ or polynomial.domain.is_ZZ) or polynomial.total_degree() > MAX_DEGREE:
        raise Inapplicable("not a polynomial with rational coefficients")
    low = min(e for e in ends if e is not None)
    for order in permutations(range(len(variables))):
        sums: dict[int, sp.Expr] = {}
        total: sp.Expr = low
        for k in order:
            total += variables[k]
            sums[k] = total
        shifted = polynomial.as_expr().subs({variables[k]: s for k, s in sums.items()}, simultaneous=True)
        terms = sp.Poly(shifted, *variables)
        if any(c < 0 for c in terms.coeffs()):
            raise Inapplicable("a coefficient is negative")
        if goal.strict and not terms.coeff_monomial(1) > 0:
            raise Inapplicable("no constant term")
    return []


def by_equality(goal: Goal, constraint: int, variable: sp.Symbol, sign: int) -> list[Goal]:
    """If a constraint c*x + d >= 0 bounds x on the side from which g grows, g is least on the bound or on the end.

    Here sign*c > 0 and sign*dg/dx >= 0: for sign = 1 x is at least r = -d/c, and from any point x may fall to the
    larger of r and the lower end without leaving the region (of the constraints that speak of x only this
    one is kept).
    """
    region = goal.region
    if not 0 <= constraint < len(region.constraints) or variable not in region.variables or sign not in (1, -1):
        raise Inapplicable("no such constraint")
    h, strict = region.constraints[constraint]
    c = sp.diff(h, variable)
    d = sp.expand(h - c * variable)
    r = region.range_of(variable)
    if not is_regular(c) or variable in c.free_symbols or variable in d.free_symbols or r.lo_open or r.hi_open:
        raise Inapplicable("the constraint does not bound the variable")
    others = [(u, s) for k, (u, s) in enumerate(region.constraints) if k != constraint]
    free = tuple((u, s) for u, s in others if variable not in u.free_symbols)
    k = region.variables.index(variable)
    base = Region(
        (*region.variables[:k], *region.variables[k + 1 :]), (*region.ranges[:k], *region.ranges[k + 1 :]), free
    )
    wide = Region(region.variables, region.ranges, (*free, (h, False)))
    found = [Goal(sign * c, True, base)]
    if strict or len(free) < len(others):
        found += [Goal(u, s, wide) for u, s in definedness(goal.expr)]
    inside = wide.with_range(variable, Range(r.lo, r.hi, True, True))
    derivative = sp.diff(goal.expr, variable)
    if not is_regular(derivative):
        raise Inapplicable("there is no derivative in closed form")
    found += [Goal(u, s, inside) for u, s in smoothness(goal.expr, variable)]
    found.append(Goal(sign * derivative, False, inside))
    near, far = (r.lo, r.hi) if sign > 0 else (r.hi, r.lo)
    bound = sp.expand(-d / c) if c.is_number else -d / c
    edge = base
    if near is not None:
        at_end = h.subs(variable, near)
        found.append(_substituted(goal, variable, near, base.constrained(at_end, False)))
        edge = edge.constrained(-at_end, False)
    if far is not None:
        edge = edge.constrained(h.subs(variable, far), False)
    return [*found, _substituted(goal, variable, bound, edge)]


def _substituted(goal: Goal, variable: sp.Symbol, value: sp.Expr, region: Region) -> Goal:
    expr = goal.expr.subs(variable, value)
    if not is_regular(expr):
        raise Inapplicable("not defined on a face")
    return Goal(expr, goal.strict, region)


def by_augmentation(goal: Goal, constraint: int, factor: sp.Expr, reach: sp.Expr) -> list[Goal]:
    """g >= 0 where h >= c, and g - lambda*h + (lambda/c)*h^2 >= 0 where 0 <= h <= c, for a constraint h >= 0.

    For 0 <= h <= c and lambda >= 0 the function is at least that Lagrangian, since lambda*h*(1 - h/c) >= 0.
    """
    constraints = goal.region.constraints
    signs = constant_sign(factor), constant_sign(reach)
    if not 0 <= constraint < len(constraints) or signs[0] not in (0, 1) or signs[1] != 1:
        raise Inapplicable("no such multiplier")
    h, strict = constraints[constraint]
    rest = (*constraints[:constraint], *constraints[constraint + 1 :])
    box = Region(goal.region.variables, goal.region.ranges, rest)
    near = box.constrained(h, strict).constrained(reach - h, False)
    lagrangian = goal.expr - factor * h + factor / reach * h**2
    return [goal.on(box.constrained(h - reach, False)), Goal(lagrangian, goal.strict, near)]


def by_reciprocal(goal: Goal, variable: sp.Symbol) -> list[Goal]:
    """A function on [a, inf), a > 0, in x = 1/t on (0, 1/a]; also on [0, 1/a] if it is defined there.

    The new expression, simplified by exact algebra, has the same values for t > 0.  The variable keeps its name.
    """
    region = goal.region
    if variable not in region.variables or any(variable in h.free_symbols for h, _ in region.constraints):
        raise Inapplicable("no free ray")
    r = region.range_of(variable)
    if r.lo is None or r.hi is not None or constant_sign(r.lo) != 1:
        raise Inapplicable("the range is not a ray of positive numbers")
    expr = _tidy(goal.expr.subs(variable, 1 / variable), variable)
    if not is_regular(expr):
        raise Inapplicable("not defined at reciprocals")
    # A strict sign need not hold in the limit.
    short = region.with_range(variable, Range(sp.S.Zero, 1 / r.lo, goal.strict, r.lo_open))
    return [*(Goal(u, strict, short) for u, strict in definedness(expr)), Goal(expr, goal.strict, short)]


def _tidy(expr: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """Rational parts in a variable as one quotient without common factors."""
    if expr.is_Atom or variable not in expr.free_symbols:
        return expr
    if expr.is_rational_function(variable):
        return sp.cancel(expr)
    parts = [_tidy(a, variable) for a in expr.args]
    if isinstance(expr, (sp.Add, sp.Mul)):
        rational = [a for a in parts if a.is_rational_function(variable)]
        others = [a for a in parts if not a.is_rational_function(variable)]
        return expr.func(sp.cancel(expr.func(*rational)), *others)
    return expr.func(*parts)
