"""Logistic-normal means against mpmath quadrature, FLINT's own integration, and the heat equation."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
from flint import acb, arb

from numeric.balls import ball, precision
from numeric.logistic_normal import (
    derivative_of,
    gaussian_means,
    logistic_normal,
    logistic_normal_derivative,
    pair_means,
    sigmoid_derivative,
)

F = Fraction
S1 = sigmoid_derivative(0)


def reference(m: F, v: F, k: int, digits: int = 34) -> mpmath.mpf:
    """E sigmoid^(k)(m + v z) by mpmath's adaptive quadrature (a heuristic of its own)."""
    with mpmath.workdps(digits + 6):
        mm, vv = mpmath.mpf(m.numerator) / m.denominator, mpmath.mpf(v.numerator) / v.denominator

        # sigmoid^(k) for k <= 3 by hand.
        def slope(z: mpmath.mpf) -> mpmath.mpf:
            s = 1 / (1 + mpmath.exp(-(mm + vv * z)))
            return [s, s * (1 - s), s * (1 - s) * (1 - 2 * s), s * (1 - s) * (1 - 6 * s + 6 * s * s)][k]

        return mpmath.quad(lambda z: mpmath.npdf(z) * slope(z), [-15, -9, -5, -2, 0, 2, 5, 9, 15])


def agrees(x: arb, value: mpmath.mpf, digits: int) -> bool:
    with mpmath.workdps(60):
        return abs(mpmath.mpf(x.mid().str(50, radius=False)) - value) < mpmath.mpf(10) ** -digits


def test_thirty_digits_at_random_points() -> None:
    generator = random.Random(1)
    with precision(120):
        for trial in range(12):
            m, v, k = F(generator.randint(-800, 800), 100), F(generator.randint(1, 300), 100), trial % 4
            x = logistic_normal(ball(m), ball(v), k)
            assert x.rad() < arb(10) ** -32
            assert agrees(x, reference(m, v, k), 30), (m, v, k)


def test_pairs_to_thirty_digits() -> None:
    generator = random.Random(2)
    with precision(120):
        for _ in range(3):
            m, v = F(generator.randint(-500, 500), 100), F(generator.randint(1, 60), 100)
            (x,) = pair_means([(S1, S1)], ball(m), ball(v))
            with mpmath.workdps(36):
                # A plain double sum with step 1/5: its error is about e^{-2 (5 pi)^2} for v of this size.
                mm, vv = mpmath.mpf(m.numerator) / m.denominator, mpmath.mpf(v.numerator) / v.denominator
                nodes = [mpmath.mpf(j) / 5 for j in range(-70, 71)]
                weights = [mpmath.npdf(z) / 5 for z in nodes]

                def smooth(u: mpmath.mpf, vv=vv, nodes=nodes, weights=weights) -> mpmath.mpf:
                    return mpmath.fsum(w / (1 + mpmath.exp(-u - vv * z)) for z, w in zip(nodes, weights, strict=True))

                value = mpmath.fsum(w * smooth(mm + vv * z) ** 2 for z, w in zip(nodes, weights, strict=True))
            assert agrees(x, value, 30), (m, v)


def test_flint_integration_agrees() -> None:
    # |z| <= 16 by rigorous integration; the tail is at most P(|z| > 16) < 1e-56.
    with precision(160):
        for m, v in ((F(1, 3), F(1, 2)), (F(-7), F(2)), (F(38, 10), F(1, 8))):
            mm, vv = acb(ball(m)), acb(ball(v))

            def integrand(z: acb, analytic: bool, mm: acb = mm, vv: acb = vv) -> acb:
                return (-z * z / 2).exp() / (1 + (-(mm + vv * z)).exp())

            whole = acb.integral(integrand, -16, 16).real / (2 * arb.pi()).sqrt()
            tail = arb(0, 1e-56)
            assert logistic_normal(ball(m), ball(v)).overlaps(whole + tail)


