"""Enclosures of exp and the functions built on it.

Each function has a raw evaluation, accurate to a proven relative error, and a
public enclosure that widens the raw values. u = 2^-53. The constants are the
correctly rounded values of Arb enclosures, computed at import.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import flint
import numpy as np

from numeric.interval_kernels import (
    INF,
    ULP,
    BoolArray,
    FloatArray,
    Interval,
    highest,
    lowest,
)
from numeric.intervals import mag, mig

TINY = 2.0**-1070


def arb_fraction(a: flint.arb) -> Fraction:
    """Exact midpoint of a ball."""
    man, exp = a.mid().man_exp()
    return Fraction(int(man)) * Fraction(2) ** int(exp)


def rounded(a: flint.arb) -> float:
    """Float nearest to the midpoint; the ball is far thinner than the float spacing."""
    q = arb_fraction(a)
    return q.numerator / q.denominator


def _reduction_constants() -> tuple[float, float, float, FloatArray]:
    with flint.ctx.workprec(256):
        step = flint.arb(2).log() / 256
        exact = arb_fraction(step)
        # 34 bits: products with |k| <= 2^18 are exact.
        high = Fraction(int(exact * 2**42), 2**42)
        low = exact - high
        table = [rounded((flint.arb(2).log() * j / 256).exp()) for j in range(256)]
        return (
            rounded(1 / step),
            high.numerator / high.denominator,
            low.numerator / low.denominator,
            np.array(table, dtype=np.float64),
        )


_PER_STEP, _STEP_HIGH, _STEP_LOW, _TABLE = _reduction_constants()
_MAGIC = 1.5 * 2.0**52
# exp is evaluated on [EXP_LOW, EXP_HIGH], where its value is a normal float.
EXP_LOW = -708.0
EXP_HIGH = 709.78


def exp_raw(x: FloatArray, shift: int = 0) -> FloatArray:
    """2^shift * e^x with relative error at most 2.5u, for 1-d or larger arrays.

    Every x must lie in [EXP_LOW, EXP_HIGH], every result be a normal float.
    x = k ln2/256 + r, e^x = 2^(k div 256) * 2^((k mod 256)/256) * e^r. Section 6.
    """
    t = x * _PER_STEP
    t += _MAGIC
    # Adding 1.5*2^52 leaves the rounded integer k in the low bits of the significand.
    bits = t.view(np.int64)
    index = bits & 255
    power = bits >> 8
    if shift:
        power += shift
    power <<= 52
    t -= _MAGIC
    r = t * _STEP_HIGH
    np.subtract(x, r, out=r)
    t *= _STEP_LOW
    r -= t
    scale = _TABLE.take(index)
    np.multiply(r, 1.0 / 24.0, out=t)
    t += 1.0 / 6.0
    t *= r
    t += 0.5
    t *= r
    t += 1.0
    t *= r
    t *= scale
    t += scale
    result_bits = t.view(np.int64)
    result_bits += power
    return t


def ends(x: Interval) -> tuple[FloatArray, FloatArray, tuple[int, ...] | None]:
    """Ends as arrays of at least one dimension, and the shape to restore."""
    lo, hi = np.asarray(x[0], dtype=np.float64), np.asarray(x[1], dtype=np.float64)
    if lo.ndim and lo.shape == hi.shape:
        return lo, hi, None
    shape = np.broadcast_shapes(lo.shape, hi.shape)
    lo, hi = np.broadcast_arrays(np.atleast_1d(lo), np.atleast_1d(hi))
    return lo, hi, shape


def restore(lo: FloatArray, hi: FloatArray, shape: tuple[int, ...] | None) -> Interval:
    return (lo, hi) if shape is None else (lo.reshape(shape), hi.reshape(shape))


def forget(lo: FloatArray, hi: FloatArray, nan: BoolArray) -> Interval:
    """Replace the marked elements by (-inf, inf)."""
    return np.where(nan, -INF, lo), np.where(nan, INF, hi)


def clear_nan(lo: FloatArray, hi: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray | None]:
    """Put 0 in place of NaN intervals, and say where (None for nowhere)."""
    if lowest(lo) >= -INF and lowest(hi) >= -INF:
        return lo, hi, None
    nan = np.isnan(lo) | np.isnan(hi)
    return np.where(nan, 0.0, lo), np.where(nan, 0.0, hi), nan


def below(v: FloatArray, factor: float) -> FloatArray:
    """v minus factor*|v| and a margin of 16*2^-1074 for subnormal roundings."""
    return v - (np.abs(v) * factor + TINY)


def above(v: FloatArray, factor: float) -> FloatArray:
    return v + (np.abs(v) * factor + TINY)


def odd_increasing(x: Interval, raw: Callable[[FloatArray], FloatArray], factor: float, bound: float) -> Interval:
    """Enclosure of an odd increasing function with |f| <= bound and f(0) = 0, from raw values.

    raw accepts every number but NaN.
    """
    xl, xh, shape = ends(x)
    xl, xh, nan = clear_nan(xl, xh)
    lo = np.maximum(below(raw(xl), factor), -bound)
    hi = np.minimum(above(raw(xh), factor), bound)
    lo = np.where(xl >= 0.0, np.maximum(lo, 0.0), lo)
    hi = np.where(xh <= 0.0, np.minimum(hi, 0.0), hi)
    if nan is not None:
        lo, hi = forget(lo, hi, nan)
    return restore(lo, hi, shape)


def exp(x: Interval) -> Interval:
    """e^x, inflation 2^-51 per end (error 2.5u). Section 6.

    Ends below -708 get the lower bound 0, ends above 709.78 the upper bound inf.
    """
    xl, xh, shape = ends(x)
    with np.errstate(all="ignore"):
        if lowest(xl) >= EXP_LOW and highest(xl) <= EXP_HIGH and lowest(xh) >= EXP_LOW and highest(xh) <= EXP_HIGH:
            lo, hi = exp_raw(xl), exp_raw(xh)
        else:
            nan = np.isnan(xl) | np.isnan(xh)
            lo = exp_raw(np.where(np.isnan(xl), 0.0, np.clip(xl, EXP_LOW, EXP_HIGH)))
            hi = exp_raw(np.where(np.isnan(xh), 0.0, np.clip(xh, EXP_LOW, EXP_HIGH)))
            lo = np.where(xl < EXP_LOW, 0.0, lo)
            hi = np.where(xh > EXP_HIGH, INF, hi)
            lo, hi = forget(lo, hi, nan)
        lo *= 1.0 - 2.0 * ULP
        hi *= 1.0 + 2.0 * ULP
        return restore(lo, hi, shape)


def sigmoid_raw(z: FloatArray) -> FloatArray:
    """Sigmoid with relative error at most 5u for z >= EXP_LOW; finite z only."""
    t = np.abs(z)
    np.negative(t, out=t)
    if not lowest(t) >= EXP_LOW:
        np.maximum(t, EXP_LOW, out=t)
    t = exp_raw(t)
    s = np.where(z < 0.0, t, 1.0)
    t += 1.0
    s /= t
    return s


def sigmoid(x: Interval) -> Interval:
    """1/(1 + e^-x), inflation 2^-50 per end (error 5u), within [0, 1]. Section 7.

    The relative bound holds on both tails; ends below -708 get the lower bound 0.
    """
    xl, xh, shape = ends(x)
    with np.errstate(all="ignore"):
        low = lowest(xl)
        if low >= -INF and lowest(xh) >= -INF:
            lo, hi = sigmoid_raw(xl), sigmoid_raw(xh)
            lo *= 1.0 - 4.0 * ULP
            hi *= 1.0 + 4.0 * ULP
            np.minimum(hi, 1.0, out=hi)
            if low < EXP_LOW:
                lo[xl < EXP_LOW] = 0.0
        else:
            nan = np.isnan(xl) | np.isnan(xh)
            lo, hi = sigmoid((np.where(nan, 0.0, xl), np.where(nan, 0.0, xh)))
            lo, hi = forget(lo, hi, nan)
        return restore(lo, hi, shape)


_SINH_COEFFICIENTS = [1.0 / math.factorial(2 * k + 1) for k in range(8, 0, -1)]
# Half of e^x is a normal float up to here.
_HALF_EXP_HIGH = 710.4


def _sinh_small(x: FloatArray) -> FloatArray:
    """sinh with relative error at most 2.5u for |x| <= 1 (Taylor to x^17)."""
    z = x * x
    p = z * _SINH_COEFFICIENTS[0]
    for c in _SINH_COEFFICIENTS[1:]:
        p += c
        p *= z
    p *= x
    p += x
    return p


def _half_exps(a: FloatArray) -> tuple[FloatArray, FloatArray]:
    """e^a/2 (error 2.5u) and e^-a/2 (error 3.6u) for 0 <= a <= _HALF_EXP_HIGH."""
    e = exp_raw(a, -1)
    return e, 0.25 / e


def _sinh_raw(x: FloatArray) -> FloatArray:
    a = np.abs(x)
    e, f = _half_exps(np.clip(a, 1.0, _HALF_EXP_HIGH))
    return np.where(a <= 1.0, _sinh_small(np.clip(x, -1.0, 1.0)), np.copysign(e - f, x))


def sinh(x: Interval) -> Interval:
    """sinh x, inflation 2^-50 per end (error 5u), exact at 0. Section 8.

    Beyond 710.4 in size only the bound sinh(710.4) on the near side is given.
    """
    with np.errstate(all="ignore"):
        lo, hi = odd_increasing(x, _sinh_raw, 4.0 * ULP, INF)
        lo = np.where(np.less(x[0], -_HALF_EXP_HIGH), -INF, lo)
        hi = np.where(np.greater(x[1], _HALF_EXP_HIGH), INF, hi)
        return lo, hi


def _cosh_raw(a: FloatArray) -> FloatArray:
    e, f = _half_exps(np.minimum(a, _HALF_EXP_HIGH))
    return e + f


def cosh(x: Interval) -> Interval:
    """cosh x, inflation 2^-50 per end (error 5u), lo >= 1. Section 8."""
    with np.errstate(all="ignore"):
        xl, xh, shape = ends(x)
        xl, xh, nan = clear_nan(xl, xh)
        far = mag((xl, xh))
        lo = np.maximum(below(_cosh_raw(mig((xl, xh))), 4.0 * ULP), 1.0)
        hi = np.where(far > _HALF_EXP_HIGH, INF, above(_cosh_raw(far), 4.0 * ULP))
        if nan is not None:
            lo, hi = forget(lo, hi, nan)
        return restore(lo, hi, shape)


def _tanh_raw(x: FloatArray) -> FloatArray:
    x = np.clip(x, -22.0, 22.0)
    return _sinh_raw(x) / _cosh_raw(np.abs(x))


def tanh(x: Interval) -> Interval:
    """tanh x, inflation 2^-49 per end (error 10u), within [-1, 1], exact at 0. Section 8."""
    with np.errstate(all="ignore"):
        return odd_increasing(x, _tanh_raw, 8.0 * ULP, 1.0)


def _expm1_raw(x: FloatArray) -> FloatArray:
    h = np.clip(x, -2.0, 2.0) * 0.5
    small = 2.0 * _sinh_small(h) * exp_raw(h)
    large = exp_raw(np.clip(x, EXP_LOW, EXP_HIGH)) - 1.0
    return np.where(np.abs(x) <= 2.0, small, large)


def expm1(x: Interval) -> Interval:
    """e^x - 1, inflation 2^-49 per end (error 7u), lo >= -1, exact at 0. Section 8."""
    with np.errstate(all="ignore"):
        lo, hi = odd_increasing(x, _expm1_raw, 8.0 * ULP, INF)
        lo = np.where(np.isnan(x[0]) | np.isnan(x[1]), lo, np.maximum(lo, -1.0))
        hi = np.where(np.greater(x[1], EXP_HIGH), INF, hi)
        return lo, hi
