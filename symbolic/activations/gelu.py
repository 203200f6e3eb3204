"""GELU: f(z) = z Phi(z), Phi the distribution function of the standard normal."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.network import Facts, NetworkActivation, register_network

__all__ = ["gelu"]


@register_network("gelu")
def gelu() -> NetworkActivation:
    """With phi = Phi': f' = Phi + z phi, f'' = phi (2 - z^2), z f' - f = z^2 phi.

    f >= -2/5: for z < 0 Mills' bound Phi(z) <= phi(z)/|z| gives |f| <= phi(0) < 2/5.  f' has its extremes at +-sqrt(2):
    1.1289... and -0.1289..., so |f'| < 8/7.  z^2 phi has its maximum at sqrt(2): 2/(e sqrt(2 pi)) < 3/10.
    E f(m + sqrt(v) xi) = m Phi(u) + v phi(u)/sqrt(1 + v) with u = m/sqrt(1 + v): E Phi(m + sqrt(v) xi) = Phi(u), and
    Stein's identity E xi Phi(m + sqrt(v) xi) = sqrt(v) E phi(m + sqrt(v) xi) = sqrt(v) phi(u)/sqrt(1 + v).
    """
    facts = Facts((sp.Rational(-2, 5), sp.oo), sp.Rational(8, 7), sp.oo, sp.Rational(3, 10), (sp.S.Zero, sp.S.One))
    return NetworkActivation(lambda z: z * _distribution(z), None, facts, r"\operatorname{gelu}", _smoothed)


def _distribution(z: sp.Expr) -> sp.Expr:
    return (1 + sp.erf(z / sp.sqrt(2))) / 2


def _smoothed(m: sp.Expr, v: sp.Expr) -> sp.Expr:
    root = sp.sqrt(1 + v)
    return m * _distribution(m / root) + v / root * sp.exp(-(m**2) / (2 * (1 + v))) / sp.sqrt(2 * sp.pi)
