"""Cross-correlation, as in Barlow twins: sum_j (1 - C_jj)^2 + weight sum_{i != j} C_ij^2, C the values' covariance.

C = E f f^T - E f E f^T is not divided by standard deviations: without noise both views agree, so that a normalised
diagonal would be 1 whatever the network.  The bound of rows needs a bounded activation.
"""

from __future__ import annotations

import sympy as sp

from symbolic.derivation.families import Body, Written
from symbolic.derivation.formula import Definition
from symbolic.derivation.tree import add, mul, negative, number, power
from symbolic.models.kinds.base import Kind, Network, Positive, Stated, register

__all__ = ["barlow"]


def barlow(network: Network) -> Stated:
    values, m = network.values, len(network.values)

    def mean(*rows: tuple[sp.Symbol, ...]) -> sp.Expr:
        return sp.Add(*(p * sp.Mul(*(row[c] for row in rows)) for c, p in enumerate(network.weights)))

    def covariance(i: int, j: int) -> sp.Expr:
        return mean(values[i], values[j]) - mean(values[i]) * mean(values[j])

    diagonal = sp.Add(*((1 - covariance(i, i)) ** 2 for i in range(m)))
    off = sp.Add(*(2 * covariance(i, j) ** 2 for i in range(m) for j in range(i + 1, m)))
    return Stated(diagonal + network.options["off_diagonal"] * off)


def written(w: Written) -> Body:
    c, (j, i) = w.classes[0], w.units
    mean = Definition("mu", w.own(j), w.mean(c, w.value(c, j)), "mean of neuron $j$" if w.own(j) else "mean value")
    both = w.mean(c, mul(w.value(c, j), w.value(c, i)))
    other = Definition("mu", w.own(i), mean.body, "")
    covariance = Definition(
        "C", w.own(j, i), add(both, negative(mul(mean.quantity, other.quantity))), "covariance of the values"
    )
    own = Definition("C", w.own(j, j), covariance.body, "")
    diagonal = w.over(j, power(add(number(1), negative(own.quantity)), 2))
    if not w.own(j):
        return (mean, covariance), diagonal
    squares = add(w.over(j, w.over(i, power(covariance.quantity, 2))), negative(w.over(j, power(own.quantity, 2))))
    return (mean, covariance), add(diagonal, mul(w.option("off_diagonal"), squares))


register("barlow", Kind(barlow, options={"off_diagonal": Positive(sp.Rational(1, 200))}, written=written))
