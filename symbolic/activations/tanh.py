"""The hyperbolic tangent through the sigmoid, exactly: tanh(z) = 2 s(2z) - 1, so nothing new has to be enclosed."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import S
from symbolic.activations.network import Facts, NetworkActivation, register_network
from symbolic.activations.sigmoid import sigmoid

__all__ = ["tanh"]


@register_network("tanh")
def tanh() -> NetworkActivation:
    """|tanh| < 1 and 0 < tanh' <= 1; z tanh'(z) = 2 (2z) s'(2z), at most 1/2 in size as |u s'(u)| <= 1/4.

    tanh is odd and concave for z > 0, so 0 <= tanh(z) - z tanh'(z) < 1 there.
    """
    facts = Facts((sp.S.NegativeOne, sp.S.One), sp.S.One, sp.S.Half, sp.S.One)
    return NetworkActivation(
        lambda z: 2 * sigmoid(2 * z) - 1, (sp.Integer(2), 2 * S - 1), facts, r"\operatorname{tanh}"
    )
