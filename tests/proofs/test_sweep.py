"""Sweeps: the ledger under interruptions, workers that die, Dask on loopback, tables, pictures, certificates."""

from __future__ import annotations

import copy
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction as Q
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from proofs.certificates import FORMAT
from proofs.sweep import Decision, Ledger, LedgerError, Recipe, Sweep, decide_cell, run_sweep
from proofs.sweep.cells import problem_of, share_of, weight_of
from proofs.sweep.diagram import draw
from proofs.sweep.results import cells_claim, sweep_json, volume_json, write_parquet
from proofs.sweep.run import Expectation, summary
from proofs.sweep.workers import DaskPool, LocalPool, PoolError
from proofs.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
RECIPE = Recipe("ssl", 1, (), (("tau", "6", "8"), ("alpha", "1/60", "1/20")))
TARGET = Q(1, 2)


def sweep_to(folder: Path, pool: Any = None, **options: Any) -> tuple[Sweep, list[tuple[Any, ...]]]:
    ledger = Ledger(folder / "ledger.sqlite", RECIPE)
    try:
        sweep = run_sweep(ledger, pool or LocalPool(RECIPE, 1), target=options.pop("target", TARGET), **options)
        return sweep, ledger.content()
    finally:
        ledger.close()


@cache
def reference_folder() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="sweep-test-"))


@cache
def reference() -> tuple[Sweep, list[tuple[Any, ...]]]:
    """One run in this process, without interruption."""
    return sweep_to(reference_folder())


# -- what is decided -------------------------------------------------------------------------------
def test_target_is_reached_with_both_landscapes() -> None:
    sweep, _ = reference()
    assert sweep.verdict is Verdict.PROVED
    assert sweep.proved >= TARGET
    # Above the pitchfork (alpha near 0.028 for tau = 7) one minimum, below it two minima and a saddle.
    assert set(sweep.landscapes()) <= {(0,), (0, 0, 1)}
    assert (0,) in sweep.landscapes()
    assert sweep.proved + sweep.undecided == 1


def test_cells_are_disjoint_and_fill_the_region() -> None:
    sweep, _ = reference()
    assert sum((r.share for r in sweep.rows), Q(0)) == 1


def test_cells_agree_with_the_critical_curve() -> None:
    """Every decided cell lies on one side of l_aa = 0 on the axis, computed in floating point."""
    import math

    def saddle(tau: float, alpha: float) -> bool:
        s = lambda z: 1 / (1 + math.exp(-z))  # noqa: E731
        first = lambda z: 2 * s(z) ** 2 * (1 - s(z))  # noqa: E731
        second = lambda z: 2 * (2 - 3 * s(z)) * s(z) ** 2 * (1 - s(z))  # noqa: E731
        # b solves alpha b = tau h'(tau b)/4: bisection, the right side is larger first.
        low, high = 1e-9, 50.0
        for _ in range(200):
            b = (low + high) / 2
            low, high = (b, high) if tau * first(tau * b) / 2 > 2 * alpha * b else (low, b)
        return 2 * alpha - (second(0) + second(tau * low)) / 2 < 0

    for r in reference()[0].rows:
        if r.state == "decided":
            for tau in r.sides[0]:
                for alpha in r.sides[1]:
                    assert saddle(float(tau), float(alpha)) == (r.indices == (0, 0, 1))


def test_a_claim_is_proved_or_refuted() -> None:
    _, _ = reference()
    ledger = Ledger(reference_folder() / "ledger.sqlite", RECIPE)
    try:
        two = summary(ledger, TARGET, Expectation(minima=2))
        assert two.verdict is Verdict.REFUTED
        assert two.refuted > 0
        more = summary(ledger, Q(1), Expectation())
        assert more.verdict is Verdict.UNDECIDED
    finally:
        ledger.close()
    assert Expectation(count=3).holds((0, 0, 1))
    assert not Expectation(count=3, minima=3).holds((0, 0, 1))


def test_weights_and_shares() -> None:
    root = ((Q(1), Q(4)), (Q(1), Q(16)))
    cell = ((Q(1), Q(2)), (Q(1), Q(4)))
    assert share_of(cell, root) == Q(1, 3) * Q(3, 15)
    # Half of each side in the logarithm.
    assert weight_of(cell, root) == pytest.approx(float(Q(1, 15)) ** 0.8 * 0.25**0.2)
    assert weight_of(((Q(-1), Q(0)),), ((Q(-1), Q(1)),)) == pytest.approx(0.5)


def test_decisions_do_not_depend_on_what_came_before() -> None:
    cell = RECIPE.sides
    first = decide_cell(RECIPE, cell)
    assert first.state == "split"
    problem_of.cache_clear()
    assert decide_cell(RECIPE, cell) == first


