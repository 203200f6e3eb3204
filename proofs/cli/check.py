"""``separatrix check``: decide every claim of lemma files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import click

from proofs.certificates import write_atomically, write_certificate
from proofs.cli.options import json_option
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.display_claims import claims_table, tex_macros
from proofs.lemmas import Claim, ClaimError, ClaimResult, ClaimSource, Effort, decide_all, read_claims
from proofs.results_claims import claims_json
from proofs.verdict import Verdict, combine

__all__ = ["command"]


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds for one claim.",
)
@click.option("--boxes", type=click.IntRange(1), default=2_000_000, show_default=True, help="Boxes for one claim.")
@click.option(
    "--precision", type=click.IntRange(53, 10_000), default=128, show_default=True, help="Bits for hard spots."
)
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="Processes for large searches.")
@click.option("--certificates", metavar="DIR", help="Write a certificate for every decided claim.")
@click.option("--tex-macros", "macros", metavar="FILE", help="Write \\newcommand lines with the certified numbers.")
@json_option
def command(
    files: tuple[str, ...],
    seconds: float,
    boxes: int,
    precision: int,
    jobs: int,
    certificates: str | None,
    macros: str | None,
    json_path: str | None,
) -> int:
    """Decide every claim of lemma files (TOML), or of annotated LaTeX files.

    Exit codes: 0 all proved, 1 something refuted, 2 bad input, 3 something undecided.
    """
    check_writable(json_path)
    if not seconds < float("inf"):
        raise click.UsageError("--time must be a finite number of seconds")
    directory = writable_directory("--certificates", certificates) if certificates else None
    try:
        claims = read_claims([Path(f) for f in files])
    except ClaimError as error:
        raise click.UsageError(str(error)) from error
    results, interrupted = _decide(claims, Effort(seconds, boxes, precision, jobs))
    if directory is not None:
        for (source, _), result in zip(claims, results, strict=False):
            _write_certificate(directory, source, result)
    if macros is not None:
        _write_macros(Path(macros), results)
    emit(claims_table(results), claims_json(results), json_path)
    if interrupted:
        raise click.UsageError(f"interrupted after {len(results)} of {len(claims)} claims; the decided ones are above")
    return combine(r.verdict for r in results).exit_code


def _decide(claims: list[tuple[ClaimSource, Claim]], effort: Effort) -> tuple[list[ClaimResult], bool]:
    """Results in order; an interrupt keeps those that are there."""
    results: list[ClaimResult] = []
    with progress("check") as shown:

        def started(claim: Claim) -> None:
            shown.label(f"{len(results) + 1} of {len(claims)}: {claim.name}")

        try:
            decide_all(claims, effort, started=started, decided=results.append)
        except KeyboardInterrupt:
            return results, True
    return results, False


def _write_certificate(directory: Path, source: ClaimSource, result: ClaimResult) -> None:
    if result.verdict is Verdict.UNDECIDED or not result.evidence:
        return
    # Names are free text; the digest of file and name keeps file names short and apart.
    key = hashlib.sha256(f"{source.file}\0{source.name}".encode()).hexdigest()[:12]
    slug = "".join(c if c.isalnum() and c.isascii() else "-" for c in source.name)[:40].strip("-")
    path = directory / f"{slug}-{key}.json"
    about: dict[str, Any] = {"claim": source.name, "verdict": result.verdict.value, "reading": result.reading}
    if result.given:
        about["given"] = list(result.given)
    try:
        write_certificate(path, result.evidence, **about)
    except OSError as error:
        raise click.UsageError(f"--certificates {path}: cannot write ({error.strerror or error})") from error
    result.certificate = str(path)


def _write_macros(path: Path, results: list[ClaimResult]) -> None:
    try:
        write_atomically(path, tex_macros(results))
    except OSError as error:
        raise click.UsageError(f"--tex-macros {path}: cannot write ({error.strerror or error})") from error
