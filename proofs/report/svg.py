"""The lemma graph as SVG: border = statement, fill = state, every node a link to its page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from textwrap import wrap

from proofs.report.layout import HEIGHT, WIDTH, layered
from proofs.report.status import LemmaState

__all__ = ["graph_svg", "page_name"]


def page_name(lemma_id: str) -> str:
    """The file of a lemma's page; ids are letters and digits, anything else becomes a dash."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in lemma_id)
    return f"lemma-{safe}.html"


def graph_svg(states: Mapping[str, LemmaState], only: Collection[str] | None = None, here: str | None = None) -> str:
    """The graph of the lemmas in ``only`` (all by default); ``here`` is the one whose page shows it."""
    shown = {k: s for k, s in states.items() if only is None or k in only}
    parents = {k: [u for u in s.result.lemma.uses if u in shown] for k, s in shown.items()}
    layout = layered(parents)
    edges = []
    for (p, k), between in layout.routes.items():
        edges.append(_edge([layout.places[p].bottom, *between, layout.places[k].top], p, k))
    nodes = [_node(k, s, layout.places[k].x, layout.places[k].y, k == here) for k, s in shown.items()]
    title = "Lemma graph: an arrow leads from a lemma to those that rest on it"
    return (
        f'<svg class="graph" viewBox="0 0 {layout.width:g} {layout.height:g}" width="{layout.width:g}" '
        f'height="{layout.height:g}" role="img" aria-label="{title}" xmlns="http://www.w3.org/2000/svg">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0,0 L8,4 L0,8 z"/></marker></defs>'
        f"{''.join(edges)}{''.join(nodes)}</svg>"
    )


def _edge(points: list[tuple[float, float]], parent: str, child: str) -> str:
    """A smooth line; between the upper and the lower edge of a row it is straight."""
    (x, y), *rest = points
    path = f"M{x:g},{y:g}"
    for k, (nx, ny) in enumerate(rest):
        end = ny - 2 if k == len(rest) - 1 else ny
        bend = (ny - y) / 2
        straight = nx == x
        path += f" L{nx:g},{end:g}" if straight else f" C{x:g},{y + bend:g} {nx:g},{ny - bend:g} {nx:g},{end:g}"
        x, y = nx, ny
    return (
        f'<path class="edge" data-from="{escape(parent, quote=True)}" data-to="{escape(child, quote=True)}" '
        f'd="{path}" marker-end="url(#tip)"/>'
    )


def _node(key: str, state: LemmaState, x: float, y: float, here: bool) -> str:
    lemma = state.result.lemma
    border = "claimed" if state.has_claims else "worded"
    lines = wrap(lemma.title, 19)[:2] or [""]
    if len(wrap(lemma.title, 19)) > 2:
        lines[1] = lines[1][:18] + "…"
    first = y + HEIGHT / 2 - 7 * (len(lines) - 1) + 3
    middle = x + 40 + (WIDTH - 44) / 2
    text = "".join(
        f'<text class="title" x="{middle:g}" y="{first + 15 * k:g}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    label = escape(f"{lemma.id} {lemma.title}: {state.state.value}", quote=True)
    return (
        f'<a class="node state-{state.state.value} {border}{" here" if here else ""}" href="{page_name(key)}" '
        f'data-id="{escape(key, quote=True)}" aria-label="{label}">'
        f"<title>{label}, {escape(state.state.sentence)}</title>"
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="id" x="{x + 24:g}" y="{y + HEIGHT / 2 + 4:g}">{escape(lemma.id)}</text>{text}</a>'
    )
