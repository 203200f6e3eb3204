"""Where gradient descent ends: the basins of the minima of a loss of two unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from proofs.figures.base import new_figure, register_figure
from proofs.figures.landscape import mark_points, one_neuron
from proofs.landscape import Landscape
from proofs.studies import StudyResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["basins_figure"]

STEPS = 4000
GRID = 61


def basins_figure(landscape: Landscape, step: float = 0.25) -> Figure:
    """Each start coloured by the certified minimum nearest to where gradient descent is after STEPS steps."""
    objective = landscape.objective
    if len(objective.variables) != 2:
        raise ValueError("the picture is for a loss of two unknowns")
    minima = np.array([[float(e.middle) for e in p.box] for p in landscape.points if p.index == 0])
    tape = compile_tape(objective.gradient, objective.variables)
    reach = 1.6 * np.abs(minima).max() + 1.0
    x, y = np.meshgrid(np.linspace(-reach, reach, GRID), np.linspace(-reach, reach, GRID))
    at = np.array([x.ravel(), y.ravel()])
    for _ in range(STEPS):
        at = at - step * evaluate_numpy(tape, at)
    distance = np.linalg.norm(at[None, :, :] - minima[:, :, None], axis=1)
    nearest = np.where(distance.min(axis=0) < 0.5, distance.argmin(axis=0), -1).reshape(x.shape)
    figure = new_figure()
    axis = figure.add_subplot()
    axis.pcolormesh(x, y, nearest, cmap="Set2", shading="auto", rasterized=True, vmin=-1, vmax=max(4, len(minima)))
    mark_points(axis, landscape)
    names = [v.name for v in objective.variables]
    axis.set(xlabel=f"start ${names[0]}$", ylabel=f"start ${names[1]}$", aspect="equal")
    axis.legend(loc="lower left", fontsize=8, framealpha=0.9)
    axis.set_title(f"Where gradient descent is near after {STEPS} steps (floating point)", fontsize=10)
    return figure


@register_figure("separation", "L8", "basins", "Starts coloured by the minimum that gradient descent approaches.")
def _(result: StudyResult) -> Figure | None:
    landscape = one_neuron(result)
    limit = result["L8"].outcome.values.get("step limit 1/L >=")
    return None if landscape is None else basins_figure(landscape, min(0.25, float(limit.lo)) if limit else 0.1)
