"""Global constants of the SSL objective against sampled Hessians and simulated gradient descent."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from independent import ssl_gradient, ssl_hessian, ssl_loss

from numeric.enclosure import Enclosure
from proofs.smoothness import curvature_along_first, global_constants
from proofs.studies.separation import SeparationStudy
from symbolic.objectives import build_objective

F = Fraction


def parameters(tau: str, alpha: str) -> dict[str, sp.Rational]:
    return {"tau": sp.Rational(tau), "alpha": sp.Rational(alpha)}


def test_the_published_constant_by_hand() -> None:
    # L = 2 alpha + max|phi| tau^2/2, phi = (s^2)'' = 2 s^2 (1-s)(2-3s): its extremes on [0, 1] have
    # 12 s^2 ... = 0 at s = (15 +- sqrt(33))/24, the larger absolute value is 0.154..: 0.0025 + 0.15406 * 24.5.
    s = np.linspace(0, 1, 2_000_001)
    phi = np.abs(2 * s**2 * (1 - s) * (2 - 3 * s)).max()
    constants = global_constants(build_objective("ssl"))
    assert float(constants.smoothness) == pytest.approx(0.0025 + phi * 24.5, rel=1e-9)
    assert constants.smoothness >= F(37769, 10000)
    assert constants.coercive
    assert constants.even


@pytest.mark.parametrize(("tau", "alpha"), [("7", "1/800"), ("1/2", "1/800"), ("-7", "1/10"), ("0", "1"), ("20", "3")])
def test_no_sampled_hessian_is_larger(tau: str, alpha: str) -> None:
    bound = float(global_constants(build_objective("ssl", values=parameters(tau, alpha))).smoothness)
    generator = np.random.default_rng(6)
    scale = np.repeat([0.1, 1.0, 10.0], 7000)[:, None]
    points = generator.normal(size=(21_000, 2)) * scale
    norms = np.linalg.norm(ssl_hessian(points, float(F(tau)), float(F(alpha))), 2, axis=(1, 2))
    assert norms.max() <= bound


@pytest.mark.parametrize(("name", "neurons"), [("sl", 2), ("sl", 1), ("ssl", 2)])
def test_other_objectives_are_refused(name: str, neurons: int) -> None:
    with pytest.raises(ValueError, match="one SSL neuron"):
        global_constants(build_objective(name, neurons=neurons))


def test_curvature_at_the_saddle(study: SeparationStudy) -> None:
    saddle = next(p for p in study.ssl_landscape.points if p.kind == "saddle")
    bound = curvature_along_first(study.ssl, saddle.box)
    at = np.array([[float(x.middle) for x in saddle.box]])
    assert float(bound) == pytest.approx(ssl_hessian(at)[0, 0, 0], abs=1e-12)
    assert bound < 0


def test_curvature_over_a_wide_box_is_an_upper_bound() -> None:
    objective = build_objective("ssl")
    bound = float(curvature_along_first(objective, (Enclosure(F(-1), F(1)), Enclosure(F(1), F(2)))))
    generator = np.random.default_rng(7)
    points = np.stack([generator.uniform(-1, 1, 5000), generator.uniform(1, 2, 5000)], axis=1)
    assert ssl_hessian(points)[:, 0, 0].max() <= bound


# -- lemma L8, simulated -------------------------------------------------------------------------------------
def test_descent_from_the_right_half_plane_reaches_the_minimum(study: SeparationStudy) -> None:
    step = 0.999 / float(global_constants(study.ssl).smoothness)
    generator = np.random.default_rng(8)
    x = np.stack([10.0 ** generator.uniform(-4, 1.5, 400), generator.normal(0, 6, 400)], axis=1)
    minimum = np.array([float(v.middle) for v in study.attractor.box])
    loss = ssl_loss(x)
    for _ in range(12_000):
        x = x - step * ssl_gradient(x)
        assert x[:, 0].min() > 0
    assert np.abs(x - minimum).max() < 1e-9
    assert np.all(ssl_loss(x) <= loss)


def test_the_local_rate_holds_on_its_ball(study: SeparationStudy) -> None:
    values = study.l8().values
    m, radius = float(values["local m"].lo), float(values["local radius"].lo)
    minimum = np.array([float(v.middle) for v in study.attractor.box])
    generator = np.random.default_rng(9)
    direction = generator.normal(size=(2000, 2))
    x = minimum + radius * direction / np.linalg.norm(direction, axis=1)[:, None] * generator.uniform(0, 1, (2000, 1))
    after = x - 0.1 * ssl_gradient(x)
    assert np.all(
        np.linalg.norm(after - minimum, axis=1) <= (1 - 0.1 * m) * np.linalg.norm(x - minimum, axis=1) + 1e-14
    )
