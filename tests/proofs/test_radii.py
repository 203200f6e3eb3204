"""The certified balls against Hessians coded independently: no violation inside, one within the upper end."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from independent import Array, in_ball, sl_gradient, sl_hessian, sl_loss, ssl_gradient, ssl_hessian, ssl_loss
from study_run import ladders

from numeric.enclosure import Enclosure
from proofs.ladder import Ball
from proofs.radii import Family
from proofs.studies.separation import SeparationStudy

F = Fraction
SAMPLES = 20_000
Hessian = Callable[[Array], Array]


# -- the independent code itself -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("loss", "gradient", "hessian", "n"),
    [(ssl_loss, ssl_gradient, ssl_hessian, 2), (sl_loss, sl_gradient, sl_hessian, 6)],
)
def test_the_independent_derivatives_agree_with_differences(
    loss: Callable[[Array], Array], gradient: Hessian, hessian: Hessian, n: int
) -> None:
    x = np.random.default_rng(2).normal(size=(30, n))
    for k in range(n):
        step = np.zeros(n)
        step[k] = 1e-5
        slope = (loss(x + step) - loss(x - step)) / 2e-5
        assert np.abs(slope - gradient(x)[:, k]).max() < 1e-8
        column = (gradient(x + step) - gradient(x - step)) / 2e-5
        assert np.abs(column - hessian(x)[:, :, k]).max() < 1e-8


def test_the_centres_are_the_minima_of_the_independent_losses(study: SeparationStudy) -> None:
    assert np.abs(ssl_gradient(study.ssl_analysis.centre[None, :])).max() < 1e-15
    assert np.abs(sl_gradient(study.sl_analysis.centre[None, :])).max() < 1e-15


# -- the hypothesis of each family, sampled ------------------------------------------------------------------
def margin(family: Family, h: Array, h0: Array) -> Array:
    """Positive where the hypothesis holds: least eigenvalue, or room left in the norm."""
    n = h.shape[-1]
    c = float(family.constant)
    if family.name == "convexity":
        return np.linalg.eigvalsh(h)[:, 0] - c
    if family.name == "variation":
        return c - np.linalg.norm(h - h0, 2, axis=(1, 2))
    a = np.array([[float(e.lo) for e in row] for row in family.matrix])
    return c - np.linalg.norm(a @ h - np.eye(n), 2, axis=(1, 2))


def check_ball(ball: Ball, centre: Array, hessian: Hessian, seed: int) -> None:
    h0 = hessian(centre[None, :])[0]
    if ball.inner > 0:
        points = in_ball(centre, float(ball.inner), SAMPLES, seed)
        # Float noise of the sampled norms is far below the gap that the proof leaves.
        assert margin(ball.family, hessian(points), h0).min() > -1e-12
    if ball.outer is not None:
        assert ball.witness is not None
        point = ball.witness.point[None, :]
        assert np.linalg.norm(point[0] - centre) <= float(ball.outer)
        assert margin(ball.violated, hessian(point), h0)[0] < 1e-15


@pytest.mark.parametrize("number", [0, 1, 2, 3])
@pytest.mark.parametrize("which", ["ssl", "sl", "spurious"])
def test_every_rung(which: str, number: int) -> None:
    analysis, rungs = ladders()[which]
    for ball in rungs[number].balls:
        check_ball(ball, analysis.centre, ssl_hessian if which == "ssl" else sl_hessian, seed=number)


def test_the_ssl_radii_are_tight() -> None:
    # Within 1.001 times the lower radius of the exact form a fine circle finds a violation.
    analysis, rungs = ladders()["ssl"]
    ball = rungs[1].balls[0]
    angle = np.linspace(0, 2 * np.pi, 20_000)
    circle = analysis.centre + 1.0015 * float(ball.inner) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    h0 = ssl_hessian(analysis.centre[None, :])[0]
    assert margin(ball.family, ssl_hessian(circle), h0).min() < 0


def test_the_witness_of_convexity_at_high_precision() -> None:
    # The determinant of the Hessian at the witness, in 40 digits and from the definition.
    witness = ladders()["ssl"][1][3].balls[0].witness
    assert witness is not None
    with mpmath.workdps(40):
        a, b = (mpmath.mpf(v) for v in witness.point.tolist())

        def loss(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
            z = [x, x + 7 * y, -x, -x + 7 * y]
            return -sum((1 / (1 + mpmath.exp(-t))) ** 2 for t in z) / 4 + (x * x + y * y) / 800

        xx, xy, yy = (mpmath.diff(loss, (a, b), n) for n in ((2, 0), (1, 1), (0, 2)))
        assert xx * yy - xy * xy < 0


# -- the families on intervals -------------------------------------------------------------------------------
def test_families_at_a_point_by_hand(study: SeparationStudy) -> None:
    tape = study.ssl_analysis.around.tape
    x = study.ssl_analysis.centre[:, None]
    h = ssl_hessian(x.T)[0]
    identity = tuple(tuple(Enclosure.exact(int(i == j)) for j in range(2)) for i in range(2))
    zero = tuple(tuple(Enclosure.exact(0) for _ in range(2)) for _ in range(2))
    expected = {
        "convexity": [h - 0.25 * np.eye(2)],
        # With H0 = 0: c I + H and c I - H.
        "variation": [0.25 * np.eye(2) + h, 0.25 * np.eye(2) - h],
        # With A = I: E = H - I.
        "preconditioned": [np.block([[0.25 * np.eye(2), h - np.eye(2)], [h.T - np.eye(2), 0.25 * np.eye(2)]])],
    }
    for name, matrices in expected.items():
        family = Family(name, 2, F(1, 4), {"variation": zero, "preconditioned": identity}.get(name, ()))
        found = family.batch(tape)(x, x)
        assert len(found) == len(matrices)
        for (lo, hi), matrix in zip(found, matrices, strict=True):
            assert np.all(lo[0] <= matrix + 1e-13)
            assert np.all(hi[0] >= matrix - 1e-13)
            assert np.max(hi - lo) < 1e-12
        for hint, matrix in zip(family.floats(tape)(x), matrices, strict=True):
            assert np.abs(hint[0] - matrix).max() < 1e-13


def test_an_unknown_family_is_refused(study: SeparationStudy) -> None:
    tape = study.ssl_analysis.around.tape
    x = study.ssl_analysis.centre[:, None]
    with pytest.raises(ValueError, match="unknown family"):
        Family("concavity", 2, F(0)).batch(tape)(x, x)
