"""``separatrix export``: a certificate in the language of another system."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from proofs.certificates import CertificateError
from proofs.cli.options import json_option
from proofs.cli.output import check_writable, emit, progress, writable_directory
from proofs.formal.certificates import read_formal_claims
from proofs.formal.coq import write_claims
from proofs.formal.expression import NotFormal

__all__ = ["command"]


@click.command("export")
@click.argument("language", metavar="coq", type=click.Choice(["coq"]))
@click.argument("certificate", metavar="CERT.json")
@click.option("-o", "output", metavar="DIR", required=True, help="Where the files go (made if it is missing).")
@json_option
def command(language: str, certificate: str, output: str, json_path: str | None) -> int:
    """The theorems of a certificate as files for Coq: a page with each statement, and the numbers behind it.

    Exit codes: 0 written, 2 bad input or a claim that has no formal statement.
    """
    check_writable(json_path)
    with progress(f"export {certificate}"):
        try:
            claims = read_formal_claims(Path(certificate))
        except CertificateError as error:
            raise click.UsageError(str(error)) from error
        except NotFormal as error:
            raise click.UsageError(f"{certificate}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"{certificate}: cannot read ({error.strerror or error})") from error
        directory = writable_directory("-o", output)
        try:
            files = write_claims(claims, directory)
        except OSError as error:
            raise click.UsageError(f"-o {output}: cannot write ({error.strerror or error})") from error
    theorems = [f"Claim{k}.{t}" for k, claim in enumerate(claims, 1) for t in claim.theorems]
    data = {
        "language": language,
        "files": [str(f) for f in files],
        "claims": [claim.title for claim in claims],
        "theorems": theorems,
    }
    lines = Text(f"{len(files)} files in {directory}; not yet compiled: separatrix recheck --formal {certificate}")
    for name in theorems:
        lines.append(f"\n  theorem {name}")
    emit(lines, data, json_path)
    return 0
