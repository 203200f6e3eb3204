"""Claims about which features are learned: signs of supervised neurons, a lost label, what one point holds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box, encode_enclosure
from proofs.claims.common import objective_statement
from proofs.features import energies_at
from proofs.landscape import StationaryPoint
from proofs.theorems.supervised_pairs import PairedNeurons
from symbolic.objectives import Objective

__all__ = ["content_claim", "hidden_free_claim", "lost_label_claim", "signs_claim"]

HAIR = Fraction(1, 2**70)


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


def content_claim(objective: Objective, point: StationaryPoint) -> dict[str, Any]:
    """A stationary point alone in its box, its index, and |W e_k| / |W| for each feature.

    The box is a little wider than what is known of the point, so that a checker's own enclosure fits into it: that a
    coordinate is exactly 0 is a claim of ``stationary-points``.  Raises ValueError where W may be 0.
    """
    box = [Enclosure(x.lo - HAIR, x.hi + HAIR) for x in point.box]
    stated = {}
    for name, energy in energies_at(objective, dict(zip(point.names, box, strict=True))).items():
        if energy is None:
            raise ValueError("the energy of a feature is not defined at the zero matrix")
        stated[name] = encode_enclosure(energy.relaxed())
    return {
        "kind": "feature-content",
        "statement": {
            **objective_statement(objective),
            "point": {"box": encode_box(point.names, box), "unique_in": encode_box(point.names, point.unique_in)},
            "index": point.index,
            "energies": stated,
        },
        "evidence": {},
    }


def lost_label_claim(objective: Objective, critical: Enclosure) -> dict[str, Any]:
    """With a second layer every stationary point has w . e_1 = 0, as alpha is below ``critical``."""
    return {
        "kind": "lost-label",
        "statement": {**objective_statement(objective), "critical": encode_enclosure(critical.relaxed())},
        "evidence": {},
    }
