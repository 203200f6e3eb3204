"""``separatrix simulate``: the paper's experiments, vectorised over seeds and samples (floating point, no proof)."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click

from proofs.cli.options import closest, json_option, parameters_option, parse_assignments
from proofs.cli.output import check_writable, emit, progress
from proofs.cli.simulate_model import model_command
from proofs.cli.simulate_studies import data, figure_directory, robustness, save

__all__ = ["command"]

MOST_BYTES = 2 * 2**30
SAVE_EVERY = 30.0
PARAMETERS = {"ssl": ("tau", "alpha", "rho"), "sl": ("tau", "beta", "gamma", "rho")}


class _Simulations(click.Group):
    """The experiments by name, or the name of a model file."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return model_command(cmd_name) if cmd_name.endswith(".toml") else super().get_command(ctx, cmd_name)


@click.group("simulate", cls=_Simulations, subcommand_metavar="ssl|sl|robustness|data|MODEL.toml [OPTIONS]")
def command() -> None:
    """The paper's experiments in floating point (the defaults are the published set-up), or descent on a model file."""


command.add_command(robustness)
command.add_command(data)


def _options(objective: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of both experiments; what SL does not have is left out there."""
    # Choices are spelled out so that --help needs no import.
    steps = {"ssl": 4000, "sl": 8000}[objective]
    listed = [
        click.option("--seeds", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Seeds 0, 1, ..."),
        click.option("--steps", type=click.IntRange(0, 10**8), default=steps, show_default=True, help="Steps in all."),
        click.option("--step-size", default="1/1000", show_default=True, help="On the SUM over the samples."),
        click.option("--d", type=click.IntRange(2, 10_000), default=10, show_default=True, help="Dimension."),
        click.option("--n", type=click.IntRange(1, 10**6), help="Samples (default d^2)."),
        click.option("--neurons", type=click.IntRange(1, 64), default=2, show_default=True, help="Rows of W."),
        click.option("--tau", metavar="NUMBER", help="Short for --set tau=NUMBER."),
        click.option("--noise", type=click.Choice(["scalar", "vector"]), default="scalar", show_default=True,
                     help="Data noise: one number a sample in all coordinates (published), or a vector (the model)."),
        click.option("--stream", type=click.Choice(["published", "independent"]),
                     help="Random numbers: the authors' (default where it is defined) or this program's."),
        click.option("--classes", metavar="P,P,P,P", default="1/4,1/4,1/4,1/4", show_default=True,
                     help="Probabilities of e1, e1 + tau e2, -e1, -e1 + tau e2."),
        click.option("--record-every", type=click.IntRange(1), default=10, show_default=True,
                     help="Steps between weights that are kept."),
        click.option("-o", "--output", "output", metavar="DIR", help="Keep the run, its figures and weights here."),
        click.option("--figures/--no-figures", default=True, help="Draw figures into DIR (needs matplotlib)."),
        click.option("--resume", is_flag=True, help="Carry on the run in DIR."),
        click.option("--certify", is_flag=True,
                     help="Prove a local minimum near the weights of each seed, and enclose the metrics there."),
        click.option("--time", "seconds", type=click.FloatRange(0, min_open=True), default=3600.0, show_default=True,
                     help="Stop after so many seconds; with -o the run is kept."),
        parameters_option,
        json_option,
    ]  # fmt: skip
    if objective == "ssl":
        listed += [
            click.option("--start", type=click.Choice(["near", "sign"]), default="near", show_default=True,
                         help="Near the minimum, or standard normal with four forced signs."),
            click.option("--augment", type=click.Choice(["fresh", "literal", "expected", "none"]), default="fresh",
                         show_default=True,
                         help="Augmentation noise: fresh (exact in law, drawn where it matters), literal (all of it; "
                              "with the published stream the authors' own), expected (its expectation), none."),
        ]  # fmt: skip

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in listed:
            function = option(function)
        return function

    return decorate


@command.command("ssl")
@_options("ssl")
def ssl(**options: Any) -> int:
    """The self-supervised experiment: gradient descent on two augmented views of every sample."""
    return _simulate("ssl", options)


@command.command("sl")
@_options("sl")
def sl(**options: Any) -> int:
    """The supervised experiment: W first, then F with the new W; starts standard normal with w11 > 0 > w21."""
    return _simulate("sl", {**options, "start": "sign", "augment": "none"})


def _simulate(objective: str, options: dict[str, Any]) -> int:
    from numeric.experiment.train import Diverged, Run, advance, start
    from proofs.experiments.storage import StorageError, read_run, write_run
    from proofs.experiments.summary import run_json, run_metrics, run_table

    json_path, output, steps = options["json_path"], options["output"], options["steps"]
    check_writable(json_path)
    if options["resume"] and output is None:
        raise click.UsageError("--resume needs the directory of the run: -o DIR")
    figures = output is not None and options["figures"]
    setup = _setup(objective, options)
    seeds, every = tuple(range(options["seeds"])), options["record_every"]
    _check_size(setup, len(seeds), steps, every)
    directory = figure_directory(output, figures)
    path = None if directory is None else directory / f"{objective}.npz"
    begin = time.perf_counter()
    if options["resume"]:
        assert path is not None
        try:
            run = read_run(path)
        except StorageError as error:
            raise click.UsageError(str(error)) from error
        except OSError as error:
            raise click.UsageError(f"{path}: cannot read ({error.strerror or error})") from error
        _check_same(run, setup, seeds, every, steps, path)
    else:
        run = start(setup, seeds, every=every)

    stopped = ""
    with progress(f"simulate {objective}") as shown:
        saved = time.monotonic()
        deadline = saved + options["seconds"]

        def after(state: Run) -> None:
            nonlocal saved
            shown.label(f"simulate {objective} {_bar(state.step, steps)} {state.step} of {steps} steps")
            now = time.monotonic()
            if now > deadline and state.step < steps:
                raise _Stop
            if path is not None and now > saved + SAVE_EVERY:
                saved = now
                save(lambda: write_run(path, state), path)

        try:
            advance(run, steps, after)
        except Diverged as error:
            raise click.UsageError(f"{objective}: {error}") from error
        except (_Stop, KeyboardInterrupt) as error:
            stopped = "the time is up"
            if not isinstance(error, _Stop):
                stopped = "interrupted"
                run.rewind()  # the interrupt may have come in the middle of a step
        found = run_metrics(run)
    if path is not None and directory is not None:
        save(lambda: write_run(path, run, found), path)
        _keep(directory, run, found, figures)
    data = run_json(run, found, time.perf_counter() - begin)
    table = run_table(run, found, data["seconds"])
    if options["certify"]:
        table, data["certified"] = _certify(run, table, options["seconds"])
    if path is not None:
        data["run"] = str(path)
    if stopped:
        data["reason"] = f"{stopped} after {run.step} of {steps} steps"
    emit(table, data, json_path)
    if stopped:
        again = "; --resume carries on" if path is not None else ""
        click.echo(f"separatrix simulate {objective}: {data['reason']}{again}", err=True)
        return 3
    return 0


class _Stop(Exception):
    """The time is up."""


def _setup(objective: str, options: dict[str, Any]) -> Any:
    from numeric.experiment.setup import Setup

    settings = list(options["settings"])
    if options["tau"] is not None:
        settings.append(f"tau={options['tau']}")
    values = _numbers("--set", settings)
    for name in values:
        if name not in PARAMETERS[objective]:
            raise click.UsageError(f"--set {name}: no such parameter{closest(name, PARAMETERS[objective])}")
    parts = [part.strip() for part in options["classes"].split(",")]
    classes = tuple(_numbers("--classes", [f"p{k}={part}" for k, part in enumerate(parts, 1)]).values())
    step = _numbers("--step-size", [f"step={options['step_size']}"])["step"]
    stream = options["stream"]
    if stream is None:
        plain = options["noise"] == "scalar" and options["neurons"] == 2 and classes == (Fraction(1, 4),) * 4
        stream = "published" if plain else "independent"
    exact: dict[str, Any] = {
        "tau": values.get("tau", Fraction(7)),
        "ridge": values.get("alpha" if objective == "ssl" else "beta", Fraction(1, 800)),
        "output_ridge": values.get("gamma", Fraction(1, 800)),
        "rho": values.get("rho"),
    }
    if any(v is not None and abs(v) > 10**6 for v in (*exact.values(), step)):
        raise click.UsageError("a parameter is larger than 10^6")
    try:
        return Setup(
            objective=objective,
            d=options["d"],
            n=options["n"] or options["d"] ** 2,
            neurons=options["neurons"],
            step=step,
            start=options["start"],
            noise=options["noise"],
            stream=stream,
            augment=options["augment"],
            classes=classes,
            **exact,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _numbers(option: str, items: list[str]) -> dict[str, Fraction]:
    """NAME=VALUE pairs as fractions; plain p/q and decimals do not need the reader of expressions."""
    names = {item.partition("=")[0].strip() for item in items}
    if len(names) < len(items) or not all(_is_plain(item.partition("=")[2]) for item in items):
        return {k: Fraction(int(v.p), int(v.q)) for k, v in parse_assignments(option, items).items()}
    return {name.strip(): Fraction(value) for name, _, value in (item.partition("=") for item in items)}


def _is_plain(text: str) -> bool:
    top, sign, bottom = text.partition("/")
    whole = top.isascii() and top.isdigit() and len(top) < 20
    return whole and (not sign or (bottom.isascii() and bottom.isdigit() and len(bottom) < 20 and int(bottom) > 0))


def _check_size(setup: Any, seeds: int, steps: int, every: int) -> None:
    """Refuse what would not fit into memory, before the work."""
    views = 4 * setup.n * setup.d if setup.augment == "literal" else 10 * setup.n * setup.neurons
    kept = (steps // every + 1) * setup.neurons * (setup.d + 1)
    need = 8 * seeds * (3 * setup.n * setup.d + views + 2 * kept)
    if need > MOST_BYTES:
        raise click.UsageError(
            f"this run would need about {need >> 20} MiB; fewer seeds or samples, or a larger --record-every, need less"
        )


def _check_same(run: Any, setup: Any, seeds: tuple[int, ...], every: int, steps: int, path: Path) -> None:
    mine, theirs = setup.record(), run.setup.record()
    for name in mine:
        if mine[name] != theirs[name]:
            raise click.UsageError(f"{path}: the run there has {name} = {theirs[name]}, not {mine[name]}")
    if run.seeds != seeds or run.every != every:
        raise click.UsageError(f"{path}: the run there has {len(run.seeds)} seeds, recorded every {run.every} steps")
    if run.step > steps:
        raise click.UsageError(f"{path}: the run there has {run.step} steps already, more than {steps}")


def _certify(run: Any, table: Any, seconds: float) -> tuple[Any, dict[str, Any]]:
    from rich.console import Group

    from proofs.experiments.certified import certified_json, certified_table, certify_run

    with progress("certify") as shown:
        certified = certify_run(run, seconds=seconds, started=lambda seed: shown.label(f"certify seed {seed}"))
    return Group(table, certified_table(certified)), certified_json(certified)


def _keep(directory: Path, run: Any, found: dict[str, Any], figures: bool) -> None:
    from proofs.experiments.storage import write_weights

    folder = directory / "weights"
    save(lambda: write_weights(folder, run), folder)
    if not figures:
        return
    from proofs.experiments import figures as draw

    for name, figure in (
        ("learning-curves", draw.learning_curves(run)),
        ("learned-rows", draw.learned_rows(run)),
        ("projections", draw.projections(run, found)),
    ):
        path = directory / f"{run.setup.objective}-{name}.png"
        save(partial(draw.save_figure, figure, path), path)


def _bar(done: int, whole: int, width: int = 24) -> str:
    full = width * done // max(whole, 1)
    return "█" * full + "░" * (width - full)
