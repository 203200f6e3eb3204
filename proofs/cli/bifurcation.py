"""``separatrix bifurcation``: where the number of stationary points changes, certified."""

from __future__ import annotations

import click

from proofs.bifurcation import prove_bifurcations
from proofs.claims.bifurcation import bifurcation_claim
from proofs.cli.options import (
    closest,
    json_option,
    neurons_option,
    objective_argument,
    parameters_option,
    parse_interval,
    read_objective,
    save_certificate,
    search_budget,
)
from proofs.cli.output import check_writable, emit, progress
from proofs.display_regions import bifurcation_table
from proofs.results_regions import bifurcation_json
from proofs.verdict import Verdict

__all__ = ["command"]


@click.command("bifurcation")
@objective_argument
@click.option("--parameter", required=True, metavar="NAME", help="The parameter that varies.")
@click.option("--range", "span", required=True, metavar="LO,HI", help="Its interval, exact: 1/50,1/4.")
@click.option("--digits", type=click.IntRange(5, 100), default=30, show_default=True, help="Certain digits.")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    show_default=True,
    help="Seconds the proof may take.",
)
@click.option("--certificate", metavar="FILE", help="Write a certificate of a proved diagram.")
@parameters_option
@neurons_option
@json_option
def command(
    objective_name: str,
    parameter: str,
    span: str,
    digits: int,
    seconds: float,
    certificate: str | None,
    settings: tuple[str, ...],
    neurons: int | None,
    json_path: str | None,
) -> int:
    """Where the number of stationary points of OBJECTIVE changes with a parameter: folds and pitchforks.

    PROVED: these are all of them in the range, and between them the number is constant.
    """
    check_writable(json_path)
    objective = read_objective(objective_name, settings, neurons, files=True)
    known = {p.symbol.name: p for p in objective.parameters}
    if parameter not in known:
        raise click.UsageError(f"--parameter {parameter}: no such parameter{closest(parameter, known)}")
    if any(item.partition("=")[0].strip() == parameter for item in settings):
        raise click.UsageError(f"--set {parameter}: this is the parameter that varies")
    side = parse_interval("--range", span)
    if side[0] >= side[1]:
        raise click.UsageError("--range: the lower end must be below the upper end")
    if max(abs(side[0]), abs(side[1])) > 10**9:
        raise click.UsageError("--range: an end is beyond +-10^9")
    budget = search_budget(seconds, 1)
    with progress(f"bifurcations of {objective_name}") as shown:
        try:
            diagram = prove_bifurcations(
                objective.freed([parameter]), side, digits=digits, seconds=budget.seconds, shown=shown.label
            )
        except ValueError as error:
            raise click.UsageError(f"{objective_name}: {error}") from error
    if certificate and diagram.verdict is Verdict.PROVED:
        save_certificate(certificate, bifurcation_claim(diagram))
    emit(bifurcation_table(diagram, digits), bifurcation_json(diagram, digits), json_path, fold=False)
    return diagram.verdict.exit_code
