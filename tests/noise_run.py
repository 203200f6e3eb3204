"""The noise study, run once for all tests of a process that need its results or its certificates."""

from __future__ import annotations

from functools import cache

from proofs.studies import StudyResult, run_study
from proofs.studies.noise import NoiseStudy

__all__ = ["noise_result", "noise_study"]


@cache
def noise_study() -> NoiseStudy:
    """The study at the published parameters, with its cached tables."""
    return NoiseStudy({})


@cache
def noise_result() -> StudyResult:
    return run_study(noise_study().study())
