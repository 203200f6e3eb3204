"""``separatrix radius``: the ladder of certified radii at every minimum."""

from __future__ import annotations

import click
from rich.console import Group
from rich.text import Text

from proofs.cli.options import (
    box_option,
    json_option,
    neurons_option,
    objective_argument,
    parameters_option,
    parse_box,
    read_objective,
)
from proofs.cli.output import check_writable, emit, progress
from proofs.display import ladder_table
from proofs.display_noise import noise_display, noise_json
from proofs.ladder import PointAnalysis, Rung
from proofs.landscape import StationaryPoint, prove_landscape
from proofs.noise import NoisyMinimum, has_noisy_population, noise_table
from proofs.results import ladder_json
from proofs.survival import NoiseTable

__all__ = ["command"]


@click.command("radius")
@objective_argument
@parameters_option
@neurons_option
@box_option
@click.option("--noise", is_flag=True, help="Also the smallest d whose noise rho = d^(-3/2) each method absorbs.")
@json_option
def command(
    objective_name: str,
    settings: tuple[str, ...],
    neurons: int | None,
    box: str | None,
    noise: bool,
    json_path: str | None,
) -> int:
    """The ladder of radii at every minimum of OBJECTIVE, with the radii of the image balls.

    exact-ift: exact inverse function theorem in R^d; exact-ift-block: in the feature coordinates;
    preconditioned: by the inverse Hessian; convexity: the Hessian stays positive definite.
    With --box: at the minima in that box.  With --noise: the smallest d from which on each method absorbs the noise of
    the population, and two more methods.
    """
    check_writable(json_path)
    within = parse_box(box)
    objective = read_objective(objective_name, settings, neurons, files=True)
    if noise and not has_noisy_population(objective):
        raise click.UsageError(f"--noise: no noisy population is known for {objective_name} with these neurons")
    entries: list[tuple[StationaryPoint, list[Rung]]] = []
    absorbed: list[NoiseTable] = []
    with progress(f"landscape of {objective_name}") as shown:
        try:
            landscape = prove_landscape(objective, within=within)
        except ValueError as error:
            raise click.UsageError(f"{objective_name}: {error}") from error
        minima = [p for p in landscape.points if p.index == 0]
        ladders: dict[tuple, list[Rung]] = {}
        noises: dict[tuple, NoiseTable] = {}
        for number, point in enumerate(minima, 1):
            shown.label(f"radii of minimum {number} of {len(minima)}")
            # Symmetric minima have the same value and eigenvalues, and the same radii.
            key = (round(float(point.value.middle), 12), *(round(float(e.middle), 12) for e in point.eigenvalues))
            if key not in ladders:
                analysis = PointAnalysis(objective, point)
                ladders[key] = analysis.ladder()
                if noise:
                    noises[key] = noise_table(NoisyMinimum(analysis))
            entries.append((point, ladders[key]))
            absorbed.append(noises.get(key, {}))
    data = {"objective": objective_name, "verdict": landscape.verdict.value, **ladder_json(entries)}
    tables = []
    for (point, rungs), found, shown_point in zip(entries, absorbed, data["points"], strict=True):
        tables.append(ladder_table(point, rungs))
        if noise:
            shown_point["noise"] = noise_json(found)
            tables.append(noise_display(found))
    tables.append(
        Text("lower ends hold on the whole ball, upper ends are proved failures of the hypothesis", style="dim")
    )
    emit(Group(*tables), data, json_path)
    return landscape.verdict.exit_code
