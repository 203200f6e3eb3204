"""LaTeX to PDF with the pdflatex that is installed: no shell escape, a time limit, the log read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from proofs.documents.errors import DocumentError

__all__ = ["Compiled", "compile_pdf", "complaints", "has_engine"]

ENGINE = "pdflatex"
SECONDS = 120
_COMPLAINT = re.compile(r"^(?:! .*|.*Warning: .*|(?:Over|Under)full \\[hv]box .*)$", re.MULTILINE)


@dataclass(frozen=True)
class Compiled:
    """The PDF and everything the engine complained about."""

    pdf: bytes
    complaints: tuple[str, ...]


def has_engine() -> bool:
    return shutil.which(ENGINE) is not None


def complaints(log: str) -> tuple[str, ...]:
    """Errors, warnings and boxes that do not fit, in the words of the log."""
    return tuple(line for line in _COMPLAINT.findall(log))


def compile_pdf(source: str, pictures: dict[str, bytes] | None = None) -> Compiled:
    """Compile a document (twice, for its references).  Raises DocumentError with the engine's first error."""
    if not has_engine():
        raise DocumentError(f"no {ENGINE} found: install a TeX distribution, or write a .tex file")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "document.tex").write_text(source, encoding="utf-8")
        for file, data in (pictures or {}).items():
            (folder / file).write_bytes(data)
        command = [ENGINE, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
        environment = {**os.environ, "max_print_line": "1000", "TEXMFVAR": str(folder / "texmf")}
        for _ in range(2):
            try:
                done = subprocess.run(
                    command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False,
                    env=environment,
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise DocumentError(f"{ENGINE} took longer than {SECONDS} s") from error
            log = _read(folder / "document.log") or done.stdout.decode("utf-8", "replace")
            if done.returncode != 0:
                found = complaints(log)
                raise DocumentError(f"{ENGINE} failed: {found[0] if found else 'no message'}")
        return Compiled((folder / "document.pdf").read_bytes(), complaints(log))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
