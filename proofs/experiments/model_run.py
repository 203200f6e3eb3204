"""Gradient descent on the objective of a model file, for many starts at once: the population, or one data set.

Arithmetic: heuristic.  The gradient is a tape (exact derivatives, evaluated in NumPy); a data set is drawn from the
mixture with vector noise, and its objective is the one that ``certify --objective MODEL`` proves things about.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from numeric.compiler import compile_tape, to_fraction
from numeric.experiment import metrics
from numeric.floats import evaluate_numpy
from numeric.tape import Tape
from proofs.empirical.model import arrays_of, model_block
from proofs.experiments.summary import spread
from symbolic.models import ModelSpec, build_model, spec_from_name

__all__ = ["ModelRun", "ModelSetup", "advance", "model_run_json", "model_run_table", "start_run"]

Array = NDArray[np.float64]
ALIKE = 1e-3
MOST_ENDS = 12


@dataclass(frozen=True)
class ModelSetup:
    """``samples`` None: the population (the features alone); otherwise a data set in dimension ``d`` with noise rho."""

    name: str
    values: Mapping[str, Fraction]
    neurons: int
    seeds: int
    step: float
    scale: float
    samples: int | None = None
    d: int | None = None
    rho: float | None = None
    data_seed: int = 0


@dataclass
class ModelRun:
    """``weights`` (unknowns, seeds) after ``done`` steps; ``curve`` are (step, mean loss) on the way."""

    setup: ModelSetup
    spec: ModelSpec
    loss: Tape
    gradient: Tape
    shapes: dict[str, tuple[int, ...]]
    weights: Array
    data: dict[str, Array] = field(default_factory=dict)
    done: int = 0
    curve: list[tuple[int, float]] = field(default_factory=list)

    def part(self, name: str) -> Array:
        """W, b, V or F of every seed, the seeds first."""
        place = 0
        for key, shape in self.shapes.items():
            size = int(np.prod(shape))
            if key == name:
                return self.weights[place : place + size].T.reshape(-1, *shape)
            place += size
        raise KeyError(name)

    def losses(self) -> Array:
        found: Array = evaluate_numpy(self.loss, self.weights)[0]
        return found

    def slopes(self) -> Array:
        """|gradient| of every seed."""
        found: Array = np.linalg.norm(evaluate_numpy(self.gradient, self.weights), axis=0)
        return found


def start_run(setup: ModelSetup) -> ModelRun:
    """Starts are normal with standard deviation ``scale`` in every unknown.  Raises ModelError."""
    spec = spec_from_name(setup.name)
    m, units = setup.neurons, spec.second_neurons
    data: dict[str, Array] = {}
    if setup.samples is None:
        width = len(spec.features)
        objective = build_model(setup.name, m).with_values({k: _rational(v) for k, v in setup.values.items()})
        loss = compile_tape([objective.numeric_loss], objective.variables)
        gradient = compile_tape(objective.gradient, objective.variables)
    else:
        width = setup.d or len(spec.features)
        data = _draw(spec, setup, width)
        block = model_block(setup.name, setup.values, {**data, "W": np.zeros((m, width)), **_blank(spec, m)})
        loss, gradient = block.loss, block.gradient
    shapes: dict[str, tuple[int, ...]] = {"W": (m, width)}
    if spec.bias:
        shapes["b"] = (m,)
    if units:
        shapes["V"] = (units, m)
    if spec.head_ridge is not None:
        shapes["F"] = (units or m,)
    size = sum(int(np.prod(s)) for s in shapes.values())
    starts = [np.random.default_rng([seed, 1]).normal(0.0, setup.scale, size) for seed in range(setup.seeds)]
    return ModelRun(setup, spec, loss, gradient, shapes, np.array(starts).T.copy(), data)


def _rational(value: Fraction) -> Any:
    import sympy as sp

    return sp.Rational(value.numerator, value.denominator)


def _blank(spec: ModelSpec, m: int) -> dict[str, Array]:
    """Weights of the right shapes; only their sizes matter."""
    shapes = {"b": (m,), "V": (spec.second_neurons, m), "F": (spec.second_neurons or m,)}
    return {k: np.zeros(shapes[k]) for k in arrays_of(spec) if k in shapes}


def _draw(spec: ModelSpec, setup: ModelSetup, width: int) -> dict[str, Array]:
    """X (n, d), and y where the model has labels."""
    assert setup.samples is not None
    generator = np.random.default_rng([setup.data_seed, 0])
    weights = np.array([float(w) for w, _, _ in spec.atoms])
    classes = generator.choice(len(weights), setup.samples, p=weights / weights.sum())
    exact = {p: _rational(setup.values[p.name]) for p, _, _ in spec.parameters}
    points = np.zeros((len(weights), width))
    for c, (_, point, _) in enumerate(spec.atoms):
        points[c, : len(point)] = [float(to_fraction(x.subs(exact))) for x in point]
    rho = width**-1.5 if setup.rho is None else setup.rho
    data = {"X": points[classes] + rho * generator.standard_normal((setup.samples, width))}
    if spec.head_ridge is not None:
        data["y"] = np.array([float(spec.atoms[c][2] or 0) for c in classes])
    return data


def advance(run: ModelRun, steps: int, seconds: float, after: Callable[[ModelRun], None] | None = None) -> str:
    """Gradient descent on the loss (a mean); answers why it stopped before ``steps``, or nothing."""
    until = time.monotonic() + seconds
    every = max(1, steps // 200)
    with np.errstate(all="ignore"):
        while run.done < steps:
            if run.done % every == 0:
                run.curve.append((run.done, float(np.mean(run.losses()))))
                if after is not None:
                    after(run)
                if not np.isfinite(run.weights).all() or np.abs(run.weights).max() > 1e8:
                    return f"the weights ran away after {run.done} steps: a smaller step, or a loss unbounded below"
                if time.monotonic() > until:
                    return f"the time was up after {run.done} of {steps} steps"
            run.weights -= run.setup.step * evaluate_numpy(run.gradient, run.weights)
            run.done += 1
    run.curve.append((run.done, float(np.mean(run.losses()))))
    return "" if np.isfinite(run.weights).all() else "the weights are not finite: a smaller step would help"


def _ends(run: ModelRun) -> list[dict[str, Any]]:
    """Where the seeds came to: weights that agree up to a hair are one end; the lowest loss first."""
    losses = run.losses()
    kept: list[dict[str, Any]] = []
    for seed, column in enumerate(run.weights.T):
        scale = ALIKE * (1.0 + float(np.abs(column).max()))
        twin = next((e for e in kept if np.abs(e["at"] - column).max() <= scale), None)
        if twin is None:
            kept.append({"at": column, "loss": float(losses[seed]), "seeds": [seed]})
        else:
            twin["seeds"].append(seed)
    return sorted(kept, key=lambda e: e["loss"])


def _features(run: ModelRun) -> list[tuple[str, int]]:
    return list(zip(run.spec.features, range(len(run.spec.features)), strict=True))


def model_run_json(run: ModelRun, seconds: float, stopped: str) -> dict[str, Any]:
    W, setup = run.part("W"), run.setup
    slopes = run.slopes()
    data: dict[str, Any] = {
        "objective": setup.name,
        "title": run.spec.title,
        "parameters": {k: str(v) for k, v in setup.values.items()},
        "steps": run.done,
        "seeds": setup.seeds,
        "noise": "none" if setup.samples is None else "vector",
        "start": f"normal, standard deviation {setup.scale:g}",
        "arithmetic": "floating point: measured, not proved",
        "samples": setup.samples,
        "metrics": {
            "span": {f: spread(metrics.span_projection(W, k)) for f, k in _features(run)},
            "energy": {f: spread(metrics.energy(W, k)) for f, k in _features(run)},
            "loss": spread(run.losses()),
            "gradient": spread(slopes),
        },
        "weights_mean": W.mean(axis=0).tolist(),
        "ends": [{"loss": e["loss"], "seeds": e["seeds"], "weights": e["at"].tolist()} for e in _ends(run)[:MOST_ENDS]],
        "seconds": round(seconds, 3),
    }
    if stopped:
        data["reason"] = stopped
    return data


def model_run_table(run: ModelRun, seconds: float) -> RenderableType:
    W = run.part("W")
    table = Table(header_style="bold")
    for column in ("loss", "seeds", *(f"energy {f}" for f, _ in _features(run)), "weights"):
        table.add_column(column, justify="left" if column == "weights" else "right", no_wrap=column != "weights")
    ends = _ends(run)
    for e in ends[:MOST_ENDS]:
        energies = [f"{metrics.energy(W[e['seeds'][0]], k):.4f}" for _, k in _features(run)]
        numbers = ", ".join(f"{x:.4g}" for x in e["at"][:8]) + (", ..." if len(e["at"]) > 8 else "")
        table.add_row(f"{e['loss']:.6g}", str(len(e["seeds"])), *energies, numbers)
    what = "the population" if run.setup.samples is None else f"{run.setup.samples} samples"
    title = f"{run.spec.title}: gradient descent on {what}, {run.setup.seeds} starts, {run.done} steps"
    more = f"{len(ends)} different ends; " if len(ends) > MOST_ENDS else ""
    largest = float(run.slopes().max())
    return Group(
        Text(title, style="bold"),
        table,
        Text(
            f"{more}largest gradient {largest:.2g}; floating point: measured, not proved; {seconds:.1f} s", style="dim"
        ),
    )
