"""Separatrix: a symbolic-plus-numeric proof assistant for the theory of what neural networks learn.

>>> import separatrix as sx
>>> landscape = sx.prove_landscape(sx.build_objective("ssl"))
>>> landscape.verdict.value, len(landscape.points)
('PROVED', 3)

This module re-exports the public names of the three rooms; everything else may change.
"""

from __future__ import annotations

from numeric.enclosure import Enclosure
from numeric.search import Budget
from proofs import display, display_claims, display_regions  # noqa: F401  (how results look in a notebook)
from proofs.bifurcation import BifurcationDiagram, prove_bifurcations
from proofs.certificates import CertificateError, write_certificate
from proofs.checks import recheck
from proofs.claims.bifurcation import bifurcation_claim
from proofs.claims.empirical import empirical_claim
from proofs.claims.region import region_claim
from proofs.claims.stationary_points import landscape_claim
from proofs.documents.derived import Derived, derive
from proofs.empirical import display as empirical_display  # noqa: F401
from proofs.empirical.certify import Certified, certify
from proofs.empirical.data import DataError
from proofs.ladder import PointAnalysis, Rung
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.lemmas import ClaimError, ClaimResult, Effort
from proofs.metrics import (
    cka_enclosure,
    content_enclosure,
    cosine_enclosure,
    energy_enclosure,
    probe_enclosure,
    procrustes_enclosure,
    span_enclosure,
)
from proofs.models import EXAMPLE as EXAMPLE_MODEL
from proofs.models import Model, ModelError, read_model
from proofs.notebook import Checked, check, load_ipython_extension
from proofs.regions import RegionLandscape, prove_region
from proofs.solve import Solution, solve
from proofs.studies import Outcome, Study, StudyResult, build_study, run_study, study_names
from proofs.studies.model import model_study
from proofs.verdict import Verdict
from symbolic.activations import sigmoid, softplus
from symbolic.objectives import Objective, build_objective, objective_names

__all__ = [
    "BifurcationDiagram",
    "Budget",
    "CertificateError",
    "Certified",
    "Checked",
    "ClaimError",
    "ClaimResult",
    "DataError",
    "Derived",
    "EXAMPLE_MODEL",
    "Effort",
    "Enclosure",
    "Landscape",
    "Model",
    "ModelError",
    "Objective",
    "Outcome",
    "PointAnalysis",
    "RegionLandscape",
    "Rung",
    "Solution",
    "StationaryPoint",
    "Study",
    "StudyResult",
    "Verdict",
    "bifurcation_claim",
    "build_objective",
    "build_study",
    "certify",
    "check",
    "cka_enclosure",
    "content_enclosure",
    "cosine_enclosure",
    "derive",
    "empirical_claim",
    "energy_enclosure",
    "landscape_claim",
    "load_ipython_extension",
    "model_study",
    "objective_names",
    "prove_bifurcations",
    "probe_enclosure",
    "procrustes_enclosure",
    "prove_landscape",
    "prove_region",
    "read_model",
    "recheck",
    "region_claim",
    "run_study",
    "sigmoid",
    "softplus",
    "solve",
    "span_enclosure",
    "study_names",
    "write_certificate",
]
