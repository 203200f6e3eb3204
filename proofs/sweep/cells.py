"""What one worker does: decide one cell of a region, as a function of the statement and the cell alone.

No clock and no random number enters, so that any worker at any time gives the same answer.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import inf, log
from typing import Any

import sympy as sp

from numeric.search import Budget
from proofs.claims.region import cell_evidence, widened
from proofs.region_cells import RegionProblem, Sides, prove_cell
from proofs.regions import cell_points, choose_split, cut_of
from symbolic.objectives import build_objective

__all__ = ["Decision", "Recipe", "decide_cell", "problem_of", "share_of", "weight_of"]

BUDGET = Budget(seconds=inf, boxes=3000, relative_width=1e-5)


@dataclass(frozen=True)
class Recipe:
    """The statement in plain data, from which every worker builds the problem again.

    ``values`` are (name, exact value) of the fixed parameters, ``region`` (name, lower, upper) of the others.
    """

    objective: str
    neurons: int
    values: tuple[tuple[str, str], ...]
    region: tuple[tuple[str, str, str], ...]

    @property
    def label(self) -> str:
        """The objective for people: the title of a model, whose name is its whole content."""
        return problem_of(self).objective.title if self.objective.startswith("model:") else self.objective

    @property
    def sides(self) -> Sides:
        return tuple((Fraction(lo), Fraction(hi)) for _, lo, hi in self.region)

    def json(self) -> dict[str, Any]:
        return {
            "objective": self.objective,
            "neurons": self.neurons,
            "parameters": dict(self.values),
            "region": {name: [lo, hi] for name, lo, hi in self.region},
        }


@lru_cache(maxsize=4)
def problem_of(recipe: Recipe) -> RegionProblem:
    """Raises KeyError or ValueError for a statement that makes no sense."""
    values = {name: sp.Rational(value) for name, value in recipe.values}
    inside = {name: sp.Rational(hi) for name, _, hi in recipe.region}
    objective = build_objective(recipe.objective, neurons=recipe.neurons, values={**values, **inside})
    return RegionProblem(objective.freed([name for name, _, _ in recipe.region]), recipe.sides)


@dataclass(frozen=True)
class Decision:
    """``decided``: ``indices`` of all points, one entry for each; ``split``: to be cut; ``left``: neither.

    The cut is along ``axis`` at ``cut``.

    ``branches`` enclose every point over the cell, ``evidence`` is the compressed JSON of what a checker needs.
    """

    state: str
    indices: tuple[int, ...] = ()
    branches: str = ""
    evidence: bytes = b""
    axis: int = -1
    cut: float = 0.0
    boxes: int = 0


def share_of(cell: Sides, root: Sides) -> Fraction:
    """The exact part of the region's volume in a cell."""
    part = Fraction(1)
    for (lo, hi), (a, b) in zip(cell, root, strict=True):
        part *= (hi - lo) / (b - a)
    return part


def weight_of(cell: Sides, root: Sides) -> float:
    """What comes first: a geometric mean, 4 to 1, of a cell's part of the volume and of its part in logarithmic scales.

    The first makes progress in volume, the second keeps small parameters from being left out for ever.
    """
    logarithmic = 1.0
    for (lo, hi), (a, b) in zip(cell, root, strict=True):
        if a > 0:
            logarithmic *= log(float(hi) / float(lo)) / log(float(b) / float(a))
        else:
            logarithmic *= float((hi - lo) / (b - a))
    return float(share_of(cell, root)) ** 0.8 * logarithmic**0.2


def decide_cell(recipe: Recipe, cell: Sides) -> Decision:
    """The landscape over one cell, or where to cut it."""
    problem = problem_of(recipe)
    proof = prove_cell(problem, cell, budget=BUDGET)
    if proof.blocks is not None and all(i >= 0 for i in proof.signature):
        names = [v.name for v in problem.objective.variables]
        branches = [
            {
                "index": index,
                "box": {n: [str(w.lo), str(w.hi)] for n, w in zip(names, map(widened, box), strict=True)},
                "relations": list(relations),
            }
            for box, index, relations, _ in cell_points(problem, proof)
        ]
        evidence = zlib.compress(json.dumps(cell_evidence(proof), separators=(",", ":")).encode(), 6)
        boxes = sum(b.search.boxes for b in proof.blocks)
        return Decision("decided", proof.signature, json.dumps(branches, separators=(",", ":")), evidence, boxes=boxes)
    axis = choose_split(problem, cell, proof.axis)
    cut = None if axis is None else cut_of(cell[axis])
    return Decision("left") if axis is None or cut is None else Decision("split", axis=axis, cut=cut)
