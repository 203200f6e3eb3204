"""``separatrix solve``: one stationary point, every printed digit guaranteed."""

from __future__ import annotations

from typing import Any

import click
from rich.text import Text

from proofs.cli.options import (
    closest,
    json_option,
    neurons_option,
    objective_argument,
    parameters_option,
    parse_assignments,
    read_objective,
)
from proofs.cli.output import check_writable, emit, progress
from proofs.solve import solve
from symbolic.objectives import Objective

__all__ = ["command"]

MOST_DIGITS = 2000


@click.command("solve")
@objective_argument
@click.option("--near", required=True, metavar="A=..,B=..", help="Where to start, for example a=3.8,b=1.5.")
@click.option(
    "--digits", type=click.IntRange(1, MOST_DIGITS), default=50, show_default=True, help="Significant digits to print."
)
@parameters_option
@neurons_option
@json_option
def command(
    objective_name: str,
    near: str,
    digits: int,
    settings: tuple[str, ...],
    neurons: int | None,
    json_path: str | None,
) -> int:
    """One stationary point of OBJECTIVE near a start, with guaranteed digits."""
    check_writable(json_path)
    objective = read_objective(objective_name, settings, neurons, files=True)
    start = _start(objective, near)
    with progress(f"solve {objective_name} to {digits} digits"):
        result = solve(objective, start, digits)
    if result is None:
        data = {"objective": objective_name, "verdict": "UNDECIDED", "reason": NOT_FOUND}
        emit(Text(f"UNDECIDED  {NOT_FOUND}", style="yellow"), data, json_path)
        return 3
    answer: dict[str, Any] = {
        "objective": objective_name,
        "parameters": {k: str(v) for k, v in objective.parameter_values.items()},
        "verdict": "PROVED",
        "point": result.digits,
        "digits": digits,
        "kind": result.kind,
        "index": result.index,
        "relations": list(result.relations),
    }
    exact = f"; exactly {', '.join(result.relations)}" if result.relations else ""
    lines = [f"{name} = {value}" for name, value in result.digits.items()]
    lines.append(f"{result.kind} (index {result.index}), every digit is certain{exact}")
    emit(Text("\n".join(lines)), answer, json_path, fold=False)
    return 0


NOT_FOUND = "no nonsingular stationary point was proved from this start; try one nearer to a point of `landscape`"


def _start(objective: Objective, near: str) -> list[float]:
    values = parse_assignments("--near", [part for part in near.split(",") if part.strip()])
    names = [v.name for v in objective.variables]
    for name in values:
        if name not in names:
            raise click.UsageError(f"--near {name}: no such variable{closest(name, names)}")
    missing = [n for n in names if n not in values]
    if missing:
        raise click.UsageError(f"--near: no value for {', '.join(missing)}")
    if any(abs(v) > 10**6 for v in values.values()):
        raise click.UsageError("--near: a value is larger than 10^6")
    return [float(values[n]) for n in names]
