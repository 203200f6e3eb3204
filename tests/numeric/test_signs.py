"""Signs in every arithmetic, and the searches that need them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb

from numeric import balls, intervals
from numeric.batch import BatchEvaluator
from numeric.compiler import compile_tape
from numeric.endpoints import evaluate_endpoints
from numeric.floats import evaluate_mpmath, evaluate_numpy
from numeric.isolate import Isolator
from numeric.krawczyk_batch import mean_value_misses
from numeric.system import build_system

x, y = sp.symbols("x y", real=True)
TAPE = compile_tape([sp.sign(x)], [x], signs=True)
ENDS = [
    (-2.0, -1.0, -1, -1),
    (-1.0, 0.0, -1, 0),
    (-1.0, 2.0, -1, 1),
    (0.0, 0.0, 0, 0),
    (0.0, 3.0, 0, 1),
    (1.0, 2.0, 1, 1),
]


@pytest.mark.parametrize(("lo", "hi", "low", "high"), ENDS)
def test_enclosures_hold_every_sign(lo: float, hi: float, low: int, high: int) -> None:
    ((a, b),), defined = BatchEvaluator(TAPE)(np.array([[lo]]), np.array([[hi]]))
    assert (a[0], b[0], defined) == (low, high, None)
    ((first, last),) = evaluate_endpoints(TAPE, [(arb(lo), arb(hi))])
    assert first <= low
    assert last >= high
    (ball,) = balls.evaluate_balls(TAPE, [arb(lo).union(arb(hi))])
    assert ball.contains(low)
    assert ball.contains(high)
    values = evaluate_numpy(TAPE, np.linspace(lo, hi, 9)[None, :])[0]
    assert (values.min(), values.max()) == (low, high)
    assert evaluate_mpmath(TAPE, [lo]) == [low]


def test_nothing_is_known_of_what_is_not_a_number() -> None:
    nan = (np.array([np.nan]), np.array([1.0]))
    assert [e[0] for e in intervals.sign(nan)] == [-np.inf, np.inf]
    ((lo, hi),) = evaluate_endpoints(TAPE, [(arb("nan"), arb("nan"))])
    assert (float(lo), float(hi)) == (-1, 1)
    assert all(balls.sign(arb("nan")).contains(s) for s in (-1, 1))


def test_signs_are_no_part_of_the_language_of_functions() -> None:
    with pytest.raises(ValueError, match="sign"):
        compile_tape([sp.sign(x)], [x])


def test_slopes_between_any_two_points_are_enclosed() -> None:
    random = np.random.default_rng(7)
    expr = sp.Max(sp.Abs(x - y), x * y, sp.sin(3 * x)) + sp.Abs(sp.Abs(y) - 1) * x
    system = build_system([expr, x], [x, y])
    assert system.has_kinks
    evaluate = BatchEvaluator(system.jacobian)
    for _ in range(300):
        centre, size = random.uniform(-2, 2, 2), 10.0 ** random.uniform(-3, 0.3)
        a, b = (centre + size * random.uniform(-1, 1, 2) for _ in range(2))
        lo, hi = np.minimum(a, b)[:, None], np.maximum(a, b)[:, None]
        slopes, _ = evaluate(lo, hi)
        change = np.diff(evaluate_numpy(system.function, np.array([a, b]).T)[0])[0]
        low, high = np.zeros(1), np.zeros(1)
        for s, d in zip(slopes[:2], b - a, strict=True):
            low, high = low + min(s[0] * d, s[1] * d), high + max(s[0] * d, s[1] * d)
        assert low[0] - 1e-9 <= change <= high[0] + 1e-9


def test_a_zero_close_to_a_kink_is_isolated_on_its_side() -> None:
    found = Isolator(build_system([sp.Abs(x) - sp.Rational(1, 10**12)], [x]))(np.array([1e-12]))
    assert found is not None
    assert 0 < found.outer_lo[0] < found.inner_lo[0] <= 1e-12 <= found.inner_hi[0] < found.outer_hi[0]


def test_a_zero_at_a_kink_is_isolated_where_slopes_have_one_sign_only() -> None:
    assert Isolator(build_system([sp.Abs(x) + 2 * x], [x]))(np.array([0.0])) is not None
    assert Isolator(build_system([2 * sp.Abs(x) + x], [x]))(np.array([0.0])) is None


@pytest.mark.parametrize(("gap", "misses"), [("1e-12", True), ("0", False), ("-1e-12", True)])
def test_a_flat_piece_is_told_from_zero(gap: str, misses: bool) -> None:
    # |x| - x - gap is -gap for every x > 0; natural ranges are too wide.
    system = build_system([sp.Abs(x) - x - sp.Rational(gap)], [x])
    lo, hi = np.array([[1.0]]), np.array([[2.0]])
    middle = 0.5 * (lo + hi)
    value, _ = BatchEvaluator(system.function)(middle, middle)
    slope, _ = BatchEvaluator(system.jacobian)(lo, hi)
    assert mean_value_misses(lo, hi, value, slope, middle).tolist() == [misses]


def test_fractions_stay_exact() -> None:
    assert compile_tape([sp.sign(x) / 3], [x], signs=True).instructions[-1].data == Fraction(1, 3)
