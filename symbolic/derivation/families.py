"""The formulas of one-layer models: alignment of positive pairs, and cross-entropy behind one output.

Any mixture, activation, number of neurons and of features.  With one neuron its index is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symbolic.derivation.formula import Definition, Family, Formula, Rule, Stage
from symbolic.derivation.tree import (
    Add,
    Apply,
    Expectation,
    Index,
    Node,
    Power,
    Quantity,
    SquaredNorm,
    Sum,
    add,
    mul,
    negative,
    number,
)
from symbolic.distributions import Mixture

__all__ = ["alignment_formula", "cross_entropy_formula"]

C, J, K = Index("class", "c"), Index("neuron", "j"), Index("feature", "k")


def _weights(rows: Sequence[Sequence[sp.Symbol]]) -> tuple[tuple[Index, ...], Family, Definition]:
    """The index of the neuron (none for a single one), the weights, and the score of a neuron on a class."""
    own = (J,) if len(rows) > 1 else ()
    over = (*(i.over for i in own), "feature")
    matrix, meaning = ("W", "weights") if own else ("w", "weights of the neuron")
    family = Family("w", over, tuple(v for row in rows for v in row), matrix, meaning)
    score = Sum(K, mul(Quantity("w", (*own, K)), Quantity("x", (C, K))))
    what = "score of neuron $j$ on class $c$" if own else "score on class $c$"
    return own, family, Definition("z", (C, *own), score, what)


def _over_neurons(own: tuple[Index, ...], body: Node) -> Node:
    return Sum(own[0], body) if own else body


def alignment_formula(
    data: Mixture, rows: Sequence[Sequence[sp.Symbol]], ridge: sp.Symbol, activation: str = "sigmoid"
) -> Formula:
    """L = -E |f(x)|^2 + ridge |W|^2 with f(x)_j = activation(w_j . x)."""
    own, weights, score = _weights(rows)
    aligned = _over_neurons(own, Power(Apply(activation, 0, score.quantity), 2))
    penalty = Quantity(ridge.name)
    plain = unfolded_norm(weights)
    stages = (
        Stage(add(negative(Expectation(C, aligned)), mul(penalty, SquaredNorm("w"))), Rule.DEFINITION),
        Stage(
            add(negative(Sum(C, mul(Quantity("p", (C,)), aligned))), mul(penalty, plain)),
            Rule.EXPECTATION,
        ),
    )
    return Formula(data, (weights,), (score,), stages, _sizes(rows))


def cross_entropy_formula(
    data: Mixture,
    rows: Sequence[Sequence[sp.Symbol]],
    outputs: Sequence[sp.Symbol],
    ridges: tuple[sp.Symbol, sp.Symbol],
    activation: str = "sigmoid",
) -> Formula:
    """Cross-entropy of sigmoid(F . f(x)) plus ridges[0] |W|^2 + ridges[1] |F|^2."""
    own, weights, score = _weights(rows)
    heads = Family("f", tuple(i.over for i in own), tuple(outputs), "F" if own else "f", "output weights")
    t, y, p = (Quantity(name, (C,)) for name in ("t", "y", "p"))
    logit = _over_neurons(own, mul(Quantity("f", own), Apply(activation, 0, score.quantity)))
    output = Definition("q", (C,), Apply("sigmoid", 0, logit), "output on class $c$")
    margin = Definition("m", (C,), mul(y, logit), "signed output before the last sigmoid")
    q = output.quantity
    entropy = add(
        negative(mul(t, Apply("log", 0, q))),
        negative(mul(add(number(1), negative(t)), Apply("log", 0, Add((number(1), negative(q)))))),
    )
    beta, gamma = (Quantity(r.name) for r in ridges)
    penalties = add(mul(beta, SquaredNorm("w")), mul(gamma, SquaredNorm("f")))
    plain = add(mul(beta, unfolded_norm(weights)), mul(gamma, unfolded_norm(heads)))
    soft = Apply("softplus", 0, margin.quantity)
    stages = (
        Stage(add(Expectation(C, entropy), penalties), Rule.DEFINITION),
        Stage(add(Expectation(C, soft), penalties), Rule.LOGARITHM),
        Stage(add(Sum(C, mul(p, soft)), plain), Rule.EXPECTATION),
    )
    return Formula(data, (weights, heads), (score, output, margin), stages, _sizes(rows))


def unfolded_norm(family: Family) -> Node:
    """The sum of the squares of a family's variables."""
    names = {"neuron": J, "feature": K}
    indices = tuple(names[over] for over in family.over)
    body: Node = Power(Quantity(family.name, indices), 2)
    for index in reversed(indices):
        body = Sum(index, body)
    return body


def _sizes(rows: Sequence[Sequence[sp.Symbol]]) -> dict[str, int]:
    return {"neuron": len(rows), "feature": len(rows[0])}
