"""The empirical SL objective on a typical sample: its bounds against the objective itself, in NumPy."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from sample_simulation import CLASSES, draw, failures, points, sl_gradient, sl_minimum, sl_value

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.sample.methods import smallest_dimension
from proofs.sample.sl import sl_root
from proofs.sample.sl_search import propose_ellipsoids, sl_weighted_minimum
from proofs.theorems.sampled_zero import fits, fits_whole, gradient_of_sample, survives_sampling
from proofs.theorems.sl_deviation import SIZE, Local, SlAt, SlData
from proofs.theorems.sl_region import Ellipsoid, sl_content, sl_fractions, sl_minimum_in_region
from proofs.theorems.ssl_deviation import SslData
from proofs.theorems.typical_noise import ClassNoise, TypicalNoise, typical_noise

F = Fraction
DATA = SlData(F(7), F(1, 800), F(1, 800))
POINT = np.array([-2.6279057, 0.0, 2.6279057, 0.0, 4.2539906, -4.2539906])


def noise(d: int = 30, x: float = 9.0) -> TypicalNoise:
    return typical_noise(d, arb(x))


def box(width: str = "1/200") -> list[Enclosure]:
    return [Enclosure(m - F(width), m + F(width)) for m in (F(1, 2), F(1, 4), F(1, 4))]


def fractions_of(parts: list[Enclosure]) -> list[Enclosure]:
    found = sl_fractions(parts, F(1, 10), F(2, 5))
    assert found is not None
    return found


def good_region(d: int = 30) -> Ellipsoid:
    parts = box()
    with balls.precision(64):
        for region in propose_ellipsoids(DATA, noise(d), parts, fractions_of(parts)):
            if sl_minimum_in_region(DATA, noise(d), parts, fractions_of(parts), region) == "":
                return region
    raise AssertionError("no region was proved")


# -- derivatives ----------------------------------------------------------------------------------
def phi(v: np.ndarray, sign: int) -> float:
    h = 1 / (1 + np.exp(-v[:2]))
    return float(np.log1p(np.exp(sign * (v[2:] @ h))))


@pytest.mark.parametrize("sign", [1, -1])
def test_derivatives_of_the_loss(sign: int) -> None:
    v, step = np.array([-1.3, 2.1, 1.7, -0.9]), 1e-3
    local = Local(sign, [arb(x) for x in v])
    eye = np.eye(4) * step

    def difference(f, k: int) -> float:  # fourth order
        up, down = f(v + eye[k]), f(v - eye[k])
        return float((8 * (up - down) - (f(v + 2 * eye[k]) - f(v - 2 * eye[k]))) / (12 * step))

    for i in range(4):
        assert abs(difference(lambda w: phi(w, sign), i) - float(local.gradient[i].mid())) < 1e-9
        for j in range(4):
            slope = difference(lambda w, i=i: float(Local(sign, [arb(x) for x in w]).gradient[i].mid()), j)
            assert abs(slope - float(local.hessian[i][j].mid())) < 1e-9
            for k in range(4):
                bend = difference(lambda w, i=i, j=j: float(Local(sign, [arb(x) for x in w]).hessian[i][j].mid()), k)
                assert abs(bend - float(local.third(i, j, k).mid())) < 1e-8


def test_simulated_gradient_is_that_of_the_objective() -> None:
    labels, xi = draw(np.random.default_rng(0), 1, 4)
    X, y = points(labels[0], xi[0]), CLASSES[labels[0], 0]
    w = np.random.default_rng(1).standard_normal(2 * 4 + 2)
    gradient, h = sl_gradient(X, y, w)[0], 1e-5
    steps = np.eye(len(w)) * h
    assert np.allclose(gradient, [(sl_value(X, y, w + s) - sl_value(X, y, w - s)) / (2 * h) for s in steps], atol=1e-8)


# -- bounds on samples ----------------------------------------------------------------------------
@pytest.mark.parametrize("d", [6, 12])
def test_bounds_hold_on_typical_samples(d: int) -> None:
    x, rng, tight = 3.0, np.random.default_rng(d), 1.0
    for _ in range(12):
        labels, xi = draw(rng, 1, d)
        broken = failures(labels, xi, x, 0.0, 1.0)
        if any(v[0] for v in broken.values()):
            continue
        X, y = points(labels[0], xi[0]), CLASSES[labels[0], 0]
        p = [int((labels[0] == k).sum()) / d**2 for k in range(4)]
        for _ in range(4):
            theta = POINT + rng.uniform(-0.2, 0.2, 6)
            U = rng.standard_normal((2, d - 2))
            U *= 0.2 / np.linalg.norm(U)
            w = np.concatenate([theta[:2], U[0], theta[2:4], U[1], theta[4:]])
            gradient, hessian = sl_gradient(X, y, w)
            at = SlAt(DATA, noise(d, x), [arb(v) for v in p], [arb(v) for v in theta], lambda row: arb(0), arb(0.2))
            unit = [[arb(i == j) for i in range(SIZE)] for j in range(SIZE)]
            keep = [0, 1, d, d + 1, 2 * d, 2 * d + 1]
            parts = at.population_gradients()
            centre = [
                float(
                    (at.ridge[i] * at.theta[i] + sum((v * q[i] for v, q in zip(p, parts, strict=True)), arb(0))).mid()
                )
                for i in range(SIZE)
            ]
            bound = float(at.gradient_error(unit))
            distance = float(np.linalg.norm(gradient[keep] - centre))
            assert distance <= bound
            tight = min(tight, 1 - distance / bound)
            rest = np.delete(gradient, keep) - np.concatenate([U[0], U[1]]) / 400
            assert np.linalg.norm(rest) <= float(at.radial_error())
            kappa = float(at.coupling().upper())
            if kappa < 1 / 400:
                assert np.linalg.eigvalsh(hessian)[0] >= 1 / 400 - kappa - 1e-12
    assert tight < 0.95


class OnlyMeans:
    """Noise whose class means have length 1e-6 in the feature plane, and nothing else."""

    rho = peak_f = peak_u = arb(0)

    def of_class(self, p: arb) -> ClassNoise:
        return ClassNoise(arb("1e-6"), arb(0), arb(0), arb(0))


def test_linear_part_of_the_gradient_error_is_sharp() -> None:
    """Against differences: one point in each class, all of it moved in the feature plane."""
    theta, step = np.array([-2.4, 0.1, 2.7, -0.05, 4.0, -4.4]), 1e-5
    total = 0.0
    for s, t in CLASSES:
        columns = []
        for e in np.eye(2):
            moved = [
                sl_gradient(np.array([[s, 7.0 * t]]) + sign * step * e, np.array([s]), theta)[0] for sign in (1, -1)
            ]
            columns.append((moved[0] - moved[1]) / (2 * step))
        total += 1e-6 * float(np.linalg.norm(np.array(columns), 2))
    at = SlAt(DATA, OnlyMeans(), [arb(1) / 4] * 4, [arb(v) for v in theta], lambda row: arb(0), arb(0))  # type: ignore[arg-type]
    unit = [[arb(i == j) for i in range(SIZE)] for j in range(SIZE)]
    assert abs(float(at.gradient_error(unit)) / total - 1) < 1e-5


def test_coupling_by_hand() -> None:
    at = SlAt(DATA, OnlyMeans(), [arb(1) / 4] * 4, [arb(v) for v in (-2, 0, 2, 0, 3, -3)], lambda row: arb(0), arb(0))  # type: ignore[arg-type]
    s = 1 / (1 + np.exp(2.0))  # sigmoid(-2); sigmoid' = s (1 - s), |sigmoid''| = s (1 - s) (1 - 2 s)
    r = 1 / (1 + np.exp(3 * (1 - 2 * s)))
    assert abs(float(at.coupling()) - r * s * (1 - s) / (3 * (1 - 2 * s))) < 1e-12


def test_coupling_is_unknown_where_a_sign_is() -> None:
    at = SlAt(DATA, noise(), [arb(1) / 4] * 4, [arb(v) for v in (0, 0, 2, 0, 4, -4)], lambda row: arb(0), arb(0.1))
    assert at.coupling().is_nan()


# -- regions --------------------------------------------------------------------------------------
def test_a_good_region_is_proved_also_in_larger_dimensions() -> None:
    region, parts = good_region(), box()
    for d in (30, 31, 40, 100):
        assert sl_minimum_in_region(DATA, noise(d, 0.3 * d), parts, fractions_of(parts), region) == ""


def test_every_hypothesis_is_needed() -> None:
    region, parts = good_region(), box()

    def reason(r: Ellipsoid, d: int = 30, width: str = "1/200") -> str:
        return sl_minimum_in_region(DATA, noise(d), box(width), fractions_of(box(width)), r)

    assert "no interior" in reason(replace(region, r=F(0)))
    assert "no interior" in reason(replace(region, radius=F(0)))
    assert "nuisance gradient" in reason(replace(region, radius=F(1, 200)))
    assert "convex" in reason(replace(region, r=F(1, 20), radius=F(1)))
    assert "inward" in reason(replace(region, r=F(1, 2000)))
    assert "inward" in reason(region, width="1/40")
    moved = replace(region, centre=(region.centre[0] + F(1, 10), *region.centre[1:]))
    assert "inward" in reason(moved)
    flat = replace(region, columns=(region.columns[1], *region.columns[1:]))
    assert "positive definite" in reason(flat)
    assert parts == box()


def test_content_by_hand() -> None:
    columns = tuple(tuple(F(int(i == j)) for i in range(6)) for j in range(6))
    region = Ellipsoid((F(-2), F(0), F(2), F(1, 10), F(4), F(-4)), columns, F(1, 10), F(1, 16))
    found = sl_content([region])
    assert abs(float(found.a.lo) - 1.9) < 1e-12
    assert abs(float(found.b) - 0.2) < 1e-12
    # |b| <= 0.1 and 0.2, |a| >= 1.9: sqrt(0.05/(0.05 + 2 * 3.61))
    assert abs(float(found.energy) - (0.05 / 7.27) ** 0.5) < 1e-12
    with pytest.raises(ValueError, match="no region"):
        sl_content([])
    with pytest.raises(ValueError, match="reaches"):
        sl_content([replace(region, r=F(3))])


def test_fractions_of_two_labels() -> None:
    found = sl_fractions(
        (Enclosure(F(2, 5), F(1, 2)), Enclosure(F(1, 5), F(1, 4)), Enclosure(F(1, 5), F(1, 4))), F(1, 5), F(3, 10)
    )
    # p_(1,0) = 1 - q - p_(1,1) in [1/4, 2/5], cut at 3/10; p_(-1,0) = q - p_(-1,1) in [3/20, 3/10], cut at 1/5
    assert found is not None
    assert found[0] == Enclosure(F(1, 4), F(3, 10))
    assert found[2] == Enclosure(F(1, 5), F(3, 10))
    assert (
        sl_fractions(
            (Enclosure(F(2, 5), F(2, 5)), Enclosure(F(1, 5), F(1, 5)), Enclosure(F(3, 10), F(3, 10))), F(1, 5), F(3, 10)
        )
        is None
    )
    assert sl_root(F(1, 5), F(3, 10))[0] == Enclosure(F(2, 5), F(3, 5))


def test_weighted_minimum_at_equal_fractions() -> None:
    theta, hessian = sl_weighted_minimum(np.full(4, 0.25), 7.0, 1 / 800, 1 / 800)
    assert np.allclose(theta, POINT, atol=1e-6)
    assert abs(np.linalg.eigvalsh(hessian)[0] - 0.00754189) < 1e-7


# -- minima of samples ----------------------------------------------------------------------------
def _minima_lie_in_regions(samples: int, seed: int) -> None:
    rng, d = np.random.default_rng(seed), 30
    seen = 0
    for _ in range(samples):
        labels, xi = draw(rng, 1, d)
        if any(v[0] for v in failures(labels, xi, 9.0, 0.25 - 29 / 600, 0.25 + 29 / 600).values()):
            continue
        counts = [F(int((labels[0] == k).sum()), d * d) for k in range(4)]
        parts = [Enclosure.exact(v) for v in (counts[2] + counts[3], counts[1], counts[3])]
        whole = [Enclosure.exact(v) for v in counts]
        w, residual = sl_minimum(points(labels[0], xi[0]), CLASSES[labels[0], 0])
        assert residual < 1e-10
        with balls.precision(64):
            proved = [
                r
                for r in propose_ellipsoids(DATA, noise(d), parts, whole)
                if sl_minimum_in_region(DATA, noise(d), parts, whole, r) == ""
            ]
        assert proved
        T = np.array([[float(x) for x in column] for column in proved[0].columns]).T
        theta = w[[0, 1, d, d + 1, 2 * d, 2 * d + 1]] - np.array([float(x) for x in proved[0].centre])
        assert np.linalg.norm(np.linalg.solve(T, theta)) <= float(proved[0].r)
        assert np.linalg.norm(np.delete(w[: 2 * d], [0, 1, d, d + 1])) <= float(proved[0].radius)
        assert max(abs(w[1]), abs(w[d + 1])) < 0.0481
        seen += 1
    assert seen >= samples // 2


def test_minima_of_samples_lie_in_their_regions() -> None:
    _minima_lie_in_regions(3, 0)


@pytest.mark.slow
def test_minima_of_many_samples_lie_in_their_regions() -> None:
    _minima_lie_in_regions(150, 1)


# -- methods --------------------------------------------------------------------------------------
def test_what_fits_by_hand() -> None:
    assert fits(arb(3), arb(1), arb(3), arb(2), arb(1))
    assert not fits(arb(4), arb(1), arb(3), arb(2), arb(1))
    assert not fits(arb(3), arb(3), arb(3), arb(2), arb(1))
    assert not fits(arb("nan"), arb(1), arb(3), arb(2), arb(1))
    assert not fits(arb(0), arb(0), arb(0), arb(2), arb(1))
    assert fits_whole(arb(3), arb(4), arb(5))
    assert not fits_whole(arb(3), arb(4), arb("4.9"))
    assert not fits_whole(arb(0), arb(0), arb(-1))


def test_smallest_dimension() -> None:
    assert smallest_dimension(lambda d: d * d >= 1000, 4, 10**6) == 32
    assert smallest_dimension(lambda d: True, 4, 100) == 4
    assert smallest_dimension(lambda d: False, 4, 100) is None


@pytest.mark.parametrize("name", ["ssl", "sl"])
def test_gradient_of_sample_bounds_simulated_samples(name: str) -> None:
    """The whole perturbation, fractions included, at the noise-free minimum."""
    d, rng = 20, np.random.default_rng(3)
    if name == "ssl":
        from sample_simulation import ssl_gradient_hessian

        data: SslData | SlData = SslData(F(7), F(1, 800))
        where = [F(38162036, 10**7), F(15198619, 10**7)]
    else:
        data, where = DATA, [F(str(v)) for v in POINT]
    bound, radial = gradient_of_sample(data, [Enclosure.exact(v) for v in where], d, F(1, 10**6), F(1, 10**6))
    largest = 0.0
    for _ in range(40):
        labels, xi = draw(rng, 1, d)
        if any(v[0] for v in failures(labels, xi, 9.0, 0.25 - 1.8 / d, 0.25 + 1.8 / d).values()):
            continue
        X = points(labels[0], xi[0])
        if name == "ssl":
            w = np.zeros(d)
            w[:2] = [float(v) for v in where]
            gradient, keep = ssl_gradient_hessian(X, w)[0], [0, 1]
        else:
            w = np.zeros(2 * d + 2)
            keep = [0, 1, d, d + 1, 2 * d, 2 * d + 1]
            w[keep] = [float(v) for v in where]
            gradient = sl_gradient(X, CLASSES[labels[0], 0], w)[0]
        largest = max(largest, float(np.linalg.norm(gradient[keep])) / float(bound))
        assert np.linalg.norm(np.delete(gradient, keep)) <= float(radial)
    assert 0.1 < largest <= 1


def test_survival_is_monotone_in_the_dimension() -> None:
    data, where = SslData(F(7), F(1, 800)), [Enclosure.exact(F(v)) for v in ("3.8162036", "1.5198619")]
    found = [survives_sampling(data, where, d, F(1, 40), F(1, 5000), False) for d in (7, 20, 100, 400, 600, 2000)]
    assert found == sorted(found)
    assert found[0] is False
    assert found[-1] is True
