"""Random expressions over the compiled language, boxes biased to corner cases, and an evaluator of its own.

The evaluator walks the SymPy tree in mpmath and shares no code with the compiler or with any backend: the sigmoid's
derivatives are written with hyperbolic functions, and domains are checked on the way.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from flint import arb, fmpq

from symbolic.activations import ActivationFunction, sigmoid, softplus

__all__ = [
    "UndefinedError",
    "box_points",
    "corner_boxes",
    "fraction_of",
    "point_ball",
    "random_expression",
    "reference_value",
]


LARGEST_EXPONENT = 300


class UndefinedError(ArithmeticError):
    """The expression has no real value at this point, or one too large to be worth computing."""


def fraction_of(value: mpmath.mpf) -> Fraction:
    """The exact value of a finite mpmath number."""
    sign, mantissa, exponent, _ = value._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return -size if sign else size


def point_ball(value: Fraction | float) -> arb:
    """An exact ball of a dyadic number, whatever the precision."""
    value = Fraction(value)
    return arb(fmpq(value.numerator, value.denominator))


# -- reference evaluation ----------------------------------------------------------------------------------
def _logistic(z: mpmath.mpf, order: int) -> mpmath.mpf:
    """1/(1 + e^-z) and its first three derivatives in hyperbolic form."""
    half = z / 2
    if order == 0:
        return (1 + mpmath.tanh(half)) / 2
    slope = mpmath.sech(half) ** 2 / 4
    if order == 1:
        return slope
    if order == 2:
        return -slope * mpmath.tanh(half)
    if order == 3:
        return slope * (1 - 6 * slope)
    return mpmath.diff(lambda t: _logistic(t, 3), z, order - 3)


def _checked(name: str, u: mpmath.mpf) -> mpmath.mpf:
    if name == "log" and u <= 0:
        raise UndefinedError
    if abs(u) > 1e60 or (name in ("exp", "sinh", "cosh") and abs(u) > LARGEST_EXPONENT):
        raise UndefinedError
    if name in ("asin", "acos") and abs(u) > 1:
        raise UndefinedError
    return getattr(mpmath, name)(u)


def _power(base: mpmath.mpf, exponent: sp.Expr, point: dict[sp.Symbol, mpmath.mpf]) -> mpmath.mpf:
    if exponent.is_Integer:
        if base == 0 and exponent < 0:
            raise UndefinedError
        return base ** int(exponent)
    if base < 0 or (base == 0 and exponent != sp.Rational(1, 2)):
        raise UndefinedError
    if exponent == sp.Rational(1, 2):
        return mpmath.sqrt(base)
    product = reference_value(exponent, point) * mpmath.log(base)
    return _checked("exp", product)


def reference_value(e: sp.Expr, point: dict[sp.Symbol, mpmath.mpf]) -> mpmath.mpf:
    """The real value of ``e`` at a point, at mpmath's current precision.  Raises UndefinedError outside the domain."""
    if e.is_Symbol:
        return point[e]
    if e.is_Rational:
        return mpmath.mpf(int(e.p)) / int(e.q)
    if e is sp.pi or e is sp.E:
        return +mpmath.pi if e is sp.pi else +mpmath.e
    if isinstance(e, sp.Pow):
        return _power(reference_value(e.base, point), e.exp, point)
    values = [reference_value(a, point) for a in e.args]
    if isinstance(e, sp.Add):
        return mpmath.fsum(values)
    if isinstance(e, sp.Mul):
        return mpmath.fprod(values)
    if isinstance(e, (sp.Max, sp.Min)):
        return max(values) if isinstance(e, sp.Max) else min(values)
    (u,) = values
    if isinstance(e, ActivationFunction) and abs(u) > LARGEST_EXPONENT:
        raise UndefinedError
    if isinstance(e, softplus):
        return mpmath.log(1 + mpmath.exp(u))
    if isinstance(e, ActivationFunction):
        return _logistic(u, e.derivative_order)
    if isinstance(e, sp.Abs):
        return abs(u)
    return _checked(type(e).__name__, u)


