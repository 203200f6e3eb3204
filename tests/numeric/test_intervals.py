"""Enclosure and sharpness of the interval arithmetic, against Arb and exact rationals."""

import math
import os
import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from flint import arb

from numeric import intervals as iv
from numeric.intervals import FloatArray, Interval

pytestmark = pytest.mark.filterwarnings("error")

SCALE = int(os.environ.get("SEPARATRIX_SOUNDNESS", "1"))
COUNT = 5000 * SCALE
INF = math.inf
MAX = float.fromhex("0x1.fffffffffffffp+1023")
PRECISIONS = (80, 200, 5000)
CORNERS = [
    0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, -(2.0**-1022), 2.0**-1023, 1.5 * 2.0**-1022, 1e-300, -1e-300,
    2.0**-540, 2.0**-511, 1.0, -1.0, 1.0 + 2.0**-52, 1.0 - 2.0**-53, 2.0, 3.0, -3.0, 0.1, 1e16,
    2.0**511, 2.0**512, 1e154, -1e155, 1e308, -1e308, MAX, -MAX,
]  # fmt: skip

Truth = Callable[..., arb]


def corner_values(rng: np.random.Generator, n: int) -> FloatArray:
    """Finite floats of every size, many of them special."""
    sign = np.where(rng.random(n) < 0.5, -1.0, 1.0)
    wide = np.ldexp(1.0 + rng.random(n), rng.integers(-1074, 1024, n).astype(np.int32)) * sign
    mild = rng.normal(size=n) * 4.0
    whole = np.round(mild)
    special = rng.choice(CORNERS, n)
    kind = rng.integers(0, 4, n)
    return np.choose(kind, [wide, mild, whole, special])


def corner_intervals(rng: np.random.Generator, n: int) -> Interval:
    """Points, adjacent floats, straddling, ordinary and unbounded intervals."""
    a, b = corner_values(rng, n), corner_values(rng, n)
    kind = rng.integers(0, 6, n)
    b = np.where(kind == 0, a, b)
    with np.errstate(over="ignore"):
        b = np.where(kind == 1, np.nextafter(a, INF), b)
        b = np.where(kind == 2, a + np.abs(a) * 2.0**-20, b)
    b = np.where(kind == 3, -a, b)
    lo, hi = np.minimum(a, b), np.maximum(a, b)
    lo = np.where(rng.random(n) < 0.04, -INF, np.maximum(lo, -MAX))
    hi = np.where(rng.random(n) < 0.04, INF, np.minimum(hi, MAX))
    return lo, hi


def regular_intervals(rng: np.random.Generator, n: int, sign: int = 0) -> Interval:
    """Intervals without zero, infinite or extreme ends, so that the fast paths run."""
    a = rng.normal(size=n) * 3.0 + 1e-3
    b = np.where(rng.random(n) < 0.3, a, a + rng.random(n) * rng.choice([1e-12, 1e-3, 4.0], n))
    if sign:
        a, b = np.abs(a) + 1e-9, np.abs(a) + 1e-9 + np.abs(b - a)
    return (a, b) if sign >= 0 else (-b, -a)


def signed(x: Interval, sign: int) -> Interval:
    """Make a batch keep a static promise of sign."""
    if sign == 0:
        return x
    a = np.minimum(np.abs(x[0]), np.abs(x[1]))
    b = np.maximum(np.abs(x[0]), np.abs(x[1]))
    a = np.minimum(a, MAX)
    return (a, b) if sign > 0 else (-b, -a)


def samples(x: Interval, rng: np.random.Generator) -> list[tuple[float, ...]]:
    """Finite points of every interval: the ends and some interior ones."""
    lo = np.maximum(x[0], -MAX)
    hi = np.minimum(x[1], MAX)
    t = rng.random(len(lo))
    inner = np.clip(lo * (1.0 - t) + hi * t, lo, hi)
    inner = np.where((lo <= 0.0) & (hi >= 0.0) & (rng.random(len(lo)) < 0.3), 0.0, inner)
    return list(zip(lo.tolist(), hi.tolist(), inner.tolist(), strict=True))


