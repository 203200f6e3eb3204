"""Signs and paired neurons of the supervised objective, against stationary points found without the library."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest
import sympy as sp

from proofs.theorems.supervised_pairs import (
    PairedNeurons,
    hidden_free_count,
    paired_neurons,
    zero_neurons_are_saddles,
)
from proofs.theorems.supervised_signs import supervised_signs
from symbolic.objectives import Objective, build_objective

F = Fraction
CLASSES = np.array([[1.0, 0.0], [1.0, 7.0], [-1.0, 0.0], [-1.0, 7.0]])
LABELS = np.array([0.0, 0.0, 1.0, 1.0])
RIDGE = F(1, 800)


def gradient(neurons: np.ndarray, ridge: float = 1 / 800) -> np.ndarray:
    """The gradient by the chain rule, coded here; ``neurons`` has rows (a, b, f)."""
    w, f = neurons[:, :2], neurons[:, 2]
    s = 1 / (1 + np.exp(-w @ CLASSES.T))
    residual = (1 / (1 + np.exp(-f @ s)) - LABELS) / 4
    rows = 2 * ridge * w + (f[:, None] * s * (1 - s) * residual) @ CLASSES
    return np.column_stack([rows, 2 * ridge * f + s @ residual])


def jacobian(neurons: np.ndarray) -> np.ndarray:
    """The Hessian by central differences."""
    columns = []
    for k in range(neurons.size):
        step = np.zeros(neurons.size)
        step[k] = 1e-5
        step = step.reshape(neurons.shape)
        columns.append((gradient(neurons + step) - gradient(neurons - step)).ravel() / 2e-5)
    return np.array(columns).T


def stationary_points(m: int, starts: int) -> list[np.ndarray]:
    generator = np.random.default_rng(m)
    found = []
    for _ in range(starts):
        x = generator.normal(0, 3, (m, 3))
        for _ in range(int(generator.choice([0, 100, 1000]))):
            x = x - 4 * gradient(x)
        for _ in range(30):
            step = np.linalg.lstsq(jacobian(x), gradient(x).ravel(), rcond=None)[0].reshape(x.shape)
            x = np.clip(x - step / max(1.0, np.abs(step).max()), -40, 40)
        if np.abs(gradient(x)).max() < 1e-11 and not any(np.abs(x - y).max() < 1e-4 for y in found):
            found.append(x)
    return found


def in_variables(neurons: np.ndarray) -> np.ndarray:
    """(a1, b1, a2, b2, ..., f1, f2, ...) as the objective orders them."""
    return np.concatenate([neurons[:, :2].ravel(), neurons[:, 2]])


# -- theorem 1 -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("m", "least"), [(2, 5), (3, 10)])
def test_every_orbit_meets_the_domain(m: int, least: int) -> None:
    domain = supervised_signs(build_objective("sl", neurons=m))
    assert domain is not None
    points = stationary_points(m, 40)
    assert len(points) >= least
    rows = np.array([[float(c) for c in v] for v in domain.inequalities])
    for x in points:
        inside = []
        for sign in (1.0, -1.0):
            image = x * [sign, 1.0, sign]
            v = in_variables(image[np.argsort(-image[:, 2])])
            # A tolerance of the size of Newton's error.
            inside.append(
                bool((rows @ v >= -1e-7).all() and all(s * v[i] * v[j] >= -1e-7 for i, j, s in domain.products))
            )
        assert any(inside), x


def test_the_domain_of_two_neurons_by_hand() -> None:
    # Variables a1, b1, a2, b2, f1, f2: f1 >= f2, -f1 - f2 >= 0, a f <= 0, b f >= 0, a b <= 0 for each neuron.
    domain = supervised_signs(build_objective("sl", neurons=2))
    assert domain is not None
    assert domain.inequalities == ((0, 0, 0, 0, 1, -1), (0, 0, 0, 0, -1, -1))
    assert domain.products == ((0, 4, -1), (1, 4, 1), (0, 1, -1), (2, 5, -1), (3, 5, 1), (2, 3, -1))


def _changed(loss: sp.Expr) -> Objective:
    sl = build_objective("sl", neurons=2)
    return replace(sl, loss=sl.loss + loss)


OUTSIDE = {
    "self-supervised": build_objective("ssl", neurons=2),
    "negative strength": build_objective("sl", neurons=2).with_values({"tau": sp.Integer(-7)}),
    "no strength": build_objective("sl", neurons=2).with_values({"tau": sp.Integer(0)}),
    "a nuisance coordinate": build_objective("sl", neurons=2, nuisance=1),
    "another loss": _changed(sp.Symbol("a1", real=True) ** 4),
    "an open parameter": build_objective("sl", neurons=2).freed(["tau"]),
    "a symmetry that is not stated": replace(build_objective("sl", neurons=2), symmetries=()),
    "only exchanges stated": replace(
        build_objective("sl", neurons=3), symmetries=build_objective("sl", neurons=3).symmetries[1:]
    ),
    "one exchange missing": replace(
        build_objective("sl", neurons=3), symmetries=build_objective("sl", neurons=3).symmetries[:2]
    ),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_domain_without_the_hypotheses(name: str) -> None:
    assert supervised_signs(OUTSIDE[name]) is None


# -- theorem 2 -----------------------------------------------------------------------------------------------------
def _neurons(point: PairedNeurons, zeros: int) -> np.ndarray:
    a, f = float(point.a.middle), float(point.f.middle)
    return np.array([[-a, 0.0, f]] * point.pairs + [[a, 0.0, -f]] * point.pairs + [[0.0, 0.0, 0.0]] * zeros)


@pytest.mark.parametrize(("pairs", "zeros"), [(1, 0), (1, 1), (2, 0), (2, 3), (7, 1)])
def test_paired_neurons_are_stationary(pairs: int, zeros: int) -> None:
    point = paired_neurons(RIDGE, RIDGE, pairs)
    assert point is not None
    assert point.a.width < F(1, 10**20)
    assert np.abs(gradient(_neurons(point, zeros))).max() < 1e-14


def test_paired_neurons_by_another_solver() -> None:
    # The two stationarity equations in (a, f) as they come from the loss, solved by mpmath; unequal ridges.
    beta, gamma, pairs = F(1, 300), F(1, 2000), 2
    point = paired_neurons(beta, gamma, pairs)
    assert point is not None
    with mpmath.workdps(40):

        def equations(a: mpmath.mpf, f: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
            s = 1 / (1 + mpmath.exp(-a))
            rho = 1 / (1 + mpmath.exp(pairs * f * (2 * s - 1)))
            return (
                2 * mpmath.mpf(1) / 2000 * f - rho / 2 * (2 * s - 1),
                2 * mpmath.mpf(1) / 300 * a - f * rho * s * (1 - s),
            )

        a, f = mpmath.findroot(equations, (mpmath.mpf(float(point.a.middle)), mpmath.mpf(float(point.f.middle))))
        for x, enclosure in ((a, point.a), (f, point.f)):
            scaled = F(int(mpmath.floor(x * 10**30)), 10**30)
            assert enclosure.lo - F(1, 10**20) < scaled < enclosure.hi + F(1, 10**20)


@pytest.mark.parametrize(("beta", "gamma", "exists"), [(F(1, 16), F(1, 16), False), (F(1, 16), F(1, 17), True)])
def test_the_threshold_is_one_over_256(beta: Fraction, gamma: Fraction, exists: bool) -> None:
    assert (paired_neurons(beta, gamma, 1) is not None) is exists


@pytest.mark.parametrize(("beta", "gamma", "pairs"), [(F(0), F(1), 1), (F(1), F(-1), 1), (RIDGE, RIDGE, 0)])
def test_pairs_need_their_hypotheses(beta: Fraction, gamma: Fraction, pairs: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        paired_neurons(beta, gamma, pairs)


@pytest.mark.parametrize("m", range(1, 8))
def test_the_count_by_enumeration(m: int) -> None:
    # Every neuron is -, 0 or +, as many - as +.
    assert hidden_free_count(m) == sum(sum(signs) == 0 for signs in product((-1, 0, 1), repeat=m))


def test_no_neurons_no_count() -> None:
    with pytest.raises(ValueError, match="neuron"):
        hidden_free_count(0)


# -- theorem 3 -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pairs", [1, 2, 5])
def test_a_zero_neuron_gives_negative_curvature(pairs: int) -> None:
    first, point = paired_neurons(RIDGE, RIDGE, 1), paired_neurons(RIDGE, RIDGE, pairs)
    assert first is not None
    assert point is not None
    assert zero_neurons_are_saddles(first)
    assert np.linalg.eigvalsh(jacobian(_neurons(point, 1)))[0] < -1e-5


def test_the_hypothesis_on_theta_is_used() -> None:
    # Near the threshold beta*gamma = 1/256 the neurons are small: theta^2 is far below 3/8.
    near = paired_neurons(F(1, 16), F(1, 17), 1)
    second = paired_neurons(RIDGE, RIDGE, 2)
    assert near is not None
    assert second is not None
    assert not zero_neurons_are_saddles(near)
    assert not zero_neurons_are_saddles(second)  # it must be the point with one pair
