"""Signs at the stationary points of the supervised objective, for any number of neurons.

Neuron j has features a_j, b_j and output weight f_j, the data are x = s e1 + t tau e2 (four atoms, weights 1/4), and
L = 1/4 sum_c softplus(+-m_c) + beta sum (a_j^2 + b_j^2) + gamma sum f_j^2 with m_c = sum_j f_j sigmoid(z_cj).

Theorem.  Let tau > 0 and beta > 0.  Every orbit of stationary points under exchanges of neurons and the exchange of
labels, (a, f) -> (-a, -f), has a member with f_1 >= f_2 >= ... >= f_m, f_1 + ... + f_m <= 0, and for every j
a_j f_j <= 0, b_j f_j >= 0 and a_j b_j <= 0.

Proof: docs/theory/supervised.md, theorem 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import sympy as sp

from symbolic.activations import sigmoid, softplus
from symbolic.calculus import is_identically_zero
from symbolic.objectives import Objective

__all__ = ["SignDomain", "is_supervised_objective", "supervised_signs"]


@dataclass(frozen=True)
class SignDomain:
    """l . x >= 0 for each inequality, s x_i x_j >= 0 for each product (i, j, s), in the order of the variables."""

    inequalities: tuple[tuple[Fraction, ...], ...]
    products: tuple[tuple[int, int, int], ...]


def is_supervised_objective(objective: Objective) -> bool:
    """Whether the loss at its parameter values is the L above with tau > 0, beta > 0, gamma > 0, by exact algebra."""
    values = objective.parameter_values
    if not all(name in values and values[name] > 0 for name in ("tau", "beta", "gamma")):
        return False
    rows, outputs = objective.rows, objective.outputs
    if len(rows) != len(outputs) or any(len(row) != 2 for row in rows):
        return False
    tau, beta, gamma = values["tau"], values["beta"], values["gamma"]

    def logit(s: int, t: int) -> sp.Expr:
        return sp.Add(*(f * sigmoid(s * a + t * tau * b) for (a, b), f in zip(rows, outputs, strict=True)))

    fit = sp.Add(*(softplus(s * logit(s, t)) for s in (1, -1) for t in (0, 1))) / 4
    ridge = beta * sp.Add(*(v**2 for row in rows for v in row)) + gamma * sp.Add(*(f**2 for f in outputs))
    return is_identically_zero(objective.numeric_loss - fit - ridge)


def supervised_signs(objective: Objective) -> SignDomain | None:
    """Where the theorem allows a member of every orbit of stationary points; None when a hypothesis fails.

    Orbits are those of exchanges and the label exchange: both must be among the objective's own symmetries, because it
    is under these that a list of points is closed.
    """
    if not is_supervised_objective(objective) or not _states_the_symmetries(objective):
        return None
    place = {v: i for i, v in enumerate(objective.variables)}
    outputs = [place[f] for f in objective.outputs]
    n = len(place)

    def vector(entries: dict[int, int]) -> tuple[Fraction, ...]:
        return tuple(Fraction(entries.get(i, 0)) for i in range(n))

    ordered = [vector({i: 1, j: -1}) for i, j in pairwise(outputs)]
    products = []
    for (a, b), f in zip(objective.rows, outputs, strict=True):
        products += [(place[a], f, -1), (place[b], f, 1), (place[a], place[b], -1)]
    return SignDomain((*ordered, vector(dict.fromkeys(outputs, -1))), tuple(products))


def _states_the_symmetries(objective: Objective) -> bool:
    variables, m = objective.variables, objective.neurons
    neurons = [(*row, f) for row, f in zip(objective.rows, objective.outputs, strict=True)]
    flip = {v: -v for a, _, f in neurons for v in (a, f)}
    images = [flip] + [
        dict(zip((*neurons[j], *neurons[j + 1]), (*neurons[j + 1], *neurons[j]), strict=True)) for j in range(m - 1)
    ]
    stated = [tuple(g.apply(variables)) for g in objective.symmetries]
    return all(tuple(image.get(v, v) for v in variables) in stated for image in images)
