"""Signed permutations, their groups, and invariant subspaces: true ones are accepted, false ones are not."""

from __future__ import annotations

from itertools import permutations, product

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from symbolic.activations import sigmoid, softplus
from symbolic.calculus import gradient
from symbolic.objectives import build_objective
from symbolic.symmetry import (
    LinearSubspace,
    SignedPermutation,
    generated_group,
    identity_permutation,
    is_symmetry,
    leaves_invariant,
)

x, y, z = sp.symbols("x y z", real=True)


@st.composite
def signed_permutations(draw: st.DrawFn, n: int = 4) -> SignedPermutation:
    return SignedPermutation(
        tuple(draw(st.permutations(range(n)))), tuple(draw(st.lists(st.sampled_from([1, -1]), min_size=n, max_size=n)))
    )


def matrix(g: SignedPermutation) -> sp.Matrix:
    n = len(g.source)
    return sp.Matrix(n, n, lambda i, j: g.signs[i] if g.source[i] == j else 0)


# -- the algebra of signed permutations --------------------------------------------------------------------
@given(signed_permutations(), st.lists(st.integers(-9, 9), min_size=4, max_size=4))
def test_applying_is_the_matrix_product(g: SignedPermutation, values: list[int]) -> None:
    assert g.apply(values) == list(matrix(g) * sp.Matrix(values))


@given(signed_permutations(), signed_permutations())
def test_composing_is_the_matrix_product(g: SignedPermutation, h: SignedPermutation) -> None:
    assert matrix(g.compose(h)) == matrix(g) * matrix(h)


@given(signed_permutations(), signed_permutations(), signed_permutations())
def test_composition_is_associative_and_has_a_unit(
    f: SignedPermutation, g: SignedPermutation, h: SignedPermutation
) -> None:
    assert f.compose(g).compose(h).key == f.compose(g.compose(h)).key
    unit = identity_permutation(4)
    assert f.compose(unit).key == unit.compose(f).key == f.key


def test_an_example_by_hand() -> None:
    # (g x)_0 = x_2, (g x)_1 = -x_0, (g x)_2 = x_1
    assert SignedPermutation((2, 0, 1), (1, -1, 1)).apply([10, 20, 30]) == [30, -10, 20]


@pytest.mark.parametrize(
    ("source", "signs"), [((0, 0), (1, 1)), ((0, 2), (1, 1)), ((0, 1), (1,)), ((0, 1), (1, 0)), ((0, 1), (1, 2))]
)
def test_what_is_no_signed_permutation_is_refused(source: tuple[int, ...], signs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"permutation|signs"):
        SignedPermutation(source, signs)


# -- groups ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("generators", "n", "order"),
    [
        ([], 3, 1),
        ([((0, 1, 2), (-1, 1, 1))], 3, 2),
        ([((1, 2, 0), (1, 1, 1))], 3, 3),
        ([((1, 0, 2), (1, 1, 1)), ((0, 2, 1), (1, 1, 1))], 3, 6),
        # A quarter turn of the plane.
        ([((1, 0), (-1, 1))], 2, 4),
        # The symmetries of the cube: 2^3 3! = 48.
        ([((1, 0, 2), (1, 1, 1)), ((0, 2, 1), (1, 1, 1)), ((0, 1, 2), (-1, 1, 1))], 3, 48),
    ],
)
def test_orders_of_groups(generators: list[tuple[tuple[int, ...], tuple[int, ...]]], n: int, order: int) -> None:
    group = generated_group([SignedPermutation(*g) for g in generators], n)
    assert len(group) == len({g.key for g in group}) == order
    assert group[0].key == identity_permutation(n).key
    # Closed under products, hence (finite) a group.
    keys = {g.key for g in group}
    assert all(g.compose(h).key in keys for g in group for h in group)


# -- symmetries of a function ------------------------------------------------------------------------------
def test_true_symmetries() -> None:
    f = x**2 * y + sigmoid(x) * sigmoid(-x) + y
    assert is_symmetry(f, [x, y], SignedPermutation((0, 1), (-1, 1)))
    assert is_symmetry(x * y + sp.cos(x - y), [x, y], SignedPermutation((1, 0), (1, 1)))
    assert is_symmetry(x * y + sp.cos(x - y), [x, y], SignedPermutation((1, 0), (-1, -1)))
    assert is_symmetry(softplus(x) - x / 2, [x], SignedPermutation((0,), (-1,)))
    # x -> y -> z -> x
    assert is_symmetry(x * y**2 + y * z**2 + z * x**2, [x, y, z], SignedPermutation((1, 2, 0), (1, 1, 1)))


