"""Objectives: data, parameters, structure, and the energy identities that bound stationary points."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from random_expressions import reference_value

from proofs.bounds import a_priori_bounds, energy_identity_holds
from symbolic.activations.base import S
from symbolic.distributions import Atom, Mixture, toy_distribution
from symbolic.objectives import Objective, build_objective, objective_names
from symbolic.objectives import base as objectives_base
from symbolic.objectives.base import register
from symbolic.symmetry import is_symmetry

R = sp.Rational
tau = sp.Symbol("tau", real=True)
MODELS = [("ssl", 1), ("ssl", 2), ("ssl", 3), ("sl", 1), ("sl", 2), ("sl", 3)]
IDS = [f"{name}-{neurons}" for name, neurons in MODELS]


@pytest.fixture(params=MODELS, ids=IDS)
def objective(request: pytest.FixtureRequest) -> Objective:
    name, neurons = request.param
    return build_objective(name, neurons=neurons)


# -- the data ----------------------------------------------------------------------------------------------
def test_the_toy_distribution_by_hand() -> None:
    mixture = toy_distribution(tau)
    found = {(atom.coordinates, atom.label, atom.weight) for atom in mixture.atoms}
    quarter = R(1, 4)
    assert found == {
        ((1, 0), 0, quarter),
        ((1, tau), 0, quarter),
        ((-1, 0), 1, quarter),
        ((-1, tau), 1, quarter),
    }
    assert mixture.features == ("e1", "e2")
    assert sum(atom.weight for atom in mixture.atoms) == 1


def test_expectations_by_hand() -> None:
    mixture = toy_distribution(tau)
    # E[x.e1] = 0, E[x.e2] = tau/2, E[(x.e2)^2] = tau^2/2
    assert mixture.expectation(lambda a: a.coordinates[0]) == 0
    assert sp.expand(mixture.expectation(lambda a: a.coordinates[1]) - tau / 2) == 0
    assert sp.expand(mixture.expectation(lambda a: a.coordinates[1] ** 2) - tau**2 / 2) == 0
    single = Mixture((Atom(sp.Integer(1), (tau,), 0),), ("e1",))
    assert single.expectation(lambda a: a.coordinates[0] ** 2) == tau**2


# -- names, parameters, refusals ---------------------------------------------------------------------------
def test_variables_and_rows() -> None:
    assert [v.name for v in build_objective("ssl").variables] == ["a", "b"]
    assert [v.name for v in build_objective("ssl", neurons=2).variables] == ["a1", "b1", "a2", "b2"]
    sl = build_objective("sl")
    assert [v.name for v in sl.variables] == ["a1", "b1", "a2", "b2", "f1", "f2"]
    assert [[v.name for v in row] for row in sl.rows] == [["a1", "b1"], ["a2", "b2"]]
    assert [v.name for v in sl.outputs] == ["f1", "f2"]
    assert sl.neurons == 2
    assert build_objective("ssl").outputs == ()


def test_published_values_are_the_defaults() -> None:
    assert build_objective("ssl").parameter_values == {"tau": 7, "alpha": R(1, 800)}
    assert build_objective("sl").parameter_values == {"tau": 7, "beta": R(1, 800), "gamma": R(1, 800)}
    assert {"ssl", "sl"} <= set(objective_names())


def test_values_are_exact_and_do_not_leak() -> None:
    first = build_objective("ssl")
    other = first.with_values({"tau": R(1, 3)})
    assert other.parameter_values["tau"] == R(1, 3)
    assert first.parameter_values["tau"] == 7
    assert other.parameter_values["alpha"] == R(1, 800)
    assert other.numeric_loss != first.numeric_loss
    assert not other.numeric_loss.has(sp.Float, tau)
    assert other.numeric_loss.free_symbols == set(other.variables)


@pytest.mark.parametrize(("name", "bad"), [("ssl", "alpha"), ("sl", "beta"), ("sl", "gamma")])
@pytest.mark.parametrize("value", [0, R(-1, 800)])
def test_ridges_must_be_positive(name: str, bad: str, value: sp.Rational) -> None:
    with pytest.raises(ValueError, match=f"{bad} must be positive"):
        build_objective(name, values={bad: value})


def test_any_strength_of_the_hidden_feature_is_allowed() -> None:
    for value in (0, -7, R(1, 100)):
        assert build_objective("ssl", values={"tau": value}).parameter_values["tau"] == value


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        build_objective("nonsense")
    with pytest.raises(KeyError, match="beta"):
        build_objective("ssl", values={"beta": R(1)})
    for neurons in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            build_objective("ssl", neurons=neurons)


def test_a_new_objective_is_one_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objectives_base, "_BUILDERS", dict(objectives_base._BUILDERS))
    register("copy", default_neurons=2)(lambda neurons, nuisance=0: build_objective("ssl", neurons=neurons))
    assert "copy" in objective_names()
    assert build_objective("copy").neurons == 2


# -- symmetries --------------------------------------------------------------------------------------------
def test_stated_symmetries_hold(objective: Objective) -> None:
    assert objective.symmetries
    for g in objective.symmetries:
        assert is_symmetry(objective.loss, objective.variables, g), g.name


def test_symmetries_hold_at_random_points_by_another_evaluator(objective: Objective) -> None:
    generator = random.Random(1)
    with mpmath.workdps(40):
        point = [mpmath.mpf(generator.randint(-50, 50)) / 16 for _ in objective.variables]
        value = reference_value(objective.numeric_loss, dict(zip(objective.variables, point, strict=True)))
        for g in objective.symmetry_group:
            moved = dict(zip(objective.variables, g.apply(point), strict=True))
            assert abs(reference_value(objective.numeric_loss, moved) - value) < mpmath.mpf(10) ** -35


@pytest.mark.parametrize(
    ("name", "neurons", "order"),
    [("ssl", 1, 2), ("ssl", 2, 8), ("ssl", 3, 48), ("sl", 1, 2), ("sl", 2, 4), ("sl", 3, 12)],
)
def test_group_orders(name: str, neurons: int, order: int) -> None:
    # SSL: independent flips of every a_j and permutations: 2^m m!; SL: one common flip and permutations: 2 m!.
    assert len(build_objective(name, neurons=neurons).symmetry_group) == order


# -- nuisance coordinates ----------------------------------------------------------------------------------
def test_nuisance_coordinates_enter_as_ridge_only() -> None:
    plain, full = build_objective("sl"), build_objective("sl", nuisance=2)
    extra = [v for v in full.variables if v not in plain.variables]
    assert len(extra) == 4
    beta = R(1, 800)
    rest = full.numeric_loss - plain.numeric_loss - beta * sp.Add(*(v**2 for v in extra))
    assert sp.expand(rest) == 0
    for g in full.symmetries:
        assert is_symmetry(full.loss, full.variables, g), g.name


# -- energy identities -------------------------------------------------------------------------------------
def test_energy_identities_hold(objective: Objective) -> None:
    groups = [v for identity in objective.energy for v in identity.group]
    assert sorted(groups, key=str) == sorted(objective.variables, key=str)
    for identity in objective.energy:
        assert energy_identity_holds(objective, identity)


def test_energy_identities_hold_at_a_point_by_another_evaluator(objective: Objective) -> None:
    """v . dL/dv by numerical differentiation against the right-hand side, both in mpmath."""
    with mpmath.workdps(40):
        at = {v: mpmath.mpf(3 + 5 * k) / 8 * (-1) ** k for k, v in enumerate(objective.variables)}
        for identity in objective.energy:

            def along(t: mpmath.mpf, group: tuple[sp.Symbol, ...] = identity.group) -> mpmath.mpf:
                moved = {v: c * (1 + t) if v in group else c for v, c in at.items()}
                return reference_value(objective.numeric_loss, moved)

            left = mpmath.diff(along, 0)
            ridge = reference_value(objective.at_values(identity.ridge), at)
            right = ridge * sum(at[v] ** 2 for v in identity.group)
            for term in identity.terms:
                z = reference_value(objective.at_values(term.argument), at)
                profile = reference_value(sp.sympify(term.profile), {S: 1 / (1 + mpmath.exp(-z))})
                scale = reference_value(objective.at_values(term.weight * term.multiplier), at)
                right += scale * z * profile
            assert abs(left - right) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize(("name", "neurons"), MODELS, ids=IDS)
@pytest.mark.parametrize("change", ["ridge", "weight", "sign", "argument", "profile", "multiplier", "missing", "group"])
def test_a_corrupted_identity_is_rejected(name: str, neurons: int, change: str) -> None:
    objective = build_objective(name, neurons=neurons)
    identity = objective.energy[-1]
    first, *rest = identity.terms
    corrupted = {
        "ridge": replace(identity, ridge=identity.ridge / 2),
        "weight": replace(identity, terms=(replace(first, weight=first.weight * R(1000001, 1000000)), *rest)),
        "sign": replace(identity, terms=(replace(first, weight=-first.weight), *rest)),
        "argument": replace(identity, terms=(replace(first, argument=first.argument * 2), *rest)),
        "profile": replace(identity, terms=(replace(first, profile=first.profile + S**2), *rest)),
        "multiplier": replace(identity, terms=(replace(first, multiplier=first.multiplier * 3), *rest)),
        "missing": replace(identity, terms=tuple(rest)),
        "group": replace(identity, group=identity.group[:1]),
    }[change]
    assert not energy_identity_holds(objective, corrupted)
    broken = replace(objective, energy=(*objective.energy[:-1], corrupted))
    with pytest.raises(ValueError, match=r"energy identity .* does not hold"):
        a_priori_bounds(broken)


def test_features_and_ridge() -> None:
    sl = build_objective("sl", values={"beta": R(1, 5)})
    assert sl.features == ("e1", "e2")
    assert sl.numeric_ridge == R(1, 5)
    assert Fraction(int(sl.numeric_ridge.p), int(sl.numeric_ridge.q)) == Fraction(1, 5)
