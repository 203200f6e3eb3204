"""Forward-backward propagation (HC4) through a tape whose outputs are to vanish, on float64 batches.

Arithmetic: rigorous.  A zero of the tape gives every slot one value.  The way forward encloses these
values, every output is then cut down to 0, and the way back cuts the arguments of each instruction to
what its result allows.  Nothing that holds a zero is cut off: docs/theory/hc4.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numeric import elementary, intervals
from numeric.batch import BatchEvaluator
from numeric.hc4_projections import (
    base_of_power,
    base_of_quadratic,
    inverse,
    minimum_argument,
    quotient,
    shave,
    two_sided,
)
from numeric.interval_kernels import INF
from numeric.intervals import BoolArray, FloatArray, Interval
from numeric.range_polynomial import RangePolynomial, poly_range
from numeric.tape import FUNCTIONS, Instruction, Tape

__all__ = ["TapeContractor"]

# Their arguments are bounded by their domain alone, whatever the result.
PARTIAL = frozenset(["sqrt", "log", "asin", "acos", "pow"])
WORTH_PACKING = 0.75  # dead boxes are carried along while fewer than a quarter of them are dead


class _Forward(BatchEvaluator):
    """An evaluator that keeps every slot for the way back."""

    def __init__(self, tape: Tape, root: tuple[FloatArray, FloatArray] | None) -> None:
        super().__init__(tape, root)
        self._dying = [[] for _ in tape.instructions]

    def slots(self, lo: FloatArray, hi: FloatArray) -> list[Interval]:
        values: list[Interval | None] = []
        self._run(lo, hi, values, keep=False)
        return [value for value in values if value is not None]


class TapeContractor:
    """Contracts boxes to the zeros of a tape; one call is one way forward and one way back.

    All outputs go back together: an instruction is met once, after everything that uses its result,
    so that each use has already narrowed it.  ``root`` as in BatchEvaluator: every box lies inside it.
    """

    def __init__(self, tape: Tape, root: tuple[FloatArray, FloatArray] | None = None) -> None:
        self.tape = tape
        self._forward = _Forward(tape, root)
        self._varies = [True] * tape.inputs
        for instruction in tape.instructions:
            self._varies.append(any(self._varies[a] for a in instruction.arguments))
        self._polynomials: dict[int, RangePolynomial] = {}
        for k, instruction in enumerate(tape.instructions):
            if instruction.operation == "poly" and len(instruction.data) != 3:
                self._polynomials[tape.inputs + k] = RangePolynomial(instruction.data)

    def __call__(self, lo: FloatArray, hi: FloatArray) -> BoolArray:
        """Shrink lo, hi (inputs x N) in place; returns the mask of boxes that may still hold a zero."""
        alive = np.asarray((lo <= hi).all(axis=0))
        sweep = _Sweep(self._forward.slots(lo, hi), self._varies, alive)
        zero = np.zeros(lo.shape[1])
        for output in self.tape.outputs:
            sweep.narrow(output, (zero, zero))
        index = sweep.pack()
        alive[:] = False
        if not len(index):
            return alive
        for k in reversed(range(len(self.tape.instructions))):
            instruction, slot = self.tape.instructions[k], self.tape.inputs + k
            if self._varies[slot] and (slot in sweep.touched or instruction.operation in PARTIAL):
                self._project(sweep, instruction, slot)
        for i in range(self.tape.inputs):
            if i in sweep.touched:
                lo[i, index], hi[i, index] = sweep.slots[i]
        alive[index] = sweep.alive
        return alive

    def _project(self, sweep: _Sweep, instruction: Instruction, slot: int) -> None:
        operation, data, a = instruction.operation, instruction.data, instruction.arguments
        v, x = sweep.slots[slot], sweep.slots[a[0]]
        if len(a) == 2:
            self._project_pair(sweep, operation, a, v)
        elif operation == "neg":
            sweep.narrow(a[0], intervals.neg(v))
        elif operation == "scale":
            if data:
                sweep.narrow(a[0], intervals.mul_const(intervals.from_fraction(1 / data), v))
        elif operation == "shift":
            sweep.narrow(a[0], intervals.add_const(intervals.from_fraction(-data), v))
        elif operation == "power":
            if data:
                sweep.narrow(a[0], base_of_power(v, data, x))
        elif operation == "poly":
            if slot not in self._polynomials:
                if data[2]:
                    sweep.narrow(a[0], base_of_quadratic(v, data, x))
            else:
                polynomial = self._polynomials[slot]
                sweep.narrow(a[0], shave(lambda t: poly_range(polynomial, t), v, x))
        elif operation == "abs":
            sweep.narrow(a[0], two_sided(v, x))
        elif operation == "sqrt":
            sweep.narrow(a[0], (np.zeros(np.shape(v[0])), np.full(np.shape(v[1]), INF)))
            sweep.narrow(a[0], inverse("sqrt", v, x))
        elif operation in FUNCTIONS:
            if operation in ("asin", "acos"):
                one = np.ones(np.shape(v[0]))
                sweep.narrow(a[0], (-one, one))
            sweep.narrow(a[0], inverse(operation, v, sweep.slots[a[0]]))

    @staticmethod
    def _project_pair(sweep: _Sweep, operation: str, a: tuple[int, ...], v: Interval) -> None:
        """Both arguments in turn; the second sees what was learnt about the first."""

        def x() -> Interval:
            return sweep.slots[a[0]]

        def y() -> Interval:
            return sweep.slots[a[1]]

        if operation == "add":
            sweep.narrow(a[0], intervals.sub(v, y()))
            sweep.narrow(a[1], intervals.sub(v, x()))
        elif operation == "sub":
            sweep.narrow(a[0], intervals.add(v, y()))
            sweep.narrow(a[1], intervals.sub(x(), v))
        elif operation == "mul" and a[0] == a[1]:
            sweep.narrow(a[0], base_of_power(v, 2, x()))
        elif operation == "mul":
            sweep.narrow(a[0], quotient(v, y(), x()))
            sweep.narrow(a[1], quotient(v, x(), y()))
        elif operation == "div":
            sweep.narrow(a[0], intervals.mul(v, y()))
            sweep.narrow(a[1], quotient(x(), v, y()))
        elif operation == "minimum":
            sweep.narrow(a[0], minimum_argument(v, y()))
            sweep.narrow(a[1], minimum_argument(v, x()))
        elif operation == "maximum":
            # max(x, y) = -min(-x, -y)
            sweep.narrow(a[0], intervals.neg(minimum_argument(intervals.neg(v), intervals.neg(y()))))
            sweep.narrow(a[1], intervals.neg(minimum_argument(intervals.neg(v), intervals.neg(x()))))
        elif operation == "pow":
            sweep.narrow(a[0], (np.zeros(np.shape(v[0])), np.full(np.shape(v[1]), INF)))
            # y log x = log v, wherever log v is known.
            low, high, _ = elementary.log(v)
            whole = (np.asarray(-INF), np.asarray(INF))
            sweep.narrow(a[0], elementary.exp(_ordered(quotient((low, high), y(), whole))))
            log_low, log_high, positive = elementary.log(x())
            bound = quotient((low, high), (log_low, log_high), y())
            sweep.narrow(a[1], (np.where(positive, bound[0], -INF), np.where(positive, bound[1], INF)))


def _ordered(x: Interval) -> Interval:
    """Nothing is known where the ends are out of order."""
    wrong = x[0] > x[1]
    return np.where(wrong, -INF, x[0]), np.where(wrong, INF, x[1])


class _Sweep:
    """The slots of one call, the boxes still alive, and the slots that have become narrower."""

    def __init__(self, slots: list[Interval], varies: list[bool], alive: BoolArray) -> None:
        self.slots, self.varies = slots, varies
        self.alive = alive.copy()
        self.touched: set[int] = set()

    def narrow(self, slot: int, bound: Interval) -> None:
        lo, hi = self.slots[slot]
        new_lo, new_hi = np.maximum(lo, bound[0]), np.minimum(hi, bound[1])
        empty = new_lo > new_hi
        if empty.any():
            self.alive &= ~empty
            # A dead box keeps proper intervals, so that it cannot disturb its neighbours.
            new_lo, new_hi = np.where(empty, lo, new_lo), np.where(empty, hi, new_hi)
        if self.varies[slot] and ((new_lo > lo).any() or (new_hi < hi).any()):
            self.slots[slot] = (new_lo, new_hi)
            self.touched.add(slot)

    def pack(self) -> NDArray[np.intp]:
        """Drop dead boxes if there are many; returns the numbers of those that stay."""
        count = len(self.alive)
        if np.count_nonzero(self.alive) > WORTH_PACKING * count:
            return np.arange(count)
        index = np.flatnonzero(self.alive)
        self.slots = [
            tuple(end[index] if np.ndim(end) else end for end in pair)  # type: ignore[misc]
            for pair in self.slots
        ]
        self.alive = self.alive[index]
        return index
