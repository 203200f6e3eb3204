"""``separatrix simulate robustness`` and ``separatrix simulate data``: the experiments extended."""

from __future__ import annotations

import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from proofs.cli.options import closest, json_option
from proofs.cli.output import check_writable, emit, progress, writable_directory

__all__ = ["data", "figure_directory", "robustness", "save"]

DATA_NAMES = ("digits", "cancer", "wine")


def figure_directory(output: str | None, figures: bool) -> Path | None:
    """The directory of -o, made; refuses before the work when figures are wanted and matplotlib is missing."""
    if output is None:
        return None
    if figures and find_spec("matplotlib") is None:
        raise click.UsageError("figures need matplotlib: pip install 'separatrix[experiments]', or add --no-figures")
    return writable_directory("-o", output)


def save(action: Any, path: Path) -> None:
    """Run an action that writes ``path``; an OSError becomes one line."""
    try:
        action()
    except OSError as error:
        raise click.UsageError(f"-o {path}: cannot write ({error.strerror or error})") from error


output_option = click.option("-o", "--output", "output", metavar="DIR", help="Keep arrays and figures here.")
figures_option = click.option("--figures/--no-figures", default=True, help="Draw figures into DIR (needs matplotlib).")


@click.command("robustness")
@click.option("--steps", type=click.IntRange(1, 10**6), default=20_000, show_default=True, help="Steps of each run.")
@click.option("--points", type=click.IntRange(2, 60), default=13, show_default=True, help="Values of each factor.")
@click.option("--taus", type=click.IntRange(0, 30), default=3, show_default=True, help="Certified boundaries.")
@output_option
@figures_option
@json_option
def robustness(steps: int, points: int, taus: int, output: str | None, figures: bool, json_path: str | None) -> int:
    """Where SSL stops learning a feature and SL starts to: augmentations, classes, noise, width, tau, ridge.

    The sweeps are measured; the boundaries in alpha are proved at both ends.
    """
    from proofs.certificates import write_certificate
    from proofs.experiments.robustness import run_robustness
    from proofs.experiments.robustness_report import robustness_arrays, robustness_json, robustness_table
    from proofs.experiments.storage import write_arrays

    check_writable(json_path)
    directory = figure_directory(output, figures)
    begin = time.perf_counter()
    with progress("robustness") as shown:
        found = run_robustness(steps=steps, points=points, taus=taus, started=lambda t: shown.label(f"robustness: {t}"))
    if directory is not None:
        save(partial(write_arrays, directory / "robustness.npz", robustness_arrays(found)), directory)
        for bracket in found.brackets:
            for end, claim in zip(("low", "high"), bracket.claims, strict=False):
                path = directory / f"alpha-boundary-tau-{bracket.tau.numerator}-{end}.json"
                save(partial(write_certificate, path, [claim]), path)
        if figures:
            from proofs.experiments.figures import save_figure
            from proofs.experiments.robustness_report import heat_figure, sweep_figure

            assert found.heat is not None
            path = directory / "robustness-sweeps.png"
            save(partial(save_figure, sweep_figure(found.sweeps), path), path)
            path = directory / "robustness-heat-maps.png"
            save(partial(save_figure, heat_figure(found.heat, found.brackets), path), path)
    emit(robustness_table(found), robustness_json(found, time.perf_counter() - begin), json_path)
    return 0 if all(b.verdict.value == "PROVED" for b in found.brackets) else 3


@click.command("data")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--hidden", type=click.Choice(["natural", "planted", "both"]), default="both", show_default=True)
@click.option("--seeds", type=click.IntRange(1, 1000), default=10, show_default=True, help="Splits and starts.")
@click.option("--steps", type=click.IntRange(1, 10**6), default=4000, show_default=True, help="Steps of training.")
@click.option("--neurons", type=click.IntRange(1, 64), default=4, show_default=True, help="Rows of W.")
@click.option("--certify", is_flag=True, help="Prove how close the weights of each run are to a local minimum.")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    help="With --certify: seconds for one run.",
)
@click.option("-o", "--output", "output", metavar="DIR", help="Keep the weights of every seed here, for certify.")
@json_option
def data(
    names: tuple[str, ...],
    hidden: str,
    seeds: int,
    steps: int,
    neurons: int,
    certify: bool,
    seconds: float,
    output: str | None,
    json_path: str | None,
) -> int:
    """SSL against SL on real data sets (digits, cancer, wine; default: all) with a label and a hidden feature."""
    check_writable(json_path)
    for name in names:
        if name not in DATA_NAMES:
            raise click.UsageError(f"unknown data set {name[:60]!r}{closest(name, DATA_NAMES)}")
    if find_spec("sklearn") is None:
        raise click.UsageError("the data sets are those of scikit-learn: pip install 'separatrix[experiments]'")
    from proofs.experiments.real_data import compare, data_json, data_table, load
    from proofs.experiments.storage import write_weights

    directory = None if output is None else writable_directory("-o", output)
    begin = time.perf_counter()
    results = []
    with progress("data") as shown:
        for name in names or DATA_NAMES:
            for kind in ("natural", "planted") if hidden == "both" else (hidden,):
                shown.label(f"{name}, {kind} hidden feature")
                result = compare(load(name, kind), kind, seeds=seeds, steps=steps, neurons=neurons)
                results.append(result)
                if certify:
                    result.certify(seconds=seconds, started=shown.label)
                if directory is not None:
                    folder = directory / f"{name}-{kind}"
                    for run in result.runs.values():
                        save(partial(write_weights, folder, run), folder)
    emit(data_table(results), data_json(results, time.perf_counter() - begin), json_path)
    return 0
