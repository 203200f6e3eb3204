"""Where results go: a table for people, JSON for programs, progress while they wait."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.status import Status

from proofs.certificates import write_atomically

__all__ = ["check_writable", "emit", "progress", "writable_directory"]

PATIENCE = 2.0


def emit(rendered: RenderableType, data: dict[str, Any], json_path: str | None, *, fold: bool = True) -> None:
    """Print for people, or write JSON where it was asked for (with ``-`` only JSON is printed).

    ``fold`` breaks long lines at the width of the terminal; numbers to be copied are not folded.
    """
    if json_path == "-":
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    if json_path is not None:
        _write_json(Path(json_path), data)
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        # Piped output keeps whole lines; 80 columns would cut numbers.
        console = Console(highlight=False, width=160)
    console.print(rendered, soft_wrap=not fold)


def _write_json(path: Path, data: dict[str, Any]) -> None:
    try:
        write_atomically(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise click.UsageError(f"--json {path}: cannot write ({error.strerror or error})") from error


def check_writable(json_path: str | None) -> None:
    """Fail before the work rather than after it."""
    if json_path in (None, "-"):
        return
    path = Path(str(json_path))
    if path.is_dir():
        raise click.UsageError(f"--json {path}: is a directory")
    if not path.parent.is_dir():
        raise click.UsageError(f"--json {path}: no such directory")


def writable_directory(option: str, text: str) -> Path:
    """A directory, made if it is missing; raises click.UsageError."""
    path = Path(text)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{option} {path}: cannot make the directory ({error.strerror or error})") from error
    return path


class Progress:
    """A spinner with what is being done, shown only on a terminal and only after a moment."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._label = ""
        self._lock = threading.Lock()

    def label(self, text: str) -> None:
        with self._lock:
            self._label = text
            if self._status is not None:
                self._status.update(text)

    def _show(self) -> None:
        with self._lock:
            self._status = Console(stderr=True).status(self._label)
            self._status.start()

    def stop(self) -> None:
        with self._lock:
            if self._status is not None:
                self._status.stop()


@contextmanager
def progress(text: str) -> Iterator[Progress]:
    shown = Progress()
    shown.label(text)
    timer = threading.Timer(PATIENCE, shown._show)
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield shown
    finally:
        timer.cancel()
        shown.stop()
