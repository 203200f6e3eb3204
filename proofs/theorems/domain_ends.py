"""Equations with the same zeros, without roots and inverse sines at the ends of their domains.

There the derivative is infinite, and a zero cannot be isolated.  Proofs are in ``docs/theory/search.md``; what is
done depends on the arguments alone, so that a checker derives the same system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from numeric import balls
from numeric.compiler import compile_tape
from numeric.endpoints import EndpointInterval, evaluate_endpoints
from symbolic.reader import ConditionKind, DomainCondition

__all__ = ["Equations", "same_zeros", "without_ends"]

MOST_UNKNOWNS = 12
BITS = 64
Sides = tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class Equations:
    """Equations over a box with the conditions under which they are defined."""

    equations: tuple[sp.Expr, ...]
    variables: tuple[sp.Symbol, ...]
    sides: Sides
    conditions: tuple[DomainCondition, ...]


def same_zeros(
    equations: Sequence[sp.Expr], conditions: Sequence[DomainCondition]
) -> tuple[tuple[sp.Expr, ...], tuple[DomainCondition, ...]]:
    """|u|^k v = 0 is u^k v = 0 for a whole k > 0, and u^r = 0 is u = 0 for any r > 0 (where u >= 0 then holds)."""
    found, met = [], set()
    for e in equations:
        constant, rest = e.as_coeff_Mul()
        factors = []
        for factor in sp.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            if isinstance(base, sp.Abs) and exponent.is_Integer and exponent > 0:
                factor = base.args[0] ** exponent
            factors.append(factor)
        if len(factors) == 1:
            base, exponent = factors[0].as_base_exp()
            if exponent.is_Rational and not exponent.is_Integer and exponent > 0 and base.free_symbols:
                factors = [base]
                met.add(base)
        found.append(sp.Mul(constant, *factors))
    kept = tuple(c for c in conditions if not (c.kind is ConditionKind.NONNEGATIVE and c.expr in met))
    return tuple(found), kept


def without_ends(given: Equations) -> Equations | None:
    """A new unknown t for every root and inverse sine whose argument may reach the end of its domain in the box.

    - t^q = u with 0 <= t <= M for u^(1/q), M^q > u everywhere;
    - sin(pi t/2) = u with -1 <= t <= 1 for asin(u) = pi t/2;
    - cos(pi t/2) = u with 0 <= t <= 2 for acos(u) = pi t/2.

    None when there is nothing to do, or no bound M.
    """
    equations, sides, conditions = list(given.equations), list(given.sides), list(given.conditions)
    variables = list(given.variables)
    taken = {v.name for v in variables}
    while len(variables) < MOST_UNKNOWNS:
        found = _end(equations, variables, sides)
        if found is None:
            break
        kind, base, q = found
        name = next(f"t{k}" for k in range(1, 10**6) if f"t{k}" not in taken)
        taken.add(name)
        t = sp.Symbol(name, real=True)
        if kind == "root":
            top = _bound(base, variables, sides, q)
            if top is None:
                return None
            equation, side, met = t**q - base, (Fraction(0), top), (base, ConditionKind.NONNEGATIVE)
        else:
            turn = sp.sin if kind == "asin" else sp.cos
            ends = (-1, 1) if kind == "asin" else (0, 2)
            equation, side = turn(sp.pi * t / 2) - base, (Fraction(ends[0]), Fraction(ends[1]))
            met = (base, ConditionKind.CLOSED_UNIT)
        equations = [_put(e, kind, base, q, t) for e in equations] + [equation]
        conditions = [
            DomainCondition(_put(c.expr, kind, base, q, t), c.kind, c.text)
            for c in conditions
            if (c.expr, c.kind) != met
        ]
        variables.append(t)
        sides.append(side)
    if len(variables) == len(given.variables) or _end(equations, variables, sides) is not None:
        return None
    return Equations(tuple(equations), tuple(variables), tuple(sides), tuple(conditions))


def _end(
    equations: Sequence[sp.Expr], variables: Sequence[sp.Symbol], sides: Sequence[tuple[Fraction, Fraction]]
) -> tuple[str, sp.Expr, int] | None:
    """The innermost root or inverse sine whose argument may reach an end of its domain."""
    for e in dict.fromkeys(part for equation in equations for part in sp.postorder_traversal(equation)):
        if not e.free_symbols:
            continue
        if isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer:
            lo, _ = _range(e.base, variables, sides)
            if not lo > 0:
                return "root", e.base, int(e.exp.q)
        elif isinstance(e, (sp.asin, sp.acos)):
            lo, hi = _range(e.args[0], variables, sides)
            if not (lo > -1 and hi < 1):
                return type(e).__name__, e.args[0], 1
    return None


def _put(expr: sp.Expr, kind: str, base: sp.Expr, q: int, t: sp.Symbol) -> sp.Expr:
    """An expression in which t stands for the root of a base, or pi t/2 for its inverse sine or cosine."""
    if kind != "root":
        return expr.xreplace({(sp.asin if kind == "asin" else sp.acos)(base): sp.pi * t / 2})
    powers = [p for p in expr.atoms(sp.Pow) if p.base == base and p.exp.is_Rational and q * p.exp == int(q * p.exp)]
    return expr.xreplace({p: t ** int(q * p.exp) for p in powers if not p.exp.is_Integer})


def _range(
    expr: sp.Expr, variables: Sequence[sp.Symbol], sides: Sequence[tuple[Fraction, Fraction]]
) -> EndpointInterval:
    with balls.precision(BITS):
        box = [(balls.ball(lo), balls.ball(hi)) for lo, hi in sides]
        ((lo, hi),) = evaluate_endpoints(compile_tape([expr], variables), box)
        return lo, hi


def _bound(
    base: sp.Expr, variables: Sequence[sp.Symbol], sides: Sequence[tuple[Fraction, Fraction]], q: int
) -> Fraction | None:
    """A power of two M with M^q > base on the box."""
    _, hi = _range(base, variables, sides)
    for k in range(-64, 65):
        top = Fraction(2) ** k
        with balls.precision(BITS):
            if balls.ball(top**q) > 4 * hi:
                return top
    return None
