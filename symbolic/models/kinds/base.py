"""What an objective of a model file provides: the loss without its ridge, and what proofs and derivations use of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sympy as sp

from symbolic.activations.network import NetworkActivation
from symbolic.objectives.base import EnergyIdentity

if TYPE_CHECKING:
    from symbolic.derivation.families import Body, Written

__all__ = ["Count", "Kind", "Network", "Option", "Positive", "Stated", "kind_named", "kind_names", "register"]


@dataclass(frozen=True)
class Network:
    """``values[j][c]`` is a symbol for the output of the (last) hidden layer: neuron j at atom c.

    ``weights`` and ``labels`` are those of the atoms.  Where the values are f(scores) of one layer without bias and
    noise, ``scores`` are w_j . x_c and ``rows`` the w_j, for energy identities; otherwise None.
    """

    values: tuple[tuple[sp.Symbol, ...], ...]
    outputs: tuple[sp.Symbol, ...]
    weights: tuple[sp.Rational, ...]
    labels: tuple[int | None, ...]
    activation: NetworkActivation
    ridge: sp.Expr
    head_ridge: sp.Expr | None
    options: Mapping[str, sp.Expr]
    rows: tuple[tuple[sp.Symbol, ...], ...] = ()
    scores: tuple[tuple[sp.Expr, ...], ...] | None = None


@dataclass(frozen=True)
class Count:
    """An option that is a whole number."""

    default: int
    most: int


@dataclass(frozen=True)
class Positive:
    """An option that is a positive number or a positive parameter by its name."""

    default: sp.Rational


Option = Count | Positive


@dataclass(frozen=True)
class Stated:
    """The loss without penalties in the network's values, and energy identities where there are any.

    ``supervised`` = (form, targets) when the loss is the weighted sum over the atoms of a function of the output
    o = sum_j outputs[j] values[j]: (o - target)^2 (``square``) or softplus(target * o) (``softplus``).
    """

    loss: sp.Expr
    energy: Sequence[EnergyIdentity] = ()
    supervised: tuple[str, tuple[sp.Rational, ...]] | None = None


@dataclass(frozen=True)
class Kind:
    """An objective: what it says of a network, the options it has, and how a derivation writes it.

    ``labels``: it is supervised and has output weights.  ``views``: it compares independent views of one sample through
    the mean of each value alone, so that noise of the views is a smoothing of the activation.  ``written`` gives the
    definitions and the loss without penalties as a formula for derivations (None: with these options it cannot).
    """

    state: Callable[[Network], Stated]
    labels: bool = False
    views: bool = False
    options: Mapping[str, Option] = field(default_factory=dict)
    written: Callable[[Written], Body | None] | None = None


_KINDS: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> Kind:
    """Make an objective known."""
    _KINDS[name] = kind
    return kind


def kind_names() -> tuple[str, ...]:
    return tuple(sorted(_KINDS))


def kind_named(name: str) -> Kind:
    """Raises KeyError for an unknown name."""
    return _KINDS[name]
