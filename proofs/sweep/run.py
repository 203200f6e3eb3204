"""The sweep itself: generations of cells, the heavier ones first, until enough of the region is decided."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log2

from proofs.sweep.ledger import Ledger, Row
from proofs.sweep.workers import Pool
from proofs.verdict import Verdict

__all__ = ["Expectation", "Sweep", "run_sweep"]


@dataclass(frozen=True)
class Expectation:
    """What is claimed of every value: the number of stationary points, or of minima; None: nothing."""

    count: int | None = None
    minima: int | None = None

    def holds(self, indices: tuple[int, ...]) -> bool:
        return (self.count is None or len(indices) == self.count) and (
            self.minima is None or sum(i == 0 for i in indices) == self.minima
        )


@dataclass
class Sweep:
    """Cells with what was proved of them, and the exact parts of the volume."""

    rows: list[Row]
    expectation: Expectation
    target: Fraction
    verdict: Verdict
    reason: str

    def part(self, wanted: Callable[[Row], bool]) -> Fraction:
        return sum((r.share for r in self.rows if wanted(r)), Fraction(0))

    @property
    def proved(self) -> Fraction:
        return self.part(lambda r: r.state == "decided" and self.expectation.holds(r.indices))

    @property
    def refuted(self) -> Fraction:
        return self.part(lambda r: r.state == "decided" and not self.expectation.holds(r.indices))

    @property
    def undecided(self) -> Fraction:
        return 1 - self.proved - self.refuted

    def landscapes(self) -> dict[tuple[int, ...], tuple[int, Fraction]]:
        """For each list of indices the number of cells and their part of the volume, the largest first."""
        found: dict[tuple[int, ...], tuple[int, Fraction]] = {}
        for r in self.rows:
            if r.state == "decided":
                cells, share = found.get(r.indices, (0, Fraction(0)))
                found[r.indices] = (cells + 1, share + r.share)
        return dict(sorted(found.items(), key=lambda item: -item[1][1]))


def run_sweep(
    ledger: Ledger,
    pool: Pool,
    *,
    target: Fraction,
    expectation: Expectation = Expectation(),
    seconds: float = 600.0,
    cells: int = 1_000_000,
    shown: Callable[[str], None] = lambda text: None,
) -> Sweep:
    """Decide cells until ``target`` of the volume is decided, or the budget ends.

    A generation decides all cells down to a weight 2^-g, and ends before the target is looked at again:
    what the ledger holds at the end does not depend on workers or interruptions.
    """
    started = time.monotonic()
    used = 0
    reason = ""
    while not reason:
        least = ledger.generation
        todo = [] if least is None else ledger.open_cells(least)
        if not todo:
            # A generation ended here, perhaps in an earlier run.
            heaviest = ledger.heaviest_open()
            if ledger.decided_share >= target:
                break
            if heaviest is None:
                reason = "cells that cannot be cut remain"
                break
            ledger.begin_generation(2.0 ** floor(log2(heaviest)))
            continue
        for path, decision in pool.decide(todo):
            ledger.record(path, decision)
            used += 1
            if used % 16 == 0:
                shown(f"sweep: {float(ledger.decided_share):.2%} decided, {used} cells looked at")
            if time.monotonic() - started > seconds or used >= cells:
                reason = "the budget ended the sweep; the same command resumes it"
                break
    return summary(ledger, target, expectation, reason)


def summary(ledger: Ledger, target: Fraction, expectation: Expectation, reason: str = "") -> Sweep:
    """The verdict on what the ledger holds."""
    result = Sweep(list(ledger.rows()), expectation, target, Verdict.UNDECIDED, "")
    decided = result.proved + result.refuted
    if result.refuted > 0:
        result.verdict = Verdict.REFUTED
        result.reason = f"{float(result.refuted):.4%} of the region contradicts what was claimed"
    elif decided >= target:
        result.verdict = Verdict.PROVED
        result.reason = f"{_floor(decided)} of the region is decided, at least the {float(target):.6g} asked for"
    else:
        result.reason = f"{_floor(decided)} of the region is decided" + (f"; {reason}" if reason else "")
    return result


def _floor(share: Fraction) -> str:
    """A percentage rounded down."""
    return f"{int(share * 10**6) / 10**4:.4f} %"
