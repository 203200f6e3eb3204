"""The price of rigour: ``certify`` beside one plain NumPy evaluation of gradient and Hessian at the same point.

Run ``python -m benchmarks.certify`` in the project's folder; ``--json FILE`` keeps the numbers.  Times are CPU seconds
of one process with one thread for linear algebra (set before NumPy is imported), so other work on the machine disturbs
them little.  Both sides work on the same data and weights (near the minimum), in one run, alternately; the ratio of the
medians counts.  ``certify`` includes everything after reading: Newton's method, enclosures, radius, metrics.
"""

# ruff: noqa: E402

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import separatrix as sx
from benchmarks.calibrator import calibrate

REPEATS = 3
SIZES = ((10_000, 50), (10_000, 100), (100_000, 50), (100_000, 100), (10_000, 200), (100_000, 200))
RIDGE = 1 / 800


def data(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """X and labels of the model: x = s e1 + 7 t e2 + d^(-3/2) xi."""
    rng = np.random.default_rng(n + d)
    s, t = rng.choice([1.0, -1.0], n), rng.integers(0, 2, n)
    x = d**-1.5 * rng.standard_normal((n, d))
    x[:, 0] += s
    x[:, 1] += 7 * t
    return x, (s < 0).astype(float)


def squash(z: np.ndarray) -> np.ndarray:
    t = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, t) / (1.0 + t)


def plain_ssl(x: np.ndarray, w: np.ndarray) -> Callable[[], Any]:
    """Gradient and Hessian of each neuron, without augmentation, or by a Gauss-Hermite rule for the mean over it."""
    n, d = x.shape
    nodes, weights = np.polynomial.hermite_e.hermegauss(7)
    weights = weights / weights.sum()
    rho = d**-1.5

    def run() -> list[Any]:
        found = []
        for row in w:
            m, width = x @ row, rho * np.linalg.norm(row)
            g = np.zeros((5, n))
            for z, c in zip(nodes, weights, strict=True):
                s = squash(m + width * z)
                p = s * (1 - s)
                g += c * np.array([s, p, p * (1 - 2 * s), p * (1 - 6 * p), p * (1 - 2 * s) * (1 - 12 * p)])
            first, second = 2 * g[0] * g[1], 2 * (g[1] ** 2 + g[0] * g[2])
            q, qq, mq = g[0] * g[2], (g[2] ** 2 + g[0] * g[4]) / 2, g[1] * g[2] + g[0] * g[3]
            gradient = 2 * RIDGE * row - (x.T @ first + 2 * rho**2 * q.sum() * row) / n
            u = x.T @ mq
            hessian = x.T @ (second[:, None] * x) + 2 * rho**2 * (np.outer(u, row) + np.outer(row, u))
            hessian += 4 * rho**4 * qq.sum() * np.outer(row, row) + 2 * rho**2 * q.sum() * np.eye(d)
            found.append((gradient, 2 * RIDGE * np.eye(d) - hessian / n))
        return found

    return run


def plain_sl(x: np.ndarray, y: np.ndarray, w: np.ndarray, f: np.ndarray) -> Callable[[], Any]:
    n, d = x.shape
    m = len(w)

    def run() -> Any:
        h = squash(x @ w.T)
        p = h * (1 - h)
        out = squash(h @ f)
        first, second = out - y, out * (1 - out)
        gradient = np.concatenate([((first[:, None] * f * p).T @ x / n).ravel(), first @ h / n])
        hessian = np.zeros((m * d + m, m * d + m))
        for j in range(m):
            here = slice(j * d, (j + 1) * d)
            for k in range(j, m):
                c = second * f[j] * f[k] * p[:, j] * p[:, k]
                if j == k:
                    c = c + first * f[j] * p[:, j] * (1 - 2 * h[:, j])
                block = x.T @ (c[:, None] * x) / n
                hessian[here, k * d : (k + 1) * d] = block
                hessian[k * d : (k + 1) * d, here] = block.T
                hessian[m * d + j, m * d + k] = hessian[m * d + k, m * d + j] = np.mean(second * h[:, j] * h[:, k])
            for k in range(m):
                c = second * f[j] * p[:, j] * h[:, k] + (first * p[:, j] if j == k else 0)
                hessian[here, m * d + k] = hessian[m * d + k, here] = x.T @ c / n
        point = np.concatenate([w.ravel(), f])
        return gradient + 2 * RIDGE * point, hessian + 2 * RIDGE * np.eye(len(point))

    return run


def seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def case(objective: str, n: int, d: int) -> dict[str, Any]:
    x, y = data(n, d)
    w = np.zeros((2, d))
    if objective == "ssl":
        w[:, 0], w[:, 1] = [3.8, -3.8], 1.52
        arrays: dict[str, Any] = {"X": x, "W": w}
    else:
        w[:, 0] = [-2.63, 2.63]
        arrays = {"X": x, "W": w, "y": y, "F": np.array([4.25, -4.25])}
    found = sx.certify(arrays)
    # Trained weights: the minimum, up to what single precision keeps.
    point = found.problem.rows_of(found.centre).astype(np.float32).astype(np.float64)
    arrays["W"] = point
    if objective == "sl":
        arrays["F"] = found.centre[0][2 * d :].astype(np.float32).astype(np.float64)
    plain = plain_ssl(x, point) if objective == "ssl" else plain_sl(x, y, point, arrays["F"])
    plain()
    times: dict[str, list[float]] = {"plain": [], "certify": []}
    for _ in range(REPEATS):
        times["plain"].append(seconds(plain))
        times["certify"].append(seconds(lambda: sx.certify(arrays)))
    result = sx.certify(arrays)
    p, c = (statistics.median(times[k]) for k in ("plain", "certify"))
    return {
        "objective": objective, "n": n, "d": d, "verdict": result.verdict.value, "radius": float(result.radius or 0),
        "plain": p, "certify": c, "ratio": c / p,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Time certify beside one plain evaluation of gradient and Hessian.")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers here")
    options = parser.parse_args()
    unit = calibrate()
    print(f"NumPy {np.__version__}, one thread; calibrator {unit:.3f} s")
    print(f"{'':4} {'n':>8} {'d':>4} {'verdict':9} {'radius':>9} {'plain s':>9} {'certify s':>10} {'ratio':>6}")
    rows = []
    for objective in ("ssl", "sl"):
        for n, d in SIZES:
            r = case(objective, n, d)
            rows.append(r)
            print(
                f"{objective:4} {n:>8} {d:>4} {r['verdict']:9} {r['radius']:>9.4f} {r['plain']:>9.3f} "
                f"{r['certify']:>10.3f} {r['ratio']:>6.2f}",
                flush=True,
            )
    if options.json:
        text = json.dumps({"calibrator": unit, "cases": rows}, indent=2)
        Path(options.json).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
