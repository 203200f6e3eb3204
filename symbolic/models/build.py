"""From a checked model to an objective, with the symmetries that exact algebra confirms."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import sympy as sp

from symbolic.activations import activation_names
from symbolic.activations.network import network_activation
from symbolic.derivation.families import alignment_formula, cross_entropy_formula
from symbolic.derivation.formula import Formula
from symbolic.distributions import Atom, Mixture
from symbolic.models.kinds.base import Network, loss_of
from symbolic.models.spec import ModelSpec, spec_from_name
from symbolic.objectives.base import Objective, Parameter
from symbolic.symmetry import SignedPermutation, is_symmetry

__all__ = ["build_model"]


@lru_cache(maxsize=32)
def build_model(name: str, neurons: int | None, nuisance: int = 0) -> Objective:
    """The objective of a model's canonical name.  Raises ModelError."""
    spec = spec_from_name(name)
    m = spec.neurons if neurons is None else neurons
    names = [*spec.features, *(f"off{k + 1}" for k in range(nuisance))]
    rows = tuple(tuple(sp.Symbol(f"w{'' if m == 1 else j}_{f}", real=True) for f in names) for j in range(1, m + 1))
    outputs = tuple(sp.Symbol(f"f{j}", real=True) for j in range(1, m + 1)) if spec.head_ridge is not None else ()
    scores = tuple(
        tuple(sp.expand(sp.Add(*(w * c for w, c in zip(row, point, strict=False)))) for _, point, _ in spec.atoms)
        for row in rows
    )
    network = Network(
        rows,
        outputs,
        scores,
        tuple(w for w, _, _ in spec.atoms),
        tuple(label for _, _, label in spec.atoms),
        network_activation(spec.activation),
        spec.ridge,
        spec.head_ridge,
    )
    main, energy = loss_of(spec.kind, network)
    loss = main + spec.ridge * sp.Add(*(v**2 for row in rows for v in row))
    if spec.head_ridge is not None:
        loss += spec.head_ridge * sp.Add(*(f**2 for f in outputs))
    variables = tuple(v for row in rows for v in row) + outputs
    return Objective(
        name=name,
        title=spec.title,
        loss=loss,
        variables=variables,
        parameters=tuple(Parameter(p, v, positive, "") for p, v, positive in spec.parameters),
        values=tuple((p, v) for p, v, _ in spec.parameters),
        rows=rows,
        outputs=outputs,
        features=spec.features,
        ridge=spec.ridge,
        symmetries=_symmetries(spec, loss, variables, m, len(names)),
        energy=tuple(energy),
        formula=_formula(spec, rows, outputs, nuisance),
    )


def _formula(
    spec: ModelSpec, rows: tuple[tuple[sp.Symbol, ...], ...], outputs: tuple[sp.Symbol, ...], nuisance: int
) -> Formula | None:
    """How a derivation writes the model, for the kinds that have a formula and penalties that are parameters."""
    if spec.activation not in activation_names() or not spec.ridge.is_Symbol:
        return None
    atoms = tuple(Atom(w, (*at, *(sp.S.Zero,) * nuisance), label or 0) for w, at, label in spec.atoms)
    data = Mixture(atoms, spec.features)
    if spec.kind == "alignment":
        return alignment_formula(data, rows, spec.ridge, spec.activation)
    if spec.kind == "cross-entropy" and spec.head_ridge is not None and spec.head_ridge.is_Symbol:
        return cross_entropy_formula(data, rows, outputs, (spec.ridge, spec.head_ridge), spec.activation)
    return None


def _symmetries(
    spec: ModelSpec, loss: sp.Expr, variables: tuple[sp.Symbol, ...], m: int, width: int
) -> tuple[SignedPermutation, ...]:
    """Sign changes and exchanges of features, in one neuron or in all, and exchanges of neurons: those that hold."""
    n, tail = len(variables), len(variables) - m * width
    k = len(spec.features)
    candidates: list[SignedPermutation] = []
    for group in ([[j] for j in range(m)] if m > 1 else []) + [list(range(m))]:
        for i in range(k):
            for with_outputs in (False, True) if tail else (False,):
                changed = {j * width + i for j in group} | ({m * width + j for j in group} if with_outputs else set())
                signs = tuple(-1 if v in changed else 1 for v in range(n))
                candidates.append(SignedPermutation(tuple(range(n)), signs, f"flip {spec.features[i]}"))
        for i, j in combinations(range(k), 2):
            order = list(range(n))
            for neuron in group:
                a, b = neuron * width + i, neuron * width + j
                order[a], order[b] = order[b], order[a]
            candidates.append(
                SignedPermutation(tuple(order), (1,) * n, f"exchange {spec.features[i]}, {spec.features[j]}")
            )
    for j in range(m - 1):
        order = list(range(n))
        for i in range(width):
            a, b = j * width + i, (j + 1) * width + i
            order[a], order[b] = order[b], order[a]
        if tail:
            a = m * width + j
            order[a], order[a + 1] = order[a + 1], order[a]
        candidates.append(SignedPermutation(tuple(order), (1,) * n, f"exchange neurons {j + 1} and {j + 2}"))
    return tuple(g for g in candidates if is_symmetry(loss, variables, g))
