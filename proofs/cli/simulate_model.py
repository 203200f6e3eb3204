"""``separatrix simulate MODEL.toml``: gradient descent on the objective of a model file."""

from __future__ import annotations

import time
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click

from proofs.cli.options import json_option, neurons_option, parameters_option, parse_assignments, read_objective
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.cli.simulate_studies import save

__all__ = ["model_command"]


def model_command(file: str) -> click.Command:
    """The command for one model file, whose name is the name of the command."""

    @click.command(file)
    @click.option("--seeds", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Seeds 0, 1, ...")
    @click.option("--steps", type=click.IntRange(0, 10**7), default=4000, show_default=True, help="Steps in all.")
    @click.option("--step-size", default="1/10", show_default=True, help="On the loss, which is a mean.")
    @click.option("--scale", default="1", show_default=True, help="Standard deviation of the starts.")
    @click.option("--n", type=click.IntRange(1, 10_000), help="Descend on a data set of so many samples.")
    @click.option("--d", type=click.IntRange(1, 1000), help="With --n: the dimension (default: the features alone).")
    @click.option("--rho", metavar="NUMBER", help="With --n: noise of every coordinate (default d^(-3/2)).")
    @click.option("--data-seed", type=click.IntRange(0), default=0, show_default=True, help="With --n: of the data.")
    @click.option("-o", "--output", metavar="DIR", help="Keep data and weights of every seed here, for certify.")
    @click.option(
        "--time", "seconds", type=click.FloatRange(0, min_open=True), default=600.0, show_default=True,
        help="Stop after so many seconds.",
    )  # fmt: skip
    @neurons_option
    @parameters_option
    @json_option
    def command(**options: Any) -> int:
        """Gradient descent on the objective of a model file, from random starts (floating point, no proof)."""
        return _simulate(file, options)

    return command


def _simulate(file: str, options: dict[str, Any]) -> int:
    check_writable(options["json_path"])
    objective = read_objective(file, options["settings"], options["neurons"], files=True)
    from proofs.experiments.model_run import ModelSetup, advance, model_run_json, model_run_table, start_run
    from symbolic.models import ModelError

    numbers = {"step": options["step_size"], "scale": options["scale"], "rho": options["rho"]}
    exact = {k: parse_assignments(f"--{k}", [f"{k}={v}"])[k] for k, v in numbers.items() if v is not None}
    if not 0 < exact["step"] <= 10**6 or not 0 <= exact["scale"] <= 10**6 or not 0 <= exact.get("rho", 0) <= 10**6:
        raise click.UsageError("--step-size must be positive, --scale and --rho not negative, none above 10^6")
    if options["n"] is None and (options["d"] is not None or options["rho"] is not None):
        raise click.UsageError("--d and --rho go with --n; without it the population is descended on")
    if options["d"] is not None and options["d"] < len(objective.features):
        raise click.UsageError(f"--d: at least {len(objective.features)}, the number of features")
    output = None if options["output"] is None else writable_directory("-o", options["output"])
    setup = ModelSetup(
        name=objective.name,
        values={k: Fraction(int(v.p), int(v.q)) for k, v in objective.parameter_values.items()},
        neurons=objective.neurons,
        seeds=options["seeds"],
        step=float(exact["step"]),
        scale=float(exact["scale"]),
        samples=options["n"],
        d=options["d"],
        rho=None if "rho" not in exact else float(exact["rho"]),
        data_seed=options["data_seed"],
    )
    begin = time.perf_counter()
    with progress(f"simulate {file}") as shown:
        try:
            run = start_run(setup)
        except ModelError as error:
            raise click.UsageError(f"{file}: {error}") from error
        stopped = advance(
            run,
            options["steps"],
            options["seconds"],
            lambda state: shown.label(f"simulate {file}: {state.done} of {options['steps']} steps"),
        )
    data = model_run_json(run, time.perf_counter() - begin, stopped)
    if output is not None:
        save(partial(_keep, run, output), output)
        data["directory"] = str(output)
    emit(model_run_table(run, data["seconds"]), data, options["json_path"])
    if stopped:
        click.echo(f"separatrix simulate {file}: {stopped}", err=True)
        return 3
    return 0


def _keep(run: Any, folder: Path) -> None:
    """One npz file for each seed, as certify reads it (with the data set, where there is one)."""
    import numpy as np

    for seed in range(run.setup.seeds):
        weights = {name: run.part(name)[seed] for name in run.shapes}
        np.savez(folder / f"seed{seed}.npz", **run.data, **weights)
