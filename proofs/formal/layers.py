"""A function as r |x|^2 and functions of one linear form each, with what the kernel needs to bound its Hessian.

Arithmetic: exact for the form itself, heuristic for the bounds; the kernel decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt

import numpy as np
from flint import arb

from numeric import balls
from proofs.formal.attained import ridge_form, summands
from proofs.formal.expression import Formal, NotFormal
from proofs.formal.points import jet
from proofs.formal.text import ratio, vector

__all__ = ["DECIMALS", "Layer", "Layers", "find_layers", "layers_text"]

DECIMALS = 3  # of a constant that is stated
MARGIN = 1e-4  # a search for a sharper bound takes long
REACH = 40.0  # second derivatives are sampled up to here

BEND_DECIMALS = 9
SAMPLES = 50

Form = tuple[Fraction, ...]


@dataclass(frozen=True)
class Layer:
    """``function`` of one variable, at the form with these coefficients."""

    function: Formal
    form: Form

    def second(self, t: float) -> float:
        with balls.precision(64):
            return float(jet(self.function, [arb(t)])[2][0][0].mid())

    def largest_second(self) -> float:
        """The largest |second derivative| on the line, sampled and then refined."""
        step = 2 * REACH / 2000
        best = max((k * step for k in range(-1000, 1001)), key=lambda t: abs(self.second(t)))
        for _ in range(12):
            step /= 4
            best = max((best + k * step for k in range(-4, 5)), key=lambda t: abs(self.second(t)))
        return abs(self.second(best))


@dataclass(frozen=True)
class Layers:
    ridge: Fraction
    layers: tuple[Layer, ...]

    def bends(self, stated: Fraction) -> tuple[Fraction, list[Fraction]]:
        """The least decimal that is at least ``stated`` and a bound of the Hessian, with a bound for each layer.

        Raises NotFormal when it would be much larger than ``stated``.
        """
        sizes = [layer.largest_second() for layer in self.layers]
        matrix = sum(
            s * np.outer([float(u) for u in layer.form], [float(u) for u in layer.form])
            for s, layer in zip(sizes, self.layers, strict=True)
        )
        needed = float(np.linalg.eigvalsh(matrix)[-1])
        unit = Fraction(1, 10**DECIMALS)
        least = Fraction(needed * (1 + MARGIN)) + 2 * self.ridge
        constant = max(ceil(stated / unit), ceil(least / unit)) * unit
        if constant > stated * Fraction(1001, 1000) + unit:
            raise NotFormal("the smoothness constant is less than the kernel can show")
        room = min(float(constant - 2 * self.ridge) / needed, 1.01)
        growth = 1 + 0.9 * (room - 1)
        return constant, [Fraction(ceil(s * growth * 10**BEND_DECIMALS) or 1, 10**BEND_DECIMALS) for s in sizes]

    def convex_radius(self, centre: Sequence[Fraction], limit: Fraction) -> Fraction:
        """A radius up to ``limit`` of a ball on which every function is convex, as samples say."""
        good, bad = Fraction(0), limit
        if self._convex(centre, limit):
            return limit
        for _ in range(20):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if self._convex(centre, middle) else (good, middle)
        return good * Fraction(9999, 10000)

    def _convex(self, centre: Sequence[Fraction], radius: Fraction) -> bool:
        for layer, (lo, hi) in zip(self.layers, self.ranges(centre, radius), strict=True):
            if any(layer.second(float(lo + (hi - lo) * k / SAMPLES)) <= 0 for k in range(SAMPLES + 1)):
                return False
        return True

    def ranges(self, centre: Sequence[Fraction], radius: Fraction) -> list[tuple[Fraction, Fraction]]:
        """What each form takes on the ball, rounded outward."""
        found = []
        for layer in self.layers:
            middle = sum((u * c for u, c in zip(layer.form, centre, strict=True)), Fraction(0))
            reach = sqrt(float(sum(u * u for u in layer.form))) * float(radius) * (1 + 1e-9)
            unit = 10**9
            found.append(
                (
                    Fraction(floor((middle - Fraction(reach)) * unit), unit),
                    Fraction(ceil((middle + Fraction(reach)) * unit), unit),
                )
            )
        return found


def find_layers(function: Formal, n: int) -> Layers:
    """Raises NotFormal where the function has no such form."""
    split = ridge_form(function, n)
    if split is None:
        raise NotFormal("the objective is not a positive multiple of |x|^2 and functions of linear forms")
    ridge, rest = split
    grouped: dict[Form, Formal] = {}
    constant = Fraction(0)
    for factor, term in summands(rest, Fraction(1)):
        if term.kind == "Cst":
            constant += factor * term.value
            continue
        inner, form = _of_one_form(term, n)
        part = Formal("Scal", (inner,), value=factor)
        grouped[form] = Formal("Add", (grouped[form], part)) if form in grouped else part
    if not grouped:
        raise NotFormal("the objective is a square")
    first = next(iter(grouped))
    if constant:
        grouped[first] = Formal("Add", (grouped[first], Formal("Cst", value=constant)))
    return Layers(ridge, tuple(Layer(g, form) for form, g in grouped.items()))


def _of_one_form(e: Formal, n: int) -> tuple[Formal, Form]:
    """The expression as a function (of variable 0) of one linear form, whose first coefficient is positive."""
    form = _linear(e, n)
    if form is not None and any(form):
        if next(u for u in form if u) > 0:
            return Formal("Var"), form
        return Formal("Neg", (Formal("Var"),)), tuple(-u for u in form)
    if e.kind == "Cst":
        raise NotFormal("a constant is no function of a linear form")
    inner: list[Formal] = []
    found: Form | None = None
    for a in e.arguments:
        if a.kind == "Cst":
            inner.append(a)
            continue
        g, form = _of_one_form(a, n)
        if found is not None and form != found:
            raise NotFormal("a term of the objective is a function of more than one linear form")
        found = form
        inner.append(g)
    if found is None:
        raise NotFormal("a term of the objective is constant")
    return Formal(e.kind, tuple(inner), e.value, e.index), found


def _linear(e: Formal, n: int) -> Form | None:
    if e.kind == "Var":
        return tuple(Fraction(int(i == e.index)) for i in range(n))
    if e.kind in ("Scal", "Neg"):
        inner = _linear(e.arguments[0], n)
        factor = e.value if e.kind == "Scal" else Fraction(-1)
        return None if inner is None else tuple(factor * u for u in inner)
    if e.kind == "Add":
        a, b = (_linear(part, n) for part in e.arguments)
        return None if a is None or b is None else tuple(u + v for u, v in zip(a, b, strict=True))
    return None


def layers_text(
    layers: Layers, bends: Sequence[Fraction], ranges: Sequence[tuple[Fraction, Fraction]], name: str = "layers"
) -> str:
    entries = ";\n  ".join(
        f"{{| of_form := {layer.function.tree()};\n     form := {vector(layer.form)};"
        f" bend := {ratio(bend, BEND_DECIMALS)}; range := ({ratio(lo)}, {ratio(hi)}) |}}"
        for layer, bend, (lo, hi) in zip(layers.layers, bends, ranges, strict=True)
    )
    return f"Definition {name} : list layer := [\n  {entries}].\n"
