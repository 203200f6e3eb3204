"""Claims about the noisy population: the minimum that survives, by whichever theorem."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric.enclosure import Enclosure
from proofs.certificates import encode_box, encode_enclosure, encode_fraction
from proofs.claims.common import objective_statement
from proofs.claims.ladder import ball_evidence, point_evidence
from proofs.noise import NoisyMinimum
from proofs.survival import Survival

__all__ = ["class_term_claim", "noisy_minimum_claim"]


def noisy_minimum_claim(minimum: NoisyMinimum, proof: Survival, zero: tuple[str, ...] = ()) -> dict[str, Any]:
    """For every rho^2 in the interval: exactly one stationary point in the region, a minimum, in the box.

    ``zero`` names coordinates that vanish exactly there (for the method krawczyk, whose region is a box).
    """
    names = minimum.point.names
    statement: dict[str, Any] = {
        **objective_statement(minimum.objective),
        "method": proof.method,
        "rho_squared": [encode_fraction(proof.rho2[0]), encode_fraction(proof.rho2[1])],
        "box": encode_box(names, proof.box),
        "nuisance": encode_fraction(proof.nuisance),
        "zero": list(zero),
    }
    evidence: dict[str, Any] = {"order": minimum.order}
    if proof.region is not None:
        statement["region"] = encode_box(names, proof.region)
    elif proof.frame is not None:
        statement["centre"] = [encode_fraction(c) for c in proof.frame.centre]
        statement["basis"] = [[encode_fraction(v) for v in row] for row in proof.frame.basis]
        statement["radii"] = [encode_fraction(r) for r in proof.frame.radii]
    elif proof.radius is not None and proof.epsilon is not None and proof.delta is not None:
        rung = minimum.rungs[proof.method]
        statement["point"] = point_evidence(minimum.analysis)
        statement["constant"] = encode_fraction(rung.constant)
        statement["radius"] = encode_fraction(proof.radius)
        statement["epsilon"] = encode_fraction(proof.epsilon)
        statement["delta"] = encode_fraction(proof.delta)
        evidence["ball"] = ball_evidence(rung.balls[-1])
    return {"kind": "noisy-minimum", "statement": statement, "evidence": evidence}


def class_term_claim(m: Fraction, variance: Fraction, in_m: int, in_v: int, value: Enclosure) -> dict[str, Any]:
    """(d/dm)^in_m (d/dV)^in_v of the SSL class term at (m, V) lies in ``value``."""
    return {
        "kind": "class-term",
        "statement": {
            "objective": "ssl",
            "m": encode_fraction(m),
            "variance": encode_fraction(variance),
            "derivatives": [in_m, in_v],
            "value": encode_enclosure(value),
        },
        "evidence": {},
    }
