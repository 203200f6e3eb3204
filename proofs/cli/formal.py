"""The formal claims of several certificate files, read for the commands that write or check them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from proofs.certificates import CertificateError
from proofs.formal.certificates import read_formal_claims
from proofs.formal.expression import NotFormal
from proofs.formal.text import FormalClaim

__all__ = ["read_all_formal_claims"]


def read_all_formal_claims(paths: Sequence[str], *, fast: bool = False) -> list[FormalClaim]:
    """The theorems of all files in order.  Raises click.UsageError, which names the file."""
    found: list[FormalClaim] = []
    for path in paths:
        try:
            found += read_formal_claims(Path(path), fast=fast, before=len(found))
        except CertificateError as error:
            raise click.UsageError(str(error)) from error
        except NotFormal as error:
            raise click.UsageError(f"{path}: {error}") from error
        except OSError as error:
            raise click.UsageError(f"{path}: cannot read ({error.strerror or error})") from error
    return found
