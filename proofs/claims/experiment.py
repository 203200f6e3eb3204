"""Claims of the experiment study: nuisance coordinates, the jump of the span projection, energies, stopping early."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box, encode_enclosure, encode_fraction
from proofs.claims.common import objective_statement
from proofs.landscape import StationaryPoint
from proofs.theorems.experiment import EnergyGap
from symbolic.objectives import Objective

__all__ = ["early_span_claim", "energy_gap_claim", "hidden_kept_claim", "nuisance_claim", "span_jump_claim"]


def _point(point: StationaryPoint) -> dict[str, Any]:
    return {"box": encode_box(point.names, point.box), "unique_in": encode_box(point.names, point.unique_in)}


def nuisance_claim(
    objective: Objective, step: Fraction, steps: int, factor: Enclosure, target: Fraction, needed: int
) -> dict[str, Any]:
    """``factor`` is left after ``steps`` steps, and ``needed`` is the least number of steps for ``target``."""
    return {
        "kind": "nuisance-decay",
        "statement": {
            **objective_statement(objective),
            "step": encode_fraction(step),
            "steps": steps,
            "factor": encode_enclosure(factor.relaxed()),
            "target": encode_fraction(target),
            "needed": needed,
        },
        "evidence": {},
    }


def span_jump_claim(
    objective: Objective, point: StationaryPoint, cases: list[tuple[Fraction, tuple[Fraction, Fraction], Fraction]]
) -> dict[str, Any]:
    """``cases`` are epsilon, direction (c, s) and the projection that the perturbed matrix has."""
    return {
        "kind": "span-jump",
        "statement": {
            **objective_statement(objective),
            "point": _point(point),
            "cases": [
                {
                    "epsilon": encode_fraction(epsilon),
                    "direction": [encode_fraction(x) for x in direction],
                    "projection": encode_fraction(projection),
                }
                for epsilon, direction, projection in cases
            ],
        },
        "evidence": {},
    }


def energy_gap_claim(
    ssl: tuple[Objective, StationaryPoint], sl: tuple[Objective, StationaryPoint], radius: Fraction, gap: EnergyGap
) -> dict[str, Any]:
    return {
        "kind": "energy-gap",
        "statement": {
            "objective": "ssl, sl",
            "ssl": {**objective_statement(ssl[0]), "point": _point(ssl[1])},
            "sl": {**objective_statement(sl[0]), "point": _point(sl[1])},
            "radius": encode_fraction(radius),
            "kept": encode_fraction(gap.kept),
            "limit": encode_fraction(gap.limit),
        },
        "evidence": {},
    }


def early_span_claim(
    objective: Objective,
    point: StationaryPoint,
    step: Fraction,
    steps: int,
    square: Fraction,
    bounds: tuple[Fraction, Fraction],
) -> dict[str, Any]:
    """Lower bounds of the span projections of e1, e2 where nuisance parts start with |n1 -+ n2|^2 <= ``square``."""
    return {
        "kind": "early-span",
        "statement": {
            **objective_statement(objective),
            "point": _point(point),
            "step": encode_fraction(step),
            "steps": steps,
            "square": encode_fraction(square),
            "bounds": [encode_fraction(b) for b in bounds],
        },
        "evidence": {},
    }


def hidden_kept_claim(objective: Objective, bound: Fraction) -> dict[str, Any]:
    """0 < |b| <= ``bound`` at every stationary point, and b has the sign of tau."""
    return {
        "kind": "hidden-kept",
        "statement": {**objective_statement(objective), "bound": encode_fraction(bound)},
        "evidence": {},
    }
