"""``separatrix report``: a study as web pages and as one LaTeX document."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from pathlib import Path

import click
from rich.text import Text

from proofs.cli.options import (
    box_option,
    json_option,
    neurons_option,
    parameters_option,
    read_study,
    search_time_option,
)
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.documents.errors import DocumentError
from proofs.formal.coq import CoqMissing
from proofs.results import study_json
from proofs.studies import run_study

__all__ = ["command"]

INSTALL = "pip install 'separatrix[report]'"


@click.command("report")
@click.argument("study_name", metavar="[STUDY|MODEL.toml]", default="separation")
@click.option("-o", "--output", required=True, metavar="DIR", help="Folder of the pages; it is made if it is missing.")
@click.option("--certificates", metavar="DIR", help="Judge the certificates in DIR instead of writing fresh ones.")
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes for the rechecks.")
@click.option("--formal", is_flag=True, help="Let Coq's kernel check what has a formal statement, and mark it.")
@click.option("--fast", is_flag=True, help="Long searches in primitive floats, with their axioms (with --formal).")
@parameters_option
@neurons_option
@box_option
@search_time_option
@json_option
def command(
    study_name: str,
    output: str,
    certificates: str | None,
    jobs: int,
    formal: bool,
    fast: bool,
    settings: tuple[str, ...],
    neurons: int | None,
    box: str | None,
    seconds: float,
    json_path: str | None,
) -> int:
    """Run a study or that of a model, recheck its certificates, and write pages coloured by that alone."""
    begin = time.perf_counter()
    check_writable(json_path)
    if fast and not formal:
        raise click.UsageError("--fast goes with --formal")
    study = read_study(study_name, settings, box, seconds, neurons)
    given = Path(certificates) if certificates is not None else None
    if given is not None and not given.is_dir():
        raise click.UsageError(f"--certificates {given}: no such directory")
    try:
        import jinja2 as _jinja2
        import latex2mathml as _latex2mathml
        import matplotlib as _matplotlib

        from proofs.report.status import State
        from proofs.report.write import write_report
    except ImportError as error:
        raise click.UsageError(f"report needs {error.name}: {INSTALL}") from error
    _ = (_jinja2, _latex2mathml, _matplotlib)
    folder = writable_directory("-o", output)
    with progress(f"report {study_name}") as shown:
        result = run_study(study, started=lambda lemma: shown.label(f"{lemma.id} {lemma.title}"))
        try:
            content = write_report(
                result, folder, certificates=given, jobs=jobs, formal=formal, fast=fast, started=shown.label
            )
        except CoqMissing as error:
            raise click.UsageError(f"--formal: {error}") from error
        except DocumentError as error:
            raise click.UsageError(f"{folder}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"-o {folder}: cannot write ({error.strerror or error})") from error
    states = {key: s.state for key, s in content.states.items()}
    data = study_json(result)
    for lemma in data["lemmas"]:
        lemma["state"] = states[lemma["id"]].value
        lemma["state_reason"] = content.states[lemma["id"]].reason
        kernel = content.lemmas[lemma["id"]].kernel
        if kernel is not None:
            lemma["kernel"] = {**asdict(kernel), "mark": kernel.mark}
    data["directory"] = str(folder)
    data["seconds"] = round(time.perf_counter() - begin, 3)
    lines = Text.assemble((f"{folder / 'index.html'}\n", "bold"))
    for key, lemma_state in content.states.items():
        good = lemma_state.state in (State.COMPLETE, State.RECHECKED, State.PROVED)
        lines.append(f"{key} {lemma_state.result.lemma.title}  ")
        lines.append(lemma_state.state.value, style="green" if good else "bold yellow")
        kernel = content.lemmas[key].kernel
        if kernel is not None and kernel.mark:
            lines.append(f"  {kernel.mark}", style="bold green")
        lines.append("\n" if good else f": {lemma_state.reason}\n")
    lines.rstrip()
    emit(lines, data, json_path)
    stale = State.STALE in states.values()
    return 1 if stale else result.verdict.exit_code
