"""``separatrix recheck``: check certificates without the prover."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from proofs.certificates import CertificateError
from proofs.checks import recheck
from proofs.checks.base import CheckResult
from proofs.cli.formal import read_all_formal_claims
from proofs.cli.options import json_option
from proofs.cli.output import check_writable, emit, progress
from proofs.formal.coq import CoqMissing, check_claims, named_claims

__all__ = ["command"]


@click.command("recheck")
@click.argument("certificates", metavar="CERT.json...", nargs=-1, required=True)
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
def command(certificates: tuple[str, ...], formal: bool, seconds: float, fast: bool, json_path: str | None) -> int:
    """Prove the claims of certificates again, in Arb and without the search, or (--formal) in Coq's kernel.

    With --formal, what the claims of several files have together is stated and proved too.

    Exit codes: 0 valid, 1 invalid, 2 unreadable, or without a formal statement, or Coq is missing.
    """
    check_writable(json_path)
    if fast and not formal:
        raise click.UsageError("--fast goes with --formal")
    if formal:
        return _formal(certificates, seconds, fast, json_path)
    result = _recheck_all(certificates)
    word, style = ("VALID", "bold green") if result.valid else ("INVALID", "bold red")
    data = {"verdict": word, "reason": result.reason, "claims": result.claims}
    lines = Text.assemble((word, style), f"  {result.reason}")
    for name in result.claims:
        lines.append(f"\n  proved again: {name}")
    emit(lines, data, json_path)
    return 0 if result.valid else 1


def _recheck_all(certificates: tuple[str, ...]) -> CheckResult:
    """The result of a single file, or of all together up to the first that is not valid."""
    if len(certificates) == 1:
        return _recheck(certificates[0])
    claims: list[str] = []
    for certificate in certificates:
        result = _recheck(certificate)
        claims += result.claims
        if not result.valid:
            return CheckResult(False, f"{certificate}: {result.reason}", claims)
    return CheckResult(True, f"every claim of {len(certificates)} files was proved again ({len(claims)})", claims)


def _recheck(certificate: str) -> CheckResult:
    with progress(f"recheck {certificate}"):
        try:
            return recheck(Path(certificate))
        except CertificateError as error:
            raise click.UsageError(str(error)) from error
        except OSError as error:
            raise click.UsageError(f"{certificate}: cannot read ({error.strerror or error})") from error


def _formal(certificates: tuple[str, ...], seconds: float, fast: bool, json_path: str | None) -> int:
    names = " ".join(certificates)
    with progress(f"recheck {names} in Coq") as shown:
        claims = read_all_formal_claims(certificates, fast=fast)
        try:
            result = check_claims(claims, seconds=seconds, fast=fast, label=shown.label)
        except CoqMissing as error:
            raise click.UsageError(f"{names}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"{names}: cannot write ({error.strerror or error})") from error
    word, style = ("VALID", "bold green") if result.accepted else ("INVALID", "bold red")
    data = {
        "verdict": word,
        "reason": result.reason,
        "claims": [claim.title for _, claim in named_claims(claims)],
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