def assert_contains(
    lo: Iterable[float], hi: Iterable[float], truth: Truth, points: Iterable[tuple[float, ...]]
) -> None:
    """Every truth(*point) lies in [lo, hi].

    Decided by certain ball comparisons at 80 bits and again at 200 bits; a truth
    whose ball still meets an end must be equal to it up to 2^-1000 (relative).
    """
    cases = [(low, high, point) for low, high, point in zip(lo, hi, points, strict=True)]
    for precision in PRECISIONS:
        undecided = []
        with flint.ctx.workprec(precision):
            for case in cases:
                low, high, point = case
                value = truth(*[arb(t) for t in point])
                assert not value < low, (precision, case, value)
                assert not value > high, (precision, case, value)
                if not ((low == -INF or arb(low) <= value) and (high == INF or value <= arb(high))):
                    undecided.append(case)
                    if precision == PRECISIONS[-1]:
                        assert value.rad() <= abs(value.mid()) * arb(2) ** -1000, (case, value)
        # The two lower precisions see every case, the last one only ties.
        if precision != PRECISIONS[0]:
            cases = undecided


def assert_ordered(lo: FloatArray, hi: FloatArray) -> None:
    assert np.all(lo <= hi)
    assert not np.any(np.isposinf(lo))
    assert not np.any(np.isneginf(hi))


def relative_width(lo: FloatArray, hi: FloatArray) -> FloatArray:
    return (hi - lo) / np.minimum(np.abs(lo), np.abs(hi))


def check_binary(
    op: Callable[[Interval, Interval], Any],
    truth: Truth,
    batches: list[tuple[Interval, Interval]],
    defined: Callable[[float, float], bool] = lambda a, b: True,
) -> None:
    rng = np.random.default_rng(7)
    for x, y in batches:
        out = op(x, y)
        assert_ordered(out[0], out[1])
        lows, highs, points = [], [], []
        xs, ys = samples(x, rng), samples(y, rng)
        pick = rng.integers(0, 3, (len(xs), 2)).tolist()
        for low, high, a, b, (i, j) in zip(out[0].tolist(), out[1].tolist(), xs, ys, pick, strict=True):
            for point in ((a[0], b[0]), (a[1], b[1]), (a[i], b[1 - i] if i < 2 else b[j])):
                if defined(*point):
                    lows.append(low)
                    highs.append(high)
                    points.append(point)
        assert len(points) > len(xs)
        assert_contains(lows, highs, truth, points)


def binary_batches(seed: int, sx: int = 0, sy: int = 0) -> list[tuple[Interval, Interval]]:
    rng = np.random.default_rng(seed)
    return [
        (regular_intervals(rng, COUNT, sx), regular_intervals(rng, COUNT, sy)),
        (signed(corner_intervals(rng, COUNT), sx), signed(corner_intervals(rng, COUNT), sy)),
    ]


def test_environment_is_ieee() -> None:
    iv.check_environment()


def test_add() -> None:
    check_binary(iv.add, lambda a, b: a + b, binary_batches(1))


def test_sub() -> None:
    check_binary(iv.sub, lambda a, b: a - b, binary_batches(2))


@pytest.mark.parametrize("sx", [-1, 0, 1])
@pytest.mark.parametrize("sy", [-1, 0, 1])
def test_mul(sx: int, sy: int) -> None:
    batches = binary_batches(10 * sx + sy + 50, sx, sy)
    check_binary(lambda x, y: iv.mul(x, y, sx, sy), lambda a, b: a * b, batches)
    if sx * sy > 0:
        for x, y in batches:
            assert np.all(iv.mul(x, y, sx, sy)[0] >= 0.0)
    if sx * sy < 0:
        for x, y in batches:
            assert np.all(iv.mul(x, y, sx, sy)[1] <= 0.0)


