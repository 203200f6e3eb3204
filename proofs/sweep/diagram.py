"""The phase diagram: every rectangle is a certified cell, coloured by its landscape; what is open stays grey."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from proofs.region_cells import describe
from proofs.sweep.cells import Recipe, problem_of
from proofs.sweep.run import Sweep

__all__ = ["draw"]

# Colours that stay apart for most readers; the landscapes with more area come first.
COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#997700", "#994455")
OPEN = "#d9d9d9"
FACTOR = 20  # an axis that spans more than this factor is logarithmic


def draw(recipe: Recipe, sweep: Sweep, paths: list[Path]) -> None:
    """Write the picture to every path (.png, .svg).  Raises ImportError without matplotlib, OSError for a file.

    Two parameters: the plane.  One: a strip.  More: the slice through the middle of the others.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    region = recipe.region
    middle = [(lo + hi) / 2 for lo, hi in recipe.sides]
    rows = [r for r in sweep.rows if all(lo <= m < hi for (lo, hi), m in zip(r.sides[2:], middle[2:], strict=True))]
    n = len(problem_of(recipe).objective.variables)
    figure = Figure(figsize=(8.0, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.add_subplot()
    groups: list[tuple[str, str, list[Any]]] = [
        (
            describe(key, n),
            COLOURS[k % len(COLOURS)],
            [_corners(r.sides) for r in rows if r.state == "decided" and r.indices == key],
        )
        for k, key in enumerate(sweep.landscapes())
    ]
    groups.append(("not decided", OPEN, [_corners(r.sides) for r in rows if r.state != "decided"]))
    handles = []
    for label, colour, polygons in groups:
        if polygons:
            edge = "#ffffff" if len(rows) < 4000 else colour
            axes.add_collection(PolyCollection(polygons, facecolors=colour, edgecolors=edge, linewidths=0.15))
            handles.append(Patch(color=colour, label=label))
    axes.set_xlim(float(recipe.sides[0][0]), float(recipe.sides[0][1]))
    axes.set_xlabel(region[0][0])
    _scale(axes.set_xscale, recipe.sides[0])
    if len(region) > 1:
        axes.set_ylim(float(recipe.sides[1][0]), float(recipe.sides[1][1]))
        axes.set_ylabel(region[1][0])
        _scale(axes.set_yscale, recipe.sides[1])
    else:
        axes.set_ylim(0.0, 1.0)
        axes.set_yticks([])
    decided = sweep.proved + sweep.refuted
    slices = "".join(f", {name} = {m}" for (name, _, _), m in zip(region[2:], middle[2:], strict=True))
    fixed = "".join(f", {name} = {value}" for name, value in recipe.values)
    neurons = f", {recipe.neurons} neurons" if recipe.neurons > 1 else ""
    axes.set_title(f"{recipe.label}{neurons}{fixed}{slices}: {int(decided * 10**4) / 100:.2f} % decided", fontsize=11)
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=9, frameon=False)
    for path in paths:
        temporary = path.with_name(f".{path.name}.tmp")
        try:
            figure.savefig(
                temporary, format=path.suffix[1:], dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None
            )
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def _corners(sides: tuple[tuple[Fraction, Fraction], ...]) -> list[tuple[float, float]]:
    (a, b), (c, d) = sides[0], sides[1] if len(sides) > 1 else (Fraction(0), Fraction(1))
    return [(float(x), float(y)) for x, y in ((a, c), (b, c), (b, d), (a, d))]


def _scale(set_scale: Any, side: tuple[Fraction, Fraction]) -> None:
    if side[0] > 0 and side[1] > FACTOR * side[0]:
        set_scale("log")
