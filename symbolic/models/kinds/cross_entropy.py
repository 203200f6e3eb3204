"""Supervised cross-entropy of yhat = sigmoid(F^T f(x)) with labels 0 and 1, as in the paper: softplus of the margin."""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import S
from symbolic.activations.softplus import softplus
from symbolic.derivation.families import Body, Written
from symbolic.derivation.formula import Definition
from symbolic.derivation.tree import Apply, Quantity, mul
from symbolic.models.kinds.base import Kind, Network, Stated, register
from symbolic.objectives.base import EnergyIdentity, EnergyTerm

__all__ = ["cross_entropy"]


def cross_entropy(network: Network) -> Stated:
    total: sp.Expr = sp.S.Zero
    terms = []
    signs = []
    for c, (weight, label) in enumerate(zip(network.weights, network.labels, strict=True)):
        logit = sp.Add(*(f * row[c] for f, row in zip(network.outputs, network.values, strict=True)))
        sign = sp.Integer(1 if label == 0 else -1)
        margin = sign * logit if label == 0 else -logit
        total += weight * softplus(margin)
        terms.append(EnergyTerm(weight, margin, S))
        signs.append(sign)
    if network.head_ridge is None:
        raise ValueError("cross-entropy needs a ridge on the output weights")
    # F . dL/dF = 2 gamma |F|^2 + sum of weight * m s(m), m the margin; rows then have bounded gradients.
    energy = EnergyIdentity(network.outputs, 2 * network.head_ridge, tuple(terms))
    return Stated(total, [energy], ("softplus", tuple(signs)))


def written(w: Written) -> Body:
    c, j = w.classes[0], w.units[0]
    logit = w.over(j, mul(w.head(j), w.value(c, j)))
    margin = Definition("m", (c,), mul(Quantity("y", (c,)), logit), "signed output before the last sigmoid")
    return (margin,), w.mean(c, Apply("softplus", 0, margin.quantity))


register("cross-entropy", Kind(cross_entropy, labels=True, written=written))
