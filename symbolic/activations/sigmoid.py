"""The logistic sigmoid s(z) = 1/(1 + e^{-z}): s' = s(1 - s) and s(-z) = 1 - s(z)."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import ActivationFunction, S, register

__all__ = ["sigmoid"]


@register
class sigmoid(ActivationFunction):
    latex_name = r"\sigma"
    base_derivative = S * (1 - S)
    complement = sp.Integer(1)
    value_at_zero = sp.Rational(1, 2)
    value_range = (sp.Integer(0), sp.Integer(1))
