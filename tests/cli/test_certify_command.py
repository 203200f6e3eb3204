"""``separatrix certify`` as a user meets it: answers, exit codes, and one line for every file that is not what it says."""

from __future__ import annotations

import json
import pickle
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from proofs.cli import main

X = np.array([[1.0, 0.1, 0.0], [-1.0, 0.0, 0.1], [1.0, 7.0, 0.0], [-1.0, 7.0, -0.1]])
W = np.array([[3.5, 1.4, 0.0], [-3.5, 1.4, 0.0]])


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["separatrix", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    captured = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, captured.out, captured.err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.npz"
    np.savez(path, X=X, W=W)
    return path


def test_proved_with_certificate(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = str(tmp_path / "c.json")
    code, out, _ = run(
        capsys, monkeypatch, "certify", str(file), "--augment", "none", "--step", "0.1", "--steps", "4000",
        "--certificate", certificate, "--json", "-",
    )  # fmt: skip
    data = json.loads(out)
    assert code == 0
    assert (data["verdict"], data["kind"], data["index"], data["objective"]) == ("PROVED", "minimum", 0, "ssl")
    assert data["parameters"] == {"alpha": "1/800"}
    assert data["radius"] > 0.1
    for pair in (
        data["distance"],
        data["eigenvalues"],
        *data["metrics"]["span"].values(),
        *data["metrics"]["energy"].values(),
    ):
        assert float(pair[0]) <= float(pair[1])
    assert data["descent"]["steps"] == 4000
    assert 0.36 < float(data["descent"]["slowest_remaining"][0]) < 0.37
    code, out, _ = run(capsys, monkeypatch, "recheck", certificate)
    assert code == 0
    assert "VALID" in out


def test_defaults_follow_the_arrays(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ssl with augmentation in expectation and rho = d^(-3/2), sl where labels are there; parameters in the file."""
    _, out, _ = run(capsys, monkeypatch, "certify", str(file), "--json", "-")
    data = json.loads(out)
    assert (data["objective"], data["augment"]) == ("ssl", "expected")
    assert data["parameters"] == {"alpha": "1/800", "rho_squared": "1/27"}
    path = tmp_path / "sl.npz"
    np.savez(path, X=X, W=W, F=[-4.0, 4.0], y=[0, 1, 0, 1], beta="1/400", gamma=0.25)
    _, out, _ = run(capsys, monkeypatch, "certify", str(path), "--json", "-", "--within", "10")
    data = json.loads(out)
    assert (data["objective"], data["augment"]) == ("sl", "none")
    assert data["parameters"] == {"beta": "1/400", "gamma": "1/4"}
    _, out, _ = run(
        capsys, monkeypatch, "certify", str(path), "--json", "-", "--set", "beta=1/100", "--set", "gamma=0.1"
    )
    assert json.loads(out)["parameters"] == {"beta": "1/100", "gamma": "1/10"}
    _, out, _ = run(capsys, monkeypatch, "certify", str(path), "--objective", "ssl", "--json", "-")
    assert json.loads(out)["objective"] == "ssl"


def test_far_weights_are_undecided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "far.npz", X=X, W=100 * W[::-1] + 17)
    code, out, _ = run(capsys, monkeypatch, "certify", str(tmp_path / "far.npz"), "--certificate", str(tmp_path / "c"))
    assert code == 3
    assert "UNDECIDED" in out
    assert not (tmp_path / "c").exists()


def test_a_saddle_is_refuted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The four classes without noise: (0, 1.1178270) is the saddle of DESIGN section 2."""
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [1.0, 7.0], [-1.0, 7.0]])
    np.savez(tmp_path / "saddle.npz", X=x, W=[[0.0, 1.117827]])
    certificate = str(tmp_path / "c.json")
    code, out, _ = run(
        capsys, monkeypatch, "certify", str(tmp_path / "saddle.npz"), "--augment", "none", "--certificate", certificate,
        "--json", "-",
    )  # fmt: skip
    data = json.loads(out)
    assert code == 1
    assert (data["verdict"], data["kind"], data["index"]) == ("REFUTED", "saddle", 1)
    assert run(capsys, monkeypatch, "recheck", certificate)[0] == 0


def member(array: np.ndarray) -> bytes:
    stream = BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=True)
    return stream.getvalue()


