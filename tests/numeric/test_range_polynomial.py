"""Range polynomials against exact rational evaluation at ends and known critical points."""

import math
import os
import random
from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import arb, fmpq, fmpq_poly

from numeric.intervals import FloatArray, Interval
from numeric.range_polynomial import RangePolynomial, poly_range

pytestmark = pytest.mark.filterwarnings("error")

SCALE = int(os.environ.get("SEPARATRIX_SOUNDNESS", "1"))
INF = math.inf
MAX = float.fromhex("0x1.fffffffffffffp+1023")


def any_intervals(rng: np.random.Generator, n: int) -> Interval:
    """Intervals with ends of every size, including subnormal, huge and infinite ones."""

    def values() -> FloatArray:
        wide = np.ldexp(rng.uniform(-2.0, 2.0, n), rng.integers(-1074, 1023, n).astype(np.int32))
        mild = rng.normal(size=n) * 3.0
        special = rng.choice([0.0, -0.0, 1.0, -1.0, 5e-324, 2.0**-1022, MAX, -MAX, 1e154], n)
        return np.choose(rng.integers(0, 4, n), [wide, mild, mild, special])

    a, b = values(), values()
    b = np.where(rng.random(n) < 0.3, a, b)
    lo = np.where(rng.random(n) < 0.04, -INF, np.minimum(a, b))
    hi = np.where(rng.random(n) < 0.04, INF, np.maximum(a, b))
    return lo, hi


def assert_ordered(lo: FloatArray, hi: FloatArray) -> None:
    assert np.all(lo <= hi)
    assert not np.any(np.isposinf(lo))
    assert not np.any(np.isneginf(hi))


def expand(roots: list[tuple[Fraction, int]], scale: Fraction) -> fmpq_poly:
    p = fmpq_poly([fmpq(scale.numerator, scale.denominator)])
    for r, m in roots:
        p *= fmpq_poly([fmpq(-r.numerator, r.denominator), 1]) ** m
    return p


def fractions_of(p: fmpq_poly) -> list[Fraction]:
    return [Fraction(int(c.p), int(c.q)) for c in p.coeffs()]


def evaluate(coefficients: list[Fraction], s: Fraction) -> Fraction:
    v = Fraction(0)
    for c in reversed(coefficients):
        v = v * s + c
    return v


def random_polynomials(count: int) -> list[tuple[list[Fraction], list[Fraction]]]:
    """Coefficients and rational critical points: the derivative is a product of known factors."""
    random.seed(21)
    out = []
    for _ in range(count):
        roots = [
            (
                Fraction(random.randrange(-12, 13), random.choice([1, 2, 3, 5, 8])),
                random.choice([1, 1, 1, 2, 3]),
            )
            for _ in range(random.randrange(1, 4))
        ]
        slope = expand(roots, Fraction(random.randrange(1, 9), random.choice([1, -2, 3, -7])))
        p = slope.integral() + random.choice([0, 0, 1, fmpq(1, 3)])
        out.append((fractions_of(p), [r for r, _ in roots]))
    return out


@pytest.mark.parametrize("bounded", [False, True])
def test_poly_range(bounded: bool) -> None:
    rng = np.random.default_rng(31)
    boxes = 100
    for coefficients, critical in random_polynomials(50 * SCALE):
        domain = (Fraction(-7, 3), Fraction(11, 7)) if bounded else (None, None)
        p = RangePolynomial(coefficients, domain)
        centre = rng.choice([float(c) for c in critical] + [0.0, -1.0, 2.5], boxes)
        centre += rng.choice([0.0, 1e-16, 1e-8, 0.3, 3.0], boxes) * rng.normal(size=boxes)
        half = rng.choice([0.0, 1e-16, 1e-9, 0.01, 0.7, 5.0], boxes) * rng.random(boxes)
        lo, hi = centre - half, centre + half
        if bounded:
            lo, hi = np.clip(lo, -2.33, 1.57), np.clip(hi, -2.33, 1.57)
        got = poly_range(p, (lo, hi))
        assert_ordered(*got)
        for a, b, low, high in zip(*[e.tolist() for e in (lo, hi, *got)], strict=True):
            left, right = Fraction(a), Fraction(b)
            places = [left, right, (left + right) / 2, *(c for c in critical if left <= c <= right)]
            values = [evaluate(coefficients, s) for s in places]
            assert Fraction(low) <= min(values)
            assert max(values) <= Fraction(high)
            # The extremes of p over the box are among these values.
            size = sum(abs(c) * max(abs(left), abs(right)) ** i for i, c in enumerate(coefficients))
            slack = size / 2**44 + abs(coefficients[0]) / 2**40 + Fraction(1, 2**900)
            assert min(values) - slack <= Fraction(low)
            assert Fraction(high) <= max(values) + slack


