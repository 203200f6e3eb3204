"""Float64 batches: the enclosure holds every value that Arb finds inside the box, on ordinary and on strange boxes."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from random_expressions import box_points, corner_boxes, point_ball, random_expression

from numeric.balls import evaluate_balls, precision
from numeric.batch import BatchEvaluator
from numeric.compiler import compile_tape
from numeric.tape import Tape
from symbolic.activations import sigmoid, softplus

x, y, z = sp.symbols("x y z", real=True)
INF = math.inf


def evaluate(e: sp.Expr, *sides: tuple[float, float], root: object = None) -> tuple[float, float, bool]:
    """Enclosure and domain mark of an expression over one box."""
    tape = compile_tape([e], [x, y, z][: len(sides)])
    lo, hi = np.array([[[float(s[i])] for s in sides] for i in (0, 1)])
    ((low, high),), defined = BatchEvaluator(tape, root)(lo, hi)  # type: ignore[arg-type]
    return float(low[0]), float(high[0]), True if defined is None else bool(defined[0])


def assert_encloses(
    tape: Tape, evaluator: BatchEvaluator, lo: np.ndarray, hi: np.ndarray, generator: random.Random, e: object
) -> int:
    """Check the enclosures over the boxes at sampled points; the number of comparisons made."""
    outputs, _ = evaluator(lo, hi)
    checks = 0
    for low, high in outputs:
        assert not np.isnan(low).any(), e
        assert not np.isnan(high).any(), e
        assert (low <= high).all(), e
    for k in range(lo.shape[1]):
        for point in box_points(generator, lo[:, k], hi[:, k], 4):
            with precision(160):
                values = evaluate_balls(tape, [point_ball(v) for v in point])
            for (low, high), value in zip(outputs, values, strict=True):
                if not value.is_finite():
                    continue
                checks += 1
                assert not value.upper() < arb(float(low[k])), (e, lo[:, k], hi[:, k], point, value)
                assert not value.lower() > arb(float(high[k])), (e, lo[:, k], hi[:, k], point, value)
    return checks


# -- soundness ---------------------------------------------------------------------------------------------
def test_ten_thousand_points_in_random_boxes(soundness: int) -> None:
    generator = random.Random(1)
    checks = 0
    for _ in range(90 * soundness):
        e = random_expression(generator, [x, y], generator.choice([1, 2, 3, 4]))
        tape = compile_tape([e], [x, y])
        lo, hi = corner_boxes(generator, 2, 50, wild=generator.random() < 0.5)
        checks += assert_encloses(tape, BatchEvaluator(tape), lo, hi, generator, e)
    assert checks >= 10_000 * soundness


def test_ten_thousand_points_below_a_root_with_known_signs(soundness: int) -> None:
    """An evaluator that fixes signs over a root box must hold in all boxes inside that root."""
    generator = random.Random(2)
    checks = 0
    for _ in range(90 * soundness):
        e = random_expression(generator, [x, y], generator.choice([2, 3, 4]))
        tape = compile_tape([e * y, e], [x, y])
        # Roots on one side of 0 make static signs; one of them touches 0.
        low = [generator.choice([-3.0, 0.0, 0.25, 1.0, -8.0]) for _ in range(2)]
        root_lo = np.array(low)
        root_hi = root_lo + np.array([generator.choice([0.5, 1.0, 3.0, 8.0]) for _ in range(2)])
        ends = np.array([[[generator.random() for _ in range(30)] for _ in range(2)] for _ in range(2)])
        ends[:, :, :4] = np.round(ends[:, :, :4])
        points = np.clip(root_lo[:, None] + ends * (root_hi - root_lo)[:, None], root_lo[:, None], root_hi[:, None])
        evaluator = BatchEvaluator(tape, (root_lo, root_hi))
        checks += assert_encloses(tape, evaluator, points.min(axis=0), points.max(axis=0), generator, e)
    assert checks >= 10_000 * soundness


def test_static_signs_are_found_and_change_nothing_but_speed() -> None:
    e = sigmoid(x) * (x + 1) * (x - 9) * sp.exp(y) - (x + 1) * sp.tanh(y)
    tape = compile_tape([e], [x, y])
    root = np.array([0.0, 0.0]), np.array([4.0, 2.0])
    free, fixed = BatchEvaluator(tape), BatchEvaluator(tape, root)
    assert any(s > 0 for s in fixed._signs)
    generator = np.random.default_rng(3)
    points = root[1][:, None] * generator.random((2, 2, 500))
    lo, hi = points.min(axis=0), points.max(axis=0)
    ((a, b),), _ = free(lo, hi)
    ((c, d),), _ = fixed(lo, hi)
    # The same ranges, up to a few roundings of each.
    assert np.max(np.abs(a - c)) < 1e-9
    assert np.max(np.abs(b - d)) < 1e-9


# -- hand-worked ranges ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("e", "sides", "lo", "hi"),
    [
        (x * y, [(-1, 2), (-4, 3)], -8, 6),
        (x**2, [(-1, 2)], 0, 4),
        (x**3, [(-2, 1)], -8, 1),
        (1 / x, [(2, 4)], 0.25, 0.5),
        (x**-2, [(-4, -2)], 1 / 16, 1 / 4),
        (sp.Abs(x), [(-3, 2)], 0, 3),
        (sp.sqrt(x), [(4, 9)], 2, 3),
        (x**2 - x, [(0, 2)], -0.25, 2),
        (sp.Max(x, y), [(-1, 2), (0, 1)], 0, 2),
        (sp.Min(x, y), [(-1, 2), (0, 1)], -1, 1),
        (sigmoid.order(1)(x), [(-1, 3)], 0.045176659730912, 0.25),
        (x * x - y / 3, [(1, 2), (0, 3)], 0, 4),
    ],
)
def test_ranges_worked_out_by_hand(e: sp.Expr, sides: list[tuple[float, float]], lo: float, hi: float) -> None:
    low, high, defined = evaluate(e, *sides)
    assert defined
    assert lo - 1e-13 <= low <= lo + 1e-14
    assert hi - 1e-14 <= high <= hi + 1e-13


def test_constants_are_enclosed_by_adjacent_floats() -> None:
    for e, text in [(sp.Rational(1, 3), None), (sp.pi, "pi"), (sp.E, "e")]:
        low, high, _ = evaluate(e + 0 * x, (0, 1))
        assert math.nextafter(low, INF) == high
        with precision(200):
            truth = arb(1) / 3 if text is None else arb.pi() if text == "pi" else arb.const_e()
            assert truth > arb(low)
            assert truth < arb(high)


def test_outputs_that_are_inputs_or_constants_have_the_shape_of_the_batch() -> None:
    tape = compile_tape([y, sp.Integer(3), x], [x, y])
    outputs, defined = BatchEvaluator(tape)(np.zeros((2, 5)), np.ones((2, 5)))
    assert [o[0].shape for o in outputs] == [(5,)] * 3
    assert outputs[1][0].tolist() == outputs[1][1].tolist() == [3.0] * 5
    assert defined is None


# -- corner cases ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("e", "side", "expected"),
    [
        (1 / x, (-1, 1), False),
        (1 / x, (0, 1), False),
        (1 / x, (5e-324, 1), True),
        (sp.log(x), (0, 1), False),
        (sp.log(x), (-2, -1), False),
        (sp.log(x), (1e-300, 1), True),
        (sp.sqrt(x), (-1e-300, 1), False),
        (sp.sqrt(x), (0, 1), True),
        (sp.tan(x), (1.5, 1.6), False),
        (sp.tan(x), (-1.5, 1.5), True),
        (sp.tan(x), (2, 4), True),
        (sp.asin(x), (-1, 1), True),
        (sp.asin(x), (0, 1.0000001), False),
        (sp.acos(x), (-1.0000001, 0), False),
        (x**-3, (-1, 1), False),
        (x**-2, (1, 2), True),
        (x ** sp.Rational(1, 3), (-1, 1), False),
        (x ** sp.Rational(1, 3), (0.5, 1), True),
        (sp.exp(1 / x) + sp.sin(x), (-1, 1), False),
        (sigmoid(sp.log(x)), (-1, 1), False),
    ],
)
def test_marks_the_boxes_on_which_all_functions_are_defined(
    e: sp.Expr, side: tuple[float, float], expected: bool
) -> None:
    assert evaluate(e, side)[2] is expected
    # Other functions in the same tape, total ones and defined ones, must not hide the mark.
    lo, hi = np.array([[float(side[0])]]), np.array([[float(side[1])]])
    for outputs in ([e, sp.sqrt(x + 60)], [sp.sqrt(x + 60), e], [sp.cos(x) + 2 * e, sp.log(x + 9), 1 / (x + 70)]):
        _, defined = BatchEvaluator(compile_tape(outputs, [x]))(lo, hi)
        assert defined is not None
        assert bool(defined[0]) is expected


@pytest.mark.parametrize("nan_at", [0, 1, 2])
def test_not_a_number_means_no_information(nan_at: int) -> None:
    generator = random.Random(8)
    for _ in range(150):
        e = random_expression(generator, [x, y], 3)
        tape = compile_tape([e], [x, y])
        lo, hi = np.array([[0.5], [0.25]]), np.array([[1.0], [0.75]])
        if nan_at != 1:
            lo[0] = np.nan
        if nan_at != 0:
            hi[0] = np.nan
        outputs, _ = BatchEvaluator(tape)(lo, hi)
        assert not np.isnan(outputs[0][0]).any(), e
        assert not np.isnan(outputs[0][1]).any(), e
        if e.has(x):
            # Whatever x is, the value is inside (when it exists).
            for v in (0.5, 0.75, 1.0, -2.0, 1e3):
                with precision(200):
                    (value,) = evaluate_balls(tape, [point_ball(v), point_ball(0.5)])
                if value.is_finite():
                    assert not value.upper() < arb(float(outputs[0][0][0])), (e, v)
                    assert not value.lower() > arb(float(outputs[0][1][0])), (e, v)


def test_infinite_boxes() -> None:
    assert evaluate(sigmoid(x), (-INF, INF))[:2] == (0.0, 1.0)
    assert evaluate(x**2, (-INF, INF))[0] == 0.0
    low, high, _ = evaluate(sp.exp(-x), (0, INF))
    assert low == 0.0
    assert 1.0 <= high < 1 + 1e-14
    low, high, _ = evaluate(x - x * y, (-INF, INF), (0, 0))
    assert (low, high) == (-INF, INF)
    assert evaluate(softplus(x), (-INF, 0))[0] == 0.0


def test_overflow_and_underflow_are_outward() -> None:
    low, high, _ = evaluate(x * y, (1e200, 1e200), (1e200, 1e200))
    assert high == INF
    assert low <= 1.7976931348623157e308
    low, high, _ = evaluate(x * y, (1e-200, 1e-200), (1e-200, 1e-200))
    assert low == 0.0
    assert high >= 5e-324
    low, high, _ = evaluate(sp.exp(x), (800, 800))
    assert low <= 1.7976931348623157e308
    assert high == INF


def test_a_sum_of_tenths_contains_the_rational_one() -> None:
    # Rounding to nearest gives 0.9999999999999999; the enclosure must hold 1 exactly.
    e = sp.Add(*[sp.Mul(sp.Rational(1, 10), sp.Symbol(f"t{i}", real=True)) for i in range(10)])
    tape = compile_tape([e], sorted(e.free_symbols, key=str))
    ((low, high),), _ = BatchEvaluator(tape)(np.ones((10, 1)), np.ones((10, 1)))
    assert Fraction(float(low[0])) <= 1 <= Fraction(float(high[0]))
    assert high[0] - low[0] < 1e-14
