"""Model files: TOML, read without evaluating anything, to the canonical name of an objective."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy as sp

from proofs.bounds import Within
from proofs.lemmas.claim import ClaimError
from proofs.lemmas.files import file_text
from proofs.studies.base import Study
from proofs.studies.model import model_study
from symbolic.models import ModelError, ModelSpec, build_model, spec_from_name, spec_from_table
from symbolic.objectives import Objective, build_objective

__all__ = ["EXAMPLE", "Model", "ModelError", "read_model"]

EXAMPLE = """\
# A model: in place of ssl or sl for verify, landscape, solve, radius, derive, report, certify --objective, simulate,
# bifurcation and sweep.  Numbers are exact: "1/800", "0.1" (the rational 1/10) or whole numbers.
title = "two hidden features, one neuron"

[parameters]                       # set on the command line by --set NAME=VALUE; each must be used
tau = "3"
alpha = { value = "1/200", positive = true }

[data]                             # every combination of these values, all equally likely
independent = { e1 = ["1", "-1"], e2 = ["0", "tau"], e3 = ["0", "tau"] }
# label = "e1"                     # for supervised objectives: 0 for its first value, 1 for the second
# noise = "1/10"                   # alignment with erf, gelu or smoothed-relu: Gaussian noise of each view, every
#                                  # coordinate with this standard deviation
#
# Or any finite mixture; coordinates that are left out are 0:
# features = ["e1", "e2"]
# [[data.atoms]]
# weight = "1/4"
# at = { e1 = "1", e2 = "tau" }
# label = 0

[network]
neurons = 1                        # 1 to 8
activation = "sigmoid"             # sigmoid, tanh, erf, softplus, smoothed-relu, gelu
# bias = true                      # f(w . x + c) instead of f(w . x)
# second_neurons = 2               # a second hidden layer f(V f(W x)), of so many neurons

[objective]
kind = "alignment"                 # alignment, spectral, infonce, barlow; with labels: cross-entropy, mse
ridge = "alpha"                    # weight of the squares of W: a positive parameter or number
# bias_ridge = "alpha"             # of the biases; without it no box is known for them (give one by --box)
# second_ridge = "alpha"           # of V
# head_ridge = "alpha"             # of the output weights F, for cross-entropy and mse
# negatives = 1                    # infonce: negatives of each sample
# temperature = "1/2"              # infonce
# off_diagonal = "1/200"           # barlow: weight of the squared correlations of different neurons

# Further penalties, any number of them:
# [[penalty]]
# form = "fourth"                  # square (sum of v^2), fourth (of v^4), overlap (of (w_i . w_j)^2 over pairs of rows)
# on = "rows"                      # rows (of W), bias, second, head
# weight = "1/1000"
"""


def read_model(path: Path) -> str:
    """The canonical name of the model in a file, for ``build_objective``.

    Raises ModelError with one line that names the file and the field.
    """
    try:
        table = tomllib.loads(file_text(path))
        name = spec_from_table(table).name
        build_model(name, None)
        return name
    except ClaimError as error:
        raise ModelError(str(error)) from error
    except RecursionError as error:
        raise ModelError(f"{path}: nested too deeply") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    except ValueError as error:
        raise ModelError(f"{path}: not TOML: {error}") from error


@dataclass(frozen=True)
class Model:
    """A checked model; ``name`` is its whole content on one line, for ``build_objective`` and in certificates."""

    name: str

    @classmethod
    def read(cls, path: str | Path) -> Model:
        """The model of a file.  Raises ModelError with one line that names the file and the field."""
        return cls(read_model(Path(path)))

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Model:
        """The model of a table with the fields of a model file.  Raises ModelError."""
        name = spec_from_table(table).name
        build_model(name, None)
        return cls(name)

    @property
    def spec(self) -> ModelSpec:
        return spec_from_name(self.name)

    def objective(self, *, neurons: int | None = None, **values: Any) -> Objective:
        """The objective at the given parameters (exact: integers, fractions, or strings such as "1/800").

        Raises KeyError for an unknown parameter, ValueError for one outside its domain.
        """
        exact = {k: sp.Rational(str(v)) for k, v in values.items()}
        return build_objective(self.name, neurons=neurons, values=exact)

    def study(self, *, neurons: int | None = None, within: Within | None = None, **values: Any) -> Study:
        """The lemma graph of the model, for ``run_study``; ``within`` gives sides of a box by names of variables."""
        return model_study(self.objective(neurons=neurons, **values), within=within)

    def __repr__(self) -> str:
        return f"<Model {self.spec.title}: {self.spec.kind}, {self.spec.activation}>"
