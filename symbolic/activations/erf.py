"""The error function; no polynomial in the sigmoid, so its a-priori box comes from bounds of the gradient."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.network import NetworkActivation, register_network

__all__ = ["erf"]


@register_network("erf")
def erf() -> NetworkActivation:
    return NetworkActivation(sp.erf, None)
