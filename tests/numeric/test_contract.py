"""Contraction by linear rows: a zero inside the box stays inside, and the cut parts hold none."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from random_expressions import corner_boxes, random_expression

from numeric.contract import RowContractor
from numeric.system import System, build_system, fundamental_domain
from symbolic.activations import sigmoid
from symbolic.objectives import build_objective
from symbolic.symmetry import SignedPermutation, generated_group

x, y, z = sp.symbols("x y z", real=True)
F = Fraction


def boxes_around(generator: random.Random, zero: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes with the point inside; it is often on a face or a corner."""
    n = len(zero)
    below, above = np.empty((2, n, count))
    for side in (below, above):
        for i in range(n):
            for k in range(count):
                side[i, k] = 0.0 if generator.random() < 0.25 else 10 ** generator.uniform(-18, 1.2)
    return zero[:, None] - below, zero[:, None] + above


def system_with_zero(generator: random.Random, zero: list[Fraction]) -> System:
    """Random equations, each with linear terms, that vanish at ``zero`` exactly."""
    variables = [x, y, z][: len(zero)]
    place = dict(zip(variables, [sp.Rational(c.numerator, c.denominator) for c in zero], strict=True))
    equations = []
    shared = random_expression(generator, variables, 2, tame=True, smooth=True)
    for v in variables:
        e = random_expression(generator, variables, 2, tame=True, smooth=True)
        e += generator.choice([0, 1, sp.Rational(-2, 3)]) * shared
        e += sum(generator.choice([0, 1, -2, sp.Rational(1, 3)]) * u for u in variables) + v
        equations.append(e - e.subs(place, simultaneous=True))
    return build_system(equations, variables)


def test_a_zero_is_never_lost(soundness: int) -> None:
    """50 random systems in one to three unknowns, 100 boxes each, three sweeps over the rows."""
    generator = random.Random(17)
    shrunk = total = 0
    for _ in range(50 * soundness):
        zero = [F(generator.randint(-160, 160), 32) for _ in range(generator.choice([1, 2, 2, 3]))]
        system = system_with_zero(generator, zero)
        if not system.row_coefficients:
            continue
        point = np.array([float(c) for c in zero])
        lo, hi = boxes_around(generator, point, 100)
        contract = RowContractor(system, (lo.min(axis=1), hi.max(axis=1)))
        before = hi - lo
        for _ in range(3):
            alive = contract(lo, hi)
            assert alive.all(), (system, zero)
            assert (lo <= point[:, None]).all(), (system, zero)
            assert (hi >= point[:, None]).all(), (system, zero)
        shrunk += int(((hi - lo) < before).any(axis=0).sum())
        total += lo.shape[1]
    # The contractor is not an idle one.
    assert shrunk > total / 4


def test_hand_example() -> None:
    # x = 1 - s(y)/2 with y in [-1, 1]: s lies in [0.26894, 0.73106], so x in [0.63447, 0.86553].
    system = build_system([x + sigmoid(y) / 2 - 1, y - x * y], [x, y])
    lo, hi = np.array([[-5.0], [-1.0]]), np.array([[5.0], [1.0]])
    contract = RowContractor(system, (lo[:, 0].copy(), hi[:, 0].copy()))
    assert contract(lo, hi).all()
    assert lo[0, 0] == pytest.approx(1 - 0.7310585786300049 / 2, abs=1e-12)
    assert hi[0, 0] == pytest.approx(1 - 0.2689414213699951 / 2, abs=1e-12)


def test_both_signs_and_fractions_of_coefficients() -> None:
    # 3 x - 7 y + z^2 = 0 with y in [1, 2], z in [0, 1]: 3 x in [7 - 1, 14 - 0], so x in [2, 14/3].
    system = build_system([3 * x - 7 * y + z**2, sp.sin(x), sp.cos(y)], [x, y, z])
    lo, hi = np.array([[-9.0], [1.0], [0.0]]), np.array([[9.0], [2.0], [1.0]])
    contract = RowContractor(system, (lo[:, 0].copy(), hi[:, 0].copy()))
    assert contract(lo, hi).all()
    assert 2 - 1e-14 <= lo[0, 0] <= 2
    assert F(14, 3) <= F(float(hi[0, 0])) <= F(14, 3) + F(1, 10**14)


