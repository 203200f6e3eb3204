"""Alignment of positive pairs, as in the paper: -E |f(x)|^2 (noise-free, both views are the same point).

With noise of the views f(x) is the mean over a view: two independent views give -E |E f|^2.
"""

from __future__ import annotations

import sympy as sp

from symbolic.activations.base import S
from symbolic.derivation.families import Body, Written
from symbolic.derivation.tree import negative, power
from symbolic.models.kinds.base import Kind, Network, Stated, register
from symbolic.objectives.base import EnergyIdentity, EnergyTerm

__all__ = ["alignment"]


def alignment(network: Network) -> Stated:
    loss = -sp.Add(*(w * h**2 for row in network.values for w, h in zip(network.weights, row, strict=True)))
    form = network.activation.sigmoid_form
    if form is None or network.scores is None:
        return Stated(loss)
    # f = P(s(cz)): w . d(f^2)/dw = (cz) 2 P P' s (1 - s) at s(cz).
    scale, P = form
    profile = sp.expand(2 * P * sp.diff(P, S) * S * (1 - S))
    energy = [
        EnergyIdentity(
            row,
            2 * network.ridge,
            tuple(EnergyTerm(-w, sp.expand(scale * z), profile) for w, z in zip(network.weights, scores, strict=True)),
        )
        for row, scores in zip(network.rows, network.scores, strict=True)
    ]
    return Stated(loss, energy)


def written(w: Written) -> Body:
    c, j = w.classes[0], w.units[0]
    return (), negative(w.mean(c, w.over(j, power(w.value(c, j), 2))))


register("alignment", Kind(alignment, views=True, written=written))
