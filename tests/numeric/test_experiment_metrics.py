"""Metrics against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from numeric.experiment import metrics

W = np.array([[3.0, 4.0, 0.0], [0.0, 0.0, 0.0]])


def test_one_direction_by_hand() -> None:
    # The row space is spanned by (3, 4, 0)/5; |W|_F = 5; one singular value, 5.
    assert [metrics.span_projection(W, k) for k in range(3)] == pytest.approx([0.6, 0.8, 0])
    assert [metrics.energy(W, k) for k in range(3)] == pytest.approx([0.6, 0.8, 0])
    assert [metrics.content(W, k) for k in range(3)] == pytest.approx([0.36, 0.64, 0])


def test_two_directions_by_hand() -> None:
    # Singular values 3 and 1 along e1 and e2: span 1 and 1, energy 3/sqrt(10) and 1/sqrt(10), content 3/4 and 1/4.
    A = np.array([[0.0, 1.0, 0.0], [-3.0, 0.0, 0.0]])
    assert [metrics.span_projection(A, k) for k in range(3)] == pytest.approx([1, 1, 0])
    assert [metrics.energy(A, k) for k in range(2)] == pytest.approx([3 / 10**0.5, 1 / 10**0.5])
    assert [metrics.content(A, k) for k in range(2)] == pytest.approx([0.75, 0.25])
    assert metrics.row_cosine(A) == 0
    assert metrics.row_cosine(np.array([[1.0, 0.0], [-1.0, 1.0]])) == pytest.approx(-(0.5**0.5))


def test_a_batch_is_measured_one_by_one() -> None:
    batch = np.random.default_rng(0).normal(size=(4, 3, 2, 5))
    for measure in (metrics.span_projection, metrics.energy, metrics.content):
        assert measure(batch, 1).shape == (4, 3)
        assert measure(batch, 1)[2, 1] == pytest.approx(measure(batch[2, 1], 1))


def test_cka_and_procrustes_by_hand() -> None:
    H = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    # Rotation, scale and shift change neither.
    assert metrics.linear_cka(H, 3 * H @ turn + 7) == pytest.approx(1)
    assert metrics.procrustes_distance(H, 3 * H @ turn + 7) == pytest.approx(0, abs=1e-7)
    # One column of H: H^T H = 2 I (norm 2 sqrt 2), G^T G = 2, G^T H = (2, 0): CKA = 4 / (2 sqrt 2 * 2) = 1/sqrt 2.
    G = H[:, :1]
    assert metrics.linear_cka(H, G) == pytest.approx(0.5**0.5)
    # Normalised: |G^T H| = 2 / (2 sqrt 2) = 1/sqrt 2, so d^2 = 2 - sqrt 2.
    assert metrics.procrustes_distance(H, G) == pytest.approx((2 - 2**0.5) ** 0.5)


def test_probe_by_hand() -> None:
    H = np.array([[0.0], [0.0], [1.0], [1.0]])
    probe = metrics.linear_probe(H, np.array([0, 0, 1, 1]))
    # Least squares is exact: outputs (1 - h, h).
    assert probe == pytest.approx(np.array([[1.0, 0.0], [-1.0, 1.0]]), abs=1e-12)
    assert metrics.probe_accuracy(probe, np.array([[0.2], [0.9], [0.8]]), np.array([0, 1, 0])) == pytest.approx(2 / 3)
