"""The claim of a ladder of radii at one minimum, and of single certified balls."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs.certificates import encode_box, encode_fraction, encode_tree
from proofs.claims.common import objective_statement
from proofs.ladder import Ball, PointAnalysis, Rung

__all__ = ["ball_evidence", "ladder_claim", "optional", "point_evidence"]


def optional(x: Fraction | None) -> str | None:
    return None if x is None else encode_fraction(x)


def point_evidence(analysis: PointAnalysis) -> dict[str, Any]:
    """The minimum a ball is about, with the box in which it is the only stationary point."""
    point = analysis.point
    return {"box": encode_box(point.names, point.box), "unique_in": encode_box(point.names, point.unique_in)}


def ball_evidence(ball: Ball) -> dict[str, Any]:
    """Constants, radii, and either the tree of the search or the step of the march."""
    evidence: dict[str, Any] = {
        "family": ball.family.name,
        "constant": encode_fraction(ball.family.constant),
        "violated_constant": encode_fraction(ball.violated.constant),
        "inner": encode_fraction(ball.inner),
        "outer": optional(ball.outer),
    }
    if ball.family.name == "preconditioned":
        evidence["matrix"] = [[encode_fraction(e.lo) for e in row] for row in ball.family.matrix]
    if ball.search is not None:
        evidence["root"] = [
            [a.hex(), b.hex()] for a, b in zip(ball.search.root_lo.tolist(), ball.search.root_hi.tolist(), strict=True)
        ]
        evidence["tree"] = encode_tree(ball.search.tree)
    else:
        evidence["step"] = optional(ball.step)
    if ball.witness is not None:
        evidence["witness"] = {
            "point": [v.hex() for v in ball.witness.point.tolist()],
            "matrix": ball.witness.number,
            "direction": [v.hex() for v in ball.witness.direction.tolist()],
        }
    return evidence


def ladder_claim(analysis: PointAnalysis, rungs: list[Rung]) -> dict[str, Any]:
    return {
        "kind": "radius-ladder",
        "statement": {
            **objective_statement(analysis.objective),
            "point": point_evidence(analysis),
            "rungs": [
                {
                    "method": r.method,
                    "constant": encode_fraction(r.constant),
                    "radius": [encode_fraction(r.radius[0]), optional(r.radius[1])],
                    "image_radius": [encode_fraction(r.image_radius[0]), optional(r.image_radius[1])],
                }
                for r in rungs
            ],
        },
        "evidence": {"balls": [[ball_evidence(b) for b in r.balls] for r in rungs]},
    }
