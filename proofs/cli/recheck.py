"""``separatrix recheck``: check a certificate without the prover."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from proofs.certificates import CertificateError
from proofs.checks import recheck
from proofs.cli.options import json_option
from proofs.cli.output import check_writable, emit, progress
from proofs.formal.certificates import read_formal_claims
from proofs.formal.coq import CoqMissing, check_claims
from proofs.formal.expression import NotFormal

__all__ = ["command"]


@click.command("recheck")
@click.argument("certificate", metavar="CERT.json")
@click.option("--formal", is_flag=True, help="By Coq's kernel instead (Coq has to be installed).")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True, max=1e6),
    default=1800.0,
    show_default=True,
    help="Seconds that Coq may take (with --formal).",
)
@click.option("--fast", is_flag=True, help="Long searches in primitive floats, with their axioms (with --formal).")
@json_option
def command(certificate: str, formal: bool, seconds: float, fast: bool, json_path: str | None) -> int:
    """Prove the claims of a certificate again, in Arb and without the search, or (--formal) in Coq's kernel.

    Exit codes: 0 valid, 1 invalid, 2 unreadable, or without a formal statement, or Coq is missing.
    """
    check_writable(json_path)
    if fast and not formal:
        raise click.UsageError("--fast goes with --formal")
    if formal:
        return _formal(certificate, seconds, fast, json_path)
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


def _formal(certificate: str, seconds: float, fast: bool, json_path: str | None) -> int:
    with progress(f"recheck {certificate} in Coq") as shown:
        try:
            claims = read_formal_claims(Path(certificate), fast=fast)
            result = check_claims(claims, seconds=seconds, fast=fast, label=shown.label)
        except CertificateError as error:
            raise click.UsageError(str(error)) from error
        except (NotFormal, CoqMissing) as error:
            raise click.UsageError(f"{certificate}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"{certificate}: cannot read ({error.strerror or error})") from error
    word, style = ("VALID", "bold green") if result.accepted else ("INVALID", "bold red")
    data = {
        "verdict": word,
        "reason": result.reason,
        "claims": [claim.title for claim in claims],
        "theorems": result.theorems,
        "axioms": result.axioms,
        "seconds": round(result.seconds, 2),
    }
    lines = Text.assemble((word, style), f"  {result.reason}  {result.seconds:.1f} s")
    for name in result.theorems:
        lines.append(f"\n  theorem {name}")
    for name in result.axioms:
        lines.append(f"\n  axiom   {name}")
    emit(lines, data, json_path)
    return 0 if result.accepted else 1
