"""``separatrix recheck``: check a certificate without the prover."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from proofs.certificates import CertificateError
from proofs.checks import recheck
from proofs.cli.options import json_option
from proofs.cli.output import check_writable, emit, progress

__all__ = ["command"]


@click.command("recheck")
@click.argument("certificate", metavar="CERT.json")
@json_option
def command(certificate: str, json_path: str | None) -> int:
    """Prove the claims of a certificate again, in Arb and without the search.

    Exit codes: 0 valid, 1 invalid, 2 unreadable.
    """
    check_writable(json_path)
    with progress(f"recheck {certificate}"):
        try:
            result = recheck(Path(certificate))
        except CertificateError as error:
            raise click.UsageError(str(error)) from error
        except OSError as error:
            raise click.UsageError(f"{certificate}: cannot read ({error.strerror or error})") from error
    word, style = ("VALID", "bold green") if result.valid else ("INVALID", "bold red")
    data = {"verdict": word, "reason": result.reason, "claims": result.claims}
    lines = Text.assemble((word, style), f"  {result.reason}")
    for name in result.claims:
        lines.append(f"\n  proved again: {name}")
    emit(lines, data, json_path)
    return 0 if result.valid else 1
