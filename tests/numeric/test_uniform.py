"""Arrays with one error bound: against exact rationals, on values that are off by as much as the bound allows."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from numeric import uniform
from numeric.uniform import Uniform

F = Fraction
RNG = np.random.default_rng(3)


def off_by(error: float, size: float, count: int = 50) -> tuple[list[F], Uniform]:
    """Exact numbers of at most this size, and floats that differ by up to ``error`` from them."""
    exact = [F(float(v)) * F(size) for v in RNG.uniform(-1, 1, count)]
    noise = RNG.choice([-1.0, 1.0, 0.5, 0.0], count) * error * (1 - 2**-20)
    values = np.array([float(x + F(float(e))) for x, e in zip(exact, noise, strict=True)])
    return exact, Uniform(values, error * (1 + 2**-20) + 2e-16 * size, size)


def inside(found: Uniform, exact: list[F]) -> bool:
    return all(
        abs(F(float(v)) - x) <= F(found.error) and abs(x) <= F(found.size)
        for v, x in zip(found.values, exact, strict=True)
    )


@pytest.mark.parametrize("error", [0.0, 1e-16, 1e-9, 0.1])
@pytest.mark.parametrize("size", [1e-3, 1.0, 50.0])
def test_operations_hold_the_exact_result(error: float, size: float) -> None:
    x, ux = off_by(error, size)
    y, uy = off_by(error, 3 * size)
    assert inside(uniform.add(ux, uy), [a + b for a, b in zip(x, y, strict=True)])
    assert inside(uniform.mul(ux, uy), [a * b for a, b in zip(x, y, strict=True)])
    assert inside(uniform.square(ux), [a * a for a in x])
    for c in (F(1, 3), F(-7), 0):
        assert inside(uniform.scale(c, ux), [c * a for a in x])
        assert inside(uniform.shift(c, ux), [c + a for a in x])


@pytest.mark.parametrize("error", [0.0, 1e-12, 1e-3])
def test_horner_holds_the_polynomial(error: float) -> None:
    coefficients = [F(1, 3), F(-2), F(7, 5), F(-1, 7), F(12)]
    y, uy = off_by(error, 0.25)
    exact = [sum((c * v**i for i, c in enumerate(coefficients)), F(0)) for v in y]
    found = uniform.horner([float(c) for c in coefficients], uy)
    assert inside(found, exact)
    # Not only true but tight: with exact arguments a few roundings of numbers near 1.
    if error == 0.0:
        assert found.error < 1e-14


def test_sigmoids_hold_the_true_value_where_arguments_are_off() -> None:
    z = np.concatenate([RNG.uniform(-30, 30, 200), [-800.0, 800.0, 0.0, -708.5]])
    for error in (0.0, 1e-10, 0.01):
        found, halved = uniform.sigmoid(Uniform(z, error, 801.0)), uniform.halved_sigmoid(Uniform(z, error, 801.0))
        saved, ctx.prec = ctx.prec, 120
        try:
            for v, s, t in zip(z.tolist(), found.values.tolist(), halved.values.tolist(), strict=True):
                for shift in (-error, 0.0, error):
                    exact = 1 / (1 + (-(arb(v) + arb(shift))).exp())
                    assert abs(exact - s) <= found.error
                    assert abs(exact - arb(1) / 2 - t) <= halved.error
        finally:
            ctx.prec = saved


def test_nan_spreads_to_what_is_compared() -> None:
    bad = Uniform(np.array([1.0]), float("nan"), 1.0)
    good = Uniform(np.array([1.0]), 0.0, 1.0)
    for found in (uniform.add(bad, good), uniform.mul(good, bad), uniform.horner([1.0, 2.0], bad)):
        assert np.isnan(found.error)
