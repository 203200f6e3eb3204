"""``separatrix export``: a certificate in the language of another system."""

from __future__ import annotations

import click
from rich.text import Text

from proofs.cli.formal import read_all_formal_claims
from proofs.cli.options import json_option
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.formal.coq import named_claims, theorem_names, write_claims

__all__ = ["command"]


@click.command("export")
@click.argument("language", metavar="coq", type=click.Choice(["coq"]))
@click.argument("certificates", metavar="CERT.json...", nargs=-1, required=True)
@click.option("-o", "output", metavar="DIR", required=True, help="Where the files go (made if it is missing).")
@json_option
def command(language: str, certificates: tuple[str, ...], output: str, json_path: str | None) -> int:
    """The theorems of certificates as files for Coq: a page with each statement, and the numbers behind it.

    The claims of several files are numbered in order, and what they have together gets a page of its own.

    Exit codes: 0 written, 2 bad input or a claim that has no formal statement.
    """
    check_writable(json_path)
    names = " ".join(certificates)
    with progress(f"export {names}"):
        claims = read_all_formal_claims(certificates)
        directory = writable_directory("-o", output)
        try:
            files = write_claims(claims, directory)
        except OSError as error:
            raise click.UsageError(f"-o {output}: cannot write ({error.strerror or error})") from error
    theorems = theorem_names(claims)
    data = {
        "language": language,
        "files": [str(f) for f in files],
        "claims": [claim.title for _, claim in named_claims(claims)],
        "theorems": theorems,
    }
    lines = Text(f"{len(files)} files in {directory}; not yet compiled: separatrix recheck --formal {names}")
    for name in theorems:
        lines.append(f"\n  theorem {name}")
    emit(lines, data, json_path)
    return 0
