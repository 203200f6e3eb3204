"""Eigenvalue enclosures: hand matrices, repeated and clustered eigenvalues, bad bases, and NumPy beside it."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb

from numeric.balls import precision
from proofs.theorems.eigenvalues import eigenvalue_enclosures, index_of

Matrix = list[list[arb]]


def exact(rows: list[list[object]]) -> Matrix:
    return [[arb(v) if not isinstance(v, Fraction) else arb(v.numerator) / v.denominator for v in row] for row in rows]


def basis_of(rows: list[list[float]]) -> list[list[float]]:
    return np.linalg.eigh(np.array(rows, dtype=float))[1].tolist()


def contains_all(found: list[arb], eigenvalues: list[float], slack: float = 1e-9) -> bool:
    return len(found) == len(eigenvalues) and all(
        (e + arb(0, slack)).contains(arb(v)) for e, v in zip(found, sorted(eigenvalues), strict=True)
    )


# -- by hand -----------------------------------------------------------------------------------------------
def test_a_two_by_two_matrix() -> None:
    # (2 1; 1 2): eigenvalues 1 and 3.
    found = eigenvalue_enclosures(exact([[2, 1], [1, 2]]), basis_of([[2, 1], [1, 2]]))
    assert found is not None
    assert found[0].contains(1)
    assert found[1].contains(3)
    assert max(float(e.rad()) for e in found) < 1e-12
    assert index_of(found) == 0


def test_an_indefinite_matrix() -> None:
    # (0 1; 1 0): eigenvalues -1 and 1.
    found = eigenvalue_enclosures(exact([[0, 1], [1, 0]]), basis_of([[0, 1], [1, 0]]))
    assert found is not None
    assert found[0].contains(-1)
    assert found[1].contains(1)
    assert index_of(found) == 1


def test_gershgorin_with_the_identity_as_basis() -> None:
    # Without a good basis the discs are 4 +- 1 and -3 +- 1.
    found = eigenvalue_enclosures(exact([[4, 1], [1, -3]]), [[1.0, 0.0], [0.0, 1.0]])
    assert found is not None
    # A ball stores its radius with 30 bits, hence 1e-8.
    for e, low, high in zip(found, (-4, 3), (-2, 5), strict=True):
        assert abs(e.lower() - low) < 1e-8
        assert abs(e.upper() - high) < 1e-8


@pytest.mark.parametrize("value", [-2.5, 0.0, 7.0])
def test_repeated_eigenvalues_share_their_enclosure(value: float) -> None:
    found = eigenvalue_enclosures(
        exact([[value if i == j else 0 for j in range(4)] for i in range(4)]), np.eye(4).tolist()
    )
    assert found is not None
    assert [e.contains(arb(value)) for e in found] == [True] * 4
    assert index_of(found) == (4 if value < 0 else 0 if value > 0 else None)


def test_touching_discs_are_merged() -> None:
    # Identity basis: 0 +- 1, 2 +- 1, 9 +- 0; the first two touch at 1, so both may lie anywhere in [-1, 3].
    found = eigenvalue_enclosures(exact([[0, 1, 0], [1, 2, 0], [0, 0, 9]]), np.eye(3).tolist())
    assert found is not None
    for e in found[:2]:
        # 1 +- sqrt(2)
        assert e.contains(1 - arb(2).sqrt())
        assert e.contains(1 + arb(2).sqrt())
    assert found[2].contains(9)
    assert found[2].rad() < 1e-9
    assert index_of(found) is None


def test_a_chain_of_discs_is_merged_to_its_end() -> None:
    # 0, 1, 2, 3 with couplings 0.6 to the neighbour: each disc meets the next one only.
    n = 4
    rows = [[float(i) if i == j else 0.6 if abs(i - j) == 1 else 0.0 for j in range(n)] for i in range(n)]
    found = eigenvalue_enclosures(exact(rows), np.eye(n).tolist())
    assert found is not None
    for value in np.linalg.eigvalsh(np.array(rows)):
        assert all((e + arb(0, 1e-9)).contains(arb(float(value))) for e in found)


def test_a_wide_disc_reaches_over_a_narrow_one() -> None:
    # Centres 0 and 1 with radii 0 and 10 (identity basis of a matrix with a ball entry): one cluster.
    matrix = [[arb(0), arb(0)], [arb(0), arb(1, 10)]]
    found = eigenvalue_enclosures(matrix, np.eye(2).tolist())
    assert found is not None
    assert all(e.contains(0) and e.contains(-9) and e.contains(11) for e in found)


# -- failure -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("bad", [arb("nan"), arb("inf"), arb(0, "inf"), arb("-inf")])
@pytest.mark.parametrize("where", [(0, 0), (0, 1)])
def test_entries_that_are_not_finite(bad: arb, where: tuple[int, int]) -> None:
    matrix = exact([[2, 1], [1, 2]])
    i, j = where
    matrix[i][j] = matrix[j][i] = bad
    assert eigenvalue_enclosures(matrix, np.eye(2).tolist()) is None


@pytest.mark.parametrize(
    "basis",
    [[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, 2.0], [2.0, 4.0]], [[float("nan"), 0.0], [0.0, 1.0]]],
)
def test_a_singular_basis_proves_nothing(basis: list[list[float]]) -> None:
    assert eigenvalue_enclosures(exact([[2, 1], [1, 2]]), basis) is None


def test_an_almost_singular_basis_is_sound_or_silent() -> None:
    found = eigenvalue_enclosures(exact([[2, 1], [1, 2]]), [[1.0, 1.0], [1.0, 1.0 + 1e-12]])
    assert found is None or contains_all(found, [1.0, 3.0])


# -- index -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("eigenvalues", "index"),
    [
        ([], 0),
        ([arb(1)], 0),
        ([arb(-1)], 1),
        ([arb(-2), arb(-1), arb(5)], 2),
        ([arb(-2), arb(0, 1), arb(5)], None),
        ([arb(0)], None),
        ([arb(-1), arb(1, 1)], None),
        ([arb("nan")], None),
        ([arb(0, "inf"), arb(1)], None),
    ],
)
def test_index(eigenvalues: list[arb], index: int | None) -> None:
    assert index_of(eigenvalues) == index


# -- random ------------------------------------------------------------------------------------------------
def test_random_matrices_against_mpmath_and_a_second_precision(soundness: int) -> None:
    generator = random.Random(8)
    for _ in range(150 * soundness):
        n = generator.choice([1, 2, 3, 5, 6])
        # Repeated and nearly repeated eigenvalues are frequent.
        wanted = [generator.choice([-1.0, 0.0, 1e-9, 2.0, generator.gauss(0, 1)]) for _ in range(n)]
        q, _ = np.linalg.qr(np.random.default_rng(generator.randrange(10**9)).normal(size=(n, n)))
        rows = (q * wanted) @ q.T
        rows = 0.5 * (rows + rows.T)
        with mpmath.workdps(40):
            truth = sorted(mpmath.eigsy(mpmath.matrix(rows.tolist()), eigvals_only=True))
        for bits in (53, 150):
            with precision(bits):
                found = eigenvalue_enclosures(exact(rows.tolist()), basis_of(rows.tolist()))
                assert found is not None
                for e, value in zip(found, truth, strict=True):
                    assert (e + arb(0, 1e-30)).overlaps(arb(mpmath.nstr(value, 38)) + arb(0, 1e-30))


def test_every_matrix_inside_the_balls_is_covered() -> None:
    """Members drawn from a matrix of wide balls have their eigenvalues inside the enclosures, in order."""
    numbers = np.random.default_rng(3)
    for _ in range(60):
        n = int(numbers.integers(1, 5))
        middle = numbers.normal(size=(n, n)) * 3
        middle = 0.5 * (middle + middle.T)
        radius = 10.0 ** numbers.uniform(-6, 0)
        matrix = [[arb(float(v), radius) for v in row] for row in middle]
        found = eigenvalue_enclosures(matrix, basis_of(middle.tolist()))
        assert found is not None
        for _ in range(10):
            noise = numbers.uniform(-radius, radius, (n, n))
            member = middle + np.triu(noise) + np.triu(noise, 1).T
            assert contains_all(found, np.linalg.eigvalsh(member).tolist())
