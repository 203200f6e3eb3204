"""From a checked model to an objective, with the symmetries that exact algebra confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import sympy as sp

from symbolic.activations.network import network_activation
from symbolic.models.formula import model_formula
from symbolic.models.kinds.base import Network, Stated, kind_named
from symbolic.models.spec import ModelError, ModelSpec, spec_from_name
from symbolic.models.symmetries import Layout, model_symmetries
from symbolic.objectives.base import EnergyIdentity, Objective, Parameter
from symbolic.objectives.structure import Layer, Penalty, Structure, Supervision

__all__ = ["build_model", "loss_on_data"]

Symbols = tuple[sp.Symbol, ...]


@lru_cache(maxsize=32)
def build_model(name: str, neurons: int | None, nuisance: int = 0) -> Objective:
    """The objective of a model's canonical name.  Raises ModelError."""
    spec = spec_from_name(name)
    m = spec.neurons if neurons is None else neurons
    layout = _layout(spec, [*spec.features, *(f"off{k + 1}" for k in range(nuisance))], m)
    taken = {v.name for v in layout.variables} & {p.name for p, _, _ in spec.parameters}
    if taken:
        raise ModelError(f"parameters.{min(taken)}: is the name of a variable of this model")
    structure, penalties, stated = _assembled(spec, layout)
    loss = _whole(structure, penalties)
    energy = tuple(_composed(e, structure) for e in stated.energy)
    return Objective(
        name=name,
        title=spec.title,
        loss=loss,
        variables=layout.variables,
        parameters=tuple(Parameter(p, v, positive, "") for p, v, positive in spec.parameters),
        values=tuple((p, v) for p, v, _ in spec.parameters),
        rows=layout.rows,
        outputs=layout.outputs,
        features=spec.features,
        ridge=spec.ridge,
        symmetries=model_symmetries(spec.features, loss, layout),
        energy=energy,
        formula=model_formula(spec, layout, nuisance),
        structure=structure,
        penalties=penalties,
    )


def loss_on_data(
    spec: ModelSpec, points: Sequence[Sequence[sp.Rational]], labels: Sequence[int | None], neurons: int
) -> tuple[sp.Expr, Layout]:
    """The loss of a data set (every row equally likely) at the parameter values of the model, and its variables.

    The rows replace the atoms; nothing is known of symmetries or bounds.  Raises ModelError.
    """
    weight = sp.Rational(1, len(points))
    atoms = tuple((weight, tuple(x), label) for x, label in zip(points, labels, strict=True))
    on_data = replace(spec, atoms=atoms)
    layout = _layout(on_data, [str(k + 1) for k in range(len(points[0]))], neurons)
    structure, penalties, _ = _assembled(on_data, layout)
    return _whole(structure, penalties).subs({p: v for p, v, _ in spec.parameters}), layout


def _layout(spec: ModelSpec, names: Sequence[str], m: int) -> Layout:
    """The variables of m neurons with these names of coordinates."""
    rows = tuple(tuple(_real(f"w{'' if m == 1 else j}_{f}") for f in names) for j in range(1, m + 1))
    biases = tuple(_real("c" if m == 1 else f"c{j}") for j in range(1, m + 1)) if spec.bias else ()
    units = spec.second_neurons
    second = tuple(tuple(_real(f"v{i}_{j}") for j in range(1, m + 1)) for i in range(1, units + 1))
    outputs = tuple(_real(f"f{j}") for j in range(1, (units or m) + 1)) if spec.head_ridge is not None else ()
    return Layout(rows, biases, second, outputs)


def _assembled(spec: ModelSpec, layout: Layout) -> tuple[Structure, tuple[Penalty, ...], Stated]:
    layers = _layers(spec, layout)
    network = _network(spec, layout, layers)
    try:
        stated = kind_named(spec.kind).state(network)
    except ValueError as error:
        raise ModelError(f"objective.kind: {error}") from error
    supervision = _supervision(spec, stated, network)
    facts = network.activation.facts
    structure = Structure(stated.loss, layers, _squares(spec, layout), facts, supervision, spec.noise)
    return structure, _penalties(spec, layout), stated


def _whole(structure: Structure, penalties: Sequence[Penalty]) -> sp.Expr:
    return structure.composed + structure.squares + sp.Add(*(p.expr for p in penalties))


