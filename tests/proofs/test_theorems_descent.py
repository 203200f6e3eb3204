"""Gradient descent from a half-plane: every hypothesis, and functions for which the theorem fails without it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from proofs.theorems.descent import half_plane_descent, linear_rate

F = Fraction
GOOD: dict[str, Any] = {
    "smoothness": F(4),
    "coercive": True,
    "even": True,
    "interior_points": 1,
    "boundary_curvatures": [F(-1, 10)],
}


def test_all_hypotheses() -> None:
    result = half_plane_descent(**GOOD)
    assert result.holds
    assert result.reason == "all hypotheses hold"
    assert result.step_limit == F(1, 4)


def test_no_point_on_the_boundary_is_fine() -> None:
    assert half_plane_descent(**{**GOOD, "boundary_curvatures": []}).holds


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"smoothness": F(0)}, "smoothness"),
        ({"smoothness": F(-4)}, "smoothness"),
        ({"coercive": False}, "coercive"),
        ({"even": False}, "even"),
        ({"interior_points": 0}, "not one"),
        ({"interior_points": 2}, "not one"),
        ({"boundary_curvatures": [F(0)]}, "attract"),
        ({"boundary_curvatures": [F(1, 10**30)]}, "attract"),
        ({"boundary_curvatures": [F(-1), F(-1), F(1)]}, "attract"),
    ],
)
def test_each_hypothesis_is_needed(change: dict[str, Any], word: str) -> None:
    result = half_plane_descent(**{**GOOD, **change})
    assert not result.holds
    assert word in result.reason


def test_a_failed_smoothness_has_no_step() -> None:
    assert half_plane_descent(**{**GOOD, "smoothness": F(0)}).step_limit == 0


def descend(slope: Any, start: float, step: float, count: int = 4000) -> float:
    a = start
    for _ in range(count):
        a -= step * slope(a)
    return a


def test_the_double_well_converges_from_the_right() -> None:
    # l(a) = a^4/4 - a^2/2 on [-1, 1]: saddle at 0 with curvature -1, minimum at 1, |l''| <= 2 for |a| <= 1.
    for start in (1e-6, 0.3, 0.999):
        assert descend(lambda a: a**3 - a, start, 0.499) == pytest.approx(1.0, abs=1e-9)


def test_without_negative_curvature_on_the_boundary_descent_may_stop_there() -> None:
    # l = a^2/2 has its minimum at a = 0 with curvature +1: descent from the right ends on the boundary.
    assert descend(lambda a: a, 0.7, 0.9) == pytest.approx(0.0, abs=1e-9)


def test_a_step_above_the_limit_may_leave_the_half_plane() -> None:
    # l = a^2/2 + const, L = 1: with step 1.5 > 1/L the sign of a flips at once.
    assert descend(lambda a: a, 0.7, 1.5, count=1) < 0


# -- linear rate ---------------------------------------------------------------------------------------------
def test_linear_rate_by_hand() -> None:
    # 1 - (1/4)(1) = 3/4; at the largest step 1/L = 1/4 equality is allowed.
    assert linear_rate(F(1), F(4), F(1, 4)) == F(3, 4)
    assert linear_rate(F(4), F(4), F(1, 4)) == 0


@pytest.mark.parametrize(
    ("m", "smoothness", "step"),
    [
        (F(0), F(4), F(1, 4)),
        (F(-1), F(4), F(1, 4)),
        (F(5), F(4), F(1, 8)),  # m > L
        (F(1), F(4), F(0)),
        (F(1), F(4), F(-1, 4)),
        (F(1), F(4), F(1, 4) + F(1, 10**20)),
        (F(1), F(0), F(1)),
        (F(1), F(-4), F(1)),
    ],
)
def test_linear_rate_refuses_constants_out_of_range(m: Fraction, smoothness: Fraction, step: Fraction) -> None:
    assert linear_rate(m, smoothness, step) is None


def test_the_rate_bounds_a_quadratic_in_both_directions() -> None:
    # H = diag(1, 4), step 1/4: the errors shrink by 3/4 and by 0, the slower one is the rate.
    rate = linear_rate(F(1), F(4), F(1, 4))
    assert rate == max(abs(1 - F(1, 4) * h) for h in (F(1), F(4)))
