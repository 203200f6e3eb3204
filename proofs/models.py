"""Model files: TOML, read without evaluating anything, to the canonical name of an objective."""

from __future__ import annotations

import tomllib
from pathlib import Path

from proofs.lemmas.claim import ClaimError
from proofs.lemmas.files import file_text
from symbolic.models import ModelError, build_model, spec_from_table

__all__ = ["EXAMPLE", "ModelError", "read_model"]

EXAMPLE = """\
# A model for `separatrix landscape`, `solve`, `radius`, `bifurcation` and `sweep`.
# Numbers are exact: "1/800", "0.1" (the rational 1/10) or whole numbers.
title = "two hidden features, one neuron"

[parameters]                       # set on the command line by --set NAME=VALUE
tau = "3"
alpha = { value = "1/200", positive = true }

[data]                             # every combination of these values, all equally likely
independent = { e1 = ["1", "-1"], e2 = ["0", "tau"], e3 = ["0", "tau"] }
# label = "e1"                     # for supervised objectives: 0 for its first value, 1 for the second
#
# Or any finite mixture; coordinates that are left out are 0:
# features = ["e1", "e2"]
# [[data.atoms]]
# weight = "1/4"
# at = { e1 = "1", e2 = "tau" }
# label = 0

[network]
neurons = 1
activation = "sigmoid"             # sigmoid, tanh, erf

[objective]
kind = "alignment"                 # alignment, spectral (with negatives), cross-entropy (supervised)
ridge = "alpha"                    # of the rows of W: a positive parameter or number
# head_ridge = "gamma"             # of the output weights, for cross-entropy
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