# -- the ledger ------------------------------------------------------------------------------------
def test_nothing_is_decided_twice(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite", RECIPE)
    split = Decision("split", axis=0, cut=7.0)
    assert ledger.record("", split)
    assert not ledger.record("", Decision("split", axis=1, cut=0.03))
    assert [p for p, _ in ledger.open_cells(0.0)] == ["0", "1"]
    assert ledger.record("0", Decision("decided", (0,), "[]", b""))
    assert not ledger.record("0", Decision("left"))
    assert ledger.decided_share == Q(1, 2)
    with pytest.raises(LedgerError, match="no cell"):
        ledger.record("0110", split)
    ledger.close()
    again = Ledger(tmp_path / "l.sqlite", RECIPE)
    assert again.decided_share == Q(1, 2)
    again.close()


def test_a_cut_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the middle of a transaction leaves the cell open and no part of it behind."""
    ledger = Ledger(tmp_path / "l.sqlite", RECIPE)
    original = Ledger._insert

    def failing(self: Ledger, path: str, sides: Any) -> None:
        if path == "1":
            raise OSError("disk full")
        original(self, path, sides)

    monkeypatch.setattr(Ledger, "_insert", failing)
    with pytest.raises(OSError, match="disk full"):
        ledger.record("", Decision("split", axis=0, cut=7.0))
    assert [p for p, _ in ledger.open_cells(0.0)] == [""]
    ledger.close()


def test_ledgers_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database" * 100)
    with pytest.raises(LedgerError, match="not a ledger"):
        Ledger(tmp_path / "text", RECIPE)
    with pytest.raises(LedgerError, match="cannot open"):
        Ledger(tmp_path / "missing" / "l.sqlite", RECIPE)
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE things (x)")
    other.commit()
    other.close()
    with pytest.raises(LedgerError, match="not a ledger of a sweep"):
        Ledger(tmp_path / "other.sqlite", RECIPE)


def test_a_damaged_ledger_is_one_line(tmp_path: Path) -> None:
    Ledger(tmp_path / "l.sqlite", RECIPE).close()
    db = sqlite3.connect(tmp_path / "l.sqlite")
    db.execute("UPDATE cells SET state = 'decided', share = 'half'")
    db.commit()
    db.close()
    with pytest.raises(LedgerError, match="damaged"):
        Ledger(tmp_path / "l.sqlite", RECIPE)


def test_a_ledger_belongs_to_one_statement_and_one_process(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite", RECIPE)
    with pytest.raises(LedgerError, match="another sweep is using it"):
        Ledger(tmp_path / "l.sqlite", RECIPE)
    ledger.close()
    with pytest.raises(LedgerError, match="the ledger of another sweep"):
        Ledger(tmp_path / "l.sqlite", Recipe("ssl", 2, (), RECIPE.region))


def test_a_budget_leaves_a_ledger_that_resumes(tmp_path: Path) -> None:
    first, _ = sweep_to(tmp_path, cells=7)
    assert first.verdict is Verdict.UNDECIDED
    assert "resumes" in first.reason
    _, content = sweep_to(tmp_path)
    assert content == reference()[1]


def test_kill_minus_nine_loses_nothing(tmp_path: Path) -> None:
    """The main process is killed again and again in the middle of its work."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['separatrix', 'sweep', 'ssl', '--set', 'tau=[6,8]', "
        f"'--set', 'alpha=[1/60,1/20]', '--target', '1/2', '-o', {str(tmp_path)!r}, '--jobs', '1', '--json', '-']; "
        "from proofs.cli import main; main()"
    )
    path = tmp_path / "ledger.sqlite"

    def decided() -> int:
        # Opening it for writing lets SQLite roll back what the kill cut short.
        db = sqlite3.connect(path, timeout=10.0)
        try:
            return int(db.execute("SELECT COUNT(*) FROM cells WHERE state != 'open'").fetchone()[0])
        except sqlite3.OperationalError:
            return -1  # killed before there was a table
        finally:
            db.close()

    counts = []
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal = path.with_name("ledger.sqlite-journal")
        started, size = time.monotonic(), 0
        # The lock keeps readers out: the size of the files tells that work is under way.
        while time.monotonic() - started < 60 and process.poll() is None:
            size += journal.exists()
            if path.exists() and size and time.monotonic() - started > 2.5:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        counts.append(decided())
    assert counts == sorted(counts)
    _, content = sweep_to(tmp_path)
    assert content == reference()[1]


# -- workers ---------------------------------------------------------------------------------------
class Dying(LocalPool):
    """A pool one of whose processes is killed after the first answer."""

    def decide(self, cells: Sequence[Any]) -> Iterator[tuple[str, Decision]]:
        for answer in super().decide(cells):
            if self.executor is not None and not self.killed:
                self.killed = True
                os.kill(next(iter(self.executor._processes)), signal.SIGKILL)
            yield answer

    killed = False


def test_local_processes_and_a_dead_one_give_the_same_ledger(tmp_path: Path) -> None:
    pool = Dying(RECIPE, 2)
    try:
        _, content = sweep_to(tmp_path, pool)
    finally:
        pool.close()
    assert pool.killed
    assert content == reference()[1]


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        f"import sys, os, time; sys.path.insert(0, {str(ROOT)!r})\n"
        "from concurrent.futures import ProcessPoolExecutor\nfrom multiprocessing import get_context\n"
        "from proofs.sweep.workers import _end_with\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPoolExecutor(1, get_context('spawn'), _end_with, (os.getpid(),))\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(600)\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(code)
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker outlived its parent")


