"""A-priori boxes: they hold every stationary point, at all parameters, and refuse what has no bound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from numeric.candidates import newton_from_many
from numeric.system import build_system
from proofs.bounds import a_priori_bounds, energy_identity_holds
from symbolic.activations import sigmoid, softplus
from symbolic.activations.base import S
from symbolic.objectives import EnergyIdentity, EnergyTerm, Objective, build_objective

R = sp.Rational


def norms(objective: Objective, x: np.ndarray) -> dict[tuple[sp.Symbol, ...], float]:
    """Euclidean norm of every group of an energy identity at a point."""
    place = {v: i for i, v in enumerate(objective.variables)}
    return {e.group: float(np.linalg.norm([x[place[v]] for v in e.group])) for e in objective.energy}


def test_published_models() -> None:
    """The radii of the design: |F| <= 10.6 and |w| <= 31 hold; ours are within the coarseness of the profiles."""
    ssl = a_priori_bounds(build_objective("ssl"))
    assert [tuple(v.name for v in b.group) for b in ssl] == [("a", "b")]
    assert 4.2 < ssl[0].radius < 14
    sl = a_priori_bounds(build_objective("sl"))
    assert [tuple(v.name for v in b.group) for b in sl] == [("f1", "f2"), ("a1", "b1"), ("a2", "b2")]
    # 2 gamma |F|^2 <= W(1/e), so |F|^2 <= 400 * 0.27846 = 111.4.
    exact = 400 * float(mpmath.lambertw(mpmath.exp(-1)))
    assert exact**0.5 <= sl[0].radius < exact**0.5 + 1
    assert sl[1].radius == sl[2].radius < 34


def test_one_neuron_by_hand() -> None:
    """2 alpha |w|^2 = E[2 z s^2 s(1-s)...]: each z -> z 2 s^2 (1 - s) is at most its supremum, found here by mpmath."""

    def profile(z: mpmath.mpf) -> mpmath.mpf:
        s = 1 / (1 + mpmath.exp(-z))
        return 2 * z * s * s * (1 - s)

    top = max(profile(mpmath.mpf(k) / 1000) for k in range(0, 8000))
    # Weights 1/4 on four classes: 2 alpha |w|^2 <= top.
    exact = float(mpmath.sqrt(400 * top))
    (bound,) = a_priori_bounds(build_objective("ssl"))
    assert exact <= bound.radius <= exact * 1.1


@pytest.mark.parametrize(
    ("name", "neurons", "values"),
    [
        ("ssl", 1, {}),
        ("ssl", 1, {"tau": R(1, 10)}),
        ("ssl", 1, {"tau": -20}),
        ("ssl", 1, {"tau": 0}),
        ("ssl", 1, {"alpha": R(1, 10**5)}),
        ("ssl", 1, {"alpha": 3}),
        ("ssl", 2, {"tau": 3}),
        ("sl", 1, {}),
        ("sl", 2, {}),
        ("sl", 2, {"beta": R(1, 30), "gamma": R(1, 5000)}),
        ("sl", 3, {"tau": 2}),
    ],
)
def test_no_stationary_point_is_outside(name: str, neurons: int, values: dict[str, sp.Rational]) -> None:
    """Newton from many starts in a box twice as large finds points only inside the bounds."""
    objective = build_objective(name, neurons=neurons, values=values)
    bounds = {b.group: b.radius for b in a_priori_bounds(objective)}
    reach = np.array([2.0 * max(float(r) for g, r in bounds.items() if v in g) for v in objective.variables])
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    found = newton_from_many(system, -reach, reach, starts=160, seed=3)
    assert found.shape[1] >= 1
    for x in found.T:
        for group, size in norms(objective, x).items():
            assert size <= float(bounds[group]) + 1e-9


def test_radii_are_short_dyadic_numbers_and_shrink_with_the_ridge() -> None:
    previous = Fraction(10**9)
    for alpha in (R(1, 10**6), R(1, 800), R(1, 3), R(7)):
        (bound,) = a_priori_bounds(build_objective("ssl", values={"alpha": alpha}))
        assert (bound.radius * 64).denominator == 1
        assert 0 < bound.radius < previous
        previous = bound.radius


def test_huge_radii_are_not_rounded_down() -> None:
    """Whatever the ridge, the root box of a search made of floats must not be smaller than the bound."""
    for k in (10, 40, 64, 80):
        alpha = R(1, 3**k)
        (bound,) = a_priori_bounds(build_objective("ssl", values={"alpha": alpha}))
        # |w|^2 <= top / (2 alpha) with top about 0.3646 for the default tau.
        assert bound.radius**2 * 2 * Fraction(1, 3**k) > Fraction(36, 100)


# -- refusals ----------------------------------------------------------------------------------------------
def test_a_variable_without_an_identity_is_named() -> None:
    sl = build_objective("sl")
    with pytest.raises(ValueError, match=r"no a-priori bound for f1, f2|multiplier"):
        a_priori_bounds(replace(sl, energy=sl.energy[1:]))
    with pytest.raises(ValueError, match="no a-priori bound for a1, b1, a2, b2, f1, f2"):
        a_priori_bounds(replace(sl, energy=()))


def test_the_gradient_bounds_what_no_identity_does() -> None:
    # With |f2| <= 10.7 the equation of a2 is a2/400 + R = 0, |R| <= sum of 1/4 * |f2| * max s' = 10.7/4; b2 has tau/2 of it.
    sl = build_objective("sl")
    found = {v.name: b.radius for b in a_priori_bounds(replace(sl, energy=sl.energy[:2])) for v in b.group}
    assert 400 * Fraction(10) / 4 < found["a2"] <= 400 * found["f2"] / 4 + 1
    assert found["b2"] <= Fraction(7, 2) * found["a2"] + 7


def test_a_multiplier_without_a_bound_is_refused() -> None:
    """The rows need |F| first: in the wrong order the multiplier f * residual has no bound yet."""
    sl = build_objective("sl")
    with pytest.raises(ValueError, match="multiplier of the energy identity has no bound"):
        a_priori_bounds(replace(sl, energy=(sl.energy[1], sl.energy[0], sl.energy[2])))


def toy(loss: sp.Expr, v: sp.Symbol, ridge: sp.Expr, *terms: EnergyTerm) -> Objective:
    base = build_objective("ssl")
    identity = EnergyIdentity((v,), ridge, terms)
    return replace(base, loss=loss, variables=(v,), rows=((v,),), energy=(identity,), symmetries=(), values=())


def test_unbounded_terms_are_refused() -> None:
    # L = v^2 - softplus(v): v L' = 2 v^2 - v s(v), and v s(v) has no upper bound.
    v = sp.Symbol("v", real=True)
    objective = toy(v**2 - softplus(v), v, sp.Integer(2), EnergyTerm(sp.Integer(-1), v, S))
    assert energy_identity_holds(objective, objective.energy[0])
    with pytest.raises(ValueError, match="unbounded on the side that matters"):
        a_priori_bounds(objective)
    # With the other sign it is bounded: v L' = 2 v^2 + v s(v), and -v s(v) <= 0.2785.
    objective = toy(v**2 + softplus(v), v, sp.Integer(2), EnergyTerm(sp.Integer(1), v, S))
    (bound,) = a_priori_bounds(objective)
    assert 0.139**0.5 < bound.radius < 0.7


def test_a_term_with_a_multiplier_needs_both_sides() -> None:
    v = sp.Symbol("v", real=True)
    term = EnergyTerm(sp.Integer(1), v, S, multiplier=sp.Rational(1, 2))
    objective = toy(v**2 + softplus(v) / 2, v, sp.Integer(2), term)
    with pytest.raises(ValueError, match="a term of the energy identity is unbounded"):
        a_priori_bounds(objective)


def test_the_larger_side_counts_when_the_sign_of_a_multiplier_is_unknown() -> None:
    # L = v^2 - s^2/4: v L' = 2 v^2 - v s^2 (1 - s)/2, and z s^2 (1 - s) is larger for z > 0 than -z s^2 (1 - s) for z < 0.
    v = sp.Symbol("v", real=True)
    term = EnergyTerm(sp.Integer(1), v, S**2 * (1 - S), multiplier=R(-1, 2))
    (bound,) = a_priori_bounds(toy(v**2 - sigmoid(v) ** 2 / 4, v, sp.Integer(2), term))

    def profile(z: float) -> float:
        s = 1 / (1 + np.exp(-z))
        return float(z * s * s * (1 - s))

    right, left = (max(sign * profile(sign * k / 100) for k in range(1, 3000)) for sign in (1, -1))
    assert right > 1.5 * abs(left)
    assert (right / 4) ** 0.5 <= bound.radius <= (right / 4) ** 0.5 + 0.1


def test_a_ridge_of_the_wrong_sign_is_refused() -> None:
    v = sp.Symbol("v", real=True)
    objective = toy(softplus(v) - v**2, v, sp.Integer(-2), EnergyTerm(sp.Integer(1), v, S))
    with pytest.raises(ValueError, match="positive ridge"):
        a_priori_bounds(objective)
