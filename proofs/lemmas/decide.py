"""Decide goals: prove them, or find an exact point at which one fails, within a budget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from numeric.bounding import Outcome
from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray
from proofs.lemmas.claim import Effort
from proofs.lemmas.first_look import first_look
from proofs.lemmas.positivity import Prover
from proofs.lemmas.problem import Condition, Problem
from proofs.lemmas.touching import anchor_at
from proofs.lemmas.vanishing import vanishing_points
from proofs.lemmas.witness import Sampler, confirm, least_point, low_points, refute
from proofs.theorems.definedness import Positivity
from proofs.theorems.goal import Goal, Inapplicable, Region
from proofs.verdict import Verdict

__all__ = ["Decision", "decide_problem", "point_text"]

MAX_BOXES = 20
FAR = Fraction(10) ** 300


@dataclass
class Decision:
    """The verdict and what it rests on: proofs for every goal, or a witness against goal ``failed``."""

    verdict: Verdict
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)
    witness: dict[str, Fraction] | None = None
    failed: int = 0
    undecided: list[dict[str, Enclosure]] = field(default_factory=list)


def point_text(point: dict[str, Fraction]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())


def decide_problem(problem: Problem, effort: Effort) -> Decision:
    """Conditions first; a counterexample counts only where everything is defined."""
    deadline = effort.deadline()
    prover = Prover(deadline, effort.boxes)
    condition_proofs: list[list[Any]] = []
    missing = ""
    for condition in problem.conditions:
        prover.deadline = min(deadline, time.monotonic() + 0.5 * effort.seconds)
        proofs = [first_look(g, effort.boxes)[0] or prover.prove(g) for g in condition.goals]
        if any(p is None for p in proofs):
            point = _undefined_at(condition, deadline)
            if point is not None:
                return Decision(Verdict.UNDECIDED, f"not defined at {point_text(point)}: {condition.text} fails")
            missing = f"not shown to be defined: {condition.text}"
            break
        condition_proofs.append(proofs)
    prover.deadline = deadline
    proofs_of_goals: list[Any] = []
    for number, (text, goal) in enumerate(problem.goals):
        against = problem.against(number)
        proof, witness, open_outcome, touching = _decide_goal(
            goal, against, problem.required, prover, effort, bool(missing)
        )
        if witness is not None:
            names = [v.name for v in goal.region.variables]
            point = dict(zip(names, witness, strict=True))
            reason = f"{text} fails at {point_text(point)}" if point else f"{text} is false"
            return Decision(Verdict.REFUTED, reason, witness=point, failed=number)
        if missing:
            return Decision(Verdict.UNDECIDED, missing)
        if proof is None:
            prefix = f"{text}: " if len(problem.goals) > 1 else ""
            return _undecided(prefix, goal, open_outcome, touching, deadline)
        proofs_of_goals.append(proof)
    evidence = {"conditions": condition_proofs, "goals": proofs_of_goals}
    return Decision(Verdict.PROVED, _how(proofs_of_goals), evidence)


def _decide_goal(
    goal: Goal,
    against: Goal,
    conditions: list[Positivity],
    prover: Prover,
    effort: Effort,
    only_refute: bool,
) -> tuple[Any, list[Fraction] | None, Outcome | None, list[str]]:
    """A proof of the goal, or an exact witness of the other, or what remained."""
    deadline = prover.deadline
    proof, low = (None, None) if only_refute else first_look(goal, effort.boxes)
    if proof is not None:
        return proof, None, None, []
    if low is not None and (witness := refute(against, conditions, low, deadline, effort.precision)):
        return None, witness, None, []
    try:
        sampler = Sampler(against, conditions)
    except ValueError:
        return None, None, None, []
    if not goal.region.variables:
        return prover.prove(goal), [] if confirm(against, conditions, []) else None, None, []
    points = sampler.spread(192)
    values = sampler(points)
    k = int(np.argmin(values))
    slack = 1e-12 * float(np.median(np.abs(values[np.isfinite(values)]))) if np.isfinite(values).any() else 0.0
    if values[k] < -slack:
        best, _ = least_point(against, sampler, deadline, starts=1)
        for start in (best, points[:, k]):
            if witness := refute(against, conditions, start, deadline, effort.precision):
                return None, witness, None, []
    if only_refute:
        return None, _hunt(against, conditions, sampler, deadline, effort), None, []
    if witness := _touching(against, conditions, sampler, values, effort):
        return None, witness, None, []
    prover.open.outcome = None
    prover.open.touching.clear()
    whole = prover.deadline
    # Some time is kept for looking for a witness when the proof fails.
    prover.deadline = whole - 0.15 * max(0.0, whole - time.monotonic())
    proof = prover.prove(goal)
    prover.deadline = whole
    if proof is not None:
        return proof, None, None, []
    outcome = prover.open.outcome
    seen = None if outcome is None else outcome.witness
    if seen is not None and (witness := refute(against, conditions, seen, deadline, effort.precision)):
        return None, witness, None, []
    return None, _hunt(against, conditions, sampler, deadline, effort), outcome, list(prover.open.touching)


def _touching(
    goal: Goal, conditions: list[Positivity], sampler: Sampler, values: FloatArray, effort: Effort
) -> list[Fraction] | None:
    """A short look where both sides nearly meet: most false claims fail there, and a proof need not be tried."""
    finite = values[np.isfinite(values)]
    if not len(finite) or finite.min() > 0.1 * (scale := float(np.median(np.abs(finite)))):
        return None
    deadline = time.monotonic() + 0.02 * effort.seconds
    best, value = least_point(goal, sampler, deadline, starts=1)
    if not value <= 1e-4 * scale:
        return None
    # Where several points touch, the first that is found need not be the rational one.
    for start, low in chain([(best, 0.0)], _low_points(sampler, deadline) if goal.strict else []):
        for exact in _exact_candidates(goal, start) if low <= 1e-9 * scale else ():
            if confirm(goal, conditions, exact, effort.precision):
                return exact
    return refute(goal, conditions, best, deadline, effort.precision) if value < 0 else None


def _low_points(sampler: Sampler, deadline: float) -> Iterator[tuple[FloatArray, float]]:
    """More points that are low, looked for when they are asked for."""
    yield from low_points(sampler, deadline, starts=4)


def _exact_candidates(goal: Goal, best: FloatArray) -> list[list[Fraction]]:
    """Rational points near a float point that look like the exact place where the goal is least."""
    try:
        candidates = anchor_at(goal, best)
    except (ValueError, TypeError, ArithmeticError, NotImplementedError):
        return []
    return [[Fraction(int(c.p), int(c.q)) for c in x] for x in candidates if all(c.is_Rational for c in x)]


def _hunt(
    goal: Goal, conditions: list[Positivity], sampler: Sampler, deadline: float, effort: Effort
) -> list[Fraction] | None:
    """A longer search for a witness: descents, Newton, exact-looking touching points."""
    deadline = max(deadline, time.monotonic() + 0.05 * effort.seconds)
    low = low_points(sampler, deadline, starts=6)
    best, value = low[0]
    if not np.isfinite(value):
        return None
    precision = max(effort.precision, 512)
    if value < 0 and (witness := refute(goal, conditions, best, deadline, precision)):
        return witness
    if goal.strict and len(goal.region.variables) > 1:
        for exact in vanishing_points(goal, sampler):
            if confirm(goal, conditions, exact, precision):
                return exact
    tried: list[list[Fraction]] = []
    for start, _ in low:
        for point in _exact_candidates(goal, start) if time.monotonic() < deadline else ():
            if point in tried:
                continue
            tried.append(point)
            if confirm(goal, conditions, point, precision):
                # A shorter point may do as well.
                return refute(goal, conditions, np.array([float(x) for x in point]), deadline, precision) or point
    return refute(goal, conditions, best, deadline, precision) if value <= 1e-9 else None


def _undefined_at(condition: Condition, deadline: float) -> dict[str, Fraction] | None:
    """A point of the region at which a domain condition certainly fails."""
    for goal in condition.goals:
        try:
            sampler = Sampler(goal)
            best, value = least_point(goal, sampler, deadline, starts=2)
            if np.isfinite(value) and (point := refute(goal, [], best, deadline + 0.2)):
                return dict(zip([v.name for v in goal.region.variables], point, strict=True))
        except (ValueError, Inapplicable):
            continue
    return None


# -- what to say ------------------------------------------------------------------------------
def _how(proofs: list[Any]) -> str:
    rules: list[str] = []

    def collect(proof: Any) -> None:
        rules.append(proof["rule"])
        for part in proof.get("parts", []):
            collect(part)

    for proof in proofs:
        collect(proof)
    words = {
        "tree": "branch and bound",
        "factors": "factoring",
        "coefficients": "signs of coefficients",
        "discriminant": "a discriminant",
        "face": "monotonicity",
        "taylor": "a Taylor expansion at the touching point",
        "expansion": "an expansion around a surface of equality",
        "ray": "monotonicity",
        "concave": "concavity",
        "cases": "cases of absolute values, maxima and minima",
        "multiplier": "a multiple of a constraint",
        "augmented": "a multiple of a constraint",
        "equality": "a constraint that holds with equality",
        "groups": "taking the sum apart",
        "order": "the order of the variables",
        "reciprocal": "reciprocals",
        "ordered": "coefficients between ordered variables",
        "root": "squaring",
        "exponential": "exponentiation",
        "signs": "signs of the terms",
        "constant": "exact evaluation",
    }
    used = list(dict.fromkeys(words[r] for r in rules if r in words))
    leaves = sum(p["tree"]["kinds"].count("1") for p in _trees(proofs))
    note = f" ({leaves} boxes)" if leaves > 1 else ""
    return f"proved by {', '.join(used) if used else 'exact algebra'}{note}"


def _trees(proofs: list[Any]) -> list[Any]:
    found = []
    for proof in proofs:
        if proof["rule"] == "tree":
            found.append(proof)
        found += _trees(proof.get("parts", []))
    return found


def _undecided(prefix: str, goal: Goal, outcome: Outcome | None, touching: list[str], deadline: float) -> Decision:
    boxes: list[dict[str, Enclosure]] = []
    late = time.monotonic() >= deadline
    reason = prefix + ("the time is spent" if late else "the methods are exhausted")
    names = [v.name for v in goal.region.variables]
    if outcome is not None and outcome.lo.size:
        share = _share(goal.region, outcome)
        reason += f"; {100 * share:.3g} % of the box remains after {outcome.boxes} boxes"
        k = int(np.argmin(outcome.lower))
        worst = _box(names, outcome.lo[:, k], outcome.hi[:, k])
        reason += f"; worst box {', '.join(f'{n} in [{float(e.lo):.4g}, {float(e.hi):.4g}]' for n, e in worst.items())}"
        boxes = [worst, *_merged(names, outcome.lo, outcome.hi)[: MAX_BOXES - 1]]
    if touching:
        reason += f"; both sides are equal at {touching[0]}, where a strict claim fails or enclosures do not suffice"
    else:
        reason += "; more time, a smaller box or, where both sides nearly touch, a weaker constant would help"
    return Decision(Verdict.UNDECIDED, reason, undecided=boxes)


def _bend(x: FloatArray) -> FloatArray:
    """The real line as (-1, 1)."""
    with np.errstate(all="ignore"):
        return np.where(np.isinf(x), np.sign(x), x / (1.0 + np.abs(x)))


def _share(region: Region, outcome: Outcome) -> float:
    """The remaining volume as a part of the box (infinite sides measured through x/(1+|x|))."""
    root_lo, root_hi = region.floats()
    total = np.ones(outcome.lo.shape[1])
    for i in range(len(root_lo)):
        ends = [root_lo[i : i + 1], root_hi[i : i + 1], outcome.lo[i], outcome.hi[i]]
        if not np.isfinite([root_lo[i], root_hi[i]]).all():
            ends = [_bend(e) for e in ends]
        width = ends[1][0] - ends[0][0]
        total *= (ends[3] - ends[2]) / width if width > 0 else 1.0
    return float(min(1.0, total.sum()))


def _exact(x: float) -> Fraction:
    return Fraction(x) if np.isfinite(x) else FAR if x > 0 else -FAR


def _box(names: list[str], lo: FloatArray, hi: FloatArray) -> dict[str, Enclosure]:
    return {n: Enclosure(_exact(float(a)), _exact(float(b))) for n, a, b in zip(names, lo, hi, strict=True)}


def _merged(names: list[str], lo: FloatArray, hi: FloatArray) -> list[dict[str, Enclosure]]:
    """At most MAX_BOXES - 1 boxes that cover all: neighbours along the longest side are joined."""
    count = lo.shape[1]
    with np.errstate(all="ignore"):
        centre = np.clip(0.5 * lo + 0.5 * hi, -1e300, 1e300)
    axis = int(np.argmax(np.ptp(_bend(centre), axis=1)))
    order = np.argsort(centre[axis])
    groups = np.array_split(order, min(count, MAX_BOXES - 1))
    return [_box(names, lo[:, g].min(axis=1), hi[:, g].max(axis=1)) for g in groups]
