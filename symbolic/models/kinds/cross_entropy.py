"""Supervised cross-entropy of yhat = sigmoid(F^T f(x)) with labels 0 and 1, as in the paper: softplus of the margin."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symbolic.activations.base import S
from symbolic.activations.softplus import softplus
from symbolic.models.kinds.base import Network, register
from symbolic.objectives.base import EnergyIdentity, EnergyTerm

__all__ = ["cross_entropy"]


@register("cross-entropy", labels=True)
def cross_entropy(network: Network) -> tuple[sp.Expr, Sequence[EnergyIdentity]]:
    total: sp.Expr = sp.S.Zero
    terms = []
    for c, (weight, label) in enumerate(zip(network.weights, network.labels, strict=True)):
        logit = sp.Add(
            *(f * network.activation.apply(row[c]) for f, row in zip(network.outputs, network.scores, strict=True))
        )
        margin = logit if label == 0 else -logit
        total += weight * softplus(margin)
        terms.append(EnergyTerm(weight, margin, S))
    if network.head_ridge is None:
        raise ValueError("cross-entropy needs a ridge on the output weights")
    # F . dL/dF = 2 gamma |F|^2 + sum of weight * m s(m), m the margin; rows then have bounded gradients.
    return total, [EnergyIdentity(network.outputs, 2 * network.head_ridge, tuple(terms))]
