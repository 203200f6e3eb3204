"""Intervals of parameters and bifurcations on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_run import run

MISTAKES = [
    ["landscape", "ssl", "--set", "tau=[5,9"],
    ["landscape", "ssl", "--set", "tau=[5]"],
    ["landscape", "ssl", "--set", "tau=[9,5]"],
    ["landscape", "ssl", "--set", "tau=[a,5]"],
    ["landscape", "ssl", "--set", "tau=[1,2]", "--set", "tau=[2,3]"],
    ["landscape", "ssl", "--set", "tau=[1,2]", "--set", "tau=3"],
    ["landscape", "ssl", "--set", "tua=[1,2]"],
    ["landscape", "ssl", "--set", "alpha=[-1,1]"],
    ["landscape", "ssl", "--set", "alpha=[0,1]"],
    ["landscape", "ssl", "--set", "tau=[1,1e300]"],
    ["solve", "ssl", "--near", "a=3,b=1", "--set", "tau=[5,9]"],
    ["radius", "ssl", "--set", "tau=[5,9]"],
    ["bifurcation", "ssl"],
    ["bifurcation", "ssl", "--parameter", "alpha"],
    ["bifurcation", "ssl", "--parameter", "alpah", "--range", "1/50,1/4"],
    ["bifurcation", "ssl", "--parameter", "alpha", "--range", "1/4,1/50"],
    ["bifurcation", "ssl", "--parameter", "alpha", "--range", "1/4"],
    ["bifurcation", "ssl", "--parameter", "alpha", "--range", "0,1/4"],
    ["bifurcation", "ssl", "--parameter", "alpha", "--range", "1/50,1e99"],
    ["bifurcation", "ssl", "--parameter", "alpha", "--range", "1/50,1/4", "--set", "alpha=1/9"],
    ["bifurcation", "ssl", "--parameter", "alpha", "--range", "1/50,1/4", "--digits", "1000"],
    ["bifurcation", "slss", "--parameter", "alpha", "--range", "1/50,1/4"],
]


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_a_mistake_gets_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, monkeypatch, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("separatrix")
    assert err.count("\n") == 1


def test_region_json_and_certificate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "region.json"
    code, out, _ = run(
        capsys, monkeypatch, "landscape", "ssl", "--set", "tau=[7,29/4]", "--certificate", str(path), "--json", "-"
    )
    data = json.loads(out)
    assert (code, data["verdict"], data["count"]) == (0, "PROVED", 3)
    assert data["parameters"] == {"alpha": "1/800", "tau": ["7", "29/4"]}
    assert sorted(p["kind"] for p in data["stationary_points"]) == ["minimum", "minimum", "saddle"]
    assert run(capsys, monkeypatch, "recheck", str(path))[0] == 0


def test_a_changing_landscape_is_refuted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "landscape", "ssl", "--set", "alpha=[1/50,1/4]")
    assert code == 1
    assert "REFUTED" in out


def test_bifurcation_json_and_certificate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "bifurcation.json"
    arguments = ["bifurcation", "ssl", "--parameter", "alpha", "--range", "0.0281,0.0286", "--certificate", str(path)]
    code, out, _ = run(capsys, monkeypatch, *arguments, "--json", "-")
    data = json.loads(out)
    assert (code, data["verdict"]) == (0, "PROVED")
    (point,) = data["points"]
    assert point["kind"] == "pitchfork"
    assert point["digits"].startswith("0.02834573017124108610024558541")
    assert point["point"]["a"] == ["0", "0"]
    lo, hi = point["parameter"]
    assert lo[:30] == hi[:30] == point["digits"][:30]
    assert [i["count"] for i in data["intervals"]] == [3, 1]
    assert run(capsys, monkeypatch, "recheck", str(path))[0] == 0
    code, out, _ = run(capsys, monkeypatch, *arguments)
    assert code == 0
    assert "pitchfork  alpha = 0.028345730171241086100245585415" in out
