"""A tape made ready for many evaluations in Arb: constants are balls already, operations are looked up.

Arithmetic: rigorous (Arb balls).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, nextafter

from flint import arb

from numeric import balls
from numeric.tape import Tape

__all__ = ["BallProgram", "ball_around"]


class BallProgram:
    """A tape at one precision, its constants already balls."""

    def __init__(self, tape: Tape) -> None:
        """At the precision that is set now, which has to be set when it is called."""
        self.outputs = tape.outputs
        self.steps: list[tuple[Callable[..., arb], tuple[int, ...], tuple[object, ...]]] = []
        step: tuple[Callable[..., arb], tuple[int, ...], tuple[object, ...]]
        for i in tape.instructions:
            if i.operation in balls.BINARY:
                step = (balls.BINARY[i.operation], i.arguments, ())
            elif i.operation in balls.UNARY:
                step = (balls.UNARY[i.operation], i.arguments, ())
            elif isinstance(i.data, tuple):
                step = (_polynomial, i.arguments, ([balls.ball(c) for c in i.data],))
            elif i.operation == "power":
                step = (balls.power, i.arguments, (i.data,))
            elif i.operation in ("scale", "shift"):
                step = (balls.BINARY["mul" if i.operation == "scale" else "add"], i.arguments, (balls.ball(i.data),))
            else:
                value = (
                    balls.ball(i.data) if i.operation == "const" else {"pi": arb.pi, "e": arb.const_e}[i.operation]()
                )
                step = (_constant, (), (value,))
            self.steps.append(step)

    def __call__(self, inputs: Sequence[arb]) -> list[arb]:
        return self.read(self.run(inputs))

    def run(self, inputs: Sequence[arb]) -> list[arb]:
        """Every slot of the tape."""
        return self._from(list(inputs), 0)

    def go_on(self, slots: Sequence[arb], done: int) -> list[arb]:
        """Every slot, where the first ``done`` instructions were run already, by a tape that begins as this one."""
        return self._from(list(slots), done)

    def read(self, slots: Sequence[arb]) -> list[arb]:
        return [slots[o] for o in self.outputs]

    def _from(self, slots: list[arb], done: int) -> list[arb]:
        for function, arguments, more in self.steps[done:] if done else self.steps:
            if more:
                slots.append(function(*[slots[a] for a in arguments], *more))
            elif len(arguments) == 1:
                slots.append(function(slots[arguments[0]]))
            else:
                slots.append(function(slots[arguments[0]], slots[arguments[1]]))
        return slots


def _polynomial(x: arb, coefficients: Sequence[arb]) -> arb:
    return balls.horner(coefficients, x)


def _constant(value: arb) -> arb:
    return value


def ball_around(a: float, b: float) -> arb:
    """A ball that holds [a, b]."""
    middle = 0.5 * a + 0.5 * b
    radius = nextafter(max(b - middle, middle - a), inf)
    return arb(middle, radius)
