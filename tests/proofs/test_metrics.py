"""Enclosures of the metrics: they hold the float value, every sampled neighbour, and say so where nothing is known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numeric.enclosure import Enclosure
from numeric.experiment import metrics as floats
from proofs import metrics

SLACK = 1e-9


def holds(enclosure: Enclosure | None, value: float) -> bool:
    assert enclosure is not None
    return float(enclosure.lo) - SLACK <= value <= float(enclosure.hi) + SLACK


def representation(W: np.ndarray, X: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-X @ W.T))


@pytest.mark.parametrize(("m", "d"), [(2, 10), (3, 5), (1, 4), (5, 3), (3, 3)])
@pytest.mark.parametrize("radius", [Fraction(0), Fraction(1, 50)])
def test_every_neighbour_is_inside(m: int, d: int, radius: Fraction, soundness: int) -> None:
    rng = np.random.default_rng(10 * m + d)
    W, X, G = rng.normal(size=(m, d)), rng.normal(size=(30, d)), rng.normal(size=(30, 2))
    targets = rng.integers(0, 3, 30)
    probe = floats.linear_probe(representation(W, X), targets)
    found = {
        "span": metrics.span_enclosure(W, 1, radius),
        "energy": metrics.energy_enclosure(W, 1, radius),
        "content": metrics.content_enclosure(W, 1, radius),
        "cka": metrics.cka_enclosure(W, X, G, radius),
        "procrustes": metrics.procrustes_enclosure(W, X, G, radius),
        "probe": metrics.probe_enclosure(W, X, targets.tolist(), probe, radius),
    }
    if m > 1:
        found["cosine"] = metrics.cosine_enclosure(W, 0, 1, radius)
    for _ in range(100 * soundness):
        move = rng.normal(size=(m, d))
        if rng.random() < 0.5:
            move[:, np.arange(d) != 1] = 0  # the direction that changes energy and span most
        V = W + float(radius) * move / np.linalg.norm(move)
        H = representation(V, X)
        assert holds(found["span"], float(floats.span_projection(V, 1)))
        assert holds(found["energy"], float(floats.energy(V, 1)))
        assert holds(found["content"], float(floats.content(V, 1)))
        assert holds(found["cka"], floats.linear_cka(H, G))
        assert holds(found["procrustes"], floats.procrustes_distance(H, G))
        assert holds(found["probe"], floats.probe_accuracy(probe, H, targets))
        if m > 1:
            assert holds(found["cosine"], float(floats.row_cosine(V)))
    if radius == 0:
        for name, enclosure in found.items():
            assert enclosure is not None
            assert enclosure.width < Fraction(1, 10**8), name


def test_energy_bound_is_attained() -> None:
    # W = e1 (one row), r = 3/5: the tangent direction turns it by asin(3/5), to energy 3/5 of e2 and 4/5 of e1.
    W = np.array([[1.0, 0.0]])
    e1, e2 = (metrics.energy_enclosure(W, k, Fraction(3, 5)) for k in range(2))
    assert e1 is not None
    assert e2 is not None
    assert abs(e1.lo - Fraction(4, 5)) < Fraction(1, 10**20)
    assert e1.hi == 1
    assert e2.lo == 0
    assert abs(e2.hi - Fraction(3, 5)) < Fraction(1, 10**20)


def test_span_by_hand() -> None:
    # Singular values 1 and 2, span of e1, e2 in R^3: the projection of e3 is 0 and moves by at most r / 1.
    W = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    found = metrics.span_enclosure(W, 2, Fraction(1, 4))
    assert found is not None
    assert found.lo == 0
    assert abs(found.hi - Fraction(1, 4)) < Fraction(1, 10**20)
    # At radius 1 the ball holds the rank-one matrix (0; 2 e2).
    assert metrics.span_enclosure(W, 2, Fraction(1)) is None
    # As many rows as dimensions: the row space is everything, exactly.
    assert metrics.span_enclosure(np.eye(2), 0, Fraction(1, 2)) == Enclosure.exact(1)


def test_where_nothing_is_known() -> None:
    rank_one = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]])
    assert metrics.span_enclosure(rank_one, 1) is None
    assert metrics.content_enclosure(rank_one, 1) is None
    assert metrics.energy_enclosure(rank_one, 1, Fraction(1, 100)) is not None
    assert metrics.energy_enclosure(np.zeros((2, 3)), 0) is None
    assert metrics.energy_enclosure(rank_one, 1, Fraction(3, 2)) is None
    assert metrics.cosine_enclosure(np.array([[1.0, 0.0], [0.0, 0.0]]), 0, 1) is None
    # Each row may turn by asin(0.8) = 53 degrees: more than a right angle together.
    assert metrics.cosine_enclosure(np.eye(2), 0, 1, Fraction(4, 5)) is None
    assert metrics.cka_enclosure(rank_one, np.ones((4, 3)), np.ones((4, 1))) is None
    with pytest.raises(ValueError, match="finite"):
        metrics.energy_enclosure(np.array([[np.nan, 1.0]]), 0)


def test_a_decision_on_the_edge_is_left_open() -> None:
    # One neuron, w = 0: h = 1/2 for every sample, and the probe (0, 1 h - 1/2) is exactly on the edge.
    probe = np.array([[0.0, -0.5], [0.0, 1.0]])
    found = metrics.probe_enclosure(np.zeros((1, 2)), np.eye(2), [0, 1], probe)
    assert found == Enclosure(Fraction(0), Fraction(1))
