"""Outward-rounded float64 interval arithmetic on batches.

An Interval is a pair (lo, hi) of float64 arrays of equal shape (0-d arrays and
Python floats broadcast), lo <= hi, lo may be -inf and hi may be +inf. The pair
stands for the set of reals between its ends. NaN in either end of an operand
means "no information" and yields (-inf, inf); no function returns NaN.

Bounds are stated as the relative inflation of the correctly rounded end, with
u = 2^-53 and eta = 2^-1074. Proofs: docs/theory/float64-enclosures.md, whose
section is named in each docstring.
"""

import math
from fractions import Fraction

import numpy as np

from numeric.interval_kernels import (
    GROW,
    INF,
    MAX,
    MIN_NORMAL,
    SHRINK,
    ULP,
    BoolArray,
    ConstInterval,
    FloatArray,
    Interval,
    PartialInterval,
    add_kernel,
    check_environment,
    div_careful,
    finish,
    highest,
    lowest,
    mul_careful,
    mul_kernel,
)

__all__ = [
    "BoolArray",
    "ConstInterval",
    "FloatArray",
    "Interval",
    "PartialInterval",
    "abs_",
    "add",
    "add_const",
    "check_environment",
    "div",
    "from_fraction",
    "hull",
    "intersect",
    "mag",
    "maximum",
    "mid",
    "mig",
    "minimum",
    "mul",
    "mul_const",
    "neg",
    "pow_int",
    "sign",
    "sqr",
    "sqrt",
    "sub",
    "width",
]


def from_fraction(q: Fraction | int) -> ConstInterval:
    """Tightest float enclosure of a rational: equal ends if exact, else adjacent floats.

    Values beyond the float range get (MAX, inf) or (-inf, -MAX).
    """
    q = Fraction(q)
    if q < 0:
        lo, hi = from_fraction(-q)
        return -hi, -lo
    try:
        f = q.numerator / q.denominator
    except OverflowError:
        return MAX, INF
    if f == INF:
        return MAX, INF
    exact = Fraction(f)
    if exact == q:
        return f, f
    if exact < q:
        return f, math.nextafter(f, INF)
    return math.nextafter(f, -INF), f


def _drop_nan(lo: FloatArray, hi: FloatArray) -> Interval:
    """Replace elements with a NaN end by (-inf, inf); NaN must not be hidden in lo, hi."""
    if lowest(lo) >= -INF and lowest(hi) >= -INF:
        return lo, hi
    nan = np.isnan(lo) | np.isnan(hi)
    return np.where(nan, -INF, lo), np.where(nan, INF, hi)


def add(x: Interval, y: Interval) -> Interval:
    """x + y, inflation 2u per end, exact where the sum is below 2^-1022. Section 2."""
    with np.errstate(all="ignore"):
        return add_kernel(x[0], x[1], y[0], y[1])


def sub(x: Interval, y: Interval) -> Interval:
    """x - y, inflation 2u per end. Section 2."""
    with np.errstate(all="ignore"):
        return add_kernel(x[0], x[1], np.negative(y[1]), np.negative(y[0]))


def neg(x: Interval) -> Interval:
    """-x, exact."""
    return _drop_nan(np.negative(x[1]), np.negative(x[0]))


def mul(x: Interval, y: Interval, sx: int = 0, sy: int = 0) -> Interval:
    """x * y, inflation 2u per end plus eta below 2^-1022, with 0*inf = 0. Section 3.

    sx, sy are static promises on the stored ends: +1 every lo >= 0, -1 every
    hi <= 0, 0 unknown. Elements that are NaN or (-inf, inf) are exempt. The result
    of a non-negative product has lo >= 0, and that of an exact zero is exact.
    """
    with np.errstate(all="ignore"):
        return mul_kernel(x, y, sx, sy)


