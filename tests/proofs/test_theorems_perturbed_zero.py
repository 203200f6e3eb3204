"""A zero that survives a perturbation: the inequality by hand, the borderline, and every failure branch."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from proofs.theorems.perturbed_zero import perturbed_zero

F = Fraction


def test_by_hand() -> None:
    # ||A|| = 2, q = 1/2, r = 1, eps = 1/8: 2/8 <= 1/2, distance (2/8) / (1/2) = 1/2; 1/2 + 2/5 < 1.
    found = perturbed_zero(F(2), F(1, 2), F(1), F(1, 8), F(1, 5))
    assert (found.exists, found.unique, found.distance) == (True, True, F(1, 2))


def test_the_border() -> None:
    assert perturbed_zero(F(2), F(1, 2), F(1), F(1, 4), F(0)).exists
    assert not perturbed_zero(F(2), F(1, 2), F(1), F(1, 4) + F(1, 10**30), F(0)).exists
    # q + ||A|| delta = 1 does not contract.
    found = perturbed_zero(F(2), F(1, 2), F(1), F(1, 8), F(1, 4))
    assert found.exists
    assert not found.unique


@pytest.mark.parametrize(
    "values",
    [
        (F(0), F(1, 2), F(1), F(0), F(0)),
        (F(-1), F(1, 2), F(1), F(0), F(0)),
        (F(1), F(1), F(1), F(0), F(0)),
        (F(1), F(-1), F(1), F(0), F(0)),
        (F(1), F(1, 2), F(0), F(0), F(0)),
        (F(1), F(1, 2), F(1), F(-1), F(0)),
        (F(1), F(1, 2), F(1), F(0), F(-1)),
    ],
)
def test_hypotheses_that_fail(values: tuple[Fraction, ...]) -> None:
    found = perturbed_zero(*values)
    assert not found.exists
    assert not found.unique


def test_against_scalar_equations() -> None:
    # F(x) = x + x^2 / 4 on |x| <= 1, A = 1: q = 1/2.  P = eps cos(k x + phase), |P'| <= eps k.
    generator = np.random.default_rng(3)
    grid = np.linspace(-1, 1, 20001)
    for _ in range(200):
        eps, k, phase = generator.uniform(0, 0.6), generator.uniform(0, 3), generator.uniform(0, 7)
        found = perturbed_zero(F(1), F(1, 2), F(1), F(eps), F(eps * k))
        values = grid + grid**2 / 4 + eps * np.cos(k * grid + phase)
        crossings = grid[:-1][np.sign(values[:-1]) != np.sign(values[1:])]
        if found.exists:
            assert len(crossings) >= 1
            assert np.abs(crossings).max() <= float(found.distance) + 1e-4
        if found.unique:
            assert len(crossings) == 1
