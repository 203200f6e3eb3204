"""Float64 enclosures of the elementary functions (public names).

Each function maps an Interval to an Interval of the same shape; NaN yields
(-inf, inf). log, tan, asin, acos and pow_real are partial and add a boolean
array that is True where the argument lies wholly in the domain and the function
is continuous there. Proofs: docs/theory/float64-enclosures.md.
"""

from numeric.elementary_erf import erf
from numeric.elementary_exp import cosh, exp, expm1, sigmoid, sinh, tanh
from numeric.elementary_log import log, pow_real, softplus
from numeric.elementary_trig import acos, asin, atan, cos, sin, tan

__all__ = [
    "acos",
    "asin",
    "atan",
    "cos",
    "cosh",
    "erf",
    "exp",
    "expm1",
    "log",
    "pow_real",
    "sigmoid",
    "sin",
    "sinh",
    "softplus",
    "tan",
    "tanh",
]
