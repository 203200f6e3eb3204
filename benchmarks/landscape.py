"""How long the landscapes and the whole study take, in seconds and in units of the calibrator.

Run ``python -m benchmarks.landscape`` in the project's folder; ``--json FILE`` keeps the numbers.

- *cold*: a new process, from start-up of the interpreter to its end;
- *first*: the first call in a process that has imported the library;
- *warm*: the median of the calls after that (caches of exact algebra are filled).
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibrator import calibrate

OBJECTIVES = ("ssl", "sl")
WARM_CALLS = 3

# Runs in a process of its own and prints one line of JSON.
INSIDE = """
import json, sys, time
import separatrix as sx
times = []
for _ in range(1 + {warm}):
    start = time.perf_counter()
    landscape = sx.prove_landscape(sx.build_objective({name!r}))
    times.append(time.perf_counter() - start)
boxes = sum(block.search.boxes for block in landscape.evidence)
print(json.dumps([times, boxes, landscape.verdict.value, len(landscape.points)]))
"""


def run(*arguments: str) -> tuple[float, str]:
    """Seconds and standard output of a new interpreter."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return time.perf_counter() - start, done.stdout


def landscape(name: str) -> dict[str, Any]:
    cold, _ = run("-c", INSIDE.format(name=name, warm=0))
    _, printed = run("-c", INSIDE.format(name=name, warm=WARM_CALLS))
    times, boxes, verdict, points = json.loads(printed)
    return {
        "verdict": verdict,
        "points": points,
        "boxes": boxes,
        "cold": cold,
        "first": times[0],
        "warm": statistics.median(times[1:]),
    }


def verify() -> dict[str, Any]:
    seconds, printed = run("-c", "from proofs.cli import main; main()", "verify", "--json", "-")
    result = json.loads(printed)
    return {
        "verdict": result["verdict"],
        "cold": seconds,
        "lemmas": {lemma["id"]: lemma["seconds"] for lemma in result["lemmas"]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the landscapes and the study, with a calibrator.")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers here")
    parser.add_argument("--no-verify", action="store_true", help="leave the whole study out")
    options = parser.parse_args()

    unit = calibrate()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}; calibrator {unit:.3f} s")
    print(f"{'':10} {'points':>6} {'boxes':>8} {'cold s':>8} {'first s':>8} {'warm s':>8} {'warm/calibrator':>16}")
    results: dict[str, Any] = {"calibrator": unit}
    for name in OBJECTIVES:
        r = results[name] = landscape(name)
        ratio = r["warm"] / unit
        print(
            f"{name:10} {r['points']:>6} {r['boxes']:>8} {r['cold']:>8.2f} {r['first']:>8.2f} {r['warm']:>8.2f}"
            f" {ratio:>16.2f}  {r['verdict']}"
        )
    if not options.no_verify:
        r = results["verify"] = verify()
        ratio = r["cold"] / unit
        print(f"{'verify':10} {'':>6} {'':>8} {r['cold']:>8.2f} {'':>8} {'':>8} {ratio:>16.2f}  {r['verdict']}")
        print("lemmas: " + ", ".join(f"{k} {v:.2f} s" for k, v in r["lemmas"].items()))
    again = calibrate()
    results["calibrator after"] = again
    print(f"calibrator after the run {again:.3f} s")
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
