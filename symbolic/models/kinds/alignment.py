"""Alignment of positive pairs, as in the paper: -E |f(x)|^2 (noise-free, both views are the same point)."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symbolic.activations.base import S
from symbolic.models.kinds.base import Network, register
from symbolic.objectives.base import EnergyIdentity, EnergyTerm

__all__ = ["alignment"]


@register("alignment")
def alignment(network: Network) -> tuple[sp.Expr, Sequence[EnergyIdentity]]:
    f = network.activation.apply
    loss = -sp.Add(*(w * f(z) ** 2 for row in network.scores for w, z in zip(network.weights, row, strict=True)))
    form = network.activation.sigmoid_form
    if form is None:
        return loss, []
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
    return loss, energy
