"""Model files on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_run import run


def test_from_a_new_file_to_a_checked_certificate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, monkeypatch, "new", "m.toml")[0] == 0
    code, _, err = run(capsys, monkeypatch, "new", "m.toml")
    assert (code, err.count("\n")) == (2, 1)
    assert run(capsys, monkeypatch, "new", "m.toml", "--force")[0] == 0
    code, out, _ = run(capsys, monkeypatch, "landscape", "m.toml", "--certificate", "c.json", "--json", "-")
    data = json.loads(out)
    assert (code, data["verdict"], data["count"]) == (0, "PROVED", 3)
    code, out, _ = run(capsys, monkeypatch, "recheck", "c.json")
    assert code == 0
    assert "of a model" in out
    code, out, _ = run(capsys, monkeypatch, "solve", "m.toml", "--near", "w_e1=1.4,w_e2=1.7,w_e3=1.7", "--json", "-")
    assert code == 0
    assert json.loads(out)["relations"] == ["w_e3 = w_e2"]


def test_a_changed_model_in_a_certificate_is_rejected(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from proofs.certificates import digest

    monkeypatch.chdir(tmp_path)
    run(capsys, monkeypatch, "new", "m.toml")
    run(capsys, monkeypatch, "landscape", "m.toml", "--certificate", "c.json")
    body = json.loads(Path("c.json").read_text())
    statement = body["claims"][0]["statement"]
    for old, new in (('"alignment"', '"spectral"'), ('"1","-1"', '"1","-2"'), ('"neurons":1', '"neurons":"x"')):
        forged = json.loads(json.dumps(body))
        forged["claims"][0]["statement"]["objective"] = statement["objective"].replace(old, new)
        assert forged["claims"][0]["statement"]["objective"] != statement["objective"]
        forged["digest"] = digest(forged)
        Path("forged.json").write_text(json.dumps(forged))
        assert run(capsys, monkeypatch, "recheck", "forged.json")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["landscape", "no-such.toml"],
        ["landscape", "broken.toml"],
        ["solve", "broken.toml", "--near", "a=1"],
        ["radius", "broken.toml"],
        ["bifurcation", "broken.toml", "--parameter", "alpha", "--range", "1/9,1/8"],
        ["sweep", "broken.toml", "--set", "tau=[1,2]", "-o", "out"],
        ["derive", "broken.toml"],
        ["new", "model.txt"],
        ["new", "no/such/dir/m.toml"],
    ],
    ids=" ".join,
)
def test_a_mistake_gets_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.toml").write_text('[network]\nactivation = "swish"\n')
    code, out, err = run(capsys, monkeypatch, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
