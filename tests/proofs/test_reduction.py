"""Reduction to the feature plane, and blocks of variables that do not couple."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from proofs.blocks import find_blocks
from proofs.reduction import reduces_to_features
from symbolic.objectives import build_objective


@pytest.mark.parametrize(("name", "neurons"), [("ssl", 1), ("ssl", 2), ("sl", 1), ("sl", 2)])
@pytest.mark.parametrize("nuisance", [1, 2])
def test_both_objectives_reduce(name: str, neurons: int, nuisance: int) -> None:
    plane = build_objective(name, neurons=neurons)
    assert reduces_to_features(plane, build_objective(name, neurons=neurons, nuisance=nuisance))


def test_nothing_to_reduce_is_not_a_reduction() -> None:
    plane = build_objective("ssl")
    assert not reduces_to_features(plane, plane)


def test_the_plane_must_be_part_of_the_lifted_space() -> None:
    lifted = build_objective("ssl", nuisance=1)
    assert not reduces_to_features(build_objective("ssl", neurons=2), lifted)
    assert not reduces_to_features(build_objective("sl"), lifted)


@pytest.mark.parametrize("change", ["coupled", "weaker ridge", "linear", "quartic"])
def test_a_nuisance_coordinate_that_enters_otherwise_is_noticed(change: str) -> None:
    plane, lifted = build_objective("ssl"), build_objective("ssl", nuisance=1)
    (w,) = [v for v in lifted.variables if v not in plane.variables]
    extra = {"coupled": w * lifted.variables[0], "weaker ridge": -(w**2) / 10**9, "linear": w, "quartic": w**4}[change]
    assert not reduces_to_features(plane, replace(lifted, loss=lifted.loss + extra))


# -- blocks --------------------------------------------------------------------------------------------------
def names(objective_name: str, neurons: int, **values: int) -> list[list[str]]:
    objective = build_objective(objective_name, neurons=neurons, values={k: sp.Integer(v) for k, v in values.items()})
    return [[v.name for v in b.variables] for b in find_blocks(objective)]


def test_blocks_of_the_objectives() -> None:
    assert names("ssl", 1) == [["a", "b"]]
    assert names("ssl", 2) == [["a1", "b1"], ["a2", "b2"]]
    assert names("sl", 2) == [["a1", "b1", "a2", "b2", "f1", "f2"]]
    # Without the hidden feature a and b do not meet.
    assert names("ssl", 1, tau=0) == [["a"], ["b"]]
    assert names("sl", 1, tau=0) == [["a1", "f1"], ["b1"]]


def test_the_neurons_of_ssl_are_copies_of_the_first() -> None:
    assert [b.same_as for b in find_blocks(build_objective("ssl", neurons=4))] == [None, 0, 0, 0]
