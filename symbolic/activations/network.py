"""Activations of the hidden layers of a model file.  A new one is one file that calls :func:`register_network`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from symbolic.activations.base import S
from symbolic.activations.sigmoid import sigmoid

__all__ = ["Facts", "NetworkActivation", "network_activation", "network_activation_names", "register_network"]


@dataclass(frozen=True)
class Facts:
    """What theorems about stationary points use of f, each proved in the docstring of its file; sp.oo where unbounded.

    - ``values``: lo <= f <= hi;
    - ``slope``: |f'| <= slope, and ``radial``: |z f'(z)| <= radial;
    - ``excess``: |z f'(z) - f(z)| <= excess;
    - ``ends``: (a, b) with f(t z)/t -> a z for z < 0 and b z for z > 0 as t -> oo.
    """

    values: tuple[sp.Expr, sp.Expr]
    slope: sp.Expr
    radial: sp.Expr
    excess: sp.Expr
    ends: tuple[sp.Expr, sp.Expr] = (sp.S.Zero, sp.S.Zero)

    @property
    def bounded(self) -> bool:
        return bool(self.values[0].is_finite and self.values[1].is_finite)


@dataclass(frozen=True)
class NetworkActivation:
    """f(z) as an expression; ``sigmoid_form`` = (c, P) where f(z) = P(s(c z)), for energy identities; or None.

    ``latex`` is its letter in derivations; ``smoothed(m, v)`` is E f(m + sqrt(v) xi), xi standard normal, where there
    is a closed form.
    """

    apply: Callable[[sp.Expr], sp.Expr]
    sigmoid_form: tuple[sp.Expr, sp.Expr] | None
    facts: Facts
    latex: str
    smoothed: Callable[[sp.Expr, sp.Expr], sp.Expr] | None = None


_REGISTRY: dict[str, Callable[[], NetworkActivation]] = {}


def register_network(name: str) -> Callable[[Callable[[], NetworkActivation]], Callable[[], NetworkActivation]]:
    def decorate(maker: Callable[[], NetworkActivation]) -> Callable[[], NetworkActivation]:
        _REGISTRY[name] = maker
        return maker

    return decorate


def network_activation_names() -> tuple[str, ...]:
    return tuple(sorted(_REGISTRY))


def network_activation(name: str) -> NetworkActivation:
    """Raises KeyError for an unknown name."""
    return _REGISTRY[name]()


@register_network("sigmoid")
def _sigmoid() -> NetworkActivation:
    """0 < s < 1 and s' = s(1 - s) <= 1/4.

    |z s'(z)| = x/(e^x + 2 + e^-x) with x = |z|, at most x/(e^x + 2) <= 1/4: e^x + 2 - 4x >= 3 - 3x + x^2/2 + x^3/6,
    whose least value for x > 0, at sqrt(7) - 1, is positive.  -1 <= z s' - s <= 0: it is -s(1 - z(1 - s)) with
    z(1 - s) = z/(1 + e^z) < 1, and for z < 0 s(1 + |z|(1 - s)) <= (1 + |z|) e^-|z| <= 1.
    """
    facts = Facts((sp.S.Zero, sp.S.One), sp.Rational(1, 4), sp.Rational(1, 4), sp.S.One)
    return NetworkActivation(sigmoid, (sp.Integer(1), S), facts, r"\sigma")
