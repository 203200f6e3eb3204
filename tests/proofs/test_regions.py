"""Landscapes over regions: against single values, against simulation, and what must not be proved."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction as Q
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from numeric.search import Budget
from proofs.certificates import FORMAT
from proofs.claims.region import region_claim, widened
from proofs.landscape import prove_landscape
from proofs.region_cells import RegionProblem, prove_cell
from proofs.regions import RegionLandscape, cut_of, prove_region
from proofs.verdict import Verdict
from symbolic.objectives import Objective, build_objective

SIDES = ((Q(13, 2), Q(15, 2)), (Q(1, 900), Q(1, 700)))


@cache
def small() -> RegionLandscape:
    return prove_region(build_objective("ssl").freed(["tau", "alpha"]), SIDES)


def forged(**changes: Any) -> dict[str, Any]:
    claim = copy.deepcopy(region_claim(small()))
    claim["statement"].update(changes)
    return {"format": FORMAT, "claims": [claim]}


def ssl_gradient(a: float, b: float, tau: float, alpha: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """d l/da, d l/db written out by hand from l = -1/4 sum s(z)^2 + alpha (a^2 + b^2)."""
    s = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
    p = lambda z: 2 * s(z) ** 2 * (1 - s(z))  # noqa: E731
    g = -(p(a) + p(a + tau * b) - p(-a) - p(-a + tau * b)) / 4 + 2 * alpha * a
    h = -tau * (p(a + tau * b) + p(-a + tau * b)) / 4 + 2 * alpha * b
    return g, h


def test_the_region_is_proved_with_its_branches() -> None:
    result = small()
    assert result.verdict is Verdict.PROVED
    assert result.count == 3
    assert sorted((b.kind, b.count) for b in result.branches) == [("minimum", 1), ("minimum", 1), ("saddle", 1)]
    (saddle,) = [b for b in result.branches if b.kind == "saddle"]
    assert saddle.relations == ("a = 0",)
    assert saddle.box[0].is_exact


@pytest.mark.parametrize("tau", [6.5, 7.0, 7.3, 7.5])
@pytest.mark.parametrize("alpha", [1 / 900, 1 / 800, 1 / 700])
def test_newton_at_single_values_lands_in_the_branches(tau: float, alpha: float) -> None:
    """A second way to the same points: mpmath's secant method on gradients written out by hand."""
    for start in ((3.8, 1.5), (0.0, 1.1), (-3.8, 1.5)):
        a, b = mpmath.findroot(lambda u, v: ssl_gradient(u, v, tau, alpha), start)
        inside = [
            k for k in small().branches
            if float(k.box[0].lo) - 1e-9 <= a <= float(k.box[0].hi) + 1e-9 and float(k.box[1].lo) <= b <= float(k.box[1].hi)
        ]  # fmt: skip
        assert len(inside) == 1


def test_single_values_agree_with_the_landscape_command() -> None:
    landscape = prove_landscape(
        build_objective("ssl", values={"tau": sp.Rational(15, 2), "alpha": sp.Rational(1, 700)})
    )
    for point in landscape.points:
        homes = [
            b
            for b in small().branches
            if b.index == point.index and all(x.contains(y) for x, y in zip(b.box, point.box, strict=True))
        ]
        assert len(homes) == 1
        assert homes[0].value.lo <= point.value.lo <= point.value.hi <= homes[0].value.hi


def test_a_point_is_a_region() -> None:
    objective = build_objective("ssl").freed(["tau"])
    result = prove_region(objective, ((Q(7), Q(7)),))
    assert (result.verdict, result.count, len(result.cells)) == (Verdict.PROVED, 3, 1)


def test_a_region_across_a_bifurcation_is_refuted() -> None:
    # For tau = 7 there are three points at alpha = 1/50 and one at alpha = 1/4.
    result = prove_region(build_objective("ssl").freed(["alpha"]), ((Q(1, 50), Q(1, 4)),))
    assert result.verdict is Verdict.REFUTED
    assert "3 stationary points" in result.reason
    assert "1 stationary point:" in result.reason
    with pytest.raises(ValueError, match="only a proved region"):
        region_claim(result)


def test_a_region_that_touches_a_bifurcation_is_not_proved() -> None:
    # The pitchfork of tau = 7 is at alpha = 0.028345730...; all parameters above it have one point.
    objective = build_objective("ssl").freed(["alpha"])
    result = prove_region(objective, ((Q(28345730, 10**9), Q(28345731, 10**9)),), seconds=1.0)
    assert result.verdict is Verdict.UNDECIDED
    assert result.undecided


def test_two_neurons_are_two_copies() -> None:
    objective = build_objective("ssl", neurons=2).freed(["alpha"])
    result = prove_region(objective, ((Q(1, 800), Q(1, 790)),))
    assert (result.verdict, result.count) == (Verdict.PROVED, 9)
    # Pairs of one-neuron points: 2 * 2 minima, 1 point with two saddles (index 2), 4 with one (index 1).
    assert sorted(b.index for b in result.branches for _ in range(b.count)) == [0] * 4 + [1] * 4 + [2]


