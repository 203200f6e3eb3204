"""Endpoint arithmetic: hand ranges, every operation against values inside, and the float64 batches beside it."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from random_expressions import box_points, corner_boxes, point_ball, random_expression

from numeric import balls, endpoints
from numeric.balls import evaluate_balls, precision
from numeric.batch import BatchEvaluator
from numeric.compiler import compile_tape
from numeric.endpoints import EndpointInterval, evaluate_endpoints, from_fractions, magnitude
from symbolic.activations import sigmoid

x, y = sp.symbols("x y", real=True)
F = Fraction


def interval(lo: float, hi: float) -> EndpointInterval:
    return from_fractions(F(lo), F(hi))


def exact(pair: EndpointInterval) -> tuple[Fraction, Fraction]:
    return balls.exact_fraction(pair[0]), balls.exact_fraction(pair[1])


def range_of(e: sp.Expr, *sides: tuple[float, float]) -> EndpointInterval:
    (pair,) = evaluate_endpoints(compile_tape([e], [x, y][: len(sides)]), [interval(*s) for s in sides])
    return pair


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((1, 2), (3, 4), (3, 8)),
        ((1, 2), (-4, 3), (-8, 6)),
        ((1, 2), (-4, -3), (-8, -3)),
        ((-1, 2), (3, 4), (-4, 8)),
        ((-1, 2), (-4, 3), (-8, 6)),
        ((-1, 2), (-4, -3), (-8, 4)),
        ((-2, -1), (3, 4), (-8, -3)),
        ((-2, -1), (-4, 3), (-6, 8)),
        ((-2, -1), (-4, -3), (3, 8)),
        ((0, 0), (-4, 3), (0, 0)),
    ],
)
def test_products_of_all_signs(a: tuple[int, int], b: tuple[int, int], expected: tuple[int, int]) -> None:
    assert exact(endpoints.mul(interval(*a), interval(*b))) == expected
    assert exact(endpoints.mul(interval(*b), interval(*a))) == expected


def test_sums_differences_negatives_and_magnitude() -> None:
    assert exact(endpoints.add(interval(1, 2), interval(-3, 5))) == (-2, 7)
    assert exact(endpoints.sub(interval(1, 2), interval(-3, 5))) == (-4, 5)
    assert exact(endpoints.neg(interval(1, 2))) == (-2, -1)
    assert balls.exact_fraction(magnitude(interval(-3, 2))) == 3


@pytest.mark.parametrize(
    ("e", "side", "expected"),
    [
        (x**2, (-1, 2), (0, 4)),
        (x**3, (-2, 1), (-8, 1)),
        (x**-2, (1, 2), (F(1, 4), 1)),
        (1 / x, (-2, -1), (-1, F(-1, 2))),
        (sp.Abs(x), (-3, 2), (0, 3)),
        (sp.Abs(x), (-3, -2), (2, 3)),
        (-2 * x + 1, (0, 3), (-5, 1)),
        (sp.sqrt(x), (4, 9), (2, 3)),
        # x^2 - x has its minimum -1/4 at 1/2: the range of the polynomial, not of its two terms.
        (x**2 - x, (0, 2), (F(-1, 4), 2)),
        (x**3 - 3 * x, (-2, 2), (-2, 2)),
        (sp.Max(x, 0), (-1, 2), (0, 2)),
        (sp.Min(x, 0), (-1, 2), (-1, 0)),
    ],
)
def test_hand_ranges(e: sp.Expr, side: tuple[int, int], expected: tuple[object, object]) -> None:
    lo, hi = range_of(e, side)
    with precision(300):
        assert abs(lo - balls.ball(F(expected[0]))) < arb(2) ** -45
        assert abs(hi - balls.ball(F(expected[1]))) < arb(2) ** -45
        assert lo.overlaps(balls.ball(F(expected[0])))
        assert hi.overlaps(balls.ball(F(expected[1])))


@pytest.mark.parametrize(
    ("e", "side"),
    [
        (1 / x, (-1, 1)),
        (1 / x, (0, 1)),
        (x**-3, (-1, 1)),
        (sp.log(x), (0, 1)),
        (sp.log(x), (-1, 1)),
        (sp.sqrt(x), (-1, 1)),
        (x ** sp.Rational(1, 3), (-1, 1)),
        (sp.tan(x), (1, 2)),
        (sp.tan(x), (-5, 5)),
        (sp.asin(x), (0, 2)),
        (sp.acos(x), (-2, 0)),
    ],
)
def test_nothing_is_known_where_a_function_is_not_defined(e: sp.Expr, side: tuple[float, float]) -> None:
    for expression in (e, -e, e + x, 2 * e, sp.Max(e, -5), sp.Abs(e), (e + 1) * (x + 3), e**2 + e):
        lo, hi = range_of(expression, side)
        assert not (lo.is_finite() and hi.is_finite()), expression


def test_bounded_functions_of_nothing_known_stay_unknown() -> None:
    lo, hi = range_of(sigmoid(1 / x), (-1, 1))
    assert not lo.is_finite()
    assert not hi.is_finite()


def test_powers_of_thin_ends_around_zero_are_known() -> None:
    # Ends that are balls with midpoint 0, as sin(pi) is; Arb's own power of such a ball is NaN.
    end = arb(0, 1e-30)
    for n in (2, 3):
        lo, hi = endpoints.power((end, arb(2)), n)
        assert lo.is_finite()
        assert hi.contains(2**n)


@pytest.mark.parametrize(("lo", "hi"), [(-1, 1), (0, 3.2), (-7, -1), (3, 3.5), (100, 101.5), (-1e6, -1e6 + 2), (2, 9)])
def test_sine_and_cosine_reach_their_extremes(lo: float, hi: float) -> None:
    for f, g in ((sp.sin, math.sin), (sp.cos, math.cos)):
        with precision(100):
            low, high = range_of(f(x), (lo, hi))
        samples = [g(lo + (hi - lo) * k / 4000) for k in range(4001)]
        # A step of (hi - lo)/4000 hides at most its square of an extreme.
        assert min(samples) - 5e-6 <= float(low) <= min(samples) + 1e-9
        assert max(samples) - 1e-9 <= float(high) <= max(samples) + 5e-6


@pytest.mark.parametrize("argument", [-(10**6), -(10**25), 10**12, 10**25])
def test_sine_of_tiny_and_huge_arguments_needs_no_huge_integers(argument: int) -> None:
    (pair,) = evaluate_endpoints(compile_tape([sp.sin(sp.exp(x)), sp.cos(sp.exp(x))], [x]), [(arb(argument),) * 2])[:1]
    assert not pair[0] > 1
    assert not pair[1] < -1
    if argument < 0:
        # 0 < sin(u) < u for a tiny u.
        assert abs(pair[0]) < arb(10) ** -9
        assert abs(pair[1]) < arb(10) ** -9


def test_a_wrong_number_of_inputs_is_rejected() -> None:
    with pytest.raises(ValueError, match="expected 2 inputs, got 1"):
        evaluate_endpoints(compile_tape([x * y], [x, y]), [interval(0, 1)])


def test_infinite_boxes_give_valid_or_no_bounds() -> None:
    everything = (arb("-inf"), arb("inf"))
    (pair,) = evaluate_endpoints(compile_tape([sigmoid(x)], [x]), [everything])
    assert pair[0].contains(0)
    assert pair[1].contains(1)
    (pair,) = evaluate_endpoints(compile_tape([x * y], [x, y]), [everything, interval(0, 1)])
    assert not (pair[0].is_finite() and pair[1].is_finite())


def test_values_inside_random_boxes_are_enclosed(soundness: int) -> None:
    """Random trees and boxes at 53 and 160 bits; at least 10,000 points, each evaluated by Arb at 200 bits."""
    generator = random.Random(99)
    checks = 0
    for _ in range(110 * soundness):
        e = random_expression(generator, [x, y], generator.choice([2, 3, 4]))
        tape = compile_tape([e], [x, y])
        lo, hi = corner_boxes(generator, 2, 24, wild=generator.random() < 0.3)
        if e.has(sp.sin, sp.cos, sp.tan):
            lo, hi = np.clip(lo, -2.0, 2.0), np.clip(hi, -2.0, 2.0)
        for k in range(lo.shape[1]):
            pairs = []
            for bits in (53, 160):
                with precision(bits):
                    box = [(arb(float(a)), arb(float(b))) for a, b in zip(lo[:, k], hi[:, k], strict=True)]
                    pairs += evaluate_endpoints(tape, box)
            for point in box_points(generator, lo[:, k], hi[:, k], 5):
                with precision(200):
                    (value,) = evaluate_balls(tape, [point_ball(v) for v in point])
                for low, high in pairs:
                    assert not value.upper() < low.lower(), (e, lo[:, k], hi[:, k], point)
                    assert not value.lower() > high.upper(), (e, lo[:, k], hi[:, k], point)
                    checks += value.is_finite() and low.is_finite() and high.is_finite()
    assert checks >= 10_000 * soundness


def test_endpoints_and_batches_enclose_alike(soundness: int) -> None:
    """Two arithmetics on the same program: they overlap, and neither is often much wider."""
    generator = random.Random(7)
    compared = loose = 0
    for _ in range(120 * soundness):
        e = random_expression(generator, [x, y], 3, tame=True)
        tape = compile_tape([e], [x, y])
        lo, hi = corner_boxes(generator, 2, 20, wild=False)
        ((batch_lo, batch_hi),), defined = BatchEvaluator(tape)(lo, hi)
        assert defined is None or defined.all()
        for k in range(lo.shape[1]):
            with precision(120):
                box = [(arb(float(a)), arb(float(b))) for a, b in zip(lo[:, k], hi[:, k], strict=True)]
                ((low, high),) = evaluate_endpoints(tape, box)
            assert not arb(float(batch_hi[k])) < low.lower(), e
            assert not arb(float(batch_lo[k])) > high.upper(), e
            size = max(abs(float(low)), abs(float(high)), 1.0)
            exact_width, width = float(high) - float(low), float(batch_hi[k] - batch_lo[k])
            assert exact_width <= width + 1e-14 * size, (e, lo[:, k], hi[:, k])
            if size < 1e6 and np.max(np.abs(np.concatenate([lo[:, k], hi[:, k]]))) < 20:
                compared += 1
                loose += width > exact_width * (1 + 1e-9) + 1e-9 * size
    # High powers of shifted variables lose digits in their expanded form; nothing else may.
    assert loose <= compared / 200
    assert compared > 1500 * soundness


def test_sine_is_exact_at_zero() -> None:
    # As cos(x - pi/2) it was 0 only up to rounding, and Jordan's inequality was rejected at its end.
    tape = compile_tape([sp.sin(x)], [x])
    assert [e.is_zero() for e in evaluate_endpoints(tape, [(arb(0), arb(0))])[0]] == [True, True]
    assert evaluate_endpoints(tape, [(arb(0), arb(0.75))])[0][0] >= 0
