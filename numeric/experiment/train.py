"""Gradient descent on many runs at once: a state, and steps that carry it on.

Arithmetic: heuristic.  The noise of step t of seed s depends on (s, t) alone, so a run that was stopped and resumed, or
that runs beside other seeds, has the same bits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from numeric.experiment import gradients
from numeric.experiment.draws import AUGMENT, Draws, draw, generator
from numeric.experiment.setup import Setup

__all__ = ["RECORD_EVERY", "Diverged", "Run", "advance", "start"]

Array = NDArray[np.float64]
RECORD_EVERY = 10
BLOCK_NUMBERS = 2**15


class Diverged(ArithmeticError):
    """Weights that are not finite."""


@dataclass
class Run:
    """Where a run stands: after ``step`` steps; every ``every``-th weights are kept in ``kept_W`` (and ``kept_F``)."""

    setup: Setup
    seeds: tuple[int, ...]
    draws: Draws
    W: Array
    F: Array | None
    step: int = 0
    every: int = RECORD_EVERY
    kept_steps: list[int] = field(default_factory=list)
    kept_W: list[Array] = field(default_factory=list)
    kept_F: list[Array] = field(default_factory=list)

    def keep(self) -> None:
        self.kept_steps.append(self.step)
        self.kept_W.append(self.W.copy())
        if self.F is not None:
            self.kept_F.append(self.F.copy())

    def rewind(self) -> None:
        """Back to the last weights that were kept."""
        self.step, self.W = self.kept_steps[-1], self.kept_W[-1].copy()
        self.F = self.kept_F[-1].copy() if self.kept_F else None


def start(setup: Setup, seeds: tuple[int, ...], *, every: int = RECORD_EVERY) -> Run:
    draws = draw(setup, seeds)
    run = Run(setup, seeds, draws, draws.W.copy(), None if draws.F is None else draws.F.copy(), every=every)
    run.keep()
    return run


def advance(run: Run, steps: int, after: Callable[[Run], None] | None = None) -> None:
    """Carry the run on to ``steps`` steps in all; ``after`` is called whenever weights were kept.

    Raises Diverged when weights stop being finite (the step is too large).
    """
    moves = _supervised(run) if run.setup.objective == "sl" else _self_supervised(run, steps)
    with np.errstate(over="ignore", invalid="ignore"):
        while run.step < steps:
            next(moves)
            run.step += 1
            if run.step % run.every == 0 or run.step == steps:
                if not np.isfinite(run.W).all():
                    raise Diverged(f"the weights are not finite after {run.step} steps; a smaller step size would help")
                if run.step % run.every == 0:
                    run.keep()
                if after is not None:
                    after(run)


def _self_supervised(run: Run, steps: int) -> Iterator[None]:
    setup, X = run.setup, run.draws.X
    XT = np.ascontiguousarray(X.transpose(0, 2, 1))
    ridge, rho, eta = float(setup.ridge), setup.noise_level, float(setup.step)
    fresh, literal = _fresh_noise(run, steps), _literal_views(run)
    while True:
        match setup.augment:
            case "none":
                slope = gradients.ssl_plain_gradient(run.W, X, XT, ridge)
            case "expected":
                slope = gradients.ssl_expected_gradient(run.W, X, XT, ridge, rho)
            case "literal":
                slope = gradients.ssl_view_gradient(run.W, next(literal), ridge)
            case _:
                u, g = next(fresh)
                slope = gradients.projected_views(run.W, X, XT, ridge, rho, u, g)
        run.W -= eta * slope
        yield


def _supervised(run: Run) -> Iterator[None]:
    """W first, then F with the new W, as published."""
    setup, X, y, F = run.setup, run.draws.X, run.draws.y.astype(float), run.F
    assert F is not None
    XT = np.ascontiguousarray(X.transpose(0, 2, 1))
    ridge, output_ridge, eta = float(setup.ridge), float(setup.output_ridge), float(setup.step)
    s = gradients.hidden(run.W, XT)
    while True:
        run.W -= eta * gradients.sl_row_gradient(run.W, F, s, X, y, ridge)
        s = gradients.hidden(run.W, XT)
        F -= eta * gradients.sl_output_gradient(F, s, y, output_ridge)
        yield


def _fresh_noise(run: Run, steps: int) -> Iterator[tuple[Array, Array]]:
    """What ``projected_views`` needs, from the step the run stands at: in blocks, one generator a block and seed."""
    setup = run.setup
    m, d, n = setup.neurons, setup.d, setup.n
    r = min(m, d)
    size = 2 * n * r + m * d
    # The length of a block depends on the set-up alone, not on where a run stops.
    length = min(64, max(1, BLOCK_NUMBERS // size))
    numbers = np.empty((len(run.seeds), length, size))
    block, offset = divmod(run.step, length)
    while block * length < steps:
        for seed, mine in zip(run.seeds, numbers, strict=True):
            generator(seed, AUGMENT, block).standard_normal(out=mine)
        for k in range(offset, length):
            u, g = numbers[:, k, : 2 * n * r], numbers[:, k, 2 * n * r :]
            yield u.reshape(-1, r, 2 * n), g.reshape(-1, m, d)
        block, offset = block + 1, 0


def _literal_views(run: Run) -> Iterator[Array]:
    """Both views of every sample with every coordinate of their noise, (S, 2, n, d).

    Published stream: coordinate after coordinate the two views in turn, from the generators that drew the data.
    """
    setup, X = run.setup, run.draws.X
    n, d = X.shape[1:]
    # Copies, so that a run can be carried on more than once; what it has used before is drawn and left.
    generators = copy.deepcopy(run.draws.legacy)
    if setup.stream == "published":
        for legacy in generators:
            for _ in range(run.step):
                legacy.standard_normal((n, d, 2))
    step = run.step
    while True:
        if setup.stream == "published":
            noise = np.stack([legacy.standard_normal((n, d, 2)) for legacy in generators])
        else:
            noise = np.stack([generator(s, AUGMENT, step).standard_normal((n, d, 2)) for s in run.seeds])
        noise *= setup.noise_level
        noise += X[..., None]
        yield np.ascontiguousarray(noise.transpose(0, 3, 1, 2))
        step += 1
