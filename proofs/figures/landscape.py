"""The loss of one SSL neuron with its certified stationary points and the ball of convexity."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from proofs.figures.base import new_figure, register_figure
from proofs.landscape import Landscape, prove_landscape
from proofs.studies import StudyResult
from proofs.studies.model import ModelStudy
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["contours", "landscape_figure", "mark_points", "one_neuron"]

MARKS = {0: ("o", "minimum"), 1: ("X", "saddle"), 2: ("^", "maximum")}


def contours(axis: Axes, landscape: Landscape) -> tuple[tuple[float, float], tuple[float, float]]:
    """Contours of a loss of two unknowns around its points; returns the ranges."""
    objective = landscape.objective
    tape = compile_tape([objective.numeric_loss], objective.variables)
    ranges = []
    for k in range(2):
        values = [float(p.box[k].middle) for p in landscape.points]
        low, high = min(values), max(values)
        room = max(1.5, 0.45 * (high - low))
        ranges.append((low - room, high + room))
    x, y = np.meshgrid(np.linspace(*ranges[0], 121), np.linspace(*ranges[1], 121))
    z = evaluate_numpy(tape, np.array([x.ravel(), y.ravel()]))[0].reshape(x.shape)
    levels = np.quantile(z, np.linspace(0, 1, 26) ** 1.6)
    axis.contourf(x, y, z, np.unique(levels), cmap="viridis")
    names = [letter + (f"_{{{below}}}" if below else "") for letter, below in map(_parts, objective.variables)]
    axis.set(xlabel=f"${names[0]}$", ylabel=f"${names[1]}$")
    return ranges[0], ranges[1]


def _parts(variable: sp.Symbol) -> tuple[str, str]:
    """Letter and subscript: b is b, w_e1 is w with e1."""
    letter, _, below = variable.name.partition("_")
    return letter, below.replace("_", ",")


def mark_points(axis: Axes, landscape: Landscape) -> None:
    """Every certified point by its index, named once in the legend."""
    named: set[str] = set()
    for p in landscape.points:
        mark, label = MARKS.get(2 if p.index is None else p.index, ("s", "stationary"))
        x, y = (float(e.middle) for e in p.box[:2])
        axis.plot(x, y, mark, color="white", mec="black", ms=9, label=None if label in named else f"{label}, certified")
        named.add(label)


def landscape_figure(landscape: Landscape, radius: Fraction | None = None) -> Figure:
    """Contours, certified points, and a certified ball of ``radius`` around each minimum."""
    from matplotlib.patches import Circle

    if len(landscape.objective.variables) != 2:
        raise ValueError("the picture is for a loss of two unknowns")
    figure = new_figure()
    axis = figure.add_subplot()
    contours(axis, landscape)
    if radius is not None:
        minima = [p for p in landscape.points if p.index == 0]
        for k, p in enumerate(minima):
            centre = (float(p.box[0].middle), float(p.box[1].middle))
            label = "ball of convexity, certified" if k == 0 else None
            axis.add_patch(Circle(centre, float(radius), fill=False, ec="tab:orange", lw=2, label=label))
    mark_points(axis, landscape)
    axis.set_aspect("equal", adjustable="box")
    axis.legend(loc="lower left", fontsize=8, framealpha=0.9)
    name = "Loss of one neuron" if landscape.objective.neurons == 1 else "Loss"
    axis.set_title(f"{name} (contours in floating point)", fontsize=10)
    return figure


def one_neuron(result: StudyResult) -> Landscape | None:
    """The landscape of one SSL neuron at the study's parameters, proved again."""
    objective = build_objective("ssl")
    known = objective.parameter_values
    landscape = prove_landscape(objective.with_values({k: v for k, v in result.study.parameters.items() if k in known}))
    return landscape if landscape.verdict is Verdict.PROVED else None


@register_figure("model", "M4", "model-landscape", "The loss and its stationary points.")
def _model(result: StudyResult) -> Figure | None:
    subject = result.study.subject
    landscape = subject.landscape if isinstance(subject, ModelStudy) else None
    if landscape is None or len(landscape.objective.variables) != 2 or not landscape.points:
        return None
    return landscape_figure(landscape)


@register_figure("separation", "L3", "landscape", "The loss of one neuron and its stationary points.")
def _(result: StudyResult) -> Figure | None:
    landscape = one_neuron(result)
    ball = result["L6"].outcome.values.get("SSL convexity r")
    return None if landscape is None else landscape_figure(landscape, ball.lo if ball else None)
