"""Results as the JSON of the command line: intervals are ["lo", "hi"] decimals that enclose outward."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.enclosure import Enclosure, decimal_down, decimal_up
from proofs.features import energies_at
from proofs.ladder import Rung
from proofs.landscape import Landscape, StationaryPoint
from proofs.studies.base import StudyResult
from symbolic.objectives import Objective

__all__ = ["ladder_json", "landscape_json", "study_json"]

DIGITS = 24


def feature_energies(objective: Objective, point: StationaryPoint) -> dict[str, Enclosure | None]:
    """The energies of :func:`proofs.features.energies_at` at a stationary point."""
    return energies_at(objective, dict(zip(point.names, point.box, strict=True)))


def landscape_json(landscape: Landscape) -> dict[str, Any]:
    objective = landscape.objective
    return {
        "objective": objective.name,
        "neurons": objective.neurons,
        "parameters": {k: str(v) for k, v in objective.parameter_values.items()},
        "verdict": landscape.verdict.value,
        "reason": landscape.reason,
        "count": len(landscape.points),
        "box": _box(landscape.box),
        **({"within": list(landscape.within)} if landscape.within else {}),
        "stationary_points": [_point(objective, p) for p in landscape.points],
        "undecided": [
            _box({v.name: e for v, e in zip(objective.variables, c, strict=False)}) for c in landscape.undecided
        ],
    }


def _point(objective: Objective, p: StationaryPoint) -> dict[str, Any]:
    energies = feature_energies(objective, p)
    return {
        "box": _box(dict(zip(p.names, p.box, strict=True))),
        "unique_in": _box(dict(zip(p.names, p.unique_in, strict=True))),
        "status": "unique",
        "kind": p.kind,
        "index": p.index,
        "value": p.value.json(DIGITS),
        "eigenvalues": [e.json(DIGITS) for e in p.eigenvalues],
        "relations": list(p.relations),
        "features": {k: {"energy": None if e is None else e.json(DIGITS)} for k, e in energies.items()},
    }


def _box(box: dict[str, Enclosure]) -> dict[str, list[str]]:
    return {name: e.json(DIGITS) for name, e in box.items()}


def study_json(result: StudyResult) -> dict[str, Any]:
    return {
        "study": result.study.name,
        "title": result.study.title,
        "parameters": {k: str(v) for k, v in result.study.parameters.items()},
        "verdict": result.verdict.value,
        "seconds": round(result.seconds, 3),
        "lemmas": [
            {
                "id": r.lemma.id,
                "title": r.lemma.title,
                "statement": r.lemma.statement,
                "hypotheses": r.lemma.hypotheses,
                "verdict": r.verdict.value,
                "reason": r.outcome.reason,
                "uses": list(r.lemma.uses),
                "seconds": round(r.seconds, 3),
                "values": {k: v.json(DIGITS) for k, v in r.outcome.values.items()},
                "notes": r.outcome.notes,
                "certificate": r.certificate,
            }
            for r in result.lemmas
        ],
    }


def ladder_json(entries: list[tuple[StationaryPoint, list[Rung]]]) -> dict[str, Any]:
    return {
        "points": [
            {
                "box": _box(dict(zip(p.names, p.box, strict=True))),
                "kind": p.kind,
                "methods": [
                    {
                        "method": r.method,
                        "radius": _open_pair(r.radius),
                        "image_radius": _open_pair(r.image_radius),
                        "constant": decimal_down(r.constant, DIGITS),
                    }
                    for r in rungs
                ],
            }
            for p, rungs in entries
        ]
    }


def _open_pair(pair: tuple[Fraction, Fraction | None]) -> list[str]:
    lo, hi = pair
    return [decimal_down(lo, 12), "inf" if hi is None else decimal_up(hi, 12)]
