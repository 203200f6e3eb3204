"""What the README and docs/ show is executed: Python snippets, shell lines, and the excerpt of ``verify``."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE_IN_TABLE = re.compile(r"^\| `separatrix (\w+)", re.MULTILINE)
SECONDS = 600


def blocks(page: Path, language: str) -> list[str]:
    return [body for name, body in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def separatrix(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from proofs.cli import main; main()", *arguments]
    # The tests may run from a tree that is not installed; a snippet runs in a folder of its own.
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


SNIPPETS = [(name_of(p), k, code) for p in PAGES for k, code in enumerate(blocks(p, "python"), 1)]
SHELL = [(name_of(p), k, code) for p in PAGES for k, code in enumerate(blocks(p, "sh"), 1) if "separatrix " in code]


@pytest.mark.parametrize(("page", "number", "code"), SNIPPETS, ids=[f"{p}-{k}" for p, k, _ in SNIPPETS])
def test_python_snippet_runs(page: str, number: int, code: str, tmp_path: Path) -> None:
    script = tmp_path / "snippet.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("page", "number", "code"), SHELL, ids=[f"{p}-{k}" for p, k, _ in SHELL])
def test_shell_lines_run_and_give_json(page: str, number: int, code: str, tmp_path: Path) -> None:
    """Every line that starts with ``separatrix`` succeeds, in order, and its ``--json -`` is JSON."""
    for line in code.splitlines():
        if not line.startswith("separatrix "):
            continue
        arguments = shlex.split(line, comments=True)[1:]
        if "--json" not in arguments:
            arguments += ["--json", "-"]
        done = separatrix(*arguments, folder=tmp_path)
        assert done.returncode == 0, (line, done.stdout[-500:], done.stderr)
        if arguments[-1] == "-":
            assert json.loads(done.stdout)


def test_table_of_commands_is_complete() -> None:
    readme = PAGES[0].read_text(encoding="utf-8").partition("## Commands")[2].partition("\n## ")[0]
    listed = separatrix("--help", folder=ROOT).stdout.partition("Commands:")[2]
    assert CODE_IN_TABLE.findall(readme) == re.findall(r"^  (\w+)", listed, re.MULTILINE)


def test_two_commands_are_the_ones_that_are_promised() -> None:
    """One line for the main job and one for the tests; continuous integration reads both from here."""
    first, second, *_ = blocks(PAGES[0], "sh")
    assert first.count("\n") == second.count("\n") == 1
    assert first.endswith("separatrix verify\n")
    assert "&& pytest" in second


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "benchmarks" / "README.md"], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    local = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert [link for link in local if not (page.parent / link).exists()] == []


def without_times(text: str) -> list[str]:
    return [re.sub(r"\d+\.\d+ s\b", "T s", line).rstrip() for line in text.splitlines()]


def test_excerpt_is_what_verify_prints(tmp_path: Path) -> None:
    """Every line of the README's excerpt is printed, in that order, and the whole study is proved."""
    done = separatrix("verify", "--json", str(tmp_path / "verify.json"), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "verify.json").read_text(encoding="utf-8"))
    assert {lemma["id"]: lemma["verdict"] for lemma in result["lemmas"]} == {f"L{k}": "PROVED" for k in range(1, 9)}
    printed = iter(without_times(done.stdout))
    (excerpt,) = blocks(PAGES[0], "text")
    for line in without_times(excerpt):
        if line != "...":
            assert any(line == other for other in printed), f"not printed: {line}"
