"""A fixed NumPy workload: the unit in which other times are reported."""

from __future__ import annotations

import statistics
import time

import numpy as np

__all__ = ["calibrate"]

REPEATS = 5


def _workload() -> float:
    """Elementwise passes over arrays that fit into cache, and batches of small inverses, as in the search."""
    x = np.linspace(0.1, 2.0, 4096)
    for _ in range(20000):
        x = np.sqrt(x * 1.0001 + 0.5) * (1.0 / (x + 0.25))
    matrices = np.eye(6) + 0.01 * np.arange(36.0).reshape(6, 6) + np.zeros((4096, 6, 6))
    for _ in range(50):
        matrices = 0.5 * (matrices + np.linalg.inv(matrices) @ matrices)
    return float(x.sum() + matrices.sum())


def calibrate() -> float:
    """Median seconds of the workload, after one run to warm up."""
    _workload()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        _workload()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
