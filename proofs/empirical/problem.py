"""Which empirical objective is meant: data, augmentation, exact parameters, and its independent blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric.interval_kernels import FloatArray
from numeric.verified_sums import Rows
from proofs.empirical.data import DataError, DataSet
from proofs.empirical.local import Block
from proofs.empirical.model import arrays_of, model_block, plain_objective, start_of
from proofs.empirical.neuron import Neuron
from proofs.empirical.pairs import Pairs
from proofs.empirical.supervised import Supervised
from symbolic.models import PREFIX, ModelError, spec_from_name
from symbolic.objectives import build_objective, objective_names

__all__ = ["AUGMENTATIONS", "Problem", "build_problem"]

AUGMENTATIONS = ("expected", "none", "views")
MOST = sp.Integer(10) ** 12


@dataclass(frozen=True)
class Problem:
    """``blocks`` depend on disjoint parts of the weights; ``starts`` are the given weights, block by block."""

    objective: str
    augmentation: str
    parameters: dict[str, sp.Rational]
    data: DataSet
    blocks: tuple[Block, ...]
    starts: tuple[FloatArray, ...]
    names: tuple[str, ...]

    @property
    def neurons(self) -> int:
        return int(self.data.arrays["W"].shape[0])

    @property
    def samples(self) -> int:
        return int(self.data.arrays["X1" if self.augmentation == "views" else "X"].shape[0])

    @property
    def width(self) -> int:
        return int(self.data.arrays["W"].shape[1])

    def rows_of(self, points: tuple[FloatArray, ...]) -> FloatArray:
        """W (m x d) of block points."""
        if self.objective != "ssl":
            return points[0][: self.neurons * self.width].reshape(self.neurons, self.width)
        return np.array(points)


def build_problem(
    data: DataSet,
    objective: str | None = None,
    augmentation: str | None = None,
    settings: Mapping[str, sp.Rational] | None = None,
) -> Problem:
    """Choices given here come before those in the file; raises DataError for one that does not fit."""
    arrays = data.arrays
    name = objective or data.words.get("objective") or ("sl" if "y" in arrays else "ssl")
    if name.startswith(PREFIX):
        return _model_problem(data, name, augmentation, settings or {})
    if name not in ("ssl", "sl"):
        raise DataError(f"unknown objective {name[:40]!r}; known: ssl, sl")
    views = "X" not in arrays
    default = "none" if name == "sl" else "views" if views else "expected"
    kind = augmentation or data.words.get("augment") or default
    if kind not in AUGMENTATIONS:
        raise DataError(f"unknown augmentation {kind[:40]!r}; known: {', '.join(AUGMENTATIONS)}")
    if name == "sl" and kind != "none":
        raise DataError("the objective sl has no augmentation")
    needed = {"sl": ("X", "y", "W", "F"), "ssl": ("X1", "X2", "W") if kind == "views" else ("X", "W")}[name]
    for array in needed:
        if array not in arrays:
            raise DataError(f"array {array} is missing (objective {name}, augmentation {kind})")
    parameters = _parameters(name, kind, arrays["W"].shape[1], {**data.parameters, **(settings or {})}, settings or {})
    exact = {k: Fraction(int(v.p), int(v.q)) for k, v in parameters.items()}
    w = arrays["W"]
    if name == "sl":
        rows = Rows(arrays["X"])
        block = Supervised(rows, arrays["y"], w.shape[0], exact["beta"], exact["gamma"])
        start = np.concatenate([w.ravel(), arrays["F"]])
        return Problem(name, kind, parameters, data, (block,), (start,), ("network",))
    if kind == "views":
        pairs = Pairs(Rows(arrays["X1"]), Rows(arrays["X2"]), exact["alpha"])
        blocks: tuple[Block, ...] = (pairs,) * w.shape[0]
    else:
        variance = exact["rho_squared"] if kind == "expected" else Fraction(0)
        blocks = (Neuron(Rows(arrays["X"]), variance, exact["alpha"]),) * w.shape[0]
    names = tuple(f"neuron {j + 1}" for j in range(w.shape[0]))
    return Problem(name, kind, parameters, data, blocks, tuple(np.array(row) for row in w), names)


def _model_problem(data: DataSet, name: str, augmentation: str | None, settings: Mapping[str, sp.Rational]) -> Problem:
    """The objective of a model file on data; ``ssl`` or ``sl`` where it is one of them."""
    try:
        spec = spec_from_name(name)
        known = {p.name: v for p, v, _ in spec.parameters}
        for key in settings:
            if key not in known:
                raise DataError(f"the model has no parameter {key[:40]!r}; known: {', '.join(known)}")
        values = {**known, **settings}
        plain = plain_objective(spec)
        if plain is not None:
            built_in, ridges = plain
            exact = {k: sp.Rational(values[r.name] if r.is_Symbol else r) for k, r in ridges.items()}
            return build_problem(data, built_in, augmentation or "none", exact)
        if augmentation not in (None, "none"):
            raise DataError("a model file has no augmentation on data")
        for array in arrays_of(spec):
            if array not in data.arrays:
                raise DataError(f"array {array} is missing (objective: the model file)")
        arrays = {k: data.arrays[k] for k in arrays_of(spec)}
        block = model_block(name, {k: Fraction(int(v.p), int(v.q)) for k, v in values.items()}, arrays)
        return Problem(name, "none", values, data, (block,), (start_of(spec, arrays),), ("network",))
    except ModelError as error:
        raise DataError(str(error)) from error


def _parameters(
    name: str, kind: str, width: int, values: Mapping[str, sp.Rational], asked: Mapping[str, sp.Rational]
) -> dict[str, sp.Rational]:
    """alpha, or beta and gamma, and rho^2 where it is used: rho = d^(-3/2) unless it is set."""
    if name not in objective_names():
        raise DataError(f"unknown objective {name}")
    published = build_objective(name).parameter_values
    wanted = [k for k in published if k != "tau"]
    known = [*wanted, "rho"] if kind == "expected" else wanted
    for key in asked:
        if key not in known:
            raise DataError(f"{name} with augmentation {kind} has no parameter {key[:40]!r}; known: {', '.join(known)}")
    found = {k: values.get(k, published[k]) for k in wanted}
    for k, v in found.items():
        if not 1 / MOST <= v <= MOST:
            raise DataError(f"parameter {k} must lie between 10^-12 and 10^12")
    if kind == "expected":
        rho = values.get("rho")
        if rho is not None and not 0 <= rho <= MOST:
            raise DataError("parameter rho must lie between 0 and 10^12")
        found["rho_squared"] = sp.Rational(1, width**3) if rho is None else rho**2
    return found
