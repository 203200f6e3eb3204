"""Largest balls of definiteness: functions whose radius is known by hand, budgets, witnesses, recorded trees."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from numeric.compiler import compile_tape
from numeric.region import MatrixFamily, RegionLeaf, distance_bounds, largest_ball, nearest_witness
from proofs.radii import Family
from proofs.theorems.exhaustiveness import leaves_cover

X, Y, Z = sp.symbols("x y z", real=True)


def family(function: sp.Expr, variables: list[sp.Symbol], m: Fraction = Fraction(0)) -> MatrixFamily:
    """H - m I for the Hessian of a function."""
    hessian = sp.hessian(function, variables)
    return Family("convexity", len(variables), m).batch(compile_tape(list(hessian), variables))


def origin(n: int) -> np.ndarray:
    return np.zeros(n)


# -- radii by hand -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("function", "variables", "m", "radius"),
    [
        (X**2 / 2 - X**3 / 6, [X], 0, 1.0),  # H = 1 - x fails at x = 1
        (X**2 / 2 - X**3 / 6, [X], Fraction(1, 4), 0.75),  # 1 - x >= 1/4 up to 3/4
        (X**2 / 2 + Y**2 / 2 - Y**3 / 3, [X, Y], 0, 0.5),  # H = diag(1, 1 - 2y)
        (X**2 + Y**2 + Z**2 - Z**4, [X, Y, Z], 0, 1 / np.sqrt(6)),  # 2 - 12 z^2 = 0
    ],
)
def test_radii_by_hand(function: sp.Expr, variables: list[sp.Symbol], m: Fraction, radius: float) -> None:
    result = largest_ball(family(function, variables, Fraction(m)), origin(len(variables)), 2.0)
    assert result.witness is not None
    assert result.inner <= radius <= result.witness.distance
    assert result.witness.distance - result.inner <= 2e-3 * radius


def test_a_suspect_off_the_axes_gives_the_radius() -> None:
    # H = [[1 + y, x], [x, 1]] fails on y = x^2 - 1, nearest to the origin at x^2 = 1/2: distance sqrt(1/2 + 1/4).
    suspect = np.array([np.sqrt(0.5), -0.5]) * 1.00001
    result = largest_ball(
        family(X**2 / 2 + Y**2 / 2 + X**2 * Y / 2, [X, Y]), origin(2), 2.0, suspects=[suspect], max_boxes=20_000
    )
    assert result.witness is not None
    assert result.inner <= np.sqrt(0.75) <= result.witness.distance
    assert result.witness.distance - result.inner < 2e-3


def test_the_centre_may_be_anywhere() -> None:
    # H = 1 - x around x = 1/2: the ball has radius 1/2.
    result = largest_ball(family(X**2 / 2 - X**3 / 6, [X]), np.array([0.5]), 2.0)
    assert result.witness is not None
    assert result.inner <= 0.5 <= result.witness.distance <= 0.501


def test_a_ball_without_failure_reaches_the_limit() -> None:
    result = largest_ball(family(X**2 + Y**2, [X, Y]), origin(2), 3.0)
    assert result.inner == 3.0
    assert result.witness is None


def test_a_centre_that_is_not_definite_has_no_ball() -> None:
    result = largest_ball(family(-(X**2) + Y**2, [X, Y]), origin(2), 1.0)
    assert result.inner == 0.0
    assert result.witness is not None
    assert result.witness.distance < 1e-12


def test_a_singular_centre_is_never_proved() -> None:
    # H = 12 x^2 vanishes at the centre: definite everywhere else, so no witness and no ball.
    result = largest_ball(family(X**4, [X]), origin(1), 1.0, max_boxes=400)
    assert result.inner == 0.0
    assert result.witness is None


# -- budgets -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("boxes", [1, 5, 20, 200])
def test_a_spent_budget_leaves_a_smaller_ball_and_open_leaves(boxes: int) -> None:
    # H = diag(1, 1 - 2y): the ball of radius 1/2 takes more than a thousand boxes.
    result = largest_ball(family(X**2 / 2 + Y**2 / 2 - Y**3 / 3, [X, Y]), origin(2), 2.0, max_boxes=boxes)
    assert 0.0 <= result.inner < 0.5
    assert RegionLeaf.OPEN in result.tree.kind


def test_no_time_means_no_ball() -> None:
    result = largest_ball(family(X**2, [X]), origin(1), 1.0, seconds=0.0)
    assert result.inner == 0.0
    assert result.tree.kind.tolist() == [RegionLeaf.OPEN]


# -- witnesses -----------------------------------------------------------------------------------------------
def test_a_suspect_is_used_only_when_it_is_proved() -> None:
    slope = family(X**2 / 2 - X**3 / 6, [X])
    assert nearest_witness(slope, origin(1), [np.array([0.5]), np.array([0.999])]) is None
    found = nearest_witness(slope, origin(1), [np.array([1.5]), np.array([0.5]), np.array([1.25])])
    assert found is not None
    assert found.point.tolist() == [1.25]
    assert 1.25 <= found.distance < 1.2500001


def test_a_border_point_is_no_witness() -> None:
    # At x = 1 the form is 0 exactly, which does not refute definiteness of anything nearer.
    assert nearest_witness(family(X**2 / 2 - X**3 / 6, [X]), origin(1), [np.array([1.0])]) is None


def test_witnesses_may_belong_to_another_family() -> None:
    function = X**2 / 2 - X**3 / 6
    result = largest_ball(family(function, [X], Fraction(1, 2)), origin(1), 2.0, violated=family(function, [X]))
    # Definite with 1/2 up to x = 1/2; H > 0 fails from x = 1 on.
    assert result.witness is not None
    assert result.inner == pytest.approx(0.5, abs=0.01)
    assert result.inner <= 0.5
    assert result.witness.distance >= 1.0


# -- the tree ------------------------------------------------------------------------------------------------
def test_the_tree_covers_the_ball_and_says_what_each_leaf_is() -> None:
    result = largest_ball(family(X**2 / 2 + Y**2 / 2 - Y**3 / 3, [X, Y]), origin(2), 2.0)
    tree = result.tree
    assert leaves_cover(tree.child[tree.kind == 0].tolist(), len(tree))
    stack = [(0, result.root_lo.tolist(), result.root_hi.tolist())]
    while stack:
        node, lo, hi = stack.pop()
        if tree.kind[node] == 0:
            axis, cut, child = int(tree.axis[node]), float(tree.cut[node]), int(tree.child[node])
            assert lo[axis] <= cut <= hi[axis]
            stack.append((child, lo, [cut if i == axis else h for i, h in enumerate(hi)]))
            stack.append((child + 1, [cut if i == axis else v for i, v in enumerate(lo)], hi))
        elif tree.kind[node] == RegionLeaf.DEFINITE:
            assert hi[1] < 0.5  # 1 - 2y > 0 on the whole leaf
        else:
            assert tree.kind[node] == RegionLeaf.BEYOND
            gap = np.maximum(np.maximum(np.array(lo), -np.array(hi)), 0.0)
            assert np.linalg.norm(gap) >= result.inner * (1 - 1e-12)


def test_distance_bounds_are_lower_bounds() -> None:
    generator = np.random.default_rng(4)
    a, b = np.sort(generator.normal(size=(2, 3, 500)), axis=0)
    centre = generator.normal(size=3)
    bound = distance_bounds(a, b, centre)
    for k in range(500):
        exact = sum(
            max(Fraction(lo) - Fraction(c), Fraction(c) - Fraction(hi), Fraction(0)) ** 2
            for lo, hi, c in zip(a[:, k].tolist(), b[:, k].tolist(), centre.tolist(), strict=True)
        )
        assert Fraction(float(bound[k])) ** 2 <= exact
        assert float(bound[k]) >= float(exact) ** 0.5 * (1 - 1e-11)
