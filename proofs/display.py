"""How results look: in a terminal (rich), and in a notebook (HTML)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from numeric.enclosure import Enclosure, decimal_down, decimal_up
from proofs.ladder import Rung
from proofs.landscape import Landscape, StationaryPoint
from proofs.shown import html
from proofs.studies.base import LemmaResult, StudyResult
from proofs.verdict import Verdict

__all__ = [
    "badge",
    "landscape_html",
    "landscape_table",
    "ladder_table",
    "study_html",
    "study_tree",
    "value_text",
    "verdict_text",
]

STYLES = {Verdict.PROVED: "bold green", Verdict.REFUTED: "bold red", Verdict.UNDECIDED: "bold yellow"}
COLOURS = {Verdict.PROVED: "#18794e", Verdict.REFUTED: "#b42318", Verdict.UNDECIDED: "#946200"}


def verdict_text(verdict: Verdict) -> Text:
    return Text(verdict.value, style=STYLES[verdict])


def value_text(name: str, value: Enclosure, digits: int = 12) -> str:
    """A bound is rounded to its safe side; anything else shows its certain digits."""
    if name.endswith("<="):
        return decimal_up(value.hi, 8)
    if name.endswith(">="):
        return decimal_down(value.lo, 8)
    return value.text(digits)


def study_tree(result: StudyResult) -> RenderableType:
    """The lemmas with verdicts, times, what they use, and their numbers."""
    tree = Tree(Text.assemble((result.study.title, "bold")), guide_style="dim")
    for item in result.lemmas:
        tree.add(_lemma_node(item))
    footer = Text.assemble(verdict_text(result.verdict), f"  {_counts(result)} in {result.seconds:.1f} s")
    return Group(tree, footer)


def _lemma_node(item: LemmaResult) -> RenderableType:
    lemma, outcome = item.lemma, item.outcome
    uses = f"  uses {', '.join(lemma.uses)}" if lemma.uses else ""
    head = Text.assemble(
        (f"{lemma.id} {lemma.title}  ", "bold"), verdict_text(item.verdict), (f"  {item.seconds:.2f} s{uses}", "dim")
    )
    lines: list[RenderableType] = [head, Text(lemma.statement), Text(outcome.reason, style="dim")]
    if outcome.values:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for name, value in outcome.values.items():
            table.add_row(Text(name, style="cyan"), value_text(name, value))
        lines.append(table)
    lines += [Text(f"note: {note}", style="italic") for note in outcome.notes]
    if item.certificate:
        lines.append(Text(f"certificate: {item.certificate}", style="dim"))
    return Group(*lines)


def _counts(result: StudyResult) -> str:
    found = {v: sum(1 for r in result.lemmas if r.verdict is v) for v in Verdict}
    return ", ".join(f"{n} {v.value.lower()}" for v, n in found.items() if n)


def landscape_table(landscape: Landscape, digits: int = 10) -> RenderableType:
    """All stationary points, the lowest value first."""
    table = Table(title=None, header_style="bold", expand=False)
    table.add_column("kind", no_wrap=True)
    table.add_column("index", justify="right")
    for v in landscape.objective.variables:
        table.add_column(v.name, no_wrap=True)
    table.add_column("value", no_wrap=True)
    wide = len(landscape.objective.variables) > 4
    for p in _by_value(landscape.points):
        index = "?" if p.index is None else str(p.index)
        cells = [e.text(6 if wide else digits) for e in p.box]
        table.add_row(p.kind, index, *cells, p.value.text(8 if wide else digits))
    parameters = ", ".join(f"{k} = {v}" for k, v in landscape.objective.parameter_values.items())
    bounds = _box_text(landscape)
    lines: list[RenderableType] = [
        Text(f"{landscape.objective.title} ({parameters})", style="bold"),
        table,
        Text(bounds, style="dim"),
    ]
    lines += [
        Text(
            "open: "
            + ", ".join(f"{v.name} in {e.text(5)}" for v, e in zip(landscape.objective.variables, c, strict=False))
        )
        for c in landscape.undecided[:10]
    ]
    lines.append(
        Text.assemble(verdict_text(landscape.verdict), f"  {_points(len(landscape.points))}: {landscape.reason}")
    )
    return Group(*lines)


def _box_text(landscape: Landscape) -> str:
    """What the statement is about: the a-priori box, or the box that was given."""
    proved = [f"|{n}| <= {decimal_up(e.hi, 6)}" for n, e in landscape.box.items() if n not in landscape.within]
    given = [f"{n} in {e.text(8)}" for n, e in landscape.within.items()]
    if not given:
        return f"every stationary point has {', '.join(proved)}"
    rest = f", with {', '.join(proved)} at every stationary point" if proved else ""
    return f"the stationary points in this box: {', '.join(given)}{rest}"


def _points(count: int) -> str:
    return f"{count} stationary point{'' if count == 1 else 's'}"


def _by_value(points: Iterable[StationaryPoint]) -> list[StationaryPoint]:
    return sorted(points, key=lambda p: (float(p.value.middle), [-float(x.middle) for x in p.box]))


def ladder_table(point: StationaryPoint, rungs: list[Rung]) -> RenderableType:
    table = Table(header_style="bold")
    for column in ("method", "radius", "image radius", "constant"):
        table.add_column(column, no_wrap=True)
    for r in rungs:
        table.add_row(r.method, _pair(r.radius), _pair(r.image_radius), decimal_down(r.constant, 6))
    where = ", ".join(f"{n} = {e.text(8)}" for n, e in zip(point.names, point.box, strict=True))
    return Group(Text(f"{point.kind} at {where}", style="bold"), table)


def _pair(pair: tuple) -> str:
    lo, hi = pair
    return f">= {decimal_down(lo, 4)}" if hi is None else f"[{decimal_down(lo, 4)}, {decimal_up(hi, 4)}]"


# -- notebooks ----------------------------------------------------------------------------------
def badge(verdict: Verdict) -> str:
    return f'<b style="color:{COLOURS[verdict]}">{verdict.value}</b>'


@html.register(Landscape)
def landscape_html(landscape: Landscape) -> str:
    head = "".join(f"<th>{escape(v.name)}</th>" for v in landscape.objective.variables)
    rows = "".join(
        f"<tr><td>{p.kind}</td><td>{'?' if p.index is None else p.index}</td>"
        + "".join(f"<td>{escape(e.text(9))}</td>" for e in p.box)
        + f"<td>{escape(p.value.text(9))}</td></tr>"
        for p in _by_value(landscape.points)
    )
    return (
        f"<p>{badge(landscape.verdict)} {_points(len(landscape.points))} of "
        f"{escape(landscape.objective.title)}</p>"
        f"<table><tr><th>kind</th><th>index</th>{head}<th>value</th></tr>{rows}</table>"
        f"<p>{escape(landscape.reason)}</p>" + (f"<p>{escape(_box_text(landscape))}</p>" if landscape.within else "")
    )


@html.register(StudyResult)
def study_html(result: StudyResult) -> str:
    rows = "".join(
        f"<tr><td>{r.lemma.id}</td><td>{escape(r.lemma.title)}</td><td>{badge(r.verdict)}</td>"
        f"<td style='text-align:left'>{escape(r.lemma.statement)}</td></tr>"
        for r in result.lemmas
    )
    return f"<p><b>{escape(result.study.title)}</b></p><table>{rows}</table>"
