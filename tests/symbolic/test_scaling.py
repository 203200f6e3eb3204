"""Coordinates in which parameters leave the nonlinear part."""

from __future__ import annotations

import pytest
import sympy as sp

from symbolic.objectives import build_objective
from symbolic.scaling import natural_scales, rescaled
from symbolic.symmetry import SignedPermutation, fixed_relations

TAU, ALPHA = sp.symbols("tau alpha", real=True)


def test_the_strength_of_a_feature_is_its_scale() -> None:
    objective = build_objective("ssl").freed(["tau", "alpha"])
    assert natural_scales(objective, [TAU, ALPHA]) == (1, TAU)


def test_inner_arguments_count_in_a_nested_loss() -> None:
    # yhat = sigmoid(sum f_j sigmoid(a_j + tau b_j)): f_j multiplies a sigmoid, b_j carries tau.
    objective = build_objective("sl").freed(["tau"])
    assert natural_scales(objective, [TAU]) == (1, TAU, 1, TAU, 1, 1)


def test_a_parameter_that_may_vanish_is_no_scale() -> None:
    objective = build_objective("ssl").freed(["tau"])
    assert natural_scales(objective, []) == (1, 1)


def test_a_parameter_with_a_value_is_no_scale() -> None:
    assert natural_scales(build_objective("ssl").freed(["alpha"]), [ALPHA]) == (1, 1)


def test_rescaled_loss_is_the_same_function() -> None:
    objective = build_objective("ssl").freed(["tau"])
    scaled = rescaled(objective, natural_scales(objective, [TAU]))
    a, b = objective.variables
    # l(a, b) at tau = 3 equals the scaled loss at (a, 3 b).
    at = {a: sp.Rational(1, 3), TAU: 3, ALPHA: sp.Rational(1, 800)}
    left = objective.loss.subs({**at, b: sp.Rational(2, 5)}, simultaneous=True)
    right = scaled.loss.subs({**at, b: sp.Rational(6, 5)}, simultaneous=True)
    assert abs(sp.N(left.rewrite(sp.exp) - right.rewrite(sp.exp), 30)) < 1e-25
    nonlinear = scaled.numeric_loss - objective.numeric_ridge * (a**2 + b**2 / TAU**2)
    assert TAU not in sp.expand(nonlinear).free_symbols


def test_freed_parameters_keep_their_order() -> None:
    objective = build_objective("sl").freed(["gamma", "tau"])
    assert [p.name for p in objective.free_parameters] == ["tau", "gamma"]
    with pytest.raises(KeyError):
        objective.freed(["delta"])


@pytest.mark.parametrize(
    ("source", "signs", "expected"),
    [
        ((0, 1, 2), (-1, 1, 1), ("x = 0",)),
        ((1, 0, 2), (1, 1, 1), ("y = x",)),
        ((1, 0, 2), (-1, -1, 1), ("y = -x",)),
        ((1, 2, 0), (1, 1, 1), ("y = x", "z = x")),
        # x -> y -> -x: x = y and y = -x leave only 0.
        ((1, 0, 2), (1, -1, 1), ("x = 0", "y = 0")),
    ],
)
def test_what_a_symmetry_that_fixes_a_point_says(
    source: tuple[int, ...], signs: tuple[int, ...], expected: tuple[str, ...]
) -> None:
    assert fixed_relations([SignedPermutation(source, signs)], ["x", "y", "z"]) == expected


def test_several_symmetries_together() -> None:
    flip = SignedPermutation((0, 1), (-1, 1))
    swap = SignedPermutation((1, 0), (1, 1))
    assert fixed_relations([flip, swap], ["x", "y"]) == ("x = 0", "y = 0")
    assert fixed_relations([], ["x", "y"]) == ()