@pytest.mark.parametrize("sx", [-1, 1])
@pytest.mark.parametrize("sy", [-1, 0, 1])
def test_products_that_underflow_at_one_end(sx: int, sy: int) -> None:
    """Batches whose far ends are ordinary while the near ends fall below 2^-1022."""
    rng = np.random.default_rng(61)
    n = 2000
    a = np.ldexp(1.0 + rng.random(n), rng.integers(-560, -500, n).astype(np.int32))
    b = np.ldexp(1.0 + rng.random(n), rng.integers(-560, -500, n).astype(np.int32))
    x, y = signed((a, a + 1.0), sx), signed((b, b + 2.0), sy)
    check_binary(lambda s, t: iv.mul(s, t, sx, sy), lambda s, t: s * t, [(x, y)])
    check_binary(lambda s, t: iv.sqr(s), lambda s, t: s * s, [(x, x)])


@pytest.mark.parametrize("sx", [-1, 0, 1])
@pytest.mark.parametrize("sy", [-1, 0, 1])
def test_div(sx: int, sy: int) -> None:
    batches = binary_batches(10 * sx + sy + 90, sx, sy)
    check_binary(lambda x, y: iv.div(x, y, sx, sy), lambda a, b: a / b, batches, lambda a, b: b != 0.0)
    for x, y in batches:
        ok = iv.div(x, y, sx, sy)[2]
        assert ok.dtype == np.bool_
        assert np.array_equal(ok, [not a <= 0.0 <= b for a, b in zip(y[0].tolist(), y[1].tolist(), strict=True)])


@pytest.mark.parametrize("sx", [-1, 1])
@pytest.mark.parametrize("sy", [-1, 0, 1])
def test_unknown_elements_may_break_a_sign_promise(sx: int, sy: int) -> None:
    x = signed((np.array([1.0, 0.0, 2.0, 0.0, 1.0]), np.array([2.0, 3.0, 2.0, 0.0, 2.0])), sx)
    y = signed((np.array([1.0, 0.0, 0.0, 0.0, 2.0]), np.array([2.0, 2.0, 0.0, 1.0, 4.0])), sy)
    line = (np.full(5, -INF), np.full(5, INF))
    for first, second in ((line, y), (x, line), (line, line)):
        for lo, hi in (iv.mul(first, second, sx, sy), iv.div(first, second, sx, sy)[:2]):
            zero = ((first[0] == 0.0) & (first[1] == 0.0)) | ((second[0] == 0.0) & (second[1] == 0.0))
            assert np.all((lo == -INF) | zero)
            assert np.all((hi == INF) | zero)


def exact_range(
    op: Callable[[Fraction, Fraction], Fraction], x: Interval, y: Interval
) -> list[tuple[Fraction, Fraction]]:
    out = []
    for a, b, c, d in zip(*[e.tolist() for e in (*x, *y)], strict=True):
        values = [op(Fraction(s), Fraction(t)) for s in (a, b) for t in (c, d)]
        out.append((min(values), max(values)))
    return out


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_sharpness_of_the_four_operations(name: str) -> None:
    rng = np.random.default_rng(5)
    x, y = regular_intervals(rng, 2000), regular_intervals(rng, 2000, 1)
    op: Callable[[Fraction, Fraction], Fraction] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
    }[name]
    got = getattr(iv, name)(x, y)
    for low, high, (p, q) in zip(got[0].tolist(), got[1].tolist(), exact_range(op, x, y), strict=True):
        assert p - abs(p) * Fraction(1, 2**50) <= Fraction(low) <= p
        assert q <= Fraction(high) <= q + abs(q) * Fraction(1, 2**50)