def add_const(c: ConstInterval, x: Interval) -> Interval:
    """c + x for a constant enclosed in c, inflation 2u per end. Section 2."""
    if c[0] == 0.0 == c[1]:
        return _drop_nan(np.array(x[0], dtype=np.float64), np.array(x[1], dtype=np.float64))
    with np.errstate(all="ignore"):
        return add_kernel(x[0], x[1], np.asarray(c[0]), np.asarray(c[1]))


def mul_const(c: ConstInterval, x: Interval) -> Interval:
    """c * x for one real constant enclosed in c. Section 3.

    Inflation: 0 for |c| a power of two, 2u for another float, 6u if the ends of
    c are adjacent floats (any other rational), plus eta below 2^-1022.
    """
    cl, ch = c
    args = (x[0], x[1], cl, ch)
    with np.errstate(all="ignore"):
        if cl == ch and 0.0 < abs(cl) < INF:
            k, factor = cl, 0.0 if abs(math.frexp(cl)[0]) == 0.5 else ULP
        elif cl >= MIN_NORMAL and ch == math.nextafter(cl, INF) <= MAX:
            k, factor = cl, 3.0 * ULP
        elif cl >= -MAX and ch == math.nextafter(cl, INF) <= -MIN_NORMAL:
            k, factor = ch, 3.0 * ULP
        else:
            sign = 1 if cl >= 0.0 else -1 if ch <= 0.0 else 0
            return mul_kernel((np.asarray(cl), np.asarray(ch)), x, sign, 0)
        near, far = (x[0], x[1]) if k > 0.0 else (x[1], x[0])
        return finish(np.multiply(near, k), np.multiply(far, k), mul_careful, args, factor)


def mig(x: Interval) -> FloatArray:
    """Smallest |t| over x, exact; 0 where x has a NaN end."""
    m = np.maximum(np.maximum(x[0], np.negative(x[1])), 0.0)
    if not lowest(m) >= 0.0:
        m = np.where(np.isnan(m), 0.0, m)
    return np.minimum(m, MAX)


def mag(x: Interval) -> FloatArray:
    """Largest |t| over x, exact; inf where x has a NaN end."""
    m = np.maximum(np.negative(x[0]), x[1])
    if not lowest(m) >= 0.0:
        m = np.where(np.isnan(m), INF, np.abs(m))
    return m


def _forget_nan(lo: FloatArray, hi: FloatArray, x: Interval) -> Interval:
    """lo, hi, but (-inf, inf) where x has a NaN end."""
    if lowest(np.asarray(x[0])) >= -INF and lowest(np.asarray(x[1])) >= -INF:
        return lo, hi
    nan = np.isnan(x[0]) | np.isnan(x[1])
    return np.where(nan, -INF, lo), np.where(nan, INF, hi)


def abs_(x: Interval) -> Interval:
    """|x|, exact."""
    return _forget_nan(mig(x), mag(x), x)


def sign(x: Interval) -> Interval:
    """The sign of x as -1, 0 or 1, exact."""
    return _forget_nan(np.sign(x[0]), np.sign(x[1]), x)


def sqr(x: Interval) -> Interval:
    """x^2, inflation 2u per end plus eta below 2^-1022; lo >= 0. Section 3."""
    with np.errstate(all="ignore"):
        a, b = mig(x), mag(x)
        lo, hi = mul_kernel((a, b), (a, b), 1, 1)
        return _forget_nan(lo, hi, x)


def _power_ends(near: FloatArray, far: FloatArray, n: int) -> Interval:
    """Lower bound of near^n and upper bound of far^n for ends >= 0, n >= 2."""
    if n > 2**40:
        return np.where(near >= 1.0, 1.0, 0.0), np.where(far > 1.0, INF, np.where(far > 0.0, 1.0, 0.0))
    f = n * ULP
    lo = np.minimum(_power(near, n), MAX)
    hi = _power(far, n)
    # Below 2^-1000 some intermediate power may have underflowed.
    if not (lowest(lo) > 2.0**-1000):
        lo = np.where(lo > 2.0**-1000, lo, 0.0)
        hi = np.where(hi > 2.0**-1000, hi, np.where(far == 0.0, 0.0, 2.0**-999))
    return lo * (1.0 - f), hi * (1.0 + f)


