"""Projections of single operations: what a result implies for an argument, on float64 batches.

Arithmetic: rigorous.  Every function returns bounds (lo, hi) for an argument, never NaN; (-inf, inf)
stands for "nothing follows" and lo > hi for "no argument is possible".  Where an inverse has no proven
enclosure, an unproven guess is checked with the enclosure of the function itself, so that a bad guess
costs sharpness and nothing else.  Reasons: docs/theory/hc4.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from numeric import elementary, intervals
from numeric.interval_kernels import INF, MAX
from numeric.intervals import FloatArray, Interval

__all__ = [
    "base_of_power",
    "base_of_quadratic",
    "inverse",
    "minimum_argument",
    "periodic",
    "quotient",
    "shave",
    "two_sided",
]

PI = (math.pi, math.nextafter(math.pi, INF))  # the nearest double lies below pi
TRIG_LIMIT = 2.0**20
# Powers this small are enclosed coarsely; a larger upper end is a valid one.
SMALL_POWER = 2.0**-990
HALVINGS = 10  # a thousandth of the side: what is left over is cut off in the next call


def quotient(v: Interval, y: Interval, x: Interval) -> Interval:
    """The t in x with t * s in v for some s in y (hull)."""
    lo, hi, ok = intervals.div(v, y)
    if ok.all():
        return lo, hi
    # 0 * t = 0 for every t, whereas a v without 0 leaves only the part of y without 0.
    holds_zero = (v[0] <= 0.0) & (v[1] >= 0.0)
    free = ~ok & holds_zero
    lo, hi = np.where(free, -INF, lo), np.where(free, INF, hi)
    inside = ~ok & ~holds_zero & (y[0] < 0.0) & (y[1] > 0.0)
    if not inside.any():
        return lo, hi
    size = intervals.mig(v)
    above, below = (
        np.minimum(intervals.div((size, size), (part, part))[0], MAX)
        for part in (np.where(inside, y[1], 1.0), np.where(inside, np.negative(y[0]), 1.0))
    )
    positive = v[0] > 0.0
    gap = _around_gap(x, -np.where(positive, below, above), np.where(positive, above, below))
    return np.where(inside, gap[0], lo), np.where(inside, gap[1], hi)


def _around_gap(x: Interval, left: FloatArray, right: FloatArray) -> Interval:
    """Bounds for a number in x that is <= left or >= right."""
    return np.where(x[0] > left, right, -INF), np.where(x[1] < right, left, INF)


def two_sided(size: Interval, x: Interval) -> Interval:
    """The t in x with |t| in ``size``."""
    near, far = np.maximum(size[0], 0.0), size[1]
    lo, hi = _around_gap(x, -near, near)
    lo, hi = np.maximum(lo, -far), np.minimum(hi, far)
    impossible = far < 0.0
    return np.where(impossible, INF, lo), np.where(impossible, -INF, hi)


# -- powers --------------------------------------------------------------------------------------------------
def _root(w: Interval, n: int) -> Interval:
    """The t >= 0 with t**n in w; negative parts of w count as 0."""
    low, high = np.maximum(w[0], 0.0), np.maximum(w[1], 0.0)
    if n == 2:
        lo, hi, _ = intervals.sqrt((low, high))
        return lo, hi
    with np.errstate(all="ignore"):
        a = np.power(low, 1.0 / n) * (1.0 - 2.0**-48)
        fits = intervals.pow_int((a, a), n)[1] <= low
        target = np.maximum(high, SMALL_POWER)
        b = np.power(target, 1.0 / n) * (1.0 + 2.0**-48)
        covers = intervals.pow_int((b, b), n)[0] >= target
    return np.where(fits, a, 0.0), np.where(high == 0.0, 0.0, np.where(covers, b, INF))


def base_of_power(v: Interval, n: int, x: Interval) -> Interval:
    """The t in x with t**n in v, n != 0."""
    if n < 0:
        one = np.ones(np.shape(v[0]))
        base = intervals.pow_int(x, -n)
        w = quotient((one, one), v, (base[0], base[1]))
        impossible = w[0] > w[1]
        lo, hi = base_of_power((np.where(impossible, 0.0, w[0]), np.where(impossible, 0.0, w[1])), -n, x)
        return np.where(impossible, INF, lo), np.where(impossible, -INF, hi)
    if n == 1:
        return v
    if n % 2 == 0:
        lo, hi = two_sided(_root(v, n), x)
        impossible = v[1] < 0.0
        return np.where(impossible, INF, lo), np.where(impossible, -INF, hi)
    positive = _root(v, n)
    negative = _root((np.negative(v[1]), np.negative(v[0])), n)
    return (
        np.where(v[0] >= 0.0, positive[0], -negative[1]),
        np.where(v[1] >= 0.0, positive[1], -negative[0]),
    )


def base_of_quadratic(v: Interval, coefficients: tuple[Fraction, ...], x: Interval) -> Interval:
    """The t in x with c0 + c1 t + c2 t**2 in v: c2 (t + h)**2 + k with h, k exact."""
    c0, c1, c2 = coefficients
    h = c1 / (2 * c2)
    k = c0 - c1 * h / 2
    w = intervals.mul_const(intervals.from_fraction(1 / c2), intervals.add_const(intervals.from_fraction(-k), v))
    moved = intervals.add_const(intervals.from_fraction(h), x)
    lo, hi = base_of_power(w, 2, moved)
    impossible = lo > hi
    back = intervals.from_fraction(-h)
    lo, hi = intervals.add_const(back, (np.where(impossible, 0.0, lo), np.where(impossible, 0.0, hi)))
    return np.where(impossible, INF, lo), np.where(impossible, -INF, hi)


# -- functions -----------------------------------------------------------------------------------------------
def _increasing(f: Callable[[Interval], Interval], guess: Callable[[FloatArray], FloatArray], v: Interval) -> Interval:
    """The t with f(t) in v for a strictly increasing f: f(a) <= v_lo proves t >= a."""
    ends = []
    with np.errstate(all="ignore"):
        for side, end in ((-1.0, v[0]), (1.0, v[1])):
            t = guess(end + side * np.abs(end) * 2.0**-45)
            t = t + side * (np.abs(t) * 2.0**-48 + 1e-300)
            t = np.where(np.isfinite(t), t, 0.0)
            value = f((t, t))
            proved = value[1] <= end if side < 0 else value[0] >= end
            ends.append(np.where(proved, t, side * INF))
    return ends[0], ends[1]


def _softplus_inverse(v: FloatArray) -> FloatArray:
    return np.where(v > 40.0, v, np.log(np.expm1(np.minimum(v, 40.0))))


GUESSES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "atan": np.tan,
    "sinh": np.arcsinh,
    "cosh": np.arccosh,
    "tanh": np.arctanh,
    "sigmoid": lambda v: np.log(v) - np.log1p(-v),
    "softplus": _softplus_inverse,
}


def _positive_only(v: Interval, bound: Interval) -> Interval:
    """Nothing is possible where a positive function would have to be <= 0."""
    return np.where(v[1] <= 0.0, INF, bound[0]), np.where(v[1] <= 0.0, -INF, bound[1])


def _unit(bound: Interval) -> Interval:
    return np.maximum(bound[0], -1.0), np.minimum(bound[1], 1.0)


def inverse(function: str, v: Interval, x: Interval) -> Interval:
    """The t in x with function(t) in v, for functions of one argument (t in the natural domain)."""
    if function in ("sin", "cos", "tan"):
        return periodic(function, v, x)
    if function == "erf":
        return shave(elementary.erf, v, x)
    if function == "exp":
        lo, hi, _ = elementary.log(v)
        return _positive_only(v, (lo, hi))
    if function == "log":
        # exp is >= 0, and a zero upper end leaves no positive number.
        return _positive_only(x, elementary.exp(v))
    if function == "sqrt":
        return intervals.sqr((np.maximum(v[0], 0.0), np.maximum(v[1], 0.0)))
    if function == "asin":
        return _unit(elementary.sin(v))
    if function == "acos":
        return _unit(elementary.cos(v))
    bound = _increasing(getattr(elementary, function), GUESSES[function], v)
    if function == "cosh":
        # cosh increases on t >= 0 only, but it is even: cosh(t) >= v_hi bounds by |t| on either side.
        return two_sided((bound[0], np.abs(bound[1])), x)
    return _positive_only(v, bound) if function in ("sigmoid", "softplus") else bound


def periodic(function: str, v: Interval, x: Interval) -> Interval:
    """The t in x with sin, cos or tan of t in v.

    They lie in the pieces (k - s) pi + (+-1)**k [a, b], one in each monotone stretch of length pi.
    """
    if function == "tan":
        a, b = elementary.atan(v)
        lower, upper = _first(x[0], a, b, 0.0, False), _first(-x[1], -b, -a, 0.0, False)
    elif function == "sin":
        a, b, _ = elementary.asin(v)
        lower, upper = _first(x[0], a, b, 0.0, True), _first(-x[1], -b, -a, 0.0, True)
    else:
        a, b, _ = elementary.asin(v)
        lower, upper = _first(x[0], a, b, 0.5, True), _first(-x[1], a, b, 0.5, True)
    return lower, -upper


def _first(start: FloatArray, a: FloatArray, b: FloatArray, shift: float, alternating: bool) -> FloatArray:
    """A lower bound for the numbers >= start in the pieces (k - shift) pi + (+-1)**k [a, b]."""
    usable = np.abs(start) <= TRIG_LIMIT
    begin = np.where(usable, start, 0.0)
    # The quotient errs by less than 2^-31, so no piece before this one reaches the start.
    first = np.floor(begin * (1.0 / math.pi) + (shift + 0.5 - 2.0**-30))
    found = np.full(np.shape(begin), -INF)
    for k in (first + 1.0, first):
        low, high = a, b
        if alternating:
            even = np.floor(k * 0.5) * 2.0 == k
            low, high = np.where(even, a, -b), np.where(even, b, -a)
        centre = intervals.mul((np.asarray(PI[0]), np.asarray(PI[1])), (k - shift, k - shift))
        piece = intervals.add(centre, (low, high))
        found = np.where(piece[1] >= begin, piece[0], found)
    return np.where(usable, found, -INF)


# -- everything else -----------------------------------------------------------------------------------------
def shave(f: Callable[[Interval], Interval], v: Interval, x: Interval) -> Interval:
    """The t in x with f(t) in v: parts at either end over which the range of f misses v are cut off."""
    size = np.broadcast_shapes(np.shape(v[0]), np.shape(x[0]))
    lo, hi = np.broadcast_to(x[0], size).copy(), np.broadcast_to(x[1], size).copy()
    # Both ends go through one batch: [cut, rest] runs from the end that is cut to the other one.
    cut, rest = np.concatenate([lo, hi]), np.concatenate([hi, lo])
    vl, vh = (np.concatenate([end, end]) for end in (np.broadcast_to(v[0], size), np.broadcast_to(v[1], size)))
    low, high = f((cut, cut))
    lanes = np.flatnonzero((low > vh) | (high < vl))
    if not len(lanes):
        return lo, hi
    cut, rest, vl, vh = cut[lanes], rest[lanes], vl[lanes], vh[lanes]
    for _ in range(HALVINGS):
        middle = intervals.mid((np.minimum(cut, rest), np.maximum(cut, rest)))
        low, high = f((np.minimum(cut, middle), np.maximum(cut, middle)))
        gone = (low > vh) | (high < vl)
        cut, rest = np.where(gone, middle, cut), np.where(gone, rest, middle)
    first = lanes < len(lo)
    lo[lanes[first]] = cut[first]
    hi[lanes[~first] - len(lo)] = cut[~first]
    return lo, hi


def minimum_argument(v: Interval, other: Interval) -> Interval:
    """The t with min(t, s) in v for some s in ``other``."""
    return v[0], np.where(other[0] > v[1], v[1], INF)
