"""``separatrix derive``: files, JSON, exit codes, refusals in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from proofs.documents.pdf import has_engine


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", "from proofs.cli import main; main()", "derive", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False,
        env=_environment(),
    )  # fmt: skip


def _environment() -> dict[str, str]:
    import os

    root = str(Path(__file__).resolve().parent.parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}


def test_writes_latex_and_json(tmp_path: Path) -> None:
    done = run("ssl", "-o", "ssl.tex", "--set", "tau=5", "--json", "-", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["verdict"] == "PROVED"
    assert data["parameters"] == {"tau": "5", "alpha": "1/800"}
    assert data["equations"] == 14
    assert (tmp_path / "ssl.tex").read_text().startswith(r"\documentclass")


@pytest.mark.parametrize("name", ["out.md", "out.ipynb", "out.pdf"])
def test_other_forms(name: str, tmp_path: Path) -> None:
    if name.endswith("pdf") and not has_engine():
        pytest.skip("no pdflatex")
    done = run("ssl", "-o", name, "--steps", "objective,gradient", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).stat().st_size > 500


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ssl", "-o", "x.doc"], "must end in"),
        (["ssl", "-o", "none/x.tex"], "no such directory"),
        (["ssl", "-o", "x.tex", "--steps", "gradiant"], "did you mean gradient"),
        (["ssl", "-o", "x.tex", "--steps", ","], "no step"),
        (["ssl", "-o", "x.md", "--fragment"], "--fragment"),
        (["sll", "-o", "x.tex"], "unknown objective"),
        (["ssl", "-o", "x.tex", "--set", "alpha=-1"], "positive"),
        (["ssl", "-o", "x.tex", "--style", "poem"], "poem"),
        (["ssl"], "-o"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


MODEL = """
title = "three hidden features"
[parameters]
tau = "3"
alpha = { value = "1/200", positive = true }
[data]
independent = { e1 = ["1", "-1"], e2 = ["0", "tau"], e3 = ["0", "tau"], e4 = ["0", "tau"] }
[network]
neurons = 3
activation = "sigmoid"
[objective]
kind = "alignment"
ridge = "alpha"
"""


def test_a_model_file_keeps_its_sums(tmp_path: Path) -> None:
    (tmp_path / "model.toml").write_text(MODEL)
    done = run("model.toml", "-o", "model.tex", "--steps", "objective,gradient,hessian,third", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "model.tex").read_text()
    # The same line as for two features and two neurons.
    assert r"2 \alpha w_{jk} - 2 \sum_{c} p_{c} \sigma(z_{cj}) \sigma'(z_{cj}) x_{ck}" in text
    assert text.count(r"$16$ & $1/16$") == 1
