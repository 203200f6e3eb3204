"""Boxes from the layers of a network: each theorem by hand and with broken hypotheses, and on random networks."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb

from numeric.candidates import newton_from_many
from numeric.system import build_system
from proofs.bounds import a_priori_bounds
from proofs.network_box import NetworkBox, is_structure_of
from proofs.runaway import find_runaway
from proofs.theorems.coercivity import is_coercive, nonnegative_by_form
from proofs.theorems.network_bounds import excess_behind, head_bound, homogeneous_bound, radial_bound, slope_bound
from symbolic.activations import sigmoid, softplus
from symbolic.models import spec_from_table
from symbolic.objectives import Objective, build_objective


def near(x: arb | None, value: float) -> bool:
    return x is not None and abs(float(x) - value) < 1e-9 * (1 + abs(value))


def test_each_theorem_by_hand() -> None:
    # sqrt((1 + 3) * 1/2 / (2 * 1/4)) = 2
    assert near(radial_bound(arb(0.25), [arb(1), arb(3)], arb(0.5)), 2)
    # (1 * 2 + 3 * 4) * 1/2 / (2 * 1/4) = 14
    assert near(slope_bound(arb(0.25), [arb(1), arb(3)], arb(0.5), [arb(2), arb(4)]), 14)
    # sqrt((1/2 * 4) / (4 * 1/8)) = 2
    assert near(head_bound(arb(0.125), [arb(0.5), arb(0.5)], [arb(2), arb(0)]), 2)
    # sqrt((1/2 * 9 + 1/2 * 1) / (4 * 1/4)) = sqrt 5
    assert near(homogeneous_bound("square", arb(0.25), [arb(0.5)] * 2, [arb(2), arb(0)], arb(1)), 5**0.5)
    # sqrt((3/10 + 17/10) / (2 * 1/4)) = 2
    assert near(homogeneous_bound("softplus", arb(0.25), [arb(0.5)] * 2, [arb(1), arb(-1)], arb(17) / 10), 2)
    # 3 * 2 = 6, and 3 * (2 + 5 * 7 * 2) = 216
    assert near(excess_behind(arb(3), arb(2)), 6)
    assert near(excess_behind(arb(3), arb(2), arb(5), arb(7)), 216)


@pytest.mark.parametrize("bad", [arb(0), arb(-1), arb("nan"), arb(0, 1)])
def test_no_bound_without_a_positive_ridge(bad: arb) -> None:
    one = [arb(1)]
    assert radial_bound(bad, one, arb(1)) is None
    assert slope_bound(bad, one, arb(1), one) is None
    assert head_bound(bad, one, one) is None
    assert homogeneous_bound("square", bad, one, one, arb(1)) is None
    assert homogeneous_bound("softplus", bad, one, one, arb(1)) is None


@pytest.mark.parametrize("bad", [arb("inf"), arb("nan")])
def test_no_bound_from_what_is_not_bounded(bad: arb) -> None:
    assert radial_bound(arb(1), [bad], arb(1)) is None
    assert radial_bound(arb(1), [arb(1)], bad) is None
    assert radial_bound(arb(1), [arb(0)], arb("inf")) is None
    assert slope_bound(arb(1), [bad], arb(1), [arb(1)]) is None
    assert homogeneous_bound("square", arb(1), [arb(1)], [arb(1)], bad) is None
    assert homogeneous_bound("softplus", arb(1), [arb(1)], [arb(2)], arb(1)) is None
    assert homogeneous_bound("other", arb(1), [arb(1)], [arb(1)], arb(1)) is None


def model(kind: str, activation: str, network: dict[str, Any] | None = None, **objective: Any) -> Objective:
    table = {
        "parameters": {"a": {"value": "1/20", "positive": True}},
        "data": {"independent": {"e1": ["1", "-1"], "e2": ["0", "2"]}, "label": "e1"},
        "network": {"activation": activation, **(network or {})},
        "objective": {"kind": kind, "ridge": "a", **objective},
    }
    return build_objective(spec_from_table(table).name)


HEAD = {"head_ridge": "a"}
CASES = [
    ("spectral", "sigmoid", {"neurons": 2}, {}),
    ("infonce", "tanh", {}, {}),
    ("barlow", "erf", {"neurons": 2}, {}),
    ("cross-entropy", "gelu", {"bias": True}, {**HEAD, "bias_ridge": "1/30"}),
    ("cross-entropy", "softplus", {"neurons": 2, "second_neurons": 1}, {**HEAD, "second_ridge": "a"}),
    ("mse", "smoothed-relu", {}, HEAD),
    ("mse", "tanh", {"second_neurons": 2}, {**HEAD, "second_ridge": "1/10"}),
    ("alignment", "sigmoid", {"second_neurons": 1}, {"second_ridge": "a"}),
]


@pytest.mark.parametrize(("kind", "activation", "network", "more"), CASES)
def test_boxes_hold_what_newton_finds(
    kind: str, activation: str, network: dict[str, Any], more: dict[str, Any]
) -> None:
    """Stationary points from random starts in a far larger box all lie in the box that was derived."""
    objective = model(kind, activation, network, **more)
    radius = {v: float(b.radius) for b in a_priori_bounds(objective) for v in b.group}
    assert set(radius) == set(objective.variables)
    assert max(radius.values()) < 3000
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    wide = np.array([10 * radius[v] + 10 for v in objective.variables])
    groups = [b.group for b in a_priori_bounds(objective)]
    points = newton_from_many(system, -wide, wide, starts=32, steps=30)
    assert points.shape[1] >= 1
    for point in points.T:
        at = dict(zip(objective.variables, point.tolist(), strict=True))
        for group in groups:
            assert sum(at[v] ** 2 for v in group) ** 0.5 <= radius[group[0]] * (1 + 1e-9)


def test_penalties_keep_the_box_and_a_false_structure_is_noticed() -> None:
    table = {
        "parameters": {"a": {"value": "1/20", "positive": True}},
        "data": {"independent": {"e1": ["1", "-1"], "e2": ["0", "2"]}},
        "network": {"neurons": 2, "activation": "sigmoid"},
        "objective": {"kind": "alignment", "ridge": "a"},
        "penalty": [
            {"form": "overlap", "on": "rows", "weight": "1/10"},
            {"form": "fourth", "on": "rows", "weight": "a"},
        ],
    }
    objective = build_objective(spec_from_table(table).name)
    bounds = a_priori_bounds(objective)
    plain = build_objective(spec_from_table({**table, "penalty": []}).name)
    assert [b.radius for b in bounds] == [b.radius for b in a_priori_bounds(plain)]
    assert objective.structure is not None
    assert is_structure_of(objective.structure, objective)
    forged = replace(objective, loss=objective.loss - objective.variables[0] ** 2)
    assert not is_structure_of(objective.structure, forged)
    with pytest.raises(ValueError, match="does not say"):
        NetworkBox(forged, {}, {})
    # The derivative of every penalty along a row is not negative.
    generator = random.Random(2)
    row = objective.rows[0]
    along = sp.Add(*(v * sp.diff(p.expr, v) for p in objective.penalties for v in row))
    for _ in range(20):
        at = {v: sp.Rational(generator.randint(-9, 9), 4) for v in objective.variables}
        assert objective.at_values(along).subs(at) >= 0


def test_no_box_without_a_theorem() -> None:
    for kind, activation in (("spectral", "gelu"), ("barlow", "smoothed-relu")):
        with pytest.raises(ValueError, match="no a-priori bound for w_e1, w_e2"):
            a_priori_bounds(model(kind, activation))
    with pytest.raises(ValueError, match="no a-priori bound for c"):
        a_priori_bounds(model("mse", "tanh", {"bias": True}, **HEAD))


def test_alignment_with_an_unbounded_activation_runs_away() -> None:
    found = find_runaway(model("alignment", "gelu"))
    assert found is not None
    # Along u = (1, 2) at the atoms (+-1, 0), (+-1, 2): u.x = 1, -1, 5, 3, so 1/20 * 5 - (1 + 25 + 9)/4 = -8.5; along
    # (0, 1): 1/20 - (4 + 4)/4 = -1.95, which is steeper for a unit vector.
    assert (found.direction, found.rate) == ((0, 1), sp.Rational(-39, 20))
    assert "unbounded below" in found.text
    with pytest.raises(ValueError, match=r"unbounded below: for w_e2 = t it falls like -1\.95 t"):
        a_priori_bounds(model("alignment", "gelu"))
    strong = model("alignment", "gelu").with_values({"a": sp.Integer(100)})
    assert find_runaway(strong) is None
    assert find_runaway(model("alignment", "tanh")) is None
    assert find_runaway(model("barlow", "gelu")) is None
    assert find_runaway(model("cross-entropy", "gelu", **HEAD)) is None


def test_coercivity() -> None:
    x, y = sp.symbols("x y", real=True)
    squares = x**2 / 8 + y**2
    for rest in (-(sigmoid(x) ** 2), softplus(x * y), (x * y - 1) ** 2, sp.log(1 + sp.exp(x * y) + y**4), sp.erf(x)):
        assert is_coercive(squares + rest, (x, y))
    for loss in (squares - x * y, squares - y**2, x**2, squares - softplus(x), x**2 * y**2 + x**2, squares - x**4):
        assert not is_coercive(loss, (x, y))
    assert not nonnegative_by_form(x)
    assert not nonnegative_by_form(sp.log(1 + x))
    assert not nonnegative_by_form(-softplus(x))
