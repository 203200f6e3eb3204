"""The error function; no polynomial in the sigmoid, so its a-priori box comes from bounds of the gradient."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.network import Facts, NetworkActivation, register_network

__all__ = ["erf"]


@register_network("erf")
def erf() -> NetworkActivation:
    """|erf| < 1 and 0 < erf' <= 2/sqrt(pi) < 8/7; |z erf'(z)| <= 2/sqrt(pi) / sqrt(2e) < 1/2, attained at 1/sqrt(2).

    erf is odd and concave for z > 0, so 0 <= erf(z) - z erf'(z) < 1 there.  With erf(z) = 2 Phi(sqrt(2) z) - 1 and
    E Phi(a + b xi) = Phi(a/sqrt(1 + b^2)) its Gaussian mean is E erf(m + sqrt(v) xi) = erf(m/sqrt(1 + 2v)).
    """
    facts = Facts((sp.S.NegativeOne, sp.S.One), sp.Rational(8, 7), sp.S.Half, sp.S.One)
    return NetworkActivation(sp.erf, None, facts, r"\operatorname{erf}", lambda m, v: sp.erf(m / sp.sqrt(1 + 2 * v)))
