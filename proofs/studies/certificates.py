"""The certificates of a study: one file for each lemma with claims."""

from __future__ import annotations

from pathlib import Path

from proofs.certificates import write_certificate
from proofs.studies.base import StudyResult

__all__ = ["write_study_certificates"]


def write_study_certificates(result: StudyResult, directory: Path) -> None:
    """Write ID.json for every lemma that has claims, and note the path in its result.  Raises OSError."""
    for item in result.lemmas:
        if not item.outcome.claims:
            continue
        path = directory / f"{item.lemma.id}.json"
        write_certificate(
            path,
            item.outcome.claims,
            study=result.study.name,
            lemma=item.lemma.id,
            title=item.lemma.title,
            statement=item.lemma.statement,
            verdict=item.verdict.value,
        )
        item.certificate = str(path)
