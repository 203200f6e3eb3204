"""Global constants of the SSL objective of one neuron: smoothness, coercivity, evenness.

The loss is -sum_c w_c s(u_c . x)^2 + alpha |x|^2, so its Hessian is
2 alpha I - sum_c w_c phi(s(u_c . x)) u_c u_c^T with phi the second derivative of s^2 as a polynomial
in s, and 0 < s^2 < 1 makes it bounded below and coercive.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls, endpoints
from numeric.compiler import compile_tape, to_fraction
from numeric.enclosure import Enclosure
from symbolic.activations import derivative_polynomial, sigmoid
from symbolic.activations.base import S
from symbolic.calculus import is_identically_zero
from symbolic.distributions import toy_distribution
from symbolic.objectives import Objective

__all__ = ["GlobalConstants", "curvature_along_first", "global_constants"]


@dataclass(frozen=True)
class GlobalConstants:
    """``smoothness``: an upper bound of the Hessian's norm over all of R^2; the two facts are checked."""

    smoothness: Fraction
    coercive: bool
    even: bool


def global_constants(objective: Objective) -> GlobalConstants:
    """Raises ValueError when the objective is not the one-neuron SSL objective."""
    if objective.name != "ssl" or objective.neurons != 1:
        raise ValueError("these constants are those of one SSL neuron")
    a, b = objective.variables[:2]
    tau = sp.Symbol("tau", real=True)
    data = toy_distribution(tau)
    polynomial = derivative_polynomial(sigmoid, 1)
    # (s^2)'' = 2 s'^2 + 2 s s'' with s' = P1(s), s'' = P2(s).
    phi = sp.expand(2 * polynomial.as_expr() ** 2 + 2 * S * derivative_polynomial(sigmoid, 2).as_expr())
    scores = [
        (atom.weight, sp.Matrix(atom.coordinates), a * atom.coordinates[0] + b * atom.coordinates[1])
        for atom in data.atoms
    ]
    total = sp.zeros(2, 2)
    outer = sp.zeros(2, 2)
    squares = sp.Integer(0)
    for weight, u, z in scores:
        total += weight * phi.subs(S, sigmoid(z)) * u * u.T
        outer += weight * u * u.T
        squares += weight * sigmoid(z) ** 2
    stated = 2 * objective.ridge * sp.eye(2) - total
    actual = sp.hessian(objective.loss, (a, b))
    if not all(is_identically_zero(stated[i, j] - actual[i, j]) for i in range(2) for j in range(2)):
        raise ValueError("the Hessian does not have the stated form")
    coercive = is_identically_zero(objective.loss + squares - objective.ridge * (a**2 + b**2))
    even = is_identically_zero(objective.loss.subs(a, -a) - objective.loss)
    coefficients = tuple(to_fraction(c) for c in reversed(sp.Poly(phi, S).all_coeffs()))
    with balls.precision(128):
        lo, hi = endpoints.polynomial(coefficients, endpoints.from_fractions(Fraction(0), Fraction(1)))
        # outer is diagonal: its largest eigenvalue is its largest entry.
        diagonal = [to_fraction(objective.at_values(outer[i, i])) for i in range(2)]
        if objective.at_values(outer[0, 1]) != 0:
            raise ValueError("the second moment of the data is not diagonal")
        ridge = balls.ball(2 * to_fraction(objective.numeric_ridge))
        size: arb = ridge + endpoints.magnitude((lo, hi)) * balls.ball(max(diagonal))
        return GlobalConstants(balls.upper_fraction(size), coercive, even)


def curvature_along_first(objective: Objective, box: tuple[Enclosure, ...]) -> Fraction:
    """An upper bound of the second derivative along the first variable at the point in ``box``."""
    tape = compile_tape([objective.hessian[0][0]], objective.variables)
    with balls.precision(128):
        (value,) = balls.evaluate_balls(tape, [x.ball() for x in box])
        return balls.upper_fraction(value)
