"""How a derivation writes a model."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation.families import Written, alignment_formula, cross_entropy_formula, network_formula
from symbolic.derivation.formula import Formula
from symbolic.distributions import Atom, Mixture
from symbolic.models.kinds.base import kind_named
from symbolic.models.spec import ModelSpec
from symbolic.models.symmetries import Layout

__all__ = ["model_formula"]


# Letters of class tables and losses, which no parameter may share in a formula.
LETTERS = frozenset("pxtyL")


def model_formula(spec: ModelSpec, layout: Layout, nuisance: int) -> Formula | None:
    """The formula of a model; None where its kind has none, or where a parameter has the name of a quantity in it."""
    formula = _formula(spec, layout, nuisance)
    if formula is None:
        return None
    taken = {d.name for d in formula.definitions} | {f.name for f in formula.families} | LETTERS
    return None if taken & {p.name for p, _, _ in spec.parameters} else formula


def _formula(spec: ModelSpec, layout: Layout, nuisance: int) -> Formula | None:
    """The paper's own formulas where a model is of that form, otherwise what its kind writes."""
    atoms = tuple(Atom(w, (*at, *(sp.S.Zero,) * nuisance), label or 0) for w, at, label in spec.atoms)
    data = Mixture(atoms, spec.features)
    if layout.second or spec.noise != 0:
        return None
    plain = not layout.biases and not spec.penalties and spec.ridge.is_Symbol
    if spec.kind == "alignment" and plain:
        return alignment_formula(data, layout.rows, spec.ridge, spec.activation)
    if spec.kind == "cross-entropy" and plain and spec.head_ridge is not None and spec.head_ridge.is_Symbol:
        ridges = (spec.ridge, spec.head_ridge)
        return cross_entropy_formula(data, layout.rows, layout.outputs, ridges, spec.activation)
    kind = kind_named(spec.kind)
    written = Written(len(layout.rows), spec.activation, dict(spec.options))
    body = None if kind.written is None else kind.written(written)
    if body is None:
        return None
    parts = {
        "rows": (tuple(v for row in layout.rows for v in row), spec.ridge),
        "bias": (layout.biases, spec.bias_ridge),
        "head": (layout.outputs, spec.head_ridge),
    }
    return network_formula(data, layout.rows, parts, spec.penalties, body)
