"""Minima under noise: each method's region against Newton's method on the losses coded a second time."""

from __future__ import annotations

from fractions import Fraction

import noisy_reference as ref
import numpy as np
import pytest
from flint import arb
from noise_run import noise_study

from proofs.noise import METHODS, NoisyMinimum, has_noisy_population
from proofs.survival import Survival, noise_squared, norm_bound
from symbolic.objectives import build_objective

F = Fraction


def ssl() -> NoisyMinimum:
    return noise_study().ssl


def table() -> dict[str, tuple[int, Survival]]:
    return noise_study().ssl_table


def contains(proof: Survival, x: np.ndarray) -> bool:
    return all(float(e.lo) - 1e-8 <= v <= float(e.hi) + 1e-8 for e, v in zip(proof.box, x.tolist(), strict=True))


def noisy_minimum(rho: float) -> np.ndarray:
    return ref.minimum(lambda y: ref.ssl_loss(y, rho), np.array([3.82, 1.52]))


@pytest.mark.parametrize("method", METHODS)
def test_the_minimum_lies_in_the_box_for_every_d(method: str) -> None:
    d0, proof = table()[method]
    for d in (d0, d0 + 1, 2 * d0, 1000):
        assert contains(proof, noisy_minimum(d**-1.5)), d


def test_smallest_dimensions_are_in_order() -> None:
    # Sharper theorems absorb more noise; the aim is d_0 <= 10 with the best one.
    found = {method: d for method, (d, _) in table().items()}
    assert set(found) == set(METHODS)
    assert found["exact-ift"] > found["exact-ift-block"] >= found["preconditioned"] >= found["convexity"]
    assert found["krawczyk"] <= found["convexity"]
    assert found["krawczyk"] <= 10
    assert found["exact-ift"] > 10


@pytest.mark.parametrize("method", METHODS)
def test_one_dimension_less_is_not_proved(method: str) -> None:
    d0, proof = table()[method]
    assert proof.rho2 == (0, noise_squared(d0))
    assert ssl().survival(method, (F(0), noise_squared(d0 - 1))) is None


def test_balls_bound_the_change_of_gradient_and_hessian() -> None:
    generator = np.random.default_rng(6)
    for method in METHODS[:4]:
        d0, proof = table()[method]
        assert proof.radius is not None
        assert proof.epsilon is not None
        assert proof.delta is not None
        for d in (d0, 3 * d0):
            for _ in range(4):
                direction = generator.normal(size=2)
                centre = np.array([float(x.middle) for x in ssl().point.box])
                x = centre + float(proof.radius) * direction / np.linalg.norm(direction)
                moved, still = (lambda y, r=d**-1.5: ref.ssl_loss(y, r)), (lambda y: ref.ssl_loss(y, 0.0))
                slope = ref.gradient(moved, x) - ref.gradient(still, x)
                bend = ref.hessian(moved, x) - ref.hessian(still, x)
                # For all d >= d0 the change is at most (d0 / d)^3 of the bound at d0.
                share = (d0 / d) ** 3
                assert np.linalg.norm(slope) <= float(proof.epsilon) * share + 1e-9
                assert np.linalg.norm(bend, 2) <= float(proof.delta) * share + 1e-5


def test_a_thin_interval_of_noise_gives_a_thin_box() -> None:
    level = noise_squared(10)
    proof = ssl().survival("krawczyk", (level, level))
    assert proof is not None
    assert max(x.width for x in proof.box) < F(1, 1000)
    assert contains(proof, noisy_minimum(10**-1.5))


def test_too_much_noise_is_not_absorbed() -> None:
    for method in METHODS:
        for most in (F(1), F(10) ** 6, F(10) ** 400):
            assert ssl().survival(method, (F(0), most)) is None
    assert ssl().smallest_dimension("exact-ift", limit=8) is None


def test_an_unknown_method() -> None:
    with pytest.raises(ValueError, match="unknown method"):
        ssl().survival("hope", (F(0), F(1, 1000)))


def test_which_objectives_have_noise() -> None:
    assert has_noisy_population(build_objective("sl"))
    assert not has_noisy_population(build_objective("ssl", neurons=2))


def test_norm_bound() -> None:
    bound = norm_bound([arb(3), arb(-4), arb(0)])
    assert bound is not None
    assert 5 <= bound <= F(5001, 1000)
    assert norm_bound([arb("nan")]) is None
    assert norm_bound([arb("inf"), arb(1)]) is None
