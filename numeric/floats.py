"""Plain floating point: evaluation of a tape in NumPy and in mpmath.

Arithmetic: heuristic.  Values from here may suggest a proof; they never are one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

from numeric.tape import Tape

__all__ = ["evaluate_mpmath", "evaluate_numpy"]


def _np_sigmoid(z: Any) -> Any:
    t = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, t) / (1.0 + t)


def _np_erf(z: Any) -> Any:
    flat = [math.erf(v) for v in np.ravel(z).tolist()]
    return np.reshape(np.array(flat), np.shape(z))


NUMPY: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "sqrt": np.sqrt,
    "pow": np.power,
    "minimum": np.minimum,
    "maximum": np.maximum,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "erf": _np_erf,
    "sigmoid": _np_sigmoid,
    "softplus": lambda z: np.logaddexp(0.0, z),
    **{name: getattr(np, name) for name in ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"]},
}
MPMATH: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "abs": abs,
    "sign": mpmath.sign,
    "pow": lambda x, y: x**y,
    "minimum": min,
    "maximum": max,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)) if z < 0 else z + mpmath.log1p(mpmath.exp(-z)),
    **{
        name: getattr(mpmath, name)
        for name in ["sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf"]
    },
}


def _evaluate(
    tape: Tape, inputs: Sequence[Any], table: dict[str, Callable[..., Any]], number: Callable[[Any], Any]
) -> list[Any]:
    slots = list(inputs)
    for instruction in tape.instructions:
        operation, data = instruction.operation, instruction.data
        arguments = [slots[a] for a in instruction.arguments]
        if operation in table:
            value = table[operation](*arguments)
        elif isinstance(data, tuple):
            value = number(data[-1])
            for c in reversed(data[:-1]):
                value = value * arguments[0] + number(c)
        elif operation == "power":
            value = arguments[0] ** data
        elif operation == "scale":
            value = number(data) * arguments[0]
        elif operation == "shift":
            value = number(data) + arguments[0]
        elif operation == "const":
            value = number(data)
        else:
            value = number({"pi": mpmath.pi, "e": mpmath.e}[operation])
        slots.append(value)
    return [slots[o] for o in tape.outputs]


def _to_float(value: Any) -> float:
    """The nearest float; infinite beyond the range, where float() would raise."""
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def evaluate_numpy(tape: Tape, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Outputs of the tape at the columns of ``inputs`` (inputs x points); shape outputs x points."""
    with np.errstate(all="ignore"):
        values = _evaluate(tape, list(inputs), NUMPY, _to_float)
        found = np.empty((len(values), *inputs.shape[1:]))
        for row, value in zip(found, values, strict=True):
            row[...] = value
        return found


def evaluate_mpmath(tape: Tape, inputs: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
    """Outputs of the tape at a point, at mpmath's current precision."""

    def number(value: Any) -> Any:
        if hasattr(value, "numerator"):
            return mpmath.mpf(value.numerator) / value.denominator
        return +value

    return _evaluate(tape, inputs, MPMATH, number)
