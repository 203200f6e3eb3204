"""Models for the studies beyond the paper: one label feature, K hidden features, any objective and activation."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from symbolic.models import spec_from_table
from symbolic.objectives import Objective, build_objective

__all__ = ["PUBLISHED", "feature_model", "model_parameters"]

PUBLISHED = {"tau": sp.Integer(7), "alpha": sp.Rational(1, 800)}


def model_parameters(values: Mapping[str, sp.Rational]) -> dict[str, sp.Rational]:
    """tau and alpha, published unless set.  Raises KeyError for another name, ValueError unless alpha > 0."""
    for name in values:
        if name not in PUBLISHED:
            raise KeyError(name)
    merged = {**PUBLISHED, **values}
    if merged["alpha"] <= 0:
        raise ValueError("alpha must be positive")
    return merged


def feature_model(
    values: Mapping[str, sp.Rational],
    *,
    hidden: int = 1,
    kind: str = "alignment",
    activation: str = "sigmoid",
    neurons: int = 1,
    units: int = 0,
    nuisance: int = 0,
) -> Objective:
    """x = s e1 + sum_k t_k tau e_{k+1}, s in {1, -1}, t_k in {0, 1}, all equally likely; ridge alpha.

    ``units`` > 0: a second layer of so many units, with the same ridge.  ``nuisance``: coordinates off the features.
    """
    independent = {"e1": ["1", "-1"], **{f"e{k + 2}": ["0", "tau"] for k in range(hidden)}}
    spec = spec_from_table(
        {
            "title": f"{kind}, {activation}, {hidden} hidden feature{'s' * (hidden > 1)}",
            "parameters": {
                "tau": str(values["tau"]),
                "alpha": {"value": str(values["alpha"]), "positive": True},
            },
            "data": {"independent": independent},
            "network": {
                "neurons": neurons,
                "activation": activation,
                **({"second_neurons": units} if units else {}),
            },
            "objective": {"kind": kind, "ridge": "alpha", **({"second_ridge": "alpha"} if units else {})},
        }
    )
    return build_objective(spec.name, nuisance=nuisance)
