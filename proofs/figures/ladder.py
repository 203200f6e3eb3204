"""The ladder of radii: certified lower ends, and proved failures of the hypothesis as upper ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from numeric.enclosure import Enclosure
from proofs.figures.base import new_figure, register_figure
from proofs.studies import StudyResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ladder_figure"]

METHODS = ("exact-ift", "exact-ift-block", "preconditioned", "convexity")
COLOURS = ("tab:blue", "tab:orange", "tab:red", "tab:green", "tab:purple")


def ladder_figure(values: Mapping[str, Enclosure], what: str = "r") -> Figure:
    """Bars for every minimum named in ``values`` ("SSL exact-ift r"); ``what`` is r or image."""
    names = []
    for key in values:
        for method in METHODS:
            start = key.removesuffix(" >=").removesuffix(f" {method} {what}")
            if start != key.removesuffix(" >=") and start not in names:
                names.append(start)
    if not names:
        raise ValueError("no radii are among the values")
    figure = new_figure(6.6, 3.8)
    axis = figure.add_subplot()
    wide = 0.8 / len(names)
    for k, name in enumerate(names):
        places = np.arange(len(METHODS)) + (k - (len(names) - 1) / 2) * wide
        for place, method in zip(places, METHODS, strict=True):
            key = f"{name} {method} {what}"
            found = values.get(key) or values.get(f"{key} >=")
            if found is None:
                continue
            label = f"{name}, certified" if method == METHODS[0] else None
            axis.bar(place, float(found.lo), 0.9 * wide, color=COLOURS[k % len(COLOURS)], label=label)
            if key in values:
                axis.plot(place, float(found.hi), "_", color="black", ms=12)
    axis.plot([], [], "_", color="black", ms=12, label="hypothesis proved to fail")
    axis.set_yscale("log")
    axis.set_xticks(range(len(METHODS)), METHODS, fontsize=8)
    axis.set_ylabel("radius" if what == "r" else "radius of the image ball")
    axis.legend(fontsize=8)
    return figure


@register_figure("separation", "L6", "ladder", "Certified radii around each minimum, by method.")
def _(result: StudyResult) -> Figure | None:
    values = result["L6"].outcome.values
    return ladder_figure(values) if values else None
