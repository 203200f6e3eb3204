"""The ladder of radii: the numbers of DESIGN, the order of the methods, and consistency of every rung."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from independent import ssl_hessian
from study_run import ladders

from numeric.compiler import to_fraction
from proofs.ladder import PointAnalysis, Rung
from proofs.landscape import prove_landscape
from proofs.studies.separation import SeparationStudy
from proofs.theorems.inverse_function import exact_form, monotone_form
from symbolic.objectives import build_objective

F = Fraction
METHODS = ["exact-ift", "exact-ift-block", "preconditioned", "convexity"]


@pytest.fixture(scope="module")
def ssl_rungs() -> dict[str, Rung]:
    return {r.method: r for r in ladders()["ssl"][1]}


@pytest.fixture(scope="module")
def sl_rungs() -> dict[str, Rung]:
    return {r.method: r for r in ladders()["sl"][1]}


@pytest.mark.parametrize(
    ("method", "radius", "image"),
    [
        # DESIGN section 2, to its printed digits (half a unit of the last one).
        ("exact-ift", ("0.0064", "0.00005"), ("8.0e-6", "5e-8")),
        ("exact-ift-block", ("0.0273", "0.00005"), ("1.56e-4", "5e-7")),
        ("preconditioned", ("0.062", "0.0005"), None),
        ("convexity", ("0.867", "0.001"), None),
    ],
)
def test_ssl_radii_of_the_design(
    ssl_rungs: dict[str, Rung], method: str, radius: tuple[str, str], image: tuple[str, str] | None
) -> None:
    rung = ssl_rungs[method]
    for (lo, hi), stated in ((rung.radius, radius), (rung.image_radius, image)):
        if stated is None:
            continue
        value, half = F(stated[0]), F(stated[1])
        assert hi is not None
        assert value - half <= lo <= hi <= value + half


def test_the_four_methods_in_order(ssl_rungs: dict[str, Rung], sl_rungs: dict[str, Rung]) -> None:
    assert list(ssl_rungs) == METHODS
    assert list(sl_rungs) == METHODS


@pytest.mark.parametrize("which", ["ssl_rungs", "sl_rungs"])
def test_each_rung_is_an_enclosure(which: str, request: pytest.FixtureRequest) -> None:
    rungs: dict[str, Rung] = request.getfixturevalue(which)
    for rung in rungs.values():
        assert rung.radius[0] > 0
        assert rung.radius[1] is None or rung.radius[0] <= rung.radius[1]
        assert rung.image_radius[0] > 0
        assert rung.image_radius[1] is None or rung.image_radius[0] <= rung.image_radius[1]
        assert rung.balls[0].inner == rung.radius[0]
        assert rung.balls[0].outer == rung.radius[1]
    # In the block lambda is no smaller, so the block's ball is no smaller either; convexity is the weakest hypothesis.
    assert rungs["exact-ift"].radius[0] <= rungs["exact-ift-block"].radius[0]
    assert rungs["exact-ift-block"].radius[0] <= rungs["convexity"].radius[0]


def test_lambda_is_the_least_of_the_block_and_the_nuisance(study: SeparationStudy, ssl_rungs: dict[str, Rung]) -> None:
    # 2 alpha = 1/400 = 0.0025 is below the least eigenvalue 0.0114311 of the block.
    assert ssl_rungs["exact-ift"].constant == F(1, 400)
    block = ssl_rungs["exact-ift-block"].constant
    assert F("0.01143112") < block < F("0.01143113")
    assert block <= study.ssl_analysis.least_eigenvalue.hi


def test_image_radii_follow_from_the_theorems(ssl_rungs: dict[str, Rung]) -> None:
    exact, convex = ssl_rungs["exact-ift"], ssl_rungs["convexity"]
    assert exact.image_radius[0] == exact_form(F(1, 400), F(1, 800), exact.radius[0]).image_radius
    best = convex.balls[-1]
    assert best.family.constant == convex.constant
    assert convex.image_radius[0] == monotone_form(convex.constant, best.inner).image_radius


def test_the_preconditioned_image_uses_the_norm_of_the_preconditioner(ssl_rungs: dict[str, Rung]) -> None:
    # ||A|| is about 1 / 0.0114311 = 87.48, so the image radius is r / 2 / 87.48.
    rung = ssl_rungs["preconditioned"]
    matrix = np.array([[float(e.lo) for e in row] for row in rung.balls[0].family.matrix])
    norm = np.linalg.norm(matrix, 2)
    assert norm == pytest.approx(87.481, abs=0.001)
    assert float(rung.image_radius[0]) == pytest.approx(float(rung.radius[0]) / 2 / norm, rel=1e-9)


def test_the_ladder_needs_a_minimum(study: SeparationStudy) -> None:
    saddle = next(p for p in study.ssl_landscape.points if p.kind == "saddle")
    with pytest.raises(ValueError, match="positive definite"):
        PointAnalysis(study.ssl, saddle)


def test_the_offset_covers_the_rounded_centre(study: SeparationStudy) -> None:
    for analysis in (study.ssl_analysis, study.sl_analysis):
        distance = F(0)
        for c, x in zip(analysis.centre.tolist(), analysis.point.box, strict=True):
            distance += max(abs(F(c) - x.lo), abs(F(c) - x.hi)) ** 2
        assert distance <= analysis.offset**2


def test_a_ball_without_any_room_has_radius_zero(study: SeparationStudy) -> None:
    # No ball at all has a Hessian above the least eigenvalue at its centre.
    analysis = study.ssl_analysis
    ball = analysis.strongly_convex(analysis.least_eigenvalue.hi + F(1, 100))
    assert ball.inner == 0
    assert ball.outer is not None
    assert ball.outer < F(1, 1000)


def test_a_ball_that_reaches_the_limit_has_no_upper_end() -> None:
    # At alpha = 100 the ridge dominates: |phi| <= 0.16 and |u|^2 <= 50 move the Hessian by far less than 200.
    objective = build_objective("ssl", values={"alpha": sp.Integer(100)})
    (point,) = prove_landscape(objective).points
    rung = PointAnalysis(objective, point).convexity()
    assert rung.radius[1] is None
    assert F(199, 100) < rung.radius[0] <= 2


def test_the_nuisance_curvature_bounds_the_full_lambda(study: SeparationStudy) -> None:
    for analysis in (study.ssl_analysis, study.sl_analysis):
        nuisance = 2 * to_fraction(analysis.objective.numeric_ridge)
        assert analysis.full_lambda.hi <= nuisance
        assert analysis.full_lambda.hi <= analysis.least_eigenvalue.hi


def test_the_least_eigenvalue_is_that_of_the_sampled_hessian(study: SeparationStudy) -> None:
    analysis = study.ssl_analysis
    value = np.linalg.eigvalsh(ssl_hessian(analysis.centre[None, :])[0])[0]
    assert abs(value - float(analysis.least_eigenvalue.middle)) < 1e-12
