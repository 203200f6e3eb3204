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
from proofs.certificates import CertificateError, write_certificate
from proofs.checks import recheck
from proofs.claims.stationary_points import landscape_claim
from proofs.documents.derived import Derived, derive
from proofs.ladder import PointAnalysis, Rung
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.lemmas import ClaimError, ClaimResult, Effort
from proofs.notebook import Checked, check, load_ipython_extension
from proofs.solve import Solution, solve
from proofs.studies import Outcome, Study, StudyResult, build_study, run_study, study_names
from proofs.verdict import Verdict
from symbolic.activations import sigmoid, softplus
from symbolic.objectives import Objective, build_objective, objective_names

__all__ = [
    "Budget",
    "CertificateError",
    "Checked",
    "ClaimError",
    "ClaimResult",
    "Derived",
    "Effort",
    "Enclosure",
    "Landscape",
    "Objective",
    "Outcome",
    "PointAnalysis",
    "Rung",
    "Solution",
    "StationaryPoint",
    "Study",
    "StudyResult",
    "Verdict",
    "build_objective",
    "build_study",
    "check",
    "derive",
    "landscape_claim",
    "load_ipython_extension",
    "objective_names",
    "prove_landscape",
    "recheck",
    "run_study",
    "sigmoid",
    "softplus",
    "solve",
    "study_names",
    "write_certificate",
]
