"""``separatrix simulate``: JSON, files, resuming with the same bits, and one line for every mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_commands import run

from proofs.experiments.storage import StorageError, read_run

Shell = tuple[pytest.CaptureFixture[str], pytest.MonkeyPatch]


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    return capsys, monkeypatch


def simulate(shell: Shell, *arguments: str) -> tuple[int, dict[str, Any], str]:
    code, out, err = run(*shell, "simulate", *arguments, "--json", "-")
    return code, json.loads(out) if out else {}, err


def test_the_published_ssl_experiment(shell: Shell) -> None:
    code, data, err = simulate(shell, "ssl")
    assert (code, err) == (0, "")
    assert {k: data[k] for k in ("objective", "steps", "seeds", "noise", "start")} == {
        "objective": "ssl", "steps": 4000, "seeds": 20, "noise": "scalar", "start": "near"
    }  # fmt: skip
    span, energy = data["metrics"]["span"], data["metrics"]["energy"]
    # The published figures: about 0.98 and 0.92.
    assert abs(span["e1"]["mean"] - 0.98) < 0.01
    assert abs(span["e2"]["mean"] - 0.92) < 0.03
    assert span["e2"]["min"] < span["e2"]["mean"] < span["e2"]["max"] <= 1
    # At the noise-free minimum |b| / |(a, b)| = 1.51986 / 4.10773 = 0.370.
    assert abs(energy["e2"]["mean"] - 0.37) < 0.02
    w1, w2 = data["weights_mean"]
    assert abs(w1[0] - 3.8) < 0.15
    assert abs(w2[0] + 3.8) < 0.15
    assert max(abs(w1[1] - 1.52), abs(w2[1] - 1.52)) < 0.05


def test_the_published_sl_experiment(shell: Shell) -> None:
    code, data, err = simulate(shell, "sl")
    assert (code, err) == (0, "")
    assert (data["steps"], data["start"], len(data["outputs_mean"])) == (8000, "sign", 2)
    assert data["metrics"]["span"]["e2"]["mean"] < 0.01
    assert data["metrics"]["energy"]["e2"]["mean"] < 0.01
    assert data["metrics"]["span"]["e1"]["mean"] > 0.99


@pytest.mark.slow
def test_the_span_projection_of_sl_does_not_stay(shell: Shell) -> None:
    _, data, _ = simulate(shell, "sl", "--steps", "80000")
    assert data["metrics"]["span"]["e2"]["mean"] > 0.4
    assert data["metrics"]["energy"]["e2"]["mean"] < 0.01


@pytest.mark.parametrize("objective", ["ssl", "sl"])
def test_a_resumed_run_has_the_same_bits(shell: Shell, objective: str) -> None:
    options = ["--seeds", "3", "--no-figures"]
    assert simulate(shell, objective, *options, "--steps", "95", "-o", "whole")[0] == 0
    assert simulate(shell, objective, *options, "--steps", "33", "-o", "parts")[0] == 0
    assert simulate(shell, objective, *options, "--steps", "95", "-o", "parts", "--resume")[0] == 0
    with np.load(f"whole/{objective}.npz") as whole, np.load(f"parts/{objective}.npz") as parts:
        assert whole.files == parts.files
        for name in whole.files:
            assert np.array_equal(whole[name], parts[name]), name
        assert whole["steps"].tolist() == list(range(0, 95, 10))


def test_what_is_kept(shell: Shell) -> None:
    code, data, _ = simulate(shell, "sl", "--seeds", "2", "--steps", "20", "-o", "out")
    assert code == 0
    assert data["run"] == "out/sl.npz"
    names = sorted(p.name for p in Path("out").iterdir())
    assert names == ["sl-learned-rows.png", "sl-learning-curves.png", "sl-projections.png", "sl.npz", "weights"]
    with np.load("out/weights/sl-seed-01.npz") as one, np.load("out/sl.npz") as whole:
        assert one["X"].shape == (100, 10)
        assert one["W"].shape == (2, 10)
        assert set(one["y"].tolist()) == {0, 1}
        assert one["F"].shape == (2,)
        assert (str(one["objective"]), str(one["beta"])) == ("sl", "1/800")
        assert np.array_equal(one["W"], whole["W"][1])
        assert whole["metric span e2"].shape == (2,)
        assert json.loads(str(whole["setup"]))["setup"]["tau"] == "7"


def test_parameters_are_exact(shell: Shell) -> None:
    _, data, _ = simulate(shell, "ssl", "--steps", "0", "--tau", "0.1", "--set", "alpha=1/3", "--seeds", "1")
    assert data["setup"]["tau"] == "1/10"
    assert data["setup"]["ridge"] == "1/3"
    assert data["metrics"]["span"]["e1"]["band"] is None
    _, data, _ = simulate(shell, "ssl", "--steps", "0", "--noise", "vector")
    assert data["setup"]["stream"] == "independent"


def test_the_time_is_up(shell: Shell) -> None:
    options = ["sl", "--seeds", "1", "--no-figures", "-o", "out"]
    code, data, err = simulate(shell, *options, "--steps", "10000000", "--time", "0.05", "--record-every", "1000")
    assert code == 3
    assert data["steps"] < 10_000_000
    assert (
        err == f"separatrix simulate sl: the time is up after {data['steps']} of 10000000 steps; --resume carries on\n"
    )
    code, more, _ = simulate(
        shell, *options, "--steps", str(data["steps"] + 5), "--record-every", "1000", "--resume"
    )  # fmt: skip
    assert (code, more["steps"]) == (0, data["steps"] + 5)


MISTAKES: dict[str, tuple[list[str], str]] = {
    "unknown objective": (["xl"], "xl"),
    "unknown parameter": (["ssl", "--set", "beta=1"], "--set beta: no such parameter"),
    "parameter twice": (["ssl", "--tau", "7", "--set", "tau=7"], "tau is set twice"),
    "parameter twice with a blank": (["ssl", "--set", "tau=7", "--set", "tau =8"], "tau is set twice"),
    "not a number": (["ssl", "--tau", "seven"], "--set"),
    "zero denominator": (["ssl", "--tau", "1/0"], "--set"),
    "huge number": (["ssl", "--tau", "9999999999"], "larger than 10^6"),
    "no step": (["ssl", "--step-size", "0"], "positive"),
    "tau of zero": (["ssl", "--tau", "0"], "divides by tau"),
    "three classes": (["ssl", "--classes", "1/3,1/3,1/3"], "four classes"),
    "stream": (["ssl", "--stream", "published", "--noise", "vector"], "published stream"),
    "too large": (["ssl", "--seeds", "10000", "--d", "1000"], "MiB"),
    "too long": (["ssl", "--steps", "100000000"], "--record-every"),
    "resume nowhere": (["ssl", "--resume"], "-o DIR"),
    "resume nothing": (["ssl", "--resume", "-o", "new"], "cannot read"),
    "no such start": (["ssl", "--start", "far"], "--start"),
    "start of sl": (["sl", "--start", "near"], "--start"),
    "directory for JSON": (["ssl", "--json", "no/such/x.json"], "no such directory"),
    "file for output": (["ssl", "-o", "file"], "cannot make the directory"),
    "unknown data set": (["data", "digit"], "did you mean digits?"),
    "few points": (["robustness", "--points", "1"], "--points"),
    "directory in the way": (
        ["data", "wine", "--seeds", "1", "--steps", "1", "-o", "file"],
        "cannot make the directory",
    ),
    "divergence": (["ssl", "--step-size", "100", "--set", "alpha=1", "--steps", "3000"], "not finite"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_one_line(shell: Shell, name: str) -> None:
    Path("file").write_text("")
    arguments, message = MISTAKES[name]
    code, out, err = run(*shell, "simulate", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("separatrix simulate")
    assert message in err


def test_another_run_is_not_carried_on(shell: Shell) -> None:
    options = ["--seeds", "2", "--no-figures", "-o", "out"]
    assert simulate(shell, "ssl", *options, "--steps", "20")[0] == 0
    for change, message in (
        (["--tau", "5"], "tau = 7, not 5"),
        (["--steps", "10"], "20 steps already"),
        (["--record-every", "5"], "every 10 steps"),
    ):
        code, out, err = run(*shell, "simulate", "ssl", *options, "--resume", *change)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert message in err


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "foreign", "weights", "pickle"])
def test_a_damaged_run_is_refused(shell: Shell, damage: str) -> None:
    assert simulate(shell, "ssl", "--seeds", "1", "--steps", "10", "--no-figures", "-o", "out")[0] == 0
    path = Path("out/ssl.npz")
    with np.load(path) as stored:
        arrays = dict(stored)
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("not a run")
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "foreign":
        np.savez(path, a=np.zeros(3))
    elif damage == "weights":
        np.savez(path, **{**arrays, "W": np.full_like(arrays["W"], np.nan)})
    else:
        np.savez(path, **{**arrays, "setup": np.array([{}], dtype=object)})
    with pytest.raises(StorageError):
        read_run(path)
    code, out, err = run(
        *shell, "simulate", "ssl", "--seeds", "1", "--steps", "20", "--no-figures", "-o", "out", "--resume"
    )
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_without_matplotlib(shell: Shell) -> None:
    shell[1].setattr("proofs.cli.simulate_studies.find_spec", lambda name: None)
    code, out, err = run(*shell, "simulate", "ssl", "-o", "out")
    assert (code, out) == (2, "")
    assert (
        err
        == "separatrix simulate ssl: figures need matplotlib: pip install 'separatrix[experiments]', or add --no-figures\n"
    )
    assert simulate(shell, "ssl", "--steps", "10", "--seeds", "1", "-o", "out", "--no-figures")[0] == 0
    assert simulate(shell, "ssl", "--steps", "10", "--seeds", "1")[0] == 0


def test_robustness(shell: Shell) -> None:
    code, data, err = simulate(
        shell, "robustness", "--steps", "20", "--points", "2", "--taus", "1", "-o", "out"
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert data["boundaries"][0]["verdict"] == "PROVED"
    names = sorted(p.name for p in Path("out").iterdir())
    assert names == [
        "alpha-boundary-tau-7-high.json", "alpha-boundary-tau-7-low.json", "robustness-heat-maps.png",
        "robustness-sweeps.png", "robustness.npz",
    ]  # fmt: skip
    code, out, _ = run(*shell, "recheck", "out/alpha-boundary-tau-7-high.json", "--json", "-")
    assert (code, json.loads(out)["verdict"]) == (0, "VALID")


def test_data(shell: Shell) -> None:
    options = ["--seeds", "2", "--steps", "20", "--neurons", "1", "--hidden", "planted", "-o", "out"]
    code, data, err = simulate(shell, "data", "wine", *options, "--certify", "--time", "5")
    assert (code, err) == (0, "")
    assert set(data["results"][0]["certified"]) == {"SSL", "SL"}
    assert [(r["dataset"], r["hidden"], r["seeds"]) for r in data["results"]] == [("wine", "planted", 2)]
    files = sorted(str(p) for p in Path("out").rglob("*.npz"))
    assert files == [f"out/wine-planted/{o}-seed-0{k}.npz" for o in ("sl", "ssl") for k in (0, 1)]


def test_without_scikit_learn(shell: Shell) -> None:
    shell[1].setattr("proofs.cli.simulate_studies.find_spec", lambda name: None)
    code, out, err = run(*shell, "simulate", "data", "wine")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "separatrix[experiments]" in err


def test_an_interrupt_keeps_whole_steps(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The interrupt comes after W was moved and before F was; what is kept is the last recorded step."""
    from numeric.experiment import gradients

    original, calls = gradients.sl_output_gradient, []

    def interrupted(*arguments: Any) -> Any:
        calls.append(0)
        if len(calls) == 38:
            raise KeyboardInterrupt
        return original(*arguments)

    options = ["sl", "--seeds", "2", "--no-figures", "--steps", "60"]
    with monkeypatch.context() as patch:
        patch.setattr(gradients, "sl_output_gradient", interrupted)
        code, data, err = simulate(shell, *options, "-o", "parts")
    assert (code, data["steps"]) == (3, 30)
    assert "interrupted after 30 of 60 steps" in err
    assert simulate(shell, *options, "-o", "parts", "--resume")[0] == 0
    assert simulate(shell, *options, "-o", "whole")[0] == 0
    with np.load("whole/sl.npz") as whole, np.load("parts/sl.npz") as parts:
        for name in whole.files:
            assert np.array_equal(whole[name], parts[name]), name


def test_the_published_minima_are_proved(shell: Shell) -> None:
    """What the published histograms would show at convergence, for two of the twenty data sets."""
    _, data, _ = simulate(shell, "ssl", "--seeds", "2", "--certify")
    found = data["certified"]
    assert found["proved"] == 2
    for low, high in found["metrics"]["span e2"]:
        assert 0.99 < float(low) <= float(high) <= 1
    _, data, _ = simulate(shell, "sl", "--seeds", "2", "--certify")
    found = data["certified"]
    assert (found["proved"], found["reasons"]) == (2, [])
    for low, high in found["metrics"]["energy e2"]:
        assert 0 <= float(low) <= float(high) < 0.01
    # Far from the 0.005 that the weights show after 8000 steps.
    assert max(float(low) for low, _ in found["metrics"]["span e2"]) > 0.5
