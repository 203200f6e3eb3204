"""Prose with LaTeX between dollar signs as HTML with MathML (by latex2mathml): readable without scripts."""

from __future__ import annotations

from functools import lru_cache
from html import escape

__all__ = ["mathml", "prose_html"]


@lru_cache(maxsize=1024)
def mathml(latex: str) -> str:
    """One formula; its LaTeX is kept as the title, so that a browser without MathML still says something."""
    from latex2mathml.converter import convert

    return str(convert(latex)).replace("<math ", f'<math title="{escape(latex, quote=True)}" ', 1)


def prose_html(text: str) -> str:
    """Escaped text with its formulas converted."""
    return "".join(mathml(part) if k % 2 else escape(part) for k, part in enumerate(text.split("$")))
