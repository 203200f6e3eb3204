"""``separatrix radius``: the ladder of certified radii at every minimum."""

from __future__ import annotations

import click
from rich.console import Group
from rich.text import Text

from proofs.cli.options import json_option, neurons_option, objective_argument, parameters_option, read_objective
from proofs.cli.output import check_writable, emit, progress
from proofs.display import ladder_table
from proofs.ladder import PointAnalysis, Rung
from proofs.landscape import StationaryPoint, prove_landscape
from proofs.results import ladder_json

__all__ = ["command"]


@click.command("radius")
@objective_argument
@parameters_option
@neurons_option
@json_option
def command(objective_name: str, settings: tuple[str, ...], neurons: int | None, json_path: str | None) -> int:
    """The ladder of radii at every minimum of OBJECTIVE, with the radii of the image balls.

    exact-ift: exact inverse function theorem in R^d; exact-ift-block: in the feature coordinates;
    preconditioned: by the inverse Hessian; convexity: the Hessian stays positive definite.
    """
    check_writable(json_path)
    objective = read_objective(objective_name, settings, neurons)
    entries: list[tuple[StationaryPoint, list[Rung]]] = []
    with progress(f"landscape of {objective_name}") as shown:
        landscape = prove_landscape(objective)
        minima = [p for p in landscape.points if p.index == 0]
        ladders: dict[tuple, list[Rung]] = {}
        for number, point in enumerate(minima, 1):
            shown.label(f"radii of minimum {number} of {len(minima)}")
            # Symmetric minima have the same value and eigenvalues, and the same radii.
            key = (round(float(point.value.middle), 12), *(round(float(e.middle), 12) for e in point.eigenvalues))
            if key not in ladders:
                ladders[key] = PointAnalysis(objective, point).ladder()
            entries.append((point, ladders[key]))
    data = {"objective": objective_name, "verdict": landscape.verdict.value, **ladder_json(entries)}
    tables = [ladder_table(p, rungs) for p, rungs in entries]
    tables.append(
        Text("lower ends hold on the whole ball, upper ends are proved failures of the hypothesis", style="dim")
    )
    emit(Group(*tables), data, json_path)
    return landscape.verdict.exit_code
