"""Enclosure of the error function. u = 2^-53."""

import flint
import numpy as np

from numeric.elementary_exp import odd_increasing, rounded
from numeric.interval_kernels import ULP, FloatArray, Interval

_SMALL_TERMS = 14
_DEGREE = 10
# erf(6) exceeds 1 - u/4.
_CUT = 6.0


def _tables() -> tuple[list[float], list[FloatArray]]:
    """Odd Taylor coefficients at 0 (from the last), and Taylor coefficients at j/16, 8 <= j <= 96."""
    with flint.ctx.workprec(256):
        scale = 2 / flint.arb.pi().sqrt()
        factorial = flint.arb(1)
        series = []
        for n in range(_SMALL_TERMS):
            if n:
                factorial *= n
            series.append(rounded(scale * (-1) ** n / (factorial * (2 * n + 1))))
        rows: list[list[float]] = [[] for _ in range(_DEGREE + 1)]
        for j in range(97):
            c = flint.arb(j) / 16
            density = scale * (-c * c).exp()
            rows[0].append(rounded(c.erf()))
            # Hermite recurrence; the derivative of order k is density*(-1)^(k-1)*H_(k-1)(c).
            h_before, h, factorial = flint.arb(0), flint.arb(1), flint.arb(1)
            for k in range(1, _DEGREE + 1):
                factorial *= k
                rows[k].append(rounded(density * (-1) ** (k - 1) * h / factorial))
                h_before, h = h, 2 * c * h - 2 * (k - 1) * h_before
        return series[::-1], [np.array(row) for row in rows]


_SERIES, _ROWS = _tables()


def _erf_raw(x: FloatArray) -> FloatArray:
    """erf with relative error at most 5u for |x| <= 6, the value at +-6 beyond. Section 14."""
    s = np.clip(x, -0.5, 0.5)
    z = s * s
    p = np.full_like(z, _SERIES[0])
    for c in _SERIES[1:]:
        p *= z
        p += c
    p *= s
    a = np.minimum(np.abs(x), _CUT)
    j = np.rint(a * 16.0)
    h = a - j * 0.0625
    index = j.astype(np.int64)
    v = _ROWS[-1].take(index)
    for row in _ROWS[-2::-1]:
        v *= h
        v += row.take(index)
    return np.where(a < 0.5, p, np.copysign(v, x))


def erf(x: Interval) -> Interval:
    """erf x, inflation 2^-50 per end (error 5u), within [-1, 1], exact at 0. Section 14.

    Beyond 6 in size the far bound is 1 and the near one erf(6).
    """
    with np.errstate(all="ignore"):
        return odd_increasing(x, _erf_raw, 4.0 * ULP, 1.0)
