"""``separatrix new``: a commented model file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from proofs.certificates import write_atomically
from proofs.models import EXAMPLE

__all__ = ["command"]


@click.command("new")
@click.argument("file", metavar="FILE.toml")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--json", "json_path", metavar="FILE", help="- : say what was written as JSON.")
def command(file: str, force: bool, json_path: str | None) -> int:
    """Write a commented example of a model file, which other commands take in place of ssl or sl."""
    from rich.text import Text

    from proofs.cli.output import check_writable, emit

    check_writable(json_path)
    path = Path(file)
    if path.suffix != ".toml":
        raise click.UsageError(f"{file}: the name of a model file ends in .toml")
    if path.exists() and not force:
        raise click.UsageError(f"{file}: is there already (--force writes over it)")
    try:
        write_atomically(path, EXAMPLE)
    except OSError as error:
        raise click.UsageError(f"{file}: cannot write ({error.strerror or error})") from error
    emit(Text(f"wrote {file}; try: separatrix landscape {file}"), {"file": file}, json_path)
    return 0