def test_boxes_without_a_zero_are_emptied() -> None:
    # x = 10 + s(y) > 10 has no solution with |x| <= 5.
    system = build_system([x - 10 - sigmoid(y), y], [x, y])
    lo, hi = np.array([[-5.0, 0.0], [-1.0, -1.0]]), np.array([[5.0, 10.5], [1.0, 1.0]])
    contract = RowContractor(system, (np.array([-5.0, -1.0]), np.array([11.0, 1.0])))
    assert contract(lo, hi).tolist() == [False, True]


def test_inequalities_cut_and_keep() -> None:
    # x >= y/2 and y <= 3 (from x - y/2 >= 0 and 3 x - y >= 0 with x = 1): lower ends rise, upper ends fall.
    system = build_system([x**2 - 1, y**2 - 4], [x, y], inequalities=[(F(1), F(-1, 2)), (F(3), F(-1))])
    lo, hi = np.array([[-4.0], [1.0]]), np.array([[1.0], [9.0]])
    contract = RowContractor(system, (lo[:, 0].copy(), hi[:, 0].copy()))
    assert contract(lo, hi).all()
    assert lo[0, 0] == pytest.approx(0.5)
    # y <= 2 x from the first and y <= 3 x from the second.
    assert hi[1, 0] == pytest.approx(2.0)
    assert hi[0, 0] == 1.0
    assert lo[1, 0] == 1.0


def test_an_inequality_on_a_single_variable() -> None:
    system = build_system([x**2 - 1, y - 1], [x, y], inequalities=[(F(2), F(0)), (F(0), F(-1))])
    lo, hi = np.array([[-4.0], [-4.0]]), np.array([[4.0], [4.0]])
    RowContractor(system, (lo[:, 0].copy(), hi[:, 0].copy()))(lo, hi)
    assert (lo[0, 0], hi[0, 0]) == (0.0, 4.0)
    # y <= 0 contradicts y = 1.
    assert not RowContractor(system, (lo[:, 0], hi[:, 0]))(lo, hi).any()


def test_points_that_satisfy_the_inequalities_stay(soundness: int) -> None:
    generator = random.Random(23)
    for _ in range(60 * soundness):
        zero = [F(generator.randint(-64, 64), 16) for _ in range(2)]
        vectors = []
        for _ in range(3):
            v = (F(generator.randint(-9, 9), 7), F(generator.randint(-9, 9), 5))
            if v[0] * zero[0] + v[1] * zero[1] >= 0 and any(v):
                vectors.append(v)
        equations = [(x - zero[0]) * (y + 9), (y - zero[1]) * (x * x + 1)]
        system = build_system([sp.nsimplify(e) for e in equations], [x, y], inequalities=vectors)
        point = np.array([float(c) for c in zero])
        lo, hi = boxes_around(generator, point, 60)
        contract = RowContractor(system, (lo.min(axis=1), hi.max(axis=1)))
        for _ in range(2):
            assert contract(lo, hi).all()
        assert (lo <= point[:, None]).all()
        assert (hi >= point[:, None]).all()


