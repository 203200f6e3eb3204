"""A function is not negative on a region: the theorems of calculus that reduce one goal to others.

Each function takes a goal and parameters and returns the goals from which it follows; it raises
Inapplicable when its hypotheses do not hold.  Prover and checker use the same functions.
"""

from __future__ import annotations

import sympy as sp

from proofs.theorems.definedness import definedness, smoothness
from proofs.theorems.goal import Goal, Inapplicable, Range, Region, constant_sign, is_regular, vanishes
from symbolic.kinks import kinks_of

__all__ = [
    "by_cases",
    "by_concavity",
    "by_constant",
    "by_dropping",
    "by_emptiness",
    "by_face",
    "by_multiplier",
    "by_splitting",
    "by_strict_monotonicity",
    "by_taylor",
    "first_kink",
]


MAX_ORDER = 12
MAX_OPERATIONS = 20_000


def by_emptiness(goal: Goal) -> list[Goal]:
    """Everything holds on the empty set."""
    if not goal.region.is_empty():
        raise Inapplicable("the region is not empty")
    return []


def by_constant(goal: Goal) -> list[Goal]:
    """A number has a sign; an expression that is identically zero is >= 0."""
    expr = goal.expr
    if not expr.free_symbols and is_regular(expr):
        sign = constant_sign(expr)
        if sign is not None and (sign > 0 or (sign == 0 and not goal.strict)):
            return []
        raise Inapplicable("the constant does not have the sign")
    if not goal.strict and vanishes(expr):
        return []
    raise Inapplicable("not constant")


def first_kink(goal: Goal) -> sp.Expr | None:
    """The innermost absolute value, maximum or minimum, in the expression or else in the constraints."""
    for expr in (goal.expr, *(h for h, _ in goal.region.constraints)):
        for kink in kinks_of(expr):
            return kink
    return None


def by_cases(goal: Goal, strict: bool = False) -> list[Goal]:
    """|u| is u where u >= 0 and -u where -u >= 0; a maximum is one of its arguments where that is largest.

    With ``strict`` the cases are where it is so with room: they do not cover the region.
    """
    kink = first_kink(goal)
    if kink is None:
        raise Inapplicable("there is no kink")
    if isinstance(kink, sp.Abs):
        u = kink.args[0]
        cases = [(u, [u]), (-u, [-u])]
    else:
        sign = 1 if isinstance(kink, sp.Max) else -1
        cases = [(a, [sign * (a - b) for b in kink.args if b != a]) for a in kink.args]
    found = []
    for value, conditions in cases:
        region = Region(goal.region.variables, goal.region.ranges)
        for h, h_strict in goal.region.constraints:
            region = region.constrained(h.xreplace({kink: value}), h_strict)
        for h in conditions:
            region = region.constrained(h, strict)
        found.append(Goal(goal.expr.xreplace({kink: value}), goal.strict, region))
    return found


def by_splitting(goal: Goal, variable: sp.Symbol, at: sp.Expr) -> list[Goal]:
    """Both parts of a box that is cut at an exact number; each part holds the cut."""
    if variable not in goal.region.variables or constant_sign(at) is None:
        raise Inapplicable("no such cut")
    r = goal.region.range_of(variable)
    for distance in ([] if r.lo is None else [at - r.lo]) + ([] if r.hi is None else [r.hi - at]):
        # Beyond the ends the expression may not be defined.
        if constant_sign(distance) not in (0, 1):
            raise Inapplicable("the cut lies outside of the range")
    return [
        goal.on(goal.region.with_range(variable, Range(r.lo, at, r.lo_open, False))),
        goal.on(goal.region.with_range(variable, Range(at, r.hi, False, r.hi_open))),
    ]


def _derivative(goal: Goal, variable: sp.Symbol) -> sp.Expr:
    derivative = sp.diff(goal.expr, variable)
    if not is_regular(derivative):
        raise Inapplicable("there is no derivative in closed form")
    return derivative


def _opened(region: Region, variable: sp.Symbol) -> Region:
    r = region.range_of(variable)
    return region.with_range(variable, Range(r.lo, r.hi, True, True))


def by_face(goal: Goal, variable: sp.Symbol, end: str) -> list[Goal]:
    """If g grows along x it is least where x is least (mean value theorem on every segment).

    g must be continuous on the segments and differentiable inside them.  Constraints must not
    speak of x.  Goals: differentiability, the sign of the derivative inside, g on the face.
    """
    region = goal.region
    if variable not in region.variables or end not in ("lo", "hi"):
        raise Inapplicable("no such face")
    if any(variable in h.free_symbols for h, _ in region.constraints):
        raise Inapplicable("a constraint cuts the segments")
    r = region.range_of(variable)
    value, is_open, sign = (r.lo, r.lo_open, 1) if end == "lo" else (r.hi, r.hi_open, -1)
    if value is None:
        raise Inapplicable("the face is at infinity")
    inside = _opened(region, variable)
    expr = goal.expr.subs(variable, value)
    if not is_regular(expr):
        raise Inapplicable("not defined on the face")
    face = region.fixed(variable, value)
    found = [Goal(u, strict, inside) for u, strict in smoothness(goal.expr, variable)]
    derivative = Goal(sign * _derivative(goal, variable), False, inside)
    if is_open:
        # Continuity up to an end that the region lacks: every part is defined there.
        for u, strict in definedness(goal.expr):
            if variable in u.free_symbols:
                at_end = u.subs(variable, value)
                if not is_regular(at_end):
                    raise Inapplicable("not defined at the open end")
                found.append(Goal(at_end, strict, face))
        if goal.strict:
            # Strictly monotone from an end that does not count: the face need not be strict.
            derivative = Goal(derivative.expr, True, inside)
            return [*found, derivative, Goal(expr, False, face)]
    return [*found, derivative, Goal(expr, goal.strict, face)]


