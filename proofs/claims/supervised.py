"""Claims about the supervised objective with any number of neurons, and about what one stationary point holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box, encode_enclosure
from proofs.claims.common import objective_statement
from proofs.landscape import StationaryPoint
from proofs.theorems.supervised_pairs import PairedNeurons
from symbolic.objectives import Objective

__all__ = ["content_claim", "hidden_free_claim", "signs_claim"]


def signs_claim(objective: Objective) -> dict[str, Any]:
    """The signs of docs/theory/supervised.md, theorem 1, hold for this objective."""
    return {"kind": "supervised-signs", "statement": objective_statement(objective), "evidence": {}}


def hidden_free_claim(
    objective: Objective, points: Sequence[PairedNeurons], count: int, saddles: bool
) -> dict[str, Any]:
    """All stationary points with b = 0; ``saddles``: a zero neuron gives negative curvature, for every m >= 2."""
    return {
        "kind": "hidden-free-points",
        "statement": {
            **objective_statement(objective),
            "count": count,
            "pairs": [
                {
                    "pairs": p.pairs,
                    "theta": encode_enclosure(p.theta.relaxed()),
                    "rho": encode_enclosure(p.rho.relaxed()),
                    "a": encode_enclosure(p.a.relaxed()),
                    "f": encode_enclosure(p.f.relaxed()),
                }
                for p in points
            ],
            "saddles": saddles,
        },
        "evidence": {},
    }


def content_claim(
    objective: Objective, point: StationaryPoint, energies: Mapping[str, Enclosure | None]
) -> dict[str, Any]:
    """A stationary point alone in its box, its index, and |W e_k| / |W| for each feature.  Raises ValueError."""
    stated = {}
    for name, energy in energies.items():
        if energy is None:
            raise ValueError("the energy of a feature is not defined at the zero matrix")
        stated[name] = encode_enclosure(energy.relaxed())
    return {
        "kind": "feature-content",
        "statement": {
            **objective_statement(objective),
            "point": {"box": encode_box(point.names, point.box), "unique_in": encode_box(point.names, point.unique_in)},
            "index": point.index,
            "energies": stated,
        },
        "evidence": {},
    }
