"""Where zeros may be: Newton's method from many starts, and in mpmath to any number of digits.

Arithmetic: heuristic.  Nothing here is a proof; :mod:`numeric.isolate` and the theorems decide.
"""

from __future__ import annotations

from collections.abc import Sequence

import mpmath
import numpy as np

from numeric.floats import evaluate_mpmath, evaluate_numpy
from numeric.intervals import BoolArray, FloatArray
from numeric.system import System

__all__ = ["newton_from_many", "newton_multiprecision"]


def newton_from_many(
    system: System,
    root_lo: FloatArray,
    root_hi: FloatArray,
    *,
    starts: int = 384,
    steps: int = 60,
    seed: int = 0,
    tolerance: float = 1e-6,
) -> FloatArray:
    """Approximate zeros inside the root box that differ by more than the tolerance, as columns (n x k)."""
    n = system.dimension
    generator = np.random.default_rng(seed)
    lo, hi = root_lo[:, None], root_hi[:, None]
    uniform = generator.uniform(lo, hi, (n, starts // 2))
    # Zeros of regularised problems crowd near the middle of a pessimistic box.
    inner = 0.5 * (lo + hi) + (hi - lo) * generator.normal(0.0, 0.08, (n, starts - starts // 2))
    x = np.concatenate([np.clip(inner, lo, hi), uniform], axis=1)
    limit = 0.25 * (root_hi - root_lo)[:, None]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            step = _newton_step(system, x)
            size = np.max(np.abs(step) / np.maximum(limit, 1e-300), axis=0)
            x = x - step / np.maximum(size, 1.0)
        step = _newton_step(system, x)
        scale = 1.0 + np.max(np.abs(x), axis=0)
        good = np.isfinite(x).all(axis=0) & (np.max(np.abs(step), axis=0) < 1e-9 * scale)
        good &= ~_flat(system, x, scale)
        good &= ((x >= lo - 1e-9) & (x <= hi + 1e-9)).all(axis=0)
    return _distinct(x[:, good], tolerance)


def _flat(system: System, x: FloatArray, scale: FloatArray) -> BoolArray:
    """Where the step was small because the slope vanishes, not the function."""
    inputs = _with_parameters(system, x)
    value = np.abs(evaluate_numpy(system.function, inputs)).max(axis=0)
    slope = np.abs(evaluate_numpy(system.jacobian, inputs)).max(axis=0)
    return np.asarray(value > 1e-6 * slope * scale)


def _with_parameters(system: System, x: FloatArray) -> FloatArray:
    if not system.fixed:
        return x
    # Parameters at the middle of their intervals.
    middles = [[float((lo + hi) / 2)] for lo, hi in system.fixed]
    return np.concatenate([x, np.broadcast_to(middles, (len(middles), x.shape[1]))])


def _newton_step(system: System, x: FloatArray) -> FloatArray:
    n = system.dimension
    inputs = _with_parameters(system, x)
    value = evaluate_numpy(system.function, inputs).T[:, :, None]
    slope = evaluate_numpy(system.jacobian, inputs).T.reshape(-1, n, n)
    bad = ~(np.isfinite(slope).all(axis=(1, 2)) & np.isfinite(value).all(axis=(1, 2)))
    slope[bad] = np.eye(n)
    try:
        step = np.linalg.solve(slope, value)[:, :, 0].T
    except np.linalg.LinAlgError:
        step = (np.linalg.pinv(slope) @ value)[:, :, 0].T
    step[:, bad] = np.nan
    return np.asarray(step, dtype=np.float64)


def _distinct(x: FloatArray, tolerance: float) -> FloatArray:
    kept: list[FloatArray] = []
    for column in x.T:
        if not any(np.max(np.abs(column - k)) <= tolerance * (1 + np.max(np.abs(k))) for k in kept):
            kept.append(column)
    return np.array(kept).T.reshape(x.shape[0], len(kept))


def newton_multiprecision(system: System, start: Sequence[float | mpmath.mpf], digits: int) -> list[mpmath.mpf]:
    """Newton in mpmath, doubling the precision as it converges; about ``digits`` correct digits.

    Raises ValueError when the iteration does not settle or the Jacobian is singular.
    """
    n = system.dimension
    with mpmath.workdps(30):
        x = [mpmath.mpf(v) for v in start]
    work = 30
    for _ in range(80):
        with mpmath.workdps(work):
            try:
                value = evaluate_mpmath(system.function, x)
                flat = evaluate_mpmath(system.jacobian, x)
            except ZeroDivisionError as error:
                raise ValueError("Newton's iteration left the domain of the function") from error
            if any(isinstance(v, mpmath.mpc) for v in (*value, *flat)):
                raise ValueError("Newton's iteration left the domain of the function")
            matrix = mpmath.matrix([flat[i * n : (i + 1) * n] for i in range(n)])
            try:
                step = mpmath.lu_solve(matrix, mpmath.matrix(value))
            except (ZeroDivisionError, TypeError) as error:  # lu_solve finds no pivot in a NaN column
                raise ValueError("the Jacobian is singular along Newton's iteration") from error
            x = [xi - si for xi, si in zip(x, step, strict=True)]
            size = max(abs(s) for s in step)
            if not mpmath.isfinite(size):
                raise ValueError("Newton's iteration left the domain of the function")
            correct = -int(mpmath.floor(mpmath.log10(size + mpmath.mpf(10) ** (-2 * work))))
            if correct > digits + 4:
                return x
            # Quadratic convergence: the next step may use twice the digits that are correct now.
            if 2 * correct > work - 10:
                work = min(2 * correct + 20, 2 * digits + 40)
    raise ValueError("Newton's iteration did not converge from this start")
