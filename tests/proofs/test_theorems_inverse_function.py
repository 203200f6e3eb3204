"""The three forms of the inverse function theorem: constants by hand, each hypothesis broken, and a sharp example."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs.theorems.inverse_function import exact_form, monotone_form, preconditioned_form

F = Fraction
ZERO = F(0)


# -- exact form ----------------------------------------------------------------------------------------------
def test_exact_form_by_hand() -> None:
    # lambda = 2, variation 1 = lambda / 2 (equality is allowed), r = 3: image radius 2 * 3 / 2 = 3.
    result = exact_form(F(2), F(1), F(3))
    assert result.holds
    assert result.image_radius == 3


def test_exact_form_of_the_paper() -> None:
    # lambda = 2 alpha = 1/400, r = 0.0064: image radius 0.0064 / 800 = 8.0e-6.
    assert exact_form(F(1, 400), F(1, 800), F(64, 10000)).image_radius == F(8, 10**6)


@pytest.mark.parametrize(
    ("lam", "variation", "radius"),
    [
        (F(0), F(0), F(1)),
        (F(-1), F(-1), F(1)),
        (F(2), F(1), F(0)),
        (F(2), F(1), F(-1)),
        (F(2), F(1) + F(1, 10**30), F(1)),
    ],
)
def test_exact_form_fails_without_a_hypothesis(lam: Fraction, variation: Fraction, radius: Fraction) -> None:
    result = exact_form(lam, variation, radius)
    assert not result.holds
    assert result.image_radius == 0


def test_exact_form_is_true_of_a_quadratic() -> None:
    # F(x) = x + x^2 at 0: lambda = 1, |F'(x) - 1| = 2|x| <= 1/2 for r = 1/4; the image of [-1/4, 1/4] is
    # [-3/16, 5/16], which contains the ball of radius 1/8 that the theorem gives.
    result = exact_form(F(1), F(1, 2), F(1, 4))
    assert result.image_radius == F(1, 8)
    assert result.image_radius <= F(3, 16)


# -- preconditioned form -------------------------------------------------------------------------------------
def test_preconditioned_form_by_hand() -> None:
    # (1 - 1/2) * 3 / (1/4) = 6.
    result = preconditioned_form(F(1, 4), F(1, 2), F(3))
    assert result.holds
    assert result.image_radius == 6


def test_preconditioned_form_allows_a_deviation_of_zero() -> None:
    # DF = A^{-1} everywhere: F is affine and the image of the r-ball contains the ball of radius r / ||A||.
    assert preconditioned_form(F(2), ZERO, F(3)).image_radius == F(3, 2)


@pytest.mark.parametrize(
    ("norm", "deviation", "radius"),
    [
        (F(0), F(1, 2), F(1)),
        (F(-1), F(1, 2), F(1)),
        (F(1), F(1), F(1)),
        (F(1), F(3, 2), F(1)),
        (F(1), F(-1, 2), F(1)),
        (F(1), F(1, 2), F(0)),
        (F(1), F(1, 2), F(-1)),
    ],
)
def test_preconditioned_form_fails_without_a_hypothesis(norm: Fraction, deviation: Fraction, radius: Fraction) -> None:
    result = preconditioned_form(norm, deviation, radius)
    assert not result.holds
    assert result.image_radius == 0


def test_a_smaller_deviation_or_norm_gives_a_larger_image() -> None:
    base = preconditioned_form(F(2), F(1, 2), F(1)).image_radius
    assert preconditioned_form(F(2), F(1, 4), F(1)).image_radius > base
    assert preconditioned_form(F(1), F(1, 2), F(1)).image_radius > base


# -- monotone form -------------------------------------------------------------------------------------------
def test_monotone_form_by_hand() -> None:
    # F(x) = 3x: the image of the 2-ball is the 6-ball exactly, so the bound m r = 6 is sharp.
    result = monotone_form(F(3), F(2))
    assert result.holds
    assert result.image_radius == 6


@pytest.mark.parametrize(("m", "radius"), [(F(0), F(1)), (F(-1), F(1)), (F(1), F(0)), (F(1), F(-1))])
def test_monotone_form_fails_without_a_hypothesis(m: Fraction, radius: Fraction) -> None:
    result = monotone_form(m, radius)
    assert not result.holds
    assert result.image_radius == 0


def test_the_forms_agree_on_a_multiple_of_the_identity() -> None:
    # F(x) = 2x with lambda = 2: exact 2 r / 2 = r, preconditioned (1 - 0) r / (1/2) = 2r, monotone 2r.
    r = F(5)
    assert exact_form(F(2), ZERO, r).image_radius == r
    assert preconditioned_form(F(1, 2), ZERO, r).image_radius == monotone_form(F(2), r).image_radius == 2 * r
