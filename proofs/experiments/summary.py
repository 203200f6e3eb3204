"""What a finished run shows: metrics of every seed, their means and bands, as a table and as JSON.

Arithmetic: heuristic (the numbers are measured, not proved).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from numeric.experiment import gradients, metrics
from numeric.experiment.train import Run

__all__ = ["describe", "gradient_norms", "run_json", "run_metrics", "run_table", "spread"]

Array = NDArray[np.float64]
FEATURES = ("e1", "e2")
# The half width of a 95 % confidence interval of a mean is this many standard errors (normal approximation).
BAND = 1.96


def run_metrics(run: Run) -> dict[str, Array]:
    """One value a seed: span, energy and content of e1 and e2, cosine of rows 1 and 2, probes, gradient norm."""
    found: dict[str, Array] = {}
    for name, measure in (
        ("span", metrics.span_projection),
        ("energy", metrics.energy),
        ("content", metrics.content),
    ):
        for k, feature in enumerate(FEATURES):
            found[f"{name} {feature}"] = measure(run.W, k)
    if run.setup.neurons > 1:
        found["cosine of rows 1, 2"] = metrics.row_cosine(run.W)
    for k, feature in enumerate(FEATURES):
        found[f"probe {feature}"] = _probes(run, k)
    found["gradient norm"] = gradient_norms(run)
    return found


def _probes(run: Run, feature: int) -> Array:
    """Linear probe on s(W x) for the label (feature 0) or the hidden feature (1): fitted on the even samples, tested
    on the odd ones (NaN when one half has one class only)."""
    labels = run.draws.y if feature == 0 else run.draws.t
    accuracies = []
    for X, W, targets in zip(run.draws.X, run.W, labels, strict=True):
        H = gradients.sigmoid(X @ W.T)
        fit, test = slice(0, None, 2), slice(1, None, 2)
        if len(set(targets[fit].tolist())) < 2 or len(X) < 2:
            accuracies.append(np.nan)
            continue
        accuracies.append(metrics.probe_accuracy(metrics.linear_probe(H[fit], targets[fit]), H[test], targets[test]))
    return np.array(accuracies)


def gradient_norms(run: Run) -> Array:
    """|gradient| of the mean objective of each seed: of its expectation over augmentation noise when that is drawn."""
    setup, X = run.setup, run.draws.X
    XT = np.ascontiguousarray(X.transpose(0, 2, 1))
    ridge = float(setup.ridge)
    if run.F is not None:
        s, y = gradients.hidden(run.W, XT), run.draws.y.astype(float)
        slope = gradients.sl_row_gradient(run.W, run.F, s, X, y, ridge)
        other = gradients.sl_output_gradient(run.F, s, y, float(setup.output_ridge))
        squares = (slope**2).sum(axis=(1, 2)) + (other**2).sum(axis=1)
    elif setup.augment == "none":
        squares = (gradients.ssl_plain_gradient(run.W, X, XT, ridge) ** 2).sum(axis=(1, 2))
    else:
        slope = gradients.ssl_expected_gradient(run.W, X, XT, ridge, setup.noise_level)
        squares = (slope**2).sum(axis=(1, 2))
    found: Array = np.sqrt(squares) / setup.n
    return found


def spread(values: Array) -> dict[str, float | None]:
    """Mean, least, greatest value and the half width of the 95 % confidence interval of the mean."""
    good = values[np.isfinite(values)]
    if not len(good):
        return {"mean": None, "min": None, "max": None, "band": None}
    error = BAND * good.std(ddof=1) / np.sqrt(len(good)) if len(good) > 1 else None
    return {
        "mean": float(good.mean()),
        "min": float(good.min()),
        "max": float(good.max()),
        "band": None if error is None else float(error),
    }


def describe(run: Run) -> str:
    """The set-up in words, as it stands on every table and figure."""
    s = run.setup
    start = {"near": "start near the minimum", "sign": "start with signs only"}[s.start]
    parts = [s.objective.upper(), start, f"{s.noise} data noise", f"{s.stream} stream"]
    if s.objective == "ssl":
        parts.append({"fresh": "fresh", "literal": "fresh (literal)"}.get(s.augment, s.augment) + " augmentation")
    parts += [f"d = {s.d}", f"n = {s.n}", f"{len(run.seeds)} seed{'s' * (len(run.seeds) != 1)}", f"{run.step} steps"]
    return ", ".join(parts)


def run_json(run: Run, found: dict[str, Array], seconds: float) -> dict[str, Any]:
    grouped: dict[str, Any] = {}
    for name, values in found.items():
        head, _, feature = name.partition(" ")
        if feature in FEATURES:
            grouped.setdefault(head, {})[feature] = spread(values)
        else:
            grouped[name] = spread(values)
    data: dict[str, Any] = {
        "objective": run.setup.objective,
        "steps": run.step,
        "seeds": len(run.seeds),
        "noise": run.setup.noise,
        "start": run.setup.start,
        "arithmetic": "floating point: measured, not proved",
        "setup": run.setup.record(),
        "seed_list": list(run.seeds),
        "metrics": grouped,
        "weights_mean": run.W.mean(axis=0).tolist(),
    }
    if run.F is not None:
        data["outputs_mean"] = run.F.mean(axis=0).tolist()
    data["seconds"] = round(seconds, 3)
    return data


def run_table(run: Run, found: dict[str, Array], seconds: float) -> RenderableType:
    table = Table(header_style="bold")
    for column in ("over the seeds", "mean", "± 95 %", "min", "max"):
        table.add_column(column, justify="left" if column.startswith("over") else "right", no_wrap=True)
    rows = list(found.items())
    for j in range(min(run.setup.neurons, 8)):
        rows += [(f"w{j + 1}{k + 1}", run.W[:, j, k]) for k in range(2)]
    for name, values in rows:
        numbers = spread(values)
        table.add_row(name, *(_number(numbers[key]) for key in ("mean", "band", "min", "max")))
    return Group(
        Text(describe(run), style="bold"),
        table,
        Text(f"floating point: measured, not proved; {seconds:.1f} s", style="dim"),
    )


def _number(x: float | None) -> str:
    if x is None:
        return "-"
    return f"{x:.4f}" if x == 0 or 1e-3 <= abs(x) < 1e4 else f"{x:.2e}"
