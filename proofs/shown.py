"""How a result shows itself in a notebook: results ask for a rendering, the rooms that draw register one."""

from __future__ import annotations

from functools import singledispatch
from html import escape

__all__ = ["Shown", "html"]


@singledispatch
def html(result: object) -> str:
    """The result as HTML: its plain form unless the room that draws it is loaded (``import separatrix`` loads all)."""
    return f"<pre>{escape(repr(result))}</pre>"


class Shown:
    """A result that a notebook shows by :func:`html`."""

    def _repr_html_(self) -> str:
        return html(self)