def header(shape: str, descr: str = "'<f8'") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def archive(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, raw in members.items():
            out.writestr(f"{name}.npy", raw)


class Evil:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return (Path.touch, (Path("pickle-was-loaded"),))  # type: ignore[return-value]


def truncated(path: Path) -> None:
    np.savez(path, X=X, W=W)
    path.write_bytes(path.read_bytes()[:-300])


def corrupted(path: Path) -> None:
    np.savez(path, X=X, W=W)
    raw = bytearray(path.read_bytes())
    raw[200] ^= 0xFF
    path.write_bytes(bytes(raw))


FILES: dict[str, Callable[[Path], object]] = {
    "missing": lambda p: None,
    "folder": lambda p: p.mkdir(),
    "empty": lambda p: p.write_bytes(b""),
    "text": lambda p: p.write_text("X = 1"),
    "npy": lambda p: p.write_bytes(member(X)),
    "truncated": truncated,
    "corrupted": corrupted,
    "no W": lambda p: np.savez(p, X=X),
    "no X": lambda p: np.savez(p, W=W),
    "pickle": lambda p: archive(p, X=member(np.array([Evil(), Evil()], dtype=object)), W=member(W)),
    "plain pickle": lambda p: archive(p, X=pickle.dumps(Evil()), W=member(W)),
    "NaN": lambda p: np.savez(p, X=np.where(X == 7, np.nan, X), W=W),
    "infinite weights": lambda p: np.savez(p, X=X, W=np.where(W > 2, np.inf, W)),
    "strings": lambda p: np.savez(p, X=X.astype(str), W=W),
    "complex": lambda p: np.savez(p, X=X + 0j, W=W),
    "dates": lambda p: np.savez(p, X=X.astype(int).astype("M8[s]"), W=W),
    "records": lambda p: np.savez(p, X=np.zeros((4, 3), dtype=[("a", "f8")]), W=W),
    "wrong width": lambda p: np.savez(p, X=X, W=W[:, :2]),
    "three dimensions": lambda p: np.savez(p, X=X[None], W=W),
    "no samples": lambda p: np.savez(p, X=X[:0], W=W),
    "labels": lambda p: np.savez(p, X=X, W=W, F=[1.0, 1.0], y=[0, 1, 2, 3]),
    "huge header": lambda p: archive(p, X=header("(1000000000000, 3)"), W=member(W)),
    "negative header": lambda p: archive(p, X=header("(-1, 3)") + b"\0" * 24, W=member(W)),
    "short data": lambda p: archive(p, X=header("(4, 3)") + b"\0" * 90, W=member(W)),
    "empty type": lambda p: archive(p, X=header("(4, 3)", "'V0'"), W=member(W)),
    "code in header": lambda p: archive(p, X=header("(__import__('os').getpid(), 3)"), W=member(W)),
    "deep header": lambda p: archive(p, X=header("(" * 100 + ")" * 100), W=member(W)),
    "bomb": lambda p: archive(p, X=header("(40000000, 1)") + bytes(320_000_000), W=member(W)),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.filterwarnings("ignore:.*header parsing.*")
def test_bad_files_get_one_line_and_exit_code_2(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.npz"
    FILES[case](path)
    code, out, err = run(capsys, monkeypatch, "certify", str(path))
    assert (code, out) == (2, "")
    assert "separatrix certify: " in err
    assert "net.npz" in err
    assert err.count("\n") == 1
    assert not Path("pickle-was-loaded").exists()


MISTAKES = [
    ["--set", "beta=1"],
    ["--set", "tau=7"],
    ["--set", "alpha=0"],
    ["--set", "alpha=1e-40"],
    ["--set", "rho=-1"],
    ["--set", "alpha=x"],
    ["--augment", "some"],
    ["--augment", "views"],
    ["--objective", "linear"],
    ["--objective", "sl"],
    ["--within", "0"],
    ["--within", "nan"],
    ["--step", "-1"],
    ["--steps", "10"],
    ["--tolerance", "1e-3"],
    ["--step", "0.1", "--steps", "-1"],
    ["--time", "inf"],
    ["--json", "no/such/place.json"],
]


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_mistakes(
    arguments: list[str], file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, monkeypatch, "certify", str(file), *arguments)
    assert (code, out) == (2, "")
    assert "separatrix certify: " in err
    assert err.count("\n") == 1


def test_a_certificate_that_cannot_be_written(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = run(
        capsys, monkeypatch, "certify", str(file), "--augment", "none", "--certificate", "no/such/c.json"
    )
    assert code == 2
    assert "cannot write" in err
