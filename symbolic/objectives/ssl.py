"""The self-supervised objective of arXiv 2401.03214, noise-free.

L(W) = - E[ f(x)^T f(x) ] + alpha ||W||_F^2 with f(x) = sigmoid(W x): a sum over neurons.
"""

from __future__ import annotations

from functools import partial

import sympy as sp

from symbolic.activations import sigmoid
from symbolic.activations.base import S
from symbolic.derivation.families import alignment_formula
from symbolic.distributions import Atom, toy_distribution
from symbolic.objectives.base import (
    EnergyIdentity,
    EnergyTerm,
    Objective,
    Parameter,
    coordinate_permutation,
    register,
    row_exchange,
    row_symbols,
)
from symbolic.symmetry import SignedPermutation

__all__ = ["ssl"]


@register("ssl", default_neurons=1)
def ssl(neurons: int, nuisance: int = 0) -> Objective:
    """SSL with the given number of neurons; variables a, b (one neuron) or a1, b1, a2, b2, ..."""
    tau, alpha = sp.symbols("tau alpha", real=True)
    suffixes = [""] if neurons == 1 else [str(j + 1) for j in range(neurons)]
    rows = tuple(row_symbols(suffix, nuisance) for suffix in suffixes)
    variables = tuple(v for row in rows for v in row)
    data = toy_distribution(tau, nuisance)

    def score(row: tuple[sp.Symbol, ...], atom: Atom) -> sp.Expr:
        return sp.Add(*(w * c for w, c in zip(row, atom.coordinates, strict=True)))

    def activity(row: tuple[sp.Symbol, ...], atom: Atom) -> sp.Expr:
        return sigmoid(score(row, atom)) ** 2

    alignment = sp.Add(*(data.expectation(partial(activity, row)) for row in rows))
    loss = -alignment + alpha * sp.Add(*(v**2 for v in variables))

    # w . dl/dw = 2 alpha |w|^2 - sum of weight * z * 2 s(z) s'(z)
    energy = tuple(
        EnergyIdentity(
            row,
            2 * alpha,
            tuple(EnergyTerm(-atom.weight, score(row, atom), 2 * S * S * (1 - S)) for atom in data.atoms),
        )
        for row in rows
    )
    return Objective(
        name="ssl",
        title="self-supervised alignment, noise-free population",
        loss=loss,
        variables=variables,
        parameters=(
            Parameter(tau, sp.Integer(7), False, "strength of the hidden feature"),
            Parameter(alpha, sp.Rational(1, 800), True, "ridge on W"),
        ),
        values=((tau, sp.Integer(7)), (alpha, sp.Rational(1, 800))),
        rows=rows,
        outputs=(),
        features=data.features,
        ridge=alpha,
        symmetries=_symmetries(neurons, 2 + nuisance),
        energy=energy,
        formula=alignment_formula(data, rows, alpha),
    )


def _symmetries(neurons: int, width: int) -> tuple[SignedPermutation, ...]:
    """a_j -> -a_j (swaps the two labels) for the first neuron, and exchanges of neighbouring neurons."""
    flip = coordinate_permutation(neurons, width, 0, {0: -1}, "flip a1")
    return (flip, *(row_exchange(j, width, neurons, 0) for j in range(neurons - 1)))
