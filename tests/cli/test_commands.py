"""The commands as a user meets them: answers, JSON, exit codes, and one line for every mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mpmath
import pytest
from command_run import run

MISTAKES = [
    ["landscape", "ssl", "--set", "tau=abc"],
    ["landscape", "ssl", "--set", "tua=7"],
    ["landscape", "ssl", "--set", "tau"],
    ["landscape", "ssl", "--set", "tau=1/0"],
    ["landscape", "ssl", "--set", "tau=nan"],
    ["landscape", "ssl", "--set", "tau=1e999999999"],
    ["landscape", "ssl", "--set", "tau=7", "--set", "tau=8"],
    ["landscape", "ssl", "--set", "alpha=0"],
    ["landscape", "ssl", "--set", "alpha=-1"],
    ["landscape", "slss"],
    ["landscape", "ssl", "--neurons", "0"],
    ["landscape", "ssl", "--time", "nan"],
    ["landscape", "ssl", "--time", "-1"],
    ["landscape", "ssl", "--boxes", "0"],
    ["landscape", "ssl", "--json", "no/such/directory/x.json"],
    ["landscape", "ssl", "--json", "."],
    ["verify", "sepration"],
    ["verify", "--set", "tau=abc"],
    ["verify", "--set", "tua=7"],
    ["solve", "ssl", "--near", "a=3.8,b=1.5", "--digits", "-3"],
    ["solve", "ssl", "--near", "a=3.8,b=1.5", "--digits", "1000000000"],
    ["solve", "ssl", "--near", "a=3.8"],
    ["solve", "ssl", "--near", "a=3.8,b=x"],
    ["solve", "ssl", "--near", "a=3.8,b=1,c=2"],
    ["solve", "ssl", "--near", "a=1e300,b=1"],
    ["solve", "ssl"],
    ["recheck", "no-such-file.json"],
    ["recheck", "."],
    ["radius", "nothing"],
    ["frobnicate"],
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
    assert "Traceback" not in err


def is_interval(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and mpmath.mpf(value[0]) <= mpmath.mpf(value[1])


def test_landscape_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "landscape", "ssl", "--json", "-")
    data = json.loads(out)
    assert code == 0
    assert data["objective"] == "ssl"
    assert data["parameters"] == {"tau": "7", "alpha": "1/800"}
    assert data["verdict"] == "PROVED"
    assert data["undecided"] == []
    assert all(is_interval(side) for side in data["box"].values())
    assert sorted(p["kind"] for p in data["stationary_points"]) == ["minimum", "minimum", "saddle"]
    for p in data["stationary_points"]:
        assert p["status"] == "unique"
        assert is_interval(p["value"])
        assert all(is_interval(side) for side in p["box"].values())
        assert set(p["features"]) == {"e1", "e2"}
        assert all(is_interval(f["energy"]) for f in p["features"].values())


def test_another_parameter_gives_another_proof(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run(capsys, monkeypatch, "landscape", "ssl", "--set", "alpha=1", "--json", "-")
    data = json.loads(out)
    assert code == 0
    assert [p["kind"] for p in data["stationary_points"]] == ["minimum"]
    assert data["stationary_points"][0]["box"]["a"] == ["0", "0"]


def test_a_spent_budget_is_undecided(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "landscape", "ssl", "--boxes", "3", "--json", "-")
    data = json.loads(out)
    assert code == 3
    assert data["verdict"] == "UNDECIDED"
    assert data["undecided"]
    assert "budget" in data["reason"]


def test_a_study_that_is_false_elsewhere_is_refuted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run(capsys, monkeypatch, "verify", "--set", "alpha=1", "--json", "-")
    data = json.loads(out)
    verdicts = {lemma["id"]: lemma["verdict"] for lemma in data["lemmas"]}
    assert code == 1
    assert data["verdict"] == "REFUTED"
    # One stationary point instead of three, but the SL lemma does not depend on alpha.
    assert (verdicts["L3"], verdicts["L5"]) == ("REFUTED", "PROVED")


@pytest.mark.parametrize("digits", [1, 15, 50, 200])
def test_every_printed_digit_is_true(
    digits: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["solve", "ssl", "--near", "a=-3.8,b=1.5", "--digits", str(digits), "--json", "-"]
    code, out, _ = run(capsys, monkeypatch, *arguments)
    data = json.loads(out)
    assert code == 0
    assert data["kind"] == "minimum"
    with mpmath.workdps(digits + 40):

        def s(z: mpmath.mpf) -> mpmath.mpf:
            return 1 / (1 + mpmath.exp(-z))

        def loss_gradient(a: mpmath.mpf, b: mpmath.mpf) -> list[mpmath.mpf]:
            # Written from the model: -1/4 sum s(z)^2 + (a^2 + b^2)/800 over z = +-a + t*7*b.
            slope = {z: s(z) ** 2 * (1 - s(z)) / 2 for z in (a, a + 7 * b, -a, -a + 7 * b)}
            da = -(slope[a] + slope[a + 7 * b] - slope[-a] - slope[-a + 7 * b]) + a / 400
            db = -7 * (slope[a + 7 * b] + slope[-a + 7 * b]) + b / 400
            return [da, db]

        root = mpmath.findroot(loss_gradient, (mpmath.mpf("-3.816"), mpmath.mpf("1.5199")))
        for name, value in zip("ab", root, strict=True):
            text = mpmath.nstr(abs(value), digits + 20)
            assert text.startswith(data["point"][name].lstrip("-"))
            assert data["point"][name].startswith("-") == (value < 0)


def test_an_exact_zero_is_printed_as_zero(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "solve", "ssl", "--near", "a=0.01,b=1.1", "--json", "-")
    data = json.loads(out)
    assert code == 0
    assert data["point"]["a"] == "0"
    assert data["kind"] == "saddle"


def test_radius_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "radius", "ssl", "--json", "-")
    data = json.loads(out)
    assert code == 0
    methods = {m["method"]: m for m in data["points"][0]["methods"]}
    # DESIGN, section 2: 0.0064 and 8.0e-6; 0.0273 and 1.56e-4; 0.062; 0.867.
    expected = {"exact-ift": 0.0064, "exact-ift-block": 0.0273, "preconditioned": 0.062, "convexity": 0.867}
    for name, value in expected.items():
        lo, hi = map(float, methods[name]["radius"])
        assert lo <= hi
        assert abs(lo - value) < 0.01 * value
    assert abs(float(methods["exact-ift"]["image_radius"][0]) - 8.0e-6) < 1e-7
    assert abs(float(methods["exact-ift-block"]["image_radius"][0]) - 1.56e-4) < 1e-6


def test_radius_with_noise(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run(capsys, monkeypatch, "radius", "ssl", "--noise", "--json", "-")
    assert code == 0
    for point in json.loads(out)["points"]:
        found = {entry["method"]: entry for entry in point["noise"]}
        assert list(found) == [
            "exact-ift", "exact-ift-block", "preconditioned", "convexity", "krawczyk", "product-region"
        ]  # fmt: skip
        assert found["krawczyk"]["smallest_d"] <= 10 < found["exact-ift"]["smallest_d"]
        for entry in found.values():
            rho = float(entry["largest_rho"])
            assert rho <= entry["smallest_d"] ** -1.5 <= rho * (1 + 1e-9)
            assert ("gradient_change" in entry) == (entry["method"] not in ("krawczyk", "product-region"))


def test_noise_that_is_not_known(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = run(capsys, monkeypatch, "radius", "ssl", "--neurons", "2", "--noise")
    assert code == 2
    assert "--noise" in err
    assert "Traceback" not in err


def test_recheck_from_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "ssl.json"
    assert run(capsys, monkeypatch, "landscape", "ssl", "--certificate", str(path))[0] == 0
    code, out, _ = run(capsys, monkeypatch, "recheck", str(path), "--json", "-")
    assert (code, json.loads(out)["verdict"]) == (0, "VALID")
    text = path.read_text()
    path.write_text(text.replace('"count":3', '"count":4'))
    code, out, _ = run(capsys, monkeypatch, "recheck", str(path), "--json", "-")
    assert (code, json.loads(out)["verdict"]) == (1, "INVALID")
    path.write_text(text[: len(text) // 2])
    assert run(capsys, monkeypatch, "recheck", str(path))[0] == 2
