"""``separatrix landscape``: all stationary points of an objective."""

from __future__ import annotations

from pathlib import Path

import click

from proofs.certificates import write_certificate
from proofs.claims.stationary_points import landscape_claim
from proofs.cli.options import (
    budget_options,
    json_option,
    neurons_option,
    objective_argument,
    parameters_option,
    read_objective,
    search_budget,
)
from proofs.cli.output import check_writable, emit, progress
from proofs.display import landscape_table
from proofs.landscape import prove_landscape
from proofs.results import landscape_json
from proofs.verdict import Verdict

__all__ = ["command"]


@click.command("landscape")
@objective_argument
@parameters_option
@neurons_option
@budget_options
@click.option("--certificate", metavar="FILE", help="Write a certificate of a proved landscape.")
@json_option
def command(
    objective_name: str,
    settings: tuple[str, ...],
    neurons: int | None,
    seconds: float,
    boxes: int,
    jobs: int,
    certificate: str | None,
    json_path: str | None,
) -> int:
    """All stationary points of OBJECTIVE (ssl, sl): each unique in its box, none missed."""
    check_writable(json_path)
    objective = read_objective(objective_name, settings, neurons)
    with progress(f"landscape of {objective_name}"):
        try:
            landscape = prove_landscape(objective, budget=search_budget(seconds, boxes), jobs=jobs)
        except ValueError as error:
            raise click.UsageError(f"{objective_name}: {error}") from error
    if certificate and landscape.verdict is Verdict.PROVED:
        try:
            write_certificate(Path(certificate), [landscape_claim(landscape)])
        except OSError as error:
            raise click.UsageError(f"--certificate {certificate}: cannot write ({error.strerror or error})") from error
    emit(landscape_table(landscape), landscape_json(landscape), json_path)
    return landscape.verdict.exit_code
