"""The formulas of one-layer models: alignment of positive pairs, and cross-entropy behind one output.

Any mixture, activation, number of neurons and of features.  With one neuron its index is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

__all__ = ["Written", "alignment_formula", "cross_entropy_formula", "network_formula"]

C, D = Index("class", "c"), Index("class", "d")
J, OTHER, K = Index("neuron", "j"), Index("neuron", "i"), Index("feature", "k")


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


def unfolded_norm(family: Family, exponent: int = 2) -> Node:
    """The sum of the squares (or a higher power) of a family's variables."""
    names = {"neuron": J, "feature": K}
    indices = tuple(names[over] for over in family.over)
    body: Node = Power(Quantity(family.name, indices), exponent)
    for index in reversed(indices):
        body = Sum(index, body)
    return body


def _sizes(rows: Sequence[Sequence[sp.Symbol]]) -> dict[str, int]:
    return {"neuron": len(rows), "feature": len(rows[0])}


@dataclass(frozen=True)
class Written:
    """What a kind of objective writes its loss with: indices, the network's values, output weights, and its options.

    ``value(c, j)`` is the value of neuron j on class c; with one neuron there is no index j, and sums over neurons are
    their only term.
    """

    neurons: int
    activation: str
    options: Mapping[str, sp.Expr]
    classes: tuple[Index, ...] = (C, D)
    units: tuple[Index, ...] = (J, OTHER)

    def value(self, c: Index, j: Index) -> Node:
        return Apply(self.activation, 0, Quantity("z", (c, *self.own(j))))

    def own(self, *indices: Index) -> tuple[Index, ...]:
        return indices if self.neurons > 1 else ()

    def over(self, j: Index, body: Node) -> Node:
        return Sum(j, body) if self.neurons > 1 else body

    def head(self, j: Index) -> Node:
        return Quantity("f", self.own(j))

    def option(self, name: str) -> Node:
        return constant(self.options[name])

    @staticmethod
    def mean(c: Index, body: Node) -> Node:
        return Sum(c, mul(Quantity("p", (c,)), body))


Body = tuple[tuple[Definition, ...], Node]


def constant(value: sp.Expr) -> Node:
    """A parameter by its name, or a number."""
    return Quantity(value.name) if isinstance(value, sp.Symbol) else number(value)


def network_formula(
    data: Mixture,
    rows: Sequence[Sequence[sp.Symbol]],
    parts: Mapping[str, tuple[Sequence[sp.Symbol], sp.Expr | None]],
    penalties: Sequence[tuple[str, str, sp.Expr]],
    body: Body,
) -> Formula:
    """The formula of a one-layer network: what its kind writes (``body``), plus ridges and penalties.

    ``parts`` holds the variables and the ridge of ``rows``, ``bias`` and ``head``; ``penalties`` are (form, part,
    weight) with the forms square, fourth and overlap.
    """
    own, weights, score = _weights(rows)
    families = {"rows": weights}
    over = tuple(i.over for i in own)
    if parts["bias"][0]:
        families["bias"] = Family("b", over, tuple(parts["bias"][0]), "b", "biases" if own else "bias")
        score = Definition("z", score.indices, add(score.body, Quantity("b", own)), score.meaning)
    if parts["head"][0]:
        families["head"] = Family("f", over, tuple(parts["head"][0]), "F" if own else "f", "output weights")
    definitions, loss = body
    terms = [mul(constant(r), unfolded_norm(families[n])) for n, (_, r) in parts.items() if n in families and r]
    for form, on, weight in penalties:
        family = families[on]
        penalty = _overlap(weights) if form == "overlap" else unfolded_norm(family, 4 if form == "fourth" else 2)
        terms.append(mul(constant(weight), penalty))
    stage = Stage(add(loss, *terms), Rule.DEFINITION)
    return Formula(data, tuple(families.values()), (score, *definitions), (stage,), _sizes(rows))


def _overlap(weights: Family) -> Node:
    """The sum over pairs of rows of (w_j . w_i)^2: half of the sum over all j, i less the terms with j = i."""
    if "neuron" not in weights.over:
        return number(0)
    inner = Sum(K, mul(Quantity("w", (J, K)), Quantity("w", (OTHER, K))))
    whole = Sum(J, Sum(OTHER, Power(inner, 2)))
    own = Sum(J, Power(Sum(K, Power(Quantity("w", (J, K)), 2)), 2))
    return add(mul(number(sp.S.Half), whole), mul(number(-sp.S.Half), own))