def test_supervised_objective_over_an_interval() -> None:
    """Small enough for one cell: the nine points of the published parameters."""
    objective = build_objective("sl").freed(["gamma"])
    problem = RegionProblem(objective, ((Q(1, 800), Q(1, 800) + Q(1, 10**9)),))
    proof = prove_cell(problem, problem.sides, budget=Budget(seconds=60.0, boxes=2_000_000, relative_width=1e-9))
    assert proof.proved
    assert proof.signature == (0, 0, 0, 0, 1, 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("names", "sides", "message"),
    [
        (["alpha"], ((Q(-1), Q(1)),), "positive"),
        (["alpha"], ((Q(2), Q(1)),), "empty"),
        (["alpha"], (), "one interval"),
    ],
)
def test_regions_outside_of_the_domain(names: list[str], sides: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RegionProblem(build_objective("ssl").freed(names), sides)


def test_a_false_symmetry_is_noticed() -> None:
    from dataclasses import replace

    objective: Objective = build_objective("ssl").freed(["alpha"])
    wrong = replace(objective, symmetries=(replace(objective.symmetries[0], signs=(1, -1)),))
    with pytest.raises(ValueError, match="not a symmetry"):
        RegionProblem(wrong, ((Q(1, 800), Q(1, 700)),))


def test_bounds_hold_for_every_value() -> None:
    """The a-priori box of a region contains that of each value."""
    from proofs.bounds import a_priori_bounds

    wide = small().problem.radius
    for tau, alpha in ((Q(13, 2), Q(1, 900)), (Q(15, 2), Q(1, 700))):
        values = {"tau": sp.Rational(tau), "alpha": sp.Rational(alpha)}
        for bound in a_priori_bounds(build_objective("ssl", values=values)):
            assert all(bound.radius <= wide[v] for v in bound.group)


def test_cuts_lie_inside() -> None:
    assert cut_of((Q(1), Q(100))) == 10.0
    assert cut_of((Q(2), Q(3))) == 2.5
    assert cut_of((Q(-1), Q(3))) == 1.0
    tiny = Q(float(np.nextafter(1.0, 2.0)))
    assert cut_of((Q(1), tiny)) is None


def test_widened_encloses() -> None:
    for b in small().branches:
        assert all(widened(x).contains(x) for x in b.box)


# -- certificates --------------------------------------------------------------------------------
def test_certificate_is_valid(verdict_of: Callable[..., str]) -> None:
    assert verdict_of(forged()) == "VALID"


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 4},
        {"count": True},
        {"region": {"tau": ["13/2", "15/2"], "alpha": ["1/900", "1/600"]}},
        {"region": {"tau": ["1", "2"], "alpha": ["1/900", "1/700"]}},
        {"region": {"tau": ["13/2", "15/2"], "alpha": ["-1/900", "1/700"]}},
        {"neurons": 2},
        {"objective": "sl"},
        {"branches": []},
    ],
    ids=lambda c: "-".join(f"{k}{v}"[:24] for k, v in c.items()),
)
def test_a_changed_statement_is_rejected(changes: dict[str, Any], verdict_of: Callable[..., str]) -> None:
    assert verdict_of(forged(**changes)).startswith("INVALID")


@pytest.mark.parametrize("key", ["index", "count", "box", "relations"])
def test_a_changed_branch_is_rejected(key: str, verdict_of: Callable[..., str]) -> None:
    certificate = forged()
    branch = certificate["claims"][0]["statement"]["branches"][0]
    branch[key] = {"index": 2, "count": 2, "box": {"a": ["0", "1"], "b": ["0", "1"]}, "relations": ["b = 0"]}[key]
    assert verdict_of(certificate).startswith("INVALID")


def test_changed_evidence_is_rejected(verdict_of: Callable[..., str]) -> None:
    certificate = forged()
    evidence = certificate["claims"][0]["evidence"]
    node = min(evidence["cells"])
    for change in ("drop", "box", "tree", "cell"):
        body = copy.deepcopy(certificate)
        cell = body["claims"][0]["evidence"]["cells"][node][0]
        if change == "drop":
            del cell["unique"][0]
        elif change == "box":
            cell["unique"][0] = [["-0x1p+5", "0x1p+5"], ["-0x1p+5", "0x1p+5"]]
        elif change == "tree":
            cell["tree"] = {"kinds": "4", "axes": [], "cuts": [], "children": [], "marks": []}
        else:
            del body["claims"][0]["evidence"]["cells"][node]
        assert verdict_of(body).startswith("INVALID"), change


def test_an_open_cell_is_rejected(verdict_of: Callable[..., str]) -> None:
    certificate = forged()
    tree = certificate["claims"][0]["evidence"]["tree"]
    tree["kinds"] = tree["kinds"].replace("1", "2", 1)
    assert verdict_of(certificate).startswith("INVALID")
