"""Arb balls: conversions are exact, functions keep their sharpness, and two precisions overlap."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from random_expressions import point_ball, random_expression

from numeric import balls
from numeric.balls import ball, evaluate_balls, exact_fraction, lower_fraction, precision, upper_fraction
from numeric.compiler import compile_tape

x, y = sp.symbols("x y", real=True)


def test_precision_is_set_and_restored_even_after_an_error() -> None:
    before = ctx.prec
    with precision(321):
        assert ctx.prec == 321
    assert ctx.prec == before
    with pytest.raises(ZeroDivisionError), precision(321):
        raise ZeroDivisionError
    assert ctx.prec == before


@given(st.fractions(), st.integers(2, 200))
def test_a_ball_of_a_fraction_contains_it(q: Fraction, bits: int) -> None:
    with precision(bits):
        b = ball(q)
    assert lower_fraction(b) <= q <= upper_fraction(b)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_counts_as_the_dyadic_number_it_is(v: float) -> None:
    assert exact_fraction(ball(v)) == Fraction(v)


def test_exact_fraction_of_signs_and_exponents() -> None:
    assert exact_fraction(arb(-3) / 8) == Fraction(-3, 8)
    assert exact_fraction(arb(-3) * arb(2) ** 70) == -3 * 2**70
    assert exact_fraction(arb(0)) == 0


@pytest.mark.parametrize("b", [arb(1, 1), arb(1) / 3, arb("nan"), arb("inf"), arb("-inf"), arb(0, "inf")])
def test_exact_fraction_refuses_what_is_not_a_number(b: arb) -> None:
    with pytest.raises(ValueError, match="exact"):
        exact_fraction(b)


@pytest.mark.parametrize("b", [arb("nan"), arb("inf"), arb(0, "inf")])
def test_bounds_of_nothing_are_refused(b: arb) -> None:
    with pytest.raises(ValueError, match="exact"):
        lower_fraction(b)
    with pytest.raises(ValueError, match="exact"):
        upper_fraction(b)


def test_bounds_of_a_wide_ball() -> None:
    # [1 - 1/2, 1 + 1/2]; a radius may be rounded up by 2^-30.
    b = arb(1, 0.5)
    assert Fraction(1, 2) - Fraction(1, 10**6) <= lower_fraction(b) <= Fraction(1, 2)
    assert Fraction(3, 2) <= upper_fraction(b) <= Fraction(3, 2) + Fraction(1, 10**6)


@pytest.mark.parametrize("z", [-3000, -50, -1, 0, 1, 50])
def test_sigmoid_has_small_relative_error_on_both_sides(z: int) -> None:
    with precision(60):
        value = balls.sigmoid(arb(z))
        assert value > 0
        assert not value > 1
        assert value.rad() < value.mid() * arb(2) ** -50
    with precision(200):
        # s(z) = (1 + tanh(z/2))/2 is the same function written otherwise; at -3000 it would need 8700 bits.
        other = (1 + (arb(z) / 2).tanh()) / 2
        assert value.overlaps(other)


@pytest.mark.parametrize("z", [-(10**6), -1, 0, 1, 10**6])
def test_softplus_does_not_overflow(z: int) -> None:
    with precision(80):
        value = balls.softplus(arb(z))
        assert value.is_finite()
        # softplus(z) - softplus(-z) = z
        assert (value - balls.softplus(arb(-z))).contains(z)
    assert value > 0
    assert not value < z


def test_sigmoid_of_a_ball_around_zero_contains_both_halves() -> None:
    value = balls.sigmoid(arb(0, 1))
    for z in (-1, 0, 1):
        assert value.contains(balls.sigmoid(arb(z)).mid())


def test_division_by_a_ball_that_holds_zero_says_nothing() -> None:
    (value,) = evaluate_balls(compile_tape([1 / x], [x]), [arb(0, 1)])
    assert not value.is_finite()
    (value,) = evaluate_balls(compile_tape([sp.log(x) + y], [x, y]), [arb(-1), arb(1)])
    assert not value.is_finite()


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_integer_powers_of_a_ball_around_zero_are_known(n: int) -> None:
    """Arb's own power is NaN for a ball with midpoint exactly 0; boxes around symmetric points are such balls."""
    for b in (arb(0, 1), arb(0, 0.25), arb(0.5, 1)):
        (value,) = evaluate_balls(compile_tape([x**n + y], [x, y]), [b, arb(0)])
        assert value.is_finite()
        assert value.contains(0)
        assert value.contains(b.upper() ** n)
        assert value.contains(b.lower() ** n)


def test_horner_is_the_polynomial() -> None:
    # 2 - 3*5 + 5^2 = 12
    assert exact_fraction(balls.horner([arb(2), arb(-3), arb(1)], arb(5))) == 12


def test_two_precisions_overlap_on_random_trees_and_wide_balls(soundness: int) -> None:
    """The value at a point of a ball lies in the value of the ball, whatever the precision."""
    generator = random.Random(5)
    finite = 0
    for _ in range(300 * soundness):
        e = random_expression(generator, [x, y], 3)
        tape = compile_tape([e], [x, y])
        for _ in range(5):
            centres = [Fraction(generator.randint(-400, 400), 64) for _ in range(2)]
            width = Fraction(1, 2 ** generator.randint(1, 40))
            t = Fraction(generator.randint(-16, 16), 16)
            with precision(53):
                (wide,) = evaluate_balls(tape, [point_ball(c) + arb(0, 1) * point_ball(width) for c in centres])
            with precision(200):
                (thin,) = evaluate_balls(tape, [point_ball(c + t * width) for c in centres])
            if wide.is_finite():
                finite += 1
                assert thin.is_finite(), (e, centres)
                assert wide.overlaps(thin), (e, centres, width, t)
                assert thin.rad() <= wide.rad() + arb(10) ** -30
    assert finite > 300 * soundness