@pytest.mark.parametrize(("name", "neurons"), [("ssl", 1), ("sl", 1), ("sl", 2)])
def test_the_origin_side_of_a_model_is_kept(name: str, neurons: int) -> None:
    """Boxes around a stationary point survive the rows of the real models."""
    objective = build_objective(name, neurons=neurons)
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    n = len(objective.variables)
    generator = random.Random(3)
    lo, hi = corner_boxes(generator, n, 200, wild=False)
    # The origin is a zero of the supervised objective (hand: every residual is +-1/2 and they cancel).
    if name == "sl":
        lo, hi = -np.abs(lo), np.abs(hi)
        contract = RowContractor(system, (lo.min(axis=1), hi.max(axis=1)))
        for _ in range(3):
            assert contract(lo, hi).all()
        assert (lo <= 0).all()
        assert (hi >= 0).all()
    else:
        point = np.array([3.816203696, 1.519861934])
        lo, hi = point[:, None] - 1e-8 - np.abs(lo), point[:, None] + 1e-8 + np.abs(hi)
        contract = RowContractor(system, (lo.min(axis=1), hi.max(axis=1)))
        assert contract(lo, hi).all()
        assert (lo <= point[:, None] + 1e-9).all()
        assert (hi >= point[:, None] - 1e-9).all()


def test_a_fundamental_domain_meets_every_orbit() -> None:
    """Random orbits of two groups: some point of each satisfies all inequalities, exactly."""
    groups = [
        generated_group([SignedPermutation((0, 1), (-1, 1))], 2),
        generated_group([SignedPermutation((1, 0, 2), (1, 1, 1)), SignedPermutation((0, 1, 2), (-1, -1, -1))], 3),
        generated_group([SignedPermutation((1, 2, 0), (1, 1, 1)), SignedPermutation((0, 1, 2), (-1, 1, 1))], 3),
    ]
    generator = random.Random(29)
    for group in groups:
        n = len(group[0].source)
        for functional in ([F(0)] * n, [F(k) for k in range(n)], [F(2), F(-1), F(1, 3)][:n]):
            inequalities = fundamental_domain(group, functional)
            for _ in range(50):
                point = [F(generator.randint(-3, 3)) for _ in range(n)]
                orbit = [g.apply(point) for g in group]
                assert any(
                    all(sum(c * p for c, p in zip(v, q, strict=True)) >= 0 for v in inequalities) for q in orbit
                ), (group, functional, point)


def test_a_zero_functional_gives_no_inequalities() -> None:
    assert fundamental_domain(generated_group([SignedPermutation((0,), (-1,))], 1), [F(0)]) == []


def test_a_flip_gives_a_half_line() -> None:
    # c = 1: x - (-x) = 2 x >= 0.
    assert fundamental_domain(generated_group([SignedPermutation((0,), (-1,))], 1), [F(1)]) == [(F(2),)]


def test_a_system_needs_as_many_equations_as_unknowns() -> None:
    with pytest.raises(ValueError, match="1 equations for 2 unknowns"):
        build_system([x + y], [x, y])


def test_signed_products_by_hand() -> None:
    """s x_i x_j >= 0: a certain sign of one factor cuts the other, both ways; 0 says nothing."""
    lo = np.array([[-2.0, -2.0, 1.0, 0.0, -2.0, 1.0], [1.0, -3.0, -3.0, -3.0, 0.0, -3.0]])
    hi = np.array([[2.0, 2.0, 2.0, 2.0, 2.0, 2.0], [3.0, -1.0, 3.0, 3.0, 3.0, -1.0]])
    for sign in (1, -1):
        system = build_system([x + y, x - y], [x, y], plain=True, products=[(0, 1, sign)])
        a, b = lo.copy(), hi.copy()
        if sign < 0:
            a[1], b[1] = -hi[1], -lo[1]
        alive = RowContractor(system, (a.min(axis=1), b.max(axis=1)))(a, b)
        if sign < 0:
            a[1], b[1] = -b[1].copy(), -a[1].copy()
        assert alive.tolist() == [True, True, True, True, True, False]
        assert a[0].tolist()[:5] == [0, -2, 1, 0, -2]
        assert b[0].tolist()[:5] == [2, 0, 2, 2, 2]
        assert a[1].tolist()[:5] == [1, -3, 0, -3, 0]
        assert b[1].tolist()[:5] == [3, -1, 3, 3, 3]
