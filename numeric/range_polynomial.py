"""Tight ranges of univariate polynomials with exact rational coefficients.

A RangePolynomial is analysed once in exact arithmetic: its extrema are isolated
by Sturm sequences, with enclosures of their places and values. poly_range then
evaluates only at the ends of each box. Proofs: docs/theory/float64-enclosures.md,
section 9.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_poly

from numeric.interval_kernels import INF, MAX, ULP, FloatArray, Interval, highest, lowest
from numeric.intervals import from_fraction

__all__ = ["Extremum", "RangePolynomial", "poly_range"]

_PAD = 2.0**-960
_COEFFICIENT_LIMIT = Fraction(2) ** 900
_MAX_DEGREE = 1000


@dataclass(frozen=True)
class Extremum:
    """A local extremum: enclosures of its place and of its value."""

    place_lo: float
    place_hi: float
    value_lo: float
    value_hi: float
    is_minimum: bool


def _fraction(q: fmpq) -> Fraction:
    return Fraction(int(q.p), int(q.q))


def _fmpq(q: Fraction) -> fmpq:
    return fmpq(q.numerator, q.denominator)


def _sign(q: fmpq) -> int:
    return (q > 0) - (q < 0)


def _sturm_chain(q: fmpq_poly) -> list[fmpq_poly]:
    chain = [q, q.derivative()]
    while chain[-1].degree() > 0:
        remainder = -(chain[-2] % chain[-1])
        if remainder.degree() < 0:
            break
        chain.append(remainder)
    return chain


def _variations(chain: list[fmpq_poly], x: fmpq) -> int:
    signs = [s for s in (_sign(f(x)) for f in chain) if s]
    return sum(a != b for a, b in itertools.pairwise(signs))


def _count(chain: list[fmpq_poly], a: fmpq, b: fmpq) -> int:
    """Number of roots in (a, b] of the squarefree head of the chain."""
    return _variations(chain, a) - _variations(chain, b)


def _squarefree(q: fmpq_poly) -> fmpq_poly:
    return q // q.gcd(q.derivative()) if q.degree() > 0 else q


class _Root:
    """The only root of a squarefree q in (a, b]; a == b once it is known exactly."""

    def __init__(self, q: fmpq_poly, a: fmpq, b: fmpq) -> None:
        self.q, self.a, self.b = q, a, b
        self.sign_right = _sign(q(b))
        if self.sign_right == 0:
            self.a = b

    def halve(self) -> None:
        if self.a == self.b:
            return
        m = (self.a + self.b) / 2
        s = _sign(self.q(m))
        if s == 0:
            self.a = self.b = m
        elif s == self.sign_right:
            self.b = m
        else:
            self.a = m

    def narrow(self, bits: int) -> None:
        """Shrink until the relative width is below 2^-bits; the root is not 0 unless exact."""
        while self.b - self.a > min(abs(self.a), abs(self.b)) * fmpq(1, 2**bits):
            self.halve()

    def try_rational(self) -> None:
        if self.a != self.b:
            guess = _fmpq(_simplest(_fraction(self.a), _fraction(self.b)))
            if self.q(guess) == 0:
                self.a = self.b = guess


def _simplest(lo: Fraction, hi: Fraction) -> Fraction:
    """The fraction of smallest denominator in [lo, hi]."""
    if lo <= 0 <= hi:
        return Fraction(0)
    if hi < 0:
        return -_simplest(-hi, -lo)
    whole = math.ceil(lo)
    if whole <= hi:
        return Fraction(whole)
    whole -= 1
    return whole + 1 / _simplest(1 / (hi - whole), 1 / (lo - whole))


def _real_roots(q: fmpq_poly) -> list[_Root]:
    """All real roots of a squarefree q in increasing order, separated by open gaps."""
    if q.degree() < 1:
        return []
    chain = _sturm_chain(q)
    coefficients = [abs(c) for c in q.coeffs()]
    bound = fmpq(1)
    while bound <= 1 + max(coefficients[:-1]) / coefficients[-1]:
        bound *= 2
    # Splitting at 0 first keeps every other bracket on one side of 0.
    todo = [(fmpq(0), bound), (-bound, fmpq(0))]
    roots = []
    while todo:
        a, b = todo.pop()
        n = _count(chain, a, b)
        if n == 1:
            root = _Root(q, a, b)
            root.narrow(80)
            root.try_rational()
            roots.append(root)
        elif n > 1:
            m = (a + b) / 2
            todo += [(m, b), (a, m)]
    for left, right in itertools.pairwise(roots):
        while left.b >= right.a and not left.b < right.a:
            if left.a == left.b and right.a == right.b:
                break
            left.halve()
            right.halve()
    return roots


def _value(p: fmpq_poly, q: fmpq_poly, root: _Root) -> tuple[Fraction, Fraction]:
    """Enclosure of p at a root of q, exact whenever the value is a simple rational."""
    if root.a == root.b:
        v = _fraction(p(root.a))
        return v, v
    size = max(abs(root.a), abs(root.b))
    slope = sum((abs(c) * i * size ** (i - 1) for i, c in enumerate(p.coeffs()) if i), fmpq(0))
    for bits in (100, 200, 400):
        root.narrow(bits)
        m = (root.a + root.b) / 2
        err = slope * (root.b - root.a)
        lo, hi = _fraction(p(m) - err), _fraction(p(m) + err)
        exact = _simplest(lo, hi)
        common = q.gcd(p - fmpq_poly([_fmpq(exact)]))
        if common.degree() > 0 and _count(_sturm_chain(common), root.a, root.b):
            return exact, exact
    return lo, hi


class RangePolynomial:
    """A polynomial prepared for poly_range.

    coefficients: exact, ascending. domain: bounds on the argument promised by the
    caller (None for unbounded); the ends of boxes are clipped to it, so that
    outward rounding may leave it slightly.
    """

    def __init__(
        self,
        coefficients: Sequence[Fraction | int],
        domain: tuple[Fraction | int | float | None, Fraction | int | float | None] = (None, None),
    ) -> None:
        exact = [Fraction(c) for c in coefficients]
        while len(exact) > 1 and exact[-1] == 0:
            exact.pop()
        if not exact:
            exact = [Fraction(0)]
        if len(exact) > _MAX_DEGREE + 1 or any(abs(c) >= _COEFFICIENT_LIMIT for c in exact):
            raise ValueError("degree or coefficient too large")
        left = None if domain[0] is None or domain[0] == -INF else Fraction(domain[0])
        right = None if domain[1] is None or domain[1] == INF else Fraction(domain[1])
        if left is not None and right is not None and left > right:
            raise ValueError("empty domain")
        self.coefficients: tuple[Fraction, ...] = tuple(exact)
        self.degree = len(exact) - 1
        self.domain_lo = -INF if left is None else from_fraction(left)[0]
        self.domain_hi = INF if right is None else from_fraction(right)[1]
        self._floats = [c.numerator / c.denominator for c in exact]
        self._bounds = [abs(c) + _PAD for c in self._floats]
        self._factor = (self.degree + 2) * ULP
        self._constant_error = self._uniform_error(left, right)
        # Limits at -inf and +inf, and the direction if there is no extremum inside.
        self._limit_hi = INF if exact[-1] > 0 else -INF
        self._limit_lo = self._limit_hi if self.degree % 2 == 0 else -self._limit_hi
        p = fmpq_poly([_fmpq(c) for c in exact])
        self.extrema, self._direction = self._analyse(
            p,
            None if left is None else Fraction(self.domain_lo),
            None if right is None else Fraction(self.domain_hi),
        )
        self.range_lo, self.range_hi = self._full_range(p, left, right)

    def _uniform_error(self, left: Fraction | None, right: Fraction | None) -> float | None:
        """One error bound for the whole domain where that costs little sharpness."""
        if left is None or right is None or self.coefficients[0] == 0:
            return None
        size = max(abs(Fraction(self.domain_lo)), abs(Fraction(self.domain_hi)))
        total = sum((Fraction(b) * size**i for i, b in enumerate(self._bounds)), Fraction(0))
        if total > 8 * abs(self.coefficients[0]):
            return None
        return from_fraction(total * Fraction(self._factor))[1]

    def _analyse(self, p: fmpq_poly, left: Fraction | None, right: Fraction | None) -> tuple[tuple[Extremum, ...], int]:
        slope = p.derivative()
        if slope.degree() < 0:
            return (), 0
        q = _squarefree(slope)
        roots = _real_roots(q)
        signs = []
        for i in range(len(roots) + 1):
            if not roots:
                sample = fmpq(0)
            elif i == 0:
                sample = roots[0].a - 1
            elif i == len(roots):
                sample = roots[-1].b + 1
            else:
                sample = (roots[i - 1].b + roots[i].a) / 2
            signs.append(_sign(slope(sample)))
        extrema = []
        for i, root in enumerate(roots):
            if signs[i] == signs[i + 1]:
                continue
            if left is not None and root.b <= _fmpq(left):
                continue
            if right is not None and root.a >= _fmpq(right):
                continue
            lo, hi = _value(p, q, root)
            extrema.append(
                Extremum(
                    from_fraction(_fraction(root.a))[0],
                    from_fraction(_fraction(root.b))[1],
                    from_fraction(lo)[0],
                    from_fraction(hi)[1],
                    signs[i] < 0,
                )
            )
        if extrema:
            return tuple(extrema), 0
        # No sign change of p' inside, so any of these signs is the direction.
        if left is None or right is None:
            return (), signs[0] if left is None else signs[-1]
        return (), _sign(p(_fmpq(right)) - p(_fmpq(left)))

    def _full_range(self, p: fmpq_poly, left: Fraction | None, right: Fraction | None) -> tuple[float, float]:
        lows = [e.value_lo for e in self.extrema]
        highs = [e.value_hi for e in self.extrema]
        for end, limit in ((left, self._limit_lo), (right, self._limit_hi)):
            if self.degree == 0:
                end = Fraction(0)
            lo, hi = (limit, limit) if end is None else from_fraction(_fraction(p(_fmpq(end))))
            lows.append(lo)
            highs.append(hi)
        return min(lows), max(highs)

    def _horner(self, s: FloatArray) -> tuple[FloatArray, FloatArray | float]:
        """Rounded value at s and its error bound, final rounding included."""
        v = s * self._floats[-1]
        for c in self._floats[-2:0:-1]:
            v += c
            v *= s
        v += self._floats[0]
        if self._constant_error is not None:
            return v, self._constant_error
        a = np.abs(s)
        e = a * self._bounds[-1]
        for b in self._bounds[-2:0:-1]:
            e += b
            e *= a
        e += self._bounds[0]
        e *= self._factor
        return v, e

    def _end(self, s: FloatArray, side: int) -> FloatArray:
        """Lower (side -1) or upper (side +1) bound of the value at each s.

        The limit at infinite s; no information on overflow.
        """
        v, e = self._horner(s)
        return self._bound(s, v, e, side)

    def _bound(self, s: FloatArray, v: FloatArray, e: FloatArray | float, side: int) -> FloatArray:
        r = v - e if side < 0 else v + e
        if lowest(r) > -INF and highest(r) < INF:
            return r
        limit = np.where(s == -INF, self._limit_lo, self._limit_hi)
        return np.where(np.isfinite(r), r, np.where(np.isinf(s), limit, side * INF))

    def _ends(self, s: FloatArray) -> Interval:
        v, e = self._horner(s)
        return self._bound(s, v, e, -1), self._bound(s, v, e, 1)


def poly_range(p: RangePolynomial, s: Interval) -> Interval:
    """Range of p over s (clipped to the domain of p). Section 9.

    Ends err by at most (2 deg + 4)u * sum |a_i| |t|^i at the end t used; extreme
    values inside s carry one rounding, and none if they are floats.
    """
    with np.errstate(all="ignore"):
        sl, sh = np.asarray(s[0], dtype=np.float64), np.asarray(s[1], dtype=np.float64)
        if p.degree == 0:
            zero = np.zeros(np.broadcast_shapes(sl.shape, sh.shape))
            nan = np.isnan(sl) | np.isnan(sh)
            return np.where(nan, -INF, zero + p.range_lo), np.where(nan, INF, zero + p.range_hi)
        if p.domain_lo > -INF or p.domain_hi < INF:
            sl = np.minimum(np.maximum(sl, p.domain_lo), p.domain_hi)
            sh = np.minimum(np.maximum(sh, p.domain_lo), p.domain_hi)
        if p._direction > 0:
            lo, hi = p._end(sl, -1), p._end(sh, 1)
        elif p._direction < 0:
            lo, hi = p._end(sh, -1), p._end(sl, 1)
        else:
            left_lo, left_hi = p._ends(sl)
            right_lo, right_hi = p._ends(sh)
            lo, hi = np.minimum(left_lo, right_lo), np.maximum(left_hi, right_hi)
        for e in p.extrema:
            inside = (sl <= e.place_hi) & (sh >= e.place_lo)
            if e.is_minimum:
                lo = np.minimum(lo, np.where(inside, e.value_lo, INF))
            else:
                hi = np.maximum(hi, np.where(inside, e.value_hi, -INF))
        lo = np.minimum(np.maximum(lo, p.range_lo), MAX)
        hi = np.maximum(np.minimum(hi, p.range_hi), -MAX)
        if not (lowest(sl) >= -INF and lowest(sh) >= -INF):
            nan = np.isnan(sl) | np.isnan(sh)
            lo, hi = np.where(nan, -INF, lo), np.where(nan, INF, hi)
        return lo, hi
