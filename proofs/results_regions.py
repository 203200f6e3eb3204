"""Results over regions of parameters as JSON: intervals are ["lo", "hi"] that enclose outward."""

from __future__ import annotations

from typing import Any

from numeric.enclosure import truncated_digits
from proofs.bifurcation import BifurcationDiagram, constant_stretches
from proofs.region_cells import RegionProblem, Sides
from proofs.regions import RegionLandscape

__all__ = ["bifurcation_json", "cell_json", "region_json"]

DIGITS = 24


def cell_json(problem: RegionProblem, cell: Sides) -> dict[str, list[str]]:
    """The exact ends of a cell, parameter by parameter."""
    return {p.name: [str(lo), str(hi)] for p, (lo, hi) in zip(problem.parameters, cell, strict=True)}


def region_json(result: RegionLandscape) -> dict[str, Any]:
    objective = result.objective
    fixed = {k: str(v) for k, v in objective.parameter_values.items()}
    return {
        "objective": objective.name,
        "neurons": objective.neurons,
        "parameters": {**fixed, **cell_json(result.problem, result.problem.sides)},
        "verdict": result.verdict.value,
        "reason": result.reason,
        "count": result.count,
        "cells": len(result.cells),
        "box": {v.name: [str(-r), str(r)] for v, r in result.problem.radius.items()},
        "stationary_points": [
            {
                "box": {name: x.json(DIGITS) for name, x in zip(b.names, b.box, strict=True)},
                "status": "unique" if b.count == 1 else f"{b.count} points",
                "kind": b.kind,
                "index": b.index,
                "count": b.count,
                "value": b.value.json(DIGITS),
                "relations": list(b.relations),
            }
            for b in result.branches
        ],
        "undecided": [cell_json(result.problem, c) for c in result.undecided],
    }


def bifurcation_json(diagram: BifurcationDiagram, digits: int) -> dict[str, Any]:
    objective = diagram.objective
    fixed = {k: str(v) for k, v in objective.parameter_values.items()}
    return {
        "objective": objective.name,
        "neurons": objective.neurons,
        "parameters": {**fixed, **cell_json(diagram.problem, diagram.problem.sides)},
        "parameter": diagram.parameter,
        "verdict": diagram.verdict.value,
        "reason": diagram.reason,
        "points": [
            {
                "parameter": p.parameter.json(digits + 3),
                "digits": truncated_digits(p.parameter, digits),
                "kind": p.kind,
                "point": {name: x.json(digits + 3) for name, x in zip(p.names, p.point, strict=True)},
                "copies": p.copies,
                "count_below": p.below,
                "count_above": p.above,
            }
            for p in diagram.points
        ],
        "intervals": [
            {"parameter": [str(lo), str(hi)], "count": count} for (lo, hi), count in constant_stretches(diagram)
        ],
        "undecided": [{diagram.parameter: [str(lo), str(hi)]} for lo, hi in diagram.undecided],
    }
