"""Options and arguments that several commands share, read exactly and refused clearly."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

# SymPy is imported where it is used: a command that does without starts in half the time.
if TYPE_CHECKING:
    import sympy as sp

    from numeric.search import Budget
    from proofs.studies import Study
    from symbolic.objectives import Objective

__all__ = [
    "box_option",
    "budget_options",
    "closest",
    "json_option",
    "neurons_option",
    "objective_argument",
    "parameters_option",
    "parse_box",
    "parse_assignments",
    "parse_interval",
    "read_objective",
    "read_region",
    "read_study",
    "save_certificate",
    "search_time_option",
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
    help="Set a parameter exactly: tau=7, alpha=1/800, tau=0.1; landscape also takes tau=[5,9].",
)
objective_argument = click.argument("objective_name", metavar="OBJECTIVE")
neurons_option = click.option(
    "--neurons", type=click.IntRange(1, 8), help="Number of neurons (default 1 for ssl, 2 for sl)."
)


box_option = click.option(
    "--box",
    "box",
    metavar="NAME=[LO,HI],...",
    help="Ask about the stationary points in this box: sides for some or all variables, as in a=[-5,5],b=[0,3].",
)


search_time_option = click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=120.0,
    show_default=True,
    help="Seconds the search of a model's landscape may take.",
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
    from numeric.search import Budget

    return Budget(seconds=seconds, boxes=boxes)


def save_certificate(path: str, claim: dict[str, Any]) -> None:
    """Write a certificate of one claim to the file of ``--certificate``; raises click.UsageError."""
    from proofs.certificates import write_certificate

    try:
        write_certificate(Path(path), [claim])
    except OSError as error:
        raise click.UsageError(f"--certificate {path}: cannot write ({error.strerror or error})") from error


def closest(name: str, known: Iterable[str]) -> str:
    """'; did you mean x?' or the list of what there is."""
    names = sorted(known)
    match = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(names)}"


def parse_assignments(option: str, items: Iterable[str]) -> dict[str, sp.Rational]:
    """NAME=VALUE pairs with exact values; raises click.UsageError."""
    from symbolic.reader import ReadError, parse_number

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


def parse_interval(option: str, text: str) -> tuple[Fraction, Fraction]:
    """``LO,HI`` or ``[LO,HI]`` with exact ends; raises click.UsageError."""
    from numeric.compiler import to_fraction
    from symbolic.reader import ReadError, parse_number

    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    parts = inner.split(",")
    if len(parts) != 2:
        raise click.UsageError(f"{option}: expected two ends, as in [5,9], not {_short(text)}")
    try:
        lo, hi = (to_fraction(parse_number(part)) for part in parts)
    except ReadError as error:
        raise click.UsageError(f"{option}: {error}") from error
    if lo > hi:
        raise click.UsageError(f"{option}: the lower end {lo} is above the upper end {hi}")
    return lo, hi


def parse_box(text: str | None) -> dict[str, tuple[Fraction, Fraction]] | None:
    """The sides of ``--box`` by variable, None without one; raises click.UsageError."""
    if text is None:
        return None
    sides: dict[str, tuple[Fraction, Fraction]] = {}
    pattern = re.compile(r"\s*([A-Za-z]\w*)\s*=\s*(\[[^\[\]]*\])\s*(?:,|$)")
    place = 0
    while place < len(text):
        found = pattern.match(text, place)
        if found is None:
            raise click.UsageError(f"--box {_short(text[place:])}: expected NAME=[LO,HI]")
        name, side = found.groups()
        if name in sides:
            raise click.UsageError(f"--box {name}: given twice")
        lo, hi = parse_interval(f"--box {name}", side)
        if lo == hi or max(abs(lo), abs(hi)) > 10**9:
            raise click.UsageError(f"--box {name}: a side must have a width and lie within +-10^9")
        sides[name] = (lo, hi)
        place = found.end()
    if not sides:
        raise click.UsageError("--box: no side is given")
    return sides


def _known_sides(objective: Objective, box: str | None) -> dict[str, tuple[Fraction, Fraction]] | None:
    sides = parse_box(box)
    names = [v.name for v in objective.variables]
    for name in sides or {}:
        if name not in names:
            raise click.UsageError(f"--box {name}: no such variable{closest(name, names)}")
    return sides


def split_settings(settings: Iterable[str]) -> tuple[list[str], dict[str, tuple[Fraction, Fraction]]]:
    """The settings NAME=VALUE as they are, and the settings NAME=[LO,HI] as intervals."""
    single: list[str] = []
    intervals: dict[str, tuple[Fraction, Fraction]] = {}
    for item in settings:
        name, sign, text = item.partition("=")
        if sign and text.strip().startswith("["):
            name = name.strip()
            if name in intervals:
                raise click.UsageError(f"--set {_short(item)}: {name} is set twice")
            intervals[name] = parse_interval(f"--set {name}", text)
        else:
            single.append(item)
    return single, intervals


def read_objective(name: str, settings: Iterable[str], neurons: int | None, *, files: bool = False) -> Objective:
    """The objective a user named, at the parameters a user set; raises click.UsageError.

    ``files`` lets the name be that of a model file.
    """
    single, intervals = split_settings(settings)
    if intervals:
        raise click.UsageError(f"--set {next(iter(intervals))}: this command takes one value, not an interval")
    return _at_settings(name, single, neurons, files)


def read_region(
    name: str, settings: Iterable[str], neurons: int | None
) -> tuple[Objective, tuple[tuple[Fraction, Fraction], ...]]:
    """The objective with parameters open where an interval was set, and the intervals in their order.

    No intervals: everything has a value.  Raises click.UsageError.
    """
    single, intervals = split_settings(settings)
    objective = _at_settings(name, single, neurons, files=True)
    twice = intervals.keys() & {item.partition("=")[0].strip() for item in single}
    if twice:
        raise click.UsageError(f"--set {min(twice)}: set twice")
    for parameter, (lo, hi) in intervals.items():
        _known_parameter(objective, name, parameter)
        if next(p.positive for p in objective.parameters if p.symbol.name == parameter) and lo <= 0:
            raise click.UsageError(f"--set {parameter}: must be positive over the whole interval")
        if max(abs(lo), abs(hi)) > 10**9 or (lo == hi == 0):
            raise click.UsageError(f"--set {parameter}: an interval must lie within +-10^9 and not be 0")
    opened = objective.freed(intervals)
    return opened, tuple(intervals[p.name] for p in opened.free_parameters)


def _known_parameter(objective: Objective, name: str, parameter: str) -> None:
    known = [p.symbol.name for p in objective.parameters]
    if parameter not in known:
        raise click.UsageError(f"--set {parameter}: {name} has no such parameter{closest(parameter, known)}")


def resolve_objective(name: str, neurons: int | None, *, files: bool) -> Objective:
    """The objective of a name, or of a model file (a name that ends in .toml); raises click.UsageError."""
    from symbolic.objectives import build_objective, objective_names

    if files and name.endswith(".toml"):
        from proofs.models import ModelError, read_model

        try:
            return build_objective(read_model(Path(name)), neurons=neurons)
        except ModelError as error:
            raise click.UsageError(str(error)) from error
    if name not in objective_names():
        hint = " (this command takes no model files)" if name.endswith(".toml") else closest(name, objective_names())
        raise click.UsageError(f"unknown objective {_short(name)}{hint}")
    return build_objective(name, neurons=neurons)


def _at_settings(name: str, settings: Iterable[str], neurons: int | None, files: bool) -> Objective:
    values = parse_assignments("--set", settings)
    objective = resolve_objective(name, neurons, files=files)
    for parameter in values:
        _known_parameter(objective, name, parameter)
    try:
        return objective.with_values(values)
    except ValueError as error:
        raise click.UsageError(f"--set: {error}") from error


def read_study(
    name: str, settings: Iterable[str], box: str | None = None, seconds: float = 120.0, neurons: int | None = None
) -> Study:
    """The study a user named, or that of a model file, at the parameters a user set; raises click.UsageError."""
    from proofs.studies import build_study, study_names

    if name.endswith(".toml"):
        from proofs.studies.model import model_study

        objective = read_objective(name, settings, neurons, files=True)
        return model_study(objective, within=_known_sides(objective, box), budget=search_budget(seconds, 5_000_000))
    if box is not None or neurons is not None:
        raise click.UsageError(f"{'--box' if box is not None else '--neurons'}: goes with a model file")
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
