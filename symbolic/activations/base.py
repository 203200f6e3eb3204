"""Derivative algebra: f' = P(f) makes every derivative of f a polynomial in f.

``sigmoid' = s(1 - s)`` is the model case.  Derivatives stay named (``sigmoid.order(2)(z)``) because
a derivation reads better and an enclosure is tighter that way; :func:`to_polynomials` expands them
into the normal form in which two expressions can be compared exactly.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, cast

import sympy as sp

__all__ = [
    "ActivationFunction",
    "activation",
    "activation_names",
    "derivative_polynomial",
    "register",
    "to_polynomials",
]

S = sp.Symbol("s", real=True)
_REGISTRY: dict[str, type[ActivationFunction]] = {}


class ActivationFunction(sp.Function):
    """A univariate real function, or one of its derivatives (``derivative_order > 0``).

    Subclasses state, as class attributes, how the function is written and what is known of it:

    - ``latex_name``: the letter used in formulas;
    - ``base_derivative``: the derivative as a polynomial in ``S``, the function's own value,
      or a function class (softplus' = sigmoid);
    - ``reflection``: ``("odd complement", c)`` when f(-z) = c - f(z), or ``None``;
    - ``value_range``: the open range of f on the real line, as exact bounds.
    """

    nargs = 1
    is_real = True
    derivative_order: ClassVar[int] = 0
    base: ClassVar[type[ActivationFunction] | None] = None
    latex_name: ClassVar[str] = "f"
    base_derivative: ClassVar[sp.Expr | type[ActivationFunction] | None] = None
    complement: ClassVar[sp.Expr | None] = None
    value_at_zero: ClassVar[sp.Expr | None] = None
    value_range: ClassVar[tuple[sp.Expr, sp.Expr]] = (-sp.oo, sp.oo)

    @classmethod
    def eval(cls, z: sp.Expr) -> sp.Expr | None:
        if cls.derivative_order == 0:
            if z == 0 and cls.value_at_zero is not None:
                return cls.value_at_zero
            if cls.complement is not None and z.could_extract_minus_sign():
                return cls.complement - cls(-z)
            return None
        # f(-z) = c - f(z) makes odd derivatives even functions and even derivatives odd ones.
        base = cls.base
        if base is not None and base.complement is not None:
            if z == 0 and base.value_at_zero is not None:
                polynomial = derivative_polynomial(cast(Any, base), cls.derivative_order)
                return polynomial.eval(base.value_at_zero)
            if z.could_extract_minus_sign():
                sign = -1 if cls.derivative_order % 2 == 0 else 1
                return sign * cls(-z)
        return None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return type(self).order(1)(self.args[0])

    @classmethod
    def order(cls, k: int) -> type[ActivationFunction]:
        """The function class of the k-th derivative of this one."""
        if k == 0:
            return cls
        base = cls.base or cls
        if isinstance(base.base_derivative, type):
            inner: Any = base.base_derivative
            return cast("type[ActivationFunction]", inner.order(cls.derivative_order + k - 1))
        return _derivative_class(cast(Any, base), cls.derivative_order + k)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        primes = self.derivative_order
        letter = self.latex_name
        if 0 < primes <= 3:
            letter += "'" * primes
        elif primes > 3:
            letter += f"^{{({primes})}}"
        text = rf"{letter}\!\left({printer._print(self.args[0])}\right)"
        if exp is None:
            return text
        return rf"{letter}{{}}^{{{exp}}}\!\left({printer._print(self.args[0])}\right)"


@cache
def _derivative_class(base: Any, k: int) -> type[ActivationFunction]:
    name = f"{base.__name__}_d{k}"
    return type(
        name,
        (ActivationFunction,),
        {"derivative_order": k, "base": base, "latex_name": base.latex_name, "__module__": base.__module__},
    )


@cache
def derivative_polynomial(function: Any, k: int) -> sp.Poly:
    """P_k with f^(k) = P_k(f), by P_{k+1} = P_k' * P_1 (chain rule).

    Raises TypeError when the derivative of ``function`` is not a polynomial in its own value.
    """
    first = function.base_derivative
    if first is None or isinstance(first, type):
        raise TypeError(f"{function.__name__} has no derivative polynomial in its own value")
    if k == 0:
        return sp.Poly(S, S)
    if k == 1:
        return sp.Poly(first, S)
    return derivative_polynomial(function, k - 1).diff(S) * derivative_polynomial(function, 1)


def to_polynomials(expr: sp.Expr) -> sp.Expr:
    """Replace every derivative f^(k)(z) by P_k(f(z)) (exact)."""

    def is_derivative(e: sp.Basic) -> bool:
        return isinstance(e, ActivationFunction) and e.derivative_order > 0

    def expand_one(e: Any) -> sp.Expr:
        polynomial = derivative_polynomial(e.base, e.derivative_order)
        return polynomial.as_expr().subs(S, e.base(e.args[0]))

    return expr.replace(is_derivative, expand_one)


def register(function: type[ActivationFunction]) -> type[ActivationFunction]:
    """Make an activation known by its class name (usable as a decorator)."""
    _REGISTRY[function.__name__] = function
    return function


def activation(name: str) -> type[ActivationFunction]:
    """The activation called ``name``; raises KeyError when there is none."""
    return _REGISTRY[name]


def activation_names() -> tuple[str, ...]:
    return tuple(sorted(_REGISTRY))
