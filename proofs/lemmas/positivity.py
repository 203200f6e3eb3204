"""The search for a proof that a function is not negative on a region: in which order theorems are tried.

Arithmetic: the search is guided by floating point; every step is one of the theorems in
``proofs/theorems`` or a tree from the rigorous branch and bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from proofs.lemmas import steps
from proofs.lemmas.branching import QUICK_BOXES, Branching, Proof
from proofs.lemmas.hints import hopeless
from proofs.lemmas.reducing import comes_apart
from proofs.lemmas.timer import OutOfTime, time_limit
from proofs.lemmas.witness import Sampler
from proofs.theorems.goal import Goal, Inapplicable, is_regular
from proofs.theorems.nonnegative import first_kink
from proofs.theorems.rules import remaining

__all__ = ["Prover"]

MAX_DEPTH = 14
# Seconds for each way to reduce a goal, in turn.
SLICES = (0.3, 1.5, 6.0)
# Seconds after a deadline at which a computation that does not look at the clock is interrupted.
GRACE = 0.1


class Prover(Branching):
    """Searches within a deadline and a number of boxes."""

    def __init__(self, deadline: float, boxes: int) -> None:
        super().__init__(deadline, boxes)
        # Longer budgets let every way go on for longer.
        self.scale = max(1.0, (deadline - time.monotonic()) / 10.0)
        self.failed: set[Goal] = set()
        self.known: dict[Goal, Proof] = {}

    def prove(self, goal: Goal, depth: int = 0, quick: bool = False) -> Proof | None:
        """A proof, or None when none was found in time; ``quick`` leaves long searches out."""
        if goal in self.known:
            return self.known[goal]
        if goal in self.failed or depth > MAX_DEPTH or self.late():
            return None
        if not is_regular(goal.expr):
            return None
        try:
            proof = self._search(goal, depth, quick)
        except (Inapplicable, ValueError, TypeError, NotImplementedError, RecursionError, ArithmeticError):
            proof = None
        except OutOfTime:
            if depth:
                raise
            proof = None
        if proof is None:
            self.failed.add(goal)
        else:
            self.known[goal] = proof
        return proof

    def step(self, goal: Goal, depth: int, rule: str, quick: bool = True, **parameters: Any) -> Proof | None:
        """One theorem, and proofs of what it leaves."""
        proof: Proof = {"rule": rule, **parameters}
        try:
            goals = remaining(goal, proof)
        except (Inapplicable, sp.PolynomialError, NotImplementedError, ZeroDivisionError, TypeError, AttributeError):
            return None
        if any(g == goal for g in goals):
            return None
        # Goals that a few points refute are not worth proving their companions.
        if len(goals) > 1 and any(hopeless(g) for g in goals):
            return None
        parts = []
        for g in goals:
            part = self.prove(g, depth + 1, quick)
            if part is None:
                return None
            parts.append(part)
        return {**proof, "parts": parts} if parts else proof

    # -- the order in which theorems are tried ---------------------------------------------------
    def _search(self, goal: Goal, depth: int, quick: bool) -> Proof | None:
        for rule in ("constant", "signs"):
            found, _ = self.within(SLICES[1], partial(self.step, goal, depth, rule))
            if found is not None:
                return found
        if goal.region.is_empty():
            return {"rule": "empty"}
        if not goal.expr.free_symbols and not goal.region.constraints:
            return None
        sampler = Sampler(goal)
        values = sampler(sampler.spread(128))
        finite = values[np.isfinite(values)]
        scale = float(np.median(np.abs(finite))) if len(finite) else 1.0
        if len(finite) and float(finite.min()) < -1e-7 * max(scale, 1e-6):
            return None
        apart = len(finite) and (float(finite.min()) < 0.1 * scale or comes_apart(goal))
        if apart and (found := steps.by_sums(self, goal, depth)):
            return found
        kink = first_kink(goal)
        if kink is not None and goal.expr.has(kink):
            return self._by_kinks(goal, depth, quick)
        search = self.bounding(goal)
        low = len(finite) > 0 and float(finite.min()) < 1e-3 * scale
        if low and (found := self._by_factors(goal, depth)):
            return found
        outcome = self.run(search, QUICK_BOXES // 2 if quick else QUICK_BOXES, 0.1 if quick else 0.5)
        if depth == 0:
            self.open.outcome = outcome  # with the point that refutes the goal, if there is one
        if outcome.witness is not None:
            return None
        if outcome.proved and (proof := self.tree(goal, outcome, [])):
            return proof
        for way, seconds in ((steps.by_faces, 2 * SLICES[1]), (steps.by_surfaces, SLICES[1])):
            if found := self.within(seconds, partial(way, self, goal, depth))[0]:
                return found
        several = len(goal.region.variables) > 1 and not goal.region.constraints
        if low and several and (found := self.by_anchors(goal, search, sampler, SLICES[0])):
            return found
        if found := self._by_theorems(goal, depth, quick, low, (60.0,) if quick else SLICES[:1]):
            return found
        if self.late():
            return None
        if found := self.by_anchors(goal, search, sampler, 0.2 if quick else 2.0):
            return found
        if not quick and (found := self._by_theorems(goal, depth, quick, low, SLICES[1:])):
            return found
        if kink is not None and (found := self.step(goal, depth, "cases")):
            return found
        if quick and depth > 0:
            return None
        return self.by_search(goal, search, depth)

    def left(self) -> float:
        """Seconds up to the deadline, in the unit of the slices."""
        return (self.deadline - time.monotonic()) / self.scale

    def within(self, seconds: float, attempt: Callable[[], Proof | None]) -> tuple[Proof | None, bool]:
        """A proof by one way that may take some seconds, and whether it ran out of them."""
        whole = self.deadline
        self.deadline = min(whole, time.monotonic() + self.scale * seconds)
        try:
            with time_limit(self.deadline - time.monotonic() + GRACE):
                found = attempt()
            return found, found is None and self.late()
        except OutOfTime:
            if time.monotonic() > whole + GRACE:
                raise
            return None, True
        finally:
            self.deadline = whole

    def _by_theorems(self, goal: Goal, depth: int, quick: bool, low: bool, slices: Sequence[float]) -> Proof | None:
        """Every way to reduce the goal, each for a short while first, then for longer."""
        ways = [steps.near_ends, steps.by_algebra, steps.by_monotonicity, steps.by_cuts, steps.by_slopes]
        if any(r.hi is None for r in goal.region.ranges):
            ways = [steps.near_ends, steps.by_monotonicity, steps.by_slopes, steps.by_algebra, steps.by_cuts]
        if low and len(goal.region.variables) > 1:
            ways.insert(0, steps.by_orders)
        if goal.region.constraints:
            ways = [steps.by_equality, *ways, steps.by_constraints]
        whole, now = self.deadline, time.monotonic()
        until = whole if quick else now + 0.5 * (whole - now)  # the rest is for branch and bound
        for seconds in slices:
            cut_short = False
            for way in ways:
                left = (until - time.monotonic()) / self.scale
                found, late = self.within(min(seconds, left), partial(way, self, goal, depth))
                if found is not None:
                    return found
                if late:  # what failed for lack of time deserves another try
                    cut_short = True
                    self.failed.clear()
                if time.monotonic() > until:
                    return None
            if not cut_short:
                break
        return None

    def _by_kinks(self, goal: Goal, depth: int, quick: bool) -> Proof | None:
        search = self.bounding(goal)
        outcome = self.run(search, QUICK_BOXES)
        if outcome.proved and (found := self.tree(goal, outcome, [])):
            return found
        if depth == 0:
            self.open.outcome = outcome
        if outcome.witness is not None:
            return None
        if found := self.step(goal, depth, "cases", quick=quick):
            return found
        return None if quick and depth > 0 else self.by_search(goal, search, depth)

    def _by_factors(self, goal: Goal, depth: int) -> Proof | None:
        found, late = self.within(SLICES[0], partial(steps.by_factors, self, goal, depth))
        if late:
            self.failed.clear()
        return found
