"""The empirical SSL objective on a typical sample: its bounds against the objective itself, in NumPy and in SymPy."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from sample_simulation import draw, failures, points, smoothed, ssl_gradient_hessian, ssl_minimum

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.sample.fractions import FractionBox, cover_fractions, root_box, whole_fractions
from proofs.sample.ssl_search import propose_region, weighted_minimum
from proofs.theorems.ssl_deviation import SslAt, SslData, psi
from proofs.theorems.ssl_region import ProductRegion, content, has_positive_pivots, minimum_in_region
from proofs.theorems.typical_noise import TypicalNoise, typical_noise
from symbolic.activations import sigmoid
from symbolic.objectives import build_objective

F = Fraction
DATA = SslData(F(7), F(1, 800))
QUARTER = [Enclosure.exact(F(1, 4))] * 4


def interval(lo: str, hi: str) -> Enclosure:
    return Enclosure(F(lo), F(hi))


def noise(d: int = 10, x: float = 7.5) -> TypicalNoise:
    return typical_noise(d, arb(x))


# -- the noise-free part --------------------------------------------------------------------------
def test_psi_is_the_derivative_of_the_squared_sigmoid() -> None:
    m = sp.Symbol("m")
    for order in range(5):
        exact = sp.diff(1 / (1 + sp.exp(-m)) ** 2, m, order)
        for at in (-3, 0, sp.Rational(5, 2)):
            value = psi(order, balls.ball(F(str(at))))
            assert abs(float(value.mid()) - float(exact.subs(m, at).evalf(25))) < 1e-13


def test_derivatives_of_the_sigmoid_are_bounded_by_its_slope() -> None:
    """The ratios in the lemma on sizes: sigmoid^(k)/sigmoid' as polynomials in s on a grid."""
    s = np.linspace(0, 1, 20_001)
    ratio = np.polynomial.Polynomial([1])
    slope = np.polynomial.Polynomial([0, 1, -1])
    for k in range(1, 7):
        assert abs(ratio(s)).max() <= (1 + 1e-9 if k < 6 else 1.82)
        ratio = ratio.deriv() * slope + ratio * np.polynomial.Polynomial([1, -2])


def test_psi_range_holds_its_extremum() -> None:
    # psi = 2 s^2 (1 - s) is largest at s = 2/3, m = log 2: 8/27
    reach = psi(1, arb(-1).union(arb(3)))
    assert reach.contains(arb(8) / 27)
    assert reach < arb("0.29630")


def test_slope_without_noise_is_that_of_the_objective() -> None:
    objective = build_objective("ssl")
    a, b = objective.variables
    loss = objective.loss.subs({sp.Symbol("tau", real=True): 7, sp.Symbol("alpha", real=True): sp.Rational(1, 800)})
    loss = loss.replace(sigmoid, lambda z: 1 / (1 + sp.exp(-z)))
    at = {a: sp.Rational(31, 10), b: sp.Rational(6, 5)}
    exact = [float(sp.diff(loss, v).subs(at).evalf(20)) for v in (a, b)]
    c = F(6, 5) - F(31, 10) / 7
    with balls.precision(80):
        local = SslAt(DATA, noise(10**5), [arb(1) / 4] * 4, balls.ball(F(31, 10)), balls.ball(c), arb(0.1))
        along_a, along_c = local.slope(0), local.slope(1)
    # q_1 = e_1 + e_2/tau, q_2 = e_2
    assert along_a.contains(exact[0] + exact[1] / 7)
    assert along_c.contains(exact[1])
    assert along_a.rad() < 1e-9


