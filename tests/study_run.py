"""The separation study, run once for all tests that need its results or its certificates."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from unittest.mock import patch

from proofs.certificates import FORMAT, digest
from proofs.ladder import PointAnalysis, Rung
from proofs.studies import StudyResult, run_study
from proofs.studies.separation import SeparationStudy

__all__ = ["certificate", "ladders", "separation", "signed"]

_LADDERS: list[tuple[PointAnalysis, list[Rung]]] = []


@cache
def separation() -> tuple[SeparationStudy, StudyResult]:
    """The study at the published parameters, with its cached landscapes and analyses, and its result."""
    original = PointAnalysis.ladder

    def recorded(analysis: PointAnalysis) -> list[Rung]:
        rungs = original(analysis)
        _LADDERS.append((analysis, rungs))
        return rungs

    study = SeparationStudy({})
    with patch.object(PointAnalysis, "ladder", recorded):
        result = run_study(study.study())
    return study, result


def ladders() -> dict[str, tuple[PointAnalysis, list[Rung]]]:
    """The ladders that lemma L6 built: at the minima of SSL, SL (global) and SL (spurious)."""
    separation()
    return dict(zip(("ssl", "sl", "spurious"), _LADDERS, strict=True))


def signed(body: dict[str, Any]) -> dict[str, Any]:
    """A copy as it is read back from JSON, with the digest of what it now holds."""
    copy: dict[str, Any] = json.loads(json.dumps(body))
    copy["digest"] = digest(copy)
    return copy


def certificate(lemma: str) -> dict[str, Any]:
    """The certificate of one lemma (a fresh copy)."""
    _, result = separation()
    return signed({"format": FORMAT, "lemma": lemma, "claims": result[lemma].outcome.claims})
