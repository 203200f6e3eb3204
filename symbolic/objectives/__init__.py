"""Population objectives.  A new one is one file here that calls :func:`register`."""

from symbolic.objectives import sl as _sl
from symbolic.objectives import ssl as _ssl
from symbolic.objectives.base import (
    EnergyIdentity,
    EnergyTerm,
    Objective,
    Parameter,
    build_objective,
    objective_names,
    register,
)

_ = (_sl, _ssl)  # imported for their registration

__all__ = [
    "EnergyIdentity",
    "EnergyTerm",
    "Objective",
    "Parameter",
    "build_objective",
    "objective_names",
    "register",
]