def _power(a: FloatArray, n: int) -> FloatArray:
    """a^n by repeated squaring, rounded to nearest at every step."""
    result: FloatArray | None = None
    while True:
        if n & 1:
            result = a if result is None else result * a
        n >>= 1
        if n == 0:
            return a if result is None else result
        a = a * a


def pow_int(x: Interval, n: int) -> Interval | PartialInterval:
    """x^n for a fixed integer n; (lo, hi) if n >= 0, else (lo, hi, ok) as in div. Section 5.

    x^0 = 1. Relative inflation 2nu per end (n <= 2^40; beyond that only the
    bounds 0, 1, inf are used), and the result is coarse below 2^-1000. ok is
    False where x contains 0.
    """
    if n < 0:
        base = pow_int(x, -n)
        one = np.asarray(1.0)
        even = n % 2 == 0
        lo, hi, _ = div((one, one), (base[0], base[1]), 1, 1 if even else 0)
        ok = np.logical_or(np.greater(x[0], 0.0), np.less(x[1], 0.0))
        return lo, hi, ok & ~(np.isnan(x[0]) | np.isnan(x[1]))
    if n == 1:
        return _drop_nan(np.array(x[0], dtype=np.float64), np.array(x[1], dtype=np.float64))
    if n == 2:
        return sqr(x)
    with np.errstate(all="ignore"):
        if n == 0:
            one = np.ones(np.broadcast_shapes(np.shape(x[0]), np.shape(x[1])))
            return _forget_nan(one, one.copy(), x)
        if n % 2 == 0:
            lo, hi = _power_ends(mig(x), mag(x), n)
            return _forget_nan(lo, hi, x)
        xl, xh = np.asarray(x[0]), np.asarray(x[1])
        lo_pos, lo_neg = _power_ends(np.maximum(xl, 0.0), np.maximum(-xl, 0.0), n)
        hi_neg, hi_pos = _power_ends(np.maximum(-xh, 0.0), np.maximum(xh, 0.0), n)
        lo = np.where(xl >= 0.0, lo_pos, -lo_neg)
        hi = np.where(xh > 0.0, hi_pos, -hi_neg)
        return _forget_nan(lo, hi, x)


def div(x: Interval, y: Interval, sx: int = 0, sy: int = 0) -> PartialInterval:
    """x / y over the part of y without 0, inflation 2u per end plus eta below 2^-1022. Section 4.

    ok is False where y contains 0 or an operand has a NaN end; a y with 0 inside
    gives (-inf, inf), one with 0 at one end the one-sided range. sx, sy are
    static promises as for mul.
    """
    (xl, xh), (yl, yh) = x, y
    with np.errstate(all="ignore"):
        args = (xl, xh, yl, yh)
        if sx and sy:
            if sx > 0:
                lo, hi = ((xl, yh), (xh, yl)) if sy > 0 else ((xh, yh), (xl, yl))
            else:
                lo, hi = ((xl, yl), (xh, yh)) if sy > 0 else ((xh, yl), (xl, yh))
            rl, rh = np.divide(*lo), np.divide(*hi)
        elif sy:
            a, b, c, d = np.divide(xl, yl), np.divide(xl, yh), np.divide(xh, yl), np.divide(xh, yh)
            rl, rh = (np.minimum(a, b), np.maximum(c, d)) if sy > 0 else (np.minimum(c, d), np.maximum(a, b))
        else:
            a, b, c, d = np.divide(xl, yl), np.divide(xl, yh), np.divide(xh, yl), np.divide(xh, yh)
            rl = np.minimum(np.minimum(a, b), np.minimum(c, d))
            rh = np.maximum(np.maximum(a, b), np.maximum(c, d))
        ok = np.logical_or(np.greater(yl, 0.0), np.less(yh, 0.0))
        if not ok.all():
            # Four finite quotients say nothing when 0 lies inside y.
            rl = np.where(ok, rl, np.nan)
        rlo, rhi = finish(rl, rh, div_careful, args)
        nan = np.isnan(xl) | np.isnan(xh) | np.isnan(yl) | np.isnan(yh)
        return rlo, rhi, np.asarray(ok & ~nan)


