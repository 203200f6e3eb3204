"""The functions of the language as SymPy constructors, with what they require of their argument.

SymPy's automatic simplification is kept, except where it decides by numerical evaluation (maxima,
absolute values and inverse functions of constants) or searches a very large argument.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from symbolic.activations import activation
from symbolic.reader.domain import ConditionKind, sign_of
from symbolic.reader.limits import SMALL_NODES
from symbolic.reader.names import PRIMED
from symbolic.reader.sizes import RefusedError, Size, Sizes

__all__ = ["NARY", "REQUIRES", "apply", "check_arity", "power"]

NARY = ("min", "max")
REQUIRES = {
    "sqrt": ConditionKind.NONNEGATIVE,
    "log": ConditionKind.POSITIVE,
    "asin": ConditionKind.CLOSED_UNIT,
    "acos": ConditionKind.CLOSED_UNIT,
    "tan": ConditionKind.TAN,
}

_PLAIN: dict[str, type[sp.Function]] = {
    "log": sp.log,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "erf": sp.erf,
}
_INVERSE = {"asin": sp.asin, "acos": sp.acos, "atan": sp.atan}


@dataclass(frozen=True, slots=True)
class _Context:
    sizes: Sizes
    size: Size

    @property
    def small(self) -> bool:
        return self.size.nodes <= SMALL_NODES


def apply(function: str, primes: int, arguments: list[sp.Expr], sizes: Sizes) -> sp.Expr:
    """The function of its arguments.  Raises RefusedError when it would be too large to build."""
    if function in NARY:
        return _extreme(sp.Max if function == "max" else sp.Min, arguments)
    u = arguments[0]
    context = _Context(sizes, sizes.of(u))
    if function in PRIMED:
        return activation(function).order(primes)(u, evaluate=context.small)
    if function in _PLAIN:
        return _PLAIN[function](u, evaluate=context.small)
    if function in _INVERSE:
        # asin(sin(c)) is reduced by comparing numbers, and SymPy fails on large c.
        opaque = context.size.constant and isinstance(u, TrigonometricFunction)
        return _INVERSE[function](u, evaluate=context.small and not opaque)
    if function == "exp":
        sizes.before_exp(u)
        return sp.exp(u, evaluate=context.small)
    if function == "sqrt":
        return power(u, sp.Rational(1, 2), sizes)
    return _absolute(u, context)


def power(base: sp.Expr, exponent: sp.Expr, sizes: Sizes) -> sp.Expr:
    """base^exponent.  Raises RefusedError when it would be too large to build."""
    sizes.before_power(base, exponent)
    if not exponent.is_Integer:
        sizes.before_root(base)
    small = sizes.of(exponent).nodes <= SMALL_NODES
    return sp.Pow(base, exponent, evaluate=small)


def _absolute(u: sp.Expr, context: _Context) -> sp.Expr:
    if u.is_Rational:
        return abs(u)
    sign = sign_of(u) if context.size.constant else None
    if sign is not None:
        return sign * u
    open_sign = context.size.constant or context.size.constant_sum
    return sp.Abs(u, evaluate=context.small and not open_sign)


def _extreme(extreme: type[sp.Max] | type[sp.Min], arguments: list[sp.Expr]) -> sp.Expr:
    """The maximum or minimum; only rational arguments are compared with each other."""
    rationals = [u for u in arguments if u.is_Rational]
    others = list(dict.fromkeys(u for u in arguments if not u.is_Rational))
    if rationals:
        others.append(max(rationals) if extreme is sp.Max else min(rationals))
    return others[0] if len(others) == 1 else extreme(*others, evaluate=False)


def check_arity(function: str, count: int) -> None:
    """Raise RefusedError when a function is given the wrong number of arguments."""
    if function in NARY:
        if count < 2:
            raise RefusedError(f"{function} takes 2 arguments or more but 1 was given")
    elif count != 1:
        raise RefusedError(f"{function} takes 1 argument but {count} were given")
