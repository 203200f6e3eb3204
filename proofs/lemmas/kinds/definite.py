"""``definite``: the Hessian is definite, or its index is constant, on the whole box."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.index_search import IndexSearch, search_index
from numeric.intervals import from_fraction
from numeric.tape import Tape
from proofs.certificates import encode_fraction, encode_tree
from proofs.claims.lemma import lemma_claim
from proofs.conditions import conditions_at, conditions_hold
from proofs.lemmas.claim import ClaimResult, ClaimSource, Domain, Effort, finite_sides, register_kind
from proofs.lemmas.positivity import Prover
from proofs.lemmas.problem import region_of
from proofs.lemmas.scope import ClaimScope
from proofs.lemmas.timer import OutOfTime, time_limit
from proofs.theorems.convexity import strictly_needed
from proofs.theorems.definedness import definedness
from proofs.theorems.goal import Goal, Region
from proofs.theorems.index_witness import index_differs
from proofs.verdict import Verdict
from symbolic.calculus import hessian
from symbolic.objectives import objective_names
from symbolic.reader import DomainCondition

__all__ = ["DefiniteClaim", "read_definite"]

QUICK = 0.25
MAX_MINORS = 6


@dataclass
class DefiniteClaim:
    """The Hessian of ``function`` has ``index`` negative eigenvalues and no zero one, everywhere in the box."""

    source: ClaimSource
    name: str
    kind: str
    reading: str
    variables: tuple[sp.Symbol, ...]
    sides: tuple[tuple[Fraction | None, Fraction | None], ...]
    function: sp.Expr
    matrix: tuple[tuple[sp.Expr, ...], ...]
    conditions: tuple[DomainCondition, ...]
    index: int

    def tape(self) -> Tape:
        """Raises ValueError where a second derivative is outside the language."""
        return compile_tape([e for row in self.matrix for e in row], self.variables)

    @property
    def region(self) -> Region:
        return region_of(Domain(self.variables, self.sides))

    @property
    def sign(self) -> int:
        """1 for positive definite, -1 for negative definite, 0 for another index."""
        return 1 if self.index == 0 else -1 if self.index == len(self.variables) else 0

    def reduced(self) -> DefiniteClaim | None:
        """The same claim about a part of the function, from which this one follows; None when there is none."""
        rest = strictly_needed(self.function, self.sign, self.region) if self.sign else None
        if rest is None:
            return None
        return replace(self, function=rest, matrix=tuple(tuple(row) for row in hessian(rest, self.variables)))

    def minors(self) -> list[Goal]:
        """Sylvester's criterion as goals: the entries are defined, the leading minors of H (of -H) are positive."""
        if not self.sign or len(self.variables) > MAX_MINORS:
            return []
        region = self.region
        needed = dict.fromkeys(c for row in self.matrix for e in row for c in definedness(e))
        matrix = self.sign * sp.Matrix([list(row) for row in self.matrix])
        minors = [matrix[:k, :k].det(method="berkowitz") for k in range(1, len(self.variables) + 1)]
        return [*(Goal(u, strict, region) for u, strict in needed), *(Goal(m, True, region) for m in minors)]

    def slopes(self) -> Tape:
        """The derivatives d H_ij / d x_k, k fastest."""
        entries = [sp.diff(e, v) for row in self.matrix for e in row for v in self.variables]
        return compile_tape(entries, self.variables)

    def decide(self, effort: Effort) -> ClaimResult:
        result = ClaimResult(self.name, self.kind, Verdict.UNDECIDED, "", self.reading)
        sides = finite_sides(self.sides)
        if sides is None:
            result.reason = "the box is unbounded or enormous: definiteness is decided on finite boxes"
            return result
        try:
            self.tape()
        except ValueError as error:
            result.reason = f"the function is not twice differentiable in the language: {error}"
            return result
        whole = [Enclosure(a, b) for a, b in sides]
        for corner in _corners(sides):
            if self._refuted(result, corner):
                return result
        lo = np.array([from_fraction(a)[0] for a, _ in sides])
        hi = np.array([from_fraction(b)[1] for _, b in sides])
        started = time.monotonic()

        def search(part: DefiniteClaim, share: float) -> IndexSearch:
            left = share * effort.seconds - (time.monotonic() - started)
            return search_index(
                part.tape(), lo, hi, self.index, slopes=part.slopes, seconds=left, max_boxes=effort.boxes
            )

        def proved(how: str, evidence: dict[str, Any]) -> ClaimResult:
            if conditions_hold(self.conditions, self.variables, whole) is not True:
                result.reason = "the function was not shown to be defined on the whole box"
                return result
            result.verdict, result.reason = Verdict.PROVED, how
            result.evidence = [lemma_claim(self.source, Verdict.PROVED, {}, evidence)]
            return result

        root = [[a.hex(), b.hex()] for a, b in zip(lo.tolist(), hi.tolist(), strict=True)]
        found = search(self, QUICK)
        if found.complete:
            how = f"the Hessian has index {self.index} on every leaf ({found.boxes} boxes)"
            return proved(how, {"root": root, "tree": encode_tree(found.tree)})
        if not found.suspects.shape[1]:
            rest = self.reduced()
            part = None if rest is None else search(rest, 2 * QUICK)
            if part is not None and part.complete:
                how = (
                    f"terms that are {'convex' if self.sign > 0 else 'concave'} by their form, and the rest is definite"
                )
                return proved(
                    f"{how} ({part.boxes} boxes)", {"root": root, "tree": encode_tree(part.tree), "rest": True}
                )
            proofs = self._prove_minors(started + 0.7 * effort.seconds, effort)
            if proofs is not None:
                return proved("every leading principal minor is positive", {"minors": proofs})
            found = search(self, 0.9)
            if found.complete:
                how = f"the Hessian has index {self.index} on every leaf ({found.boxes} boxes)"
                return proved(how, {"root": root, "tree": encode_tree(found.tree)})
        for column in found.suspects.T:
            point = [_short(v, a, b) for v, (a, b) in zip(column.tolist(), sides, strict=True)]
            if self._refuted(result, point) or self._refuted(result, [Fraction(v) for v in column.tolist()]):
                return result
        names = [v.name for v in self.variables]
        result.undecided = [
            {n: Enclosure.from_floats(a, b) for n, a, b in zip(names, x.tolist(), y.tolist(), strict=True)}
            for x, y in zip(found.open_lo.T, found.open_hi.T, strict=True)
        ]
        result.reason = (
            f"{found.volume:.2g} of the volume is open after {found.boxes} boxes: the Hessian is singular or nearly so "
            "there, or the budget was too small"
        )
        return result

    def _prove_minors(self, deadline: float, effort: Effort) -> list[Any] | None:
        """Proofs that all leading minors are positive; None when one is missing."""
        try:
            with time_limit(deadline - time.monotonic()):
                goals = self.minors()
        except OutOfTime:
            return None
        proofs: list[Any] = []
        prover = Prover(deadline, effort.boxes)
        for goal in goals:
            proof = prover.prove(goal)
            if proof is None:
                return None
            proofs.append(proof)
        return proofs or None

    def _refuted(self, result: ClaimResult, point: Sequence[Fraction]) -> bool:
        """Whether the index certainly differs at an exact point of the box."""
        if any(
            (a is not None and p < a) or (b is not None and p > b) for p, (a, b) in zip(point, self.sides, strict=True)
        ):
            return False
        exactly = [Enclosure.exact(p) for p in point]
        if conditions_at(self.conditions, self.variables, exactly) is not True:
            return False
        why = index_differs(self.matrix, self.variables, point, self.index)
        if why is None:
            return False
        result.verdict, result.reason = Verdict.REFUTED, why
        result.counterexample = {v.name: p for v, p in zip(self.variables, point, strict=True)}
        witness = {v.name: encode_fraction(p) for v, p in zip(self.variables, point, strict=True)}
        result.evidence = [lemma_claim(self.source, Verdict.REFUTED, {"counterexample": witness}, {})]
        return True


