"""Running Coq in tests: compiled numbers, what a page rests on, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from proofs.formal.coq import compile_file, write_claims
from proofs.formal.text import FormalClaim

__all__ = ["axiom_names", "changed", "compiled_numbers", "needs_coq", "refused"]

needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="Coq is not installed")


def compiled_numbers(directory: Path, claims: Sequence[FormalClaim]) -> Path:
    """The directory, with the files of the claims and the compiled numbers and proofs of the first."""
    write_claims(claims, directory)
    done = compile_file(directory, "Claim1Data.v")
    assert done.returncode == 0, done.stderr
    return directory


def axiom_names(directory: Path, page: str = "Claim1.v") -> set[str]:
    """Compile a page, which has to be accepted; the axioms behind it."""
    done = compile_file(directory, page)
    assert done.returncode == 0, done.stderr
    # One question, which is about all theorems of the page.
    assert done.stdout.count("Axioms:") == 1
    names = {line.split(":")[0].strip() for line in done.stdout.splitlines() if line and not line[0].isspace()}
    return names - {"Axioms"}


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def refused(directory: Path, name: str, text: str) -> bool:
    """Whether coqc refuses this text as a file of the directory, and not for its grammar or a file that is missing."""
    (directory / name).write_text(text, encoding="utf-8")
    done = compile_file(directory, name)
    assert "Syntax error" not in done.stderr
    assert "Cannot find a physical path" not in done.stderr
    return done.returncode != 0 and "Error" in done.stderr