def _real(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


def _layers(spec: ModelSpec, layout: Layout) -> tuple[Layer, ...]:
    """The hidden layers; a value of the first one at atom c is f(w . x_c + bias), smoothed where there is noise."""
    f = network_activation(spec.activation)

    def symbols(letter: str, count: int) -> tuple[Symbols, ...]:
        return tuple(
            tuple(sp.Dummy(f"{letter}{j}_{c}", real=True) for c in range(len(spec.atoms))) for j in range(count)
        )

    biases = layout.biases or (None,) * len(layout.rows)
    arguments = tuple(
        tuple(sp.expand(_score(row, point) + (bias or 0)) for _, point, _ in spec.atoms)
        for row, bias in zip(layout.rows, biases, strict=True)
    )
    if spec.noise == 0:
        ends = tuple(tuple(f.apply(z) for z in row) for row in arguments)
    else:
        if f.smoothed is None:
            raise ModelError(f"data.noise: no closed form of the mean of {spec.activation} under noise is known")
        variances = [spec.noise**2 * sp.Add(*(v**2 for v in row)) for row in layout.rows]
        ends = tuple(tuple(f.smoothed(z, v) for z in row) for row, v in zip(arguments, variances, strict=True))
    sizes = tuple(sp.Add(*(c**2 for c in point)) for _, point, _ in spec.atoms)
    first = Layer(
        layout.rows,
        biases,
        spec.ridge,
        spec.bias_ridge or sp.S.Zero,
        symbols("h", len(layout.rows)),
        arguments,
        ends,
        sizes,
    )
    if not layout.second:
        return (first,)
    through = tuple(
        tuple(_score(row, [h[c] for h in first.values]) for c in range(len(spec.atoms))) for row in layout.second
    )
    values = tuple(tuple(f.apply(z) for z in row) for row in through)
    none = (None,) * len(layout.second)
    assert spec.second_ridge is not None
    return first, Layer(layout.second, none, spec.second_ridge, sp.S.Zero, symbols("u", len(none)), through, values)


def _score(row: Symbols, point: tuple[sp.Expr, ...] | list[sp.Symbol]) -> sp.Expr:
    """Nuisance coordinates of a row meet no coordinate of the data."""
    return sp.Add(*(w * c for w, c in zip(row, point, strict=False)))


def _network(spec: ModelSpec, layout: Layout, layers: tuple[Layer, ...]) -> Network:
    plain = len(layers) == 1 and not spec.bias and spec.noise == 0
    return Network(
        layers[-1].values,
        layout.outputs,
        tuple(w for w, _, _ in spec.atoms),
        tuple(label for _, _, label in spec.atoms),
        network_activation(spec.activation),
        spec.ridge,
        spec.head_ridge,
        dict(spec.options),
        layout.rows,
        layers[0].arguments if plain else None,
    )


def _squares(spec: ModelSpec, layout: Layout) -> sp.Expr:
    parts = [spec.ridge * sp.Add(*(v**2 for row in layout.rows for v in row))]
    if spec.bias_ridge is not None:
        parts.append(spec.bias_ridge * sp.Add(*(v**2 for v in layout.biases)))
    if spec.second_ridge is not None:
        parts.append(spec.second_ridge * sp.Add(*(v**2 for row in layout.second for v in row)))
    if spec.head_ridge is not None:
        parts.append(spec.head_ridge * sp.Add(*(v**2 for v in layout.outputs)))
    return sp.Add(*parts)


def _penalties(spec: ModelSpec, layout: Layout) -> tuple[Penalty, ...]:
    groups = {
        "rows": layout.rows,
        "bias": tuple((v,) for v in layout.biases),
        "second": layout.second,
        "head": (layout.outputs,),
    }
    found = []
    for form, on, weight in spec.penalties:
        if form == "overlap":
            found.append(Penalty("overlap", weight, groups[on]))
        else:
            found.append(Penalty("power", weight, groups[on], {"square": 2, "fourth": 4}[form]))
    return tuple(found)


def _supervision(spec: ModelSpec, stated: Stated, network: Network) -> Supervision | None:
    if stated.supervised is None or spec.head_ridge is None:
        return None
    form, targets = stated.supervised
    ends = tuple(
        sp.Add(*(f * row[c] for f, row in zip(network.outputs, network.values, strict=True)))
        for c in range(len(network.weights))
    )
    return Supervision(form, network.weights, targets, network.outputs, spec.head_ridge, ends)


def _composed(identity: EnergyIdentity, structure: Structure) -> EnergyIdentity:
    """An identity whose arguments and multipliers are written out in the variables."""
    written = replace(structure)
    terms = tuple(
        replace(
            t,
            argument=replace(written, outer=t.argument).composed,
            multiplier=replace(written, outer=t.multiplier).composed,
        )
        for t in identity.terms
    )
    return replace(identity, terms=terms)
