"""Reading lemma files: TOML, and annotations in LaTeX files.  Nothing is evaluated."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from proofs.lemmas.claim import ClaimError, ClaimSource

__all__ = ["file_text", "read_file", "read_text"]

MAX_BYTES = 4 * 2**20
MAX_LINE = 200_000
MAX_CLAIMS = 5000
ANNOTATION = re.compile(r"^\s*%!\s*separatrix\b ?(.*)$")
HEADER = re.compile(r"^\s*\[\[\s*claim\s*\]\]")
KEY = re.compile(r"^\s*(\"[^\"]*\"|[A-Za-z0-9_-]+)\s*=\s*")
TABLE = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.\" -]+?)\s*\]?\]")


def read_file(path: Path) -> list[ClaimSource]:
    """The claims of a lemma file (``.tex`` files: those in ``%! separatrix`` comment lines).

    Raises ClaimError with one line that names the file and the position.
    """
    text = file_text(path)
    return read_text(_annotations(text) if path.suffix == ".tex" else text, str(path))


def read_text(text: str, file: str = "text", *, unnamed: bool = False) -> list[ClaimSource]:
    """The claims of a lemma file's text; ``file`` is what messages call it.  Raises ClaimError.

    ``unnamed`` claims get their number as a name, where that is allowed.
    """
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise ClaimError("nested too deeply", file=file) from error
    except ValueError as error:
        raise ClaimError(f"not TOML: {error}", file=file) from error
    return _sources(file, text, data, unnamed)


def file_text(path: Path) -> str:
    """The text of a regular file of moderate size."""
    file = str(path)
    try:
        # Opening a FIFO would wait for a writer: look before, and open without blocking.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise ClaimError(f"cannot read ({error.strerror or error})", file=file) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ClaimError("not a regular file", file=file)
    with os.fdopen(descriptor, "rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ClaimError(f"larger than {MAX_BYTES >> 20} MiB", file=file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ClaimError("not UTF-8 text", file=file, line=line) from error
    if "\0" in text:
        raise ClaimError("a NUL character", file=file, line=text[: text.index("\0")].count("\n") + 1)
    text = text.replace("\r\n", "\n")
    for number, row in enumerate(text.split("\n"), 1):
        if len(row) > MAX_LINE:
            raise ClaimError(f"a line of more than {MAX_LINE} characters", file=file, line=number)
    return text


def _annotations(text: str) -> str:
    """The annotation lines as TOML, all other lines blank, so that line numbers stay."""
    lines = []
    for line in text.split("\n"):
        match = ANNOTATION.match(line)
        # Blanks in place of the prefix keep the columns of what follows.
        lines.append(" " * match.start(1) + match.group(1) if match else "")
    return "\n".join(lines)


def _sources(file: str, text: str, data: dict[str, Any], unnamed: bool) -> list[ClaimSource]:
    unknown = sorted(set(data) - {"claim", "let"})
    if unknown:
        raise ClaimError(f"unknown top-level key {unknown[0]!r}; a file has [[claim]] tables and [let]", file=file)
    claims = data.get("claim", [])
    if not isinstance(claims, list) or not all(isinstance(c, dict) for c in claims):
        raise ClaimError("claims are written as [[claim]] tables", file=file)
    if not claims:
        raise ClaimError("no [[claim]] in the file", file=file)
    if len(claims) > MAX_CLAIMS:
        raise ClaimError(f"more than {MAX_CLAIMS} claims", file=file)
    shared = data.get("let", {})
    if not isinstance(shared, dict) or not all(isinstance(v, str) for v in shared.values()):
        raise ClaimError("[let] holds definitions as strings", file=file)
    places = _places(text)
    sources: list[ClaimSource] = []
    seen: set[str] = set()
    for number, table in enumerate(claims):
        line, lines = places[number] if number < len(places) else (0, {})
        name = table.get("name", f"claim {number + 1}" if unnamed else None)
        if name is None:
            raise ClaimError("the key 'name' is missing", file=file, line=line)
        if not isinstance(name, str) or not name.strip() or len(name) > 300 or not name.isprintable():
            raise ClaimError("a name is a string of printable characters", file=file, line=line)
        if name in seen:
            raise ClaimError("the name is used twice", file=file, claim=name, line=line)
        seen.add(name)
        kind = table.get("kind")
        if not isinstance(kind, str):
            raise ClaimError("the key 'kind' is missing", file=file, claim=name, line=line)
        sources.append(ClaimSource(file, name, kind, table, line, lines, shared))
    return sources


def _places(text: str) -> list[tuple[int, dict[str, tuple[int, int]]]]:
    """For each [[claim]] its line and where the values of its keys begin (line, column)."""
    found: list[tuple[int, dict[str, tuple[int, int]]]] = []
    inside = False
    prefix = ""
    for number, line in enumerate(text.split("\n"), 1):
        if HEADER.match(line):
            found.append((number, {}))
            inside, prefix = True, ""
            continue
        table = TABLE.match(line)
        if table:
            name = table.group(1).strip()
            inside = bool(found) and name.startswith("claim.")
            prefix = name.removeprefix("claim.") if inside else ""
            if inside:
                found[-1][1].setdefault(prefix, (number, 1))
            continue
        match = KEY.match(line)
        if inside and match:
            key = match.group(1).strip('"')
            quote = 1 if line[match.end() : match.end() + 1] in "\"'" else 0
            found[-1][1].setdefault(prefix or key, (number, match.end() + 1 + quote))
    return found
