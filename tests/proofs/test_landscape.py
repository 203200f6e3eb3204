"""Landscapes: all stationary points of the published models and others, by values known from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import mpmath
import numpy as np
import pytest
import sympy as sp
from tree_walk import check_cover, check_zero

from numeric.enclosure import Enclosure
from numeric.search import Budget, Leaf, SearchResult, search_zeros
from proofs.landscape import Landscape, StationaryPoint, prove_landscape
from proofs.verdict import Verdict
from symbolic.objectives import build_objective
from symbolic.symmetry import SignedPermutation

R, F = sp.Rational, Fraction


def near(e: Enclosure, value: float, digits: int) -> bool:
    """The enclosure agrees with a published decimal to its printed digits (rounded or cut off)."""
    return abs(float(e.middle) - value) <= 1.01 * 10.0**-digits and e.width < F(1, 10 ** (digits + 2))


def find(landscape: Landscape, **coordinates: float) -> StationaryPoint:
    """The only point whose coordinates are within 10^-3 of the given ones."""
    matches = [
        p
        for p in landscape.points
        if all(abs(float(p.coordinate(name).middle) - value) < 1e-3 for name, value in coordinates.items())
    ]
    assert len(matches) == 1
    return matches[0]


def check_points(landscape: Landscape) -> None:
    """Points are pairwise different, alone in their boxes, stationary, and inside the a-priori box."""
    objective = landscape.objective
    for p in landscape.points:
        assert p.names == tuple(v.name for v in objective.variables)
        assert all(u.contains(x) for u, x in zip(p.unique_in, p.box, strict=True))
        assert all(landscape.box[name].contains(x) for name, x in zip(p.names, p.box, strict=True))
        values = list(p.eigenvalues)
        assert values == sorted(values, key=lambda e: e.middle)
        if p.index is not None:
            assert sum(e.hi < 0 for e in values) == p.index
            assert sum(e.lo > 0 for e in values) == len(values) - p.index
    for p, q in combinations(landscape.points, 2):
        assert any(not x.overlaps(y) for x, y in zip(p.box, q.box, strict=True))
        # The box of uniqueness of one point does not hold the other.
        assert not all(u.contains(y) for u, y in zip(p.unique_in, q.box, strict=True))
    images = {tuple(round(float(x.middle), 6) + 0.0 for x in p.box) for p in landscape.points}
    for g in objective.symmetry_group:
        assert {tuple(v + 0.0 for v in g.apply(point)) for point in images} == images


def check_search(landscape: Landscape) -> None:
    """Every tree covers its root."""
    for evidence in landscape.evidence:
        lo, hi = (
            np.array([float(end) for end in ends]) for ends in zip(*((e.lo, e.hi) for e in evidence.root), strict=True)
        )
        check_cover(evidence.search, lo, hi)


def independent_ssl(a: mpmath.mpf, b: mpmath.mpf, tau: mpmath.mpf, alpha: mpmath.mpf) -> mpmath.mpf:
    """The loss of one neuron, from its definition."""

    def s2(z: mpmath.mpf) -> mpmath.mpf:
        return 1 / (1 + mpmath.exp(-z)) ** 2

    return -(s2(a) + s2(a + tau * b) + s2(-a) + s2(-a + tau * b)) / 4 + alpha * (a**2 + b**2)


def holds_value(e: Enclosure, value: mpmath.mpf) -> bool:
    """Whether the enclosure is narrow and holds a number known to 25 digits."""
    exact, slack = F(mpmath.nstr(value, 30)), F(1, 10**25)
    return e.lo - slack <= exact <= e.hi + slack and e.width < F(1, 10**14)


def eigenvalues_by_differences(f: object, point: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
    n = len(point)
    hessian = mpmath.matrix(n, n)
    for i in range(n):
        for j in range(n):
            hessian[i, j] = mpmath.diff(f, tuple(point), tuple((k == i) + (k == j) for k in range(n)))
    return sorted(mpmath.eigsy((hessian + hessian.T) / 2, eigvals_only=True))


# -- SSL, one neuron ---------------------------------------------------------------------------------------
def test_ssl_has_three_points(ssl_landscape: Landscape) -> None:
    assert ssl_landscape.verdict is Verdict.PROVED
    assert ssl_landscape.undecided == []
    assert len(ssl_landscape.points) == 3
    assert ssl_landscape.count("minimum") == 2
    assert ssl_landscape.count("saddle") == 1
    check_points(ssl_landscape)
    check_search(ssl_landscape)


@pytest.mark.parametrize("sign", [1, -1])
def test_ssl_minima_as_measured(ssl_landscape: Landscape, sign: int) -> None:
    p = find(ssl_landscape, a=sign * 3.8162, b=1.5199)
    assert p.kind == "minimum"
    assert near(p.coordinate("a"), sign * 3.8162037, 7)
    assert near(p.coordinate("b"), 1.5198619, 7)
    assert near(p.value, -0.7178279, 7)
    assert near(p.eigenvalues[0], 0.0114311, 7)
    assert near(p.eigenvalues[1], 0.0298252, 7)
    assert p.relations == ()


def test_ssl_saddle_as_measured(ssl_landscape: Landscape) -> None:
    p = find(ssl_landscape, a=0.0)
    assert (p.kind, p.index) == ("saddle", 1)
    assert p.coordinate("a") == Enclosure.exact(0)
    assert p.relations == ("a = 0",)
    assert near(p.coordinate("b"), 1.1178270, 7)


def test_ssl_points_by_another_root_finder(ssl_landscape: Landscape) -> None:
    """findroot on numerical derivatives of the definition; values and eigenvalues by differences."""
    with mpmath.workdps(40):

        def loss(a: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
            return independent_ssl(a, b, mpmath.mpf(7), mpmath.mpf(1) / 800)

        for p in ssl_landscape.points:
            start = [float(x.middle) for x in p.box]
            gradient = [lambda a, b, d=d: mpmath.diff(loss, (a, b), d) for d in ((1, 0), (0, 1))]
            root = mpmath.findroot(gradient, start)
            for x, value in zip(p.box, root, strict=True):
                assert abs(x.middle - F(mpmath.nstr(value, 30))) < F(1, 10**18)
            assert holds_value(p.value, loss(*root))
            for e, value in zip(p.eigenvalues, eigenvalues_by_differences(loss, list(root)), strict=True):
                assert abs(e.middle - F(mpmath.nstr(value, 25))) < F(1, 10**11)


@pytest.mark.parametrize(
    "values", [{"tau": 5}, {"tau": 9}, {"alpha": R(1, 400)}, {"tau": R(13, 2), "alpha": R(1, 700)}]
)
def test_ssl_keeps_its_shape_nearby(values: dict[str, sp.Rational]) -> None:
    landscape = prove_landscape(build_objective("ssl", values=values))
    assert landscape.verdict is Verdict.PROVED
    assert (landscape.count("minimum"), landscape.count("saddle"), len(landscape.points)) == (2, 1, 3)
    check_points(landscape)
    parameters = landscape.objective.parameter_values
    with mpmath.workdps(30):
        tau, alpha = (mpmath.mpf(int(parameters[k].p)) / int(parameters[k].q) for k in ("tau", "alpha"))
        for p in landscape.points:
            a, b = (mpmath.mpf(x.middle.numerator) / x.middle.denominator for x in p.box)
            for order in ((1, 0), (0, 1)):
                slope = mpmath.diff(lambda u, v: independent_ssl(u, v, tau, alpha), (a, b), order)
                assert abs(slope) < mpmath.mpf(10) ** -11


def test_a_strong_ridge_leaves_one_minimum() -> None:
    landscape = prove_landscape(build_objective("ssl", values={"alpha": 1}))
    assert landscape.verdict is Verdict.PROVED
    (p,) = landscape.points
    assert p.kind == "minimum"
    assert p.coordinate("a") == Enclosure.exact(0)
    assert p.relations == ("a = 0",)


def test_a_negative_hidden_feature_is_the_mirror_image(ssl_landscape: Landscape) -> None:
    """tau -> -tau is b -> -b: same values, kinds, digits and exact relations."""
    mirrored = prove_landscape(build_objective("ssl", values={"tau": -7}))
    assert mirrored.verdict is Verdict.PROVED
    assert len(mirrored.points) == 3
    for p in ssl_landscape.points:
        a, b = (float(x.middle) for x in p.box)
        q = find(mirrored, a=a, b=-b)
        assert q.kind == p.kind
        assert q.relations == p.relations
        assert q.coordinate("b").overlaps(-p.coordinate("b"))
        assert max(x.width for x in q.box) < F(1, 10**24)


def test_every_point_has_the_digits_that_were_asked_for(ssl_landscape: Landscape, sl_landscape: Landscape) -> None:
    many = prove_landscape(build_objective("ssl"), digits=60)
    for landscape, digits in ((ssl_landscape, 25), (sl_landscape, 25), (many, 60)):
        for p in landscape.points:
            assert max(x.width for x in p.box) < F(1, 10 ** (digits - 1)), [x.text() for x in p.box]


def test_values_have_the_digits_of_their_points(ssl_landscape: Landscape) -> None:
    """The loss is flat at a stationary point, so its value is known at least as well as the point."""
    for p in ssl_landscape.points:
        assert p.value.width < F(1, 10**22), p.value.text(30)


# -- SSL, several neurons ----------------------------------------------------------------------------------
def test_two_ssl_neurons_have_nine_points() -> None:
    landscape = prove_landscape(build_objective("ssl", neurons=2))
    assert landscape.verdict is Verdict.PROVED
    assert len(landscape.points) == 9
    assert landscape.count("minimum") == 4
    # One saddle coordinate gives index 1 (2 * 2 of them), both give index 2.
    assert sorted(p.index for p in landscape.points if p.kind == "saddle") == [1, 1, 1, 1, 2]
    check_points(landscape)
    opposite = [p for p in landscape.points if p.kind == "minimum" and p.box[0].middle * p.box[2].middle < 0]
    assert len(opposite) == 2
    # The blocks are the same up to names and are searched once.
    assert len(landscape.blocks) == 2
    assert landscape.blocks[1].same_as == 0


# -- SL ----------------------------------------------------------------------------------------------------
def test_sl_has_nine_points(sl_landscape: Landscape) -> None:
    assert sl_landscape.verdict is Verdict.PROVED
    assert sl_landscape.undecided == []
    assert len(sl_landscape.points) == 9
    assert sl_landscape.count("minimum") == 4
    assert sorted(p.index for p in sl_landscape.points if p.kind == "saddle") == [1, 1, 1, 1, 2]
    check_points(sl_landscape)


def test_sl_global_minima_as_measured(sl_landscape: Landscape) -> None:
    for sign in (1, -1):
        p = find(sl_landscape, a1=-sign * 2.6279, a2=sign * 2.6279)
        assert p.kind == "minimum"
        assert near(p.coordinate("f1"), sign * 4.2540, 4)
        assert near(p.coordinate("f2"), -sign * 4.2540, 4)
        assert near(p.value, 0.087395, 6)
        # No hidden feature at all, exactly.
        assert p.coordinate("b1") == p.coordinate("b2") == Enclosure.exact(0)
        assert set(p.relations) == {"b1 = 0", "a2 = -a1", "b2 = 0", "f2 = -f1"}


def test_sl_further_minima_as_measured(sl_landscape: Landscape) -> None:
    for sign in (1, -1):
        p = find(sl_landscape, a1=sign * 3.6962, a2=sign * 3.6962)
        assert p.kind == "minimum"
        assert near(p.coordinate("b1"), -0.2318, 4)
        assert near(p.value, 0.417534, 6)
        assert set(p.relations) == {"a2 = a1", "b2 = b1", "f2 = f1"}


def test_the_origin_of_sl_is_not_lost(sl_landscape: Landscape) -> None:
    """A search in plain floats lost it; the leaf of the origin is KNOWN and its uniqueness box holds the origin."""
    p = find(sl_landscape, a1=0.0, a2=0.0, f1=0.0)
    assert (p.kind, p.index) == ("saddle", 2)
    assert all(x == Enclosure.exact(0) for x in p.box)
    # The loss there is log 2.
    assert abs(float(p.value.middle) - 0.6931471805599453) < 1e-14
    (evidence,) = sl_landscape.evidence
    assert check_zero(evidence.search, (0.0,) * 6, 0.0) == {Leaf.KNOWN}


def test_one_point_of_every_orbit_is_in_a_known_leaf(sl_landscape: Landscape) -> None:
    (evidence,) = sl_landscape.evidence
    search = evidence.search
    assert search.complete
    group = sl_landscape.objective.symmetry_group
    weights = evidence.functional
    for p in sl_landscape.points:
        point = [x.middle for x in p.box]
        # The representative with the largest functional is the one that the inequalities keep.
        best = max((g.apply(point) for g in group), key=lambda q: sum(w * v for w, v in zip(weights, q, strict=True)))
        assert check_zero(search, tuple(float(v) for v in best), 1e-7) == {Leaf.KNOWN}


def test_sl_search_covers_its_root(sl_landscape: Landscape) -> None:
    check_search(sl_landscape)


def test_sl_points_are_stationary_by_another_route(sl_landscape: Landscape) -> None:
    def loss(*w: mpmath.mpf) -> mpmath.mpf:
        total = sum(v**2 for v in w) / 800
        for s, t in ((1, 0), (1, 1), (-1, 0), (-1, 1)):
            h = [1 / (1 + mpmath.exp(-(s * w[2 * j] + 7 * t * w[2 * j + 1]))) for j in (0, 1)]
            score = w[4] * h[0] + w[5] * h[1]
            total += mpmath.log(1 + mpmath.exp(score if s == 1 else -score)) / 4
        return total

    with mpmath.workdps(30):
        for p in sl_landscape.points:
            at = [mpmath.mpf(x.middle.numerator) / x.middle.denominator for x in p.box]
            assert abs(F(mpmath.nstr(loss(*at), 25)) - p.value.middle) < F(1, 10**12)
            for k in range(6):
                assert abs(mpmath.diff(loss, tuple(at), tuple(int(i == k) for i in range(6)))) < mpmath.mpf(10) ** -11
            for e, value in zip(p.eigenvalues, eigenvalues_by_differences(loss, at), strict=True):
                assert abs(e.middle - F(mpmath.nstr(value, 20))) < F(1, 10**9)


# -- degenerate and undecided ------------------------------------------------------------------------------
def test_a_pitchfork_without_the_hidden_feature_by_hand() -> None:
    """tau = 0: the loss is -(s^2 + (1 - s)^2)/2 + alpha (a^2 + b^2) with second derivative 2 alpha - 1/8 at a = 0.

    So alpha = 1/16 is degenerate, below it there are three points, above it one.
    """
    for alpha, count in ((R(1, 20), 3), (R(1, 16) - R(1, 10**4), 3), (R(1, 16) + R(1, 10**4), 1), (R(1, 8), 1)):
        landscape = prove_landscape(build_objective("ssl", values={"tau": 0, "alpha": alpha}))
        assert landscape.verdict is Verdict.PROVED
        assert len(landscape.points) == count
        check_points(landscape)


def test_a_degenerate_point_is_undecided_and_its_boxes_are_merged() -> None:
    """At the pitchfork itself nothing is unique; thousands of open boxes come out as a few clusters around 0."""
    landscape = prove_landscape(
        build_objective("ssl", values={"tau": 0, "alpha": R(1, 16)}), budget=Budget(seconds=20.0, boxes=60_000)
    )
    assert landscape.verdict is Verdict.UNDECIDED
    assert landscape.points == []
    assert "cluster" in landscape.reason or "region" in landscape.reason
    assert 1 <= len(landscape.undecided) <= 4
    (block,) = [e for e in landscape.evidence if not e.search.complete]
    assert block.search.open_lo.shape[1] > len(landscape.undecided)
    # The degenerate point is in a cluster, and clusters stay near it.
    assert any(c[0].lo <= 0 <= c[0].hi for c in landscape.undecided)
    assert max(abs(end) for c in landscape.undecided for end in (c[0].lo, c[0].hi)) < F(1, 1000)


@pytest.mark.parametrize("gap", [6, 8, 10, 12])
@pytest.mark.parametrize("side", [1, -1])
def test_near_the_pitchfork_the_count_is_right_or_undecided(gap: int, side: int) -> None:
    alpha = R(1, 16) + side * R(1, 10**gap)
    landscape = prove_landscape(
        build_objective("ssl", values={"tau": 0, "alpha": alpha}), budget=Budget(seconds=10.0, boxes=30_000)
    )
    if landscape.verdict is Verdict.PROVED:
        assert len(landscape.points) == (1 if side > 0 else 3)
        assert landscape.undecided == []
    else:
        assert landscape.undecided
        assert landscape.reason


def test_a_small_budget_is_undecided_and_says_so() -> None:
    landscape = prove_landscape(build_objective("sl"), budget=Budget(boxes=50))
    assert landscape.verdict is Verdict.UNDECIDED
    assert "box budget" in landscape.reason
    assert landscape.undecided
    check_search(landscape)
    check_zero(landscape.evidence[0].search, (0.0,) * 6, 0.0)


@pytest.mark.parametrize("power", [4, 77, 80, 83])
def test_the_root_of_the_search_is_not_smaller_than_the_bound(power: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Radii beyond 2^53/64 are no floats; rounded to nearest they would leave a margin of the box unsearched."""
    roots: list[tuple[np.ndarray, np.ndarray]] = []

    def watched(system: object, lo: np.ndarray, hi: np.ndarray, known: object, **options: object) -> SearchResult:
        roots.append((lo, hi))
        return search_zeros(system, lo, hi, known, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("proofs.landscape.search_zeros", watched)
    objective = build_objective("ssl", values={"alpha": R(1, 3**power)})
    landscape = prove_landscape(objective, budget=Budget(boxes=1))
    for (lo, hi), block in zip(roots, landscape.blocks, strict=True):
        for a, b, v in zip(lo.tolist(), hi.tolist(), block.variables, strict=True):
            assert F(a) <= landscape.box[v.name].lo
            assert F(b) >= landscape.box[v.name].hi


# -- refusals ----------------------------------------------------------------------------------------------
def test_a_false_symmetry_is_refused() -> None:
    ssl = build_objective("ssl")
    wrong = SignedPermutation((0, 1), (1, -1), "flip b")
    with pytest.raises(ValueError, match="flip b is not a symmetry of ssl"):
        prove_landscape(replace(ssl, symmetries=(*ssl.symmetries, wrong)))


def test_a_false_energy_identity_is_refused() -> None:
    ssl = build_objective("ssl")
    wrong = replace(ssl.energy[0], ridge=10 * ssl.energy[0].ridge)
    with pytest.raises(ValueError, match="energy identity"):
        prove_landscape(replace(ssl, energy=(wrong,)))


def test_symmetries_are_optional(ssl_landscape: Landscape) -> None:
    """Without the stated symmetry the whole box is searched and the same points are found."""
    plain = prove_landscape(replace(build_objective("ssl"), symmetries=()))
    assert plain.verdict is Verdict.PROVED
    assert len(plain.points) == 3
    for p in ssl_landscape.points:
        q = find(plain, a=float(p.box[0].middle), b=float(p.box[1].middle))
        assert q.kind == p.kind
        assert all(x.overlaps(y) for x, y in zip(p.box, q.box, strict=True))
