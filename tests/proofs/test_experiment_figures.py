"""Figures: what they draw is what was measured, and they say what they show."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from numeric.experiment.setup import Setup
from numeric.experiment.train import advance, start
from proofs.experiments import figures
from proofs.experiments.summary import describe, run_metrics, spread


def test_learning_curves_show_means_and_bands() -> None:
    run = start(Setup(), (0, 1, 2))
    advance(run, 30)
    axes = figures.learning_curves(run).axes[0]
    history = np.array(run.kept_W)
    for line, (j, k) in zip(axes.lines, [(0, 0), (0, 1), (1, 0), (1, 1)], strict=True):
        assert np.allclose(line.get_ydata(), history[:, :, j, k].mean(axis=1))
        assert list(line.get_xdata()) == [0, 10, 20, 30]
    assert len(axes.collections) == 4
    assert "step" in axes.get_xlabel()
    assert "95 %" in axes.get_ylabel()
    assert len(axes.get_legend().get_texts()) == 4


def test_every_figure_names_noise_and_start() -> None:
    run = start(Setup(start="sign"), (0, 1))
    advance(run, 10)
    for figure in (
        figures.learning_curves(run),
        figures.learned_rows(run),
        figures.projections(run, run_metrics(run)),
    ):
        title = figure.get_suptitle()
        assert "scalar data noise" in title
        assert "start with signs only" in title
        for axes in figure.axes:
            assert axes.get_xlabel()
            assert axes.get_ylabel()
            assert axes.get_legend() is not None


def test_rows_and_histograms_hold_every_seed() -> None:
    run = start(Setup(objective="sl", start="sign", augment="none"), tuple(range(6)))
    points = figures.learned_rows(run).axes[0].collections
    assert [len(p.get_offsets()) for p in points] == [6, 6]
    assert np.allclose(points[1].get_offsets(), run.W[:, 1, :2])
    for axes in figures.projections(run, run_metrics(run)).axes:
        assert sum(p.get_height() for p in axes.patches) == 12


def test_description() -> None:
    run = start(Setup(neurons=3, noise="vector", stream="independent", augment="expected", tau=Fraction(5)), (0,))
    text = "start near the minimum, vector data noise, independent stream, expected augmentation"
    assert describe(run) == f"SSL, {text}, d = 10, n = 100, 1 seed, 0 steps"


def test_bands_by_hand() -> None:
    # Standard deviation of 1, 2, 3 is 1: the band is 1.96 / sqrt 3.
    found = spread(np.array([1.0, 2.0, 3.0, np.nan]))
    assert found == {"mean": 2.0, "min": 1.0, "max": 3.0, "band": 1.96 / np.sqrt(3)}
    assert spread(np.array([np.nan])) == {"mean": None, "min": None, "max": None, "band": None}
