"""The soundness campaign: decide random claims of known truth and count the verdicts.

    python tests/campaign.py --claims 100000 --jobs 8

Exits 1 when a verdict is wrong.  ``--seconds`` is the budget of one claim.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from claim_generator import random_claim

from proofs.lemmas.claim import Effort
from proofs.lemmas.kinds.inequality import read_claim


def decide(job: tuple[int, int, float]) -> tuple[Counter[str], list[int]]:
    """Verdicts of the claims first .. last-1, and the seeds of wrong ones."""
    first, last, seconds = job
    found: Counter[str] = Counter()
    wrong = []
    for seed in range(first, last):
        source, truth = random_claim(seed)
        verdict = read_claim(source).decide(Effort(seconds=seconds)).verdict.value
        found[f"{'true' if truth else 'false'} {verdict}"] += 1
        if verdict == ("REFUTED" if truth else "PROVED"):
            wrong.append(seed)
    return found, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    started, size, total, wrong = time.monotonic(), 200, Counter[str](), []
    end = options.first + options.claims
    jobs = [(k, min(k + size, end), options.seconds) for k in range(options.first, end, size)]
    with ProcessPoolExecutor(options.jobs) as pool:
        for done, (found, bad) in enumerate(pool.map(decide, jobs), 1):
            total += found
            wrong += bad
            print(f"\r{done * size} of {options.claims}, {len(wrong)} wrong", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for name, count in sorted(total.items()):
        print(f"{name:16} {count}")
    print(f"{time.monotonic() - started:.0f} s, wrong verdicts: {len(wrong)} {wrong[:20]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