def sqrt(x: Interval) -> PartialInterval:
    """sqrt over the part of x in [0, inf), inflation 2u per end, exact at 0. Section 4.

    (-inf, inf) where x lies below 0; ok where x has no NaN end and lo >= 0.
    """
    xl, xh = x
    with np.errstate(all="ignore"):
        ok = np.asarray(np.greater_equal(xl, 0.0) & ~np.isnan(xh))
        lo = np.sqrt(np.maximum(np.minimum(xl, MAX), 0.0)) * SHRINK
        hi = np.sqrt(np.maximum(xh, 0.0)) * GROW
        if not ok.all():
            void = np.isnan(xl) | ~np.greater_equal(xh, 0.0)
            lo = np.where(void, -INF, lo)
            hi = np.where(void, INF, hi)
        return lo, hi, ok


def hull(x: Interval, y: Interval) -> Interval:
    """Smallest interval containing x and y, exact."""
    return _drop_nan(np.minimum(x[0], y[0]), np.maximum(x[1], y[1]))


def intersect(x: Interval, y: Interval) -> Interval:
    """Intersection, exact; lo > hi where it is empty (the caller masks)."""
    return _drop_nan(np.maximum(x[0], y[0]), np.minimum(x[1], y[1]))


def minimum(x: Interval, y: Interval) -> Interval:
    """min(x, y), exact."""
    return _drop_nan(np.minimum(x[0], y[0]), np.minimum(x[1], y[1]))


def maximum(x: Interval, y: Interval) -> Interval:
    """max(x, y), exact."""
    return _drop_nan(np.maximum(x[0], y[0]), np.maximum(x[1], y[1]))


def width(x: Interval) -> FloatArray:
    """Upper bound of hi - lo, inflation 2u; inf where an end is infinite or NaN. Section 2."""
    with np.errstate(all="ignore"):
        w = np.subtract(x[1], x[0]) * GROW
        return w if highest(w) < INF else np.where(np.isnan(w), INF, w)


def mid(x: Interval) -> FloatArray:
    """A finite point of x near its middle (0 for the whole line or a NaN end).

    A half-line is split at 0 if it contains 0 inside, else at twice its end.
    """
    xl, xh = x
    with np.errstate(all="ignore"):
        m = np.asarray(np.multiply(xl, 0.5) + np.multiply(xh, 0.5))
        if lowest(m) > -INF and highest(m) < INF:
            return np.asarray(np.minimum(np.maximum(m, xl), xh))
        nan = np.isnan(xl) | np.isnan(xh)
        right = np.where(np.greater_equal(xl, 0.0), 2.0 * np.asarray(xl) + 1.0, 0.0)
        left = np.where(np.less_equal(xh, 0.0), 2.0 * np.asarray(xh) - 1.0, 0.0)
        m = np.where(np.isfinite(m), m, np.where(np.isinf(xh), right, left))
        m = np.where(nan | (np.isinf(xl) & np.isinf(xh)), 0.0, np.clip(m, -MAX, MAX))
        # An end at infinity must not survive the clamping.
        low = np.where(nan, -MAX, np.clip(xl, -MAX, MAX))
        high = np.where(nan, MAX, np.clip(xh, -MAX, MAX))
        return np.asarray(np.minimum(np.maximum(m, low), high))
