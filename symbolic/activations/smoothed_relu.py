"""A smooth ReLU: the mean of max(z + xi, 0) over a standard normal xi, f(z) = z Phi(z) + phi(z)."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.network import Facts, NetworkActivation, register_network

__all__ = ["smoothed_relu"]


@register_network("smoothed-relu")
def smoothed_relu() -> NetworkActivation:
    """f > 0, f' = Phi in (0, 1), as phi' = -z phi; z f' - f = -phi(z), in [-phi(0), 0) with phi(0) < 2/5.

    The same identity gives 0 < f(z) - max(z, 0) <= phi(0).  A further independent noise adds variances:
    E f(m + sqrt(v) xi) = E max(m + sqrt(1 + v) xi, 0) = m Phi(u) + sqrt(1 + v) phi(u) with u = m/sqrt(1 + v).
    """
    facts = Facts((sp.S.Zero, sp.oo), sp.S.One, sp.oo, sp.Rational(2, 5), (sp.S.Zero, sp.S.One))
    return NetworkActivation(lambda z: _mean(z, sp.S.Zero), None, facts, r"\operatorname{relu}", _mean)


def _mean(m: sp.Expr, v: sp.Expr) -> sp.Expr:
    """E max(m + sqrt(1 + v) xi, 0)."""
    root = sp.sqrt(1 + v)
    density = sp.exp(-(m**2) / (2 * (1 + v))) / sp.sqrt(2 * sp.pi)
    return m * (1 + sp.erf(m / (root * sp.sqrt(2)))) / 2 + root * density
