"""Interval arithmetic with real endpoints, each known as a thin Arb ball.

Arithmetic: rigorous (arbitrary precision).  An interval is a pair (L, U) of balls: the exact lower
end of the natural interval extension lies in L, the exact upper end in U, so the result encloses
the range for every choice in the balls.  Unlike a wide ball this has the tightness of endpoint
arithmetic, and unlike float64 it needs no rounding analysis: it is what the checker uses.

A NaN endpoint means that nothing is known (a division by an interval that may hold zero, ...);
it propagates to every result that depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly

from numeric import balls
from numeric.tape import Instruction, Tape

__all__ = ["EndpointInterval", "evaluate_endpoints", "evaluate_instruction", "from_fractions", "magnitude"]

EndpointInterval = tuple[arb, arb]
NOTHING_KNOWN: EndpointInterval = (arb("nan"), arb("nan"))


def from_fractions(lo: Fraction, hi: Fraction) -> EndpointInterval:
    return balls.ball(lo), balls.ball(hi)


def magnitude(x: EndpointInterval) -> arb:
    """max |t| over the interval."""
    return abs(x[0]).max(abs(x[1]))


def add(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval:
    return x[0] + y[0], x[1] + y[1]


def sub(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval:
    return x[0] - y[1], x[1] - y[0]


def neg(x: EndpointInterval) -> EndpointInterval:
    return -x[1], -x[0]


def mul(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval:
    (a, b), (c, d) = x, y
    if a >= 0:
        if c >= 0:
            return a * c, b * d
        if d <= 0:
            return b * c, a * d
        return (b * c).min(a * c), (b * d).max(a * d)
    if b <= 0:
        return neg(mul((-b, -a), y))
    if c >= 0 or d <= 0:
        return mul(y, x)
    p, q, r, s = a * c, a * d, b * c, b * d
    return p.min(q).min(r).min(s), p.max(q).max(r).max(s)


def div(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval:
    if y[0] > 0 or y[1] < 0:
        return mul(x, (1 / y[1], 1 / y[0]))
    return NOTHING_KNOWN


def absolute(x: EndpointInterval) -> EndpointInterval:
    if x[0] >= 0:
        return x
    if x[1] <= 0:
        return neg(x)
    return (arb(0).max(x[0]).max(-x[1]), magnitude(x))


def power(x: EndpointInterval, n: int) -> EndpointInterval:
    if n < 0:
        return div((arb(1), arb(1)), power(x, -n))
    if n % 2 == 0:
        x = absolute(x)
    return balls.power(x[0], n), balls.power(x[1], n)


def scale(c: arb, x: EndpointInterval) -> EndpointInterval:
    return (c * x[0], c * x[1]) if c >= 0 else (c * x[1], c * x[0])


@cache
def _critical_points(coefficients: tuple[Fraction, ...], bits: int) -> tuple[arb, ...]:
    """Balls that contain every real critical point of the polynomial."""
    derivative = fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients]).derivative()
    if derivative.degree() < 1:
        return ()
    roots: Any = derivative.numer().complex_roots()
    return tuple(root.real for root, _ in roots if root.imag.contains(0))


def polynomial(coefficients: tuple[Fraction, ...], x: EndpointInterval) -> EndpointInterval:
    """The exact range of a polynomial: its values at both ends and at critical points between them."""
    numbers = [balls.ball(c) for c in coefficients]
    first, last = balls.horner(numbers, x[0]), balls.horner(numbers, x[1])
    lo, hi = first.min(last), first.max(last)
    for point in _critical_points(coefficients, ctx.prec):
        # A point that may lie outside only widens the result, which stays an enclosure.
        if not (point < x[0] or point > x[1]):
            value = balls.horner(numbers, point)
            lo, hi = lo.min(value), hi.max(value)
    return lo, hi


def increasing(f: Callable[[arb], arb]) -> Callable[[EndpointInterval], EndpointInterval]:
    return lambda x: (f(x[0]), f(x[1]))


def _cosine(x: EndpointInterval) -> EndpointInterval:
    return _wave((x[0].cos(), x[1].cos()), x[0] / arb.pi(), x[1] / arb.pi())


def _sine(x: EndpointInterval) -> EndpointInterval:
    """From the values at the ends, which are exact at 0."""
    half = arb(0.5)
    return _wave((x[0].sin(), x[1].sin()), x[0] / arb.pi() - half, x[1] / arb.pi() - half)


def _wave(ends: EndpointInterval, start: arb, stop: arb) -> EndpointInterval:
    """cos(pi t) for t from start to stop: its values at the ends, and 1 or -1 where a whole number may lie inside."""
    lo, hi = ends[0].min(ends[1]), ends[0].max(ends[1])
    if not (start.is_finite() and stop.is_finite()):
        return NOTHING_KNOWN
    if not (stop - start < 3):
        return arb(-1), arb(1)
    first_multiple, last_multiple = start.lower().floor().unique_fmpz(), stop.upper().ceil().unique_fmpz()
    if first_multiple is None or last_multiple is None or abs(first_multiple) > 2**64:
        return arb(-1), arb(1)
    k = int(first_multiple)
    while k <= int(last_multiple):
        if not (start > k or stop < k):
            extreme = arb(1 if k % 2 == 0 else -1)
            lo, hi = lo.min(extreme), hi.max(extreme)
        k += 1
    return lo, hi


def _tangent(x: EndpointInterval) -> EndpointInterval:
    cosine = _cosine(x)
    if cosine[0] > 0 or cosine[1] < 0:
        return x[0].tan(), x[1].tan()
    return NOTHING_KNOWN


def _sign(x: EndpointInterval) -> EndpointInterval:
    lo = arb(1) if x[0] > 0 else arb(0) if x[0] >= 0 else arb(-1)
    hi = arb(-1) if x[1] < 0 else arb(0) if x[1] <= 0 else arb(1)
    return lo, hi


def _square_root(x: EndpointInterval) -> EndpointInterval:
    return (x[0].sqrt(), x[1].sqrt()) if x[0] >= 0 else NOTHING_KNOWN


def _logarithm(x: EndpointInterval) -> EndpointInterval:
    return (x[0].log(), x[1].log()) if x[0] > 0 else NOTHING_KNOWN


def _error_function(z: arb) -> arb:
    """erf at one end, with its limits at infinite ends (where Arb answers NaN)."""
    if z.is_finite():
        return z.erf()
    return arb(1) if z > 0 else arb(-1) if z < 0 else arb("nan")


def _hyperbolic_cosine(x: EndpointInterval) -> EndpointInterval:
    y = absolute(x)
    return y[0].cosh(), y[1].cosh()


UNARY: dict[str, Callable[[EndpointInterval], EndpointInterval]] = {
    "neg": neg,
    "abs": absolute,
    "sign": _sign,
    "sqrt": _square_root,
    "exp": increasing(arb.exp),
    "log": _logarithm,
    "sin": _sine,
    "cos": _cosine,
    "tan": _tangent,
    "asin": increasing(arb.asin),
    "acos": lambda x: (x[1].acos(), x[0].acos()),
    "atan": increasing(arb.atan),
    "sinh": increasing(arb.sinh),
    "cosh": _hyperbolic_cosine,
    "tanh": increasing(arb.tanh),
    "erf": increasing(_error_function),
    "sigmoid": increasing(balls.sigmoid),
    "softplus": increasing(balls.softplus),
}


def _real_power(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval:
    return UNARY["exp"](mul(y, _logarithm(x)))


BINARY: dict[str, Callable[[EndpointInterval, EndpointInterval], EndpointInterval]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "pow": _real_power,
    "minimum": lambda x, y: (x[0].min(y[0]), x[1].min(y[1])),
    "maximum": lambda x, y: (x[0].max(y[0]), x[1].max(y[1])),
}


def evaluate_endpoints(tape: Tape, inputs: Sequence[EndpointInterval]) -> list[EndpointInterval]:
    """Enclosures of the tape's outputs over a box, at Arb's current precision."""
    if len(inputs) != tape.inputs:
        raise ValueError(f"expected {tape.inputs} inputs, got {len(inputs)}")
    slots: list[EndpointInterval] = list(inputs)
    for instruction in tape.instructions:
        slots.append(evaluate_instruction(instruction, [slots[a] for a in instruction.arguments]))
    return [slots[o] for o in tape.outputs]


def evaluate_instruction(instruction: Instruction, arguments: Sequence[EndpointInterval]) -> EndpointInterval:
    """The values of one instruction, from those of its arguments."""
    operation, data = instruction.operation, instruction.data
    if operation in BINARY:
        return BINARY[operation](arguments[0], arguments[1])
    if operation in UNARY:
        return UNARY[operation](arguments[0])
    if isinstance(data, tuple):
        return polynomial(data, arguments[0])
    if operation == "scale":
        return scale(balls.ball(data), arguments[0])
    if operation == "shift":
        c, x = balls.ball(data), arguments[0]
        return (c + x[0], c + x[1])
    if operation == "power":
        return power(arguments[0], data)
    c = {"pi": arb.pi, "e": arb.const_e}[operation]() if operation in ("pi", "e") else balls.ball(data)
    return (c, c)
