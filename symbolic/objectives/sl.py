"""The supervised objective of arXiv 2401.03214, noise-free.

yhat(x) = sigmoid(F^T sigmoid(W x)), cross-entropy + beta ||W||_F^2 + gamma ||F||^2.
"""

from __future__ import annotations

import sympy as sp

from symbolic.activations import sigmoid, softplus
from symbolic.activations.base import S
from symbolic.derivation.families import cross_entropy_formula
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

__all__ = ["sl"]


@register("sl", default_neurons=2)
def sl(neurons: int, nuisance: int = 0) -> Objective:
    """SL with the given number of neurons; variables a1, b1, a2, b2, ..., f1, f2, ..."""
    tau, beta, gamma = sp.symbols("tau beta gamma", real=True)
    rows = tuple(row_symbols(str(j), nuisance) for j in range(1, neurons + 1))
    outputs = tuple(sp.Symbol(f"f{j}", real=True) for j in range(1, neurons + 1))
    variables = tuple(v for row in rows for v in row) + outputs
    data = toy_distribution(tau, nuisance)

    def score(j: int, atom: Atom) -> sp.Expr:
        return sp.Add(*(w * c for w, c in zip(rows[j], atom.coordinates, strict=True)))

    def logit(atom: Atom) -> sp.Expr:
        return sp.Add(*(f * sigmoid(score(j, atom)) for j, f in enumerate(outputs)))

    def margin(atom: Atom) -> sp.Expr:
        """The argument of the loss: cross-entropy is softplus(margin)."""
        return logit(atom) if atom.label == 0 else -logit(atom)

    ridge_terms = beta * sp.Add(*(v**2 for row in rows for v in row)) + gamma * sp.Add(*(f**2 for f in outputs))
    loss = data.expectation(lambda atom: softplus(margin(atom))) + ridge_terms

    # F . dL/dF = 2 gamma |F|^2 + sum of weight * m s(m), m the margin.
    head = EnergyIdentity(outputs, 2 * gamma, tuple(EnergyTerm(atom.weight, margin(atom), S) for atom in data.atoms))
    # w . dL/dw = 2 beta |w|^2 + sum of weight * (residual * f) * z s'(z).
    body = tuple(
        EnergyIdentity(
            rows[j],
            2 * beta,
            tuple(
                EnergyTerm(
                    atom.weight,
                    score(j, atom),
                    S * (1 - S),
                    (1 if atom.label == 0 else -1) * sigmoid(margin(atom)) * outputs[j],
                )
                for atom in data.atoms
            ),
        )
        for j in range(neurons)
    )
    published = sp.Rational(1, 800)
    return Objective(
        name="sl",
        title="supervised cross-entropy, noise-free population",
        loss=loss,
        variables=variables,
        parameters=(
            Parameter(tau, sp.Integer(7), False, "strength of the hidden feature"),
            Parameter(beta, published, True, "ridge on W"),
            Parameter(gamma, published, True, "ridge on F"),
        ),
        values=((tau, sp.Integer(7)), (beta, published), (gamma, published)),
        rows=rows,
        outputs=outputs,
        features=data.features,
        ridge=beta,
        symmetries=_symmetries(neurons, 2 + nuisance),
        energy=(head, *body),
        formula=cross_entropy_formula(data, rows, outputs, (beta, gamma)),
    )


def _symmetries(neurons: int, width: int) -> tuple[SignedPermutation, ...]:
    """(a, f) -> (-a, -f) with label exchange, and exchanges of neighbouring neurons."""
    changed = [j * width for j in range(neurons)] + [neurons * width + j for j in range(neurons)]
    flip = coordinate_permutation(neurons, width, neurons, dict.fromkeys(changed, -1), "label exchange")
    return (flip, *(row_exchange(j, width, neurons, neurons) for j in range(neurons - 1)))
