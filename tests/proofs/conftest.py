"""Fixtures around the separation study: its result, its analyses, and a way to recheck a certificate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from study_run import separation

from proofs.certificates import CertificateError, digest
from proofs.checks import recheck
from proofs.studies import StudyResult
from proofs.studies.separation import SeparationStudy

Recheck = Callable[..., str]


@pytest.fixture(scope="session")
def study() -> SeparationStudy:
    return separation()[0]


@pytest.fixture(scope="session")
def study_result() -> StudyResult:
    return separation()[1]


@pytest.fixture
def verdict_of(tmp_path: Path) -> Recheck:
    """``verdict_of(certificate)``: "VALID", "INVALID: why" or "UNREADABLE: why"; anything else is an error.

    The digest is computed anew unless ``sign=False``, as someone who forges a certificate would.
    """

    def check(certificate: Any, *, sign: bool = True) -> str:
        path = tmp_path / "certificate.json"
        if sign and isinstance(certificate, dict):
            certificate["digest"] = digest(certificate)
        path.write_text(json.dumps(certificate))
        try:
            result = recheck(path)
        except CertificateError as error:
            return f"UNREADABLE: {error}"
        return "VALID" if result.valid else f"INVALID: {result.reason}"

    return check
