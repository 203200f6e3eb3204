"""Objectives with several hidden features, built from scratch: K hidden features give 2^(K+1) classes."""

from __future__ import annotations

from itertools import product

import sympy as sp

from symbolic.activations import sigmoid, softplus
from symbolic.derivation.families import alignment_formula, cross_entropy_formula
from symbolic.distributions import Atom, Mixture
from symbolic.objectives import Objective
from symbolic.objectives.base import Parameter


def mixture(hidden: int) -> Mixture:
    """x = s*e1 + sum_k t_k*tau*e_{k+1} with s in {1, -1} and t_k in {0, 1}, all equally likely."""
    tau = sp.Symbol("tau", real=True)
    weight = sp.Rational(1, 2 ** (hidden + 1))
    atoms = [
        Atom(weight, (sp.Integer(s), *(t * tau for t in ts)), 0 if s == 1 else 1)
        for s in (1, -1)
        for ts in product((0, 1), repeat=hidden)
    ]
    return Mixture(tuple(atoms), tuple(f"e{k + 1}" for k in range(hidden + 1)))


def objective(name: str, neurons: int, hidden: int) -> Objective:
    """``ssl`` or ``sl`` with their losses written down directly."""
    data = mixture(hidden)
    tau, alpha, beta, gamma = sp.symbols("tau alpha beta gamma", real=True)
    rows = tuple(tuple(sp.Symbol(f"w{j + 1}_{k + 1}", real=True) for k in range(hidden + 1)) for j in range(neurons))
    outputs = tuple(sp.Symbol(f"f{j + 1}", real=True) for j in range(neurons)) if name == "sl" else ()
    ridge = alpha if name == "ssl" else beta
    loss = ridge * sum(v**2 for row in rows for v in row) + gamma * sum(f**2 for f in outputs)
    for atom in data.atoms:
        scores = [sum(w * x for w, x in zip(row, atom.coordinates, strict=True)) for row in rows]
        if name == "ssl":
            loss -= atom.weight * sum(sigmoid(z) ** 2 for z in scores)
        else:
            logit = sum(f * sigmoid(z) for f, z in zip(outputs, scores, strict=True))
            loss += atom.weight * softplus(logit if atom.label == 0 else -logit)
    formula = (
        alignment_formula(data, rows, alpha)
        if name == "ssl"
        else cross_entropy_formula(data, rows, outputs, (beta, gamma))
    )
    published = sp.Rational(1, 800)
    values = ((tau, sp.Integer(7)), (ridge, published), *(((gamma, published),) if outputs else ()))
    return Objective(
        name=name,
        title=f"{name} with {hidden} hidden features",
        loss=loss,
        variables=(*(v for row in rows for v in row), *outputs),
        parameters=tuple(Parameter(s, v, s != tau, s.name) for s, v in values),
        values=values,
        rows=rows,
        outputs=outputs,
        features=data.features,
        ridge=ridge,
        symmetries=(),
        energy=(),
        formula=formula,
    )
