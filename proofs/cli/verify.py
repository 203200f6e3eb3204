"""``separatrix verify``: prove a study's lemma graph."""

from __future__ import annotations

from pathlib import Path

import click

from proofs.certificates import write_certificate
from proofs.cli.options import closest, json_option, parameters_option, parse_assignments
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.display import study_tree
from proofs.results import study_json
from proofs.studies import StudyResult, build_study, run_study, study_names

__all__ = ["command"]


@click.command("verify")
@click.argument("study_name", metavar="[STUDY]", default="separation")
@parameters_option
@click.option("--certificates", metavar="DIR", help="Write a certificate for every lemma that has one.")
@json_option
def command(study_name: str, settings: tuple[str, ...], certificates: str | None, json_path: str | None) -> int:
    """Prove a study's lemma graph (default: the paper's separation theorem)."""
    if study_name not in study_names():
        raise click.UsageError(f"unknown study {study_name!r}{closest(study_name, study_names())}")
    check_writable(json_path)
    directory = writable_directory("--certificates", certificates) if certificates else None
    values = parse_assignments("--set", settings)
    try:
        study = build_study(study_name, values)
    except KeyError as error:
        known = build_study(study_name).parameters
        raise click.UsageError(f"--set {error.args[0]}: no such parameter{closest(error.args[0], known)}") from error
    except ValueError as error:
        raise click.UsageError(f"--set: {error}") from error
    with progress(f"verify {study_name}") as shown:
        result = run_study(study, started=lambda lemma: shown.label(f"{lemma.id} {lemma.title}"))
        if directory is not None:
            _write(result, directory)
    emit(study_tree(result), study_json(result), json_path)
    return result.verdict.exit_code


def _write(result: StudyResult, directory: Path) -> None:
    for item in result.lemmas:
        if not item.outcome.claims:
            continue
        path = directory / f"{item.lemma.id}.json"
        try:
            write_certificate(
                path,
                item.outcome.claims,
                study=result.study.name,
                lemma=item.lemma.id,
                title=item.lemma.title,
                statement=item.lemma.statement,
                verdict=item.verdict.value,
            )
        except OSError as error:
            raise click.UsageError(f"--certificates {path}: cannot write ({error.strerror or error})") from error
        item.certificate = str(path)
