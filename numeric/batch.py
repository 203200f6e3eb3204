"""Tapes over batches of boxes in outward-rounded float64.

Arithmetic: rigorous.  Every operation comes from :mod:`numeric.intervals` or
:mod:`numeric.elementary`, whose error bounds are proved in ``docs/theory/float64-enclosures.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import numpy as np

from numeric import elementary, intervals
from numeric.intervals import BoolArray, FloatArray, Interval
from numeric.range_polynomial import RangePolynomial, poly_range
from numeric.tape import Tape

__all__ = ["BatchEvaluator"]

ARITHMETIC: dict[str, Callable[..., Interval]] = {
    "neg": intervals.neg,
    "abs": intervals.abs_,
    "sign": intervals.sign,
    "minimum": intervals.minimum,
    "maximum": intervals.maximum,
}
TOTAL = frozenset(["exp", "sin", "cos", "atan", "sinh", "cosh", "tanh", "erf", "sigmoid", "softplus"])
PARTIAL = frozenset(["log", "tan", "asin", "acos"])
# Their enclosures are non-negative as they come.
NON_NEGATIVE = frozenset(["abs", "sqrt", "exp", "cosh", "sigmoid", "softplus"])


@cache
def _range_polynomial(coefficients: tuple[Fraction, ...], unit: bool) -> RangePolynomial:
    return RangePolynomial(coefficients, (0, 1) if unit else (None, None))


class BatchEvaluator:
    """A tape ready for boxes that lie inside ``root`` (arrays lo, hi of shape (inputs,)).

    Signs that hold over the whole root are used, rigorously, in every box below it.  ``fixed`` are the
    intervals of the last inputs where these do not vary (parameters); boxes then have the other inputs.
    """

    def __init__(
        self,
        tape: Tape,
        root: tuple[FloatArray, FloatArray] | None = None,
        fixed: Sequence[tuple[float, float]] = (),
    ) -> None:
        self.tape = tape
        self._fixed = [(np.array([lo]), np.array([hi])) for lo, hi in fixed]
        self._free = tape.inputs - len(fixed)
        self._dying = tape.last_use()
        self._signs = [0] * (tape.inputs + len(tape.instructions))
        self._multiplied = {slot for i in tape.instructions if i.operation in ("mul", "div") for slot in i.arguments}
        if root is not None:
            lo, hi = (np.asarray(end, dtype=np.float64).reshape(self._free, 1) for end in root)
            slots: list[Interval | None] = []
            self._run(lo, hi, slots, keep=True)
            self._signs = [self._sign(s) for s in slots]

    @staticmethod
    def _sign(x: Interval | None) -> int:
        if x is None:
            return 0
        return 1 if np.all(x[0] >= 0) else -1 if np.all(x[1] <= 0) else 0

    def __call__(self, lo: FloatArray, hi: FloatArray) -> tuple[list[Interval], BoolArray | None]:
        """Enclosures of the outputs over boxes lo, hi of shape (inputs, N).

        The second value marks the boxes on which every partial function (log, division, ...) is
        defined and continuous; None stands for all of them.
        """
        slots: list[Interval | None] = []
        defined = self._run(lo, hi, slots, keep=False)
        outputs = []
        for o in self.tape.outputs:
            value = slots[o]
            assert value is not None
            outputs.append((np.broadcast_to(value[0], lo.shape[1:]), np.broadcast_to(value[1], lo.shape[1:])))
        return outputs, defined

    def _run(self, lo: FloatArray, hi: FloatArray, slots: list[Interval | None], *, keep: bool) -> BoolArray | None:
        tape, signs = self.tape, self._signs
        slots.extend((lo[i], hi[i]) for i in range(self._free))
        slots.extend(self._fixed)
        defined: BoolArray | None = None
        for k, instruction in enumerate(tape.instructions):
            operation, data = instruction.operation, instruction.data
            a = instruction.arguments
            x: Any = slots[a[0]] if a else None
            y: Any = slots[a[1]] if len(a) > 1 else None
            ok: BoolArray | None = None
            value: Interval
            if operation == "mul":
                value = intervals.mul(x, y, signs[a[0]], signs[a[1]]) if a[0] != a[1] else intervals.sqr(x)
            elif operation == "add":
                value = intervals.add(x, y)
            elif operation == "sub":
                value = intervals.sub(x, y)
            elif operation == "scale":
                value = intervals.mul_const(_constant(data), x)
            elif operation == "shift":
                value = intervals.add_const(_constant(data), x)
            elif operation == "poly":
                unit = a[0] >= tape.inputs and tape.instructions[a[0] - tape.inputs].operation == "sigmoid"
                value = poly_range(_range_polynomial(data, unit), x)  # type: ignore[arg-type]
            elif operation in TOTAL:
                value = getattr(elementary, operation)(x)
            elif operation in ARITHMETIC:
                value = ARITHMETIC[operation](x) if y is None else ARITHMETIC[operation](x, y)
            elif operation == "sqrt" or operation in PARTIAL:
                *pair, ok = (intervals.sqrt if operation == "sqrt" else getattr(elementary, operation))(x)
                value = tuple(pair)  # type: ignore[assignment]
            elif operation == "power":
                result: Any = intervals.pow_int(x, data)  # type: ignore[arg-type]
                value, ok = (result[0], result[1]), result[2] if len(result) == 3 else None
            elif operation == "div":
                *pair, ok = intervals.div(x, y, signs[a[0]], 0)
                value = tuple(pair)  # type: ignore[assignment]
            elif operation == "pow":
                *pair, ok = elementary.pow_real(x, y)
                value = tuple(pair)  # type: ignore[assignment]
            else:
                value = _named_constant(operation, data)
            slot = tape.inputs + k
            if not keep and signs[slot] and slot in self._multiplied and operation not in NON_NEGATIVE:
                value = _clamp(value, signs[slot])
            slots.append(value)
            if ok is not None:
                defined = ok if defined is None else defined & ok
            if not keep:
                for dead in self._dying[k]:
                    slots[dead] = None
        return defined


def _clamp(x: Interval, sign: int) -> Interval:
    """Intersect with the half-line that the root proved; the stored ends must keep that promise."""
    if sign > 0:
        return np.maximum(x[0], 0.0), x[1]
    return x[0], np.minimum(x[1], 0.0)


@lru_cache(maxsize=4096)
def _constant(value: Any) -> tuple[float, float]:
    return intervals.from_fraction(value)


@lru_cache(maxsize=4096)
def _named_constant(operation: str, data: Any) -> Interval:
    if operation == "const":
        lo, hi = _constant(data)
    else:
        # Both constants round down to the nearest double, so the next double bounds them above.
        lo = {"pi": math.pi, "e": math.e}[operation]
        hi = math.nextafter(lo, math.inf)
    return np.float64(lo), np.float64(hi)  # type: ignore[return-value]