# -- random trees ------------------------------------------------------------------------------------------
RATIONALS = [sp.Rational(p, q) for p, q in [(1, 2), (-1, 3), (2, 1), (-3, 1), (7, 5), (1, 800), (-5, 7), (3, 4)]]
TAME = [
    sp.sin,
    sp.cos,
    sp.atan,
    sp.tanh,
    sp.erf,
    sigmoid,
    sigmoid.order(1),
    sigmoid.order(2),
    sigmoid.order(3),
    softplus,
]
WILD = [*TAME, sp.exp, sp.log, sp.sqrt, sp.tan, sp.asin, sp.acos, sp.sinh, sp.cosh, sp.Abs]


def random_expression(
    generator: random.Random, variables: list[sp.Symbol], depth: int, *, tame: bool = False, smooth: bool = False
) -> sp.Expr:
    """A tree that depends on a variable and has no complex or infinite part.

    ``tame`` ones are total functions, ``smooth`` ones have no absolute value, minimum or maximum.
    """
    while True:
        e = _tree(generator, variables, depth, tame)
        strange = e.has(sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I, sp.Derivative, sp.sign, sp.Piecewise, sp.cot)
        if e.free_symbols and not strange and not (smooth and e.has(sp.Abs, sp.Max, sp.Min)):
            return e


def _tree(generator: random.Random, variables: list[sp.Symbol], depth: int, tame: bool) -> sp.Expr:
    def below() -> sp.Expr:
        return _tree(generator, variables, depth - 1, tame)

    if depth == 0:
        roll = generator.random()
        if roll < 0.7:
            return generator.choice(variables)
        return generator.choice(RATIONALS) if roll < 0.95 else generator.choice([sp.pi, sp.E])
    roll = generator.random()
    if roll < 0.25:
        return below() + below()
    if roll < 0.45:
        return below() * below()
    if roll < 0.55:
        return below() - generator.choice(RATIONALS) * below()
    if roll < 0.68:
        exponent = generator.choice([2, 3, 4] if tame else [2, 3, 4, 5, -1, -2, -3])
        return below() ** exponent
    if roll < 0.72:
        pair = generator.choice(variables), generator.choice([*variables, *RATIONALS])
        return generator.choice([sp.Max, sp.Min])(*pair)
    if roll < 0.75 and not tame:
        return generator.choice(variables) ** generator.choice([sp.Rational(3, 2), sp.Rational(-1, 3), *variables])
    return generator.choice(TAME if tame else WILD)(below())


# -- boxes -------------------------------------------------------------------------------------------------
CORNERS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 5e-324, -5e-324, 2.0**-1022, 1e-300, -1e-17, 1e16, -1e300, 1.7e308, math.pi]


def _end(generator: random.Random, wild: bool) -> float:
    roll = generator.random()
    if wild and roll < 0.25:
        return generator.choice(CORNERS)
    if wild and roll < 0.35:
        return math.copysign(10.0 ** generator.uniform(-20, 20), generator.random() - 0.5)
    return generator.gauss(0.0, 1.0) if roll < 0.8 else generator.gauss(0.0, 8.0)


def corner_boxes(
    generator: random.Random, dimension: int, count: int, *, wild: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Boxes lo, hi (dimension x count): thin, one ulp wide, straddling zero, wide; wild ones also half-infinite."""
    lo, hi = np.empty((dimension, count)), np.empty((dimension, count))
    for i in range(dimension):
        for k in range(count):
            a, b = _end(generator, wild), _end(generator, wild)
            roll = generator.random()
            if roll < 0.15:
                b = a
            elif roll < 0.3:
                b = math.nextafter(a, math.inf)
            elif roll < 0.5:
                b = a + abs(b) * 1e-3
            elif wild and roll < 0.56:
                a = -math.inf
            elif wild and roll < 0.62:
                b = math.inf
            lo[i, k], hi[i, k] = min(a, b), max(a, b)
    return lo, hi


def box_points(generator: random.Random, lo: np.ndarray, hi: np.ndarray, count: int) -> list[list[float]]:
    """Finite points of one box: its finite corners first, then random ones."""
    biggest = 1.7976931348623157e308
    a, b = [max(float(v), -biggest) for v in lo], [min(float(v), biggest) for v in hi]
    points = [a, b]
    for _ in range(count - 2):
        point = []
        for left, right in zip(a, b, strict=True):
            inside = [c for c in CORNERS if left <= c <= right]
            if inside and generator.random() < 0.2:
                point.append(generator.choice(inside))
            else:
                t = generator.random()
                point.append(min(max(left * (1 - t) + right * t, left), right))
        points.append(point)
    return points
