"""How much faster the vectorised experiments are than a plain loop over seeds, steps and samples, in one run.

Run ``python -m benchmarks.simulate`` in the project's folder; ``--json FILE`` keeps the numbers.  CPU seconds.

- *whole*: the published experiment, drawing data included, in this process;
- *command*: ``separatrix simulate``, a new process from start-up to its end, and its peak memory;
- *plain*: ``numeric/experiment/reference.py`` on the same data for a few steps of all seeds, one sample at a time and,
  for SSL, one number of augmentation noise at a time; scaled to the whole run.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from numeric.experiment import reference
from numeric.experiment.draws import draw
from numeric.experiment.setup import PUBLISHED_STEPS, Setup
from numeric.experiment.train import advance, start

SEEDS = tuple(range(20))
SETUPS = {"ssl": Setup(), "sl": Setup(objective="sl", start="sign", augment="none")}


def whole(name: str) -> float:
    begin = time.process_time()
    advance(start(SETUPS[name], SEEDS), PUBLISHED_STEPS[name])
    return time.process_time() - begin


def command(name: str) -> tuple[float, float]:
    """CPU seconds of a new process, and the peak memory of any process started here so far, in MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = [sys.executable, "-c", "from proofs.cli import main; main()", "simulate", name, "--json", "-"]
    subprocess.run(line, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss / 1024


def plain(name: str, steps: int) -> float:
    """CPU seconds of the plain loop for one step of one seed."""
    setup = SETUPS[name]
    drawn = draw(setup, SEEDS)
    ridge, eta, rho = float(setup.ridge), float(setup.step), setup.noise_level
    begin = time.process_time()
    for k in range(len(SEEDS)):
        W, X = drawn.W[k].copy(), drawn.X[k]
        F = None if drawn.F is None else drawn.F[k].copy()
        for _ in range(steps):
            if F is not None:
                W, F = reference.sl_step(W, F, X, drawn.y[k], ridge, float(setup.output_ridge), eta)
                continue
            noise = np.zeros((2, *X.shape))
            for i in range(setup.n):
                for c in range(setup.d):
                    noise[0, i, c] = drawn.legacy[k].normal(0, 1)
                    noise[1, i, c] = drawn.legacy[k].normal(0, 1)
            W = reference.ssl_step(W, X, noise, rho, ridge, eta)
    return (time.process_time() - begin) / (steps * len(SEEDS))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the experiments beside a plain loop.")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers here")
    parser.add_argument("--steps", type=int, default=50, help="steps of the plain loop (default 50)")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}; CPU seconds")
    print(f"{'':5} {'steps':>6} {'whole s':>8} {'command s':>10} {'MiB':>6} {'plain, all steps':>17} {'ratio':>6}")
    results: dict[str, Any] = {}
    for name, steps in PUBLISHED_STEPS.items():
        fast = min(whole(name) for _ in range(3))
        seconds, memory = command(name)
        slow = plain(name, options.steps) * steps * len(SEEDS)
        results[name] = {"whole": fast, "command": seconds, "MiB": memory, "plain": slow, "ratio": slow / fast}
        print(f"{name:5} {steps:>6} {fast:>8.2f} {seconds:>10.2f} {memory:>6.0f} {slow:>17.0f} {slow / fast:>6.0f}")
    print(f"plain: {options.steps} steps of all 20 seeds, scaled to the whole run")
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
