"""The global minimum over a box: where it lies and what its value is.

With p a point of the inner box ``at``, c an upper bound of f(p) and [v, w] the claimed value:

- f >= v on the box, c <= w, and f > c on the box outside ``at`` prove the claim: every global minimiser
  lies in ``at``, and the minimum is between v and c;
- a point with f < v, or f > w on the whole box, or a point q outside ``at`` with f > f(q) on ``at``
  refute it.

Each part is an inequality, decided and certified as one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape, to_fraction
from numeric.enclosure import Enclosure, decimal_up
from numeric.floats import evaluate_numpy
from numeric.intervals import FloatArray
from numeric.tape import Tape
from proofs.certificates import encode_fraction
from proofs.claims.lemma import lemma_claim
from proofs.lemmas.claim import Claim, ClaimResult, ClaimSource, Effort, finite_sides, reader_of
from proofs.lemmas.scope import ClaimScope, read_number
from proofs.verdict import Verdict

__all__ = ["GlobalMinimumClaim", "read_global"]

Sides = tuple[tuple[Fraction, Fraction], ...]


@dataclass
class GlobalMinimumClaim:
    """Every global minimiser of ``function`` over the box lies in ``at``, and the minimum in ``value``."""

    source: ClaimSource
    name: str
    kind: str
    reading: str
    text: str
    function: sp.Expr
    variables: tuple[sp.Symbol, ...]
    sides: Sides
    at: Sides
    value: tuple[Fraction, Fraction]

    # -- the inequalities that the claim falls into ---------------------------------------------
    def inequality(self, relation: str, bound: Fraction, sides: Sides) -> ClaimSource:
        """``function relation bound`` over a box, as a claim of its own."""
        table: dict[str, Any] = {
            "name": self.name,
            "kind": "inequality",
            "variables": {
                v.name: [encode_fraction(a), encode_fraction(b)]
                for v, (a, b) in zip(self.variables, sides, strict=True)
            },
            "statement": f"{self.text} {relation} {encode_fraction(bound)}",
        }
        for key in ("let", "parameters", "neurons"):
            if key in self.source.table:
                table[key] = self.source.table[key]
        return ClaimSource(self.source.file, self.name, "inequality", table, shared=self.source.shared)

    def outside(self) -> list[Sides]:
        """Boxes that cover the box without ``at``; neighbours share faces with it."""
        parts: list[Sides] = []
        rest = list(self.sides)
        for k, ((lo, hi), (a, b)) in enumerate(zip(self.sides, self.at, strict=True)):
            if lo < a:
                parts.append((*rest[:k], (lo, a), *rest[k + 1 :]))
            if b < hi:
                parts.append((*rest[:k], (b, hi), *rest[k + 1 :]))
            rest[k] = (a, b)
        return parts

    def value_at(self, point: Sequence[Fraction]) -> Enclosure | None:
        """The value at an exact point, None where it is not defined."""
        with balls.precision(192):
            (value,) = evaluate_balls(self.tape(), [balls.ball(p) for p in point])
            return Enclosure.from_ball(value) if value.is_finite() else None

    def tape(self) -> Tape:
        return compile_tape([self.function], self.variables)

    # -- deciding ---------------------------------------------------------------------------------
    def decide(self, effort: Effort) -> ClaimResult:
        result = ClaimResult(self.name, self.kind, Verdict.UNDECIDED, "", self.reading)
        deadline = time.monotonic() + effort.seconds
        inside, anywhere = self._lowest(self.at), self._lowest(self.sides)
        best = self.value_at(inside)
        if best is None:
            result.reason = "the function is not defined at the best point of the inner box"
            return result
        lowest = self.value_at(anywhere)
        if lowest is not None and lowest.hi < self.value[0]:
            return self._refuted(result, "lower", anywhere, f"the function is below {self.value[0]} at a point", [])
        if lowest is not None and lowest.hi < best.lo and not _within(anywhere, self.at):
            bound = Fraction(decimal_up(lowest.hi, 25))
            parts = self._all([self.inequality(">", bound, self.at)], deadline, effort)
            if parts is not None:
                why = "a point outside of the inner box is lower than all of it"
                return self._refuted(result, "misplaced", anywhere, why, parts, bound)
        if best.lo > self.value[1]:
            parts = self._all([self.inequality(">", self.value[1], self.sides)], deadline, effort)
            if parts is not None:
                return self._refuted(
                    result, "higher", inside, f"the function is above {self.value[1]} everywhere", parts
                )
        bound = Fraction(decimal_up(best.hi, 25))
        if bound > self.value[1]:
            result.reason = f"the lowest value found is {best.text()}, not shown to reach the claimed interval"
            return result
        needed = [self.inequality(">=", self.value[0], self.sides)]
        needed += [self.inequality(">", bound, part) for part in self.outside()]
        parts = self._all(needed, deadline, effort)
        if parts is None:
            result.reason = "not every bound was proved: f >= the claimed value, and f > the best value outside"
            return result
        result.verdict = Verdict.PROVED
        result.reason = "a point in the inner box is lower than everything outside, and the value is bounded"
        result.values = {"minimum": Enclosure(self.value[0], min(bound, self.value[1]))}
        point = {v.name: encode_fraction(p) for v, p in zip(self.variables, inside, strict=True)}
        conclusion = {"point": point, "bound": encode_fraction(bound)}
        result.evidence = [lemma_claim(self.source, Verdict.PROVED, conclusion, {"parts": parts})]
        return result

    def _all(self, sources: list[ClaimSource], deadline: float, effort: Effort) -> list[dict[str, Any]] | None:
        """Certificate claims of all the inequalities, None as soon as one is not proved."""
        parts: list[dict[str, Any]] = []
        for k, source in enumerate(sources):
            left = (deadline - time.monotonic()) / (len(sources) - k)
            if left <= 0:
                return None
            found = reader_of("inequality")(source).decide(Effort(left, effort.boxes, effort.precision, effort.jobs))
            if found.verdict is not Verdict.PROVED or not found.evidence:
                return None
            parts += found.evidence
        return parts

    def _refuted(
        self,
        result: ClaimResult,
        how: str,
        point: Sequence[Fraction],
        why: str,
        parts: list[dict[str, Any]],
        bound: Fraction | None = None,
    ) -> ClaimResult:
        result.verdict, result.reason = Verdict.REFUTED, why
        result.counterexample = {v.name: p for v, p in zip(self.variables, point, strict=True)}
        witness = {n: encode_fraction(p) for n, p in result.counterexample.items()}
        conclusion = {"how": how, "point": witness, "bound": None if bound is None else encode_fraction(bound)}
        result.evidence = [lemma_claim(self.source, Verdict.REFUTED, conclusion, {"parts": parts})]
        return result

    def _lowest(self, sides: Sides) -> list[Fraction]:
        """A low point of a box by sampling and shrinking (a hint), as exact numbers."""
        tape = self.tape()
        lo = np.array([float(a) for a, _ in sides])
        hi = np.array([float(b) for _, b in sides])
        generator = np.random.default_rng(0)
        x = generator.uniform(lo[:, None], hi[:, None], (len(lo), 4096))
        best = _best(tape, x)
        reach = (hi - lo) / 8
        for _ in range(90):
            x = np.clip(
                best[:, None] + reach[:, None] * generator.normal(size=(len(lo), 128)), lo[:, None], hi[:, None]
            )
            best = _best(tape, np.concatenate([best[:, None], x], axis=1))
            reach = reach * 0.75
        return [min(max(Fraction(v), a), b) for v, (a, b) in zip(best.tolist(), sides, strict=True)]


def _best(tape: Tape, x: FloatArray) -> FloatArray:
    value = evaluate_numpy(tape, x)[0]
    return np.asarray(x[:, int(np.argmin(np.where(np.isfinite(value), value, np.inf)))])


def _within(point: Sequence[Fraction], sides: Sides) -> bool:
    return all(a <= p <= b for p, (a, b) in zip(point, sides, strict=True))


def read_global(source: ClaimSource, scope: ClaimScope, function: sp.Expr, echo: str) -> Claim:
    """Keys: at = { x = ["lo", "hi"], ... } inside the box, value = ["lo", "hi"]."""
    sides: list[tuple[Fraction, Fraction]] = []
    for v, (lo, hi) in zip(scope.variables, scope.sides, strict=True):
        if lo is None or hi is None or finite_sides([(lo, hi)]) is None:
            raise source.error(f"{v.name}: a global minimum is decided over a finite box", "variables")
        sides.append((lo, hi))
    table = source.table.get("at")
    if not isinstance(table, dict) or set(table) != {v.name for v in scope.variables}:
        raise source.error("expected the inner box as a table with an interval for every variable", "at")
    at = tuple(_interval(source, "at", table[v.name]) for v in scope.variables)
    for v, (a, b), (lo, hi) in zip(scope.variables, at, sides, strict=True):
        if a < lo or b > hi:
            raise source.error(f"{v.name}: the inner box is not inside the box", "at")
    value = _interval(source, "value", source.table.get("value"))
    try:
        compile_tape([function], scope.variables)
    except ValueError as error:
        raise source.error(str(error), "function") from error
    where = ", ".join(f"{v.name} in [{a}, {b}]" for v, (a, b) in zip(scope.variables, at, strict=True))
    reading = f"the global minimum of {echo} over the box lies at {where}, with value in [{value[0]}, {value[1]}]"
    return GlobalMinimumClaim(
        source, source.name, source.kind, reading, f"({echo})", function, scope.variables, tuple(sides), at, value
    )


def _interval(source: ClaimSource, key: str, value: object) -> tuple[Fraction, Fraction]:
    if not isinstance(value, list) or len(value) != 2:
        raise source.error('expected an interval ["lo", "hi"]', key)
    lo, hi = (to_fraction(read_number(source, key, v)) for v in value)
    if lo > hi:
        raise source.error("the interval is reversed", key)
    return lo, hi
