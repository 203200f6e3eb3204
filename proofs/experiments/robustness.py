"""Where SSL stops learning the hidden feature, where SL starts to, and which boundaries are proved.

Arithmetic: the sweeps are heuristic (gradient descent on the noise-free population, or on samples for the noise level);
the brackets are rigorous: both ends are complete landscapes that were proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from numeric.experiment import grid, metrics
from numeric.experiment.draws import generator
from numeric.experiment.setup import Setup
from numeric.experiment.train import advance, start
from proofs.claims.stationary_points import landscape_claim
from proofs.landscape import Landscape, prove_landscape
from proofs.verdict import Verdict
from symbolic.objectives import build_objective

__all__ = [
    "Bracket",
    "HeatMap",
    "Robustness",
    "Sweep",
    "alpha_bracket",
    "heat_map",
    "rows_with_both_features",
    "run_robustness",
]

Array = NDArray[np.float64]
TAU, RIDGE = 7.0, 1 / 800
BASE_STEP = 0.1  # on the mean, as published; smaller where tau > 7 makes the loss steeper
STARTS = 3
GRID = 64


@dataclass
class Sweep:
    """Energies of e1 and e2 (mean over the starts) as one factor varies; ``energies[objective]`` is (values, 2).

    ``residual`` is the largest |gradient| of any run at the end: how far from converged the sweep is (None on samples,
    where the augmentation noise keeps it up).
    """

    factor: str
    unit: str
    values: Array
    energies: dict[str, Array]
    residual: float | None = None


@dataclass
class HeatMap:
    """Energy of e2 and of e1 for SSL and SL over a grid of tau (columns) and ridge (rows)."""

    tau: Array
    ridge: Array
    energies: dict[str, Array]
    residual: float


@dataclass(frozen=True)
class Bracket:
    """PROVED: at ``low`` SSL has a minimum with a != 0 and b != 0, at ``high`` no stationary point with a != 0.

    UNDECIDED: the landscapes did not show both.
    """

    tau: Fraction
    low: Fraction
    high: Fraction
    verdict: Verdict
    landscapes: int
    claims: tuple[dict[str, Any], ...] = ()


@dataclass
class Robustness:
    sweeps: list[Sweep] = field(default_factory=list)
    heat: HeatMap | None = None
    brackets: list[Bracket] = field(default_factory=list)


def run_robustness(
    *, steps: int = 20_000, points: int = 13, taus: int = 3, started: Callable[[str], None] = lambda text: None
) -> Robustness:
    """All sweeps with ``points`` values each, and brackets at ``taus`` values of tau."""
    found = Robustness()
    for kind in grid.KINDS:
        started(f"augmentation: {kind}")
        found.sweeps.append(_augmentation(kind, points, steps))
    for sweep in (_label_share, _correlation, _width):
        started(sweep.__name__.strip("_").replace("_", " "))
        found.sweeps.append(sweep(points, steps))
    started("noise level")
    found.sweeps.append(_noise(points, steps))
    started("tau and ridge")
    found.heat = heat_map(points, steps)
    for tau in np.linspace(3, 9, taus) if taus > 1 else [TAU] * taus:
        started(f"certified boundary at tau = {tau:g}")
        found.brackets.append(alpha_bracket(Fraction(round(float(tau)))))
    return found


# -- sweeps (heuristic) ----------------------------------------------------------------------------
def _starts(cells: int, neurons: int, *, hidden: bool) -> tuple[Array, Array]:
    """For every cell the same STARTS starts: standard normal, first coordinates of alternating signs, and F."""
    W = np.stack([generator(k, 7).standard_normal((neurons, 2)) for k in range(STARTS)])
    W[:, :, 0] = np.abs(W[:, :, 0]) * (1 - 2 * (np.arange(neurons) % 2))
    if hidden:
        W[:, :, 1] = np.abs(W[:, :, 1])
    # F starts so that label 0 (s = +1) gets the smaller output, as W is signed.
    F = np.abs(np.stack([generator(k, 8).standard_normal(neurons) for k in range(STARTS)]))
    F *= 2 * (np.arange(neurons) % 2) - 1
    return np.tile(W, (cells, 1, 1)), np.tile(F, (cells, 1))


def _train(
    tau: Array, ridge: Array, share: Array, augmentation: list[grid.Views] | None, steps: int, neurons: int = 2
) -> tuple[dict[str, Array], float]:
    """Energies (cells, 2) of SSL and, without augmentation, of SL, and the largest |gradient|; share (cells, 4)."""
    cells = len(tau)
    many = [np.repeat(x, STARTS, axis=0) for x in (tau, ridge, share)]
    step = BASE_STEP * np.minimum(1, TAU**2 / np.maximum(many[0] ** 2, 1e-9))
    points = grid.population(many[0])
    plain = grid.Views(np.ones((1, 2)), np.zeros((1, 2)), np.ones(1))
    each = [a for a in augmentation or [plain] * cells for _ in range(STARTS)]
    W, _ = _starts(cells, neurons, hidden=True)
    W = grid.ssl_descent(points, many[2], each, many[1], W, step, steps)
    found = {"SSL": W}
    moves = [(grid.ssl_descent(points, many[2], each, many[1], W, step, 1) - W) / step[:, None, None]]
    if augmentation is None:
        W, F = _starts(cells, neurons, hidden=False)
        W, F = grid.sl_descent(points, many[2], many[1], many[1], W, F, step, steps)
        found["SL"] = W
        more = grid.sl_descent(points, many[2], many[1], many[1], W, F, step, 1)
        moves += [(more[0] - W) / step[:, None, None], ((more[1] - F) / step[:, None])[:, :, None]]
    residual = max(float(np.sqrt((m**2).sum(axis=(1, 2))).max()) for m in moves)
    return {k: _energies(v).reshape(cells, STARTS, 2).mean(axis=1) for k, v in found.items()}, residual


def _energies(W: Array) -> Array:
    """Energies of e1 and e2; 0 where |W|_F < 0.001, since the weights have died there."""
    found = np.nan_to_num(np.stack([metrics.energy(W, 0), metrics.energy(W, 1)], axis=-1))
    alive: Array = np.linalg.norm(W, axis=(1, 2)) >= 1e-3
    return np.where(alive[:, None], found, 0.0)


def _augmentation(kind: str, points: int, steps: int) -> Sweep:
    top, unit = {"mask e1": (1.0, "probability"), "mask e2": (1.0, "probability"), "scaling": (0.95, "relative")}.get(
        kind, (4.0, "standard deviation")
    )
    values = np.linspace(0, top, points)
    views = [grid.views(kind, float(v)) for v in values]
    return Sweep(kind, unit, values, *_train(*_constant(points), views, steps))


def _constant(cells: int) -> tuple[Array, Array, Array]:
    return np.full(cells, TAU), np.full(cells, RIDGE), np.full((cells, 4), 0.25)


def _label_share(points: int, steps: int) -> Sweep:
    """Probability of label 0; the hidden feature stays independent of the label."""
    values = np.linspace(0.05, 0.95, points)
    tau, ridge, _ = _constant(points)
    share = np.stack([values / 2, values / 2, (1 - values) / 2, (1 - values) / 2], axis=1)
    return Sweep("share of label 0", "probability", values, *_train(tau, ridge, share, None, steps))


def _correlation(points: int, steps: int) -> Sweep:
    """Correlation of the hidden feature with the label; both stay balanced."""
    values = np.linspace(-0.9, 0.9, points)
    tau, ridge, _ = _constant(points)
    share = np.stack([1 - values, 1 + values, 1 + values, 1 - values], axis=1) / 4
    return Sweep(
        "correlation of hidden feature and label 0", "correlation", values, *_train(tau, ridge, share, None, steps)
    )


def _width(points: int, steps: int) -> Sweep:
    widths = [m for m in (1, 2, 3, 4, 6, 8, 12, 16) if m <= max(2, points)]
    rows = [_train(*_constant(1), None, steps, neurons=m) for m in widths]
    energies = {name: np.concatenate([r[0][name] for r in rows]) for name in ("SSL", "SL")}
    return Sweep("number of neurons", "neurons", np.array(widths, dtype=float), energies, max(r[1] for r in rows))


def _noise(points: int, steps: int) -> Sweep:
    """Data and augmentation noise of level rho on samples: d = 10, n = 100, five seeds, vector noise."""
    values = np.array([0, 0.01, 10**-1.5, 0.1, 0.3, 0.6, 1.0, 2.0][: max(2, min(8, points))])
    energies: dict[str, list[Array]] = {"SSL": [], "SL": []}
    for rho in values:
        level = Fraction(float(rho)).limit_denominator(10_000)
        plain = Setup(start="sign", noise="vector", stream="independent", rho=level)
        for name, setup in (("SSL", plain), ("SL", replace(plain, objective="sl", augment="none"))):
            run = start(setup, tuple(range(5)), every=steps + 1)
            advance(run, steps)
            energies[name].append(_energies(run.W).mean(axis=0))
    return Sweep(
        "noise level rho, on samples", "standard deviation", values, {k: np.array(v) for k, v in energies.items()}
    )


def heat_map(points: int, steps: int) -> HeatMap:
    """SSL and SL on a grid of ``points`` values of tau in [1, 10] and of the ridge in [1/3200, 1/4]."""
    tau = np.linspace(1, 10, points)
    ridge = np.geomspace(1 / 3200, 1 / 4, points)
    columns, rows = (x.ravel() for x in np.meshgrid(tau, ridge))
    energies, residual = _train(columns, rows, np.full((len(rows), 4), 0.25), None, steps)
    return HeatMap(tau, ridge, {k: v.reshape(points, points, 2) for k, v in energies.items()}, residual)


# -- brackets (rigorous) ---------------------------------------------------------------------------
def rows_with_both_features(landscape: Landscape) -> bool | None:
    """True: a minimum with a != 0 and b != 0.  False: a = 0 at every stationary point.  None: neither was proved.

    For one SSL neuron; the landscape must be complete.
    """
    if landscape.verdict is not Verdict.PROVED:
        return None
    if any(p.index == 0 and all(not x.lo <= 0 <= x.hi for x in p.box) for p in landscape.points):
        return True
    return False if all("a = 0" in p.relations for p in landscape.points) else None


def alpha_bracket(tau: Fraction, *, low: Fraction = Fraction(1, 1024), high: Fraction = Fraction(1)) -> Bracket:
    """Bisect alpha between a proved landscape with both features and a proved one without e1, to 1/64 of the value."""
    seen: dict[Fraction, Landscape] = {}

    def decided(alpha: Fraction) -> bool | None:
        values = {"tau": _rational(tau), "alpha": _rational(alpha)}
        seen[alpha] = prove_landscape(build_objective("ssl", values=values))
        return rows_with_both_features(seen[alpha])

    if decided(low) is not True or decided(high) is not False:
        return Bracket(tau, low, high, Verdict.UNDECIDED, len(seen))
    while high - low > high / GRID:
        middle = (low + high) / 2
        answer = decided(middle)
        if answer is None:
            break
        low, high = (middle, high) if answer else (low, middle)
    claims = tuple(landscape_claim(seen[alpha]) for alpha in (low, high))
    return Bracket(tau, low, high, Verdict.PROVED, len(seen), claims)


def _rational(x: Fraction) -> sp.Rational:
    return sp.Rational(x.numerator, x.denominator)
