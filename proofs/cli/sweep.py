"""``separatrix sweep``: verdicts over a whole region of parameters, resumable."""

from __future__ import annotations

import os
import sqlite3
from fractions import Fraction
from pathlib import Path

import click
from rich.console import Group
from rich.table import Table
from rich.text import Text

from numeric.compiler import to_fraction
from proofs.certificates import write_certificate
from proofs.cli.options import json_option, neurons_option, objective_argument, parameters_option, read_region
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.display import verdict_text
from proofs.region_cells import describe
from proofs.sweep import Ledger, LedgerError, Recipe, Sweep, run_sweep
from proofs.sweep.cells import problem_of
from proofs.sweep.diagram import draw
from proofs.sweep.results import cells_claim, sweep_json, write_parquet
from proofs.sweep.run import Expectation
from proofs.sweep.workers import DaskPool, LocalPool, Pool, PoolError
from symbolic.reader import ReadError, parse_number

__all__ = ["command"]


@click.command("sweep")
@objective_argument
@parameters_option
@neurons_option
@click.option("-o", "--output", metavar="DIR", required=True, help="Directory of the ledger and of the results.")
@click.option("--target", default="0.99", show_default=True, help="Stop when this part of the volume is decided.")
@click.option("--count", type=click.IntRange(0), help="Claim: this many stationary points everywhere.")
@click.option("--minima", type=click.IntRange(0), help="Claim: this many minima everywhere.")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=1800.0,
    show_default=True,
    help="Seconds for this run.",
)
@click.option(
    "--cells", type=click.IntRange(1), default=1_000_000, show_default=True, help="Most cells looked at in this run."
)
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Local worker processes.")
@click.option("--dask", "address", metavar="ADDRESS", help="Use the workers of this Dask scheduler (extra [dask]).")
@click.option("--parquet", is_flag=True, help="Also write cells.parquet (extra [sweep]).")
@click.option("--certificate", metavar="FILE", help="Write a certificate of all decided cells.")
@json_option
def command(
    objective_name: str,
    settings: tuple[str, ...],
    neurons: int | None,
    output: str,
    target: str,
    count: int | None,
    minima: int | None,
    seconds: float,
    cells: int,
    jobs: int,
    address: str | None,
    parquet: bool,
    certificate: str | None,
    json_path: str | None,
) -> int:
    """The landscape of OBJECTIVE over a region of one to four parameters, cell by cell.

    Parameters with an interval (--set tau=[1,12]) span the region.  DIR keeps a ledger: the same command goes
    on where an earlier one was stopped.  Exit codes: 0 the target is reached and nothing contradicts the
    claim, 1 something does, 2 bad input, 3 undecided.
    """
    check_writable(json_path)
    check_writable(certificate)
    share = _target(target)
    recipe = _recipe(objective_name, settings, neurons)
    directory = writable_directory("--output", output)
    try:
        problem_of(recipe)
    except ValueError as error:
        raise click.UsageError(f"{objective_name}: {error}") from error
    try:
        ledger = Ledger(directory / "ledger.sqlite", recipe)
    except LedgerError as error:
        raise click.UsageError(str(error)) from error
    pool: Pool | None = None
    try:
        with progress(f"sweep {objective_name}") as shown:
            pool = DaskPool(recipe, address) if address else LocalPool(recipe, jobs)
            sweep = run_sweep(
                ledger,
                pool,
                target=share,
                expectation=Expectation(count, minima),
                seconds=seconds,
                cells=cells,
                shown=shown.label,
            )
    except sqlite3.Error as error:
        raise click.UsageError(f"{directory}: the ledger cannot be written ({error})") from error
    except PoolError as error:
        raise click.UsageError(f"{error}; decided cells are kept in {directory}") from error
    finally:
        if pool is not None:
            pool.close()
        ledger.close()
    files = _write(directory, recipe, sweep, parquet, certificate)
    emit(_table(recipe, sweep, files), sweep_json(recipe, sweep, files), json_path)
    return sweep.verdict.exit_code


def _target(text: str) -> Fraction:
    try:
        value = to_fraction(parse_number(text))
    except ReadError as error:
        raise click.UsageError(f"--target: {error}") from error
    if not 0 < value <= 1:
        raise click.UsageError("--target: a part of the volume is above 0 and at most 1")
    return value


def _recipe(name: str, settings: tuple[str, ...], neurons: int | None) -> Recipe:
    objective, sides = read_region(name, settings, neurons)
    if not 1 <= len(sides) <= 4:
        raise click.UsageError("sweep needs one to four parameters with intervals, as in --set tau=[1,12]")
    for p, (lo, hi) in zip(objective.free_parameters, sides, strict=True):
        if lo == hi:
            raise click.UsageError(f"--set {p.name}: the interval is a single value")
    return Recipe(
        objective.name,
        objective.neurons,
        tuple((k, str(v)) for k, v in objective.parameter_values.items()),
        tuple((p.name, str(lo), str(hi)) for p, (lo, hi) in zip(objective.free_parameters, sides, strict=True)),
    )


def _write(directory: Path, recipe: Recipe, sweep: Sweep, parquet: bool, certificate: str | None) -> dict[str, str]:
    files = {"ledger": str(directory / "ledger.sqlite")}
    try:
        pictures = [directory / "diagram.png", directory / "diagram.svg"]
        try:
            draw(recipe, sweep, pictures)
            files["png"], files["svg"] = map(str, pictures)
        except ImportError:
            files["note"] = "no picture: matplotlib is not installed (extra [sweep])"
        if parquet:
            try:
                write_parquet(directory / "cells.parquet", recipe, sweep.rows)
            except ImportError as error:
                raise click.UsageError("--parquet needs the extra [sweep]: pip install 'separatrix[sweep]'") from error
            files["parquet"] = str(directory / "cells.parquet")
        if certificate:
            if not any(r.state == "decided" for r in sweep.rows):
                raise click.UsageError("--certificate: no cell is decided")
            write_certificate(Path(certificate), [cells_claim(recipe, sweep.rows)])
            files["certificate"] = certificate
    except OSError as error:
        raise click.UsageError(f"{directory}: cannot write ({error.strerror or error})") from error
    return files


def _table(recipe: Recipe, sweep: Sweep, files: dict[str, str]) -> Group:
    n = len(problem_of(recipe).objective.variables)
    table = Table(header_style="bold")
    for column in ("landscape", "cells", "part of the region"):
        table.add_column(column, no_wrap=True)
    for key, (cells, share) in sweep.landscapes().items():
        table.add_row(describe(key, n), str(cells), f"{float(share):.6%}")
    open_cells = sum(1 for r in sweep.rows if r.state != "decided")
    table.add_row("not decided", str(open_cells), f"{float(sweep.undecided):.6%}")
    region = ", ".join(f"{name} in [{lo}, {hi}]" for name, lo, hi in recipe.region)
    head = Text(f"{recipe.label} over {region}", style="bold")
    return Group(
        head,
        table,
        Text("  ".join(f"{k}: {v}" for k, v in files.items()), style="dim"),
        Text.assemble(verdict_text(sweep.verdict), f"  {sweep.reason}"),
    )
