"""Claims ``kind = "identity"``: two expressions are equal on a box."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from numeric.compiler import compile_tape
from numeric.floats import evaluate_numpy
from proofs.claims.lemma import lemma_claim
from proofs.lemmas.claim import ClaimResult, ClaimSource, Effort, register_kind
from proofs.lemmas.decide import decide_problem, point_text
from proofs.lemmas.equality import Identity, equal_by_algebra, read_identity
from proofs.lemmas.witness import Sampler, refute
from proofs.verdict import Verdict

__all__ = ["IdentityClaim", "read_claim"]

SAMPLES = 256
# Relative differences below this may come from rounding.
NOISE = 1e-10


@dataclass
class IdentityClaim:
    """An identity that was read."""

    source: ClaimSource
    identity: Identity

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def reading(self) -> str:
        return self.identity.text

    def decide(self, effort: Effort) -> ClaimResult:
        deadline = effort.deadline()
        result = ClaimResult(self.name, self.kind, Verdict.UNDECIDED, "", self.reading)
        if self._refuted(result, deadline, effort, NOISE):
            return result
        # The remaining conditions and no goals: PROVED means that both sides are defined.
        defined = decide_problem(self.identity.problem, replace(effort, seconds=max(0.1, deadline - time.monotonic())))
        if defined.verdict is not Verdict.PROVED:
            result.reason = defined.reason
            return result
        how = equal_by_algebra(self.identity)
        if how is None:
            # A difference of the size of rounding errors may still be one.
            if self._refuted(result, min(deadline, time.monotonic() + 1.0), effort, 0.0):
                return result
            result.reason = "no point separates the sides, and no exact rewriting makes them the same"
            return result
        result.verdict, result.reason = Verdict.PROVED, f"exact algebra: {how}"
        result.evidence = [lemma_claim(self.source, result.verdict, {"how": how}, defined.evidence)]
        return result

    def _refuted(self, result: ClaimResult, deadline: float, effort: Effort, noise: float) -> bool:
        """Fill in the result when a point separates the sides."""
        witness = self._witness(deadline, effort, noise)
        if witness is None:
            return False
        failed, point = witness
        result.verdict, result.counterexample = Verdict.REFUTED, point
        result.reason = f"the sides differ at {point_text(point)}" if point else "the sides are different numbers"
        text = {k: str(v) for k, v in point.items()}
        statement = {"counterexample": text, "failed": failed}
        result.evidence = [lemma_claim(self.source, result.verdict, statement, {})]
        return True

    def _witness(self, deadline: float, effort: Effort, noise: float) -> tuple[int, dict] | None:
        """A point at which the sides differ for certain, and which of them is larger there."""
        conditions = self.identity.problem.required
        names = [v.name for v in self.identity.problem.region.variables]
        best: list[tuple[float, int, np.ndarray]] = []
        for number, goal in enumerate(self.identity.sides()):
            try:
                sampler = Sampler(goal, conditions)
            except ValueError:
                return None
            points = sampler.spread(SAMPLES)
            values = sampler(points)
            for k in np.argsort(values)[:3]:
                if values[k] < -noise * max(1.0, self._size(points[:, k])):
                    best.append((float(values[k]), number, points[:, k]))
        # A few points are enough to tell.
        for _, number, point in sorted(best, key=lambda b: b[0])[:4]:
            exact = refute(self.identity.sides()[number], conditions, point, deadline, max(256, effort.precision))
            if exact is not None:
                return number, dict(zip(names, exact, strict=True))
            if time.monotonic() > deadline:
                break
        return None

    def _size(self, point: np.ndarray) -> float:
        """How large the sides are at a point (a difference far below that may be rounding)."""
        try:
            sides = [self.identity.left.expr, self.identity.right.expr]
            tape = compile_tape(sides, self.identity.problem.region.variables)
        except ValueError:
            return 1.0
        size = float(np.abs(evaluate_numpy(tape, point[:, None])).max())
        return size if np.isfinite(size) else 1.0


@register_kind("identity")
def read_claim(source: ClaimSource) -> IdentityClaim:
    """Raises ClaimError when the claim is malformed."""
    return IdentityClaim(source, read_identity(source))