# -- the bounds on typical samples ----------------------------------------------------------------
def _typical_sample(seed: int, d: int, x: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    while True:
        labels, xi = draw(rng, 1, d)
        if not any(v[0] for v in failures(labels, xi, x, 0.12, 0.4).values()):
            return labels[0], xi[0]


def _largest_noise(seed: int, d: int, x: float) -> tuple[np.ndarray, np.ndarray]:
    """A typical sample at the edge: the noise is scaled up until a condition is about to break."""
    labels, xi = _typical_sample(seed, d, x)
    scale = 1.0
    while not any(
        v[0] for k, v in failures(labels[None], 1.02 * scale * xi[None], x, 0, 1).items() if k != "fractions"
    ):
        scale *= 1.02
    return labels, scale * xi


@pytest.mark.parametrize("d", [5, 10])
@pytest.mark.parametrize("edge", [False, True])
def test_gradient_and_curvature_bounds_hold_on_samples(d: int, edge: bool) -> None:
    x, rng = 4.0, np.random.default_rng(5 * d + edge)
    tight = np.inf
    for seed in range(6):
        labels, xi = (_largest_noise if edge else _typical_sample)(seed, d, x)
        X = points(labels, xi)
        p = [arb(int((labels == k).sum())) / d**2 for k in range(4)]
        for _ in range(10):
            a, c, radius = rng.uniform(2.2, 4.6), rng.uniform(0.6, 1.2), rng.uniform(0.1, 0.8)
            u = rng.standard_normal(d - 2)
            u *= radius / np.linalg.norm(u)
            w = np.array([a, c + a / 7, *u])
            local = SslAt(DATA, noise(d, x), p, arb(a), arb(c), arb(radius) * (1 + arb(2) ** -40))
            gradient, hessian = ssl_gradient_hessian(X, w)
            basis = np.zeros((d, 2))
            basis[:2] = [[1, 0], [1 / 7, 1]]
            for j in range(2):
                ball = local.slope(j)
                value = gradient @ basis[:, j]
                assert abs(value - float(ball.mid())) <= float(ball.rad()) + 1e-12
                tight = min(tight, 1 - abs(value - float(ball.mid())) / float(ball.rad()))
            rest = gradient[2:] - 2 / 800 * u
            assert np.linalg.norm(rest) <= float(local.radial_error()) + 1e-12
            form = np.array(
                [
                    [float(e.mid()) - (i == j) * float(e.rad()) for j, e in enumerate(row)]
                    for i, row in enumerate(local.curvature())
                ]
            )
            directions = rng.standard_normal((200, d))
            v = np.abs(
                np.stack([directions[:, 0], directions[:, 1], np.linalg.norm(directions[:, 2:], axis=1)], axis=1)
            )
            full = directions.copy()
            full[:, :2] = directions[:, :2] @ basis[:2].T
            assert (np.einsum("ki,ij,kj->k", full, hessian, full) >= np.einsum("ki,ij,kj->k", v, form, v) - 1e-12).all()
    assert tight < 0.97  # the samples do reach into the balls


def test_curvature_of_a_class_is_taken_within_the_largest_noise() -> None:
    local = SslAt(DATA, noise(), [arb(1) / 4] * 4, arb(3.5), arb(1), arb(0.5))
    first = local.classes[0]
    assert first.D > 0.3
    for shift in (-first.D, arb(0), first.D):
        assert first.bend.contains(psi(2, (arb(3.5) + shift).mid()))


def test_simulated_derivatives_are_those_of_the_objective() -> None:
    """The NumPy gradient and Hessian against differences of the objective."""
    labels, xi = draw(np.random.default_rng(0), 1, 4)
    X, w, d = points(labels[0], xi[0]), np.array([2.0, 1.1, 0.3, -0.2]), 4

    def value(w: np.ndarray) -> float:
        return float(-(smoothed(X @ w, d**-1.5 * np.linalg.norm(w))[0] ** 2).mean() + w @ w / 800)

    gradient, hessian = ssl_gradient_hessian(X, w)
    h = 1e-5
    steps = np.eye(d) * h
    assert np.allclose(gradient, [(value(w + s) - value(w - s)) / (2 * h) for s in steps], atol=1e-9)
    rows = [(ssl_gradient_hessian(X, w + s)[0] - ssl_gradient_hessian(X, w - s)[0]) / (2 * h) for s in steps]
    assert np.allclose(hessian, rows, atol=1e-9)


# -- regions --------------------------------------------------------------------------------------
GOOD = ProductRegion(interval("7/2", "41/10"), interval("9/10", "21/20"), F(1, 2))


def test_a_good_region_is_proved() -> None:
    assert minimum_in_region(DATA, noise(), QUARTER, GOOD, (6, 4)) == ""


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        (ProductRegion(interval("4", "4"), GOOD.c, F(1, 2)), "no interior"),
        (ProductRegion(GOOD.a, GOOD.c, F(0)), "no interior"),
        (ProductRegion(interval("39/10", "41/10"), GOOD.c, F(1, 2)), "inward along a"),
        (ProductRegion(interval("7/2", "19/5"), GOOD.c, F(1, 2)), "inward along a"),
        (ProductRegion(GOOD.a, interval("99/100", "21/20"), F(1, 2)), "inward along c"),
        (ProductRegion(GOOD.a, interval("9/10", "24/25"), F(1, 2)), "inward along c"),
        (ProductRegion(GOOD.a, GOOD.c, F(1, 5)), "nuisance gradient"),
        (ProductRegion(interval("9/10", "41/10"), GOOD.c, F(3)), "Hessian"),
    ],
)
def test_every_hypothesis_is_needed(region: ProductRegion, reason: str) -> None:
    assert reason in minimum_in_region(DATA, noise(100 if "Hessian" in reason else 10), QUARTER, region, (6, 4))


def test_more_noise_or_wider_fractions_undo_the_proof() -> None:
    assert minimum_in_region(DATA, noise(7), QUARTER, GOOD, (6, 4)) != ""
    wide = [interval("1/10", "2/5")] * 4
    assert minimum_in_region(DATA, noise(), wide, GOOD, (6, 4)) != ""


def test_a_proof_carries_over_to_larger_dimensions() -> None:
    for d in (11, 14, 25, 200):
        assert minimum_in_region(DATA, noise(d, 0.75 * d), QUARTER, GOOD, (6, 4)) == ""


