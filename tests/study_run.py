"""The separation study, run once for all tests that need its results or its certificates."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from proofs.certificates import FORMAT, digest
from proofs.studies import StudyResult, run_study
from proofs.studies.separation import SeparationStudy

__all__ = ["certificate", "separation"]


@cache
def separation() -> tuple[SeparationStudy, StudyResult]:
    """The study at the published parameters, with its cached landscapes and analyses, and its result."""
    study = SeparationStudy({})
    return study, run_study(study.study())


def certificate(lemma: str) -> dict[str, Any]:
    """The certificate of one lemma as it is read back from JSON (a fresh copy)."""
    _, result = separation()
    body: dict[str, Any] = {"format": FORMAT, "lemma": lemma, "claims": result[lemma].outcome.claims}
    body["digest"] = digest(body)
    copy: dict[str, Any] = json.loads(json.dumps(body))
    return copy
