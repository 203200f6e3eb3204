"""Runs in one ``.npz`` file each, written atomically, and read back to be carried on.

Arithmetic: heuristic.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from numeric.experiment.draws import draw
from numeric.experiment.setup import Setup
from numeric.experiment.train import Run
from proofs.certificates import write_atomically

__all__ = ["FORMAT", "StorageError", "read_run", "weights_arrays", "write_arrays", "write_run", "write_weights"]

FORMAT = "separatrix-run/1"


class StorageError(ValueError):
    """The file does not hold a run that can be carried on."""


def write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    """Raises OSError."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    write_atomically(path, buffer.getvalue())


def write_run(path: Path, run: Run, metrics: dict[str, np.ndarray] | None = None) -> None:
    """Data sets, kept weights, final weights, metrics of every seed, and the set-up as JSON under ``setup``."""
    about = {"format": FORMAT, "setup": run.setup.record(), "seeds": list(run.seeds), "every": run.every}
    arrays: dict[str, Any] = {
        "setup": json.dumps(about),
        "step": run.step,
        "X": run.draws.X,
        "y": run.draws.y,
        "W": run.W,
        "steps": np.array(run.kept_steps),
        "history_W": np.array(run.kept_W),
    }
    if run.F is not None:
        arrays |= {"F": run.F, "history_F": np.array(run.kept_F)}
    arrays |= {f"metric {name}": values for name, values in (metrics or {}).items()}
    write_arrays(path, arrays)


def read_run(path: Path) -> Run:
    """The run in a file, ready to be carried on.  Raises StorageError, OSError."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            about = json.loads(str(stored["setup"]))
            if about.get("format") != FORMAT:
                raise StorageError(f"{path}: not a {FORMAT} file")
            setup = Setup.from_record(about["setup"])
            seeds = tuple(int(s) for s in about["seeds"])
            S, shape = len(seeds), (setup.neurons, setup.d)
            F = np.array(stored["F"], dtype=float) if setup.objective == "sl" else None
            run = Run(setup, seeds, draw(setup, seeds), np.array(stored["W"], dtype=float), F, int(stored["step"]))
            run.every = int(about["every"])
            run.kept_steps = [int(k) for k in stored["steps"]]
            run.kept_W = list(np.array(stored["history_W"], dtype=float))
            run.kept_F = list(np.array(stored["history_F"], dtype=float)) if F is not None else []
            same = np.array_equal(stored["X"], run.draws.X)
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(f"{path}: not a run that can be carried on ({str(error)[:100]})") from error
    whole = len(run.kept_W) == len(run.kept_steps) and all(w.shape == (S, *shape) for w in (run.W, *run.kept_W))
    if run.step < 0 or run.every < 1 or not whole or not np.isfinite(run.W).all():
        raise StorageError(f"{path}: the weights do not fit the set-up")
    if not same:
        raise StorageError(f"{path}: this machine draws other data from these seeds; the run cannot be carried on")
    return run


def weights_arrays(run: Run, k: int) -> dict[str, Any]:
    """What certifying the k-th run takes: X, W, for sl y and F, the objective and its parameters as text.

    Augmentation noise that is drawn is certified in expectation; rho is d^(-3/2) where it is not given.
    """
    setup = run.setup
    about: dict[str, Any] = {"objective": setup.objective}
    if setup.objective == "sl":
        about |= {"beta": str(setup.ridge), "gamma": str(setup.output_ridge)}
    else:
        about |= {"alpha": str(setup.ridge), "augment": "none" if setup.augment == "none" else "expected"}
        if setup.rho is not None and setup.augment != "none":
            about["rho"] = str(setup.rho)
    arrays = {**about, "X": run.draws.X[k], "W": run.W[k]}
    if run.F is not None:
        arrays |= {"y": run.draws.y[k], "F": run.F[k]}
    return arrays


def write_weights(folder: Path, run: Run) -> None:
    """:func:`weights_arrays` of every seed, one file each."""
    folder.mkdir(exist_ok=True)
    for k, seed in enumerate(run.seeds):
        write_arrays(folder / f"{run.setup.objective}-seed-{seed:02d}.npz", weights_arrays(run, k))
