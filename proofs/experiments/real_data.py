"""SSL and SL of the paper on real data sets that ship inside scikit-learn, with a natural or a planted hidden feature.

Arithmetic: heuristic.  scikit-learn comes with the extra ``[experiments]``; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from numeric.enclosure import decimal_up
from numeric.experiment import gradients, metrics
from numeric.experiment.draws import Draws, generator
from numeric.experiment.setup import Setup
from numeric.experiment.train import Run, advance
from proofs.empirical.certify import SECONDS, Certified
from proofs.experiments.certified import certified_json, certify_run, distances
from proofs.experiments.summary import gradient_norms, spread

__all__ = ["DATASETS", "DataResult", "DataSet", "compare", "data_json", "data_table", "load"]

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
PLANTED = 2.0  # size of the planted feature, where samples have mean norm 1
START_KEY, SPLIT_KEY, PLANT_KEY = 11, 12, 13


@dataclass(frozen=True)
class DataSet:
    """Features (n, d), a binary label and a binary hidden feature, with what they are in words."""

    name: str
    X: Array
    label: Labels
    hidden: Labels
    words: tuple[str, str]


def _digits() -> DataSet:
    from sklearn.datasets import load_digits

    raw = load_digits()
    return DataSet("digits", raw.data, raw.target % 2, (raw.target >= 5).astype(int), ("odd digit", "digit >= 5"))


def _cancer() -> DataSet:
    from sklearn.datasets import load_breast_cancer

    raw = load_breast_cancer()
    names = list(raw.feature_names)
    texture = raw.data[:, names.index("mean texture")]
    kept = [k for k, name in enumerate(names) if "texture" not in name]
    hidden = (texture > np.median(texture)).astype(int)
    words = ("benign tumour", "texture above its median (columns about texture are left out)")
    return DataSet("cancer", raw.data[:, kept], raw.target.astype(int), hidden, words)


def _wine() -> DataSet:
    from sklearn.datasets import load_wine

    raw = load_wine()
    words = ("first cultivar", "second cultivar")
    return DataSet("wine", raw.data, (raw.target == 0).astype(int), (raw.target == 1).astype(int), words)


DATASETS: dict[str, Callable[[], DataSet]] = {"digits": _digits, "cancer": _cancer, "wine": _wine}


def load(name: str, hidden: str) -> DataSet:
    """A data set by name; with ``hidden = "planted"`` a fair coin of its own becomes one more coordinate.

    Raises KeyError for an unknown name, ImportError without scikit-learn.
    """
    data = DATASETS[name]()
    if hidden == "natural":
        return data
    coin = generator(0, PLANT_KEY).integers(0, 2, len(data.X))
    return DataSet(data.name, data.X, data.label, coin, (data.words[0], "planted coordinate"))


@dataclass
class DataResult:
    """One value a seed: test accuracies of linear probes, and the gradient norm where training stopped."""

    data: DataSet
    hidden: str
    steps: int
    accuracies: dict[str, dict[str, Array]]
    gradient: dict[str, Array]
    runs: dict[str, Run]
    certified: dict[str, list[Certified]] = field(default_factory=dict)

    def certify(self, *, seconds: float = SECONDS, started: Callable[[str], None] = lambda text: None) -> None:
        """Look for a true local minimum near the weights of every run, and prove it (rigorous; budget for each run)."""
        for objective, run in self.runs.items():
            name = objective.upper()
            started(f"{self.data.name}, {self.hidden} hidden feature: certify {name}")
            self.certified[name] = certify_run(run, seconds=seconds)


def compare(
    data: DataSet, hidden: str, *, seeds: int, steps: int, neurons: int, after: Callable[[Run], None] | None = None
) -> DataResult:
    """Train SSL and SL on the same splits: two thirds to train on, one third to test the probes.

    Columns are centred and scaled by their standard deviation on the training part, then all samples by one number, so
    that they have mean norm 1.  Probes are least squares on s(W x), fitted on the training part; "data" is the probe on
    the samples themselves, "majority" the share of the more frequent class.
    """
    splits = [_split(data, hidden, k) for k in range(seeds)]
    X = np.stack([train.X for train, _ in splits])
    y, t = np.stack([train.label for train, _ in splits]), np.stack([train.hidden for train, _ in splits])
    S, n, d = X.shape
    runs = {}
    for objective in ("ssl", "sl"):
        setup = Setup(
            objective=objective,
            d=d,
            n=n,
            neurons=neurons,
            rho=Fraction(1, 10),
            step=Fraction(1, 10 * n),
            start="sign",
            noise="vector",
            stream="independent",
            augment="fresh" if objective == "ssl" else "none",
        )
        W = np.stack([generator(k, START_KEY).standard_normal((neurons, d)) for k in range(S)])
        F = np.stack([generator(k, START_KEY, 1).standard_normal(neurons) for k in range(S)])
        draws = Draws(X, y, t, W, F if objective == "sl" else None, [])
        run = Run(setup, tuple(range(S)), draws, W.copy(), F.copy() if objective == "sl" else None, every=100)
        advance(run, steps, after)
        runs[objective] = run
    accuracies: dict[str, dict[str, Array]] = {}
    for name in ("SSL", "SL", "start", "data", "majority"):
        weights: list[Array | None] = [None] * S
        if name == "start":
            weights = list(runs["ssl"].draws.W)
        elif name in ("SSL", "SL"):
            weights = list(runs[name.lower()].W)
        accuracies[name] = {
            feature: np.array([_accuracy(s, feature, W, name) for s, W in zip(splits, weights, strict=True)])
            for feature in ("label", "hidden")
        }
    gradient = {name.upper(): gradient_norms(run) for name, run in runs.items()}
    return DataResult(data, hidden, steps, accuracies, gradient, runs)


@dataclass(frozen=True)
class _Part:
    X: Array
    label: Labels
    hidden: Labels


def _split(data: DataSet, hidden: str, seed: int) -> tuple[_Part, _Part]:
    """The training and the test part."""
    order = generator(seed, SPLIT_KEY).permutation(len(data.X))
    cut = 2 * len(order) // 3
    train, test = order[:cut], order[cut:]
    centre, width = data.X[train].mean(axis=0), data.X[train].std(axis=0)
    scaled = (data.X - centre) / np.where(width > 0, width, 1.0)
    scaled = scaled / np.linalg.norm(scaled[train], axis=1).mean()
    if hidden == "planted":
        scaled = np.hstack([scaled, PLANTED * data.hidden[:, None]])
    first, second = (_Part(scaled[part], data.label[part], data.hidden[part]) for part in (train, test))
    return first, second


def _accuracy(split: tuple[_Part, _Part], feature: str, W: Array | None, name: str) -> float:
    """Test accuracy of the probe for one feature on s(W x), on the samples (W None), or of the majority class."""
    train, test = split
    known, wanted = (train.label, test.label) if feature == "label" else (train.hidden, test.hidden)
    if name == "majority":
        return float((wanted == np.bincount(known, minlength=2).argmax()).mean())
    inside, outside = (part.X if W is None else gradients.sigmoid(part.X @ W.T) for part in split)
    return metrics.probe_accuracy(metrics.linear_probe(inside, known), outside, wanted)


def data_json(results: list[DataResult], seconds: float) -> dict[str, Any]:
    return {
        "study": "data",
        "results": [
            {
                "dataset": r.data.name,
                "hidden": r.hidden,
                "label_is": r.data.words[0],
                "hidden_is": r.data.words[1],
                "steps": r.steps,
                "seeds": len(r.runs["ssl"].seeds),
                "neurons": r.runs["ssl"].setup.neurons,
                "probe": {name: {k: spread(v) for k, v in a.items()} for name, a in r.accuracies.items()},
                "gradient_norm": {name: spread(v) for name, v in r.gradient.items()},
                "certified": {name: certified_json(found) for name, found in r.certified.items()},
            }
            for r in results
        ],
        "seconds": round(seconds, 3),
    }


def data_table(results: list[DataResult]) -> RenderableType:
    lines: list[RenderableType] = []
    for r in results:
        table = Table(header_style="bold")
        for column in ("linear probe on", "label", "hidden feature", "|gradient|", "minimum proved within"):
            table.add_column(column, justify="left" if column.startswith("linear") else "right")
        for name, accuracy in r.accuracies.items():
            shown = {"start": "random start", "data": "the data", "majority": "majority class"}.get(name, name)
            slope = spread(r.gradient[name])["mean"] if name in r.gradient else None
            cells = [_interval(accuracy[k]) for k in ("label", "hidden")]
            table.add_row(shown, *cells, "-" if slope is None else f"{slope:.1e}", _proved(r, name))
        run = r.runs["ssl"]
        head = (
            f"{r.data.name}, {r.hidden} hidden feature: label = {r.data.words[0]}, hidden = {r.data.words[1]}; "
            f"{run.setup.neurons} neurons, {len(run.seeds)} seeds, {r.steps} steps"
        )
        lines += [Text(head, style="bold"), table]
    lines.append(Text("test accuracy, mean ± 95 % confidence interval over seeds; measured, not proved", style="dim"))
    if any(r.certified for r in results):
        words = "minimum proved within: the weights are at most so far from a local minimum of their objective (proved)"
        lines.append(Text(words, style="dim"))
    return Group(*lines)


def _proved(r: DataResult, name: str) -> str:
    if name not in r.certified:
        return "-"
    found = r.certified[name]
    reach = distances(found)
    return f"{len(reach)} of {len(found)} seeds" + (f", {decimal_up(max(reach), 2)}" if reach else "")


def _interval(values: Array) -> str:
    numbers = spread(values)
    return f"{numbers['mean']:.3f}" + (f" ± {numbers['band']:.3f}" if numbers["band"] is not None else "")
