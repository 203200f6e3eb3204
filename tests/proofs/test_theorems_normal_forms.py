"""Linear enclosures, fold and pitchfork on curves worked out by hand, and every way in which they refuse."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb

from numeric.enclosure import Enclosure
from proofs.blocks import Block
from proofs.singular import FOLD, PITCHFORK, Curve, Neighbourhood, flipped_alone
from proofs.theorems.linear_enclosure import solve_enclosure
from proofs.theorems.normal_forms import fold_shape, pitchfork_shape
from symbolic.symmetry import SignedPermutation

X, Y, P = sp.symbols("x y p", real=True)


def ball(middle: float, radius: float = 0.0) -> arb:
    return arb(middle, radius)


# -- linear systems ------------------------------------------------------------------------------
def test_solution_of_an_exact_system_is_enclosed() -> None:
    # [[2, 1], [1, 3]] z = (5, 10) has z = (1, 3); the preconditioner is off by a little.
    z = solve_enclosure(
        [[arb(2), arb(1)], [arb(1), arb(3)]], [arb(5), arb(10)], [[0.61, -0.2], [-0.2, 0.4]], [arb(1), arb(1)]
    )
    assert z is not None
    assert z[0].contains(1)
    assert z[1].contains(3)


def test_every_solution_of_a_family_is_enclosed() -> None:
    # z = c/m for m in [1.9, 2.1], c in [0.9, 1.1] runs from 0.9/2.1 to 1.1/1.9.
    z = solve_enclosure([[ball(2, 0.1)]], [ball(1, 0.1)], [[0.5]], [arb(1)])
    assert z is not None
    assert z[0].contains(arb(0.9) / 2.1)
    assert z[0].contains(arb(1.1) / 1.9)


@pytest.mark.parametrize(
    ("matrix", "inverse", "weight"),
    [
        (ball(0), 1.0, arb(1)),  # singular
        (ball(1, 2.0), 1.0, arb(1)),  # may be singular
        (ball(1), 0.0, arb(1)),  # a preconditioner that is no inverse
        (ball(1), 1.0, arb(0)),  # no weight
        (arb("nan"), 1.0, arb(1)),
    ],
)
def test_linear_enclosure_refuses(matrix: arb, inverse: float, weight: arb) -> None:
    assert solve_enclosure([[matrix]], [arb(1)], [[inverse]], [weight]) is None


def test_nan_on_the_right_is_refused() -> None:
    assert solve_enclosure([[arb(1)]], [arb("nan")], [[1.0]], [arb(1)]) is None


# -- shapes ----------------------------------------------------------------------------------------
def test_direction_of_a_pitchfork() -> None:
    # f = a^3 - p a: q = a^2 - p, q_p = -1, f_aaa/3 = 2, so dp/da = -a * 2/(-1) = 2a > 0.
    shape = pitchfork_shape([[arb(-1)]], [arb(2)], [[-1.0]], [arb(1)])
    assert shape is not None
    assert shape.direction == 1
    other = pitchfork_shape([[arb(1)]], [arb(2)], [[1.0]], [arb(1)])
    assert other is not None
    assert other.direction == -1


def test_a_pitchfork_without_a_definite_sign_is_refused() -> None:
    assert pitchfork_shape([[arb(-1)]], [ball(0, 1)], [[-1.0]], [arb(1)]) is None
    assert pitchfork_shape([[arb(0)]], [arb(2)], [[1.0]], [arb(1)]) is None


def test_direction_of_a_fold() -> None:
    # F = t^2 - p: F_p = -1, F_t = 2t in [-1, 1], F_tt = 2, p'' = 2.
    second = [[[arb(2), arb(0)], [arb(0), arb(0)]]]
    shape = fold_shape([[arb(-1)]], [ball(0, 1)], second, [[-1.0]], [arb(1)])
    assert shape is not None
    assert shape.direction == 1


def test_a_fold_without_a_definite_sign_is_refused() -> None:
    second = [[[ball(0, 2), arb(0)], [arb(0), arb(0)]]]
    assert fold_shape([[arb(-1)]], [ball(0, 1)], second, [[-1.0]], [arb(1)]) is None
    assert fold_shape([[arb(0)]], [ball(0, 1)], second, [[1.0]], [arb(1)]) is None


# -- neighbourhoods ----------------------------------------------------------------------------------
def block_of(potential: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Block:
    gradient = tuple(sp.diff(potential, v) for v in variables)
    hessian = tuple(tuple(sp.diff(g, v) for v in variables) for g in gradient)
    return Block(variables, gradient, hessian, ())


def side(lo: str, hi: str) -> Enclosure:
    return Enclosure(Fraction(lo), Fraction(hi))


ORIGIN = [Enclosure.exact(0), Enclosure.exact(0)]


@pytest.mark.parametrize(("sign", "expected"), [(1, (1, 3)), (-1, (3, 1))])
def test_pitchfork_of_a_cubic(sign: int, expected: tuple[int, int]) -> None:
    # V = x^4/4 - s p x^2/2 + (y - p)^2/2: x^3 = s p x and y = p; three zeros for s p > 0.
    block = block_of(X**4 / 4 - sign * P * X**2 / 2 + (Y - P) ** 2 / 2, (X, Y))
    curve = Curve(block, P, PITCHFORK, 0)
    place = Neighbourhood(
        PITCHFORK, 0, side("0", "1/4"), (side("-1/2", "1/2"), side("-1/2", "1/2")), side("-1/20", "1/20")
    )
    shape = curve.shape(place)
    assert shape is not None
    assert shape.direction == sign
    # The curve is p = s a^2: at a = 1/4 it is at s/16.
    assert shape.reach[0].lo <= Fraction(sign, 16) <= shape.reach[0].hi
    assert curve.counts(place, shape, ORIGIN, Enclosure.exact(0)) == expected


def test_a_span_beyond_the_end_of_the_curve_is_refused() -> None:
    # At p = 1/10 the zero a = sqrt(1/10) > 1/4 lies outside of the neighbourhood.
    block = block_of(X**4 / 4 - P * X**2 / 2 + (Y - P) ** 2 / 2, (X, Y))
    curve = Curve(block, P, PITCHFORK, 0)
    place = Neighbourhood(
        PITCHFORK, 0, side("0", "1/4"), (side("-1/2", "1/2"), side("-1/2", "1/2")), side("-1/20", "1/10")
    )
    shape = curve.shape(place)
    assert shape is not None
    assert curve.counts(place, shape, ORIGIN, Enclosure.exact(0)) is None


def test_counts_need_the_bifurcation_inside() -> None:
    block = block_of(X**4 / 4 - P * X**2 / 2 + (Y - P) ** 2 / 2, (X, Y))
    curve = Curve(block, P, PITCHFORK, 0)
    box = (side("-1/2", "1/2"), side("-1/2", "1/2"))
    beside = Neighbourhood(PITCHFORK, 0, side("0", "1/4"), box, side("1/100", "1/20"))
    shape = curve.shape(beside)
    assert shape is not None
    assert curve.counts(beside, shape, ORIGIN, Enclosure.exact(0)) is None
    away = [Enclosure.exact(0), Enclosure.exact(3)]
    around = Neighbourhood(PITCHFORK, 0, side("0", "1/4"), box, side("-1/20", "1/20"))
    assert curve.counts(around, shape, away, Enclosure.exact(0)) is None


def test_on_the_axis_there_must_be_one_zero() -> None:
    # G = y^3 - p y vanishes at y = 0 and +-sqrt(p): not one y for each p.
    block = block_of(X**4 / 4 - P * X**2 / 2 + Y**4 / 4 - P * Y**2 / 2, (X, Y))
    curve = Curve(block, P, PITCHFORK, 0)
    place = Neighbourhood(
        PITCHFORK, 0, side("0", "1/4"), (side("-1/2", "1/2"), side("-1/2", "1/2")), side("-1/20", "1/20")
    )
    shape = curve.shape(place)
    assert shape is None or curve.counts(place, shape, ORIGIN, Enclosure.exact(0)) is None


def test_a_pitchfork_of_higher_order_is_refused() -> None:
    # x^5 = p x has f_aaa = 0 at the origin.
    block = block_of(X**6 / 6 - P * X**2 / 2, (X,))
    place = Neighbourhood(PITCHFORK, 0, side("0", "1/4"), (side("-1/2", "1/2"),), side("-1/1000", "1/1000"))
    assert Curve(block, P, PITCHFORK, 0).shape(place) is None


def test_a_pitchfork_is_counted_from_the_axis() -> None:
    block = block_of(X**4 / 4 - P * X**2 / 2, (X,))
    place = Neighbourhood(PITCHFORK, 0, side("1/8", "1/4"), (side("-1/2", "1/2"),), side("-1/20", "1/20"))
    assert Curve(block, P, PITCHFORK, 0).shape(place) is None


@pytest.mark.parametrize(("sign", "expected"), [(1, (0, 2)), (-1, (2, 0))])
def test_fold_of_a_parabola(sign: int, expected: tuple[int, int]) -> None:
    # x^2 = s p and y = x: two zeros for s p > 0, at p = s x^2.
    potential = X**3 / 3 - sign * P * X + (Y - X) ** 2 / 2
    block = Block((X, Y), (X**2 - sign * P, Y - X), ((2 * X, sp.S.Zero), (-sp.S.One, sp.S.One)), ())
    assert sp.diff(potential, Y) == Y - X
    curve = Curve(block, P, FOLD, 0)
    place = Neighbourhood(FOLD, 0, side("-1/4", "1/4"), (side("-1", "1"), side("-1", "1")), side("-1/20", "1/20"))
    shape = curve.shape(place)
    assert shape is not None
    assert shape.direction == sign
    assert all(r.lo <= Fraction(sign, 16) <= r.hi for r in shape.reach)
    assert curve.counts(place, shape, ORIGIN, Enclosure.exact(0)) == expected


def test_a_fold_of_higher_order_is_refused() -> None:
    # x^4 = p is flat at 0; x^3 = p has no fold.
    for power in (4, 3):
        block = Block((X,), (X**power - P,), ((power * X ** (power - 1),),), ())
        place = Neighbourhood(FOLD, 0, side("-1/4", "1/4"), (side("-1", "1"),), side("-1/1000", "1/1000"))
        assert Curve(block, P, FOLD, 0).shape(place) is None


def test_flips_of_one_variable() -> None:
    flip = SignedPermutation((0, 1), (1, -1))
    both = SignedPermutation((0, 1), (-1, -1))
    swap = SignedPermutation((1, 0), (1, -1))
    assert flipped_alone([flip, both, swap]) == [1]
