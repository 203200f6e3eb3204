"""Enclosures of the noisy gradient and Hessian against Gauss-Hermite quadrature of the losses coded a second time."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import noisy_reference as ref
import numpy as np
import pytest
from flint import arb

from numeric.balls import precision
from numeric.class_term import class_term_quadrature
from numeric.noisy_population import NoisyEvaluator
from symbolic.noise import noisy_population
from symbolic.objectives import build_objective

F = Fraction
LOSSES = {"ssl": ref.ssl_loss, "sl": ref.sl_loss}
POINTS = {"ssl": [3.8, 1.5], "sl": [2.6, 0.05, -2.5, -0.02, -4.2, 4.3]}


@cache
def evaluator(name: str, order: int, nuisance: int = 0) -> NoisyEvaluator:
    return NoisyEvaluator(noisy_population(build_objective(name, nuisance=nuisance)), order)


def thin(x: list[float]) -> list[tuple[arb, arb]]:
    return [(arb(v), arb(v)) for v in x]


@pytest.mark.parametrize(("name", "order"), [("ssl", 2), ("ssl", 3), ("sl", 2)])
@pytest.mark.parametrize("d", [8, 10, 20])
def test_enclosures_contain_the_quadrature(name: str, order: int, d: int) -> None:
    x, rho = np.array(POINTS[name]), d**-1.5
    loss = LOSSES[name]
    gradient = ref.gradient(lambda y: loss(y, rho), x)
    plain = ref.gradient(lambda y: loss(y, 0.0), x)
    bend = ref.hessian(lambda y: loss(y, rho), x)
    with precision(80):
        slopes = evaluator(name, order).slopes(thin(POINTS[name]), (F(1, d**3), F(1, d**3)))
        for i in range(len(x)):
            # Differences are good to about 1e-10, second differences to 1e-6.
            assert (slopes.gradient[i] + arb(0, 1e-9)).contains(float(gradient[i]))
            assert (slopes.change[i] + arb(0, 2e-9)).contains(float(gradient[i] - plain[i]))
            for j in range(len(x)):
                assert (slopes.hessian[i][j] + arb(0, 3e-6)).contains(float(bend[i, j]))


def test_ssl_against_rigorous_quadrature() -> None:
    # dL/da = -1/4 sum s_c T_m(m_c, V) - (1/2) rho^2 a sum T_V + 2 alpha a, both by the trapezoidal rule.
    for d in (8, 12):
        with precision(90):
            a, b, level = arb("3.75"), arb("1.5"), arb(1) / d**3
            v = (level * (a * a + b * b)).sqrt()
            slopes = [class_term_quadrature(m, v, 1, 0) for m in (a, a + 7 * b, -a, -a + 7 * b)]
            heat = sum((class_term_quadrature(m, v, 0, 1) for m in (a, a + 7 * b, -a, -a + 7 * b)), arb(0))
            exact = -(slopes[0] + slopes[1] - slopes[2] - slopes[3]) / 4 - level * a * heat / 2 + a / 400
            for order in (2, 3, 4):
                found = evaluator("ssl", order).slopes([(a, a), (b, b)], (F(1, d**3), F(1, d**3)))
                assert found.gradient[0].overlaps(exact)
            assert found.gradient[0].rad() < arb("1e-4")


@pytest.mark.parametrize("name", ["ssl", "sl"])
def test_an_interval_of_noise_contains_each_level(name: str) -> None:
    box = [(arb(v) - 0.01, arb(v) + 0.01) for v in POINTS[name]]
    with precision(80):
        whole = evaluator(name, 2).slopes(box, (F(0), F(1, 1000)))
        for d in (10, 13, 40):
            part = evaluator(name, 3 if name == "ssl" else 2).slopes(thin(POINTS[name]), (F(1, d**3), F(1, d**3)))
            rows = [(whole.gradient, part.gradient), *zip(whole.hessian, part.hessian, strict=True)]
            for first, second in rows:
                assert all(x.contains(y.mid()) for x, y in zip(first, second, strict=True))


def test_without_noise_nothing_changes() -> None:
    with precision(80):
        slopes = evaluator("ssl", 3).slopes(thin(POINTS["ssl"]), (F(0), F(0)))
        assert all(x.is_zero() for x in slopes.change)
        assert all(x.is_zero() for row in slopes.change_hessian for x in row)


def test_nuisance_matrix() -> None:
    # SSL: 2 alpha - (1/2) rho^2 sum T_V, T_V by quadrature with the norm of all coordinates.
    with precision(80):
        a, b, c, level = arb("3.75"), arb("1.5"), arb("0.5"), arb(1) / 1000
        v = (level * (a * a + b * b + c * c)).sqrt()
        heat = sum((class_term_quadrature(m, v, 0, 1) for m in (a, a + 7 * b, -a, -a + 7 * b)), arb(0))
        found = evaluator("ssl", 3).nuisance_matrix([(a, a), (b, b)], (F(1, 1000), F(1, 1000)), F(1, 2))
        assert found[0][0].overlaps(arb(1) / 400 - level * heat / 2)
        # SL: the gradient of the lifted loss at small nuisance coordinates, by the same expansion with variables.
        matrix = evaluator("sl", 2).nuisance_matrix(thin(POINTS["sl"]), (F(1, 1000), F(1, 1000)), F(1, 10))
        lifted = [*POINTS["sl"][:2], 0.0625, *POINTS["sl"][2:4], -0.03125, *POINTS["sl"][4:]]
        change = evaluator("sl", 2, 1).change(thin(lifted), (F(1, 1000), F(1, 1000)))
        for j, k in ((0, 2), (1, 5)):
            linear = (matrix[j][0] - (j == 0) * arb(1) / 400) * 0.0625 - (
                matrix[j][1] - (j == 1) * arb(1) / 400
            ) * 0.03125
            assert linear.overlaps(change[k])


@pytest.mark.parametrize("level", [(F(-1), F(1)), (F(1), F(0))])
def test_levels_that_are_no_interval(level: tuple[Fraction, Fraction]) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        evaluator("ssl", 2).slopes(thin(POINTS["ssl"]), level)


def test_too_few_terms() -> None:
    with pytest.raises(ValueError, match="two terms"):
        NoisyEvaluator(noisy_population(build_objective("ssl")), 1)


def test_an_infinite_box_is_never_finite() -> None:
    with precision(80):
        box = [(arb("-inf"), arb("inf")), (arb(0), arb(1))]
        slopes = evaluator("ssl", 2).slopes(box, (F(0), F(1, 1000)))
        assert not all(x.is_finite() for x in slopes.gradient)