def test_overflow_infinities_and_zero() -> None:
    def one(lo: float, hi: float) -> Interval:
        return np.array([lo]), np.array([hi])

    for lo, hi in (iv.mul(one(1e200, 1e200), one(1e200, 1e300)), iv.add(one(MAX, MAX), one(MAX, MAX))):
        assert lo[0] > 1e308
        assert hi[0] == INF
    lo, hi = iv.mul(one(0.0, 0.0), one(-INF, INF))
    assert (lo[0], hi[0]) == (0.0, 0.0)
    lo, hi = iv.mul(one(0.0, 1.0), one(0.0, INF))
    assert (lo[0], hi[0]) == (0.0, INF)
    lo, hi = iv.add(one(-INF, 1.0), one(1.0, INF))
    assert (lo[0], hi[0]) == (-INF, INF)
    lo, hi, ok = iv.div(one(1.0, 2.0), one(-0.0, 4.0))
    assert 0.249 < lo[0] <= 0.25
    assert hi[0] == INF
    assert not ok[0]
    lo, hi, ok = iv.div(one(1.0, 2.0), one(-4.0, 0.0))
    assert lo[0] == -INF
    assert -0.25 <= hi[0] < -0.249
    lo, hi, ok = iv.div(one(1.0, 2.0), one(-4.0, 1.0))
    assert (lo[0], hi[0], ok[0]) == (-INF, INF, False)
    # Exact zeros must survive next to elements of every other kind.
    x = (np.array([0.0, 1e-200, 0.5, 0.0]), np.array([2.0, 1e-200, 0.5, 0.0]))
    y = (np.array([0.0, 1e-200, 0.5, -5.0]), np.array([3.0, 1e-200, 0.5, 7.0]))
    assert iv.mul(x, y)[0].tolist()[0] == 0.0
    assert [e.tolist()[3] for e in iv.mul(x, y)] == [0.0, 0.0]
    tiny = [e.tolist()[1] for e in iv.mul(x, y)]
    assert tiny[0] == 0.0
    assert 0.0 < tiny[1] < 1e-300