def test_workers_that_keep_dying_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures.process import BrokenProcessPool

    from proofs.sweep import workers

    class Broken:
        def __init__(self, *arguments: Any) -> None: ...

        def submit(self, *arguments: Any) -> Any:
            raise BrokenProcessPool("died")

        def shutdown(self, **options: Any) -> None: ...

    monkeypatch.setattr(workers, "ProcessPoolExecutor", Broken)
    with pytest.raises(PoolError, match="died"):
        list(LocalPool(RECIPE, 2).decide([("", RECIPE.sides)] * 8))


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_dask_with_a_worker_killed_gives_the_same_ledger(tmp_path: Path) -> None:
    """A real scheduler and two workers on loopback; one worker is killed while it works."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    processes = [
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    ]
    try:
        deadline = time.monotonic() + 120
        while not file.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for _ in range(2):
            processes.append(
                start("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard")
            )
        import json

        address = json.loads(file.read_text())["address"]
        pool = DaskPool(RECIPE, address, seconds=120.0)
        pool.client.wait_for_workers(2, timeout=120)
        answers = 0

        class Killing:
            def decide(self, cells: Sequence[Any]) -> Iterator[tuple[str, Decision]]:
                nonlocal answers
                for answer in pool.decide(cells):
                    answers += 1
                    if answers == 12:
                        processes[1].kill()
                    yield answer

        _, content = sweep_to(tmp_path, Killing())
        assert answers >= 12
        assert processes[1].wait(timeout=60) != 0
        assert content == reference()[1]
        pool.close()
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_scheduler_is_one_clear_error() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(PoolError, match="no scheduler"):
        DaskPool(RECIPE, "tcp://127.0.0.1:9", seconds=1.0)


# -- results ---------------------------------------------------------------------------------------
def test_json_encloses_the_exact_volumes() -> None:
    sweep, _ = reference()
    data = sweep_json(RECIPE, sweep, {})
    lo, hi = map(Q, data["volume"]["proved"])
    assert lo <= sweep.proved <= hi
    assert volume_json(Q(1, 3)) == ["0.333333333333", "0.333333333334"]
    assert volume_json(Q(1)) == ["1.000000000000", "1.000000000000"]
    assert data["parameters"]["tau"] == ["6", "8"]


def test_parquet_can_be_read_back(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    sweep, _ = reference()
    path = tmp_path / "cells.parquet"
    write_parquet(path, RECIPE, sweep.rows)
    table = pq.read_table(path).to_pylist()
    assert len(table) == len(sweep.rows)
    assert sum(r["volume"] for r in table) == pytest.approx(1.0)
    assert {r["count"] for r in table} <= {None, 1, 3}
    assert all(float(row["tau_lo"]) == float(r.sides[0][0]) for row, r in zip(table, sweep.rows, strict=True))


def test_pictures_are_written(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    sweep, _ = reference()
    paths = [tmp_path / "d.png", tmp_path / "d.svg"]
    draw(RECIPE, sweep, paths)
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    text = paths[1].read_text()
    assert "<svg" in text
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.png", "d.svg"]


def claim() -> dict[str, Any]:
    return {"format": FORMAT, "claims": [copy.deepcopy(cells_claim(RECIPE, reference()[0].rows[:40]))]}


def test_certificate_of_cells_is_valid(verdict_of: Callable[..., str]) -> None:
    assert verdict_of(claim()) == "VALID"


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "indices": lambda s: s["cells"][0].update(indices=[0, 0, 0]),
    "volume": lambda s: s.update(volume="1"),
    "sides": lambda s: s["cells"][0].update(sides=[["6", "8"], ["1/60", "1/20"]]),
    "outside": lambda s: s["cells"][0].update(sides=[["6", "9"], ["1/60", "1/20"]]),
    "branch": lambda s: s["cells"][0]["branches"][0].update(box={"a": ["5", "6"], "b": ["0", "1"]}),
    "no branches": lambda s: s["cells"][0].update(branches=[]),
    "relation": lambda s: s["cells"][0]["branches"][0].update(relations=["b = 0"]),
    "region": lambda s: s.update(region={"tau": ["6", "7"], "alpha": ["1/60", "1/20"]}),
    "twice": lambda s: s["cells"].append(s["cells"][0]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_statement_is_rejected(name: str, verdict_of: Callable[..., str]) -> None:
    body = claim()
    held = body["claims"][0]
    CHANGES[name](held["statement"])
    if name == "twice":
        held["evidence"]["cells"].append(held["evidence"]["cells"][0])
    assert verdict_of(body).startswith("INVALID")


def test_evidence_is_stored_compressed() -> None:
    row = next(r for r in reference()[0].rows if r.state == "decided")
    assert zlib.decompress(row.evidence).startswith(b"[{")
