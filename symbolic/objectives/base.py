"""What an objective is: a loss in closed form, its parameters, and the structure that proofs use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sympy as sp

from symbolic import calculus
from symbolic.derivation.formula import Formula
from symbolic.objectives.structure import Penalty, Structure
from symbolic.symmetry import SignedPermutation, generated_group

__all__ = [
    "EnergyIdentity",
    "EnergyTerm",
    "Objective",
    "Parameter",
    "build_objective",
    "objective_names",
    "register",
]


@dataclass(frozen=True)
class Parameter:
    """An exact parameter with its published value; ``positive`` ones must be > 0."""

    symbol: sp.Symbol
    default: sp.Rational
    positive: bool
    meaning: str


@dataclass(frozen=True)
class EnergyTerm:
    """weight * multiplier * argument * profile(s(argument)), one summand of an energy identity.

    ``profile`` is a polynomial in ``symbolic.activations.base.S``, the sigmoid's value.
    """

    weight: sp.Expr
    argument: sp.Expr
    profile: sp.Expr
    multiplier: sp.Expr = sp.S.One


@dataclass(frozen=True)
class EnergyIdentity:
    """v . dL/dv = ridge * |v|^2 + sum of terms, for a group v of variables.

    At a stationary point the left side vanishes, which bounds |v|: see
    ``proofs.theorems.a_priori``.
    """

    group: tuple[sp.Symbol, ...]
    ridge: sp.Expr
    terms: tuple[EnergyTerm, ...]


@dataclass(frozen=True)
class Objective:
    """A population objective in the feature coordinates of its neurons.

    ``rows[j][k]`` is the k-th feature coordinate of neuron j (shape neurons x features),
    ``outputs[j]`` its output weight where there is one.  The remaining coordinates of a row enter
    the loss as ``ridge * w_k^2`` only.  ``formula`` is how a derivation writes the loss; a derivation checks
    that it is the loss, and nothing else uses it.  ``structure`` says how a network makes up the loss, for bounds;
    ``penalties`` are summands of it beyond the ridges.
    """

    name: str
    title: str
    loss: sp.Expr
    variables: tuple[sp.Symbol, ...]
    parameters: tuple[Parameter, ...]
    values: tuple[tuple[sp.Symbol, sp.Rational], ...]
    rows: tuple[tuple[sp.Symbol, ...], ...]
    outputs: tuple[sp.Symbol, ...]
    features: tuple[str, ...]
    ridge: sp.Expr
    symmetries: tuple[SignedPermutation, ...]
    energy: tuple[EnergyIdentity, ...]
    formula: Formula | None = None
    structure: Structure | None = None
    penalties: tuple[Penalty, ...] = ()

    @property
    def unpenalised(self) -> sp.Expr:
        """The loss without ``penalties``."""
        return self.loss - sp.Add(*(p.expr for p in self.penalties)) if self.penalties else self.loss

    @property
    def neurons(self) -> int:
        return len(self.rows)

    @property
    def free_parameters(self) -> tuple[sp.Symbol, ...]:
        """Parameters without a value, in the order of ``parameters``; see :meth:`freed`."""
        given = dict(self.values)
        return tuple(p.symbol for p in self.parameters if p.symbol not in given)

    @property
    def parameter_values(self) -> dict[str, sp.Rational]:
        return {symbol.name: value for symbol, value in self.values}

    def at_values(self, expr: sp.Expr) -> sp.Expr:
        """``expr`` with the exact parameter values put in."""
        return expr.subs(dict(self.values), simultaneous=True)

    @cached_property
    def numeric_loss(self) -> sp.Expr:
        return self.at_values(self.loss)

    @cached_property
    def gradient(self) -> list[sp.Expr]:
        return calculus.gradient(self.numeric_loss, self.variables)

    @cached_property
    def hessian(self) -> list[list[sp.Expr]]:
        return calculus.hessian(self.numeric_loss, self.variables)

    @cached_property
    def third_derivatives(self) -> dict[tuple[int, int, int], sp.Expr]:
        """d^3 loss / dx_i dx_j dx_k for i <= j <= k."""
        return calculus.third_derivatives(self.numeric_loss, self.variables)

    @cached_property
    def numeric_ridge(self) -> sp.Rational:
        return self.at_values(self.ridge)

    @cached_property
    def symmetry_group(self) -> tuple[SignedPermutation, ...]:
        return generated_group(self.symmetries, len(self.variables))

    def with_values(self, values: Mapping[str, sp.Rational]) -> Objective:
        """The same objective at other parameter values.

        Raises KeyError for an unknown parameter, ValueError for one outside its domain.
        """
        known = {p.symbol.name: p for p in self.parameters}
        merged = dict(self.values)
        for name, value in values.items():
            if name not in known:
                raise KeyError(name)
            value = sp.Rational(value)
            if known[name].positive and value <= 0:
                raise ValueError(f"{name} must be positive")
            merged[known[name].symbol] = value
        return replace(self, values=tuple(merged.items()))

    def freed(self, names: Iterable[str]) -> Objective:
        """The same objective with these parameters left open.  Raises KeyError for an unknown one."""
        known = {p.symbol.name: p.symbol for p in self.parameters}
        opened = {known[name] for name in names}
        return replace(self, values=tuple((s, v) for s, v in self.values if s not in opened))


def row_symbols(suffix: str, nuisance: int) -> tuple[sp.Symbol, ...]:
    """The coordinates of one row: a, b on the two features, then w3, w4, ... off the data."""
    extra = tuple(sp.Symbol(f"w{suffix}_{k + 3}", real=True) for k in range(nuisance))
    return (sp.Symbol(f"a{suffix}", real=True), sp.Symbol(f"b{suffix}", real=True), *extra)


def coordinate_permutation(rows: int, width: int, tail: int, signs: Mapping[int, int], name: str) -> SignedPermutation:
    """The map that only changes signs, on ``rows`` rows of ``width`` coordinates and a tail."""
    n = rows * width + tail
    return SignedPermutation(tuple(range(n)), tuple(signs.get(i, 1) for i in range(n)), name)


def row_exchange(first: int, width: int, rows: int, tail: int) -> SignedPermutation:
    """Exchange of rows ``first`` and ``first + 1``, and of their output weights where there is a tail."""
    order = list(range(rows * width + tail))
    for k in range(width):
        i = first * width + k
        order[i], order[i + width] = order[i + width], order[i]
    if tail:
        i = rows * width + first
        order[i], order[i + 1] = order[i + 1], order[i]
    return SignedPermutation(tuple(order), (1,) * len(order), f"exchange neurons {first + 1} and {first + 2}")


Builder = Callable[[int, int], Objective]
_BUILDERS: dict[str, tuple[Builder, int]] = {}


def register(name: str, *, default_neurons: int) -> Callable[[Builder], Builder]:
    """Make an objective known; the builder takes the numbers of neurons and of nuisance coordinates."""

    def decorate(builder: Builder) -> Builder:
        _BUILDERS[name] = (builder, default_neurons)
        return builder

    return decorate


def objective_names() -> tuple[str, ...]:
    return tuple(sorted(_BUILDERS))


def build_objective(
    name: str,
    *,
    neurons: int | None = None,
    values: Mapping[str, sp.Rational] | None = None,
    nuisance: int = 0,
) -> Objective:
    """The named objective at its published parameter values unless ``values`` says otherwise.

    ``nuisance`` coordinates of every row, orthogonal to the data, are kept as variables; by
    default they are left out (they vanish at every stationary point).

    Raises KeyError for an unknown objective or parameter, ValueError for a bad number of neurons
    or a parameter outside its domain.
    """
    if name.startswith("model:"):
        # A model of a user's own, named by its whole content.
        from symbolic.models import build_model

        return build_model(name, neurons, nuisance).with_values(values or {})
    builder, default = _BUILDERS[name]
    count = default if neurons is None else neurons
    if count < 1 or nuisance < 0:
        raise ValueError("the number of neurons must be at least 1")
    return builder(count, nuisance).with_values(values or {})
