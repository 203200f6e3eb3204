"""``separatrix report``: refusals in one line; the command itself runs with the examples of the guide."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from proofs.cli.report import command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing", "-o", "x"], "unknown study"),
        (["separation", "-o", "x", "--set", "tua=1"], "did you mean tau"),
        (["separation", "-o", "x", "--set", "alpha=0"], "positive"),
        (["separation", "-o", "x", "--certificates", "none"], "no such directory"),
        (["separation", "-o", "file"], "cannot make the directory"),
        (["separation"], "--output"),
        (["separation", "-o", "x", "--jobs", "0"], "--jobs"),
    ],
)
def test_bad_input(arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_missing_extra_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "jinja2", None)
    done = CliRunner().invoke(command, ["separation", "-o", str(tmp_path / "x")])
    assert done.exit_code == 2
    assert "separatrix[report]" in done.output
