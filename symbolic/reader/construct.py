"""The functions of the language as SymPy constructors, with what they require of their argument.

SymPy's automatic simplification is kept, except where it decides by numerical evaluation (maxima,
absolute values and inverse functions of constants) or searches a very large argument.
"""

from __future__ import annotations

import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from symbolic.activations import activation
from symbolic.reader.domain import ConditionKind, sign_of
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


def apply(function: str, primes: int, arguments: list[sp.Expr], sizes: Sizes) -> sp.Expr:
    """The function of its arguments.  Raises RefusedError when it would be too large to build."""
    if function in NARY:
        return _extreme(sp.Max if function == "max" else sp.Min, arguments)
    u = arguments[0]
    size = sizes.of(u)
    if function in PRIMED:
        return activation(function).order(primes)(u, evaluate=size.simple)
    if function in _PLAIN:
        return _PLAIN[function](u, evaluate=size.simple)
    if function in _INVERSE:
        # asin(sin(c)) is reduced by comparing numbers, and SymPy fails on large c.
        by_value = size.constant and isinstance(u, TrigonometricFunction)
        return _INVERSE[function](u, evaluate=size.simple and not by_value)
    if function == "exp":
        sizes.before_exp(u)
        return sp.exp(u, evaluate=size.simple)
    if function == "sqrt":
        return power(u, sp.Rational(1, 2), sizes)
    return _absolute(u, size)


def power(base: sp.Expr, exponent: sp.Expr, sizes: Sizes) -> sp.Expr:
    """base^exponent.  Raises RefusedError when it would be too large to build."""
    sizes.before_power(base, exponent)
    if not exponent.is_Integer:
        sizes.before_root(base)
    # Whole powers of anything but absolute values are taken without questions.
    known = sizes.of(base).tame or (exponent.is_Integer and not base.has(sp.Abs))
    return sp.Pow(base, exponent, evaluate=known and sizes.of(exponent).simple)


def _absolute(u: sp.Expr, size: Size) -> sp.Expr:
    sign = 0 if u == 0 else sign_of(u)
    if sign is not None:
        return sign * u
    # SymPy would compare constants numerically, and take real parts of what it does not know as real.
    evaluate = size.simple and not (size.constant or size.constant_sum or size.wild)
    return sp.Abs(u, evaluate=evaluate)


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
