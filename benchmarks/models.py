"""What a landscape costs as hidden features are added: CPU time, boxes, and where the time goes.

Run ``python -m benchmarks.models`` in the project's folder; ``--hidden 6`` goes on to six features, ``--json FILE``
keeps the numbers.
Every row is a process of its own, so that no cache is shared; CPU seconds are those of the process without start-up.

- *algebra*: building the objective, its derivatives, symmetries and blocks (SymPy);
- *rest*: compiling, the search, many digits and the classification.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.calibrator import calibrate

# Runs in a process of its own and prints one line of JSON.
INSIDE = """
import json, sys, time
import separatrix as sx
from proofs.blocks import find_blocks
from proofs.studies.feature_models import PUBLISHED, feature_model
start = time.process_time()
objective = feature_model(PUBLISHED, hidden={hidden})
find_blocks(objective)
algebra = time.process_time() - start
landscape = sx.prove_landscape(objective, budget=sx.Budget(seconds=3600.0))
total = time.process_time() - start
print(json.dumps([algebra, total, sum(e.search.boxes for e in landscape.evidence), len(landscape.points),
                  landscape.verdict.value]))
"""


def measure(hidden: int) -> dict[str, Any]:
    """One landscape of a neuron with this many hidden features."""
    code = INSIDE.format(hidden=hidden)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    algebra, total, boxes, points, verdict = json.loads(done.stdout)
    return {"algebra": algebra, "total": total, "boxes": boxes, "points": points, "verdict": verdict}


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU time of landscapes with K hidden features.")
    parser.add_argument("--hidden", type=int, default=5, metavar="K", help="the largest number of hidden features")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers here")
    options = parser.parse_args()
    unit = calibrate()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}; calibrator {unit:.3f} s")
    print(
        f"{'K':>2} {'atoms':>6} {'points':>7} {'boxes':>6} {'algebra s':>10} {'rest s':>8} {'CPU s':>8} {'/ unit':>9}"
    )
    results: dict[str, Any] = {"calibrator": unit}
    for hidden in range(1, options.hidden + 1):
        r = results[str(hidden)] = measure(hidden)
        rest = r["total"] - r["algebra"]
        print(
            f"{hidden:>2} {2 ** (hidden + 1):>6} {r['points']:>7} {r['boxes']:>6} {r['algebra']:>10.2f} {rest:>8.2f}"
            f" {r['total']:>8.2f} {r['total'] / unit:>9.2f}  {r['verdict']}"
        )
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
