"""Activations as SymPy functions whose derivatives are polynomials in the function itself.

An activation is one file in this package: a subclass of :class:`ActivationFunction`
passed to :func:`register`.
"""

from symbolic.activations.base import (
    ActivationFunction,
    activation,
    activation_names,
    derivative_polynomial,
    register,
    to_polynomials,
)
from symbolic.activations.sigmoid import sigmoid
from symbolic.activations.softplus import softplus

__all__ = [
    "ActivationFunction",
    "activation",
    "activation_names",
    "derivative_polynomial",
    "register",
    "sigmoid",
    "softplus",
    "to_polynomials",
]