def _corners(sides: Sequence[tuple[Fraction, Fraction]]) -> list[list[Fraction]]:
    """Corners and centre of the box: where a claim that fails exactly at a boundary fails."""
    points = [[(a + b) / 2 for a, b in sides]]
    if len(sides) <= 6:
        for mask in range(2 ** len(sides)):
            points.append([side[mask >> k & 1] for k, side in enumerate(sides)])
    return points


def _short(value: float, lo: Fraction, hi: Fraction) -> Fraction:
    """A fraction near a float with few digits, kept inside the interval."""
    near = Fraction(value).limit_denominator(1000)
    return min(max(near, lo), hi)


@register_kind("definite")
def read_definite(source: ClaimSource) -> DefiniteClaim:
    """Keys: variables, function (an expression or an objective), optional sign = "negative" or index = k."""
    scope = ClaimScope(source)
    if not scope.variables:
        raise source.error("a function needs variables", "variables")
    if source.table.get("where"):
        raise source.error("definiteness is decided on the whole box; 'where' is for inequalities", "where")
    n = len(scope.variables)
    text = source.text("function", required=False)
    conditions: tuple[DomainCondition, ...] = ()
    if text is not None and text.strip() in objective_names():
        function, echo = scope.objective(text.strip(), "function").numeric_loss, text.strip()
    else:
        reading = scope.expression("function")
        function, conditions, echo = reading.expr, reading.conditions, reading.text
    sign, index = source.text("sign", required=False), source.table.get("index")
    if sign is not None and index is not None:
        raise source.error("give sign or index, not both", "index")
    if sign not in (None, "positive", "negative"):
        raise source.error('expected "positive" or "negative"', "sign")
    if index is not None and (not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= n):
        raise source.error(f"expected a whole number from 0 to {n}", "index")
    negatives = index if index is not None else n if sign == "negative" else 0
    words = {0: "positive definite", n: "negative definite"}.get(negatives, f"of constant index {negatives}")
    return DefiniteClaim(
        source,
        source.name,
        source.kind,
        f"the Hessian of {echo} is {words}",
        scope.variables,
        scope.sides,
        function,
        tuple(tuple(row) for row in hessian(function, scope.variables)),
        conditions,
        negatives,
    )
