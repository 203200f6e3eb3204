"""Where an expression is defined, and where it is smooth, as inequalities.

Every function of the language is continuous where it is defined.  It is also differentiable there,
but for roots and fractional powers at 0, inverse sines and cosines at -1 and 1, and the kinks of
absolute values, maxima and minima.
"""

from __future__ import annotations

import sympy as sp

from proofs.theorems.goal import Inapplicable
from symbolic.kinks import KINKS
from symbolic.reader import ConditionKind, DomainCondition

__all__ = ["KINKS", "Positivity", "condition_goals", "definedness", "smoothness"]

# expr > 0 when strict, else expr >= 0
Positivity = tuple[sp.Expr, bool]


def condition_goals(condition: DomainCondition) -> list[Positivity]:
    """A domain condition of the reader as inequalities (u != 0 is u^2 > 0)."""
    u = condition.expr
    match condition.kind:
        case ConditionKind.NONZERO:
            return [(u**2, True)]
        case ConditionKind.NONNEGATIVE:
            return [(u, False)]
        case ConditionKind.POSITIVE:
            return [(u, True)]
        case ConditionKind.CLOSED_UNIT:
            return [(1 - u, False), (1 + u, False)]
        case ConditionKind.TAN:
            return [(sp.cos(u) ** 2, True)]
    raise Inapplicable(f"an unknown condition {condition.kind}")


def _ordered(expr: sp.Expr) -> list[sp.Basic]:
    """All sub-expressions, innermost first, each once."""
    return list(dict.fromkeys(sp.postorder_traversal(expr)))


def definedness(expr: sp.Expr) -> list[Positivity]:
    """Conditions under which a SymPy expression is defined, innermost first."""
    found: list[Positivity] = []
    for e in _ordered(expr):
        if isinstance(e, sp.log):
            found.append((e.args[0], True))
        elif isinstance(e, (sp.asin, sp.acos)):
            found += [(1 - e.args[0], False), (1 + e.args[0], False)]
        elif isinstance(e, sp.tan):
            found.append((sp.cos(e.args[0]) ** 2, True))
        elif isinstance(e, sp.Pow) and e.base is not sp.E:
            if e.exp.is_Integer:
                if e.exp < 0:
                    found.append((e.base**2, True))
            else:
                found.append((e.base, not (e.exp.is_Rational and e.exp > 0)))
    return [(u, strict) for u, strict in dict.fromkeys(found) if u.free_symbols]


def smoothness(expr: sp.Expr, variable: sp.Symbol) -> list[Positivity]:
    """Conditions under which an expression that is defined is differentiable in a variable.

    Raises Inapplicable at kinks.
    """
    found: list[Positivity] = []
    for e in _ordered(expr):
        if variable not in e.free_symbols:
            continue
        if isinstance(e, KINKS):
            raise Inapplicable(f"{type(e).__name__} is not differentiable everywhere")
        if isinstance(e, (sp.asin, sp.acos)):
            found += [(1 - e.args[0], True), (1 + e.args[0], True)]
        elif isinstance(e, sp.Pow) and e.base is not sp.E and not e.exp.is_Integer and variable in e.base.free_symbols:
            found.append((e.base, True))
    return list(dict.fromkeys(found))
