"""The claim of all bifurcations in a range of one parameter, with the proof of every piece of the range."""

from __future__ import annotations

from typing import Any

from proofs.bifurcation import BifurcationDiagram, BifurcationPoint, Piece
from proofs.certificates import encode_box, encode_enclosure, encode_fraction, encode_tree
from proofs.claims.common import objective_statement
from proofs.claims.region import cell_evidence, hex_box
from proofs.region_cells import CellProof
from proofs.verdict import Verdict

__all__ = ["bifurcation_claim"]


def bifurcation_claim(diagram: BifurcationDiagram) -> dict[str, Any]:
    """The claim of a PROVED diagram.  Raises ValueError for one that is not proved."""
    if diagram.verdict is not Verdict.PROVED:
        raise ValueError("only a proved diagram has a certificate")
    (side,) = diagram.problem.sides
    first = diagram.pieces[0].content
    return {
        "kind": "bifurcation",
        "statement": {
            **objective_statement(diagram.objective),
            "region": {diagram.parameter: [encode_fraction(side[0]), encode_fraction(side[1])]},
            "count": first.below if isinstance(first, BifurcationPoint) else len(first.signature),
            "points": [_point(p) for p in diagram.points],
        },
        "evidence": {"pieces": [_piece(diagram, p) for p in diagram.pieces]},
    }


def _point(point: BifurcationPoint) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "parameter": encode_enclosure(point.parameter.relaxed()),
        "point": encode_box(point.names, [x.relaxed() for x in point.point]),
        "below": point.below,
        "above": point.above,
        "copies": point.copies,
    }


def _piece(diagram: BifurcationDiagram, piece: Piece) -> dict[str, Any]:
    side = [encode_fraction(piece.side[0]), encode_fraction(piece.side[1])]
    content = piece.content
    if isinstance(content, CellProof):
        return {"side": side, "cell": cell_evidence(content)}
    place = content.place
    return {
        "side": side,
        "point": diagram.points.index(content),
        "axis": place.axis,
        "along": encode_enclosure(place.along),
        "box": [encode_enclosure(x) for x in place.box],
        "extended": [encode_enclosure(x.relaxed()) for x in content.extended],
        "regular": [hex_box(k) for k in content.regular],
        "tree": encode_tree(content.search.tree),
    }
