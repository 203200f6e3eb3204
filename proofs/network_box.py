"""The theorems of :mod:`proofs.theorems.network_bounds`, applied to an objective that says how it is made up.

Arithmetic: rigorous (Arb).  That the structure is the loss is checked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import sympy as sp
from flint import arb

from numeric import balls, endpoints
from numeric.compiler import compile_tape
from proofs.theorems.network_bounds import (
    excess_behind,
    head_bound,
    homogeneous_bound,
    radial_bound,
    slope_bound,
)
from symbolic.objectives import Objective
from symbolic.objectives.structure import Layer, Structure

__all__ = ["NetworkBox", "is_structure_of"]

Sides = Mapping[sp.Symbol, tuple[Fraction, Fraction]]
Group = tuple[sp.Symbol, ...]
INFINITE = arb("inf")


def is_structure_of(structure: Structure, objective: Objective) -> bool:
    """The loss is the composed network plus squares plus penalties, with the same symbols throughout."""
    whole = structure.composed + structure.squares + sp.Add(*(p.expr for p in objective.penalties))
    return bool(whole == objective.loss)


class NetworkBox:
    """Radii of groups of variables at every stationary point, found one after the other.

    ``known`` holds bounds of single variables from elsewhere; ``sides`` are intervals of free parameters.
    """

    def __init__(self, objective: Objective, known: Mapping[sp.Symbol, Fraction], sides: Sides) -> None:
        structure = objective.structure
        if structure is None or not is_structure_of(structure, objective):
            raise ValueError("the objective does not say how its network makes it up")
        self.objective, self.structure, self.sides = objective, structure, sides
        self.known: dict[sp.Symbol, arb] = {v: balls.ball(r) for v, r in known.items()}

    def groups(self, rounded: Callable[[arb], Fraction]) -> list[tuple[Group, Fraction]]:
        """Bounds of groups that have none yet, output weights first, then the layers from the last to the first."""
        found: list[tuple[Group, Fraction]] = []

        def note(group: Group, radius: arb | None) -> None:
            if radius is not None and group and not any(v in self.known for v in group):
                value = rounded(radius)
                found.append((group, value))
                self.known.update(dict.fromkeys(group, balls.ball(value)))

        supervision = self.structure.supervision
        if supervision is not None and supervision.form == "square":
            weights, targets = map(self._numbers, (supervision.weights, supervision.targets))
            note(supervision.heads, head_bound(self._least(supervision.head_ridge), weights, targets))
        for k in reversed(range(len(self.structure.layers))):
            layer = self.structure.layers[k]
            sizes = self._sizes(k)
            apart = [part for j in range(len(layer.weights)) for part in self._neuron(layer, j, sizes[j])]
            together, whole = self._together(k)
            if whole is not None and all(radius is None or whole < radius for _, radius in apart):
                apart = [(together, whole)]
            for group, radius in apart:
                note(group, radius)
            if all(radius is None for _, radius in apart):
                note(together, whole)
        return found

    # -- parts ----------------------------------------------------------------------------------------
    def _neuron(self, layer: Layer, j: int, sizes: Sequence[arb]) -> list[tuple[Group, arb | None]]:
        """What is known of the variables of one neuron: together, or weights and bias apart, whatever is smaller."""
        facts, bias = self.structure.facts, layer.biases[j]
        whole = layer.weights[j] if bias is None else (*layer.weights[j], bias)
        ridge = self._least(layer.ridge)
        least = ridge if bias is None else ridge.min(self._least(layer.bias_ridge))
        together = radial_bound(least, sizes, self._number(facts.radial))
        slope = self._number(facts.slope)
        apart: arb | None = None
        if layer.sizes is not None:
            # Under noise the mean of f'(w . (x + rho xi)) (x + rho xi) is at most slope (|x| + rho) long.
            noise = self._upper(self.structure.noise)
            lengths = [self._upper(square).sqrt() + noise for square in layer.sizes]
            apart = slope_bound(ridge, sizes, slope, lengths)
        if together is not None and (apart is None or together <= apart):
            return [(whole, together)]
        found = [(layer.weights[j], apart)]
        if bias is not None:
            found.append(((bias,), slope_bound(self._least(layer.bias_ridge), sizes, slope, [arb(1)] * len(sizes))))
        return found

    def _together(self, k: int) -> tuple[Group, arb | None]:
        """All variables of layer k by homogeneity, for supervised objectives."""
        supervision, layers, facts = self.structure.supervision, self.structure.layers, self.structure.facts
        layer = layers[k]
        biases = tuple(b for b in layer.biases if b is not None)
        group = (*(v for row in layer.weights for v in row), *biases)
        if supervision is None or self.structure.noise != 0:
            return group, None
        heads = self._sum(supervision.heads)
        D, S = self._number(facts.excess), self._number(facts.slope)
        if k == len(layers) - 1:
            excess = excess_behind(heads, D)
        else:
            rows = [self._sum(row) for row in layers[k + 1].weights]
            largest = rows[0]
            for row in rows[1:]:
                largest = largest.max(row)
            excess = excess_behind(heads, D, S, largest)
        ridge = self._least(layer.ridge)
        if biases:
            ridge = ridge.min(self._least(layer.bias_ridge))
        weights, targets = map(self._numbers, (supervision.weights, supervision.targets))
        return group, homogeneous_bound(supervision.form, ridge, weights, targets, excess)

    def _sizes(self, k: int) -> list[list[arb]]:
        """Upper bounds G_jc of |d outer / d value| for layer k, through the slopes of the layers after it."""
        layers, facts = self.structure.layers, self.structure.facts
        last = layers[-1]
        sizes = [[self._derivative(v, last) for v in row] for row in last.values]
        slope = self._number(facts.slope)
        for m in range(len(layers) - 1, k, -1):
            # du_i/dh_j = v_ij is a weight.
            above = [[self.known.get(w, INFINITE) for w in row] for row in layers[m].weights]
            below = range(len(layers[m - 1].values))
            classes = range(len(sizes[0]))
            sizes = [
                [sum((sizes[i][c] * slope * above[i][j] for i in range(len(above))), arb(0)) for c in classes]
                for j in below
            ]
        return sizes

    def _derivative(self, value: sp.Symbol, layer: Layer) -> arb:
        """An upper bound of |d outer / d value| over the range of the values and the box known so far."""
        slope = self.objective.at_values(sp.diff(self.structure.outer, value))
        lo, hi = (self._number(b) for b in self.structure.facts.values)
        box: list[endpoints.EndpointInterval] = []
        symbols = sorted(slope.free_symbols - set(self.sides), key=lambda s: (s.name, sp.default_sort_key(s)))
        values = {v for row in layer.values for v in row}
        for s in symbols:
            radius = self.known.get(s, INFINITE)
            box.append((lo, hi) if s in values else (-radius, radius))
        box += [endpoints.from_fractions(*side) for side in self.sides.values()]
        (found,) = endpoints.evaluate_endpoints(compile_tape([slope], [*symbols, *self.sides]), box)
        return self._bounded(endpoints.magnitude(found))

    @staticmethod
    def _bounded(x: arb) -> arb:
        top = x.upper()
        return top if top.is_finite() else INFINITE

    def _over(self, expr: sp.Expr) -> endpoints.EndpointInterval:
        """The range of an expression in the parameters."""
        tape = compile_tape([self.objective.at_values(sp.sympify(expr))], list(self.sides))
        (value,) = endpoints.evaluate_endpoints(tape, [endpoints.from_fractions(*s) for s in self.sides.values()])
        return value

    def _least(self, expr: sp.Expr) -> arb:
        return self._over(expr)[0].lower()

    def _upper(self, expr: sp.Expr) -> arb:
        return endpoints.magnitude(self._over(expr)).upper()

    def _number(self, value: sp.Expr) -> arb:
        """An exact bound, which may be infinite."""
        if value in (sp.oo, -sp.oo):
            return INFINITE if value == sp.oo else -INFINITE
        return self._over(value)[0]

    def _numbers(self, values: Sequence[sp.Expr]) -> list[arb]:
        return [self._over(v)[0] for v in values]

    def _sum(self, variables: Sequence[sp.Symbol]) -> arb:
        return sum((self.known.get(v, INFINITE) for v in variables), arb(0))
