"""``separatrix verify``: prove a study's lemma graph."""

from __future__ import annotations

import click

from proofs.cli.options import (
    box_option,
    json_option,
    neurons_option,
    parameters_option,
    read_study,
    search_time_option,
)
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.display import study_tree
from proofs.results import study_json
from proofs.studies import run_study
from proofs.studies.certificates import write_study_certificates

__all__ = ["command"]


@click.command("verify")
@click.argument("study_name", metavar="[STUDY|MODEL.toml]", default="separation")
@parameters_option
@neurons_option
@box_option
@search_time_option
@click.option("--certificates", metavar="DIR", help="Write a certificate for every lemma that has one.")
@json_option
def command(
    study_name: str,
    settings: tuple[str, ...],
    neurons: int | None,
    box: str | None,
    seconds: float,
    certificates: str | None,
    json_path: str | None,
) -> int:
    """Prove a study's lemma graph (default: the paper's separation theorem), or that of a model file."""
    check_writable(json_path)
    study = read_study(study_name, settings, box, seconds, neurons)
    directory = writable_directory("--certificates", certificates) if certificates else None
    with progress(f"verify {study_name}") as shown:
        result = run_study(study, started=lambda lemma: shown.label(f"{lemma.id} {lemma.title}"))
        if directory is not None:
            try:
                write_study_certificates(result, directory)
            except OSError as error:
                raise click.UsageError(
                    f"--certificates {directory}: cannot write ({error.strerror or error})"
                ) from error
    emit(study_tree(result), study_json(result), json_path)
    return result.verdict.exit_code
