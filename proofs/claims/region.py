"""The claim of one landscape over a region of parameters, with the search of every cell."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray
from numeric.search import IsolatedBox
from proofs.certificates import encode_box, encode_fraction, encode_tree
from proofs.claims.common import objective_statement
from proofs.region_cells import BlockCell, CellProof
from proofs.regions import RegionLandscape
from proofs.verdict import Verdict

__all__ = ["cell_evidence", "hex_box", "region_claim", "widened"]

SLACK = Fraction(1, 8)


def widened(x: Enclosure) -> Enclosure:
    """Room for a checker whose arithmetic is another one; exact values stay."""
    if x.is_exact:
        return x
    slack = x.width * SLACK + abs(x.middle) * Fraction(1, 2**40)
    # Short dyadic ends keep certificates readable.
    unit = 2**60
    lo, hi = (x.lo - slack) * unit, (x.hi + slack) * unit
    return Enclosure(Fraction(lo.numerator // lo.denominator, unit), Fraction(-(-hi.numerator // hi.denominator), unit))


def region_claim(result: RegionLandscape) -> dict[str, Any]:
    """The claim of a PROVED region.  Raises ValueError for one that is not proved."""
    if result.verdict is not Verdict.PROVED or result.tree is None:
        raise ValueError("only a proved region has a certificate")
    return {
        "kind": "parameter-region",
        "statement": {
            **objective_statement(result.objective),
            "region": {name: [encode_fraction(lo), encode_fraction(hi)] for name, (lo, hi) in result.region.items()},
            "count": result.count,
            "branches": [
                {
                    "box": encode_box(b.names, [widened(x) for x in b.box]),
                    "index": b.index,
                    "count": b.count,
                    "relations": list(b.relations),
                }
                for b in result.branches
            ],
        },
        "evidence": {
            "tree": encode_tree(result.tree),
            "cells": {str(node): cell_evidence(proof) for node, proof in result.cells},
        },
    }


def cell_evidence(proof: CellProof) -> list[dict[str, Any]]:
    """For each block that is no copy: the uniqueness boxes, in scaled coordinates, and the tree of the search."""
    assert proof.blocks is not None
    seen: dict[int, int] = {}
    found: list[dict[str, Any]] = []
    for number, block in enumerate(proof.blocks):
        if id(block) in seen:
            found.append({"same_as": seen[id(block)]})
            continue
        seen[id(block)] = number
        found.append(_block_evidence(block))
    return found


def hex_box(box: IsolatedBox) -> list[list[str]]:
    """The box in which a zero is alone, exactly."""
    return _hex(box.outer_lo, box.outer_hi)


def _hex(lo: FloatArray, hi: FloatArray) -> list[list[str]]:
    return [[a.hex(), b.hex()] for a, b in zip(lo.tolist(), hi.tolist(), strict=True)]


def _wider(lo: FloatArray, hi: FloatArray) -> tuple[FloatArray, FloatArray]:
    slack = 1e-6 * (hi - lo) + 1e-15 * (1.0 + np.abs(lo) + np.abs(hi))
    return lo - slack, hi + slack


def _block_evidence(block: BlockCell) -> dict[str, Any]:
    # The search names boxes by their position in its own list, which points sort anew.
    return {
        "unique": [hex_box(k) for k in block.search.known],
        # Where the branches run: a little wider, so that Krawczyk's operator maps each into itself.
        "inner": [_hex(*_wider(k.inner_lo, k.inner_hi)) for k in block.search.known],
        "tree": encode_tree(block.search.tree),
    }
