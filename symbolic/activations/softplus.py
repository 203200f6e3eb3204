"""softplus(z) = log(1 + e^z), the antiderivative of the sigmoid."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import ActivationFunction, register
from symbolic.activations.sigmoid import sigmoid

__all__ = ["softplus"]


@register
class softplus(ActivationFunction):
    latex_name = r"\operatorname{softplus}"
    base_derivative = sigmoid
    value_at_zero = sp.log(2)
    value_range = (sp.Integer(0), sp.oo)
