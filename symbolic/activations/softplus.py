"""softplus(z) = log(1 + e^z), the antiderivative of the sigmoid."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import ActivationFunction, register
from symbolic.activations.network import Facts, NetworkActivation, register_network
from symbolic.activations.sigmoid import sigmoid

__all__ = ["softplus"]


@register
class softplus(ActivationFunction):
    latex_name = r"\operatorname{softplus}"
    base_derivative = sigmoid
    value_at_zero = sp.log(2)
    value_range = (sp.Integer(0), sp.oo)


@register_network("softplus")
def _network() -> NetworkActivation:
    """0 < softplus, softplus' = s in (0, 1), softplus(z) - max(z, 0) in (0, log 2].

    z s(z) - softplus(z) has the derivative z s'(z) and the limit 0 at both ends, so it lies in [-log 2, 0], and
    log 2 < 7/10.
    """
    facts = Facts((sp.S.Zero, sp.oo), sp.S.One, sp.oo, sp.Rational(7, 10), (sp.S.Zero, sp.S.One))
    return NetworkActivation(softplus, None, facts, softplus.latex_name)
