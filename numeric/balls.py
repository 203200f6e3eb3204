"""Arb balls: evaluation of a tape at thin balls, rigorous at any precision.

Arithmetic: rigorous (midpoint-radius, arbitrary precision, python-flint).  For boxes that are not
thin use :mod:`numeric.endpoints`, which does not pay for dependency inside a product.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx, fmpq

from numeric.tape import Tape

__all__ = [
    "ball",
    "evaluate_balls",
    "exact_fraction",
    "lower_fraction",
    "power",
    "precision",
    "sigmoid",
    "sign",
    "softplus",
    "upper_fraction",
]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set Arb's working precision, restoring it afterwards.  FLINT keeps one for each process."""
    saved = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = saved


def ball(value: Fraction | int | float | arb) -> arb:
    """An enclosure of an exact number (a float counts as the dyadic rational it is)."""
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return arb(value)


def exact_fraction(x: arb) -> Fraction:
    """The value of an exact ball.  Raises ValueError when the ball has a radius or is not finite."""
    if not x.is_finite() or not x.is_exact():
        raise ValueError("not an exact finite number")
    mantissa, exponent = x.man_exp()
    m, e = int(mantissa), int(exponent)
    return Fraction(m << e) if e >= 0 else Fraction(m, 1 << -e)


def lower_fraction(x: arb) -> Fraction:
    """The lower end of the ball (exact, at any working precision).  Raises ValueError when it is not finite."""
    return exact_fraction(x.mid()) - exact_fraction(x.rad())


def upper_fraction(x: arb) -> Fraction:
    """The upper end of the ball (exact, at any working precision).  Raises ValueError when it is not finite."""
    return exact_fraction(x.mid()) + exact_fraction(x.rad())


def sigmoid(z: arb) -> arb:
    """1/(1 + e^{-z}), in the form that keeps relative accuracy on the side where z lies."""
    if z < 0:
        t = z.exp()
        return t / (1 + t)
    return 1 / (1 + (-z).exp())


def softplus(z: arb) -> arb:
    """log(1 + e^z), without overflow for large z."""
    if z > 0:
        return z + (-z).exp().log1p()
    return z.exp().log1p()


def sign(x: arb) -> arb:
    """The sign of x; a ball of all values from -1 to 1 where it is not certain."""
    return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0, 1)


def power(x: arb, n: int) -> arb:
    """x**n by repeated squaring.  arb ** int answers NaN for every ball that holds 0."""
    if n < 0:
        return 1 / power(x, -n)
    result = arb(1)
    square = x
    while n:
        if n & 1:
            result = result * square
        n >>= 1
        if n:
            square = square * square
    return result


def horner(coefficients: Sequence[arb], x: arb) -> arb:
    total = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


UNARY: dict[str, Callable[[arb], arb]] = {
    "neg": operator.neg,
    "abs": abs,
    "sign": sign,
    "sqrt": arb.sqrt,
    "exp": arb.exp,
    "log": arb.log,
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "asin": arb.asin,
    "acos": arb.acos,
    "atan": arb.atan,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "tanh": arb.tanh,
    "erf": arb.erf,
    "sigmoid": sigmoid,
    "softplus": softplus,
}
BINARY: dict[str, Callable[[arb, arb], arb]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": lambda x, y: (y * x.log()).exp(),
    "minimum": arb.min,
    "maximum": arb.max,
}


def evaluate_balls(tape: Tape, inputs: Sequence[arb]) -> list[arb]:
    """The outputs of the tape on balls, at the current precision.

    A ball that is not finite means that nothing is known (for example a division by zero).
    """
    if len(inputs) != tape.inputs:
        raise ValueError(f"expected {tape.inputs} inputs, got {len(inputs)}")
    slots: list[arb] = list(inputs)
    for instruction in tape.instructions:
        operation, arguments, data = instruction.operation, instruction.arguments, instruction.data
        if operation in BINARY:
            value = BINARY[operation](slots[arguments[0]], slots[arguments[1]])
        elif operation in UNARY:
            value = UNARY[operation](slots[arguments[0]])
        elif isinstance(data, tuple):
            value = horner([ball(c) for c in data], slots[arguments[0]])
        elif operation == "power":
            value = power(slots[arguments[0]], data)
        elif operation == "const":
            value = ball(data)
        elif operation == "scale":
            value = ball(data) * slots[arguments[0]]
        elif operation == "shift":
            value = ball(data) + slots[arguments[0]]
        else:
            value = {"pi": arb.pi, "e": arb.const_e}[operation]()
        slots.append(value)
    return [slots[o] for o in tape.outputs]
