"""Registration of pictures by study and lemma, and rendering to PNG and SVG bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from proofs.studies import StudyResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LemmaFigure", "figure_names", "figures_of", "new_figure", "register_figure", "render"]

Draw = Callable[[StudyResult], "Figure | None"]
_MODULES = ("landscape", "basins", "ladder", "features", "curves")
_FIGURES: list[LemmaFigure] = []


@dataclass(frozen=True)
class LemmaFigure:
    """A picture on the page of a lemma; ``draw`` answers None when the result has nothing to draw."""

    study: str
    lemma: str
    name: str
    caption: str
    draw: Draw


def register_figure(study: str, lemma: str, name: str, caption: str) -> Callable[[Draw], Draw]:
    def decorate(draw: Draw) -> Draw:
        _FIGURES.append(LemmaFigure(study, lemma, name, caption, draw))
        return draw

    return decorate


def _load() -> None:
    for name in _MODULES:
        import_module(f"proofs.figures.{name}")


def figure_names() -> tuple[str, ...]:
    _load()
    return tuple(f.name for f in _FIGURES)


def figures_of(study: str) -> list[LemmaFigure]:
    """The pictures of a study, in the order of their modules."""
    _load()
    return [f for f in _FIGURES if f.study == study]


def new_figure(width: float = 6.4, height: float = 4.0) -> Figure:
    """A figure of its own, without the global state of pyplot."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def render(figure: Figure, kind: str) -> bytes:
    """PNG, SVG or PDF; the same figure gives the same bytes (no date, fixed identifiers)."""
    import matplotlib

    stream = io.BytesIO()
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
    with matplotlib.rc_context({"svg.hashsalt": "separatrix", "svg.fonttype": "path"}):
        figure.savefig(stream, format=kind, dpi=144, metadata=metadata)
    return stream.getvalue()