def test_pivots() -> None:
    def matrix(*rows: list[float]) -> list[list[arb]]:
        return [[arb(v) for v in row] for row in rows]

    assert has_positive_pivots(matrix([2, 1], [1, 1]))
    assert not has_positive_pivots(matrix([1, 1], [1, 1]))  # singular
    assert not has_positive_pivots(matrix([1, 2], [2, 1]))
    assert not has_positive_pivots(matrix([0, 0], [0, 1]))
    assert not has_positive_pivots([[arb("nan")]])
    assert not has_positive_pivots([[arb(1), arb(0)], [arb(0), arb(0).union(arb(1))]])


def test_content_by_hand() -> None:
    # b >= 9/10 + 7/14 = 1.4, |b|/|w| >= 1.4/sqrt(4.1^2 + 1.4^2 + 0.25)
    found = content(DATA, [GOOD])
    assert found.b == Enclosure(F(7, 5), F(21, 20) + F(41, 70))
    assert abs(float(found.energy) - 1.4 / (4.1**2 + 1.4**2 + 0.25) ** 0.5) < 1e-12
    with pytest.raises(ValueError, match="no region"):
        content(DATA, [])
    with pytest.raises(ValueError, match="reaches"):
        content(DATA, [ProductRegion(GOOD.a, interval("-1", "1"), F(1))])


# -- search and cover -----------------------------------------------------------------------------
def test_weighted_minimum_at_equal_fractions_is_the_reference_point() -> None:
    a, c = weighted_minimum(np.full(4, 0.25), 7.0, 1 / 800)
    assert abs(a - 3.8162037) < 1e-6
    assert abs(c + a / 7 - 1.5198619) < 1e-6


def test_no_region_is_proposed_where_the_minimum_is_lost() -> None:
    lost = [Enclosure.exact(F(v, 100)) for v in (1, 39, 40, 20)]
    assert propose_region(DATA, noise(), lost) is None


def test_fractions_sum_to_one() -> None:
    whole = whole_fractions(
        (interval("1/5", "3/10"), interval("1/5", "1/4"), interval("1/5", "1/4")), F(1, 10), F(2, 5)
    )
    assert whole is not None
    assert whole[1] == interval("1/5", "2/5")
    assert whole_fractions((interval("9/25", "2/5"),) * 3, F(1, 10), F(2, 5)) is None
    assert root_box(F(1, 10), F(2, 5)) == (interval("1/10", "2/5"),) * 3


def test_cover_cuts_until_every_part_is_proved() -> None:
    root = root_box(F(3, 25), F(2, 5))

    def prove(_: FractionBox, fractions: list[Enclosure]) -> list[Enclosure] | None:
        return fractions if fractions[0].width < F(1, 10) else None

    def whole(box: FractionBox) -> list[Enclosure] | None:
        return whole_fractions(box, F(3, 25), F(2, 5))

    tree = cover_fractions(prove, root, whole, (1.0, 0.1, 0.1), 0.001)
    leaves = list(tree.leaves())
    assert min(f[0].lo for f in leaves) == F(3, 25)
    assert max(f[0].hi for f in leaves) == F(2, 5)
    with pytest.raises(ValueError, match="no region was found for class fractions"):
        cover_fractions(lambda box, f: None, root, whole, (1.0, 1.0, 1.0), 0.05)
    with pytest.raises(ValueError, match="no region"):
        cover_fractions(lambda box, f: None, root, whole, (1.0, 1.0, 1.0), 0.0, 50)


# -- the whole statement, by simulation -----------------------------------------------------------
def _minima_lie_in_regions(samples: int, seed: int) -> None:
    """Typical samples at d = 10: the minima that Newton's method finds, of both signs, lie in a region of their fractions."""
    rng = np.random.default_rng(seed)
    for _ in range(samples):
        labels, xi = draw(rng, 1, 10)
        if any(v[0] for v in failures(labels, xi, 7.5, 0.12, 0.4).values()):
            continue
        X = points(labels[0], xi[0])
        for sign, order in ((1, (0, 1, 2, 3)), (-1, (2, 3, 0, 1))):
            p = [F(int((labels[0] == k).sum()), 100) for k in order]
            fractions = [Enclosure.exact(v) for v in p]
            region = propose_region(DATA, noise(), fractions)
            assert region is not None
            assert minimum_in_region(DATA, noise(), fractions, region, (6, 4)) == ""
            w, residual = ssl_minimum(X, sign)
            assert residual < 1e-12
            a, b = sign * w[0], w[1]
            assert region.a.lo <= a <= region.a.hi
            assert region.c.lo <= b - a / 7 <= region.c.hi
            assert np.linalg.norm(w[2:]) <= region.radius
            assert 2.7 < a < 4.5
            assert 1.1 < b < 1.8


def test_minima_of_samples_lie_in_their_regions() -> None:
    _minima_lie_in_regions(6, 1)


@pytest.mark.slow
def test_minima_of_many_samples_lie_in_their_regions() -> None:
    _minima_lie_in_regions(400, 2)
