r"""A second layer of sigmoids loses the label, for any number of hidden features and of output units.

The encoder is f_o(x) = sigmoid(v_o sigmoid(w . x)), one hidden neuron, output units o = 1, ..., k; the loss is
L = -E sum_o f_o^2 + alpha (|w|^2 + |v|^2); x = s e_1 + sum_k t_k tau e_{k+1}, s = 1, -1 and t_k = 0, 1 equally likely.

Theorem.  Let tau > 0 and alpha < F(2 u)/(4 u), F = sigmoid^2 (1 - sigmoid), u = log((1 + sqrt 5)/(3 - sqrt 5)).
Then w . e_1 = 0 at every stationary point.

Proof: docs/theory/models.md.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import sympy as sp
from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from symbolic.activations import sigmoid
from symbolic.calculus import is_identically_zero
from symbolic.objectives import Objective

__all__ = ["critical_ridge", "is_two_layer_alignment", "label_is_lost"]


def critical_ridge(*, bits: int = 128) -> Enclosure:
    """F(2u)/(4u) = 0.0082...: the theorem holds for smaller alpha."""
    with balls.precision(bits):
        root = arb(5).sqrt()
        u = ((1 + root) / (3 - root)).log()
        s = 1 / (1 + (-2 * u).exp())
        return Enclosure.from_ball(s * s * (1 - s) / (4 * u))


def label_is_lost(objective: Objective, alpha: Fraction) -> bool:
    """Whether the theorem applies; ``alpha`` is the ridge of both layers.  False where a hypothesis is not shown."""
    return 0 < alpha < critical_ridge().lo and is_two_layer_alignment(objective, alpha)


def is_two_layer_alignment(objective: Objective, alpha: Fraction) -> bool:
    """Whether the loss at its parameter values is the L above with tau > 0, by exact algebra."""
    tau = objective.parameter_values.get("tau")
    if tau is None or tau <= 0 or len(objective.rows) != 1 or objective.free_parameters:
        return False
    (row,) = objective.rows
    outer = [v for v in objective.variables if v not in row]
    hidden = len(row) - 1
    if hidden < 1 or not outer or len(objective.features) != len(row):
        return False
    weight = sp.Rational(1, 2 ** (hidden + 1))
    total = sp.S.Zero
    for s, *ts in product((1, -1), *[(0, 1)] * hidden):
        inner = sigmoid(s * row[0] + sp.Add(*(t * tau * w for t, w in zip(ts, row[1:], strict=True))))
        total -= weight * sp.Add(*(sigmoid(v * inner) ** 2 for v in outer))
    total += sp.Rational(alpha.numerator, alpha.denominator) * sp.Add(*(v**2 for v in objective.variables))
    return is_identically_zero(objective.numeric_loss - total)
