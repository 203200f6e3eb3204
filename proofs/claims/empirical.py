"""The claim about an empirical objective near trained weights: which data, what is near, how far, of which index."""

from __future__ import annotations

import base64
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from numeric.enclosure import Enclosure
from proofs.certificates import encode_enclosure, encode_fraction
from proofs.empirical.certify import Certified
from proofs.empirical.data import array_digest
from proofs.empirical.model import arrays_of
from proofs.empirical.prove import Isolated
from proofs.verdict import Verdict
from symbolic.models import spec_from_name

__all__ = ["INLINE_NUMBERS", "empirical_claim"]

# Data sets up to this many numbers travel inside of the certificate.
INLINE_NUMBERS = 50_000
# Another arithmetic with other rounding must be able to confirm what is stated.
RELATIVE = Fraction(1, 10**6)
UPPER = Fraction(1, 50)
DISTANCE = Fraction(1, 1000)


def empirical_claim(result: Certified) -> dict[str, Any]:
    """The claim of a decided result.  Raises ValueError for one that is UNDECIDED."""
    if result.verdict is Verdict.UNDECIDED or result.distance is None or result.metrics is None:
        raise ValueError("only a decided result has a certificate")
    problem = result.problem
    if problem.objective in ("ssl", "sl"):
        used = ["X1", "X2", "W"] if problem.augmentation == "views" else ["X", "W"]
        used += ["y", "F"] if problem.objective == "sl" else []
    else:
        used = list(arrays_of(spec_from_name(problem.objective)))
    arrays = {name: problem.data.arrays[name] for name in used}
    statement = {
        "objective": problem.objective,
        "augment": problem.augmentation,
        "parameters": {k: str(v) for k, v in problem.parameters.items()},
        "data": {name: {"shape": list(a.shape), "sha256": array_digest(a)} for name, a in arrays.items()},
        "verdict": result.verdict.value,
        "kind": result.kind,
        "index": result.index,
        "distance": encode_enclosure(_wider(result.distance)),
        "energy": {k: None if e is None else encode_enclosure(_wider(e)) for k, e in result.metrics.energy.items()},
        "span": {k: None if e is None else encode_enclosure(_wider(e)) for k, e in result.metrics.span.items()},
        "blocks": [_block(b) for b in result.blocks],
    }
    evidence: dict[str, Any] = {}
    if sum(a.size for a in arrays.values()) <= INLINE_NUMBERS or problem.data.path is None:
        evidence["arrays"] = {
            name: base64.b64encode(np.ascontiguousarray(a, dtype="<f8").tobytes()).decode()
            for name, a in arrays.items()
        }
    else:
        evidence["file"] = os.fspath(Path(problem.data.path).absolute())
        evidence["name"] = Path(problem.data.path).name
    return {"kind": "empirical-point", "statement": statement, "evidence": evidence}


def _wider(e: Enclosure) -> Enclosure:
    if e.is_exact:
        return e
    slack = e.width + RELATIVE * RELATIVE * e.greatest_magnitude
    return Enclosure(max(e.lo - slack, Fraction(0)), e.hi + slack)


def _block(b: Isolated) -> dict[str, Any]:
    assert b.eigenvalues is not None
    lo, hi = Fraction(float(b.eigenvalues.lo[0])), Fraction(float(b.eigenvalues.hi[-1]))
    stated: dict[str, Any] = {
        "centre": [v.hex() for v in b.centre.tolist()],
        "radius": encode_fraction(Fraction(b.radius)),
        "distance": encode_fraction(Fraction(b.distance) * (1 + DISTANCE)),
        "index": b.index,
        "eigenvalues": [encode_fraction(lo - RELATIVE * abs(lo)), encode_fraction(hi + RELATIVE * abs(hi))],
        "gap": encode_fraction(Fraction(b.eigenvalues.gap) * (1 - RELATIVE)),
    }
    stated["convex"] = [
        {
            "radius": encode_fraction(Fraction(c.radius)),
            "lower": encode_fraction(Fraction(c.lower)),
            "upper": encode_fraction(Fraction(c.upper) * (1 + UPPER)),
        }
        for c in (b.convex, b.around_start)
        if c is not None
    ]
    return stated