UNARY: dict[str, tuple[Callable[[Interval], Any], Truth]] = {
    "neg": (iv.neg, lambda a: -a),
    "abs": (iv.abs_, abs),
    "sqr": (iv.sqr, lambda a: a * a),
    "pow0": (lambda x: iv.pow_int(x, 0), lambda a: arb(1)),
    "pow1": (lambda x: iv.pow_int(x, 1), lambda a: a),
    "pow3": (lambda x: iv.pow_int(x, 3), lambda a: a**3),
    "pow4": (lambda x: iv.pow_int(x, 4), lambda a: a**4),
    "pow7": (lambda x: iv.pow_int(x, 7), lambda a: a**7),
    "pow30": (lambda x: iv.pow_int(x, 30), lambda a: a**30),
    "pow-1": (lambda x: iv.pow_int(x, -1), lambda a: 1 / a),
    "pow-2": (lambda x: iv.pow_int(x, -2), lambda a: 1 / a**2),
    "pow-5": (lambda x: iv.pow_int(x, -5), lambda a: 1 / a**5),
    "sqrt": (iv.sqrt, lambda a: a.sqrt()),
    "two": (lambda x: iv.mul_const((2.0, 2.0), x), lambda a: a * 2),
    "minus three": (lambda x: iv.mul_const((-3.0, -3.0), x), lambda a: a * -3),
    "zero": (lambda x: iv.mul_const((0.0, 0.0), x), lambda a: a * 0),
    "third": (lambda x: iv.mul_const(iv.from_fraction(Fraction(1, 3)), x), lambda a: a / 3),
    "minus tenth": (lambda x: iv.mul_const(iv.from_fraction(Fraction(-1, 10)), x), lambda a: -a / 10),
    "tiny": (lambda x: iv.mul_const((2.0**-1060, 2.0**-1060), x), lambda a: a * arb(2) ** -1060),
    "add third": (lambda x: iv.add_const(iv.from_fraction(Fraction(1, 3)), x), lambda a: a + arb(1) / 3),
    "add zero": (lambda x: iv.add_const((0.0, 0.0), x), lambda a: a),
    "add one": (lambda x: iv.add_const((1.0, 1.0), x), lambda a: a + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", UNARY)
def test_unary(name: str) -> None:
    function, truth = UNARY[name]
    rng = np.random.default_rng(sum(map(ord, name)))
    for x in (regular_intervals(rng, COUNT), corner_intervals(rng, COUNT)):
        out = function(x)
        assert_ordered(out[0], out[1])
        lows, highs, points = [], [], []
        for low, high, candidates in zip(out[0].tolist(), out[1].tolist(), samples(x, rng), strict=True):
            for t in candidates:
                if (name == "sqrt" and t < 0.0) or (name.startswith("pow-") and t == 0.0):
                    continue
                lows.append(low)
                highs.append(high)
                points.append((t,))
        assert_contains(lows, highs, truth, points)
        if len(out) == 3:
            pairs = zip(x[0].tolist(), x[1].tolist(), strict=True)
            inside = [a >= 0.0 if name == "sqrt" else not a <= 0.0 <= b for a, b in pairs]
            assert np.array_equal(out[2], inside)
    t = rng.normal(size=1000) + 3.0
    t = np.abs(t) + 1e-3
    out = function((t, t))
    if name != "zero":
        assert np.all(relative_width(out[0], out[1]) <= 2.0**-45) or name == "tiny"


def test_interval_constants() -> None:
    rng = np.random.default_rng(3)
    for c in ((-1.0, 2.0), (0.0, 3.0), (-5.0, -4.0), (1e-320, 1e-310), (-INF, INF), (MAX, INF)):
        x = corner_intervals(rng, 2000)
        ends = np.full(2000, max(c[0], -MAX)), np.full(2000, min(c[1], MAX))
        for out, truth in (
            (iv.mul_const(c, x), lambda a, b: a * b),
            (iv.add_const(c, x), lambda a, b: a + b),
        ):
            assert_ordered(*out)
            points = [
                (u[i], v[j])
                for i, j in ((0, 1), (1, 0))
                for u, v in zip(samples(ends, rng), samples(x, rng), strict=True)
            ]
            assert_contains(out[0].tolist() * 2, out[1].tolist() * 2, truth, points)


def test_huge_exponents() -> None:
    x = (np.array([0.0, 0.5, 1.0, -2.0, 0.9999]), np.array([0.5, 1.0, 1.5, 0.5, 1.00001]))
    lo, hi = iv.pow_int(x, 2**41)[:2]
    assert lo.tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert hi.tolist() == [1.0, 1.0, INF, INF, INF]
    lo, hi = iv.pow_int(x, 2**41 + 1)[:2]
    assert lo.tolist() == [0.0, 0.0, 1.0, -INF, 0.0]


def test_lattice_operations_are_exact() -> None:
    rng = np.random.default_rng(11)
    x, y = corner_intervals(rng, COUNT), corner_intervals(rng, COUNT)
    rows = list(zip(*[e.tolist() for e in (*x, *y)], strict=True))

    def expect(got: Interval, want: list[tuple[float, float]]) -> None:
        assert [list(e) for e in zip(*want, strict=True)] == [got[0].tolist(), got[1].tolist()]

    expect(iv.hull(x, y), [(min(a, c), max(b, d)) for a, b, c, d in rows])
    expect(iv.intersect(x, y), [(max(a, c), min(b, d)) for a, b, c, d in rows])
    expect(iv.minimum(x, y), [(min(a, c), min(b, d)) for a, b, c, d in rows])
    expect(iv.maximum(x, y), [(max(a, c), max(b, d)) for a, b, c, d in rows])
    assert iv.mag(x).tolist() == [max(abs(a), abs(b)) for a, b, _, _ in rows]
    assert iv.mig(x).tolist() == [0.0 if a <= 0.0 <= b else min(abs(a), abs(b)) for a, b, _, _ in rows]


def test_width_and_mid() -> None:
    rng = np.random.default_rng(12)
    for x in (regular_intervals(rng, COUNT), corner_intervals(rng, COUNT)):
        middle, width = iv.mid(x), iv.width(x)
        assert np.all(np.isfinite(middle))
        assert np.all((x[0] <= middle) & (middle <= x[1]))
        for a, b, w, m in zip(x[0].tolist(), x[1].tolist(), width.tolist(), middle.tolist(), strict=True):
            if math.isinf(a) or math.isinf(b):
                assert w == INF
                continue
            exact = Fraction(b) - Fraction(a)
            assert w == INF or Fraction(w) >= exact
            assert w < INF or exact >= Fraction(MAX) * (1 - Fraction(1, 2**50))
            if exact > abs(Fraction(b)) / 2**40 and exact > Fraction(1, 2**1000):
                assert abs((Fraction(a) + Fraction(b)) / 2 - Fraction(m)) <= exact / 1000
    assert iv.mid((np.array(-INF), np.array(INF))) == 0.0
    assert 5.0 < iv.mid((np.array(5.0), np.array(INF))) < INF
    assert -INF < iv.mid((np.array(-INF), np.array(-5.0))) < -5.0


def test_from_fraction() -> None:
    random.seed(4)
    cases = [
        Fraction(0),
        Fraction(1, 3),
        Fraction(-1, 3),
        Fraction(1, 2),
        Fraction(10) ** 400,
        -(Fraction(10) ** 400),
    ]
    cases += [
        Fraction(1, 10**400),
        Fraction(MAX),
        Fraction(MAX) + 1,
        Fraction(1, 2**1074),
        Fraction(3, 2**1075),
    ]
    for _ in range(10_000 * SCALE):
        exponent = random.randrange(-1100, 1100)
        cases.append(Fraction(random.randrange(-(2**70), 2**70), random.randrange(1, 2**60)) * Fraction(2) ** exponent)
    for q in cases:
        lo, hi = iv.from_fraction(q)
        assert lo == -INF or Fraction(lo) <= q
        assert hi == INF or q <= Fraction(hi)
        assert lo == hi or hi == math.nextafter(lo, INF)
        assert lo != hi or Fraction(lo) == q


def all_functions() -> dict[str, Callable[[Interval], Any]]:
    rng = np.random.default_rng(0)
    y = regular_intervals(rng, 6)
    table: dict[str, Callable[[Interval], Any]] = {k: f for k, (f, _) in UNARY.items()}
    for name in ("add", "sub", "mul", "div", "hull", "intersect", "minimum", "maximum"):
        table[name] = lambda x, f=getattr(iv, name): f(x, y)
        table[name + " reversed"] = lambda x, f=getattr(iv, name): f(y, x)
    return table


@pytest.mark.parametrize("name", all_functions())
def test_nan_means_no_information(name: str) -> None:
    function = all_functions()[name]
    x = (
        np.array([0.5, math.nan, 0.25, math.nan, 0.5, 0.25]),
        np.array([1.0, 1.0, math.nan, math.nan, 1.0, 0.25]),
    )
    clean = (np.where(np.isnan(x[0]), 0.5, x[0]), np.where(np.isnan(x[1]), 0.75, x[1]))
    nan = np.isnan(x[0]) | np.isnan(x[1])
    out, reference = function(x), function(clean)
    assert np.all(out[0][nan] == -INF)
    assert np.all(out[1][nan] == INF)
    if len(out) == 3:
        assert not np.any(out[2][nan])
    for got, want in zip(out, reference, strict=True):
        assert np.all(np.isfinite(got[~nan]))
        assert np.array_equal(got[~nan], want[~nan])


def test_nan_in_measures() -> None:
    x = (np.array([math.nan, 0.0, 1.0]), np.array([1.0, math.nan, 2.0]))
    assert iv.mag(x).tolist() == [INF, INF, 2.0]
    assert iv.mig(x).tolist() == [0.0, 0.0, 1.0]
    assert iv.width(x).tolist()[:2] == [INF, INF]
    assert iv.mid(x).tolist()[:2] == [0.0, 0.0]


@pytest.mark.parametrize("name", all_functions())
def test_shapes_and_scalars(name: str) -> None:
    """Results do not depend on how the elements are batched; inputs are left alone."""
    function = all_functions()[name]
    rng = np.random.default_rng(8)
    x = corner_intervals(rng, 6)
    kept = (x[0].copy(), x[1].copy())
    out = function(x)
    assert all(np.array_equal(a, b) for a, b in zip(x, kept, strict=True))
    if " reversed" in name or name in {"add", "sub", "mul", "div", "hull", "intersect", "minimum", "maximum"}:
        return
    for i in range(6):
        single = function((np.array(x[0][i]), np.array(x[1][i])))
        square = function((np.full((2, 2), x[0][i]), np.full((2, 2), x[1][i])))
        for got, one, four in zip(out, single, square, strict=True):
            assert np.shape(one) == ()
            assert np.shape(four) == (2, 2)
            assert np.all(four == got[i])
            assert one == got[i]
    empty = function((np.zeros(0), np.zeros(0)))
    assert all(np.shape(e) == (0,) for e in empty)
