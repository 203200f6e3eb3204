"""Clusters of open boxes: all boxes are in one, whatever their number."""

from __future__ import annotations

import numpy as np

from numeric.enclosure import Enclosure
from proofs.clusters import merge_boxes


def test_no_open_box_is_left_out_of_the_clusters() -> None:
    """Whatever the number of boxes, each lies in a cluster; touching boxes share one, distant ones do not."""
    numbers = np.random.default_rng(4)
    centres = np.array([[0.0, 5.0, -7.0], [0.0, 5.0, 3.0]])
    lo = np.repeat(centres, 60, axis=1) + 1e-3 * numbers.random((2, 180))
    hi = lo + 1e-4
    order = numbers.permutation(180)
    for most in (4000, 100, 10):
        found = merge_boxes(lo[:, order], hi[:, order], most=most)
        for k in range(180):
            box = [Enclosure.from_floats(a, b) for a, b in zip(lo[:, k].tolist(), hi[:, k].tolist(), strict=True)]
            assert any(all(c.contains(x) for c, x in zip(cluster, box, strict=True)) for cluster in found)
        assert len(found) >= 3 or most < 180
    assert len(merge_boxes(lo[:, :60], hi[:, :60])) < 30
    assert merge_boxes(np.empty((2, 0)), np.empty((2, 0))) == []
