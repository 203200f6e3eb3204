"""A direction along which an alignment with an unbounded activation falls without end.

Arithmetic: exact (rational).  Theorem 5 of docs/theory/network-boxes.md: L(t u)/t^2 tends to
ridge |u|^2 - sum_c p_c k(u . x_c)^2, k(z) = b z for z > 0 and a z for z < 0, where f(t z)/t tends to k(z); a negative
limit shows that L is unbounded below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from symbolic.objectives import Objective

__all__ = ["Runaway", "find_runaway"]


@dataclass(frozen=True)
class Runaway:
    """Along ``direction`` of these variables (all others fixed) the loss behaves like ``rate`` t^2, rate < 0."""

    variables: tuple[sp.Symbol, ...]
    direction: tuple[sp.Rational, ...]
    rate: sp.Rational

    @property
    def text(self) -> str:
        along = ", ".join(f"{v.name} = {'' if u == 1 else f'{u} '}t" for v, u in self._moving())
        return f"the loss is unbounded below: for {along} it falls like {float(self.rate):.4g} t^2"

    def _moving(self) -> Iterator[tuple[sp.Symbol, sp.Rational]]:
        return ((v, u) for v, u in zip(self.variables, self.direction, strict=True) if u != 0)


def find_runaway(objective: Objective) -> Runaway | None:
    """The steepest of the directions tried, the atoms and the axes; None where none shows the loss unbounded."""
    structure = objective.structure
    if structure is None or len(structure.layers) != 1 or structure.noise != 0 or objective.free_parameters:
        return None
    layer, (left, right) = structure.layers[0], structure.facts.ends
    values = {v for row in layer.values for v in row}
    polynomial = sp.Poly(structure.outer, *values) if structure.outer.is_polynomial(*values) else None
    squares = polynomial is not None and all(sorted(m)[-1] == 2 == sum(m) for m, _ in polynomial.terms())
    growing = any(
        p.form == "power" and p.exponent > 2 and set(p.groups) & set(layer.weights) for p in objective.penalties
    )
    if polynomial is None or not squares or growing or (left == right == 0):
        return None
    extra = sum((p.weight for p in objective.penalties if p.form == "power" and set(p.groups) & set(layer.weights)), 0)
    ridge = objective.at_values(layer.ridge + extra)
    row = layer.weights[0]
    slopes = [[sp.diff(z, w) for w in row] for z in layer.arguments[0]]
    points = [[sp.Rational(objective.at_values(x)) for x in slope] for slope in slopes]
    weights = [-sp.Rational(polynomial.coeff_monomial(v**2)) for v in layer.values[0]]
    best: Runaway | None = None
    axes = [[sp.Integer(int(i == k)) for i in range(len(row))] for k in range(len(row))]
    for u in [*points, *axes, *([-x for x in p] for p in [*points, *axes])]:
        length = sp.Add(*(x * x for x in u))
        if length == 0:
            continue
        rate = ridge * length
        for weight, point in zip(weights, points, strict=True):
            z = sp.Add(*(a * b for a, b in zip(u, point, strict=True)))
            rate -= weight * ((right if z > 0 else left) * z) ** 2
        if rate < 0 and (best is None or rate / length < best.rate / sp.Add(*(x * x for x in best.direction))):
            best = Runaway(row, tuple(u), rate)
    return best
