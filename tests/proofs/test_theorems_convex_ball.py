"""The strongly convex ball and the contraction of gradient descent: hand examples and every failure branch."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from proofs.theorems.convex_ball import convex_ball
from proofs.theorems.gradient_descent import descent_contraction, steps_to

F = Fraction


def test_a_quadratic() -> None:
    """f = x^2, m = 2, from x = 1/4: gradient 1/2, so the minimum is at most (and exactly) 1/4 away."""
    result = convex_ball(arb(1) / 2, arb(2), arb(1))
    assert result.unique
    assert result.distance.contains(arb(1) / 4)


@pytest.mark.parametrize(
    ("G", "m", "R"),
    [
        (2.0, 2.0, 1.0),  # the minimum may lie on the boundary
        (3.0, 2.0, 1.0),
        (0.1, 0.0, 1.0),
        (0.1, -1.0, 1.0),
        (0.1, 1.0, 0.0),
        (-0.1, 1.0, 1.0),
        (float("nan"), 1.0, 1.0),
        (0.1, float("nan"), 1.0),
        (0.1, 1.0, float("nan")),
    ],
)
def test_no_hypothesis_can_be_left_out(G: float, m: float, R: float) -> None:
    result = convex_ball(arb(G), arb(m), arb(R))
    assert not result.unique
    assert not result.distance.is_finite()


def test_a_ball_that_only_may_satisfy_the_hypothesis_does_not() -> None:
    assert not convex_ball(arb(1, 0.1), arb(1), arb(1)).unique


def test_contraction_of_a_diagonal_quadratic() -> None:
    """f = (m x^2 + M y^2)/2 with m = 1/4, M = 1: one step of 1/2 multiplies by 7/8 and 1/2."""
    found = descent_contraction(F(1, 4), F(1), F(1, 2))
    assert (found.holds, found.step_limit, found.low, found.high) == (True, F(2), F(1, 2), F(7, 8))
    # Beyond 1/M the fast direction overshoots: |1 - 3/2| = 1/2, and 1 - 3/8 = 5/8.
    over = descent_contraction(F(1, 4), F(1), F(3, 2))
    assert (over.holds, over.low, over.high) == (True, F(0), F(5, 8))


@pytest.mark.parametrize(
    ("m", "M", "step"),
    [(F(0), F(1), F(1)), (F(-1), F(1), F(1)), (F(2), F(1), F(1, 2)), (F(1), F(1), F(2)), (F(1), F(1), F(0))],
)
def test_no_contraction_without_its_hypotheses(m: Fraction, M: Fraction, step: Fraction) -> None:
    assert not descent_contraction(m, M, step).holds


def test_steps_to_a_tolerance() -> None:
    """(1/2)^10 = 1/1024: ten steps from distance 1 to 1/1024, eleven for anything less."""
    assert steps_to(F(1, 2), F(1), F(1, 1000)) == 10
    assert steps_to(F(1, 2), F(1), F(1, 1025)) == 11
    assert steps_to(F(1, 2), F(1), F(2)) == 0
    assert steps_to(F(0), F(1), F(1, 2)) == 1
    assert steps_to(F(1), F(1), F(1, 2)) is None
    assert steps_to(F(1, 2), F(1), F(0)) is None
    assert steps_to(F(1, 2), F(-1), F(1)) is None


def test_the_published_number_of_steps() -> None:
    """(1 - 2*0.1/800)^4000 = exp(-1.0001..) = 0.3678..: the factor of a nuisance coordinate."""
    factor = float(descent_contraction(F(1, 400), F(1, 2), F(1, 10)).high) ** 4000
    assert abs(factor - 0.36783) < 1e-5


def test_simulated_descent_stays_between_both_factors() -> None:
    """l = cosh-like: f(x) = x^2/2 + log cosh x, second derivative in [1, 2]."""
    step = 0.3
    found = descent_contraction(F(1), F(2), F(3, 10))
    x = 2.0
    for _ in range(20):
        following = x - step * (x + np.tanh(x))
        assert float(found.low) * x <= following * (1 + 1e-12)
        assert following <= float(found.high) * x * (1 + 1e-12)
        x = following
