"""Options and arguments that several commands share, read exactly and refused clearly."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click
import sympy as sp

from numeric.search import Budget
from proofs.studies import Study, build_study, study_names
from symbolic.objectives import Objective, build_objective, objective_names
from symbolic.reader import ReadError, parse_number

__all__ = [
    "budget_options",
    "closest",
    "json_option",
    "neurons_option",
    "objective_argument",
    "parameters_option",
    "parse_assignments",
    "read_objective",
    "read_study",
    "search_budget",
]

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option(
    "--json", "json_path", metavar="FILE", help="Write the result as JSON to FILE (- for standard output)."
)
parameters_option = click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a parameter exactly: tau=7, alpha=1/800, tau=0.1.",
)
objective_argument = click.argument("objective_name", metavar="OBJECTIVE")
neurons_option = click.option(
    "--neurons", type=click.IntRange(1, 8), help="Number of neurons (default 1 for ssl, 2 for sl)."
)


def budget_options(command: F) -> F:
    """--time, --boxes and --jobs."""
    command = click.option(
        "--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes for large searches."
    )(command)
    command = click.option(
        "--boxes", type=click.IntRange(1), default=5_000_000, show_default=True, help="Most boxes a search may look at."
    )(command)
    return click.option(
        "--time",
        "seconds",
        type=click.FloatRange(0, min_open=True),
        default=120.0,
        show_default=True,
        help="Seconds a search may take.",
    )(command)


def search_budget(seconds: float, boxes: int) -> Budget:
    if not seconds < float("inf"):
        raise click.UsageError("--time must be a finite number of seconds")
    return Budget(seconds=seconds, boxes=boxes)


def closest(name: str, known: Iterable[str]) -> str:
    """'; did you mean x?' or the list of what there is."""
    names = sorted(known)
    match = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(names)}"


def parse_assignments(option: str, items: Iterable[str]) -> dict[str, sp.Rational]:
    """NAME=VALUE pairs with exact values; raises click.UsageError."""
    values: dict[str, sp.Rational] = {}
    for item in items:
        name, sign, text = item.partition("=")
        name = name.strip()
        if not sign or not name:
            raise click.UsageError(f"{option} {_short(item)}: expected NAME=VALUE")
        try:
            value = parse_number(text)
        except ReadError as error:
            raise click.UsageError(f"{option} {_short(item)}: {error}") from error
        if name in values:
            raise click.UsageError(f"{option} {_short(item)}: {name} is set twice")
        values[name] = value
    return values


def read_objective(name: str, settings: Iterable[str], neurons: int | None) -> Objective:
    """The objective a user named, at the parameters a user set; raises click.UsageError."""
    if name not in objective_names():
        raise click.UsageError(f"unknown objective {_short(name)}{closest(name, objective_names())}")
    values = parse_assignments("--set", settings)
    objective = build_objective(name, neurons=neurons)
    for parameter in values:
        if parameter not in objective.parameter_values:
            known = objective.parameter_values
            raise click.UsageError(f"--set {parameter}: {name} has no such parameter{closest(parameter, known)}")
    try:
        return objective.with_values(values)
    except ValueError as error:
        raise click.UsageError(f"--set: {error}") from error


def read_study(name: str, settings: Iterable[str]) -> Study:
    """The study a user named, at the parameters a user set; raises click.UsageError."""
    if name not in study_names():
        raise click.UsageError(f"unknown study {_short(name)}{closest(name, study_names())}")
    values = parse_assignments("--set", settings)
    try:
        return build_study(name, values)
    except KeyError as error:
        known = build_study(name).parameters
        raise click.UsageError(f"--set {error.args[0]}: no such parameter{closest(error.args[0], known)}") from error
    except ValueError as error:
        raise click.UsageError(f"--set: {error}") from error


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
