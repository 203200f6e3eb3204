"""Separation under perturbations: the theorem against random perturbations and numerical minimisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from independent import Array, in_ball, sl_gradient, sl_hessian, ssl_gradient, ssl_hessian

from numeric.enclosure import Enclosure
from proofs.separation import Keeper, Separation, keeper, separate, weight_distance_squared
from proofs.studies.separation import SeparationStudy

F = Fraction
E = Enclosure.exact


@pytest.fixture(scope="module")
def found(study: SeparationStudy) -> Separation:
    return separate(study.ssl_analysis, study.sl_analysis)


# -- the constants -------------------------------------------------------------------------------------------
def test_the_constants_separate(found: Separation) -> None:
    assert found.holds
    assert found.epsilon > 0
    # DESIGN: SSL minimum (3.8162037, 1.5198619), SL minimum with b = 0 exactly.
    assert float(found.a_kept) == pytest.approx(3.8162037 - float(found.ssl_distance), abs=1e-7)
    assert float(found.b_kept) == pytest.approx(1.5198619 - float(found.ssl_distance), abs=1e-7)
    assert float(found.b_limit) == pytest.approx(float(found.sl_distance), abs=1e-15)
    assert found.b_limit < F(1, 20) < F(3, 2) - F(1, 20) < found.b_kept


def test_epsilon_is_below_both_limits(found: Separation) -> None:
    for kept in (found.ssl, found.sl):
        assert found.epsilon < kept.epsilon_limit == kept.m * kept.ball.inner
        assert kept.m <= F(1, 400)  # strong convexity in R^d cannot exceed 2 ridge


def test_the_rows_of_the_two_objectives_are_far_apart(found: Separation) -> None:
    # (3.816, 1.520), (-3.816, 1.520) against (2.628, 0), (-2.628, 0): 2 (1.188^2 + 1.520^2) = 7.443.
    assert float(found.gap_squared) == pytest.approx(7.443, abs=0.005)


@pytest.mark.parametrize(
    "change",
    [
        {"epsilon": F(0)},
        {"epsilon": F(-1)},
        {"a_kept": F(0)},
        {"a_kept": F(-1)},
        {"b_kept": F(1), "b_limit": F(1)},
        {"b_kept": F(1), "b_limit": F(2)},
        {"ssl_distance": F(1), "sl_distance": F(2), "gap_squared": F(9)},
        {"gap_squared": F(0)},
    ],
)
def test_each_part_of_the_conclusion_is_needed(found: Separation, change: dict[str, Fraction]) -> None:
    assert not replace(found, **change).holds


def test_weight_distance_by_hand() -> None:
    # Rows (0..1, 0) and (5, 5) against (3, 0) and (4..6, 1): gaps 2, 0, 0, 4, so 4 + 16.
    first = [(Enclosure(F(0), F(1)), E(0)), (E(5), E(5))]
    second = [(E(3), E(0)), (Enclosure(F(4), F(6)), E(1))]
    assert weight_distance_squared(first, second) == 20
    assert weight_distance_squared(first, first) == 0


def test_the_keeper_takes_the_larger_limit(study: SeparationStudy) -> None:
    best = keeper(study.ssl_analysis)
    for m in (best.m / 2, best.m * F(9, 10)):
        other = Keeper(study.ssl_analysis, m, study.ssl_analysis.strongly_convex(m))
        assert other.epsilon_limit <= best.epsilon_limit


# -- random perturbations ------------------------------------------------------------------------------------
class Perturbation:
    """P(x) = g . x + sum_i A_i cos(k_i . x + phi_i) with |g| + sum |A_i| |k_i| <= epsilon, so |grad P| <= epsilon."""

    def __init__(self, generator: np.random.Generator, n: int, epsilon: float) -> None:
        share = generator.dirichlet(np.ones(4)) * epsilon * generator.choice([1.0, 0.5, 1e-3])
        direction = generator.normal(size=(4, n))
        direction /= np.linalg.norm(direction, axis=1)[:, None]
        self.linear = share[0] * direction[0]
        self.waves = direction[1:] * 10.0 ** generator.uniform(-1, 1.5, size=(3, 1))
        self.amplitude = share[1:] / np.linalg.norm(self.waves, axis=1)
        self.phase = generator.uniform(0, 2 * np.pi, 3)

    def gradient(self, x: Array) -> Array:
        angle = x @ self.waves.T + self.phase
        return self.linear - (self.amplitude * np.sin(angle)) @ self.waves

    def hessian(self, x: Array) -> Array:
        angle = x @ self.waves.T + self.phase
        return -np.einsum("ni,ij,ik->njk", self.amplitude * np.cos(angle), self.waves, self.waves)


def minimise(slope: Callable[[Array], Array], bend: Callable[[Array], Array], x: Array) -> Array:
    """Damped Newton with the absolute Hessian, which descends; the last points."""
    for _ in range(80):
        values, vectors = np.linalg.eigh(bend(x))
        gradient = slope(x)
        step = np.einsum(
            "nij,nj->ni", vectors, np.einsum("nij,ni->nj", vectors, gradient) / np.maximum(abs(values), 1e-6)
        )
        length = np.linalg.norm(step, axis=1)
        x = x - step / np.maximum(1.0, length / 0.02)[:, None]
    return x


def lifted(gradient: Callable[[Array], Array], hessian: Callable[[Array], Array], n: int, ridge: float) -> tuple:
    """The objective with two more coordinates off the data, which enter as ridge w^2."""

    def slope(x: Array) -> Array:
        return np.concatenate([gradient(x[:, :n]), 2 * ridge * x[:, n:]], axis=1)

    def bend(x: Array) -> Array:
        full = np.zeros((len(x), n + 2, n + 2))
        full[:, :n, :n] = hessian(x[:, :n])
        full[:, n, n] = full[:, n + 1, n + 1] = 2 * ridge
        return full

    return slope, bend


@pytest.mark.parametrize("which", ["ssl", "sl"])
def test_perturbed_minima_stay_within_the_stated_distance(found: Separation, which: str) -> None:
    kept = found.ssl if which == "ssl" else found.sl
    distance = float(found.ssl_distance if which == "ssl" else found.sl_distance)
    parts = (ssl_gradient, ssl_hessian, 2) if which == "ssl" else (sl_gradient, sl_hessian, 6)
    slope, bend = lifted(*parts, 1 / 800)
    centre = np.concatenate([kept.analysis.centre, [0.0, 0.0]])
    radius = float(kept.ball.inner)
    generator = np.random.default_rng(11)
    furthest = 0.0
    for seed in range(40):
        p = Perturbation(generator, len(centre), float(found.epsilon))
        starts = np.concatenate([centre[None, :], in_ball(centre, radius, 40, seed)])
        ends = minimise(lambda x, p=p: slope(x) + p.gradient(x), lambda x, p=p: bend(x) + p.hessian(x), starts)
        still = np.linalg.norm(slope(ends) + p.gradient(ends), axis=1) < 1e-12
        away = np.linalg.norm(ends - centre, axis=1)
        # There is a stationary point in the ball, and none of them is further than epsilon / m.
        assert (still & (away <= radius)).any()
        reached = away[still & (away <= radius)].max()
        assert reached <= distance * (1 + 1e-9)
        furthest = max(furthest, reached)
    assert furthest > 0.01 * distance


def test_the_distance_is_reached_along_a_nuisance_coordinate(found: Separation) -> None:
    # P = epsilon w3 moves only w3, by epsilon / (2 alpha); with m = 2 alpha that is the stated distance.
    assert found.ssl.m == F(1, 400)
    assert found.ssl_distance == found.epsilon / (2 * F(1, 800))
