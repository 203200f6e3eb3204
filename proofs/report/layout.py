"""Places for the nodes of a lemma graph: layers by longest path, then barycentres; the same for the same graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Layout", "Place", "layered"]

WIDTH, HEIGHT = 190, 58
GAP_X, GAP_Y = 30, 64
LANE = 16
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
    """Places of the nodes, and for each edge (parent, child) the points between its ends."""

    places: Mapping[str, Place]
    routes: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float


#: A node, or the place where the edge from the first to the second crosses the row of the third.
Item = str | tuple[str, str, int]


def layered(parents: Mapping[str, Sequence[str]]) -> Layout:
    """Every node below all of its parents (an acyclic graph; parents outside it are ignored).

    An edge that crosses a row gets a place of its own there, so that it passes behind no node.
    """
    depth: dict[str, int] = {}

    def level(node: str) -> int:
        if node not in depth:
            depth[node] = 1 + max((level(p) for p in parents[node] if p in parents), default=-1)
        return depth[node]

    for node in parents:
        level(node)
    rows: list[list[Item]] = [[] for _ in range(1 + max(depth.values(), default=0))]
    above: dict[Item, list[Item]] = {}
    below: dict[Item, list[Item]] = {}
    for node in parents:
        rows[depth[node]].append(node)
    edges = [(p, c) for c in parents for p in parents[c] if p in parents]
    for p, c in edges:
        chain: list[Item] = [p, *((p, c, y) for y in range(depth[p] + 1, depth[c])), c]
        for y, item in enumerate(chain[1:-1], depth[p] + 1):
            rows[y].append(item)
        for upper, lower in pairwise(chain):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows[1:] if down else reversed(rows[:-1]):
            _sort(row, rows, above if down else below)
    return _placed(rows, edges, depth)


def _sort(row: list[Item], rows: Sequence[list[Item]], near: Mapping[Item, list[Item]]) -> None:
    """A row in the order of the mean places of the neighbours of its items."""
    column = {item: k + (1 - len(r)) / 2 for r in rows for k, item in enumerate(r)}
    order = {item: k for k, item in enumerate(row)}
    centre = {}
    for item in row:
        places = [column[n] for n in near.get(item, ())]
        centre[item] = sum(places) / len(places) if places else column[item]
    row.sort(key=lambda item: (centre[item], order[item]))


def _placed(rows: Sequence[Sequence[Item]], edges: Sequence[tuple[str, str]], depth: Mapping[str, int]) -> Layout:
    def wide(item: Item) -> int:
        return WIDTH if isinstance(item, str) else LANE

    widths = [sum(map(wide, row)) + max(0, len(row) - 1) * GAP_X for row in rows]
    total = max(widths, default=WIDTH)
    places: dict[str, Place] = {}
    lanes: dict[Item, float] = {}
    for y, row in enumerate(rows):
        x = MARGIN + (total - widths[y]) / 2
        for item in row:
            if isinstance(item, str):
                places[item] = Place(x, MARGIN + y * (HEIGHT + GAP_Y))
            else:
                lanes[item] = x + LANE / 2
            x += wide(item) + GAP_X
    routes = {}
    for p, c in edges:
        points: list[tuple[float, float]] = []
        for y in range(depth[p] + 1, depth[c]):
            top = MARGIN + y * (HEIGHT + GAP_Y)
            points += [(lanes[p, c, y], top), (lanes[p, c, y], top + HEIGHT)]
        routes[p, c] = tuple(points)
    height = len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y + 2 * MARGIN
    return Layout(places, routes, total + 2 * MARGIN, height)
