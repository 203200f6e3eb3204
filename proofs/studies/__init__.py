"""Studies: graphs of lemmas.  A new one is one module here that calls :func:`register_study`."""

from proofs.studies import experiment as _experiment
from proofs.studies import separation as _separation
from proofs.studies.base import (
    Lemma,
    LemmaResult,
    Outcome,
    Study,
    StudyResult,
    build_study,
    register_study,
    run_study,
    study_names,
)

_ = (_experiment, _separation)  # imported for its registration

__all__ = [
    "Lemma",
    "LemmaResult",
    "Outcome",
    "Study",
    "StudyResult",
    "build_study",
    "register_study",
    "run_study",
    "study_names",
]
