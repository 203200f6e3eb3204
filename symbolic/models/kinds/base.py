"""What an objective of a model file provides: the loss without its ridge, and energy identities where there are any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy as sp

from symbolic.activations.network import NetworkActivation
from symbolic.objectives.base import EnergyIdentity

__all__ = ["Network", "kind_names", "loss_of", "needs_labels", "register"]


@dataclass(frozen=True)
class Network:
    """``scores[j][c]`` is row j times atom c, ``weights`` and ``labels`` those of the atoms; ``ridge`` on every row."""

    rows: tuple[tuple[sp.Symbol, ...], ...]
    outputs: tuple[sp.Symbol, ...]
    scores: tuple[tuple[sp.Expr, ...], ...]
    weights: tuple[sp.Rational, ...]
    labels: tuple[int | None, ...]
    activation: NetworkActivation
    ridge: sp.Expr
    head_ridge: sp.Expr | None


# The loss without ridge, and energy identities; an empty list leaves the a-priori box to bounds of the gradient.
Kind = Callable[[Network], tuple[sp.Expr, Sequence[EnergyIdentity]]]
_KINDS: dict[str, tuple[Kind, bool]] = {}


def register(name: str, *, labels: bool = False) -> Callable[[Kind], Kind]:
    """Make an objective known; ``labels``: it is supervised and has output weights."""

    def decorate(kind: Kind) -> Kind:
        _KINDS[name] = (kind, labels)
        return kind

    return decorate


def kind_names() -> tuple[str, ...]:
    return tuple(sorted(_KINDS))


def needs_labels(name: str) -> bool:
    return _KINDS[name][1]


def loss_of(name: str, network: Network) -> tuple[sp.Expr, Sequence[EnergyIdentity]]:
    return _KINDS[name][0](network)
