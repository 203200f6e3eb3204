"""Positive definiteness: definite matrices are recognised, all others are not, whatever the hint."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from proofs.theorems.definiteness import float_midpoints, has_index, is_positive_definite, whitening


def balls(rows: list[list[object]], radius: float = 0.0) -> list[list[arb]]:
    return [[arb(v, radius) if radius else arb(v) for v in row] for row in rows]


def sylvester(rows: list[list[Fraction]]) -> bool:
    """All leading minors positive, in exact arithmetic (the criterion of a textbook, not of the code)."""
    a = [row[:] for row in rows]
    for k in range(len(a)):
        if a[k][k] <= 0:
            return False
        for i in range(k + 1, len(a)):
            factor = a[i][k] / a[k][k]
            a[i] = [p - factor * q for p, q in zip(a[i], a[k], strict=True)]
    return True


@pytest.mark.parametrize(
    "rows",
    [
        [[1]],
        [[1e-300]],
        [[2, 1], [1, 2]],
        # 1 * 1.0001 - 1 > 0
        [[1, 1], [1, 1.0001]],
        [[2, -1, 0], [-1, 2, -1], [0, -1, 2]],
        [[1e8, 1], [1, 1e-7]],
    ],
)
def test_definite_by_hand(rows: list[list[object]]) -> None:
    assert is_positive_definite(balls(rows))


@pytest.mark.parametrize(
    "rows",
    [
        [[0]],
        [[-1]],
        [[1, 1], [1, 1]],
        [[1, 2], [2, 1]],
        [[0, 1], [1, 0]],
        [[1, 0], [0, 0]],
        [[-2, 0], [0, -3]],
        [[1, 1], [1, 0.9999]],
        # Semidefinite: the rows sum to zero.
        [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]],
    ],
)
def test_not_definite_by_hand(rows: list[list[object]]) -> None:
    assert not is_positive_definite(balls(rows))


def test_a_borderline_family_of_balls() -> None:
    # (2 t; t 2) is definite exactly for |t| < 2.
    assert is_positive_definite([[arb(2), arb(0, 1.9)], [arb(0, 1.9), arb(2)]])
    assert not is_positive_definite([[arb(2), arb(0, 2.1)], [arb(0, 2.1), arb(2)]])
    assert is_positive_definite([[arb(1, 0.5)]])
    assert not is_positive_definite([[arb(1, 1)]])


@pytest.mark.parametrize("bad", [arb("nan"), arb("inf"), arb(0, "inf"), arb("-inf")])
@pytest.mark.parametrize("where", [(0, 0), (0, 1), (1, 1)])
def test_entries_that_are_not_finite(bad: arb, where: tuple[int, int]) -> None:
    matrix = balls([[2, 1], [1, 2]])
    i, j = where
    matrix[i][j] = matrix[j][i] = bad
    assert not is_positive_definite(matrix)


def test_numbers_beyond_the_floats_are_refused_without_noise() -> None:
    huge = arb(10) ** 400
    assert not is_positive_definite([[huge, arb(0)], [arb(0), arb(1)]])
    tiny = arb(10) ** -400
    assert not is_positive_definite([[tiny]])


def test_hints_can_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The float eigenbasis is a hint: no hint gives a singular or indefinite matrix an index that it has not."""
    generator = np.random.default_rng(1)

    def check(values: np.ndarray, vectors: np.ndarray) -> None:
        monkeypatch.setattr(np.linalg, "eigh", lambda _: (values, vectors))
        with np.errstate(all="ignore"):
            for index in (0, 1, 2):
                assert not has_index(balls([[1, 1], [1, 1]]), index)
                assert not (has_index(balls([[1, 2], [2, 1]]), index) and index != 1)
                assert not (has_index(balls([[2, 1], [1, 2]]), index) and index != 0)
                assert not (has_index(balls([[-2, 1], [1, -2]]), index) and index != 2)

    for _ in range(150):
        values = np.sort(generator.normal(size=2) * 10.0 ** generator.uniform(-3, 3, 2))
        check(values, generator.normal(size=(2, 2)))
    for bad in (np.nan, np.inf, 0.0, 1.0):
        check(np.array([1.0, 2.0]), np.full((2, 2), bad))
        check(np.array([-1.0, 2.0]), np.full((2, 2), bad))
        check(np.array([bad, bad]), np.eye(2))


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        ([[3]], 0),
        ([[-3]], 1),
        # Eigenvalues -1 and 3.
        ([[1, 2], [2, 1]], 1),
        # Eigenvalues -1, -1 and 2.
        ([[0, 1, 1], [1, 0, 1], [1, 1, 0]], 2),
        ([[-5, 0], [0, -1e-9]], 2),
        # Eigenvalues 0, 3 and 3: no index.
        ([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]], None),
        ([[0]], None),
    ],
)
def test_index_by_hand(rows: list[list[object]], index: int | None) -> None:
    for k in range(len(rows) + 1):
        assert has_index(balls(rows), k) == (k == index)


def test_index_of_balls_with_a_sign_change_inside() -> None:
    assert not any(has_index([[arb(1, 2)]], k) for k in (0, 1))
    assert not any(has_index([[arb(2), arb(0, 2.1)], [arb(0, 2.1), arb(2)]], k) for k in (0, 1, 2))
    assert has_index([[arb(2), arb(0, 0.5)], [arb(0, 0.5), arb(-2)]], 1)


def test_whitening() -> None:
    middle = np.array([[2.0, 1.0], [1.0, 2.0]])
    X = whitening(middle)
    assert X is not None
    assert np.abs(X @ middle @ X.T - np.eye(2)).max() < 1e-12
    assert whitening(np.array([[1.0, 2.0], [2.0, 1.0]])) is None
    assert whitening(np.array([[0.0]])) is None


def test_float_midpoints() -> None:
    assert float_midpoints([[arb(1, 3), arb(-2)], [arb(0.5), arb(0)]]).tolist() == [[1.0, -2.0], [0.5, 0.0]]


def test_random_matrices_against_exact_minors(soundness: int) -> None:
    """Small rational matrices: a proof is given only where the exact criterion holds, and mostly where it does."""
    generator = random.Random(6)
    proved = definite = 0
    for _ in range(600 * soundness):
        n = generator.choice([1, 2, 3, 4])
        rows = [[Fraction(0)] * n for _ in range(n)]
        for i in range(n):
            for j in range(i + 1):
                rows[i][j] = rows[j][i] = Fraction(generator.randint(-8, 8), 8) + (2 if i == j else 0)
        truth, found = sylvester(rows), is_positive_definite(balls([[float(v) for v in row] for row in rows]))
        assert truth or not found
        definite += truth
        proved += found
    assert proved >= 0.98 * definite > 0
