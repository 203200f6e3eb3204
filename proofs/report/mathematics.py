"""Prose with LaTeX between dollar signs as HTML with MathML (by latex2mathml): readable without scripts."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

__all__ = ["mathml", "prose_html"]

_BAR = re.compile(r"<mo[^>]*>(&#x0007C;|&#x02016;)</mo>")


@lru_cache(maxsize=1024)
def mathml(latex: str) -> str:
    """One formula; its LaTeX is kept as the title, so that a browser without MathML still says something."""
    from latex2mathml.converter import convert

    text = str(convert(latex)).replace("<math ", f'<math title="{escape(latex, quote=True)}" ', 1)
    # Bars are brackets here, not relations, and are spaced like brackets.
    return _BAR.sub(r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>', text)


def prose_html(text: str) -> str:
    """Escaped text with its formulas converted."""
    return "".join(mathml(part) if k % 2 else escape(part) for k, part in enumerate(text.split("$")))
