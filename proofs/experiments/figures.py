"""The figures of a run, one function each; every one returns a matplotlib Figure that belongs to no window.

Arithmetic: heuristic.  matplotlib comes with the extra ``[experiments]``.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from numeric.experiment.train import Run
from proofs.certificates import write_atomically
from proofs.experiments.summary import BAND, FEATURES, describe

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["learned_rows", "learning_curves", "new_figure", "projections", "save_figure"]

# Colour-blind safe (Okabe and Ito).
BLUE, SKY, RED, ORANGE = "#0072B2", "#56B4E9", "#D55E00", "#E69F00"


def new_figure(
    title: str, width: float = 7.0, height: float = 4.2, columns: int = 1, rows: int = 1
) -> tuple[Figure, Any]:
    """A figure with its axes (one, or an array of them) and what it shows on top."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns)
    figure.suptitle(title.replace(" = ", "\u00a0=\u00a0"), fontsize=8.5, wrap=True)
    return figure, axes


def learning_curves(run: Run) -> Figure:
    """Mean and 95 % confidence band over the seeds of the feature coordinates of the first two rows."""
    figure, axes = new_figure(describe(run))
    steps, W = np.array(run.kept_steps), np.array(run.kept_W)
    neurons = min(2, run.setup.neurons)
    for (j, k), colour in zip(
        [(j, k) for j in range(neurons) for k in range(2)], (BLUE, SKY, RED, ORANGE), strict=False
    ):
        values = W[:, :, j, k]
        mean = values.mean(axis=1)
        axes.plot(steps, mean, color=colour, linestyle="-" if j == 0 else "--", label=rf"$w_{j + 1}\cdot e_{k + 1}$")
        if values.shape[1] > 1:
            half = BAND * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
            axes.fill_between(steps, mean - half, mean + half, color=colour, alpha=0.2, linewidth=0)
    axes.set(xlabel="step of gradient descent", ylabel="weight (mean, 95 % confidence band)")
    axes.grid(alpha=0.3)
    axes.legend(ncols=2)
    return figure


def learned_rows(run: Run) -> Figure:
    """Scatter of the learned rows in the feature plane, each seed one point a row."""
    figure, axes = new_figure(describe(run), width=5.4, height=4.6)
    markers = "ovs^Dp*X"
    for j in range(run.setup.neurons):
        colour = (BLUE, RED, ORANGE, SKY)[j % 4]
        axes.scatter(
            run.W[:, j, 0],
            run.W[:, j, 1],
            s=28,
            alpha=0.7,
            color=colour,
            marker=markers[j % 8],
            label=f"row $w_{j + 1}$",
        )
    axes.axhline(0, color="0.7", linewidth=0.8)
    axes.axvline(0, color="0.7", linewidth=0.8)
    axes.set(xlabel=r"$w\cdot e_1$ (label feature)", ylabel=r"$w\cdot e_2$ (hidden feature)")
    axes.margins(0.15)
    axes.legend()
    return figure


def projections(run: Run, found: dict[str, NDArray[np.float64]]) -> Figure:
    """Histograms over the seeds of span projection and energy of both features."""
    figure, axes = new_figure(describe(run), width=8.5, columns=2)
    for axis, name, meaning in (
        (axes[0], "span", r"span projection $|P_{rows(W)}\,e_k|$"),
        (axes[1], "energy", r"energy $|W e_k|\,/\,|W|_F$"),
    ):
        for feature, colour in zip(FEATURES, (BLUE, RED), strict=True):
            values = found[f"{name} {feature}"]
            values = values[np.isfinite(values)]
            mean = values.mean() if len(values) else float("nan")
            label = f"$e_{feature[1]}$, mean {mean:.3f}"
            axis.hist(values, bins=np.linspace(0, 1, 41), color=colour, alpha=0.65, label=label)
        axis.set(xlabel=f"{meaning} (dimensionless)", ylabel="number of seeds", xlim=(-0.02, 1.02))
        axis.legend()
    return figure


def save_figure(figure: Figure, path: Path) -> None:
    """PNG, written atomically, without a date in it.  Raises OSError."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120, metadata={"Software": None})
    write_atomically(path, buffer.getvalue())
