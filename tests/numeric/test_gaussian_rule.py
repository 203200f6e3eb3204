"""The trapezoidal rule: its error against means that are known exactly."""

from __future__ import annotations

import math

import pytest
from flint import arb

from numeric.balls import precision
from numeric.gaussian_rule import gaussian_rule, rule_with


@pytest.mark.parametrize("bits", [30, 64, 128, 500])
@pytest.mark.parametrize("t", ["0", "0.25", "1", "3"])
def test_the_mean_of_a_cosine(bits: int, t: str) -> None:
    # E cos(t z) = e^{-t^2/2}, and |cos(t z)| <= cosh(t a) for |Im z| <= a.
    with precision(bits + 20):
        rate = arb(t)
        exact = (-rate * rate / 2).exp()
    with precision(bits):
        rule = gaussian_rule(2.0)
        values = [(rate * (j * rule.step)).cos() for j in range(-rule.reach, rule.reach + 1)]
        mean = rule.mean(values, (2 * rate).cosh())
        assert mean.overlaps(exact)
        assert mean.rad() < arb(2) ** (20 - bits)


def test_the_weights_add_up_to_one() -> None:
    with precision(100):
        rule = gaussian_rule(math.inf)
        assert rule.mean([arb(1)] * (2 * rule.reach + 1), arb(1)).overlaps(arb(1))
        assert rule.error < arb(2) ** -90


@pytest.mark.parametrize(("step", "reach"), [(1.5, 9), (1.0, 4), (1.25, 3), (2.0, 6)])
@pytest.mark.parametrize("t", [0.5, 1.0, 2.0])
def test_the_error_of_a_coarse_rule_is_needed_and_enough(step: float, reach: int, t: float) -> None:
    # At 200 bits nothing but the error of the rule separates the sum from E cos(t z) = e^{-t^2/2}.
    with precision(200):
        rate = arb(t)
        exact = (-rate * rate / 2).exp()
        rule = rule_with(step, reach, 3.0)
        values = [(rate * (j * rule.step)).cos() for j in range(-reach, reach + 1)]
        bound = (3 * rate).cosh()
        assert rule.mean(values, bound).contains(exact)
        assert not rule.mean(values, arb(0)).overlaps(exact)


@pytest.mark.parametrize("width", [0.0, -1.0, math.nan])
def test_a_strip_needs_width(width: float) -> None:
    with pytest.raises(ValueError, match="no width"):
        gaussian_rule(width)


@pytest.mark.parametrize("width", [1e-9, 5e-324])
def test_too_narrow_a_strip_is_refused(width: float) -> None:
    with pytest.raises(ValueError, match="more than"):
        gaussian_rule(width)
