"""A strongly convex ball keeps its minimum: constants by hand, each hypothesis broken, sharpness."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from proofs.theorems.perturbation import perturbed_minimum

F = Fraction


def test_by_hand() -> None:
    # m = 2, R = 3, epsilon = 5 < 6: the minimum moves by at most 5/2.
    result = perturbed_minimum(F(2), F(3), F(5))
    assert result.holds
    assert result.distance == F(5, 2)


def test_no_perturbation_moves_nothing() -> None:
    result = perturbed_minimum(F(2), F(3), F(0))
    assert result.holds
    assert result.distance == 0


@pytest.mark.parametrize(
    ("m", "radius", "epsilon"),
    [
        (F(0), F(3), F(0)),
        (F(-2), F(3), F(0)),
        (F(2), F(0), F(0)),
        (F(2), F(-3), F(0)),
        (F(-2), F(-3), F(1)),
        (F(2), F(3), F(-1)),
        (F(2), F(3), F(6)),  # epsilon = m R: the perturbed minimum may sit on the sphere
        (F(2), F(3), F(7)),
    ],
)
def test_each_hypothesis_is_needed(m: Fraction, radius: Fraction, epsilon: Fraction) -> None:
    result = perturbed_minimum(m, radius, epsilon)
    assert not result.holds
    assert result.distance == 0


def test_just_below_the_limit_holds() -> None:
    epsilon = F(6) - F(1, 10**40)
    result = perturbed_minimum(F(2), F(3), epsilon)
    assert result.holds
    assert result.distance < 3


def test_a_linear_perturbation_of_a_quadratic_is_the_worst_case() -> None:
    # L = (m/2)|x|^2 and P = epsilon x1: the minimum moves to (-epsilon/m, 0), the distance of the theorem.
    m, epsilon = 2.0, 0.75
    x = np.linalg.solve(m * np.eye(2), -np.array([epsilon, 0.0]))
    assert np.linalg.norm(x) == float(perturbed_minimum(F(2), F(3), F(3, 4)).distance)
