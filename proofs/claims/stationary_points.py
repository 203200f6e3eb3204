"""The claim that a list holds all stationary points, with the search that shows it."""

from __future__ import annotations

from typing import Any

from numeric.enclosure import Enclosure
from numeric.search import IsolatedBox
from proofs.blocks import Block
from proofs.certificates import encode_box, encode_enclosure, encode_fraction, encode_tree
from proofs.claims.common import objective_statement, within_statement
from proofs.landscape import BlockEvidence, Landscape, StationaryPoint

__all__ = ["landscape_claim", "point_statement"]


def point_statement(point: StationaryPoint) -> dict[str, Any]:
    return {
        "box": encode_box(point.names, point.box),
        "unique_in": encode_box(point.names, point.unique_in),
        "kind": point.kind,
        "index": point.index,
        "value": encode_enclosure(point.value.relaxed()),
        "eigenvalues": [encode_enclosure(e.relaxed()) for e in point.eigenvalues],
        "relations": list(point.relations),
    }


def landscape_claim(landscape: Landscape) -> dict[str, Any]:
    """The claim of a PROVED landscape.  Raises ValueError for one that is not proved."""
    if landscape.undecided:
        raise ValueError("only a proved landscape has a certificate")
    return {
        "kind": "stationary-points",
        "statement": {
            **objective_statement(landscape.objective),
            **within_statement(landscape.within),
            "count": len(landscape.points),
            "points": [point_statement(p) for p in landscape.points],
        },
        "evidence": {
            "blocks": [
                _block_evidence(block, evidence)
                for block, evidence in zip(landscape.blocks, landscape.evidence, strict=True)
            ]
        },
    }


def _block_evidence(block: Block, evidence: BlockEvidence) -> dict[str, Any]:
    names = [v.name for v in block.variables]
    if block.same_as is not None:
        return {"variables": names, "same_as": block.same_as}
    return {
        "variables": names,
        "functional": None if evidence.functional is None else [encode_fraction(c) for c in evidence.functional],
        "root": encode_box(names, evidence.root),
        "unique": [encode_box(names, _outer(k)) for k in evidence.search.known],
        "points": [
            {
                "box": encode_box(names, p.inner),
                "unique_in": encode_box(names, p.outer),
                "subspace": None
                if p.subspace is None
                else {"index": list(p.subspace.index), "coefficients": list(p.subspace.coefficients)},
            }
            for p in evidence.points
        ],
        "tree": encode_tree(evidence.search.tree),
    }


def _outer(box: IsolatedBox) -> list[Enclosure]:
    return [Enclosure.from_floats(a, b) for a, b in zip(box.outer_lo.tolist(), box.outer_hi.tolist(), strict=True)]
