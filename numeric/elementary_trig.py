"""Enclosures of the trigonometric functions and their inverses. u = 2^-53."""

import math
from fractions import Fraction

import flint
import numpy as np

from numeric.elementary_exp import (
    TINY,
    above,
    arb_fraction,
    below,
    clear_nan,
    ends,
    forget,
    odd_increasing,
    restore,
    rounded,
)
from numeric.interval_kernels import ULP, BoolArray, FloatArray, Interval, PartialInterval
from numeric.intervals import div, from_fraction

# Beyond this sin and cos return [-1, 1].
TRIG_LIMIT = 2.0**20


def _constants() -> tuple[list[float], float, float, float, float, float, FloatArray]:
    with flint.ctx.workprec(256):
        pi = flint.arb.pi()
        half = arb_fraction(pi / 2)
        # 33 bits each: products with |k| <= 2^20 are exact.
        first = Fraction(int(half * 2**32), 2**32)
        second = Fraction(int((half - first) * 2**65), 2**65)
        third = half - first - second
        parts = [q.numerator / q.denominator for q in (first, second, third)]
        table = [rounded((flint.arb(j) / 32).atan()) for j in range(33)]
        return (
            parts,
            rounded(2 / pi),
            rounded(1 / pi),
            rounded(pi / 2),
            # The midpoint error is far below the gap to a neighbouring float.
            from_fraction(half)[1],
            from_fraction(2 * half)[1],
            np.array(table),
        )


_HALF_PI_PARTS, _TWO_OVER_PI, _ONE_OVER_PI, _HALF_PI, _HALF_PI_UP, _PI_UP, _ATAN_TABLE = _constants()
_SIN = [(-1.0) ** k / math.factorial(2 * k + 1) for k in range(8, 0, -1)]
_COS = [(-1.0) ** k / math.factorial(2 * k) for k in range(8, 0, -1)]
_ATAN = [(-1.0) ** k / (2 * k + 1) for k in range(4, 0, -1)]


def _series(z: FloatArray, coefficients: list[float]) -> FloatArray:
    """z * (c_1 + z * (c_2 + ...)) with the coefficients given from the last."""
    p = z * coefficients[0]
    for c in coefficients[1:]:
        p += c
        p *= z
    return p


def _sine_at(x: FloatArray, quarter: int) -> Interval:
    """Enclosure of sin(x + quarter*pi/2) at points |x| <= 2^20.

    Error at most 5u relative plus 2^-96 absolute, relative only for |x| < pi/4. Section 12.
    """
    k = np.rint(x * _TWO_OVER_PI)
    r = x - k * _HALF_PI_PARTS[0]
    r -= k * _HALF_PI_PARTS[1]
    r -= k * _HALF_PI_PARTS[2]
    z = r * r
    sine = r + r * _series(z, _SIN)
    cosine = 1.0 + _series(z, _COS)
    turn = (k.astype(np.int64) + quarter) & 3
    v = np.where(turn & 1, cosine, sine)
    v = np.where(turn & 2, -v, v)
    margin = np.abs(v) * (4.0 * ULP) + np.where(k == 0.0, TINY, 2.0**-95)
    lo, hi = np.maximum(v - margin, -1.0), np.minimum(v + margin, 1.0)
    zero = (r == 0.0) & (k == 0.0) & ((turn & 1) == 0)
    return np.where(zero, 0.0, lo), np.where(zero, 0.0, hi)


def _multiples(xl: FloatArray, xh: FloatArray, shift: float) -> tuple[FloatArray, FloatArray]:
    """First and last integer n with (n + shift)*pi possibly in [xl, xh] (none if first > last)."""
    # The quotients err by less than 2^-32.
    first = np.ceil(xl * _ONE_OVER_PI - shift - 2.0**-30)
    last = np.floor(xh * _ONE_OVER_PI - shift + 2.0**-30)
    return first, last


def _wave(x: Interval, quarter: int) -> Interval:
    with np.errstate(all="ignore"):
        xl, xh, shape = ends(x)
        xl, xh, nan = clear_nan(xl, xh)
        large = (np.abs(xl) > TRIG_LIMIT) | (np.abs(xh) > TRIG_LIMIT)
        cl, ch = np.where(large, 0.0, xl), np.where(large, 0.0, xh)
        left_lo, left_hi = _sine_at(cl, quarter)
        right_lo, right_hi = _sine_at(ch, quarter)
        lo, hi = np.minimum(left_lo, right_lo), np.maximum(left_hi, right_hi)
        first, last = _multiples(cl, ch, 0.0 if quarter else 0.5)
        even = np.floor(first * 0.5) * 2.0 == first
        # Extrema alternate: maxima at even n, minima at odd n.
        top = ((first <= last) & even) | (first + 1.0 <= last)
        bottom = ((first <= last) & ~even) | (first + 1.0 <= last)
        hi = np.where(top | large, 1.0, hi)
        lo = np.where(bottom | large, -1.0, lo)
        if nan is not None:
            lo, hi = forget(lo, hi, nan)
        return restore(lo, hi, shape)


