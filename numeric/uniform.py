"""Float64 arrays with one bound on the absolute error of all their entries.

Arithmetic: rigorous.  A :class:`Uniform` stands for an array of real numbers x with |x - values| <= error
and |x| <= size, entry by entry.  Each operation is one pass over the data in round-to-nearest float64; its
error bound is scalar work.  With u = 2^-53 and eta = 2^-1074, fl(t) = t (1 + d) + e with |d| <= u and
|e| <= eta, so for |x - x^| <= e_x, |x| <= X and the same for y

    |fl(x^ + y^) - (x + y)| <= e_x + e_y + u (X + Y + e_x + e_y),
    |fl(x^ y^) - x y| <= X e_y + Y e_x + e_x e_y + u (X + e_x)(Y + e_y) + eta.

The scalar bounds are themselves computed in float64 with fewer than 2^10 roundings of non-negative terms each;
the factor UP covers them and TINY their underflow.  A NaN or an infinity spreads to the bounds, where every
later comparison fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric.elementary_exp import sigmoid_raw
from numeric.interval_kernels import FloatArray

__all__ = ["Uniform", "add", "halved_sigmoid", "horner", "mul", "scale", "shift", "sigmoid", "square"]

U = 2.0**-53
UP = 1.0 + 2.0**-40
TINY = 1e-300


@dataclass(frozen=True)
class Uniform:
    """|x - values| <= error and |x| <= size for the array x that is meant."""

    values: FloatArray
    error: float
    size: float

    @property
    def reach(self) -> float:
        """A bound of |values|."""
        return (self.size + self.error) * UP


def add(x: Uniform, y: Uniform) -> Uniform:
    size = (x.size + y.size) * UP
    return Uniform(x.values + y.values, (x.error + y.error + U * (x.reach + y.reach)) * UP + TINY, size)


def mul(x: Uniform, y: Uniform) -> Uniform:
    error = x.size * y.error + y.size * x.error + x.error * y.error + U * x.reach * y.reach
    return Uniform(x.values * y.values, error * UP + TINY, x.size * y.size * UP + TINY)


def square(x: Uniform) -> Uniform:
    return mul(x, x)


def scale(c: Fraction | int, x: Uniform) -> Uniform:
    """c x for an exact constant: one rounding of c and one of the product."""
    f = float(c)
    top = abs(f) * (1.0 + 2.0**-50)
    exact = f == c
    error = top * x.error + (U if exact else 2.5 * U) * top * x.reach
    return Uniform(f * x.values, error * UP + TINY, top * x.size * UP + TINY)


def shift(c: Fraction | int, x: Uniform) -> Uniform:
    """c + x for an exact constant."""
    f = float(c)
    top = abs(f) * (1.0 + 2.0**-50)
    error = x.error + 2.5 * U * (top + x.reach)
    return Uniform(f + x.values, error * UP + TINY, (top + x.size) * UP)


def sigmoid(z: Uniform) -> Uniform:
    """s(z), 1/(1 + e^-z): relative error 5u in evaluation, slope at most 1/4."""
    return Uniform(sigmoid_raw(z.values), (5.0 * U + 0.25 * z.error) * UP + TINY, 1.0)


def halved_sigmoid(z: Uniform) -> Uniform:
    """t = s(z) - 1/2 = tanh(z/2)/2, |t| <= 1/2, in whose powers derivatives of s are even or odd."""
    s = sigmoid(z)
    # s - 1/2 is exact for s >= 1/4 (Sterbenz), else rounded once with |s - 1/2| <= 1/2.
    return Uniform(s.values - 0.5, (s.error + 0.5 * U) * UP, 0.5)


def horner(coefficients: Sequence[float], y: Uniform) -> Uniform:
    """sum of c_i y^i by Horner's rule, each step with its own bound; ``coefficients`` are the c_i rounded to nearest.

    The bound of the size of a partial sum p is sum |c_i| Y^i, so small y damp large coefficients.
    """
    total = np.full_like(y.values, coefficients[-1])
    top = abs(coefficients[-1]) * (1.0 + 2.0**-50)
    error, size = 2.0 * U * top, top
    for c in reversed(coefficients[:-1]):
        total *= y.values
        error = size * y.error + y.size * error + error * y.error + U * (size + error) * y.reach
        size = size * y.size
        top = abs(c) * (1.0 + 2.0**-50)
        total += c
        error = (error + 2.5 * U * (top + size + error)) * UP + TINY
        size = (size + top) * UP + TINY
    return Uniform(total, error * UP + TINY, size * UP)