def test_poly_range_extreme_arguments() -> None:
    rng = np.random.default_rng(32)
    for coefficients in (
        [0, 0, 1],
        [1, -1, 0, 2],
        [0, 1],
        [Fraction(1, 3), 0, 0, 0, -1],
        [7],
        [0, 0, 0, 1],
        [2, -1],
    ):
        p = RangePolynomial(coefficients)
        x = any_intervals(rng, 2000 * SCALE)
        lo, hi = poly_range(p, x)
        assert_ordered(lo, hi)
        exact = [Fraction(c) for c in coefficients]
        left, right = np.maximum(x[0], -MAX), np.minimum(x[1], MAX)
        inner = np.clip(left * 0.25 + right * 0.75, left, right)
        columns = [e.tolist() for e in (lo, hi, left, right, inner)]
        for low, high, *points in zip(*columns, strict=True):
            for s in points:
                v = evaluate(exact, Fraction(s))
                assert low == -INF or Fraction(low) <= v
                assert high == INF or v <= Fraction(high)
    lo, hi = poly_range(RangePolynomial([0, 0, 1]), (np.array([-INF, 1.0]), np.array([INF, INF])))
    assert lo[0] == 0.0
    assert 0.99 < lo[1] <= 1.0
    assert hi.tolist() == [INF, INF]


def test_range_polynomial_analysis() -> None:
    root2 = math.sqrt(2.0)
    p = RangePolynomial([4, 0, -4, 0, 1])
    assert [e.is_minimum for e in p.extrema] == [True, False, True]
    assert (p.range_lo, p.range_hi) == (0.0, INF)
    for e, place in zip(p.extrema, (-root2, 0.0, root2), strict=True):
        assert e.place_lo <= e.place_hi
        assert abs(e.place_lo - place) < 1e-15
        assert e.value_lo == e.value_hi
    # An irrational place with an irrational value, checked exactly: p' = 3 s^2 - 6 s + 13/7.
    q = RangePolynomial([-1, Fraction(13, 7), -3, 1])
    for e, sign in zip(q.extrema, (-1, 1), strict=True):
        with flint.ctx.workprec(300):
            place = 1 + sign * (arb(8) / 21).sqrt()
            value = -1 + arb(13) / 7 * place - 3 * place**2 + place**3
            assert arb(e.place_lo) < place < arb(e.place_hi)
            assert arb(e.value_lo) < value < arb(e.value_hi)
        assert e.value_hi - e.value_lo < 1e-15
    # Triple critical point: an inflection, no extremum.
    assert RangePolynomial([0, 0, 0, 1]).extrema == ()
    assert RangePolynomial([0, 1, -1], (0, Fraction(1, 3))).extrema == ()
    inside = RangePolynomial([0, 1, -1], (0, 1))
    assert (inside.range_lo, inside.range_hi) == (0.0, 0.25)
    lo, hi = poly_range(inside, (np.array([0.0]), np.array([1.0])))
    assert (lo[0], hi[0]) == (0.0, 0.25)
    assert RangePolynomial([]).degree == 0
    assert RangePolynomial([1, 2, 0, 0]).degree == 1
    for bad in ([Fraction(2) ** 901], [0] * 1001 + [1]):
        with pytest.raises(ValueError, match="too large"):
            RangePolynomial(bad)
    with pytest.raises(ValueError, match="empty"):
        RangePolynomial([1], (2, 1))


def test_close_and_tiny_critical_points() -> None:
    gap = Fraction(1, 10**12)
    p = fractions_of(expand([(Fraction(1), 1), (1 + gap, 1), (Fraction(1, 10**30), 1)], Fraction(4)).integral())
    prepared = RangePolynomial(p)
    assert [e.is_minimum for e in prepared.extrema] == [True, False, True]
    for e, place in zip(prepared.extrema, (Fraction(1, 10**30), Fraction(1), 1 + gap), strict=True):
        assert Fraction(e.place_lo) <= place <= Fraction(e.place_hi)
        value = evaluate(p, place)
        assert Fraction(e.value_lo) <= value <= Fraction(e.value_hi)


@pytest.mark.parametrize("coefficients", [[1, 2, 3], [0, 1], [5], [1, 0, -3, 1]])
@pytest.mark.parametrize("domain", [(None, None), (0, 1)])
def test_nan_shapes_and_scalars(coefficients: list[int], domain: tuple[int | None, int | None]) -> None:
    p = RangePolynomial(coefficients, domain)
    x = (np.array([0.5, math.nan, 0.25, math.nan, 0.5]), np.array([1.0, 1.0, math.nan, math.nan, 0.5]))
    nan = np.isnan(x[0]) | np.isnan(x[1])
    lo, hi = poly_range(p, x)
    assert np.all(lo[nan] == -INF)
    assert np.all(hi[nan] == INF)
    for i in (0, 4):
        low, high = poly_range(p, (np.array(x[0][i]), np.array(x[1][i])))
        assert (low, high) == (lo[i], hi[i])
        assert np.shape(low) == np.shape(high) == ()
        square = poly_range(p, (np.full((2, 2), x[0][i]), np.full((2, 2), x[1][i])))
        assert np.all(square[0] == lo[i])
        assert np.all(square[1] == hi[i])
    assert [np.shape(e) for e in poly_range(p, (np.zeros(0), np.zeros(0)))] == [(0,), (0,)]


def test_ends_rounded_out_of_the_domain_are_harmless() -> None:
    p = RangePolynomial([0, 0, 1], (0, Fraction(1, 3)))
    lo, hi = poly_range(p, (np.array([-1e-9, 0.2]), np.array([0.1, 0.5])))
    assert lo.tolist()[0] == 0.0
    assert 0.03999 < lo[1] <= 0.04
    assert 1.0 / 9.0 <= hi[1] < 0.11112
