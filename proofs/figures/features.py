"""What the minima contain: label feature and hidden feature of SSL and SL, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from numeric.enclosure import Enclosure, decimal_down
from proofs.figures.base import new_figure, register_figure
from proofs.studies import StudyResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["features_figure"]


def features_figure(contents: Mapping[str, tuple[Enclosure, Enclosure]]) -> Figure:
    """Bars of |a| and |b| for each named minimum: (label feature, hidden feature)."""
    figure = new_figure(6.0, 3.4)
    axis = figure.add_subplot()
    places = np.arange(len(contents))
    for k, (label, colour) in enumerate((("label feature $|a|$", "tab:gray"), ("hidden feature $|b|$", "tab:blue"))):
        certain = [pair[k].least_magnitude for pair in contents.values()]
        heights = [float(c) for c in certain]
        bars = axis.bar(places + 0.4 * (k - 0.5), heights, 0.38, color=colour, label=label)
        words = ["0 exactly" if pair[k].is_exact and pair[k].lo == 0 else decimal_down(c, 4) for pair, c in
                 zip(contents.values(), certain, strict=True)]  # fmt: skip
        axis.bar_label(bars, words, fontsize=8)
    axis.set_xticks(places, list(contents))
    axis.set_ylabel("content of a row")
    axis.margins(y=0.15)
    axis.legend(fontsize=8)
    return figure


@register_figure("separation", "L5", "features", "Content of the rows at the certified minima, rounded down.")
def _(result: StudyResult) -> Figure | None:
    ssl, sl = result["L3"].outcome.values, result["L5"].outcome.values
    if not {"a", "b"} <= set(ssl) or not {"global |a|", "global b"} <= set(sl):
        return None
    contents = {"SSL": (ssl["a"], ssl["b"]), "SL, global": (sl["global |a|"], sl["global b"])}
    if "spurious |a|" in sl:
        contents["SL, local"] = (sl["spurious |a|"], sl["spurious |b|"])
    return features_figure(contents)
