"""Activations of model files: values, derivatives and means under noise against mpmath, and the four constants."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.batch import BatchEvaluator
from numeric.compiler import compile_tape
from numeric.floats import evaluate_mpmath
from symbolic.activations.network import network_activation, network_activation_names
from symbolic.models import build_model

_ = build_model  # the import that registers all of them
z = sp.Symbol("z", real=True)
NAMES = network_activation_names()


def phi(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.npdf(x)


REFERENCE = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "erf": mpmath.erf,
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "smoothed-relu": lambda x: mpmath.quad(lambda t: max(x + t, 0) * phi(t), sorted({-12, max(-12, min(12, -x)), 12})),
    "gelu": lambda x: x * mpmath.ncdf(x),
}
POINTS = [-7.5, -2.25, -0.5, 0.0, 0.125, 1.5, 6.0]


def test_every_activation_has_a_reference() -> None:
    assert set(NAMES) == set(REFERENCE)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_two_derivatives(name: str) -> None:
    f = network_activation(name).apply(z)
    tape = compile_tape([f, sp.diff(f, z), sp.diff(f, z, 2)], [z])
    with mpmath.workdps(25):
        for x in POINTS:
            exact = [REFERENCE[name](mpmath.mpf(x))]
            if name != "smoothed-relu":  # its reference is a quadrature
                exact += [mpmath.diff(REFERENCE[name], mpmath.mpf(x), k) for k in (1, 2)]
            found = evaluate_mpmath(tape, [mpmath.mpf(x)])
            for a, b in zip(found, exact, strict=False):
                assert abs(a - b) < 1e-8 * (1 + abs(b))


@pytest.mark.parametrize("name", NAMES)
def test_enclosures_in_balls_and_in_batches(name: str) -> None:
    f = network_activation(name).apply(z)
    tape = compile_tape([f, sp.diff(f, z)], [z])
    batch = BatchEvaluator(tape, None, ())
    lo, hi = np.array([POINTS]), np.array([[x + 0.25 for x in POINTS]])
    intervals, _ = batch(lo, hi)
    with balls.precision(80), mpmath.workdps(25):
        for k, x in enumerate(POINTS):
            for inside in (x, x + 0.1, x + 0.25):
                exact = evaluate_mpmath(tape, [mpmath.mpf(inside)])
                for (a, b), value in zip(intervals, exact, strict=True):
                    assert a[k] <= value <= b[k]
                thin = evaluate_balls(tape, [balls.ball(inside)])
                for ball, value in zip(thin, exact, strict=True):
                    assert abs(mpmath.mpf(float(ball.mid())) - value) < 1e-14 * (1 + abs(value))
                    assert float(ball.rad()) < 1e-15


@pytest.mark.parametrize("name", NAMES)
def test_the_constants_hold_and_are_not_wasteful(name: str) -> None:
    facts = network_activation(name).facts
    f = network_activation(name).apply(z)
    slope = sp.diff(f, z)
    tape = compile_tape([f, slope], [z])
    seen = {"slope": mpmath.mpf(0), "radial": mpmath.mpf(0), "excess": mpmath.mpf(0)}
    with mpmath.workdps(20):
        for k in range(-2000, 2001):
            x = mpmath.mpf(k) / 50
            value, first = evaluate_mpmath(tape, [x])
            assert mpmath.mpf(str(sp.N(facts.values[0], 20))) - 1e-15 <= value
            assert facts.values[1] == sp.oo or value <= mpmath.mpf(str(sp.N(facts.values[1], 20))) + 1e-15
            seen["slope"] = max(seen["slope"], abs(first))
            seen["radial"] = max(seen["radial"], abs(x * first))
            seen["excess"] = max(seen["excess"], abs(x * first - value))
        for key, most in seen.items():
            stated = getattr(facts, key)
            if stated != sp.oo:
                assert most <= mpmath.mpf(stated.p) / stated.q + 1e-15
                assert most >= 0.5 * mpmath.mpf(stated.p) / stated.q
        far = mpmath.mpf(10) ** 4
        for side, end in ((-1, facts.ends[0]), (1, facts.ends[1])):
            value = evaluate_mpmath(tape, [side * far])[0]
            assert abs(value / far - int(end) * side) < 1e-3


@pytest.mark.parametrize("name", ["erf", "gelu", "smoothed-relu"])
@pytest.mark.parametrize(("m", "v"), [(0.5, 1.0), (-1.25, 0.25), (2.0, 3.0)])
def test_means_under_noise_against_quadrature(name: str, m: float, v: float) -> None:
    smoothed = network_activation(name).smoothed
    assert smoothed is not None
    form = smoothed(sp.Rational(*m.as_integer_ratio()), sp.Rational(*v.as_integer_ratio()))
    with mpmath.workdps(20):
        f = compile_tape([network_activation(name).apply(z)], [z])
        exact = mpmath.quad(lambda t: evaluate_mpmath(f, [m + mpmath.sqrt(v) * t])[0] * phi(t), [-10, -5, 0, 5, 10])
        assert abs(mpmath.mpf(str(sp.N(form, 20))) - exact) < 1e-14
