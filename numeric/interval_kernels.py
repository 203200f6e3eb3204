"""Rounding kernels shared by the float64 interval modules.

Everything here assumes IEEE 754 binary64 with round-to-nearest-even and gradual
underflow, and is silent only inside np.errstate(all="ignore"): the public
functions of numeric.intervals and numeric.elementary enter that context.

The error proofs are in docs/theory/float64-enclosures.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Interval = tuple[FloatArray, FloatArray]
PartialInterval = tuple[FloatArray, FloatArray, BoolArray]
ConstInterval = tuple[float, float]
Careful = Callable[..., Interval]

INF = float("inf")
MAX = float.fromhex("0x1.fffffffffffffp+1023")
MIN_NORMAL = 2.0**-1022
ETA = 2.0**-1074
ULP = 2.0**-52
SHRINK = 1.0 - 2.0**-52
GROW = 1.0 + 2.0**-52


def check_environment() -> None:
    """Raise RuntimeError unless NumPy rounds to nearest and keeps subnormals.

    Shared libraries built with unsafe floating-point flags may switch the
    processor to flush-to-zero; every bound below would then be void.
    """
    n = 64
    one = np.ones(n)
    half = np.full(n, 2.0**-53)
    nearest = (
        np.all(one + half == one)
        and np.all(one - half < one)
        and np.all(one + 3.0 * half == 1.0 + 2.0**-51)
        and np.all(-one - half == -one)
        and np.all(-one - 3.0 * half == -1.0 - 2.0**-51)
    )
    tiny = np.full(n, MIN_NORMAL) * 0.25
    gradual = np.all(tiny > 0.0) and np.all(tiny * 4.0 == MIN_NORMAL) and np.all(tiny + tiny > tiny)
    if not (nearest and gradual):
        raise RuntimeError("floating-point environment is not round-to-nearest with gradual underflow")


check_environment()

# Freeing one large block makes glibc keep freed memory of this size instead of
# returning it; otherwise temporaries of 100 kB are faulted in again on every use.
# The pages of this block itself are never touched.
np.empty(1 << 21)


def highest(a: FloatArray) -> float:
    """Largest element; NaN if any element is NaN; -inf for an empty array."""
    return float(np.maximum.reduce(a, axis=None, initial=-INF))


def lowest(a: FloatArray) -> float:
    """Smallest element; NaN if any element is NaN; +inf for an empty array."""
    return float(np.minimum.reduce(a, axis=None, initial=INF))


def patch(
    lo: FloatArray, hi: FloatArray, bad: BoolArray, careful: Careful, args: tuple[FloatArray | float, ...]
) -> Interval:
    """Recompute the elements marked bad with the careful routine."""
    lo, hi, bad = np.asarray(lo), np.asarray(hi), np.asarray(bad)
    picked = [np.broadcast_to(a, lo.shape)[bad] for a in args]
    lo[bad], hi[bad] = careful(*picked)
    return lo, hi


def finish(
    rl: FloatArray,
    rh: FloatArray,
    careful: Careful,
    args: tuple[FloatArray | float, ...],
    factor: float = ULP,
) -> Interval:
    """Widen the rounded ends rl, rh by factor*|r|; send irregular elements to careful.

    An element is irregular if an end is NaN, infinite or below 2^-1022 in size
    (where a relative bound fails). rl and rh must be owned by the caller.
    """
    dl = np.abs(rl)
    dh = np.abs(rh)
    regular = lowest(dl) >= MIN_NORMAL and lowest(dh) >= MIN_NORMAL and highest(dl) <= MAX and highest(dh) <= MAX
    if not regular:
        bad = ~((dl >= MIN_NORMAL) & (dh >= MIN_NORMAL) & (dl <= MAX) & (dh <= MAX))
    if factor:
        dl *= factor
        dh *= factor
        rl -= dl
        rh += dh
    return (rl, rh) if regular else patch(rl, rh, bad, careful, args)


def down(r: FloatArray, exact_zero: BoolArray) -> FloatArray:
    """Lower bounds for real numbers whose correctly rounded values are r (slow, all cases).

    exact_zero: the number is 0. An infinite r stays infinite; the caller clips to MAX.
    """
    lo = r - (np.abs(r) * ULP + ETA)
    # The sign of a rounded product or quotient is right even after underflow.
    lo = np.where(np.signbit(r), lo, np.maximum(lo, 0.0))
    lo = np.where(r == INF, INF, lo)
    return np.where(exact_zero, 0.0, lo)


def _hull_of_rounded(rounded: list[tuple[FloatArray, BoolArray]], invalid: BoolArray) -> Interval:
    lo = np.minimum.reduce([down(r, z) for r, z in rounded])
    hi = -np.minimum.reduce([down(-r, z) for r, z in rounded])
    # Products of finite numbers that overflow are at least MAX in size.
    lo = np.where(invalid, -INF, np.minimum(lo, MAX))
    hi = np.where(invalid, INF, np.maximum(hi, -MAX))
    return lo, hi


def _moderate(*ends: FloatArray) -> bool:
    """Whether every end is 0 or between 2^-500 and 2^500 in size (never for NaN)."""
    m = np.abs(np.array(ends))
    return bool((((m >= 2.0**-500) & (m <= 2.0**500)) | (m == 0.0)).all())


def _hull_of_moderate(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> Interval:
    # No underflow or overflow: a rounded 0 is exact and the relative bound holds elsewhere.
    lo = np.minimum(np.minimum(a, b), np.minimum(c, d))
    hi = np.maximum(np.maximum(a, b), np.maximum(c, d))
    return lo - np.abs(lo) * ULP, hi + np.abs(hi) * ULP


def mul_careful(xl: FloatArray, xh: FloatArray, yl: FloatArray, yh: FloatArray) -> Interval:
    """Product for every kind of input: 0*inf = 0, overflow, underflow, NaN."""
    if _moderate(xl, xh, yl, yh):
        return _hull_of_moderate(xl * yl, xl * yh, xh * yl, xh * yh)
    invalid = np.isnan(xl) | np.isnan(xh) | np.isnan(yl) | np.isnan(yh)
    rounded = []
    for a in (xl, xh):
        for b in (yl, yh):
            rounded.append((a * b, (a == 0.0) | (b == 0.0)))
    return _hull_of_rounded(rounded, invalid)


def div_careful(xl: FloatArray, xh: FloatArray, yl: FloatArray, yh: FloatArray) -> Interval:
    """Quotient over the y != 0 part of every kind of input."""
    if _moderate(xl, xh, yl, yh) and ((yl > 0.0) | (yh < 0.0)).all():
        return _hull_of_moderate(xl / yl, xl / yh, xh / yl, xh / yh)
    invalid = np.isnan(xl) | np.isnan(xh) | np.isnan(yl) | np.isnan(yh)
    invalid |= ~((yl >= 0.0) | (yh <= 0.0)) | ((yl == 0.0) & (yh == 0.0))
    # A zero end of y is a one-sided limit, so its sign is that of the rest of y.
    yl = np.where(yl == 0.0, 0.0, yl)
    yh = np.where(yh == 0.0, -0.0, yh)
    rounded = []
    for a in (xl, xh):
        for b in (yl, yh):
            rounded.append((a / b, (a == 0.0) | np.isinf(b)))
    return _hull_of_rounded(rounded, invalid)


def add_careful(xl: FloatArray, xh: FloatArray, yl: FloatArray, yh: FloatArray) -> Interval:
    """Sum for every kind of input."""
    invalid = np.isnan(xl) | np.isnan(xh) | np.isnan(yl) | np.isnan(yh)
    # An infinite lower end wins over an overflow to +inf in the other operand.
    rl = np.minimum(np.where((xl == -INF) | (yl == -INF), -INF, xl + yl), MAX)
    rh = np.maximum(np.where((xh == INF) | (yh == INF), INF, xh + yh), -MAX)
    lo = np.where(invalid, -INF, rl - np.abs(rl) * ULP)
    hi = np.where(invalid, INF, rh + np.abs(rh) * ULP)
    return lo, hi


def add_kernel(xl: FloatArray, xh: FloatArray, yl: FloatArray, yh: FloatArray) -> Interval:
    """Sum, for ends given one by one."""
    lo = np.add(xl, yl)
    hi = np.add(xh, yh)
    d = np.abs(lo)
    d *= ULP
    lo -= d
    d = np.abs(hi)
    d *= ULP
    hi += d
    if highest(lo) < INF and lowest(hi) > -INF:
        return lo, hi
    # NaN also marks an overflowed lower end (inf - inf above).
    bad = ~((lo < INF) & (hi > -INF))
    return patch(lo, hi, bad, add_careful, (xl, xh, yl, yh))


def mul_kernel(x: Interval, y: Interval, sx: int, sy: int) -> Interval:
    """Product; sx, sy as in numeric.intervals.mul."""
    (xl, xh), (yl, yh) = x, y
    if sx < 0 and sy == 0:
        rl = np.multiply(xl, yh)
        rh = np.multiply(xl, yl)
        rl = np.minimum(rl, np.multiply(xh, yh))
        rh = np.maximum(rh, np.multiply(xh, yl))
    elif sy == 0 and sx > 0:
        rl = np.minimum(np.multiply(xl, yl), np.multiply(xh, yl))
        rh = np.maximum(np.multiply(xl, yh), np.multiply(xh, yh))
    elif sx == 0 and sy:
        return mul_kernel(y, x, sy, 0)
    elif sx:
        if sx > 0:
            rl, rh = (
                (np.multiply(xl, yl), np.multiply(xh, yh)) if sy > 0 else (np.multiply(xh, yl), np.multiply(xl, yh))
            )
        else:
            rl, rh = (
                (np.multiply(xl, yh), np.multiply(xh, yl)) if sy > 0 else (np.multiply(xh, yh), np.multiply(xl, yl))
            )
        if sx == sy:
            least = lowest(rl)
            if least >= 0.0 and lowest(rh) >= MIN_NORMAL and highest(rh) <= MAX:
                rl *= SHRINK
                rh *= GROW
                if least < MIN_NORMAL:
                    rl = np.where(rl < MIN_NORMAL, 0.0, rl)
                return rl, rh
        else:
            least = highest(rh)
            if least <= 0.0 and highest(rl) <= -MIN_NORMAL and lowest(rl) >= -MAX:
                rl *= GROW
                rh *= SHRINK
                if least > -MIN_NORMAL:
                    rh = np.where(rh > -MIN_NORMAL, 0.0, rh)
                return rl, rh
    else:
        a = np.multiply(xl, yl)
        b = np.multiply(xl, yh)
        c = np.multiply(xh, yl)
        d = np.multiply(xh, yh)
        rl = np.minimum(np.minimum(a, b), np.minimum(c, d))
        rh = np.maximum(np.maximum(a, b), np.maximum(c, d))
    return finish(rl, rh, mul_careful, (xl, xh, yl, yh))