@pytest.mark.parametrize("bits", [20, 53, 90])
def test_low_precision_contains_high_precision(bits: int) -> None:
    generator = random.Random(3)
    for _ in range(40):
        m, v = F(generator.randint(-4000, 4000), 100), F(generator.randint(0, 400), 100)
        polynomial = tuple(F(generator.randint(-9, 9), generator.randint(1, 5)) for _ in range(5))
        with precision(200):
            fine = gaussian_means([polynomial], ball(m), ball(v))[0]
        with precision(bits):
            coarse = gaussian_means([polynomial], ball(m), ball(v))[0]
            assert coarse.overlaps(fine)
            assert coarse.rad() < arb(2) ** (16 - bits)


def test_balls_of_arguments_contain_every_value() -> None:
    with precision(64):
        m, v = arb(2, 0.25), arb(0.5, 0.125)
        wide = pair_means([(S1, sigmoid_derivative(2))], m, v)[0]
        for a in (1.75, 1.9, 2.25):
            for b in (0.375, 0.5, 0.625):
                assert wide.contains(pair_means([(S1, sigmoid_derivative(2))], arb(a), arb(b))[0].mid())


def test_without_noise() -> None:
    with precision(64):
        s = 1 / (1 + (-arb(2)).exp())
        assert logistic_normal(arb(2), arb(0)).overlaps(s)
        assert pair_means([(S1, S1)], arb(2), arb(0))[0].overlaps(s * s)


def test_symmetry_at_zero() -> None:
    with precision(64):
        half = logistic_normal(arb(0), arb(3))
        assert half.overlaps(arb(1) / 2)
        assert abs(half - arb(1) / 2) < arb(2) ** -55


def test_derivatives_against_differences() -> None:
    # (d/dm)(d/dv) and (d/dv)^2, by central differences at 200 bits: error h^2 with h = 2^-40.
    with precision(200):
        h, m, v = arb(2) ** -40, arb(1.25), arb(0.75)

        def g(a: arb, b: arb) -> arb:
            return logistic_normal(a, b)

        mixed = (g(m + h, v + h) - g(m + h, v - h) - g(m - h, v + h) + g(m - h, v - h)) / (4 * h * h)
        second = (g(m, v + h) - 2 * g(m, v) + g(m, v - h)) / (h * h)
        assert abs(logistic_normal_derivative(m, v, 1, 1) - mixed) < arb(2) ** -70
        assert abs(logistic_normal_derivative(m, v, 0, 2) - second) < arb(2) ** -70
        assert logistic_normal_derivative(m, v, 2, 0, 1).overlaps(logistic_normal(m, v, 3))


def test_the_heat_equation_of_pairs() -> None:
    # dT/dV = 2 E s'' s + E s' s' for T = E s(A) s(B), V = v^2.
    with precision(200):
        h, m, big = arb(2) ** -40, arb(-0.5), arb(0.25)
        p1, p2 = sigmoid_derivative(1), sigmoid_derivative(2)
        above, below = (pair_means([(S1, S1)], m, (big + t).sqrt())[0] for t in (h, -h))
        a, b = pair_means([(p2, S1), (p1, p1)], m, big.sqrt())
        assert abs((above - below) / (2 * h) - (2 * a + b)) < arb(2) ** -70


def test_polynomials_of_derivatives() -> None:
    # s' = s - s^2, s'' = s - 3 s^2 + 2 s^3.
    assert sigmoid_derivative(1) == (0, 1, -1)
    assert sigmoid_derivative(2) == (0, 1, -3, 2)
    assert derivative_of(sigmoid_derivative(1)) == (0, 1, -3, 2)
    assert derivative_of((F(5),)) == (0, 0)


@pytest.mark.parametrize("v", ["nan", "inf", "1e9"])
def test_noise_levels_that_are_refused(v: str) -> None:
    with precision(64), pytest.raises(ValueError, match=r"not finite|more than"):
        logistic_normal(arb(0), arb(v))
