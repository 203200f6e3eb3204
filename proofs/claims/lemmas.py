"""Claims of the smaller lemmas: bounds, reduction, spanning, separation, descent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofs.bounds import APrioriBound
from proofs.certificates import encode_box, encode_fraction
from proofs.claims.common import objective_statement
from proofs.claims.ladder import ball_evidence, point_evidence
from proofs.landscape import StationaryPoint
from proofs.separation import Keeper, Separation
from symbolic.objectives import Objective

__all__ = ["bounds_claim", "descent_claim", "reduction_claim", "separation_claim", "spanning_claim"]


def bounds_claim(objective: Objective, bounds: list[APrioriBound]) -> dict[str, Any]:
    stated = [{"variables": [v.name for v in b.group], "radius": encode_fraction(b.radius)} for b in bounds]
    return {
        "kind": "a-priori-bounds",
        "statement": {**objective_statement(objective), "bounds": stated},
        "evidence": {},
    }


def reduction_claim(objective: Objective) -> dict[str, Any]:
    return {
        "kind": "reduction",
        "statement": {**objective_statement(objective), "ridge": str(objective.numeric_ridge)},
        "evidence": {},
    }


def spanning_claim(objective: Objective, rows: Sequence[tuple[StationaryPoint, ...]]) -> dict[str, Any]:
    """Which minima of several SSL neurons have rows that span e1 and e2; ``rows`` are one-neuron minima."""
    stated = []
    for combination in rows:
        stated.append(
            {
                "rows": [encode_box(p.names, p.box) for p in combination],
                "unique_in": [encode_box(p.names, p.unique_in) for p in combination],
                "rank": 2 if any(p is not combination[0] for p in combination) else 1,
            }
        )
    return {
        "kind": "spanning",
        "statement": {**objective_statement(objective), "minima": stated},
        "evidence": {},
    }


def _keeper(keeper: Keeper) -> dict[str, Any]:
    return {
        **objective_statement(keeper.analysis.objective),
        "point": point_evidence(keeper.analysis),
        "m": encode_fraction(keeper.m),
    }


def separation_claim(separation: Separation) -> dict[str, Any]:
    return {
        "kind": "separation",
        "statement": {
            "objective": "ssl, sl",
            "ssl": _keeper(separation.ssl),
            "sl": _keeper(separation.sl),
            "epsilon": encode_fraction(separation.epsilon),
            "a_kept": encode_fraction(separation.a_kept),
            "b_kept": encode_fraction(separation.b_kept),
            "b_limit": encode_fraction(separation.b_limit),
        },
        "evidence": {"ssl": ball_evidence(separation.ssl.ball), "sl": ball_evidence(separation.sl.ball)},
    }


def descent_claim(
    objective: Objective,
    landscape: dict[str, Any],
    smoothness: Fraction,
    local: tuple[Fraction, Fraction],
    keeper: Keeper,
) -> dict[str, Any]:
    """``landscape`` is the stationary-points claim, ``local`` the radius and m of the linear rate."""
    return {
        "kind": "descent",
        "statement": {
            **objective_statement(objective),
            "smoothness": encode_fraction(smoothness),
            "point": point_evidence(keeper.analysis),
            "local_radius": encode_fraction(local[0]),
            "local_m": encode_fraction(local[1]),
        },
        "evidence": {"landscape": landscape, "ball": ball_evidence(keeper.ball)},
    }
