"""How landscapes over regions of parameters look, in a terminal and in a notebook."""

from __future__ import annotations

from html import escape

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from numeric.enclosure import Enclosure, decimal_down, decimal_up
from proofs.bifurcation import BifurcationDiagram
from proofs.display import badge, verdict_text
from proofs.region_cells import Sides
from proofs.regions import Branch, RegionLandscape
from proofs.shown import html

__all__ = ["bifurcation_html", "bifurcation_table", "range_text", "region_html", "region_table"]

SHOWN = 10


def range_text(x: Enclosure, digits: int = 5) -> str:
    """Exact values as they are, ranges rounded outward."""
    return x.text(digits) if x.is_exact else f"[{decimal_down(x.lo, digits)}, {decimal_up(x.hi, digits)}]"


def _parameters(result: RegionLandscape) -> str:
    fixed = [f"{k} = {v}" for k, v in result.objective.parameter_values.items()]
    return ", ".join([*(f"{name} in [{lo}, {hi}]" for name, (lo, hi) in result.region.items()), *fixed])


def _sorted(branches: list[Branch]) -> list[Branch]:
    return sorted(branches, key=lambda b: (float(b.value.middle), [-float(x.middle) for x in b.box]))


def cell_text(result: RegionLandscape, cell: Sides) -> str:
    names = [p.name for p in result.problem.parameters]
    return ", ".join(f"{n} in [{float(lo):.6g}, {float(hi):.6g}]" for n, (lo, hi) in zip(names, cell, strict=True))


def region_table(result: RegionLandscape) -> RenderableType:
    lines: list[RenderableType] = [Text(f"{result.objective.title} ({_parameters(result)})", style="bold")]
    if result.branches:
        table = Table(header_style="bold", expand=False)
        for column in ("kind", "index", "points", *(v.name for v in result.objective.variables), "value", "exactly"):
            table.add_column(column, no_wrap=True)
        for b in _sorted(result.branches):
            index = "?" if b.index is None else str(b.index)
            cells = [range_text(x) for x in b.box]
            table.add_row(b.kind, index, str(b.count), *cells, range_text(b.value), ", ".join(b.relations))
        lines.append(table)
        lines.append(Text("each range holds the point for every value of the parameters", style="dim"))
    lines += [Text(f"open: {cell_text(result, c)}") for c in result.undecided[:SHOWN]]
    if len(result.undecided) > SHOWN:
        lines.append(Text(f"and {len(result.undecided) - SHOWN} more"))
    lines.append(Text.assemble(verdict_text(result.verdict), f"  {result.reason}"))
    return Group(*lines)


@html.register(RegionLandscape)
def region_html(result: RegionLandscape) -> str:
    head = "".join(f"<th>{escape(v.name)}</th>" for v in result.objective.variables)
    rows = "".join(
        f"<tr><td>{b.kind}</td><td>{b.count}</td>"
        + "".join(f"<td>{escape(range_text(x))}</td>" for x in b.box)
        + f"<td>{escape(range_text(b.value))}</td></tr>"
        for b in _sorted(result.branches)
    )
    return (
        f"<p>{badge(result.verdict)} {escape(result.objective.title)}, {escape(_parameters(result))}</p>"
        f"<table><tr><th>kind</th><th>points</th>{head}<th>value</th></tr>{rows}</table>"
        f"<p>{escape(result.reason)}</p>"
    )


def bifurcation_table(diagram: BifurcationDiagram, digits: int) -> RenderableType:
    objective = diagram.objective
    (side,) = diagram.problem.sides
    fixed = "".join(f", {k} = {v}" for k, v in objective.parameter_values.items())
    head = f"{objective.title} ({diagram.parameter} in [{side[0]}, {side[1]}]{fixed})"
    lines: list[RenderableType] = [Text(head, style="bold")]
    for p in diagram.points:
        images = f", at {p.copies} symmetric points" if p.copies > 1 else ""
        change = f"{p.below} stationary points below, {p.above} above{images}"
        lines.append(Text(f"{p.kind}  {diagram.parameter} = {p.parameter.text(digits)}  {change}"))
        lines += [Text(f"    {name} = {x.text(digits)}") for name, x in zip(p.names, p.point, strict=True)]
    lines += [
        Text(f"open: {diagram.parameter} in [{float(lo):.12g}, {float(hi):.12g}]")
        for lo, hi in diagram.undecided[:SHOWN]
    ]
    lines.append(Text.assemble(verdict_text(diagram.verdict), f"  {diagram.reason}"))
    return Group(*lines)


@html.register(BifurcationDiagram)
def bifurcation_html(diagram: BifurcationDiagram) -> str:
    rows = "".join(
        f"<tr><td>{p.kind}</td><td>{escape(p.parameter.text(20))}</td><td>{p.below}</td><td>{p.above}</td></tr>"
        for p in diagram.points
    )
    return (
        f"<p>{badge(diagram.verdict)} {escape(diagram.objective.title)}</p><table><tr><th>kind</th>"
        f"<th>{escape(diagram.parameter)}</th><th>points below</th><th>above</th></tr>{rows}</table>"
        f"<p>{escape(diagram.reason)}</p>"
    )
