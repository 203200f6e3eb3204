"""``separatrix landscape``: all stationary points of an objective."""

from __future__ import annotations

import click

from numeric.search import Budget
from proofs.claims.region import region_claim
from proofs.claims.stationary_points import landscape_claim
from proofs.cli.options import (
    box_option,
    budget_options,
    json_option,
    neurons_option,
    objective_argument,
    parameters_option,
    parse_box,
    read_region,
    save_certificate,
    search_budget,
)
from proofs.cli.output import check_writable, emit, progress
from proofs.display import landscape_table
from proofs.display_regions import region_table
from proofs.landscape import prove_landscape
from proofs.region_cells import Sides
from proofs.regions import prove_region
from proofs.results import landscape_json
from proofs.results_regions import region_json
from proofs.verdict import Verdict
from symbolic.objectives import Objective

__all__ = ["command"]


@click.command("landscape")
@objective_argument
@parameters_option
@neurons_option
@box_option
@budget_options
@click.option("--certificate", metavar="FILE", help="Write a certificate of a proved landscape.")
@json_option
def command(
    objective_name: str,
    settings: tuple[str, ...],
    neurons: int | None,
    box: str | None,
    seconds: float,
    boxes: int,
    jobs: int,
    certificate: str | None,
    json_path: str | None,
) -> int:
    """All stationary points of OBJECTIVE (ssl, sl, or a model file): each unique in its box, none missed.

    With an interval, as in --set tau=[5,9], for every value of the parameter in it; with --box, those in that box.
    """
    check_writable(json_path)
    within = parse_box(box)
    objective, sides = read_region(objective_name, settings, neurons)
    if sides and within:
        raise click.UsageError("--box goes with single parameter values, not with intervals")
    if sides:
        return _over_region(objective, sides, search_budget(seconds, boxes), certificate, json_path)
    with progress(f"landscape of {objective_name}"):
        try:
            landscape = prove_landscape(objective, budget=search_budget(seconds, boxes), jobs=jobs, within=within)
        except ValueError as error:
            raise click.UsageError(f"{objective_name}: {error}") from error
    if certificate and landscape.verdict is Verdict.PROVED:
        save_certificate(certificate, landscape_claim(landscape))
    emit(landscape_table(landscape), landscape_json(landscape), json_path)
    return landscape.verdict.exit_code


def _over_region(
    objective: Objective, sides: Sides, budget: Budget, certificate: str | None, json_path: str | None
) -> int:
    with progress(f"landscape of {objective.name} over a region") as shown:
        try:
            result = prove_region(objective, sides, seconds=budget.seconds, boxes=budget.boxes, shown=shown.label)
        except ValueError as error:
            raise click.UsageError(f"{objective.name}: {error}") from error
    if certificate and result.verdict is Verdict.PROVED:
        save_certificate(certificate, region_claim(result))
    emit(region_table(result), region_json(result), json_path)
    return result.verdict.exit_code