def test_false_symmetries() -> None:
    f = x**2 * y + sigmoid(x) * sigmoid(-x) + y
    assert not is_symmetry(f, [x, y], SignedPermutation((0, 1), (1, -1)))
    assert not is_symmetry(f, [x, y], SignedPermutation((1, 0), (1, 1)))
    assert not is_symmetry(sigmoid(x), [x], SignedPermutation((0,), (-1,)))
    assert not is_symmetry(x * y**2 + y * z**2 + z * x**2, [x, y, z], SignedPermutation((1, 0, 2), (1, 1, 1)))
    # Almost a symmetry.
    tiny = sp.Rational(1, 10**50)
    assert not is_symmetry(x**2 + tiny * x, [x], SignedPermutation((0,), (-1,)))


def test_all_signed_permutations_of_the_two_models() -> None:
    """Exactly the stated group is accepted among all 2^n n! candidates (SSL, 1 and 2 neurons; SL, 1 neuron)."""
    for name, neurons in (("ssl", 1), ("sl", 1)):
        objective = build_objective(name, neurons=neurons)
        n = len(objective.variables)
        group = {g.key for g in objective.symmetry_group}
        for source in permutations(range(n)):
            for signs in product((1, -1), repeat=n):
                g = SignedPermutation(source, signs)
                assert is_symmetry(objective.loss, objective.variables, g) == (g.key in group), g
    two = build_objective("ssl", neurons=2)
    group = {g.key for g in two.symmetry_group}
    for source in ((0, 1, 2, 3), (2, 3, 0, 1), (2, 1, 0, 3), (1, 0, 2, 3)):
        for signs in product((1, -1), repeat=4):
            g = SignedPermutation(source, signs)
            assert is_symmetry(two.loss, two.variables, g) == (g.key in group), g


# -- invariant subspaces -----------------------------------------------------------------------------------
def test_embedding_by_hand() -> None:
    # (u0, 0, -u0, u1)
    subspace = LinearSubspace((0, -1, 0, 1), (1, 0, -1, 1))
    assert subspace.dimension == 2
    assert subspace.free_positions() == [0, 3]
    assert subspace.embed([5, 7]) == [5, 0, -5, 7]
    assert LinearSubspace((-1, -1), (0, 0)).embed([]) == [0, 0]
    assert LinearSubspace((-1, -1), (0, 0)).dimension == 0


def test_true_invariant_subspaces() -> None:
    flow = gradient(x**2 * (1 + y) + x**2 * y**2 + y, [x, y])
    # x = 0: df/dx = 2 x (...) vanishes there.
    assert leaves_invariant(flow, [x, y], LinearSubspace((-1, 0), (0, 1)))
    swap = gradient(x * y + sp.cos(x - y) + x**2 + y**2, [x, y])
    assert leaves_invariant(swap, [x, y], LinearSubspace((0, 0), (1, 1)))
    assert leaves_invariant(swap, [x, y], LinearSubspace((0, 0), (1, -1)))
    assert leaves_invariant(swap, [x, y], LinearSubspace((-1, -1), (0, 0)))


def test_false_invariant_subspaces() -> None:
    flow = gradient(x**2 * (1 + y) + x**2 * y**2 + y, [x, y])
    assert not leaves_invariant(flow, [x, y], LinearSubspace((0, -1), (1, 0)))
    assert not leaves_invariant(flow, [x, y], LinearSubspace((0, 0), (1, 1)))
    assert not leaves_invariant(flow, [x, y], LinearSubspace((-1, -1), (0, 0)))
    tiny = sp.Rational(1, 10**60)
    assert not leaves_invariant([x + tiny], [x], LinearSubspace((-1,), (0,)))


def test_the_subspaces_of_the_supervised_model() -> None:
    """The relations of its stationary points: rows opposite without e2, rows equal, everything zero."""
    sl = build_objective("sl")
    # a1, 0, -a1, 0, f1, -f1
    assert leaves_invariant(sl.gradient, sl.variables, LinearSubspace((0, -1, 0, -1, 1, 1), (1, 0, -1, 0, 1, -1)))
    # a1, b1, a1, b1, f1, f1
    assert leaves_invariant(sl.gradient, sl.variables, LinearSubspace((0, 1, 0, 1, 2, 2), (1,) * 6))
    assert leaves_invariant(sl.gradient, sl.variables, LinearSubspace((-1,) * 6, (0,) * 6))
    # Rows equal without e2, and rows opposite with e2, are not invariant.
    assert not leaves_invariant(sl.gradient, sl.variables, LinearSubspace((0, -1, 0, -1, 1, 1), (1, 0, 1, 0, 1, 1)))
    assert not leaves_invariant(sl.gradient, sl.variables, LinearSubspace((0, 1, 0, 1, 2, 2), (1, 1, -1, -1, 1, -1)))
    # b = 0 alone is not enough.
    assert not leaves_invariant(sl.gradient, sl.variables, LinearSubspace((0, -1, 1, -1, 2, 3), (1, 0, 1, 0, 1, 1)))
