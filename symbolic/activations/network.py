"""Activations of the hidden layer of a model file.  A new one is one file that calls :func:`register_network`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from symbolic.activations.base import S
from symbolic.activations.sigmoid import sigmoid

__all__ = ["NetworkActivation", "network_activation", "network_activation_names", "register_network"]


@dataclass(frozen=True)
class NetworkActivation:
    """f(z) as an expression; ``sigmoid_form`` = (c, P) where f(z) = P(s(c z)), for energy identities; or None."""

    apply: Callable[[sp.Expr], sp.Expr]
    sigmoid_form: tuple[sp.Expr, sp.Expr] | None


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
    return NetworkActivation(sigmoid, (sp.Integer(1), S))
