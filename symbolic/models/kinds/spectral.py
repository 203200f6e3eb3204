"""The spectral contrastive loss: -2 E f(x)^T f(x) + E (f(x)^T f(x'))^2, x' an independent negative."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symbolic.models.kinds.base import Network, register
from symbolic.objectives.base import EnergyIdentity

__all__ = ["spectral"]


@register("spectral")
def spectral(network: Network) -> tuple[sp.Expr, Sequence[EnergyIdentity]]:
    """E (f^T f')^2 = sum over neurons i, j of (E f_i f_j)^2, the squared Frobenius norm of the second moment."""
    values = [[network.activation.apply(z) for z in row] for row in network.scores]
    m = len(values)

    def moment(i: int, j: int) -> sp.Expr:
        return sp.Add(*(w * a * b for w, a, b in zip(network.weights, values[i], values[j], strict=True)))

    positive = sp.Add(*(moment(i, i) for i in range(m)))
    negative = sp.Add(*(moment(i, j) ** 2 * (1 if i == j else 2) for i in range(m) for j in range(i, m)))
    return -2 * positive + negative, []
