"""Claims of the lemmas about a model: its derivation, its lowest minima, and which features each minimum holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box, encode_enclosure
from proofs.claims.common import objective_statement, within_statement
from proofs.claims.stationary_points import landscape_claim
from proofs.landscape import Landscape, StationaryPoint
from proofs.stationary import exact_subspace
from symbolic.objectives import Objective

__all__ = ["derivation_claim", "features_claim", "lowest_claim"]


def derivation_claim(objective: Objective, steps: Sequence[str], equalities: int) -> dict[str, Any]:
    """So many equalities of the derivation of the objective hold by exact algebra."""
    return {
        "kind": "derivation",
        "statement": {**objective_statement(objective), "steps": list(steps), "equalities": equalities},
        "evidence": {},
    }


def lowest_claim(landscape: Landscape, lowest: Sequence[StationaryPoint]) -> dict[str, Any]:
    """The least value of the loss is attained, and at no other points than those listed."""
    return {
        "kind": "lowest-points",
        "statement": {
            **objective_statement(landscape.objective),
            **within_statement(landscape.within),
            "points": [encode_box(p.names, p.box) for p in lowest],
        },
        "evidence": {"landscape": landscape_claim(landscape)},
    }


def features_claim(
    objective: Objective, minima: Sequence[tuple[StationaryPoint, Mapping[str, Enclosure | None], Mapping[str, str]]]
) -> dict[str, Any]:
    """``minima`` are points with the energy of each feature and what is known of it: held, absent or open."""
    stated, evidence = [], []
    for point, energies, content in minima:
        subspace = exact_subspace(objective.gradient, objective.variables, point.box)
        stated.append(
            {
                "box": encode_box(point.names, point.box),
                "unique_in": encode_box(point.names, point.unique_in),
                "energies": {k: None if e is None else encode_enclosure(e.relaxed()) for k, e in energies.items()},
                "features": dict(content),
            }
        )
        evidence.append(
            None if subspace is None else {"index": list(subspace.index), "coefficients": list(subspace.coefficients)}
        )
    return {
        "kind": "features-at-minima",
        "statement": {**objective_statement(objective), "minima": stated},
        "evidence": {"subspaces": evidence},
    }
