"""Pictures: what is drawn is what was certified, and rendering is repeatable."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numeric.enclosure import Enclosure
from proofs.figures import figure_names, figures_of, render
from proofs.figures.basins import basins_figure
from proofs.figures.curves import curves_figure, descend, hidden_share
from proofs.figures.features import features_figure
from proofs.figures.ladder import ladder_figure
from proofs.figures.landscape import landscape_figure
from proofs.landscape import Landscape
from symbolic.objectives import build_objective


def test_landscape_marks_every_point_and_draws_the_ball(ssl_landscape: Landscape) -> None:
    figure = landscape_figure(ssl_landscape, Fraction(1, 2))
    (axis,) = figure.axes
    drawn = {
        (round(float(x), 4), round(float(y), 4)) for line in axis.lines for x, y in zip(*line.get_data(), strict=True)
    }
    # The three points of the reference: minima at (+-3.8162, 1.5199), saddle at (0, 1.1178).
    assert drawn == {(3.8162, 1.5199), (-3.8162, 1.5199), (0.0, 1.1178)}
    assert [patch.get_radius() for patch in axis.patches] == [0.5, 0.5]


def test_landscape_and_basins_refuse_more_than_two_unknowns(sl_landscape: Landscape) -> None:
    with pytest.raises(ValueError, match="two unknowns"):
        landscape_figure(sl_landscape)
    with pytest.raises(ValueError, match="two unknowns"):
        basins_figure(sl_landscape)


def test_basins_are_the_half_planes(ssl_landscape: Landscape) -> None:
    figure = basins_figure(ssl_landscape)
    mesh = figure.axes[0].collections[0]
    colours = np.asarray(mesh.get_array()).reshape(61, 61)
    left, right = colours[:, :25], colours[:, -25:]
    assert len(set(left.ravel())) == len(set(right.ravel())) == 1
    assert left[0, 0] != right[0, 0]


def test_ladder_draws_lower_ends() -> None:
    values = {
        "SSL exact-ift r": Enclosure(Fraction(1, 8), Fraction(1, 4)),
        "SSL convexity r >=": Enclosure.exact(Fraction(1, 2)),
        "SL exact-ift r": Enclosure(Fraction(1, 16), Fraction(1, 8)),
        "SSL exact-ift image": Enclosure(Fraction(1, 9), Fraction(1, 8)),
    }
    (axis,) = ladder_figure(values).axes
    assert sorted(bar.get_height() for bar in axis.patches) == [0.0625, 0.125, 0.5]
    with pytest.raises(ValueError, match="no radii"):
        ladder_figure({"a": Enclosure.exact(1)})


def test_features_never_claim_more_than_is_certified() -> None:
    contents = {
        "X": (Enclosure.from_floats(-3.0, -2.0), Enclosure.exact(0)),
        "Y": (Enclosure.exact(1), Enclosure.exact(2)),
    }
    (axis,) = features_figure(contents).axes
    assert sorted(bar.get_height() for bar in axis.patches) == [0.0, 1.0, 2.0, 2.0]
    assert "0 exactly" in {text.get_text() for text in axis.texts}


def test_learning_curves_end_with_the_certified_share() -> None:
    objective = build_objective("ssl", neurons=2)
    path = descend(objective, np.array([[3.0], [1.0], [-3.0], [1.0]]))
    # At the minimum (a, b) = (3.8162, 1.5199) of both rows the share is b/sqrt(a^2 + b^2) = 0.3700.
    assert hidden_share(objective, path)[-1, 0] == pytest.approx(0.3700, abs=1e-3)
    assert len(curves_figure([objective], seeds=2).axes[0].lines) == 2


def test_pictures_of_the_separation_study_are_registered() -> None:
    assert {f.lemma for f in figures_of("separation")} == {"L3", "L5", "L6", "L7", "L8"}
    assert len(set(figure_names())) == len(figure_names())
    assert figures_of("no such study") == []


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_rendering_is_repeatable(kind: str, start: bytes) -> None:
    values = {"SSL exact-ift r": Enclosure(Fraction(1, 8), Fraction(1, 4))}
    first, second = (render(ladder_figure(values), kind) for _ in range(2))
    assert first.startswith(start)
    assert first == second
