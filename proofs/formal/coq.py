"""Running Coq: the library compiled once, theorems compiled, checked again by coqchk, and their axioms listed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

from proofs.certificates import write_atomically
from proofs.formal.registry import JOINT
from proofs.formal.text import FormalClaim

__all__ = [
    "PRIMITIVE_AXIOMS",
    "STANDARD_AXIOMS",
    "CoqMissing",
    "FormalResult",
    "check_claims",
    "compile_file",
    "compile_library",
    "library_files",
    "named_claims",
    "theorem_names",
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
# With ``fast``: also what Coq's own library assumes of machine integers and floats.
PRIMITIVE_AXIOMS = re.compile(r"(Uint63|PrimInt63|FloatAxioms|PrimFloat)\.[A-Za-z0-9_]+\Z")


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


def named_claims(claims: Sequence[FormalClaim]) -> list[tuple[str, FormalClaim]]:
    """Claim1, Claim2, ..., and the theorems that they have together, each with the name of its page."""
    found = [(f"Claim{number}", claim) for number, claim in enumerate(claims, 1)]
    together = [(name, join(claims)) for name, join in JOINT.items()]
    return found + [(name, claim) for name, claim in together if claim is not None]


def theorem_names(claims: Sequence[FormalClaim]) -> list[str]:
    """Every theorem that :func:`write_claims` writes, with its page."""
    return [f"{name}.{theorem}" for name, claim in named_claims(claims) for theorem in claim.theorems]


def write_claims(claims: Sequence[FormalClaim], directory: Path) -> list[Path]:
    """Data and page of each claim and of what they have together, and what coq_makefile needs.  Raises OSError."""
    written = []
    names = []
    for page, claim in named_claims(claims):
        for suffix, text in (*claim.before, *claim.parts, ("Data", claim.data), ("", claim.page)):
            name = f"{page}{suffix}.v"
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
    fast: bool = False,
    label: Callable[[str], None] = lambda text: None,
) -> FormalResult:
    """Compile the claims in a directory of their own; with ``again`` coqchk checks the result a second time.

    ``fast`` accepts the axioms of machine integers and floats besides the standard ones.  ``label`` is told what is
    being done.  A result that needs more than ``seconds`` is not accepted.

    Raises CoqMissing.
    """
    label("Coq library")
    library = compile_library()
    clock = _Clock(seconds)
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        write_claims(claims, directory)
        chains = [_stages(page, claim) for page, claim in named_claims(claims)]
        output = ""
        for name, done in _compiled(directory, _needs(chains), clock, label):
            if done.returncode != 0:
                return FormalResult(False, f"coqc refuses {name}: {_last(done.stderr)}", seconds=clock.used)
            output += done.stdout
        axioms = _axioms(output)
        theorems = theorem_names(claims)
        foreign = [a for a in axioms if a not in STANDARD_AXIOMS and not (fast and PRIMITIVE_AXIOMS.match(a))]
        if foreign:
            return FormalResult(
                False, f"axioms that are not standard: {', '.join(foreign)}", theorems, axioms, clock.used
            )
        if again:
            label("coqchk")
            for done in _checked_again(library, directory, chains, clock):
                if done.returncode != 0:
                    return FormalResult(False, f"coqchk refuses: {_last(done.stderr)}", theorems, axioms, clock.used)
        return FormalResult(True, "accepted by Coq's kernel", theorems, axioms, clock.used)


@dataclass
class _Clock:
    seconds: float
    start: float = field(default_factory=time.monotonic)

    @property
    def used(self) -> float:
        return time.monotonic() - self.start

    @property
    def left(self) -> float:
        return self.seconds - self.used


def _stages(page: str, claim: FormalClaim) -> list[list[str]]:
    """The files of a claim in the order in which they compile; those of one list need not wait for each other."""
    parts = [f"{page}{suffix}.v" for suffix, _ in claim.parts]
    first = [[f"{page}{suffix}.v"] for suffix, _ in claim.before]
    return [*first, *([parts] if parts else []), [f"{page}Data.v"], [f"{page}.v"]]


def _needs(chains: Sequence[Sequence[Sequence[str]]]) -> dict[str, set[str]]:
    """What has to be compiled before each file: the stage before it in its claim; a page that claims have together
    stands after them and needs them all."""
    needs: dict[str, set[str]] = {}
    for chain in chains:
        before = set() if chain[0][0].startswith("Claim") else set(needs)
        for stage in chain:
            needs |= dict.fromkeys(stage, before)
            before = set(stage)
    return needs


def _compiled(
    directory: Path, needs: dict[str, set[str]], clock: _Clock, label: Callable[[str], None]
) -> Iterator[tuple[str, subprocess.CompletedProcess[str]]]:
    """Each file with its result, as many at a time as there are processors; after a refusal nothing new is started."""
    order = TopologicalSorter(needs)
    order.prepare()
    running: dict[Future[subprocess.CompletedProcess[str]], str] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        while order.is_active():
            for name in order.get_ready():
                running[pool.submit(lambda name=name: compile_file(directory, name, clock.left))] = name  # type: ignore[misc]
            label(f"coqc {', '.join(sorted(running.values())[:4])}")
            for job in wait(running, return_when=FIRST_COMPLETED).done:
                name, done = running.pop(job), job.result()
                if done.returncode != 0:
                    for other in running:
                        other.cancel()
                yield name, done
                if done.returncode != 0:
                    return
                order.done(name)


def _checked_again(
    library: Path, directory: Path, chains: Sequence[Sequence[Sequence[str]]], clock: _Clock
) -> Iterator[subprocess.CompletedProcess[str]]:
    """coqchk: one process for each part of a long search, and one for the short files of each claim."""
    groups = [[name] for chain in chains for stage in chain if len(stage) > 1 for name in stage]
    groups += [[name for stage in chain if len(stage) == 1 for name in stage] for chain in chains]

    def check(names: Sequence[str]) -> subprocess.CompletedProcess[str]:
        modules = [word for name in names for word in ("-norec", f"Claims.{Path(name).stem}")]
        options = ["-silent", "-bytecode-compiler", "yes"]
        return _run(["coqchk", *options, *modules, *_paths(library, directory)], directory, clock.left)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from _until_failure([pool.submit(check, names) for names in groups])


def _until_failure(
    jobs: Sequence[Future[subprocess.CompletedProcess[str]]],
) -> Iterator[subprocess.CompletedProcess[str]]:
    for job in jobs:
        done = job.result()
        if done.returncode != 0:
            for other in jobs:
                other.cancel()
        yield done
        if done.returncode != 0:
            return


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
