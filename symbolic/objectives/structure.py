"""How a network makes up an objective: layers of one activation, an outer function of their values, penalties.

Theorems that bound every stationary point (``proofs/network_box.py``) read this; that it is the objective's loss is
checked there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import sympy as sp

from symbolic.activations.network import Facts

__all__ = ["Layer", "Penalty", "Structure", "Supervision"]


@dataclass(frozen=True)
class Penalty:
    """weight * sum of v^exponent over all variables (``power``), or weight * sum over pairs of (u . v)^2 (``overlap``).

    ``groups`` are the rows of variables.  Of either form P, v . dP/dv >= 0 for every group v (and, for ``power``, for
    every set of variables): exponent * v^exponent >= 0 for an even exponent, and 2 sum (u . v)^2 >= 0.
    """

    form: str
    weight: sp.Expr
    groups: tuple[tuple[sp.Symbol, ...], ...]
    exponent: int = 2

    def __post_init__(self) -> None:
        if self.form not in ("power", "overlap") or self.exponent < 2 or self.exponent % 2:
            raise ValueError("a penalty is a sum of even powers or of squared overlaps")

    @property
    def expr(self) -> sp.Expr:
        if self.form == "power":
            return self.weight * sp.Add(*(v**self.exponent for group in self.groups for v in group))
        overlaps = (sp.Add(*(a * b for a, b in zip(u, v, strict=True))) ** 2 for u, v in combinations(self.groups, 2))
        return self.weight * sp.Add(*overlaps)


@dataclass(frozen=True)
class Layer:
    """``values[j][c]``, a symbol, stands for ``expressions[j][c]`` = f(arguments[j][c]): neuron j at atom c.

    ``weights[j]`` are the incoming weights, ``biases[j]`` the bias or None, each with its ridge (0: none).  Arguments
    are linear and homogeneous in weights and bias; ``sizes[c]`` is the squared norm of the input at atom c
    (None for a layer behind another one).
    """

    weights: tuple[tuple[sp.Symbol, ...], ...]
    biases: tuple[sp.Symbol | None, ...]
    ridge: sp.Expr
    bias_ridge: sp.Expr
    values: tuple[tuple[sp.Symbol, ...], ...]
    arguments: tuple[tuple[sp.Expr, ...], ...]
    expressions: tuple[tuple[sp.Expr, ...], ...]
    sizes: tuple[sp.Expr, ...] | None = None


@dataclass(frozen=True)
class Supervision:
    """The loss without penalties is sum_c weights[c] * l(outputs[c]), l square (o - target)^2 or softplus(target * o).

    ``heads`` are the output weights, ``outputs[c]`` their product with the values of the last layer.
    """

    form: str
    weights: tuple[sp.Rational, ...]
    targets: tuple[sp.Rational, ...]
    heads: tuple[sp.Symbol, ...]
    head_ridge: sp.Expr
    outputs: tuple[sp.Expr, ...]


@dataclass(frozen=True)
class Structure:
    """loss = outer(values of the last layer) + squares + penalties; ``noise`` is the standard deviation of a smoothing.

    With noise a value stands for E f(w . (x + noise * xi)), xi standard normal.
    """

    outer: sp.Expr
    layers: tuple[Layer, ...]
    squares: sp.Expr
    facts: Facts
    supervision: Supervision | None = None
    noise: sp.Expr = sp.S.Zero

    @property
    def composed(self) -> sp.Expr:
        """The outer function with every value written out, the last layer first."""
        found = self.outer
        for layer in reversed(self.layers):
            pairs = zip(layer.values, layer.expressions, strict=True)
            found = found.xreplace({v: e for row, ends in pairs for v, e in zip(row, ends, strict=True)})
        return found
