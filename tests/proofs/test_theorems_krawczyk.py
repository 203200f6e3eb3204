"""Krawczyk's theorem in Arb: hand-worked boxes, every way to fail, and no lie whatever the preconditioner."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from flint import arb
from problems import PROBLEMS, Problem

from numeric.balls import evaluate_balls, lower_fraction, precision, upper_fraction
from proofs.stationary import float_inverse, square
from proofs.theorems.krawczyk import KrawczykResult, krawczyk

NAN, INFINITE = arb("nan"), arb(0, "inf")


def square_minus(c: object, box: arb, y: object) -> KrawczykResult:
    """x^2 = c on a box, with the preconditioner y."""
    return krawczyk(lambda x: [x[0] ** 2 - c], lambda x: [[2 * x[0]]], [box], [[y]])


def linear(box: Sequence[arb], y: Sequence[Sequence[object]]) -> KrawczykResult:
    """2 x + y = 5, x - y = 1: the zero is (2, 1)."""
    return krawczyk(
        lambda x: [2 * x[0] + x[1] - 5, x[0] - x[1] - 1],
        lambda _: [[arb(2), arb(1)], [arb(1), arb(-1)]],
        box,
        y,
    )


# -- by hand -----------------------------------------------------------------------------------------------
def test_a_unique_zero_by_hand() -> None:
    # [1, 2]: m = 3/2, Y = 1/3, J = [2, 4]; K = 3/2 - 1/12 + (1 - [2/3, 4/3]) [-1/2, 1/2] = 17/12 +- 1/6.
    result = square_minus(2, arb(1.5, 0.5), arb(1) / 3)
    assert result.unique
    assert not result.empty
    (image,) = result.image
    assert abs(lower_fraction(image) - Fraction(5, 4)) < Fraction(1, 10**6)
    assert abs(upper_fraction(image) - Fraction(19, 12)) < Fraction(1, 10**6)
    assert lower_fraction(image) <= Fraction(5, 4)
    assert upper_fraction(image) >= Fraction(19, 12)


def test_an_empty_box_by_hand() -> None:
    # [2, 3]: K = 5/2 - 17/20 +- 1/10 = [31/20, 7/4], which misses the box.
    result = square_minus(2, arb(2.5, 0.5), 0.2)
    assert result.empty
    assert not result.unique


def test_the_image_of_a_unique_zero_holds_it() -> None:
    with precision(300):
        result = square_minus(2, arb(1.5, 0.5), arb(1) / 3)
        assert result.image[0].contains(arb(2).sqrt())


def test_a_linear_system_needs_the_exact_inverse_only_roughly() -> None:
    box = [arb(0, 10), arb(0, 10)]
    # Inverse of (2 1; 1 -1): (1/3 1/3; 1/3 -2/3).
    for y in ([[1 / 3, 1 / 3], [1 / 3, -2 / 3]], [[0.3, 0.36], [0.35, -0.6]]):
        result = linear(box, y)
        assert result.unique
        assert result.image[0].contains(2)
        assert result.image[1].contains(1)


# -- borderline and failure --------------------------------------------------------------------------------
def test_touching_the_boundary_is_not_enough() -> None:
    # The zero is the upper end itself: K is that point, and not interior.
    box = arb(0.5, 0.5)
    for end in (box.upper(), box.lower()):
        result = krawczyk(lambda x, end=end: [x[0] - end], lambda _: [[arb(1)]], [box], [[1.0]])
        assert not result.unique
        assert not result.empty


def test_a_zero_just_inside_is_enough_and_one_just_outside_is_none() -> None:
    box = arb(0.5, 0.5)
    with precision(200):
        for tiny in (arb(10) ** -6, arb(10) ** -40):
            end = box.upper() - tiny
            result = krawczyk(lambda x, end=end: [x[0] - end], lambda _: [[arb(1)]], [box], [[1.0]])
            assert result.unique
            assert result.image[0].contains(end.mid())
            end = box.upper() + tiny
            result = krawczyk(lambda x, end=end: [x[0] - end], lambda _: [[arb(1)]], [box], [[1.0]])
            assert result.empty
            assert not result.unique


def test_a_box_without_width_is_never_unique() -> None:
    # The interior of a point is empty, even where the point is the zero.
    result = square_minus(4, arb(2), 0.25)
    assert not result.unique
    assert not result.empty
    assert square_minus(4, arb(3), 1 / 6).empty


def test_one_side_without_width_spoils_the_rest() -> None:
    result = linear([arb(2, 1), arb(1)], [[1 / 3, 1 / 3], [1 / 3, -2 / 3]])
    assert not result.unique


@pytest.mark.parametrize("bad", [NAN, INFINITE, arb("inf"), arb("-inf")])
def test_values_that_are_not_finite_say_nothing(bad: arb) -> None:
    box = [arb(1.5, 0.5)]
    for value, slope in [(bad, arb(3, 1)), (arb(0.25), bad), (bad, bad)]:
        result = krawczyk(lambda _, v=value: [v], lambda _, d=slope: [[d]], box, [[1 / 3]])
        assert not result.unique
        assert not result.empty
        assert result.image == tuple(box)


@pytest.mark.parametrize("y", [float("nan"), float("inf"), 0.0, 1e300, -1.0, arb("nan"), INFINITE])
def test_a_bad_preconditioner_weakens_and_never_lies(y: object) -> None:
    result = square_minus(2, arb(1.5, 0.5), y)
    assert not result.unique
    # sqrt(2) is inside, so the box may never be called empty.
    assert not result.empty


def test_a_singular_preconditioner_proves_nothing_in_the_plane() -> None:
    result = linear([arb(0, 10), arb(0, 10)], [[1.0, 1.0], [1.0, 1.0]])
    assert not result.unique
    assert not result.empty
    # A line of zeros: x = y twice.  No preconditioner can isolate one.
    for y in ([[1.0, 0.0], [0.0, 1.0]], [[0.5, 0.5], [-0.5, 0.5]], [[0.0, 0.0], [0.0, 0.0]]):
        line = krawczyk(lambda x: [x[0] - x[1]] * 2, lambda _: [[arb(1), arb(-1)]] * 2, [arb(0, 1), arb(0, 1)], y)
        assert not line.unique
        assert not line.empty


def test_an_infinite_box_is_not_certified() -> None:
    result = krawczyk(lambda x: [x[0]], lambda _: [[arb(1)]], [INFINITE], [[1.0]])
    assert not result.unique
    assert not result.empty


def test_a_function_that_is_not_defined_on_the_whole_box_proves_nothing() -> None:
    # log(x) + log(1/x) + x + 1 is x + 1 for x > 0 and undefined elsewhere; its slope is 1 where it exists.
    def function(p: Sequence[arb]) -> list[arb]:
        return [p[0].log() + (1 / p[0]).log() + p[0] + 1]

    result = krawczyk(function, lambda _: [[arb(1)]], [arb(0.5, 2.5)], [[1.0]])
    assert not result.unique


def test_double_roots_are_never_unique_or_empty() -> None:
    generator = random.Random(2)
    for _ in range(400):
        radius = 10.0 ** generator.uniform(-12, 0)
        box = arb(generator.uniform(-0.9, 0.9) * radius, radius)
        result = square_minus(0, box, generator.gauss(0, 10) / radius)
        assert not result.unique
        assert not result.empty


# -- random ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_never_lies_on_the_problem_set(problem: Problem) -> None:
    """Boxes and preconditioners good and bad: never empty with a zero inside, unique only with exactly one."""
    system, n = problem.system(), len(problem.variables)
    generator = random.Random(problem.name)
    sides = [(float(a), float(b)) for a, b in problem.sides]
    multiple = set(problem.degenerate)
    for _ in range(60):
        radius = [(b - a) * 10.0 ** generator.uniform(-7, -0.3) for a, b in sides]
        centre = [generator.uniform(a, b) for a, b in sides]
        if problem.zeros and generator.random() < 0.7:
            zero = generator.choice(problem.zeros)
            centre = [c + r * generator.uniform(-0.9, 0.9) for c, r in zip(zero, radius, strict=True)]
        if any(c - r < a or c + r > b for c, r, (a, b) in zip(centre, radius, sides, strict=True)):
            continue
        with precision(80):
            box = [arb(c, r) for c, r in zip(centre, radius, strict=True)]
            y = float_inverse(square(evaluate_balls(system.jacobian, [arb(c) for c in centre]), n))
            if generator.random() < 0.3:
                y = [[v * generator.uniform(0.5, 1.5) + generator.gauss(0, 0.1) for v in row] for row in y]
            result = krawczyk(
                lambda p: evaluate_balls(system.function, p),
                lambda p: square(evaluate_balls(system.jacobian, p), n),
                box,
                y,
            )
        gaps = [max(abs(p - c) - r for p, c, r in zip(zero, centre, radius, strict=True)) for zero in problem.zeros]
        held = [zero for zero, gap in zip(problem.zeros, gaps, strict=True) if gap < -1e-8]
        if any(abs(gap) <= 1e-8 for gap in gaps):
            continue
        assert not (result.empty and held)
        if result.unique:
            assert len(held) == 1
            assert held[0] not in multiple
