"""Enclosures of log, softplus and real powers. u = 2^-53."""

from fractions import Fraction

import flint
import numpy as np

from numeric.elementary_exp import (
    EXP_LOW,
    above,
    arb_fraction,
    below,
    clear_nan,
    ends,
    exp,
    exp_raw,
    forget,
    restore,
)
from numeric.interval_kernels import INF, MAX, MIN_NORMAL, ULP, FloatArray, Interval, PartialInterval
from numeric.intervals import mul

_OFFSET = 0x3FE6000000000000
_CELLS = 128
# The two cells that meet at 1, where the approximate reciprocal is exactly 1.
_UNIT_CELLS = (79, 80)
# Keeps the top 40 bits of a significand.
_HEAD_MASK = np.int64(-(1 << 13))
_SERIES = [(-1.0) ** (k + 1) / k for k in range(8, 1, -1)]


def _split(q: Fraction) -> tuple[float, float]:
    """A multiple of 2^-42 and the rounded rest."""
    high = Fraction(round(q * 2**42), 2**42)
    low = q - high
    return high.numerator / high.denominator, low.numerator / low.denominator


def _log_tables() -> tuple[FloatArray, FloatArray, FloatArray, tuple[float, float]]:
    reciprocal, high, low = [], [], []
    edges = (np.arange(_CELLS + 1, dtype=np.int64) * (1 << 45) + _OFFSET).view(np.float64).tolist()
    with flint.ctx.workprec(256):
        for i in range(_CELLS):
            c = 2 / (Fraction(edges[i]) + Fraction(edges[i + 1]))
            c = Fraction(1) if i in _UNIT_CELLS else Fraction(round(c * 2**12), 2**12)
            value = -(flint.arb(flint.fmpq(c.numerator, c.denominator))).log()
            h, t = (0.0, 0.0) if c == 1 else _split(arb_fraction(value))
            reciprocal.append(float(c))
            high.append(h)
            low.append(t)
        log2 = _split(arb_fraction(flint.arb(2).log()))
    return np.array(reciprocal), np.array(high), np.array(low), log2


_RECIPROCAL, _LOG_HIGH, _LOG_LOW, _LOG2 = _log_tables()


def log_raw(x: FloatArray) -> FloatArray:
    """log with relative error at most 4u for finite x > 0, exact at 1. Section 10.

    x = 2^k z with z in [11/16, 11/8), c near 1/z from a table, r = zc - 1:
    log x = k log 2 - log c + log(1 + r), |r| <= 2^-7.
    """
    small = x < MIN_NORMAL
    shifted = np.where(small, x * 2.0**54, x)
    bits = shifted.view(np.int64)
    offset = bits - _OFFSET
    power = offset >> 52
    index = (offset >> 45) & (_CELLS - 1)
    z_bits = bits - (power << 52)
    k = power.astype(np.float64) - np.where(small, 54.0, 0.0)
    z = z_bits.view(np.float64)
    head = (z_bits & _HEAD_MASK).view(np.float64)
    c = _RECIPROCAL.take(index)
    r = (head * c - 1.0) + (z - head) * c
    p = r * _SERIES[0]
    for a in _SERIES[1:]:
        p += a
        p *= r
    p *= r
    high = k * _LOG2[0] + _LOG_HIGH.take(index)
    low = k * _LOG2[1] + _LOG_LOW.take(index)
    return high + (r + (low + p))


def log(x: Interval) -> PartialInterval:
    """Natural logarithm over the part of x in (0, inf), inflation 2^-50 per end (error 4u). Section 10.

    Exact at 1. (-inf, inf) where no part of x is positive; ok where lo > 0.
    """
    with np.errstate(all="ignore"):
        xl, xh, shape = ends(x)
        xl, xh, nan = clear_nan(xl, xh)
        ok = xl > 0.0
        lo = log_raw(np.where(ok, np.minimum(xl, MAX), 1.0))
        hi = log_raw(np.where(xh > 0.0, np.minimum(xh, MAX), 1.0))
        lo -= np.abs(lo) * (4.0 * ULP)
        hi += np.abs(hi) * (4.0 * ULP)
        lo = np.where(ok, lo, -INF)
        hi = np.where((xh > 0.0) & (xh <= MAX), hi, INF)
        if nan is not None:
            lo, hi = forget(lo, hi, nan)
            ok = ok & ~nan
        lo, hi = restore(lo, hi, shape)
        return lo, hi, ok if shape is None else ok.reshape(shape)


def _softplus_raw(z: FloatArray) -> FloatArray:
    """Relative error at most 11u for z >= EXP_LOW. log(1+t) = log(w) + (t-(w-1))/w, w = fl(1+t)."""
    t = exp_raw(np.maximum(-np.abs(z), EXP_LOW))
    w = 1.0 + t
    return np.maximum(z, 0.0) + (log_raw(w) + (t - (w - 1.0)) / w)


def softplus(x: Interval) -> Interval:
    """log(1 + e^x), inflation 2^-49 per end (error 11u), lo >= 0. Section 11.

    Ends below -708 get the lower bound 0.
    """
    with np.errstate(all="ignore"):
        xl, xh, shape = ends(x)
        xl, xh, nan = clear_nan(xl, xh)
        lo = below(_softplus_raw(np.minimum(xl, MAX)), 8.0 * ULP)
        hi = above(_softplus_raw(xh), 8.0 * ULP)
        lo = np.where(xl < EXP_LOW, 0.0, lo)
        if nan is not None:
            lo, hi = forget(lo, hi, nan)
        return restore(lo, hi, shape)


def pow_real(x: Interval, y: Interval) -> PartialInterval:
    """x^y = exp(y log x) over the part of x in (0, inf), and 0^y = 0 for y > 0. Section 11.

    The relative error grows like |y log x| * 2^-49. ok where x > 0, or x >= 0 and y > 0.
    """
    with np.errstate(all="ignore"):
        a, b, ok = log(x)
        lo, hi = exp(mul(y, (a, b)))
        nan = np.isnan(x[0]) | np.isnan(x[1]) | np.isnan(y[0]) | np.isnan(y[1])
        ok = (ok | (np.greater_equal(x[0], 0.0) & np.greater(y[0], 0.0))) & ~nan
        lo, hi = forget(lo, hi, nan)
        return lo, hi, np.asarray(ok)
