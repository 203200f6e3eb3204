"""Forward-backward propagation (HC4) for one box in Arb: the plain version that checkers use.

Arithmetic: rigorous (arbitrary precision).  It shares the rules of numeric.hc4 and none of its code.
Ends are exact numbers, rounded outward after every step; a NaN end is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb, fmpq

from numeric import balls
from numeric.endpoints import (
    UNARY,
    EndpointInterval,
    add,
    div,
    evaluate_instruction,
    mul,
    neg,
    polynomial,
    power,
    scale,
    sub,
)
from numeric.tape import Instruction, Tape

__all__ = ["contract_hc4"]

UNKNOWN = arb("nan")
NOTHING: EndpointInterval = (UNKNOWN, UNKNOWN)
IMPOSSIBLE: EndpointInterval = (arb(1), arb(-1))  # meets no interval
ZERO, ONE = (arb(0), arb(0)), (arb(1), arb(1))
HALVINGS = 12


def contract_hc4(tape: Tape, box: Sequence[EndpointInterval]) -> list[EndpointInterval] | None:
    """The part of the box where all outputs may vanish; None when there is no such part."""
    slots = [_outward(x) for x in box]
    for instruction in tape.instructions:
        slots.append(_outward(_value(instruction, [slots[a] for a in instruction.arguments])))
    for output in tape.outputs:
        met = _meet(slots[output], ZERO)
        if met is None:
            return None
        slots[output] = met
    for k in reversed(range(len(tape.instructions))):
        instruction, v = tape.instructions[k], slots[tape.inputs + k]
        for position, slot in enumerate(instruction.arguments):
            arguments = [slots[a] for a in instruction.arguments]
            met = _meet(slots[slot], _outward(_argument(instruction, position, v, arguments)))
            if met is None:
                return None
            slots[slot] = met
    return slots[: tape.inputs]


def _outward(x: EndpointInterval) -> EndpointInterval:
    return (
        x[0].lower() if x[0].is_finite() else UNKNOWN,
        x[1].upper() if x[1].is_finite() else UNKNOWN,
    )


def _meet(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval | None:
    lo = y[0] if x[0].is_nan() or y[0] > x[0] else x[0]
    hi = y[1] if x[1].is_nan() or y[1] < x[1] else x[1]
    return None if lo > hi else (lo, hi)


# -- forward -------------------------------------------------------------------------------------------------
def _value(instruction: Instruction, arguments: list[EndpointInterval]) -> EndpointInterval:
    """Values of one instruction on the part of the arguments where it is defined."""
    operation = instruction.operation
    if operation == "sqrt":
        return _at_least(arguments[0], arb(0))[0].sqrt(), arguments[0][1].sqrt()
    if operation == "log":
        return _logarithm(arguments[0])
    if operation in ("asin", "acos"):
        arguments = [_at_most(_at_least(arguments[0], arb(-1)), arb(1))]
    if operation == "div":
        return _quotient_value(*arguments)
    if operation == "power" and instruction.data < 0:
        return _quotient_value(ONE, _outward(power(arguments[0], -instruction.data)))
    if operation == "pow":
        return UNARY["exp"](mul(arguments[1], _logarithm(arguments[0])))
    return evaluate_instruction(instruction, arguments)


def _at_least(x: EndpointInterval, bound: arb) -> EndpointInterval:
    return (x[0] if x[0] >= bound else bound, x[1])


def _at_most(x: EndpointInterval, bound: arb) -> EndpointInterval:
    return (x[0], x[1] if x[1] <= bound else bound)


def _logarithm(x: EndpointInterval) -> EndpointInterval:
    return (x[0].log() if x[0] > 0 else UNKNOWN, x[1].log() if x[1] > 0 else UNKNOWN)


def _quotient_value(x: EndpointInterval, y: EndpointInterval) -> EndpointInterval:
    """x / y for the y that are not 0; a divisor with 0 at one end has a one-sided reciprocal."""
    if y[0] == 0 and y[1] > 0:
        return mul(x, (1 / y[1], UNKNOWN))
    if y[1] == 0 and y[0] < 0:
        return mul(x, (UNKNOWN, 1 / y[0]))
    return div(x, y)


# -- backward ------------------------------------------------------------------------------------------------
def _argument(
    instruction: Instruction, position: int, v: EndpointInterval, arguments: list[EndpointInterval]
) -> EndpointInterval:
    """What the result v implies for the argument at this position."""
    operation, data = instruction.operation, instruction.data
    x = arguments[position]
    if len(arguments) == 2:
        return _argument_of_pair(operation, position, v, x, arguments[1 - position], instruction.arguments)
    if operation == "neg":
        return neg(v)
    if operation == "scale":
        return scale(balls.ball(1 / data), v) if data else NOTHING
    if operation == "shift":
        return sub(v, (balls.ball(data), balls.ball(data)))
    if operation == "power":
        return _base(v, data, x) if data else NOTHING
    if operation == "poly":
        if len(data) == 3 and data[2]:
            return _base_of_quadratic(v, data, x)
        return _shaved(data, v, x)
    if operation == "abs":
        return _two_sided(v, x)
    if operation == "sqrt":
        return IMPOSSIBLE if v[1] < 0 else power(_at_least(v, arb(0)), 2)
    if operation == "log":
        # The exponential of an unknown end leaves a positive number.
        return IMPOSSIBLE if x[1] <= 0 else (arb(0) if v[0].is_nan() else v[0].exp(), v[1].exp())
    if operation in ("asin", "acos"):
        return _at_most(_at_least(UNARY["sin" if operation == "asin" else "cos"](v), arb(-1)), arb(1))
    if operation in ("sin", "cos", "tan"):
        return _periodic(operation, v, x)
    return _inverse(operation, v, x)


def _argument_of_pair(
    operation: str, position: int, v: EndpointInterval, x: EndpointInterval, y: EndpointInterval, slots: tuple[int, ...]
) -> EndpointInterval:
    """For the argument x at ``position``, with y the other one."""
    if operation == "add":
        return sub(v, y)
    if operation == "sub":
        return add(v, y) if position == 0 else sub(y, v)
    if operation == "mul":
        return _base(v, 2, x) if slots[0] == slots[1] else _quotient(v, y, x)
    if operation == "div":
        return mul(v, y) if position == 0 else _quotient(y, v, x)
    if operation == "minimum":
        return (v[0], v[1] if y[0] > v[1] else UNKNOWN)
    if operation == "maximum":
        return (v[0] if y[1] < v[0] else UNKNOWN, v[1])
    if position == 0:
        # x = v ** (1/y) unless the exponent may be 0; the base is never negative.
        base = UNARY["exp"](div(_logarithm(v), y))
        return _at_least(base, arb(0))
    return _quotient(_logarithm(v), _outward(_logarithm(y)), x) if y[0] > 0 else NOTHING


def _quotient(v: EndpointInterval, y: EndpointInterval, x: EndpointInterval) -> EndpointInterval:
    """The t in x with t * s in v for some s in y."""
    if y[0] > 0:
        return mul(v, (arb(0) if y[1].is_nan() else 1 / y[1], 1 / y[0]))
    if y[1] < 0:
        return mul(v, (1 / y[1], arb(0) if y[0].is_nan() else 1 / y[0]))
    if not (v[0] > 0 or v[1] < 0):
        return NOTHING
    if v[1] < 0:
        return neg(_quotient(neg(v), y, neg(x)))
    # Now v > 0: t >= v0/y1 for the s > 0 and t <= v0/y0 for the s < 0.
    gap_right = UNKNOWN if y[1].is_nan() else (v[0] / y[1]).lower() if y[1] > 0 else None
    gap_left = UNKNOWN if y[0].is_nan() else (v[0] / y[0]).upper() if y[0] < 0 else None
    lo, hi = UNKNOWN, UNKNOWN
    if gap_left is None or x[0] > gap_left:
        if gap_right is None:
            return IMPOSSIBLE
        lo = gap_right
    if gap_right is None or x[1] < gap_right:
        if gap_left is None:
            return IMPOSSIBLE
        hi = gap_left
    return lo, hi


def _two_sided(size: EndpointInterval, x: EndpointInterval) -> EndpointInterval:
    """The t in x with |t| in ``size``."""
    near, far = _outward(size)
    if far < 0:
        return IMPOSSIBLE
    return (near if near > 0 and x[0] > -near else -far, -near if near > 0 and x[1] < near else far)


def _root(e: arb, n: int) -> arb:
    return -((-e).root(n)) if e < 0 else e.root(n)


def _base(v: EndpointInterval, n: int, x: EndpointInterval) -> EndpointInterval:
    """The t in x with t**n in v, n != 0."""
    if n < 0:
        reciprocal = _outward(_quotient(ONE, v, _outward(power(x, -n))))
        return IMPOSSIBLE if reciprocal[0] > reciprocal[1] else _base(reciprocal, -n, x)
    if n % 2 == 0:
        return IMPOSSIBLE if v[1] < 0 else _two_sided((_root(_at_least(v, arb(0))[0], n), _root(v[1], n)), x)
    return _root(v[0], n), _root(v[1], n)


def _base_of_quadratic(v: EndpointInterval, data: tuple[Fraction, ...], x: EndpointInterval) -> EndpointInterval:
    """c0 + c1 t + c2 t**2 = c2 (t + h)**2 + k."""
    h = data[1] / (2 * data[2])
    k = balls.ball(data[0] - data[1] * h / 2)
    shift = (balls.ball(h), balls.ball(h))
    square = _outward(scale(balls.ball(1 / data[2]), sub(v, (k, k))))
    moved = _outward(_base(square, 2, _outward(add(x, shift))))
    return IMPOSSIBLE if moved[0] > moved[1] else sub(moved, shift)


def _shaved(data: tuple[Fraction, ...], v: EndpointInterval, x: EndpointInterval) -> EndpointInterval:
    """x without the parts at its ends over which the range of the polynomial misses v."""

    def misses(a: arb, b: arb) -> bool:
        lo, hi = polynomial(data, (a, b))
        return bool(lo > v[1] or hi < v[0])

    if x[0].is_nan() or x[1].is_nan():
        return x
    ends = list(x)
    for side in (0, 1):
        cut, rest = ends[side], ends[1 - side]
        if misses(cut, cut):
            for _ in range(HALVINGS):
                middle = ((cut + rest) / 2).mid()
                if misses(cut, middle) if side == 0 else misses(middle, cut):
                    cut = middle
                else:
                    rest = middle
            ends[side] = cut
    return ends[0], ends[1]


def _logit(e: arb) -> arb:
    return (e / (1 - e)).log() if e > 0 and e < 1 else UNKNOWN


# Inverses of increasing functions; outside of their domains the result is not finite.
INVERSE: dict[str, Callable[[arb], arb]] = {
    "exp": lambda e: e.log() if e > 0 else UNKNOWN,
    "sinh": arb.asinh,
    "cosh": lambda e: e.acosh() if e >= 1 else UNKNOWN,
    "tanh": arb.atanh,
    "atan": lambda e: e.tan() if abs(e) < arb.pi() / 2 else UNKNOWN,
    "erf": lambda e: e.erfinv() if abs(e) < 1 else UNKNOWN,
    "sigmoid": _logit,
    "softplus": lambda e: e.expm1().log() if e > 0 else UNKNOWN,
}


def _inverse(operation: str, v: EndpointInterval, x: EndpointInterval) -> EndpointInterval:
    if operation in ("exp", "sigmoid", "softplus") and v[1] <= 0:
        return IMPOSSIBLE
    ends = INVERSE[operation](v[0]), INVERSE[operation](v[1])
    return _two_sided(ends, x) if operation == "cosh" else ends


def _periodic(operation: str, v: EndpointInterval, x: EndpointInterval) -> EndpointInterval:
    """sin, cos, tan: one stretch of solutions in every monotone piece of length pi."""
    if operation == "tan":
        a, b = _outward((v[0].atan(), v[1].atan()))
    else:
        sine = _at_most(_at_least(v, arb(-1)), arb(1))
        a, b = _outward((sine[0].asin(), sine[1].asin()))
    shift = 1 if operation == "cos" else 0
    # cos is even, the others are odd.
    mirrored = (a, b) if operation == "cos" else (-b, -a)
    alternating = operation != "tan"
    return _first(x[0], a, b, shift, alternating), -_first(-x[1], *mirrored, shift, alternating)


def _first(start: arb, a: arb, b: arb, shift: int, alternating: bool) -> arb:
    """A lower bound for the numbers >= start in the pieces (k - shift/2) pi + (+-1)**k [a, b]."""
    if start.is_nan():
        return UNKNOWN
    k = int(balls.lower_fraction(start / arb.pi() + arb(fmpq(shift + 1, 2))).__floor__())
    for piece in range(k, k + 3):
        low, high = (-b, -a) if alternating and piece % 2 else (a, b)
        centre = arb.pi() * arb(fmpq(2 * piece - shift, 2))
        if not (centre + high < start):
            return centre + low
    return UNKNOWN
