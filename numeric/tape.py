"""Straight-line programs: what every arithmetic backend evaluates.

A tape is plain data (no SymPy), so it can be sent to another process and read by a checker.
Slots ``0 .. inputs-1`` hold the inputs; instruction k writes slot ``inputs + k``.

================  ==========================================================
operation         meaning (x, y the arguments)
================  ==========================================================
const             the rational ``data``
pi, e             the constants
add sub mul div   x + y, x - y, x * y, x / y
neg abs sqrt      -x, |x|, square root
sign              -1, 0, 1 for x < 0, x = 0, x > 0; where 0 lies inside, all of [-1, 1]
scale shift       data * x, data + x for a rational ``data``
power             x ** data for an integer ``data``
poly              sum data[i] * x**i, rational coefficients, ascending
pow               x ** y through exp(y log x), x > 0
minimum maximum   of x and y
name of FUNCTIONS that function of x
================  ==========================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["FUNCTIONS", "Instruction", "Tape"]

FUNCTIONS = frozenset(
    ["exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf", "sigmoid", "softplus"]
)

# Fraction, int, a tuple of Fractions, or None: the table above says which.
Data = Any


@dataclass(frozen=True, slots=True)
class Instruction:
    operation: str
    arguments: tuple[int, ...]
    data: Data = None


@dataclass(frozen=True, slots=True)
class Tape:
    """``inputs`` input slots, the instructions, and the slots that are the outputs."""

    inputs: int
    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    def last_use(self) -> list[list[int]]:
        """For each instruction, the slots that no later instruction reads (outputs never die)."""
        last: dict[int, int] = {}
        for k, instruction in enumerate(self.instructions):
            for slot in instruction.arguments:
                last[slot] = k
        keep = set(self.outputs)
        dying: list[list[int]] = [[] for _ in self.instructions]
        for slot, k in last.items():
            if slot not in keep and slot >= self.inputs:
                dying[k].append(slot)
        return dying
