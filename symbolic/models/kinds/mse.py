"""Supervised mean square error: E (F^T f(x) - y)^2, y the label (0 or 1)."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation.families import Body, Written
from symbolic.derivation.tree import Quantity, add, mul, negative, power
from symbolic.models.kinds.base import Kind, Network, Stated, register

__all__ = ["mse"]


def mse(network: Network) -> Stated:
    """A bound of F, and of the layers, follows from the square: see proofs/theorems/network_bounds.py."""
    targets = tuple(sp.Integer(label or 0) for label in network.labels)
    outputs = (
        sp.Add(*(f * row[c] for f, row in zip(network.outputs, network.values, strict=True)))
        for c in range(len(targets))
    )
    loss = sp.Add(*(p * (o - y) ** 2 for p, o, y in zip(network.weights, outputs, targets, strict=True)))
    return Stated(loss, supervised=("square", targets))


def written(w: Written) -> Body:
    c, j = w.classes[0], w.units[0]
    output = w.over(j, mul(w.head(j), w.value(c, j)))
    return (), w.mean(c, power(add(output, negative(Quantity("t", (c,)))), 2))


register("mse", Kind(mse, labels=True, written=written))
