"""Running Coq: the library compiled once, theorems compiled, checked again by coqchk, and their axioms listed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from proofs.certificates import write_atomically
from proofs.formal.text import FormalClaim

__all__ = [
    "STANDARD_AXIOMS",
    "CoqMissing",
    "FormalResult",
    "check_claims",
    "compile_file",
    "compile_library",
    "library_files",
    "write_claims",
]

LIBRARY = Path(__file__).resolve().parents[1] / "coq"
# The axioms of Coq's real numbers, and excluded middle with them; nothing else is accepted.
STANDARD_AXIOMS = frozenset(
    {
        "ClassicalDedekindReals.sig_not_dec",
        "ClassicalDedekindReals.sig_forall_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    }
)


class CoqMissing(RuntimeError):
    """Coq, or a library it needs, is not installed; the message says what to install."""


@dataclass
class FormalResult:
    """``accepted`` only when coqc (and coqchk where asked) accepted everything with standard axioms alone."""

    accepted: bool
    reason: str
    theorems: list[str] = field(default_factory=list)
    axioms: list[str] = field(default_factory=list)
    seconds: float = 0.0


def library_files() -> list[str]:
    """The files of the library in the order of ``_CoqProject``."""
    lines = (LIBRARY / "_CoqProject").read_text(encoding="utf-8").split()
    return [line for line in lines if line.endswith(".v")]


def write_claims(claims: Sequence[FormalClaim], directory: Path) -> list[Path]:
    """Data and page of each claim, and what coq_makefile needs.  Raises OSError."""
    written = []
    names = []
    for number, claim in enumerate(claims, 1):
        for suffix, text in (("Data", claim.data), ("", claim.page)):
            name = f"Claim{number}{suffix}.v"
            write_atomically(directory / name, text)
            names.append(name)
            written.append(directory / name)
    project = f"-Q {LIBRARY / 'theories'} Separatrix\n-Q . Claims\n" + "".join(f"{n}\n" for n in names)
    write_atomically(directory / "_CoqProject", project)
    return written


def compile_library(seconds: float = 600.0) -> Path:
    """The directory with the compiled library: kept between runs, by the digest of its sources and Coq's version.

    Raises CoqMissing.
    """
    version = _version()
    sources = [(name, (LIBRARY / name).read_bytes()) for name in library_files()]
    key = hashlib.sha256(version.encode() + b"".join(text for _, text in sources)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "separatrix" / f"coq-{key}"
    if (cache / "complete").is_file():
        return cache
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoqMissing(f"cannot keep the compiled library in {cache.parent} ({error.strerror or error})") from error
    with tempfile.TemporaryDirectory(dir=cache.parent) as scratch:
        build = Path(scratch) / "build"
        build.mkdir()
        for name, text in sources:
            target = build / Path(name).name
            target.write_bytes(text)
            done = _run(["coqc", "-w", "none", "-Q", str(build), "Separatrix", str(target)], build, seconds)
            if done.returncode != 0:
                raise CoqMissing(
                    f"the library does not compile ({_last(done.stderr)}); it needs Coq 8.16 or later with "
                    "coq-interval and Coquelicot (Debian: apt-get install coq libcoq-interval libcoq-coquelicot)"
                )
        (build / "complete").write_text(version, encoding="utf-8")
        try:
            os.replace(build, cache)
        except OSError:
            # Another process finished first; its result is the same.
            if not (cache / "complete").is_file():
                raise
    return cache


def check_claims(
    claims: Sequence[FormalClaim],
    *,
    seconds: float = 900.0,
    again: bool = True,
    label: Callable[[str], None] = lambda text: None,
) -> FormalResult:
    """Compile the claims in a directory of their own; with ``again`` coqchk checks the result a second time.

    ``label`` is told what is being done.  A result that needs more than ``seconds`` is not accepted.

    Raises CoqMissing.
    """
    label("Coq library")
    library = compile_library()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        write_claims(claims, directory)
        files = [f"Claim{k}{suffix}.v" for k in range(1, len(claims) + 1) for suffix in ("Data", "")]
        output = ""
        for name in files:
            label(f"coqc {name}")
            left = seconds - (time.monotonic() - start)
            done = compile_file(directory, name, left)
            if done.returncode != 0:
                why = f"coqc refuses {name}: {_last(done.stderr)}"
                return FormalResult(False, why, seconds=time.monotonic() - start)
            output += done.stdout
        axioms = _axioms(output)
        theorems = [f"Claim{k}.{t}" for k, claim in enumerate(claims, 1) for t in claim.theorems]
        used = time.monotonic() - start
        foreign = sorted(set(axioms) - STANDARD_AXIOMS)
        if foreign:
            return FormalResult(False, f"axioms that are not standard: {', '.join(foreign)}", theorems, axioms, used)
        if again:
            label("coqchk")
            modules = [word for name in files for word in ("-norec", f"Claims.{Path(name).stem}")]
            done = _run(
                [
                    "coqchk",
                    "-silent",
                    "-bytecode-compiler",
                    "yes",
                    *modules,
                    *_paths(library, directory),
                ],
                directory,
                seconds - used,
            )
            if done.returncode != 0:
                return FormalResult(
                    False, f"coqchk refuses: {_last(done.stderr)}", theorems, axioms, time.monotonic() - start
                )
        return FormalResult(True, "accepted by Coq's kernel", theorems, axioms, time.monotonic() - start)


def compile_file(directory: Path, name: str, seconds: float = 900.0) -> subprocess.CompletedProcess[str]:
    """coqc on one file of a directory that :func:`write_claims` wrote; the return code is 0 when it is accepted."""
    return _run(["coqc", "-w", "none", *_paths(compile_library(), directory), name], directory, seconds)


def _paths(library: Path, directory: Path) -> list[str]:
    return ["-Q", str(library), "Separatrix", "-Q", str(directory.resolve()), "Claims"]


def _version() -> str:
    if shutil.which("coqc") is None:
        raise CoqMissing(
            "Coq is not installed: coqc was not found (Debian: apt-get install coq libcoq-interval libcoq-coquelicot)"
        )
    done = _run(["coqc", "--print-version"], Path.cwd(), 60)
    return done.stdout.strip()


def _run(command: list[str], directory: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=directory, capture_output=True, text=True, timeout=max(seconds, 0.1), check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"not finished after {seconds:.0f} s")


def _axioms(output: str) -> list[str]:
    """The names in answers of Print Assumptions: what stands at the start of a line.  Anything odd counts as a name."""
    found = set()
    for line in output.splitlines():
        if not line or line[0].isspace() or line in ("Axioms:", "Closed under the global context"):
            continue
        found.add(line.split(":")[0].strip() or line)
    return sorted(found)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("File")]
    return " ".join(lines)[:300] or "no message"
