"""Places for the nodes of a lemma graph: layers by longest path, then barycentres; the same for the same graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Layout", "Place", "layered"]

WIDTH, HEIGHT = 190, 58
GAP_X, GAP_Y = 34, 64
MARGIN = 16
SWEEPS = 8


@dataclass(frozen=True)
class Place:
    """The upper left corner of a node."""

    x: float
    y: float

    @property
    def top(self) -> tuple[float, float]:
        return self.x + WIDTH / 2, self.y

    @property
    def bottom(self) -> tuple[float, float]:
        return self.x + WIDTH / 2, self.y + HEIGHT


@dataclass(frozen=True)
class Layout:
    places: Mapping[str, Place]
    width: float
    height: float


def layered(parents: Mapping[str, Sequence[str]]) -> Layout:
    """Every node below all of its parents (an acyclic graph; parents outside it are ignored)."""
    depth: dict[str, int] = {}

    def level(node: str) -> int:
        if node not in depth:
            depth[node] = 1 + max((level(p) for p in parents[node] if p in parents), default=-1)
        return depth[node]

    for node in parents:
        level(node)
    rows: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=0))]
    for node in parents:
        rows[depth[node]].append(node)
    children = {node: [c for c in parents if node in parents[c]] for node in parents}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows[1:] if down else reversed(rows[:-1]):
            column = {n: k + (1 - len(r)) / 2 for r in rows for k, n in enumerate(r)}
            near = parents if down else children
            order = {n: k for k, n in enumerate(row)}
            centre = {n: _mean([column[m] for m in near[n] if m in column], column[n]) for n in row}
            row.sort(key=lambda n: (centre[n], order[n]))
    widest = max(len(r) for r in rows) if rows else 1
    total = widest * WIDTH + (widest - 1) * GAP_X
    places = {}
    for y, row in enumerate(rows):
        used = len(row) * WIDTH + (len(row) - 1) * GAP_X
        left = MARGIN + (total - used) / 2
        for k, node in enumerate(row):
            places[node] = Place(left + k * (WIDTH + GAP_X), MARGIN + y * (HEIGHT + GAP_Y))
    height = len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y + 2 * MARGIN
    return Layout(places, total + 2 * MARGIN, height)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
