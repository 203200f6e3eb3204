"""The search for a proof that a function is not negative on a region.

Arithmetic: the search is guided by floating point; every step is one of the theorems in
``proofs/theorems`` or a tree from the rigorous branch and bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from numeric.bound_leaves import BoundLeaf
from numeric.bounding import Bounding, Outcome
from proofs.certificates import CertificateError, encode_tree
from proofs.checks.base import Invalid
from proofs.checks.positivity import walk_tree
from proofs.lemmas.algebra import algebraic_steps, factor_signs
from proofs.lemmas.hints import Open, hopeless, order_of_zero, slope_sign
from proofs.lemmas.reducing import box_reductions, cuts_at_maxima, equality_steps, multiplier_steps
from proofs.lemmas.timer import OutOfTime, time_limit
from proofs.lemmas.touching import anchor_at, float_anchor
from proofs.lemmas.witness import Sampler, least_point
from proofs.theorems.enclosures import ExactAnchor
from proofs.theorems.goal import Goal, Inapplicable, constant_sign, is_regular
from proofs.theorems.nonnegative import first_kink
from proofs.theorems.rules import remaining, write_constant

__all__ = ["Prover"]

MAX_DEPTH = 14
MAX_ANCHORS = 5
QUICK_BOXES = 400
ANCHOR_BOXES = 4000
# Trees up to this size are walked in Arb before they count.
WALK_NODES = 3000
# Seconds for each way to reduce a goal, in turn.
SLICES = (0.3, 1.5, 6.0)
# Seconds after a deadline at which a computation that does not look at the clock is interrupted.
GRACE = 0.1
Proof = dict[str, Any]


class Prover:
    """Searches within a deadline and a number of boxes."""

    def __init__(self, deadline: float, boxes: int) -> None:
        self.deadline = deadline
        self.boxes = boxes
        # Longer budgets let every way go on for longer.
        self.scale = max(1.0, (deadline - time.monotonic()) / 10.0)
        self.failed: set[Goal] = set()
        self.known: dict[Goal, Proof] = {}
        self.open = Open()

    def late(self) -> bool:
        return time.monotonic() > self.deadline

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
            found, _ = self._within(SLICES[1], partial(self.step, goal, depth, rule))
            if found is not None:
                return found
        if goal.region.is_empty():
            return {"rule": "empty"}
        if not goal.expr.free_symbols and not goal.region.constraints:
            return None
        kink = first_kink(goal)
        if kink is not None and goal.expr.has(kink):
            return self._by_kinks(goal, depth, quick)
        sampler = Sampler(goal)
        values = sampler(sampler.spread(128))
        finite = values[np.isfinite(values)]
        scale = float(np.median(np.abs(finite))) if len(finite) else 1.0
        if len(finite) and float(finite.min()) < -1e-7 * max(scale, 1e-6):
            return None
        search = self._bounding(goal)
        low = len(finite) > 0 and float(finite.min()) < 1e-3 * scale
        if low and (found := self._by_factors(goal, depth)):
            return found
        outcome = self._run(search, QUICK_BOXES // 2 if quick else QUICK_BOXES, 0.1 if quick else 0.5)
        if outcome.witness is not None:
            return None
        if outcome.proved and (proof := self._tree(goal, outcome, [])):
            return proof
        if depth == 0:
            self.open.outcome = outcome
        touches = low and len(goal.region.variables) > 1 and not goal.region.constraints
        if touches and (found := self._by_anchors(goal, search, sampler, SLICES[0])):
            return found
        if found := self._by_theorems(goal, depth, quick, low, (60.0,) if quick else SLICES[:1]):
            return found
        if self.late():
            return None
        if found := self._by_anchors(goal, search, sampler, 0.2 if quick else 2.0):
            return found
        if not quick and (found := self._by_theorems(goal, depth, quick, low, SLICES[1:])):
            return found
        if kink is not None and (found := self.step(goal, depth, "cases")):
            return found
        if quick and depth > 0:
            return None
        return self._by_search(goal, search, depth)

    def _within(self, seconds: float, attempt: Callable[[], Proof | None]) -> tuple[Proof | None, bool]:
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
        steps = [self._near_ends, self._by_algebra, self._by_monotonicity, self._by_cuts, self._by_slopes]
        if any(r.hi is None for r in goal.region.ranges):
            steps = [self._near_ends, self._by_monotonicity, self._by_slopes, self._by_algebra, self._by_cuts]
        if low and len(goal.region.variables) > 1:
            steps.insert(0, self._by_parts)
        if goal.region.constraints:
            steps = [self._by_equality, *steps, self._by_constraints]
        whole, now = self.deadline, time.monotonic()
        until = whole if quick else now + 0.5 * (whole - now)  # the rest is for branch and bound
        for seconds in slices:
            cut_short = False
            for step in steps:
                left = (until - time.monotonic()) / self.scale
                found, late = self._within(min(seconds, left), partial(step, goal, depth))
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
        search = self._bounding(goal)
        outcome = self._run(search, QUICK_BOXES)
        if outcome.proved and (found := self._tree(goal, outcome, [])):
            return found
        if depth == 0:
            self.open.outcome = outcome
        if outcome.witness is not None:
            return None
        if found := self.step(goal, depth, "cases", quick=quick):
            return found
        return None if quick and depth > 0 else self._by_search(goal, search, depth)

    def _by_factors(self, goal: Goal, depth: int) -> Proof | None:
        """Factoring alone: it settles most claims that touch zero, at little cost."""

        def attempt() -> Proof | None:
            signs = factor_signs(goal)
            return None if signs is None else self.step(goal, depth, "factors", signs=signs)

        found, late = self._within(SLICES[0], attempt)
        if late:
            self.failed.clear()
        return found

    def _by_parts(self, goal: Goal, depth: int) -> Proof | None:
        """Sums taken apart, and orders of the variables."""
        return self._first(goal, depth, box_reductions(goal, Sampler(goal), self.deadline))

    def _by_equality(self, goal: Goal, depth: int) -> Proof | None:
        """A constraint that bounds a variable on the side from which g grows."""
        return self._first(goal, depth, equality_steps(goal, Sampler(goal)))

    def _by_constraints(self, goal: Goal, depth: int) -> Proof | None:
        """Weaken to the whole box, or use a multiple of a constraint."""
        if found := self.step(goal, depth, "drop"):
            return found
        return self._first(goal, depth, multiplier_steps(goal, Sampler(goal), self.deadline))

    def _first(self, goal: Goal, depth: int, steps: Iterable[tuple[str, dict[str, Any]]]) -> Proof | None:
        for rule, parameters in steps:
            if self.late():
                return None
            if found := self.step(goal, depth, rule, **parameters):
                return found
        return None

    def _by_algebra(self, goal: Goal, depth: int) -> Proof | None:
        return self._first(goal, depth, algebraic_steps(goal))

    def _by_monotonicity(self, goal: Goal, depth: int) -> Proof | None:
        """Reduce to a face in a variable whose derivative shows one sign in the sample."""
        for v in goal.region.variables:
            if self.late() or any(v in h.free_symbols for h, _ in goal.region.constraints):
                continue
            sign = slope_sign(goal, v)
            r = goal.region.range_of(v)
            if sign:
                end = "lo" if sign > 0 else "hi"
                if (r.lo if sign > 0 else r.hi) is not None:
                    if found := self.step(goal, depth, "face", variable=v.name, end=end):
                        return found
                elif goal.strict and (found := self.step(goal, depth, "ray", variable=v.name, end=end)):
                    return found
        for v in goal.region.variables:
            r = goal.region.range_of(v)
            if r.lo is not None and r.hi is not None and (found := self.step(goal, depth, "concave", variable=v.name)):
                return found
        return None

    def _by_cuts(self, goal: Goal, depth: int) -> Proof | None:
        """Cut one variable where g seems least (or factors change sign) and g falls before and grows after."""
        if depth > 8:
            return None
        sampler = Sampler(goal)
        for point in self._low_points(goal, sampler):
            for candidate in anchor_at(goal, point)[:2]:
                for v, at in zip(goal.region.variables, candidate, strict=True):
                    r = goal.region.range_of(v)
                    ends = [e for e in (r.lo, r.hi) if e is not None]
                    if any(constant_sign(at - e) in (0, None) for e in ends):
                        continue
                    if goal.region.constraints and any(v in h.free_symbols for h, _ in goal.region.constraints):
                        continue
                    try:
                        parameters = {"variable": v.name, "at": write_constant(at)}
                        halves = remaining(goal, {"rule": "split", **parameters})
                    except (Inapplicable, ValueError):
                        continue
                    if len(goal.region.variables) > 1 and not all(slope_sign(h, v) for h in halves):
                        continue
                    if found := self.step(goal, depth, "split", **parameters):
                        return found
            if self.late():
                return None
        return None

    def _near_ends(self, goal: Goal, depth: int) -> Proof | None:
        """Where g touches zero at an end: cut off a part next to it on which g is monotone."""
        if len(goal.region.variables) != 1 or goal.region.constraints or depth > 9:
            return None
        (v,), (r,) = goal.region.variables, goal.region.ranges
        for end, other, sign in ((r.lo, r.hi, 1), (r.hi, r.lo, -1)):
            if end is None or not end.is_Rational or constant_sign(goal.expr.subs(v, end)) != 0:
                continue
            reach = sp.Integer(16) if other is None else sign * (other - end)
            reach = sp.Rational(Fraction(float(reach)).limit_denominator(64)) or sp.Rational(1, 64)
            order = order_of_zero(goal.expr, v, end, self.deadline)
            for k in range(7) if order else ():
                at = end + sign * reach / 2**k
                try:
                    parameters = {"variable": v.name, "at": write_constant(at)}
                    halves = remaining(goal, {"rule": "split", **parameters})
                except (Inapplicable, ValueError):
                    continue
                near, far = halves if sign > 0 else halves[::-1]
                name = "lo" if sign > 0 else "hi"
                first = self._taylor(near, depth, v, name, order)
                if first is None:
                    continue
                second = self.prove(far, depth + 1)
                if second is None:
                    return None
                return {"rule": "split", **parameters, "parts": [first, second] if sign > 0 else [second, first]}
        return None

    def _by_slopes(self, goal: Goal, depth: int) -> Proof | None:
        """One variable: in reciprocals up to infinity; and cut beyond a maximum, so that the parts are monotone."""
        if len(goal.region.variables) != 1 or goal.region.constraints or depth > 8:
            return None
        (v,), (r,) = goal.region.variables, goal.region.ranges
        cuts = cuts_at_maxima(goal)
        if r.hi is None and r.lo is not None:
            if constant_sign(r.lo) == 1:
                if found := self.step(goal, depth, "reciprocal", variable=v.name):
                    return found
            else:
                cuts.append(sp.S.One)
        for at in cuts:
            if self.late():
                return None
            if found := self.step(goal, depth, "split", variable=v.name, at=write_constant(at)):
                return found
        return None

    def _taylor(self, goal: Goal, depth: int, v: sp.Symbol, end: str, order: int) -> Proof | None:
        """Taylor's theorem where a short branch and bound shows the sign of the last derivative."""
        proof: Proof = {"rule": "taylor", "variable": v.name, "end": end, "order": order}
        try:
            *smooth, last = remaining(goal, proof)
        except (Inapplicable, NotImplementedError):
            return None
        parts = [self.prove(g, depth + 1, quick=True) for g in smooth]
        if any(p is None for p in parts) or hopeless(last):
            return None
        leaf = self.step(last, depth, "signs")
        if leaf is None:
            outcome = self._run(self._bounding(last), QUICK_BOXES)
            leaf = self._tree(last, outcome, []) if outcome.proved else None
        return None if leaf is None else {**proof, "parts": [*parts, leaf]}

    def _low_points(self, goal: Goal, sampler: Sampler) -> list[np.ndarray]:
        best, value = least_point(goal, sampler, self.deadline, starts=2)
        return [best] if np.isfinite(value) else []

    # -- branch and bound ------------------------------------------------------------------------
    def _bounding(self, goal: Goal) -> Bounding:
        region = goal.region
        return Bounding(goal.expr, region.variables, region.constraints, region.floats(), strict=goal.strict)

    def _run(self, search: Bounding, boxes: int, seconds: float = 60.0) -> Outcome:
        before, boxes = search.boxes, min(boxes, self.boxes)
        outcome = search.run(boxes, min(self.deadline, time.monotonic() + seconds))
        if not outcome.proved and outcome.witness is None and not search.use_hessian:
            search.use_hessian = True
            outcome = search.run(boxes, min(self.deadline, time.monotonic() + seconds))
        self.boxes -= search.boxes - before
        return outcome

    def _tree(self, goal: Goal, outcome: Outcome, anchors: list[ExactAnchor]) -> Proof | None:
        proof: Proof = {"rule": "tree", "tree": encode_tree(outcome.tree)}
        if anchors:
            proof["anchors"] = [[write_constant(c) for c in a.point] for a in anchors]
        finite = all(r.lo is not None and r.hi is not None for r in goal.region.ranges)
        if not finite or len(outcome.tree) <= WALK_NODES:
            try:
                walk_tree(goal, proof)
            except (Invalid, CertificateError):
                return None
        return proof

    def _by_anchors(self, goal: Goal, search: Bounding, sampler: Sampler, seconds: float) -> Proof | None:
        """Convexity around touching points, then branch and bound on the rest."""
        if search.hessian is None or (goal.region.constraints and len(goal.region.variables) > 6):
            return None
        anchors: list[ExactAnchor] = []
        outcome = None
        for _ in range(MAX_ANCHORS):
            fresh = self._new_anchor(goal, search, sampler, anchors)
            if fresh is None:
                return None
            anchors.append(fresh)
            search.anchors.append(float_anchor(fresh))
            search.use_hessian = True
            outcome = self._run(search, ANCHOR_BOXES, seconds)
            if outcome.witness is not None or self.late():
                return None
            if outcome.proved:
                return self._tree(goal, outcome, anchors)
        return None

    def _new_anchor(
        self, goal: Goal, search: Bounding, sampler: Sampler, anchors: list[ExactAnchor]
    ) -> ExactAnchor | None:
        starts: list[np.ndarray] = []
        if search.stuck:
            starts += [0.5 * (s[0][:, 0] + s[1][:, 0]) for s in search.stuck[:1]]
        if len(search.nodes):
            width = (search.hi - search.lo).max(axis=0)
            k = int(np.argmin(width))
            starts.append(0.5 * (search.lo[:, k] + search.hi[:, k]))
        starts += self._low_points(goal, sampler) if not anchors else []
        for start in starts:
            if not np.isfinite(start).all():
                continue
            refined = sampler.descend(start, 25)
            for candidate in anchor_at(goal, refined if np.isfinite(sampler(refined[:, None])[0]) else start):
                if any(all(a == b for a, b in zip(candidate, x.point, strict=True)) for x in anchors):
                    continue
                try:
                    [write_constant(c) for c in candidate]
                    anchor = ExactAnchor(goal, candidate)
                except (Inapplicable, ValueError):
                    continue
                if anchor.sign == 0:
                    names = zip(goal.region.variables, candidate, strict=True)
                    self.open.touching.append(", ".join(f"{v} = {c}" for v, c in names))
                return anchor
        return None

    def _by_search(self, goal: Goal, search: Bounding, depth: int) -> Proof | None:
        """Branch and bound with all that is left of the budget."""
        search.use_hessian, search.anchors = search.hessian is not None, []
        while not self.late() and self.boxes > 0:
            before = search.boxes
            outcome = search.run(min(self.boxes, 200_000), self.deadline)
            self.boxes -= search.boxes - before
            if depth == 0:
                self.open.outcome = outcome
            if outcome.proved:
                return self._tree(goal, outcome, [])
            if outcome.witness is not None or search.stuck:
                break
        return None


assert BoundLeaf.CONVEX + MAX_ANCHORS <= 9
