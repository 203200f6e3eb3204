"""The float64 Krawczyk operator: the image holds every zero of the box, and inclusion means exactly one."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb, arb_mat
from problems import PROBLEMS, Problem
from random_expressions import point_ball, random_expression

from numeric import intervals
from numeric.balls import evaluate_balls, precision
from numeric.batch import BatchEvaluator
from numeric.endpoints import evaluate_endpoints
from numeric.intervals import Interval
from numeric.krawczyk_batch import KrawczykBatch, krawczyk_batch, midpoint_radius
from numeric.system import System, build_system

x, y, z = sp.symbols("x y z", real=True)


def apply(system: System, lo: np.ndarray, hi: np.ndarray, middle: np.ndarray | None = None) -> KrawczykBatch:
    middle = intervals.mid((lo, hi)) if middle is None else middle
    value, _ = BatchEvaluator(system.function)(middle, middle)
    slope, _ = BatchEvaluator(system.jacobian)(lo, hi)
    return krawczyk_batch(lo, hi, value, slope, middle)


def inside(image: KrawczykBatch, lo: np.ndarray, hi: np.ndarray) -> np.ndarray:
    return image.known & ((image.lo > lo) & (image.hi < hi)).all(axis=0)


def single(e: sp.Expr, lo: float, hi: float) -> tuple[KrawczykBatch, np.ndarray, np.ndarray]:
    a, b = np.array([[lo]]), np.array([[hi]])
    return apply(build_system([e], [x]), a, b), a, b


def exactly(value: float) -> Interval:
    return np.array([value]), np.array([value])


# -- hand-worked examples ----------------------------------------------------------------------------------
def test_square_root_of_two_by_hand() -> None:
    # m = 3/2, Y = 1/3, J(X) = [2, 4]: K = 3/2 - (1/4)/3 + (1 - [2/3, 4/3]) [-1/2, 1/2] = 17/12 + [-1/6, 1/6].
    image, lo, hi = single(x**2 - 2, 1.0, 2.0)
    assert image.known.all()
    assert 15 / 12 - 1e-9 <= image.lo[0, 0] <= 15 / 12
    assert 19 / 12 <= image.hi[0, 0] <= 19 / 12 + 1e-9
    assert inside(image, lo, hi).all()
    assert image.deviation[0, 0] == pytest.approx(1 / 3, abs=1e-9)


def test_an_empty_box_by_hand() -> None:
    # On [2, 3]: m = 5/2, Y = 1/5, K = 5/2 - 17/20 + (1 - [4/5, 6/5]) [-1/2, 1/2] = 33/20 + [-1/10, 1/10] < 2.
    image, lo, _ = single(x**2 - 2, 2.0, 3.0)
    assert image.hi[0, 0] == pytest.approx(1.75, abs=1e-9)
    assert image.hi[0, 0] < lo[0, 0]


def test_a_linear_system_is_solved_in_one_step() -> None:
    # 2 x + y = 5, x - y = 1: the solution is (2, 1) whatever the box.
    system = build_system([2 * x + y - 5, x - y - 1], [x, y])
    lo, hi = np.array([[-100.0], [-50.0]]), np.array([[90.0], [70.0]])
    image = apply(system, lo, hi)
    assert image.lo[0, 0] <= 2 <= image.hi[0, 0]
    assert image.lo[1, 0] <= 1 <= image.hi[1, 0]
    assert (image.hi - image.lo).max() < 1e-9
    assert image.deviation.max() < 1e-9


def test_an_inexact_middle_value_widens_the_image() -> None:
    # F(x) = x with F(m) only known to lie in [-1/8, 1/4]: K = -[-1/8, 1/4] = [-1/4, 1/8].
    value = [(np.array([-0.125]), np.array([0.25]))]
    image = krawczyk_batch(np.array([[-1.0]]), np.array([[1.0]]), value, [exactly(1.0)], np.zeros((1, 1)))
    assert -0.25 - 1e-9 <= image.lo[0, 0] <= -0.25
    assert 0.125 <= image.hi[0, 0] <= 0.125 + 1e-9


def test_boundary_contact_is_not_strict_inclusion() -> None:
    # F(x) = x - 1 on [0, 1]: the only zero is the end, K is a hair around 1 and not inside.
    image, lo, hi = single(x - 1, 0.0, 1.0)
    assert image.lo[0, 0] <= 1 <= image.hi[0, 0]
    assert not inside(image, lo, hi).any()


# -- failure branches --------------------------------------------------------------------------------------
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_entries_that_are_not_finite_are_not_known_and_do_not_spread(bad: float) -> None:
    lo, hi = np.array([[1.0, 1.0, 1.0]]), np.array([[2.0, 2.0, 2.0]])
    slope_lo, slope_hi = np.full(3, 2.0), np.full(3, 4.0)
    value_lo, value_hi = np.full(3, 0.25), np.full(3, 0.25)
    slope_hi[0] = bad
    value_lo[2] = bad
    image = krawczyk_batch(lo, hi, [(value_lo, value_hi)], [(slope_lo, slope_hi)], np.full((1, 3), 1.5))
    assert image.known.tolist() == [False, True, False]
    assert image.lo[0, 1] == pytest.approx(15 / 12, abs=1e-9)
    assert image.hi[0, 1] == pytest.approx(19 / 12, abs=1e-9)


def test_a_singular_midpoint_decides_nothing() -> None:
    # J(X) = [-2, 2] on [-1, 1] has midpoint 0; any Y gives a deviation of at least 1.
    image, lo, hi = single(x**2, -1.0, 1.0)
    assert not inside(image, lo, hi).any()
    assert (np.maximum(lo, image.lo) <= np.minimum(hi, image.hi)).all()


def test_one_singular_matrix_does_not_spoil_its_neighbours() -> None:
    system = build_system([x**2 - 2], [x])
    lo, hi = np.array([[-1.0, 1.0]]), np.array([[1.0, 2.0]])
    assert inside(apply(system, lo, hi), lo, hi).tolist() == [False, True]


def test_huge_and_tiny_numbers_stay_sound() -> None:
    for scale in (1e-290, 1e-160, 1e150, 1e300):
        lo, hi = np.array([[-1.0]]), np.array([[1.0]])
        value = [exactly(0.25 * scale)]
        image = krawczyk_batch(lo, hi, value, [exactly(scale)], np.zeros((1, 1)))
        # F(x) = scale (x + 1/4)
        assert not image.known[0] or image.lo[0, 0] <= -0.25 <= image.hi[0, 0]


def test_midpoint_and_radius_cover_the_interval() -> None:
    generator = np.random.default_rng(1)
    ends = generator.normal(size=(2, 4000)) * 10.0 ** generator.uniform(-300, 300, (2, 4000))
    lo, hi = ends.min(axis=0), ends.max(axis=0)
    middle, radius = midpoint_radius(lo, hi)
    for a, b, m, r in zip(lo.tolist(), hi.tolist(), middle.tolist(), radius.tolist(), strict=True):
        assert Fraction(m) - Fraction(r) <= Fraction(a)
        assert Fraction(m) + Fraction(r) >= Fraction(b)


# -- against exact arithmetic ------------------------------------------------------------------------------
def test_the_image_contains_the_exact_operator(soundness: int) -> None:
    """Random point matrices: K for every F, J and x in the data, computed in rationals, lies in the image."""
    generator = random.Random(11)
    for _ in range(250 * soundness):
        n = generator.choice([1, 2, 3, 6])

        def draw(scale: float = 1.0) -> float:
            return generator.gauss(0.0, 1.0) * scale * 10.0 ** generator.uniform(-3, 3)

        spread = generator.choice([0.0, 1e-17, 1e-6, 0.3])
        lo = np.array([[draw()] for _ in range(n)])
        hi = lo + np.array([[abs(draw()) * generator.choice([0.0, 1e-12, 1.0])] for _ in range(n)])
        middle = np.array([[min(max(generator.uniform(a, b), a), b)] for a, b in zip(lo[:, 0], hi[:, 0], strict=True)])
        jacobian = [[draw() for _ in range(n)] for _ in range(n)]
        value = [draw() for _ in range(n)]
        slope = [(np.array([e - abs(e) * spread]), np.array([e + abs(e) * spread])) for row in jacobian for e in row]
        around = [(np.array([v - abs(v) * spread]), np.array([v + abs(v) * spread])) for v in value]
        image = krawczyk_batch(lo, hi, around, slope, middle)
        if not image.known[0]:
            continue
        j_mid, _ = midpoint_radius(
            *(np.array([s[k] for s in slope]).reshape(n, n, 1).transpose(2, 0, 1) for k in (0, 1))
        )
        try:
            Y = np.linalg.inv(j_mid)[0]
        except np.linalg.LinAlgError:
            continue
        corner = [Fraction(float(s[generator.choice([0, 1])][0])) for s in slope]
        f = [Fraction(float(v[generator.choice([0, 1])][0])) for v in around]
        point = [Fraction(float(generator.choice([a, b]))) for a, b in zip(lo[:, 0], hi[:, 0], strict=True)]
        m = [Fraction(float(v)) for v in middle[:, 0]]
        d = [p - q for p, q in zip(point, m, strict=True)]
        for i in range(n):
            row = [Fraction(float(v)) for v in Y[i]]
            yf = sum(a * b for a, b in zip(row, f, strict=True))
            yj = [sum(row[k] * corner[k * n + j] for k in range(n)) for j in range(n)]
            k_i = m[i] - yf + d[i] - sum(a * b for a, b in zip(yj, d, strict=True))
            assert Fraction(float(image.lo[i, 0])) <= k_i <= Fraction(float(image.hi[i, 0]))
            total = sum(abs(Fraction(int(i == j)) - yj[j]) for j in range(n))
            assert total <= Fraction(float(image.deviation[i, 0]))


def test_the_rounding_of_a_cancelling_step_is_covered() -> None:
    """Hilbert matrices: Y has huge entries of both signs, and Y F(m) cancels; the box and the data are points."""
    generator = random.Random(13)
    for _ in range(300):
        n = generator.choice([1, 2, 3, 5, 7])
        J = np.array([[1.0 / (i + j + 1) for j in range(n)] for i in range(n)])
        solution = np.array([generator.gauss(0, 1) * 10.0 ** generator.uniform(-6, 6) for _ in range(n)])
        value = J @ solution
        middle = np.array([[generator.gauss(0, 1)] for _ in range(n)])
        slope = [exactly(float(e)) for e in J.ravel()]
        image = krawczyk_batch(middle, middle, [exactly(float(v)) for v in value], slope, middle)
        assert image.known[0]
        j_mid, _ = midpoint_radius(J[None], J[None])
        Y = np.linalg.inv(j_mid)[0]
        for i in range(n):
            step = sum((Fraction(float(a)) * Fraction(float(b)) for a, b in zip(Y[i], value, strict=True)), Fraction(0))
            exact = Fraction(float(middle[i, 0])) - step
            assert Fraction(float(image.lo[i, 0])) <= exact <= Fraction(float(image.hi[i, 0]))


def test_a_zero_in_the_box_is_in_the_image(soundness: int) -> None:
    """60 random systems with a known dyadic zero, 80 boxes around it with the middle anywhere inside."""
    generator = random.Random(41)
    numbers = np.random.default_rng(41)
    known = 0
    for _ in range(60 * soundness):
        zero = [Fraction(generator.randint(-64, 64), 16) for _ in range(generator.choice([1, 2, 3]))]
        variables = [x, y, z][: len(zero)]
        place = {v: sp.Rational(c.numerator, c.denominator) for v, c in zip(variables, zero, strict=True)}
        equations = [
            random_expression(generator, variables, 2, tame=True, smooth=True) + generator.choice([0, 1, -3]) * v
            for v in variables
        ]
        system = build_system([e - e.subs(place, simultaneous=True) for e in equations], variables)
        point = np.array([[float(c)] for c in zero])
        reach = 10.0 ** numbers.uniform(-16, 1, (2, len(zero), 80)) * (numbers.random((2, len(zero), 80)) > 0.2)
        lo, hi = point - reach[0], point + reach[1]
        middle = np.clip(lo + numbers.random(lo.shape) * (hi - lo), lo, hi)
        image = apply(system, lo, hi, middle)
        assert (image.lo <= point)[:, image.known].all(), (equations, zero)
        assert (image.hi >= point)[:, image.known].all(), (equations, zero)
        known += int(image.known.sum())
    assert known > 1500 * soundness


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_verdicts_on_the_problem_set(problem: Problem) -> None:
    """Random boxes: never empty around a zero, and strict inclusion only with exactly one zero inside."""
    system = build_system(problem.equations, problem.variables)
    numbers = np.random.default_rng(5)
    n = len(problem.variables)
    root_lo, root_hi = sides(problem)
    width = root_hi - root_lo
    centres = root_lo + numbers.random((n, 300)) * width
    if problem.zeros:
        chosen = np.array(problem.zeros).T[:, numbers.integers(0, len(problem.zeros), 300)]
        near = numbers.random(300) < 0.7
        centres = np.where(near, chosen + 1e-3 * width * (numbers.random((n, 300)) - 0.5), centres)
    reach = width * 10.0 ** numbers.uniform(-6, -0.2, 300)
    lo, hi = np.maximum(centres - reach, root_lo), np.minimum(centres + reach, root_hi)
    image = apply(system, lo, hi)
    _, smooth = BatchEvaluator(system.jacobian)(lo, hi)
    usable = image.known if smooth is None else image.known & smooth
    unique = inside(image, lo, hi) & usable
    zeros = np.array(problem.zeros).reshape(-1, n)
    multiple = set(map(tuple, problem.degenerate))
    for k in range(lo.shape[1]):
        # Zeros are known to 1e-8 or better; boxes with one near a face do not count.
        held = ((zeros > lo[:, k] + 1e-8) & (zeros < hi[:, k] - 1e-8)).all(axis=1)
        clear = held | ((zeros < lo[:, k] - 1e-8) | (zeros > hi[:, k] + 1e-8)).any(axis=1)
        if usable[k]:
            for zero in zeros[held]:
                assert (image.lo[:, k] <= zero + 1e-8).all()
                assert (image.hi[:, k] >= zero - 1e-8).all()
        if unique[k] and clear.all():
            assert held.sum() == 1
            assert tuple(zeros[held][0]) not in multiple


def sides(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.array([[float(s[k])] for s in problem.sides]) for k in (0, 1))  # type: ignore[return-value]


def test_agrees_with_arb_on_the_problem_set() -> None:
    """A plain evaluation of the same formula in Arb: the float64 image contains it and is about as tight."""
    for problem in PROBLEMS:
        system = build_system(problem.equations, problem.variables)
        n = len(problem.variables)
        for zero in problem.regular:
            centre = np.array(zero).reshape(n, 1)
            lo, hi = centre - 1e-4, centre + 1e-4
            image = apply(system, lo, hi, centre)
            _, smooth = BatchEvaluator(system.jacobian)(lo, hi)
            if not image.known[0] or (smooth is not None and not smooth[0]):
                continue
            with precision(200):
                sides_of_box = [
                    (point_ball(float(a)), point_ball(float(b))) for a, b in zip(lo[:, 0], hi[:, 0], strict=True)
                ]
                slope = [a.union(b) for a, b in evaluate_endpoints(system.jacobian, sides_of_box)]
                J = arb_mat(n, n, slope)
                Y = J.mid().inv().mid()
                m = arb_mat(n, 1, [point_ball(float(c)) for c in centre[:, 0]])
                f = arb_mat(n, 1, evaluate_balls(system.function, m.entries()))
                identity = arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
                deviation = arb_mat(n, 1, [a.union(b) - c for (a, b), c in zip(sides_of_box, m.entries(), strict=True)])
                K = (m - Y * f + (identity - Y * J) * deviation).entries()
                for i, k in enumerate(K):
                    middle = arb(float(image.lo[i, 0])).union(arb(float(image.hi[i, 0])))
                    assert middle.overlaps(k), problem.name
                    # The preconditioners differ in the last digits only; Wilkinson's polynomial loses some of f.
                    assert abs(middle.rad() - k.rad()) < 1e-2 * k.rad() + 1e-9, problem.name
