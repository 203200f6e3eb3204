"""The series of the class term against quadrature, against simulation, and against erf, where all is known."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from flint import arb

from numeric.balls import precision
from numeric.class_term import class_term, class_term_quadrature
from numeric.gaussian_rule import GaussianRule, gaussian_rule
from numeric.logistic_normal import logistic_normal, pair_means, sigmoid_derivative

S0, S1, S2 = (sigmoid_derivative(k) for k in range(3))


@pytest.mark.parametrize("order", [1, 2, 3, 5, 8])
@pytest.mark.parametrize(("in_m", "in_v"), [(0, 0), (1, 0), (2, 1), (0, 2)])
def test_series_and_quadrature_agree(order: int, in_m: int, in_v: int) -> None:
    generator = random.Random(7)
    with precision(100):
        for _ in range(6):
            m, v = arb(generator.uniform(-9, 9)), arb(generator.uniform(0, 0.3))
            series = class_term(m, v * v, order, in_m, in_v)
            assert series.overlaps(class_term_quadrature(m, v, in_m, in_v))


def test_the_remainder_shrinks_and_is_needed() -> None:
    with precision(100):
        m, v = arb("0.4"), arb("0.125")
        exact = class_term_quadrature(m, v)
        radii = [float(class_term(m, v * v, k).rad()) for k in (1, 2, 3, 4)]
        assert radii[0] > 10 * radii[1] > 100 * radii[2] > 1000 * radii[3]
        for k in (1, 2, 3):
            # The sum alone, without its ball, misses the value.
            assert not class_term(m, v * v, k).mid().overlaps(exact)


def test_without_noise_and_bad_orders() -> None:
    with precision(64):
        s = 1 / (1 + (-arb(1)).exp())
        assert class_term(arb(1), arb(0), 1).overlaps(s * s)
        with pytest.raises(ValueError, match="at least one term"):
            class_term(arb(1), arb(0), 0)


# -- erf: the same machinery where closed forms exist ------------------------------------------------------------------
def _erf_bound(rule: GaussianRule, v: arb, half_width: float) -> arb:
    """|erf(x + iy)| <= 1 + (2/sqrt pi) |y| e^(y^2), with |y| <= v * half_width."""
    y = v * half_width
    return 1 + 2 / arb.pi().sqrt() * y * (y * y).exp()


@pytest.mark.parametrize(("m", "v"), [(0.0, 0.5), (0.7, 0.25), (-2.0, 1.0), (5.0, 0.125)])
def test_erf_has_a_closed_form(m: float, v: float) -> None:
    # E erf(m + v z) = erf(m / sqrt(1 + 2 v^2)).
    with precision(100):
        width = 2.0
        rule = gaussian_rule(width)
        mm, vv = arb(m), arb(v)
        values = [(mm + vv * j * rule.step).erf() for j in range(-rule.reach, rule.reach + 1)]
        mean = rule.mean(values, _erf_bound(rule, vv, width))
        closed = (mm / (1 + 2 * vv * vv).sqrt()).erf()
        assert mean.overlaps(closed)
        assert mean.rad() < arb(2) ** -60


@pytest.mark.parametrize("v", [0.25, 1.0])
def test_erf_of_two_augmentations(v: float) -> None:
    # At m = 0, E erf(A) erf(B) = (2/pi) asin(2 C / (1 + 2 S)) with variance S = 2 v^2 and covariance C = v^2.
    with precision(100):
        width = 2.0
        rule = gaussian_rule(width)
        vv = arb(v)
        bound = _erf_bound(rule, vv, width)
        inner = (1 + 2 * vv * vv).sqrt()
        # The inner mean in closed form, the outer by the rule: E_z erf(v z / sqrt(1 + 2 v^2))^2.
        values = [(vv * j * rule.step / inner).erf() for j in range(-rule.reach, rule.reach + 1)]
        mean = rule.mean([x * x for x in values], bound * bound)
        closed = 2 / arb.pi() * (2 * vv * vv / (1 + 4 * vv * vv)).asin()
        assert mean.overlaps(closed)


# -- simulation --------------------------------------------------------------------------------------------------------
def _check_by_simulation(draws: int) -> None:
    """E s(m + v z), E s''(m + v z), T and dT/dV within 4 standard errors, at four points."""
    generator = np.random.default_rng(2)
    s = lambda u: 1 / (1 + np.exp(-u))  # noqa: E731
    for m, v in ((3.8, 0.13), (-1.0, 0.4), (0.5, 1.5), (-3.8, 0.13)):
        with precision(80):
            mean = float(logistic_normal(arb(m), arb(v)).mid())
            bend = float(logistic_normal(arb(m), arb(v), 2).mid())
            t, p, q = (float(x.mid()) for x in pair_means([(S0, S0), (S2, S0), (S1, S1)], arb(m), arb(v)))
        totals = np.zeros((4, 2))
        for _ in range(draws // 10**5):
            z, z1, z2 = generator.normal(size=(3, 10**5))
            x, a, b = s(m + v * z), s(m + v * (z + z1)), s(m + v * (z + z2))
            samples = [
                x,
                x * (1 - x) * (1 - 2 * x),
                a * b,
                2 * a * (1 - a) * (1 - 2 * a) * b + a * (1 - a) * b * (1 - b),
            ]
            totals += [(float(y.sum()), float((y * y).sum())) for y in samples]
        count = draws // 10**5 * 10**5
        for (total, square), expected in zip(totals, (mean, bend, t, 2 * p + q), strict=True):
            average = total / count
            error = math.sqrt((square / count - average**2) / count)
            assert abs(average - expected) <= 4 * error, (m, v)


def test_simulation() -> None:
    _check_by_simulation(400_000)


@pytest.mark.slow
def test_simulation_with_ten_million_draws() -> None:
    _check_by_simulation(10**7)
