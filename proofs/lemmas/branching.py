"""Branch and bound on a goal within a budget, alone or around anchors; its trees as proofs.

Arithmetic: the search is guided by floating point; the trees come from the rigorous branch and bound.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from numeric.bound_leaves import BoundLeaf
from numeric.bounding import Bounding, Outcome
from proofs.certificates import CertificateError, encode_tree
from proofs.checks.base import Invalid
from proofs.checks.positivity import walk_tree
from proofs.lemmas.hints import Open
from proofs.lemmas.touching import anchor_at, float_anchor
from proofs.lemmas.witness import Sampler, least_point
from proofs.theorems.enclosures import ExactAnchor
from proofs.theorems.goal import Goal, Inapplicable
from proofs.theorems.rules import write_constant

__all__ = ["QUICK_BOXES", "Branching", "Proof"]

MAX_ANCHORS = 5
QUICK_BOXES = 400
ANCHOR_BOXES = 4000
# Trees up to this size are walked in Arb before they count.
WALK_NODES = 3000
Proof = dict[str, Any]


class Branching:
    """Branch and bound within a deadline and a number of boxes; ``open`` is what it left."""

    def __init__(self, deadline: float, boxes: int) -> None:
        self.deadline = deadline
        self.boxes = boxes
        self.open = Open()

    def late(self) -> bool:
        return time.monotonic() > self.deadline

    def low_points(self, goal: Goal, sampler: Sampler) -> list[np.ndarray]:
        best, value = least_point(goal, sampler, self.deadline, starts=2)
        return [best] if np.isfinite(value) else []

    def bounding(self, goal: Goal) -> Bounding:
        region = goal.region
        return Bounding(goal.expr, region.variables, region.constraints, region.floats(), strict=goal.strict)

    def run(self, search: Bounding, boxes: int, seconds: float = 60.0) -> Outcome:
        before, boxes = search.boxes, min(boxes, self.boxes)
        outcome = search.run(boxes, min(self.deadline, time.monotonic() + seconds))
        if not outcome.proved and outcome.witness is None and not search.use_hessian:
            search.use_hessian = True
            outcome = search.run(boxes, min(self.deadline, time.monotonic() + seconds))
        self.boxes -= search.boxes - before
        return outcome

    def tree(self, goal: Goal, outcome: Outcome, anchors: list[ExactAnchor]) -> Proof | None:
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

    def by_anchors(self, goal: Goal, search: Bounding, sampler: Sampler, seconds: float) -> Proof | None:
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
            outcome = self.run(search, ANCHOR_BOXES, seconds)
            if outcome.witness is not None or self.late():
                return None
            if outcome.proved:
                return self.tree(goal, outcome, anchors)
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
        starts += self.low_points(goal, sampler) if not anchors else []
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

    def by_search(self, goal: Goal, search: Bounding, depth: int) -> Proof | None:
        """Branch and bound with all that is left of the budget."""
        search.use_hessian, search.anchors = search.hessian is not None, []
        while not self.late() and self.boxes > 0:
            before = search.boxes
            outcome = search.run(min(self.boxes, 200_000), self.deadline)
            self.boxes -= search.boxes - before
            if depth == 0:
                self.open.outcome = outcome
            if outcome.proved:
                return self.tree(goal, outcome, [])
            if outcome.witness is not None or search.stuck:
                break
        return None


assert BoundLeaf.CONVEX + MAX_ANCHORS <= 9
