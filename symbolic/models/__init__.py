"""Models of a user's own: from a table (a TOML file) to an objective.  Nothing in it is evaluated as a program."""

from symbolic.activations import erf as _erf
from symbolic.activations import gelu as _gelu
from symbolic.activations import smoothed_relu as _smoothed_relu
from symbolic.activations import tanh as _tanh
from symbolic.models.build import build_model, loss_on_data
from symbolic.models.kinds import alignment as _alignment
from symbolic.models.kinds import barlow as _barlow
from symbolic.models.kinds import cross_entropy as _cross_entropy
from symbolic.models.kinds import infonce as _infonce
from symbolic.models.kinds import mse as _mse
from symbolic.models.kinds import spectral as _spectral
from symbolic.models.spec import PREFIX, ModelError, ModelSpec, spec_from_name, spec_from_table

# Imported for their registration.
_ = (
    _erf,
    _gelu,
    _smoothed_relu,
    _tanh,
    _alignment,
    _barlow,
    _cross_entropy,
    _infonce,
    _mse,
    _spectral,
)

__all__ = ["PREFIX", "ModelError", "ModelSpec", "build_model", "loss_on_data", "spec_from_name", "spec_from_table"]
