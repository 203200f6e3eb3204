"""Learning curves: gradient descent on the population losses, and how much of each feature the rows hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from proofs.figures.base import new_figure, register_figure
from proofs.studies import StudyResult
from symbolic.objectives import Objective, build_objective

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["curves_figure", "descend", "hidden_share"]

STEPS = 4000
STEP = 0.1
SEED = 3


def descend(
    objective: Objective, starts: NDArray[np.float64], steps: int = STEPS, step: float = STEP
) -> NDArray[np.float64]:
    """The paths of gradient descent from the columns of ``starts``, shape (steps + 1, unknowns, starts)."""
    tape = compile_tape(objective.gradient, objective.variables)
    path = np.empty((steps + 1, *starts.shape))
    path[0] = starts
    for k in range(steps):
        path[k + 1] = path[k] - step * evaluate_numpy(tape, path[k])
    return path


def hidden_share(objective: Objective, path: NDArray[np.float64]) -> NDArray[np.float64]:
    """|W e2| / |W|_F along paths of shape (steps, unknowns, starts)."""
    places = {v: k for k, v in enumerate(objective.variables)}
    rows = np.array([[places[v] for v in row] for row in objective.rows])
    weights = path[:, rows]
    return np.linalg.norm(weights[:, :, 1], axis=1) / np.linalg.norm(weights, axis=(1, 2))


def curves_figure(objectives: Sequence[Objective], seeds: int = 5) -> Figure:
    """The share of the hidden feature along gradient descent from a few random starts."""
    figure = new_figure(6.4, 3.6)
    axis = figure.add_subplot()
    for objective, colour in zip(objectives, ("tab:blue", "tab:orange", "tab:green"), strict=False):
        starts = np.random.default_rng(SEED).normal(size=(len(objective.variables), seeds))
        share = hidden_share(objective, descend(objective, starts))
        for seed in range(seeds):
            axis.plot(share[:, seed], color=colour, lw=1, label=objective.name.upper() if seed == 0 else None)
    axis.set(xlabel="step", ylabel=r"$\|We_2\|\,/\,\|W\|_F$", ylim=(0, 1.02))
    axis.set_title(f"Gradient descent from N(0,1), step {STEP} (floating point)", fontsize=10)
    axis.legend(fontsize=8)
    return figure


@register_figure("separation", "L7", "curves", "Share of the hidden feature in the rows during learning.")
def _(result: StudyResult) -> Figure | None:
    objectives = []
    for name in ("ssl", "sl"):
        plain = build_objective(name, neurons=2)
        known = plain.parameter_values
        objectives.append(plain.with_values({k: v for k, v in result.study.parameters.items() if k in known}))
    return curves_figure(objectives)
