"""Variation of a matrix function inside a ball: norms by hand, steps by hand, and sampled families."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat

from numeric import balls
from proofs.theorems.ball_variation import march, tensor_norm, variation_bound

F = Fraction


def eigenbasis(matrix: arb_mat) -> list[list[float]]:
    n = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(n)] for i in range(n)])
    if not np.isfinite(middle).all():
        return np.eye(n).tolist()
    return np.linalg.eigh(middle)[1].tolist()


def norm_of(*slices: list[list[float]]) -> arb | None:
    return tensor_norm([arb_mat([[arb(e) for e in row] for row in s]) for s in slices], eigenbasis)


# -- tensor_norm ---------------------------------------------------------------------------------------------
def test_orthogonal_slices_do_not_add_up() -> None:
    # T1^T T1 + T2^T T2 = diag(9, 16), so the norm is sqrt(16) = 4, not 3 + 4.
    value = norm_of([[3, 0], [0, 0]], [[0, 0], [0, 4]])
    assert value is not None
    assert value.upper() >= 4
    assert value < 4.0001


def test_slices_along_one_direction_add_in_squares() -> None:
    # T1 = T2 = E11: sum of squares diag(2, 0), norm sqrt(2), reached for d = (1, 1)/sqrt(2).
    value = norm_of([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    assert value is not None
    assert value.upper() >= arb(2).sqrt().lower()
    assert value < 1.4143


def test_slices_that_are_not_square() -> None:
    # One 3 x 2 slice with columns (1, 2, 2) and 0: norm 3.
    value = norm_of([[1, 0], [2, 0], [2, 0]])
    assert value is not None
    assert value.upper() >= 3
    assert value < 3.0001


def test_radii_go_through_the_frobenius_norm() -> None:
    # Midpoints 0, radii 1/2 in all four entries: sqrt(4 * 1/4) = 1.
    value = tensor_norm([arb_mat([[arb(0, 0.5)] * 2] * 2)], eigenbasis)
    assert value is not None
    assert value.upper() >= 1
    assert value < 1.0001


@pytest.mark.parametrize("bad", [arb("nan"), arb("inf"), arb(0, "inf")])
def test_an_entry_that_is_not_finite_gives_nothing(bad: arb) -> None:
    assert tensor_norm([arb_mat([[arb(1), bad], [arb(0), arb(1)]])], eigenbasis) is None


def test_a_useless_basis_weakens_the_bound_and_cannot_break_it() -> None:
    slices = [arb_mat([[3, 0], [0, 4]])]
    assert tensor_norm(slices, lambda _: [[0.0, 0.0], [0.0, 0.0]]) is None
    tilted = tensor_norm(slices, lambda _: [[0.8, -0.6], [0.6, 0.8]])
    assert tilted is not None
    assert tilted.upper() >= 4


def test_sampled_directions_stay_below_the_norm() -> None:
    generator = np.random.default_rng(1)
    for _ in range(40):
        n = int(generator.integers(1, 5))
        tensor = generator.normal(size=(n, n, n))
        bound = norm_of(*tensor.tolist())
        assert bound is not None
        d = generator.normal(size=(n, 200))
        d /= np.linalg.norm(d, axis=0)
        reached = np.linalg.norm(np.einsum("kij,kd->dij", tensor, d), ord=2, axis=(1, 2)).max()
        assert reached <= float(bound.upper()) * (1 + 1e-12)


# -- variation_bound -----------------------------------------------------------------------------------------
def test_a_constant_norm_integrates_exactly() -> None:
    # N = 2 on a ball of radius 3: the bound is 6 for every number of steps.
    for steps in (1, 2, 7):
        total = variation_bound(lambda _: arb(2), F(3), steps)
        assert total is not None
        assert total.contains(6)


def test_upper_sums_decrease_to_the_integral() -> None:
    # N(s) = s on [0, 1]: upper sums (1/k^2)(1 + .. + k) = (k + 1) / 2k: 1, 3/4, 5/8; the integral is 1/2.
    for steps, expected in ((1, F(1)), (2, F(3, 4)), (4, F(5, 8))):
        total = variation_bound(balls.ball, F(1), steps)
        assert total is not None
        assert total.contains(arb(balls.ball(expected)))
        assert total > 0.5


def test_one_step_without_a_norm_gives_nothing() -> None:
    assert variation_bound(lambda r: None if r > F(1, 2) else arb(1), F(1), 4) is None
    assert variation_bound(lambda r: arb(1), F(1), 4) is not None


# -- march ---------------------------------------------------------------------------------------------------
def test_march_stops_strictly_below_the_budget() -> None:
    # Steps of 1/8 with N = 1: after 8 steps the total is 1, which is not < 1, so 7/8 is the radius.
    assert march(lambda _: arb(1), arb(1), F(1, 8)) == F(7, 8)
    # A budget a little above 1 lets the eighth step through.
    assert march(lambda _: arb(1), arb("1.0001"), F(1, 8)) == F(1)


@pytest.mark.parametrize("budget", [arb(0), arb(-1), arb("nan"), arb(0, 1)])
def test_march_without_a_budget_stays_at_the_centre(budget: arb) -> None:
    assert march(lambda _: arb(1), budget, F(1, 8)) == 0


def test_march_ends_where_the_norm_is_unknown_or_nan() -> None:
    assert march(lambda r: None if r > F(1, 4) else arb(1), arb(100), F(1, 8)) == F(1, 4)
    assert march(lambda r: arb("nan") if r > F(1, 4) else arb(1), arb(100), F(1, 8)) == F(1, 4)


def test_march_takes_at_most_the_limit() -> None:
    assert march(lambda _: arb(0), arb(1), F(1, 8), limit=16) == F(2)
