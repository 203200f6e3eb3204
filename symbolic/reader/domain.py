"""Where an expression is defined: conditions taken from what was written, before simplification.

SymPy turns x/x into 1 and sqrt(x)^2 into x; the conditions remember the points that were excluded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import sympy as sp

from symbolic.activations import sigmoid, softplus

__all__ = ["ConditionKind", "DomainCondition", "decide", "sign_of"]


class ConditionKind(Enum):
    """What is required of a sub-expression u; the value says why."""

    NONZERO = "denominator"
    NONNEGATIVE = "root"
    POSITIVE = "logarithm or base of a power"
    CLOSED_UNIT = "inverse sine or cosine"
    TAN = "tangent"

    @property
    def requirement(self) -> str:
        """The condition on u as a formula."""
        return _REQUIREMENTS[self]

    @property
    def violation(self) -> str:
        """What a constant u that fails the condition makes of the expression."""
        return _VIOLATIONS[self]


_REQUIREMENTS = {
    ConditionKind.NONZERO: "{u} != 0",
    ConditionKind.NONNEGATIVE: "{u} >= 0",
    ConditionKind.POSITIVE: "{u} > 0",
    ConditionKind.CLOSED_UNIT: "-1 <= {u} <= 1",
    ConditionKind.TAN: "cos({u}) != 0",
}
_VIOLATIONS = {
    ConditionKind.NONZERO: "division by zero",
    ConditionKind.NONNEGATIVE: "a root of a negative number",
    ConditionKind.POSITIVE: "a logarithm or real power of a number that is not positive",
    ConditionKind.CLOSED_UNIT: "an inverse sine or cosine of a number outside [-1, 1]",
    ConditionKind.TAN: "the tangent of an odd multiple of pi/2",
}


@dataclass(frozen=True)
class DomainCondition:
    """The expression read is defined only where ``kind`` holds of ``expr`` (for TAN: cos(expr) != 0).

    Conditions come innermost first: each makes sense where those before it hold.  ``text`` is how
    ``expr`` was written; it does not count when conditions are compared.
    """

    expr: sp.Expr
    kind: ConditionKind
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.kind.requirement.format(u=self.text or self.expr)} ({self.kind.value})"


def decide(kind: ConditionKind, u: sp.Expr) -> bool | None:
    """Whether the condition holds of a constant, where exact arithmetic shows it; None otherwise.

    Expressions with variables are never decided, even those that hold everywhere.
    """
    if u.is_Rational:
        if kind is ConditionKind.NONZERO:
            return bool(u != 0)
        if kind is ConditionKind.NONNEGATIVE:
            return bool(u >= 0)
        if kind is ConditionKind.POSITIVE:
            return bool(u > 0)
        if kind is ConditionKind.CLOSED_UNIT:
            return bool(-1 <= u <= 1)
        # The zeros of the cosine are irrational.
        return True
    if u.free_symbols:
        return None
    if kind is ConditionKind.TAN:
        turns = u / sp.pi
        return bool((2 * turns).q != 1 or (2 * turns).p % 2 == 0) if turns.is_Rational else None
    if kind is ConditionKind.CLOSED_UNIT:
        return None
    sign = sign_of(u)
    if sign is None:
        return None
    return kind is ConditionKind.NONZERO or sign > 0


def sign_of(u: sp.Expr) -> int | None:
    """1 or -1 when the form of a real expression shows its sign, by rules that hold exactly; else None.

    Sums of both signs are left open: comparing irrational numbers is a matter for enclosures.
    """
    if u.is_Rational:
        return int(sp.sign(u)) or None
    if u in (sp.pi, sp.E) or isinstance(u, (sp.exp, sp.cosh, sigmoid, softplus)):
        return 1
    if isinstance(u, sp.log) and u.args[0].is_Rational and u.args[0] > 0:
        return 1 if u.args[0] > 1 else -1
    if isinstance(u, sp.Pow):
        base = sign_of(u.base)
        if base == 1:
            return 1
        if base == -1 and u.exp.is_Integer:
            return 1 if u.exp.p % 2 == 0 else -1
        return None
    if isinstance(u, sp.Mul):
        product = 1
        for factor in u.args:
            sign = sign_of(factor)
            if sign is None:
                return None
            product *= sign
        return product
    if isinstance(u, sp.Add):
        signs = {sign_of(term) for term in u.args}
        return signs.pop() if len(signs) == 1 else None
    return None
