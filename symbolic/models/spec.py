"""What a model file says, checked field by field; and its canonical text, which names the objective exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy as sp

from symbolic.activations.network import network_activation_names
from symbolic.models.kinds.base import Count, Kind, kind_named, kind_names
from symbolic.reader import ReadError, parse_expression, parse_name, parse_number, real_symbols

__all__ = ["PREFIX", "ModelError", "ModelSpec", "spec_from_name", "spec_from_table"]

PREFIX = "model:"
MAX_FEATURES, MAX_ATOMS, MAX_NEURONS, MAX_PARAMETERS = 8, 128, 8, 12
MAX_PENALTIES = 8
PENALTY_FORMS = ("square", "fourth", "overlap")
NETWORK = {"neurons", "activation", "bias", "second_neurons"}
OBJECTIVE = {"kind", "ridge", "head_ridge", "bias_ridge", "second_ridge"}
MAX_NAME_LENGTH = 40_000


class ModelError(ValueError):
    """A mistake in a model: one line that names the field."""


@dataclass(frozen=True)
class ModelSpec:
    """The checked content.  ``atoms`` are (weight, coordinates, label or None); ``table`` is canonical plain data.

    ``second_neurons`` is 0 without a second layer; a ridge is None where there is nothing that it is of, or no ridge;
    ``options`` are those of the kind; ``penalties`` are (form, what they are on, weight).
    """

    title: str
    parameters: tuple[tuple[sp.Symbol, sp.Rational, bool], ...]
    features: tuple[str, ...]
    atoms: tuple[tuple[sp.Rational, tuple[sp.Expr, ...], int | None], ...]
    noise: sp.Expr
    neurons: int
    activation: str
    bias: bool
    second_neurons: int
    kind: str
    options: tuple[tuple[str, sp.Expr], ...]
    ridge: sp.Expr
    head_ridge: sp.Expr | None
    bias_ridge: sp.Expr | None
    second_ridge: sp.Expr | None
    penalties: tuple[tuple[str, str, sp.Expr], ...]
    table: tuple[tuple[str, Any], ...]

    @property
    def name(self) -> str:
        """The model in one line: what certificates and workers build it from."""
        return PREFIX + json.dumps(dict(self.table), sort_keys=True, separators=(",", ":"))


def spec_from_name(name: str) -> ModelSpec:
    """The model of a canonical name.  Raises ModelError."""
    if not name.startswith(PREFIX) or len(name) > MAX_NAME_LENGTH:
        raise ModelError("not the name of a model")
    try:
        table = json.loads(name[len(PREFIX) :])
    except (ValueError, RecursionError) as error:
        raise ModelError("the name of a model is malformed") from error
    return spec_from_table(table)


def spec_from_table(table: Any) -> ModelSpec:
    """Check a table as it is read from TOML.  Raises ModelError with one line."""
    top = _table(table, "the file", {"title", "parameters", "data", "network", "objective", "penalty"})
    title = top.get("title", "a model of one's own")
    if not isinstance(title, str) or not title.isprintable() or len(title) > 120:
        raise ModelError("title: must be one line of at most 120 characters")
    parameters = _parameters(top.get("parameters", {}))
    scope = real_symbols([p.name for p, _, _ in parameters])
    network = _table(top.get("network", {}), "network", NETWORK)
    neurons = _whole(network.get("neurons", 1), "network.neurons", 1, MAX_NEURONS)
    activation = _choice(network.get("activation", "sigmoid"), "network.activation", network_activation_names())
    bias = network.get("bias", False)
    if not isinstance(bias, bool):
        raise ModelError("network.bias: must be true or false")
    second = 0
    if "second_neurons" in network:
        second = _whole(network["second_neurons"], "network.second_neurons", 1, MAX_NEURONS)
    given = top.get("objective")
    if not isinstance(given, dict):
        raise ModelError("objective: is missing" if given is None else "objective: must be a table")
    name = _choice(_required(given, "kind", "objective."), "objective.kind", kind_names())
    kind = kind_named(name)
    objective = _table(given, "objective", OBJECTIVE | set(kind.options))
    ridge = _weight(_required(objective, "ridge", "objective."), "objective.ridge", parameters)
    ridges = {
        key: _own_ridge(objective, key, there, required, what, parameters)
        for key, there, required, what in (
            ("head_ridge", kind.labels, True, f"the objective {name} has no output weights"),
            ("bias_ridge", bias, False, "the network has no bias"),
            ("second_ridge", second > 0, True, "the network has no second layer"),
        )
    }
    options = _options(kind, objective, parameters)
    features, atoms, data = _data(_required(top, "data", ""), scope, kind.labels)
    noise = _noise(top["data"], name, kind, second, parameters)
    has = {"rows": True, "bias": bias, "second": second > 0, "head": kind.labels}
    penalties = _penalties(top.get("penalty", []), has, parameters)
    used = [ridge, noise, *ridges.values(), *options.values(), *(w for _, _, w in penalties)]
    _all_used(parameters, atoms, used)
    canonical: dict[str, Any] = {
        "title": title,
        "parameters": {p.name: {"value": str(v), "positive": positive} for p, v, positive in parameters},
        "data": {**data, **({} if noise == 0 else {"noise": str(noise)})},
        "network": {
            "neurons": neurons,
            "activation": activation,
            **({"bias": True} if bias else {}),
            **({"second_neurons": second} if second else {}),
        },
        "objective": {
            "kind": name,
            "ridge": str(ridge),
            **{key: str(r) for key, r in ridges.items() if r is not None},
            **{key: int(v) if isinstance(kind.options[key], Count) else str(v) for key, v in options.items()},
        },
    }
    if penalties:
        canonical["penalty"] = [{"form": form, "on": on, "weight": str(w)} for form, on, w in penalties]
    return ModelSpec(
        title=title,
        parameters=parameters,
        features=features,
        atoms=atoms,
        noise=noise,
        neurons=neurons,
        activation=activation,
        bias=bias,
        second_neurons=second,
        kind=name,
        options=tuple(options.items()),
        ridge=ridge,
        head_ridge=ridges["head_ridge"],
        bias_ridge=ridges["bias_ridge"],
        second_ridge=ridges["second_ridge"],
        penalties=penalties,
        table=tuple(canonical.items()),
    )


# -- parts -----------------------------------------------------------------------------------------
def _table(value: Any, where: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ModelError(f"{where}: must be a table")
    for key in value:
        if key not in known:
            raise ModelError(f"{where}: unknown key {str(key)[:40]!r}; known: {', '.join(sorted(known))}")
    return value


def _required(table: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in table:
        raise ModelError(f"{where}{key}: is missing")
    return table[key]


def _choice(value: Any, where: str, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise ModelError(f"{where}: {str(value)[:40]!r} is not one of {', '.join(known)}")
    return value


def _number(value: Any, where: str) -> sp.Rational:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise ModelError(f'{where}: must be an exact number, as a string ("1/800") or a whole number')
    try:
        return parse_number(str(value))
    except ReadError as error:
        raise ModelError(f"{where}: {error}") from error


def _parameters(value: Any) -> tuple[tuple[sp.Symbol, sp.Rational, bool], ...]:
    if not isinstance(value, dict) or len(value) > MAX_PARAMETERS:
        raise ModelError(f"parameters: must be a table of at most {MAX_PARAMETERS}")
    found = []
    for name, entry in value.items():
        where = f"parameters.{str(name)[:40]}"
        try:
            parse_name(name)
        except ReadError as error:
            raise ModelError(f"{where}: {error}") from error
        positive = False
        if isinstance(entry, dict):
            held = _table(entry, where, {"value", "positive"})
            positive = held.get("positive", False)
            entry = _required(held, "value", f"{where}.")
            if not isinstance(positive, bool):
                raise ModelError(f"{where}.positive: must be true or false")
        number = _number(entry, where)
        if positive and number <= 0:
            raise ModelError(f"{where}: must be positive")
        found.append((sp.Symbol(name, real=True), number, positive))
    return tuple(found)


def _whole(value: Any, where: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ModelError(f"{where}: must be a whole number from {least} to {most}")
    return value


Parameters = tuple[tuple[sp.Symbol, sp.Rational, bool], ...]


def _weight(value: Any, where: str, parameters: Parameters) -> sp.Expr:
    """A positive parameter by its name, or a positive number."""
    for symbol, _, positive in parameters:
        if symbol.name == value:
            if not positive:
                raise ModelError(f"{where}: the parameter {value} must be declared with positive = true")
            return symbol
    number = _number(value, where)
    if number <= 0:
        raise ModelError(f"{where}: must be positive")
    return number


def _own_ridge(
    objective: Mapping[str, Any], key: str, there: bool, required: bool, absent: str, parameters: Parameters
) -> sp.Expr | None:
    """The ridge of a part of the network; None where there is none, an error where the part is not there."""
    if not there:
        if key in objective:
            raise ModelError(f"objective.{key}: {absent}")
        return None
    if key not in objective and not required:
        return None
    return _weight(_required(objective, key, "objective."), f"objective.{key}", parameters)


def _options(kind: Kind, objective: Mapping[str, Any], parameters: Parameters) -> dict[str, sp.Expr]:
    found: dict[str, sp.Expr] = {}
    for key, option in kind.options.items():
        where = f"objective.{key}"
        if isinstance(option, Count):
            found[key] = sp.Integer(_whole(objective.get(key, option.default), where, 1, option.most))
        else:
            found[key] = _weight(objective[key], where, parameters) if key in objective else option.default
    return found


def _noise(data: Mapping[str, Any], name: str, kind: Kind, second: int, parameters: Parameters) -> sp.Expr:
    """The standard deviation of the Gaussian noise of each view; 0 without."""
    if "noise" not in data:
        return sp.S.Zero
    if not kind.views or second:
        what = f"the objective {name}" if not kind.views else "a second layer"
        raise ModelError(f"data.noise: has no closed form with {what}")
    return _weight(data["noise"], "data.noise", parameters)


def _penalties(value: Any, has: Mapping[str, bool], parameters: Parameters) -> tuple[tuple[str, str, sp.Expr], ...]:
    if not isinstance(value, list) or len(value) > MAX_PENALTIES:
        raise ModelError(f"penalty: must be at most {MAX_PENALTIES} tables, each under [[penalty]]")
    found = []
    for k, entry in enumerate(value, 1):
        where = f"penalty {k}"
        held = _table(entry, where, {"form", "on", "weight"})
        form = _choice(_required(held, "form", f"{where}."), f"{where}.form", PENALTY_FORMS)
        on = _choice(_required(held, "on", f"{where}."), f"{where}.on", tuple(has))
        if not has[on]:
            raise ModelError(f"{where}.on: this model has no {on}")
        if form == "overlap" and on not in ("rows", "second"):
            raise ModelError(f"{where}.on: an overlap is one of rows or of second")
        found.append((form, on, _weight(_required(held, "weight", f"{where}."), f"{where}.weight", parameters)))
    return tuple(found)


def _coordinate(value: Any, where: str, scope: dict[str, sp.Symbol]) -> sp.Expr:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise ModelError(f"{where}: must be a string or a whole number")
    try:
        expr = parse_expression(str(value), scope).expr
    except ReadError as error:
        raise ModelError(f"{where}: {error}") from error
    expr = sp.expand(expr)
    rational = expr.is_Rational or (
        bool(scope)
        and expr.is_polynomial(*scope.values())
        and all(c.is_Rational for c in sp.Poly(expr, *scope.values()).coeffs())
    )
    if not rational:
        raise ModelError(f"{where}: must be a polynomial in the parameters with rational coefficients")
    return expr


Atoms = tuple[tuple[sp.Rational, tuple[sp.Expr, ...], int | None], ...]


def _data(value: Any, scope: dict[str, sp.Symbol], supervised: bool) -> tuple[tuple[str, ...], Atoms, dict[str, Any]]:
    data = _table(value, "data", {"features", "atoms", "independent", "label", "noise"})
    if ("atoms" in data) == ("independent" in data):
        raise ModelError("data: needs either atoms or independent")
    if "independent" in data:
        return _independent(data, scope, supervised)
    if "label" in data:
        raise ModelError("data.label: belongs to data.independent; atoms have labels of their own")
    features = _features(_required(data, "features", "data."))
    entries = data["atoms"]
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_ATOMS:
        raise ModelError(f"data.atoms: must be 1 to {MAX_ATOMS} tables")
    atoms, plain = [], []
    for k, entry in enumerate(entries, 1):
        where = f"data.atoms {k}"
        atom = _table(entry, where, {"weight", "at", "label"})
        weight = _number(_required(atom, "weight", f"{where}."), f"{where}.weight")
        if weight <= 0:
            raise ModelError(f"{where}.weight: must be positive")
        at = _table(_required(atom, "at", f"{where}."), f"{where}.at", set(features))
        point = tuple(_coordinate(at.get(f, 0), f"{where}.at.{f}", scope) for f in features)
        label = atom.get("label")
        if supervised and (label not in (0, 1) or isinstance(label, bool)):
            raise ModelError(f"{where}.label: this objective needs a label, 0 or 1")
        if label is not None and (label not in (0, 1) or isinstance(label, bool)):
            raise ModelError(f"{where}.label: must be 0 or 1")
        atoms.append((weight, point, label))
        plain.append(
            {
                "weight": str(weight),
                "at": {f: str(c) for f, c in zip(features, point, strict=True)},
                **({} if label is None else {"label": label}),
            }
        )
    total = sum((w for w, _, _ in atoms), sp.Integer(0))
    if total != 1:
        raise ModelError(f"data.atoms: the weights add up to {total}, not to 1")
    return features, tuple(atoms), {"features": list(features), "atoms": plain}


def _features(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_FEATURES or not all(isinstance(f, str) for f in value):
        raise ModelError(f"data.features: must be a list of 1 to {MAX_FEATURES} names")
    if len(set(value)) != len(value):
        raise ModelError("data.features: a name is listed twice")
    for name in value:
        try:
            parse_name(name)
        except ReadError as error:
            raise ModelError(f"data.features: {error}") from error
    return tuple(value)


def _independent(
    data: Mapping[str, Any], scope: dict[str, sp.Symbol], supervised: bool
) -> tuple[tuple[str, ...], Atoms, dict[str, Any]]:
    """Every combination of the features' values, all equally likely; the label is the place of one feature's value."""
    if "features" in data:
        raise ModelError("data.features: independent names the features itself")
    values = data["independent"]
    if not isinstance(values, dict):
        raise ModelError("data.independent: must be a table of lists")
    features = _features(list(values))
    lists = []
    for f in features:
        if not isinstance(values[f], list) or not 1 <= len(values[f]) <= MAX_ATOMS:
            raise ModelError(f"data.independent.{f}: must be a list of values")
        lists.append([_coordinate(v, f"data.independent.{f}", scope) for v in values[f]])
    count = 1
    for held in lists:
        count *= len(held)
    if count > MAX_ATOMS:
        raise ModelError(f"data.independent: {count} atoms, more than {MAX_ATOMS}")
    label = data.get("label")
    if label is not None and (label not in features or len(values[label]) != 2):
        raise ModelError("data.label: must name a feature with two values")
    if supervised and label is None:
        raise ModelError("data.label: this objective needs the feature that is the label")
    weight = sp.Rational(1, count)
    atoms = tuple(
        (
            weight,
            tuple(held[i] for held, i in zip(lists, places, strict=True)),
            places[features.index(label)] if label else None,
        )
        for places in product(*(range(len(held)) for held in lists))
    )
    plain: dict[str, Any] = {
        "independent": {f: [str(c) for c in held] for f, held in zip(features, lists, strict=True)}
    }
    if label is not None:
        plain["label"] = label
    return features, atoms, plain


def _all_used(parameters: Any, atoms: Atoms, ridges: list[sp.Expr | None]) -> None:
    used = set().union(
        *(c.free_symbols for _, point, _ in atoms for c in point), *(r.free_symbols for r in ridges if r is not None)
    )
    for symbol, _, _ in parameters:
        if symbol not in used:
            raise ModelError(f"parameters.{symbol.name}: is not used")