def by_concavity(goal: Goal, variable: sp.Symbol) -> list[Goal]:
    """A function that is concave along x is least at an end of every segment."""
    region = goal.region
    if variable not in region.variables or any(variable in h.free_symbols for h, _ in region.constraints):
        raise Inapplicable("no free segments")
    r = region.range_of(variable)
    if r.lo is None or r.hi is None or r.lo_open or r.hi_open:
        raise Inapplicable("the segments are not closed")
    inside = _opened(region, variable)
    second = sp.diff(_derivative(goal, variable), variable)
    if not is_regular(second):
        raise Inapplicable("there is no second derivative in closed form")
    found = [Goal(u, strict, inside) for u, strict in smoothness(goal.expr, variable)]
    for value in (r.lo, r.hi):
        expr = goal.expr.subs(variable, value)
        if not is_regular(expr):
            raise Inapplicable("not defined on a face")
        found.append(Goal(expr, goal.strict, region.fixed(variable, value)))
    return [*found, Goal(-second, False, inside)]


def by_taylor(goal: Goal, variable: sp.Symbol, end: str, order: int) -> list[Goal]:
    """Taylor along x at an end c: if d^j g/dx^j >= 0 at x = c for j < k in the direction of the segment, and
    d^k g/dx^k too inside, then g >= 0 (Lagrange's remainder).  Every term of the expansion is then non-negative.

    Derivatives at the end that are numbers are decided here; those that depend on other variables are goals on the
    face, unless exact algebra shows that they vanish.  Constraints must not speak of x.
    """
    region = goal.region
    if variable not in region.variables or not 1 <= order <= MAX_ORDER or goal.strict:
        raise Inapplicable("no Taylor expansion of this order")
    if any(variable in h.free_symbols for h, _ in region.constraints):
        raise Inapplicable("a constraint cuts the segments")
    r = region.range_of(variable)
    c, is_open, sign = (r.lo, r.lo_open, 1) if end == "lo" else (r.hi, r.hi_open, -1)
    if c is None or is_open or end not in ("lo", "hi"):
        raise Inapplicable("the end does not belong to the range")
    face = region.fixed(variable, c)
    derivative, at_end = goal.expr, []
    for j in range(order):
        at = derivative.subs(variable, c) * sign**j
        if not is_regular(at):
            raise Inapplicable(f"derivative {j} is not defined at the end")
        if at.free_symbols:
            if not vanishes(at):
                at_end.append(Goal(at, False, face))
        elif constant_sign(at) not in (0, 1):
            raise Inapplicable(f"derivative {j} has the wrong sign at the end")
        derivative = sp.diff(derivative, variable)
        if not is_regular(derivative) or sp.count_ops(derivative) > MAX_OPERATIONS:
            raise Inapplicable("the derivatives grow too large")
    found = [Goal(u, strict, region) for u, strict in smoothness(goal.expr, variable)]
    return [*found, *at_end, Goal(sign**order * derivative, False, region)]


def by_strict_monotonicity(goal: Goal, variable: sp.Symbol, end: str) -> list[Goal]:
    """g >= 0 on a ray along which g strictly falls is g > 0: after a zero it would be negative."""
    region = goal.region
    if variable not in region.variables or any(variable in h.free_symbols for h, _ in region.constraints):
        raise Inapplicable("no free ray")
    r = region.range_of(variable)
    if not goal.strict or (r.hi if end == "hi" else r.lo) is not None or end not in ("lo", "hi"):
        raise Inapplicable("the range does not reach to infinity")
    sign = -1 if end == "hi" else 1
    found = [Goal(u, strict, region) for u, strict in smoothness(goal.expr, variable)]
    return [*found, Goal(sign * _derivative(goal, variable), True, region), Goal(goal.expr, False, region)]


def by_dropping(goal: Goal) -> list[Goal]:
    """What holds on the whole box holds on its part; on the box the expression must be defined."""
    if not goal.region.constraints:
        raise Inapplicable("there are no constraints")
    region = Region(goal.region.variables, goal.region.ranges)
    return [*(Goal(u, strict, region) for u, strict in definedness(goal.expr)), goal.on(region)]


def by_multiplier(goal: Goal, constraint: int, factor: sp.Expr) -> list[Goal]:
    """g >= lambda*h for a constraint h >= 0 and a number lambda >= 0 (Lagrange, weak duality)."""
    constraints = goal.region.constraints
    sign = constant_sign(factor)
    if not 0 <= constraint < len(constraints) or sign is None or sign < 0:
        raise Inapplicable("no such multiplier")
    h, h_strict = constraints[constraint]
    strict = goal.strict and not (h_strict and sign > 0)
    return [Goal(goal.expr - factor * h, strict, goal.region)]
