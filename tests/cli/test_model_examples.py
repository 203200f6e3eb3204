"""Every command on the model files of docs/examples, as a newcomer would run them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_run import run

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "examples"
# Points, minima, a start for `solve`, and how many derivations end: 0 written, 2 refused.
EXAMPLES = {
    "contrast": (9, 4, "w_strong_=0.9,w_weak=0", 0),
    "noisy_views": (19, None, "w_a=1,w_b=0.1,c=0", 2),
    "spurious": (3, 2, "w_core=1.7,w_spurious=0.2,f1=-1.5", 0),
}


def test_every_example_is_here() -> None:
    assert {p.stem for p in FOLDER.glob("*.toml")} == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_commands_on_an_example(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    file = shutil.copy(FOLDER / f"{name}.toml", tmp_path / f"{name}.toml").name
    count, minima, near, derives = EXAMPLES[name]
    code, out, _ = run(capsys, monkeypatch, "landscape", file, "--certificate", "c.json", "--json", "-")
    data = json.loads(out)
    assert (code, data["verdict"], data["count"]) == (0, "PROVED", count)
    if minima is not None:
        assert sum(p["kind"] == "minimum" for p in data["stationary_points"]) == minima
        assert run(capsys, monkeypatch, "recheck", "c.json")[0] == 0
    code, out, _ = run(capsys, monkeypatch, "solve", file, "--near", near, "--json", "-")
    assert (code, json.loads(out)["kind"]) == (0, "minimum")
    code, _, err = run(capsys, monkeypatch, "derive", file, "-o", "d.md", "--steps", "objective,gradient")
    assert code == derives
    assert err.count("\n") == (1 if derives else 0)
    steps = ("--steps", "200", "--seeds", "3", "--step-size", "1/2")
    code, out, _ = run(capsys, monkeypatch, "simulate", file, *steps, "-o", "runs", "--json", "-")
    data = json.loads(out)
    assert (code, data["steps"], data["seeds"], data["noise"]) == (0, 200, 3, "none")
    assert sum(len(e["seeds"]) for e in data["ends"]) == 3
    assert (tmp_path / "runs" / "seed2.npz").is_file()


def test_train_and_certify(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FOLDER / "spurious.toml", "m.toml")
    sample = ("--n", "30", "--steps", "400", "--seeds", "1", "--rho", "1/20")
    code, out, _ = run(capsys, monkeypatch, "simulate", "m.toml", *sample, "-o", "runs", "--json", "-")
    assert (code, json.loads(out)["noise"]) == (0, "vector")
    objective = ("--objective", "m.toml")
    code, out, _ = run(
        capsys, monkeypatch, "certify", "runs/seed0.npz", *objective, "--certificate", "c.json", "--json", "-"
    )
    data = json.loads(out)
    assert (code, data["verdict"], data["kind"], data["index"]) == (0, "PROVED", "minimum", 0)
    assert run(capsys, monkeypatch, "recheck", "c.json")[0] == 0
    for arguments in (["--step", "1/10"], ["--augment", "expected"], ["--set", "tau=1"]):
        code, _, err = run(capsys, monkeypatch, "certify", "runs/seed0.npz", *objective, *arguments)
        assert (code, err.count("\n")) == (2, 1)


def test_verify_and_report_take_a_model(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (FOLDER / "contrast.toml").read_text().replace(', strong_ = ["strong", "-strong"]', "")
    Path("m.toml").write_text(text.replace('strong = "2"\n', ""))
    code, out, _ = run(capsys, monkeypatch, "verify", "m.toml", "--certificates", "c", "--json", "-")
    data = json.loads(out)
    assert (code, data["verdict"], [x["id"] for x in data["lemmas"]]) == (0, "PROVED", [f"M{k}" for k in range(1, 8)])
    assert sorted(p.name for p in Path("c").iterdir()) == [f"M{k}.json" for k in range(1, 8)]
    code, out, _ = run(capsys, monkeypatch, "verify", "m.toml", "--box", "w_weak=[1/4,3]", "--json", "-")
    lemmas = {x["id"]: x["verdict"] for x in json.loads(out)["lemmas"]}
    assert (code, lemmas["M4"], lemmas["M5"]) == (3, "PROVED", "UNDECIDED")
    code, out, _ = run(capsys, monkeypatch, "radius", "m.toml", "--box", "w_weak=[1/4,3]", "--json", "-")
    assert (code, len(json.loads(out)["points"])) == (0, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "separation", "--box", "a=[0,1]"],
        ["verify", "separation", "--neurons", "2"],
        ["verify", "m.toml", "--box", "w=[0,1]"],
        ["verify", "m.toml", "--box", "w_core=[1,0]"],
        ["verify", "m.toml", "--box", "w_core"],
        ["verify", "m.toml", "--set", "rho=1"],
        ["verify", "none.toml"],
        ["report", "none.toml", "-o", "out"],
        ["landscape", "m.toml", "--box", ""],
        ["landscape", "m.toml", "--box", "w_core=[0,1],w_core=[0,2]"],
        ["landscape", "m.toml", "--box", "w_core=[0,1e99]"],
        ["landscape", "m.toml", "--box", "w_core=[0,1]", "--set", "size=[1,2]"],
        ["radius", "m.toml", "--box", "x=[0,1]"],
        ["simulate", "none.toml"],
        ["simulate", "m.toml", "--d", "3"],
        ["simulate", "m.toml", "--n", "9", "--d", "1"],
        ["simulate", "m.toml", "--step-size", "0"],
        ["simulate", "m.toml", "--scale", "-1"],
        ["simulate", "m.toml", "--n", "9000", "--d", "900"],
        ["certify", "none.npz", "--objective", "m.toml"],
        ["certify", "none.npz", "--objective", "none.toml"],
        ["certify", "none.npz", "--objective", "other"],
        ["derive", "none.toml", "-o", "d.md"],
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FOLDER / "spurious.toml", "m.toml")
    code, out, err = run(capsys, monkeypatch, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1), err


def test_what_runs_away_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (FOLDER / "noisy_views.toml").read_text().partition("[[penalty]]")[0]
    text = text.replace('noise = "1/2"\n', "").replace('"erf"', '"softplus"')
    Path("m.toml").write_text(text)
    code, _, err = run(capsys, monkeypatch, "landscape", "m.toml")
    assert (code, err.count("\n")) == (2, 1)
    assert "unbounded below" in err
    assert "--box" in err
    code, out, err = run(capsys, monkeypatch, "simulate", "m.toml", "--seeds", "2", "--steps", "4000", "--json", "-")
    assert code == 3
    assert "ran away" in json.loads(out)["reason"]
    assert err.count("\n") == 1
