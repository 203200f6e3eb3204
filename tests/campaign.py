"""The soundness campaign: decide random claims of known truth and count the verdicts.

    python tests/campaign.py --claims 100000 --jobs 8 --state campaign.jsonl

Exits 1 when a verdict is wrong.  ``--seconds`` is the budget of one claim.  With ``--state`` every finished block of
claims is kept in a file, and the same command goes on from there after an interrupt.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from claim_generator import random_claim

from proofs.lemmas import Effort, decide_all
from proofs.lemmas.kinds.inequality import read_claim

BLOCK = 100
Block = dict[str, Any]


def decide(first: int, last: int, seconds: float) -> Block:
    """Verdicts of the claims first .. last-1, the seeds of wrong and of open ones, and CPU seconds."""
    found: Counter[str] = Counter()
    wrong, undecided, clock = [], [], time.process_time()
    for seed in range(first, last):
        source, truth = random_claim(seed)
        (result,) = decide_all([(source, read_claim(source))], Effort(seconds=seconds))
        verdict = result.verdict.value
        found[f"{'true' if truth else 'false'} {verdict}"] += 1
        if verdict == ("REFUTED" if truth else "PROVED"):
            wrong.append(seed)
        elif verdict == "UNDECIDED":
            undecided.append(seed)
    cpu = round(time.process_time() - clock, 3)
    return {"first": first, "last": last, "verdicts": found, "wrong": wrong, "undecided": undecided, "cpu": cpu}


def kept(state: Path | None, seconds: float) -> list[Block]:
    """The blocks of earlier runs with the same budget; an unfinished last line is left out."""
    blocks = []
    for line in state.read_text(encoding="utf-8").splitlines() if state is not None and state.exists() else []:
        try:
            block = json.loads(line)
        except json.JSONDecodeError:
            continue
        if block["seconds"] == seconds:
            blocks.append(block)
    return blocks


def total(blocks: Iterable[Block]) -> tuple[Counter[str], list[int], list[int], float]:
    counts: Counter[str] = Counter()
    wrong, undecided, cpu = [], [], 0.0
    for block in blocks:
        counts.update(block["verdicts"])
        wrong += block["wrong"]
        undecided += block["undecided"]
        cpu += block["cpu"]
    return counts, sorted(wrong), sorted(undecided), cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--state", type=Path, help="keep finished blocks here and go on from them")
    options = parser.parse_args()
    end = options.first + options.claims
    wanted = {(k, min(k + BLOCK, end)) for k in range(options.first, end, BLOCK)}
    blocks = [b for b in kept(options.state, options.seconds) if (b["first"], b["last"]) in wanted]
    open_blocks = sorted(wanted - {(b["first"], b["last"]) for b in blocks})
    with ProcessPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(decide, first, last, options.seconds) for first, last in open_blocks]
        for future in as_completed(futures):
            blocks.append(future.result())
            if options.state is not None:
                with options.state.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps({"seconds": options.seconds, **blocks[-1]}) + "\n")
            bad = sum(len(b["wrong"]) for b in blocks)
            print(f"\r{len(blocks) * BLOCK} of {options.claims}, {bad} wrong", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    counts, wrong, undecided, cpu = total(blocks)
    for name, count in sorted(counts.items()):
        print(f"{name:16} {count}")
    print(f"{cpu:.0f} CPU s, undecided seeds: {undecided[:20]}")
    print(f"wrong verdicts: {len(wrong)} {wrong[:20]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
