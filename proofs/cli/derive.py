"""``separatrix derive``: the derivation of an objective as a document."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from proofs.certificates import write_atomically
from proofs.cli.options import (
    closest,
    json_option,
    neurons_option,
    objective_argument,
    parameters_option,
    read_objective,
)
from proofs.cli.output import check_writable, emit, progress
from proofs.documents.derived import NUMBERS, Derived, all_steps, derive
from proofs.documents.errors import DocumentError
from proofs.documents.pdf import compile_pdf, has_engine
from proofs.documents.tex import STYLES
from proofs.verdict import Verdict
from symbolic.derivation.check import DerivationError

__all__ = ["command"]

SUFFIXES = (".tex", ".pdf", ".md", ".ipynb")


@click.command("derive")
@objective_argument
@click.option("-o", "--output", required=True, metavar="FILE", help="FILE.tex, FILE.pdf, FILE.md or FILE.ipynb.")
@click.option("--steps", metavar="A,B,...", help=f"Some of {', '.join(all_steps())} (default: all).")
@click.option("--style", type=click.Choice(STYLES), default="paper", show_default=True, help="How LaTeX reads.")
@click.option("--fragment", is_flag=True, help="Only the body of a .tex file, for \\input.")
@parameters_option
@neurons_option
@json_option
def command(
    objective_name: str,
    output: str,
    steps: str | None,
    style: str,
    fragment: bool,
    settings: tuple[str, ...],
    neurons: int | None,
    json_path: str | None,
) -> int:
    """The derivation of OBJECTIVE, from its definition to the stationarity system, every equation checked."""
    begin = time.perf_counter()
    path = Path(output)
    chosen = _steps(steps)
    _refuse(path, fragment)
    check_writable(json_path)
    objective = read_objective(objective_name, settings, neurons, files=True)
    complaints: tuple[str, ...] = ()
    with progress(f"derive {objective_name}"):
        try:
            derived = derive(objective, chosen)
            content, complaints = _content(derived, path.suffix, style, fragment)
        except DerivationError as error:
            refused = {"objective": objective_name, "verdict": "UNDECIDED", "reason": str(error)}
            emit(Text(f"UNDECIDED  {error}; nothing was written", style="yellow"), refused, json_path)
            return 3
        except ValueError as error:
            raise click.UsageError(f"{objective_name}: {error}") from error
    try:
        write_atomically(path, content)
    except OSError as error:
        raise click.UsageError(f"-o {path}: cannot write ({error.strerror or error})") from error
    data = _data(derived, path, complaints)
    data["seconds"] = round(time.perf_counter() - begin, 3)
    lines = Text.assemble(
        (f"{path}", "bold"),
        f"  {data['equations']} equations, {data['equalities']} equalities shown by exact algebra, all read again",
    )
    for complaint in complaints:
        lines.append(f"\n{complaint}", style="yellow")
    verdict = Verdict(data["verdict"])
    if verdict is not Verdict.PROVED and derived.numbers is not None:
        lines.append(f"\nnumbers UNDECIDED: {derived.numbers.reason}", style="yellow")
    emit(lines, data, json_path)
    return verdict.exit_code


def _steps(text: str | None) -> list[str] | None:
    if text is None:
        return None
    chosen = [part.strip() for part in text.split(",") if part.strip()]
    for name in chosen:
        if name not in all_steps():
            raise click.UsageError(f"--steps {name[:40]!r}{closest(name, all_steps())}")
    if not chosen:
        raise click.UsageError("--steps: no step is named")
    return chosen


def _refuse(path: Path, fragment: bool) -> None:
    if path.suffix not in SUFFIXES:
        raise click.UsageError(f"-o {path}: the name must end in {', '.join(SUFFIXES)}")
    if fragment and path.suffix != ".tex":
        raise click.UsageError("--fragment goes with a .tex file")
    if path.is_dir():
        raise click.UsageError(f"-o {path}: is a directory")
    if not path.parent.is_dir():
        raise click.UsageError(f"-o {path}: no such directory")
    if path.suffix == ".pdf" and not has_engine():
        raise click.UsageError(f"-o {path}: no pdflatex found; write a .tex file or install a TeX distribution")


def _content(derived: Derived, suffix: str, style: str, fragment: bool) -> tuple[str | bytes, tuple[str, ...]]:
    if suffix == ".md":
        return derived.markdown(), ()
    if suffix == ".ipynb":
        return derived.notebook(), ()
    source = derived.tex(style, fragment=fragment)
    if suffix == ".tex":
        return source, ()
    try:
        done = compile_pdf(source)
    except DocumentError as error:
        raise click.UsageError(str(error)) from error
    return done.pdf, done.complaints


def _data(derived: Derived, path: Path, complaints: tuple[str, ...]) -> dict[str, Any]:
    numbers = derived.numbers
    # Numbers that were not asked for, or not searched for, leave nothing open.
    undecided = numbers is not None and numbers.landscape is not None and not numbers.proved
    return {
        "objective": derived.objective.name,
        "neurons": derived.objective.neurons,
        "parameters": dict(derived.derivation.parameters),
        "verdict": "UNDECIDED" if undecided else "PROVED",
        "steps": [{"name": s.key, "equations": [e.name for e in s.equations]} for s in derived.derivation.sections]
        + ([{"name": NUMBERS, "equations": []}] if numbers is not None else []),
        "equations": len(derived.derivation.equations),
        "equalities": derived.checked,
        "compared": derived.compared,
        "file": str(path),
        "complaints": list(complaints),
    }
