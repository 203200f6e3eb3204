"""Cases that the tests of both propagations share: tapes that vanish at a known point, and boxes around it.

A tape is made to vanish exactly: an output is e(x) - e(c) with e(c) left as the expression it is, or g(x) (x - c).
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from random_expressions import UndefinedError, random_expression, reference_value

from numeric.compiler import compile_tape
from numeric.tape import Instruction, Tape

__all__ = ["PAIRS", "POINTS", "PROJECTIONS", "VARIABLES", "boxes_around", "single", "tape_with_zero"]

VARIABLES = [*sp.symbols("x y z", real=True)]
F = Fraction

# Every operation: name, data, and arguments at which it is defined.
POINTS = [-3.0, -1.0, -0.75, -0.5, -1e-8, 0.0, 1e-8, 0.25, 0.5, 1.0, 1.5, 2.0, 3.25, 7.0]
PROJECTIONS: list[tuple[str, object]] = [
    *(("power", n) for n in (-3, -2, -1, 0, 1, 2, 3, 4, 5, 8)),
    *(("scale", q) for q in (F(0), F(1), F(-1), F(1, 3), F(-7, 5))),
    *(("shift", q) for q in (F(0), F(1, 3), F(-2))),
    *(
        ("poly", c)
        for c in (
            (F(1), F(2)),
            (F(-1), F(0), F(1)),
            (F(1), F(-1, 3), F(-2)),
            (F(0), F(-3), F(0), F(1)),
            (F(2), F(1), F(0), F(1, 7)),
            (F(0), F(1), F(-3), F(2)),
            (F(1), F(0), F(-5), F(0), F(4)),
        )
    ),
    *((f, None) for f in ("neg", "abs", "sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan")),
    *((f, None) for f in ("sinh", "cosh", "tanh", "erf", "sigmoid", "softplus")),
    *((f, None) for f in ("add", "sub", "mul", "div", "pow", "minimum", "maximum")),
]
PAIRS = ("add", "sub", "mul", "div", "pow", "minimum", "maximum")


def single(operation: str, data: object, *, same: bool = False) -> Tape:
    """The equation operation(x[, y]) - t = 0 in x, (y,) t; with ``same`` both arguments are x."""
    count = 2 if operation in PAIRS and not same else 1
    arguments = (0, count - 1) if operation in PAIRS else (0,)
    t = count
    made = Instruction(operation, arguments, data)
    return Tape(count + 1, (made, Instruction("sub", (count + 1, t))), (count + 2,))


def _side(generator: random.Random) -> float:
    roll = generator.random()
    if roll < 0.22:
        return 0.0
    if roll < 0.28:
        return math.inf
    return 10 ** generator.uniform(-18, 1.5)


def boxes_around(
    generator: random.Random, zero: list[float], count: int, *, finite: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n x count) with the point inside, often on a face or a corner, sometimes half-infinite."""
    lo, hi = np.empty((len(zero), count)), np.empty((len(zero), count))
    for i, c in enumerate(zero):
        for k in range(count):
            below, above = _side(generator), _side(generator)
            if finite:
                below, above = min(below, 50.0), min(above, 50.0)
            lo[i, k], hi[i, k] = c - below, c + above
    return lo, hi


def tape_with_zero(generator: random.Random, *, tame: bool = False) -> tuple[Tape, list[Fraction]]:
    """A random tape in one to three unknowns, all of whose outputs vanish at the returned point."""
    while True:
        count = generator.choice([1, 2, 2, 3])
        variables = VARIABLES[:count]
        zero = [generator.choice([F(0), F(1), F(generator.randint(-96, 96), 32)]) for _ in variables]
        place = {v: sp.Rational(c.numerator, c.denominator) for v, c in zip(variables, zero, strict=True)}
        equations = []
        for _ in range(generator.choice([1, 2, 2])):
            e = random_expression(generator, variables, generator.choice([1, 2, 2, 3]), tame=tame)
            v = generator.choice(variables)
            # A product with a factor that vanishes, or a difference; both are defined where e is.
            equations.append(e * (v - place[v]) if generator.random() < 0.25 else e - e.subs(place))
            if not _defined(e, place):
                break
        else:
            try:
                tape = compile_tape(equations, variables)
            except (ValueError, TypeError):
                continue  # SymPy may turn a value at the point into something outside of the language
            if tape.instructions:
                return tape, zero


def _defined(e: sp.Expr, place: dict[sp.Symbol, sp.Rational]) -> bool:
    with mpmath.workdps(30):
        try:
            reference_value(e, {v: mpmath.mpf(int(c.p)) / int(c.q) for v, c in place.items()})
        except (UndefinedError, ZeroDivisionError, ValueError, TypeError, OverflowError):
            return False
    return True