def sin(x: Interval) -> Interval:
    """sin x, inflation 2^-50 relative plus 2^-95 per end, within [-1, 1]. Section 12.

    [-1, 1] if an end exceeds 2^20 in size. The margin 2^-95 is absent for |x| < pi/4.
    """
    return _wave(x, 0)


def cos(x: Interval) -> Interval:
    """cos x, inflation 2^-50 relative plus 2^-95 per end, within [-1, 1]. Section 12.

    [-1, 1] if an end exceeds 2^20 in size.
    """
    return _wave(x, 1)


def tan(x: Interval) -> PartialInterval:
    """tan x as the quotient of the sine and cosine enclosures at the ends. Section 12.

    (-inf, inf) and not ok if x comes within 2^-28 of a pole or beyond 2^20.
    """
    with np.errstate(all="ignore"):
        xl, xh, shape = ends(x)
        xl, xh, nan = clear_nan(xl, xh)
        bad = (np.abs(xl) > TRIG_LIMIT) | (np.abs(xh) > TRIG_LIMIT)
        cl, ch = np.where(bad, 0.0, xl), np.where(bad, 0.0, xh)
        first, last = _multiples(cl, ch, 0.5)
        bad |= first <= last
        lo, _, ok_lo = div(_sine_at(cl, 0), _sine_at(cl, 1))
        _, hi, ok_hi = div(_sine_at(ch, 0), _sine_at(ch, 1))
        bad |= ~(ok_lo & ok_hi)
        if nan is not None:
            bad |= nan
        lo, hi = restore(*forget(lo, hi, bad), shape)
        ok = ~bad
        return lo, hi, ok if shape is None else ok.reshape(shape)


def _atan_raw(x: FloatArray) -> FloatArray:
    """atan with relative error at most 12u for every x but NaN. Section 13.

    atan y = atan c + atan((y-c)/(1+yc)), c the multiple of 1/32 nearest to y <= 1.
    """
    a = np.abs(x)
    inverted = a > 1.0
    y = np.where(inverted, 1.0 / a, a)
    j = np.rint(y * 32.0)
    c = j * (1.0 / 32.0)
    t = (y - c) / (1.0 + y * c)
    v = _ATAN_TABLE.take(j.astype(np.int64)) + (t + t * _series(t * t, _ATAN))
    return np.copysign(np.where(inverted, _HALF_PI - v, v), x)


def atan(x: Interval) -> Interval:
    """atan x, inflation 2^-49 per end (error 12u), within [-pi/2, pi/2], exact at 0. Section 13."""
    with np.errstate(all="ignore"):
        return odd_increasing(x, _atan_raw, 8.0 * ULP, _HALF_PI_UP)


def _unit_domain(x: Interval) -> tuple[Interval, BoolArray, BoolArray]:
    """x clipped to [-1, 1], whether it lies inside, whether it misses the domain (or is NaN)."""
    xl, xh = np.asarray(x[0], dtype=np.float64), np.asarray(x[1], dtype=np.float64)
    ok = np.asarray((xl >= -1.0) & (xh <= 1.0))
    void = np.asarray(~((xl <= 1.0) & (xh >= -1.0)))
    return (np.clip(xl, -1.0, 1.0), np.clip(xh, -1.0, 1.0)), ok, void


def _asin_raw(x: FloatArray) -> FloatArray:
    """asin x = atan(x / sqrt((1-x)(1+x))), relative error at most 16u on [-1, 1]."""
    return _atan_raw(x / np.sqrt((1.0 - x) * (1.0 + x)))


def asin(x: Interval) -> PartialInterval:
    """asin over the part of x in [-1, 1], inflation 2^-48 per end (error 16u). Section 13.

    (-inf, inf) where x misses the domain; ok where x lies in [-1, 1].
    """
    with np.errstate(all="ignore"):
        inside, ok, void = _unit_domain(x)
        lo, hi = forget(*odd_increasing(inside, _asin_raw, 16.0 * ULP, _HALF_PI_UP), void)
        return lo, hi, ok


def _acos_raw(x: FloatArray) -> FloatArray:
    """acos x = 2 atan(sqrt((1-x)/(1+x))), relative error at most 15u on [-1, 1]."""
    return 2.0 * _atan_raw(np.sqrt((1.0 - x) / (1.0 + x)))


def acos(x: Interval) -> PartialInterval:
    """acos over the part of x in [-1, 1], inflation 2^-48 per end (error 15u). Section 13.

    Within [0, pi], exact at 1; (-inf, inf) where x misses the domain.
    """
    with np.errstate(all="ignore"):
        inside, ok, void = _unit_domain(x)
        xl, xh, shape = ends(inside)
        xl, xh, _ = clear_nan(xl, xh)
        lo = np.maximum(below(_acos_raw(xh), 16.0 * ULP), 0.0)
        hi = np.where(xl == 1.0, 0.0, np.minimum(above(_acos_raw(xl), 16.0 * ULP), _PI_UP))
        lo, hi = restore(lo, hi, shape)
        lo, hi = forget(lo, hi, void)
        return lo, hi, ok
