"""The hidden coordinate of an SSL row at a stationary point, by exact algebra."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from numeric.compiler import to_fraction
from symbolic.activations import sigmoid
from symbolic.calculus import is_identically_zero
from symbolic.objectives import Objective

__all__ = ["hidden_coordinate_bound", "hidden_slope_identity"]


def hidden_slope_identity(objective: Objective) -> bool:
    """dL/db = 2 alpha b - (tau/2) (p(a + tau b) + p(-a + tau b)), p(z) = s(z)^2 (1 - s(z)), for symbolic parameters.

    For one SSL neuron.  So b = (tau / 4 alpha)(p + p) at every stationary point, and 0 < p <= 4/27: b is not 0 and has
    the sign of tau.
    """
    if objective.name != "ssl" or objective.neurons != 1 or len(objective.variables) != 2:
        return False
    a, b = objective.variables
    symbols = {p.symbol.name: p.symbol for p in objective.parameters}
    tau, alpha = symbols["tau"], symbols["alpha"]

    def p(z: sp.Expr) -> sp.Expr:
        return sigmoid(z) ** 2 * (1 - sigmoid(z))

    right = 2 * alpha * b - tau / 2 * (p(a + tau * b) + p(-a + tau * b))
    return is_identically_zero(sp.diff(objective.loss, b) - right)


def hidden_coordinate_bound(objective: Objective) -> Fraction | None:
    """2 |tau| / (27 alpha) >= |b| > 0 at every stationary point; None where the identity or tau != 0 fails."""
    if not hidden_slope_identity(objective):
        return None
    values = {name: to_fraction(value) for name, value in objective.parameter_values.items()}
    if values["tau"] == 0 or values["alpha"] <= 0:
        return None
    return 2 * abs(values["tau"]) / (27 * values["alpha"])
