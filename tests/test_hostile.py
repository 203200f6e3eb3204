"""Every malformed or malicious lemma file ends in one clear line and exit code 2, or in an honest "not proved"."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile.cases import BAD_INPUT, Case, cases

from proofs.cli import main

ROOT = Path(__file__).resolve().parent.parent
CASES = list(cases())
SECONDS = 30
OPTIONS = ["check", "--time", "1", "--jobs", "1"]

# What may hang, crash the interpreter or eat the memory runs in a process of its own, with a limit on memory.
ALONE = {case.name for case in CASES if case.make is not None or "10,000 " in case.name} | {
    "line of 10 MB",
    "comment of 50 MB and no claim",
    "number to the 10^9",
    "tower of nines",
    "expansion of a large power",
}
MEMORY = 1 << 30
LIMITED = f"""
try:
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, ({MEMORY}, {MEMORY}))
except (ImportError, ValueError, OSError):
    pass
from proofs.cli import main
main()
"""


def judge(case: Case, folder: Path, code: object, out: str, err: str) -> None:
    assert not case.trap(folder).exists(), "code from the file ran"
    assert "Traceback" not in err
    assert "\x1b" not in out + err, "a control character of the file reaches the terminal"
    if case.expected == BAD_INPUT:
        assert code == 2, (code, out, err)
    assert code in (1, 2, 3), (code, out, err)
    if code == 2:
        assert err.count("\n") == 1, err
        assert err.endswith("\n")
        assert len(err) < 600
        assert case.name[:20].replace(" ", "_") in err.replace("/", "_"), "the line does not name the file"


def test_cases_are_many_and_have_different_names() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.name for case in CASES} >= ALONE


@pytest.mark.parametrize("case", [c for c in CASES if c.name not in ALONE], ids=lambda c: c.name)
def test_in_this_process(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["separatrix", *OPTIONS, str(case.place(tmp_path).name)])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    judge(case, tmp_path, end.value.code, out, err)


@pytest.mark.skipif(sys.platform == "win32", reason="FIFOs, links and limits of POSIX systems")
@pytest.mark.parametrize("case", [c for c in CASES if c.name in ALONE], ids=lambda c: c.name)
def test_in_a_process_with_a_limit(case: Case, tmp_path: Path) -> None:
    path = case.place(tmp_path)
    places = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *OPTIONS, path.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": places, "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1"},
        check=False,
    )
    judge(case, tmp_path, done.returncode, done.stdout, done.stderr)
