"""The hyperbolic tangent through the sigmoid, exactly: tanh(z) = 2 s(2z) - 1, so nothing new has to be enclosed."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import S
from symbolic.activations.network import NetworkActivation, register_network
from symbolic.activations.sigmoid import sigmoid

__all__ = ["tanh"]


@register_network("tanh")
def tanh() -> NetworkActivation:
    return NetworkActivation(lambda z: 2 * sigmoid(2 * z) - 1, (sp.Integer(2), 2 * S - 1))
