"""The spectral contrastive loss: -2 E f(x)^T f(x) + E (f(x)^T f(x'))^2, x' an independent negative."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation.families import Body, Written
from symbolic.derivation.formula import Definition
from symbolic.derivation.tree import add, mul, number, power
from symbolic.models.kinds.base import Kind, Network, Stated, register

__all__ = ["spectral"]


def spectral(network: Network) -> Stated:
    """E (f^T f')^2 = sum over neurons i, j of (E f_i f_j)^2, the squared Frobenius norm of the second moment."""
    values = network.values
    m = len(values)

    def moment(i: int, j: int) -> sp.Expr:
        return sp.Add(*(w * a * b for w, a, b in zip(network.weights, values[i], values[j], strict=True)))

    positive = sp.Add(*(moment(i, i) for i in range(m)))
    negative = sp.Add(*(moment(i, j) ** 2 * (1 if i == j else 2) for i in range(m) for j in range(i, m)))
    return Stated(-2 * positive + negative)


def written(w: Written) -> Body:
    c, (j, i) = w.classes[0], w.units
    moment = Definition("M", w.own(j, i), w.mean(c, mul(w.value(c, j), w.value(c, i))), "second moments of the values")
    positive = w.mean(c, w.over(j, power(w.value(c, j), 2)))
    return (moment,), add(mul(number(-2), positive), w.over(j, w.over(i, power(moment.quantity, 2))))


register("spectral", Kind(spectral, written=written))
