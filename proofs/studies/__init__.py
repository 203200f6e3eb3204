"""Studies: graphs of lemmas.  A new one is one module here that calls :func:`register_study`."""

from proofs.studies import activations as _activations
from proofs.studies import experiment as _experiment
from proofs.studies import features as _features
from proofs.studies import negatives as _negatives
from proofs.studies import noise as _noise
from proofs.studies import sample as _sample
from proofs.studies import separation as _separation
from proofs.studies import supervised as _supervised
from proofs.studies import two_layer as _two_layer
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

# imported for their registration
_ = (_activations, _experiment, _features, _negatives, _noise, _sample, _separation, _supervised, _two_layer)

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
