"""Theorems about the experiments: values by hand, and every hypothesis that fails."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numeric.enclosure import Enclosure
from numeric.experiment.metrics import energy, span_projection
from proofs.theorems.experiment import (
    energies_apart,
    jump_projection,
    nuisance_factor,
    span_with_nuisance,
    steps_below,
)

F = Fraction
STEP, RIDGE = F(1, 10), F(1, 800)


def exact(x: Fraction | int) -> Enclosure:
    return Enclosure.exact(x)


def test_nuisance_factor() -> None:
    # (1 - 2 * 1/4 * 1/2)^3 = 27/64.
    found = nuisance_factor(F(1, 4), F(1, 2), 3)
    assert found is not None
    assert found.lo <= F(27, 64) <= found.hi
    published = nuisance_factor(STEP, RIDGE, 4000)
    assert published is not None
    assert published.contains(exact(F(3999, 4000) ** 4000)) or published.lo <= F(3999, 4000) ** 4000 <= published.hi
    assert nuisance_factor(STEP, RIDGE, 0) == exact(1)
    for step, ridge, steps in ((F(1), F(1, 2), 1), (F(0), F(1), 1), (F(1), F(-1), 1), (STEP, RIDGE, -1)):
        assert nuisance_factor(step, ridge, steps) is None


def test_steps_below() -> None:
    # (3/4)^2 = 0.5625 > 1/2 >= (3/4)^3; the target 9/16 itself is met after exactly 2 steps, on the edge.
    assert steps_below(F(1, 4), F(1, 2), F(1, 2)) == 3
    assert steps_below(F(1, 4), F(1, 2), F(1)) == 0
    needed = steps_below(STEP, RIDGE, F(1, 1000))
    assert needed is not None
    assert F(3999, 4000) ** needed <= F(1, 1000) < F(3999, 4000) ** (needed - 1)
    for step, ridge, target in ((F(1), F(1, 2), F(1, 2)), (STEP, RIDGE, F(0)), (STEP, RIDGE, F(2))):
        assert steps_below(step, ridge, target) is None


@pytest.mark.parametrize("direction", [(F(0), F(1)), (F(3, 5), F(4, 5)), (F(-5, 13), F(12, 13)), (F(1), F(0))])
@pytest.mark.parametrize("epsilon", [F(1, 10), F(1, 10**6)])
def test_jump(direction: tuple[Fraction, Fraction], epsilon: Fraction) -> None:
    a = 2.6279
    found = jump_projection(Enclosure(F(a) - F(1, 10**9), F(a) + F(1, 10**9)), epsilon, direction)
    c, s = map(float, direction)
    W = np.array([[a, float(epsilon) * c, float(epsilon) * s, 0], [-a, 0, 0, 0]])
    assert found is not None
    assert float(found) == pytest.approx(float(span_projection(W, 1)), abs=1e-9)


def test_jump_hypotheses() -> None:
    unit = (F(0), F(1))
    assert jump_projection(Enclosure(F(-1), F(1)), F(1), unit) is None
    assert jump_projection(exact(1), F(0), unit) is None
    assert jump_projection(exact(1), F(1), (F(1), F(1, 10**9))) is None


def test_span_with_nuisance() -> None:
    # 2b = 6, kappa^2 |n|^2 = (1/2)^2 * 256 = 64: 6 / sqrt(36 + 64) = 3/5.
    found = span_with_nuisance(exact(3), exact(F(1, 2)), F(256))
    assert found is not None
    assert 0 <= F(3, 5) - found < F(1, 10**40)
    assert span_with_nuisance(exact(-3), exact(0), F(1)) == 1
    assert span_with_nuisance(Enclosure(F(-1), F(2)), exact(1), F(1)) is None
    assert span_with_nuisance(exact(1), exact(1), F(-1)) is None


def test_span_bound_holds_for_random_nuisance_parts() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        a, b, kappa, n = rng.uniform(0.5, 4), rng.uniform(0.5, 2), rng.uniform(), rng.normal(size=(2, 6))
        W = np.hstack([[[a, b], [-a, b]], kappa * n])
        for k, feature, part in ((0, a, n[0] - n[1]), (1, b, n[0] + n[1])):
            bound = span_with_nuisance(exact(F(feature)), exact(F(kappa)), F(float(part @ part)))
            assert bound is not None
            assert float(bound) <= float(span_projection(W, k)) + 1e-12


def test_energies_by_hand() -> None:
    # Rows (+-4, 3): |W| = sqrt 50, energy 3/5.  Rows (+-5, 0): |W| = sqrt 50, energy 0.  r = sqrt 50 / 50 * ... = 1:
    # sin = 1/sqrt 50, cos = 7/sqrt 50: kept 3/5 * 7/sqrt 50 - 4/5 / sqrt 50 = 17/(5 sqrt 50), limit 1/sqrt 50.
    row, weights = (exact(4), exact(3)), (exact(5), exact(0), exact(-5), exact(0))
    gap = energies_apart(row, weights, F(1))
    assert gap.holds
    assert float(gap.kept) == pytest.approx(17 / (5 * 50**0.5))
    assert float(gap.limit) == pytest.approx(1 / 50**0.5)
    still = energies_apart(row, weights, F(0))
    assert (float(still.kept), float(still.limit)) == pytest.approx((0.6, 0))
    assert not energies_apart(row, weights, F(3)).holds
    assert not energies_apart(row, weights, F(8)).holds
    assert not energies_apart((exact(0), exact(0)), weights, F(0)).holds


def test_energy_bounds_hold_for_samples() -> None:
    rng = np.random.default_rng(4)
    row, weights = (exact(4), exact(3)), (exact(5), exact(0), exact(-5), exact(0))
    gap = energies_apart(row, weights, F(1))
    for _ in range(300):
        move = rng.normal(size=(2, 4))
        move[:, 2:] *= rng.random()
        move /= np.linalg.norm(move)
        assert float(energy(np.array([[4.0, 3, 0, 0], [-4, 3, 0, 0]]) + move, 1)) >= float(gap.kept) - 1e-12
        assert float(energy(np.array([[5.0, 0, 0, 0], [-5, 0, 0, 0]]) + move, 1)) <= float(gap.limit) + 1e-12
