"""Ways to reduce a goal to simpler ones; each tries the theorems of its kind on a goal and proves what they leave.

Arithmetic: heuristic (samples suggest); every step is one of the theorems in ``proofs/theorems``.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import sympy as sp

from proofs.lemmas.algebra import algebraic_steps, factor_signs
from proofs.lemmas.branching import QUICK_BOXES, Proof
from proofs.lemmas.hints import hopeless, order_of_zero, order_on_face, slope_sign
from proofs.lemmas.reducing import box_reductions, cuts_at_maxima, equality_steps, multiplier_steps, sum_reductions
from proofs.lemmas.touching import anchor_at
from proofs.lemmas.vanishing import vanishing_faces, vanishing_surfaces
from proofs.lemmas.witness import Sampler
from proofs.theorems.goal import Goal, Inapplicable, constant_sign
from proofs.theorems.rules import remaining, write_constant, write_function

if TYPE_CHECKING:
    from proofs.lemmas.positivity import Prover

__all__ = [
    "by_algebra",
    "by_constraints",
    "by_cuts",
    "by_equality",
    "by_faces",
    "by_factors",
    "by_monotonicity",
    "by_orders",
    "by_slopes",
    "by_sums",
    "by_surfaces",
    "near_ends",
]

MAX_HALVINGS = 12
SHORT_SLICES = (0.2, 1.0)


def by_factors(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Factoring alone: it settles most claims that touch zero, at little cost."""
    signs = factor_signs(goal)
    return None if signs is None else search.step(goal, depth, "factors", signs=signs)


def by_orders(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Orders of the variables."""
    return first_proof(search, goal, depth, box_reductions(goal, Sampler(goal), search.deadline))


def by_sums(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Sums taken apart: goals in fewer variables."""
    return first_proof(search, goal, depth, sum_reductions(goal, Sampler(goal), search.deadline))


def by_equality(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """A constraint that bounds a variable on the side from which g grows."""
    return first_proof(search, goal, depth, equality_steps(goal, Sampler(goal)))


def by_constraints(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Weaken to the whole box, or use a multiple of a constraint."""
    if found := search.step(goal, depth, "drop"):
        return found
    return first_proof(search, goal, depth, multiplier_steps(goal, Sampler(goal), search.deadline))


def first_proof(search: Prover, goal: Goal, depth: int, steps: Iterable[tuple[str, dict[str, Any]]]) -> Proof | None:
    for rule, parameters in steps:
        if search.late():
            return None
        if found := search.step(goal, depth, rule, **parameters):
            return found
    return None


def by_algebra(search: Prover, goal: Goal, depth: int) -> Proof | None:
    return first_proof(search, goal, depth, algebraic_steps(goal))


def by_monotonicity(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Reduce to a face in a variable whose derivative shows one sign in the sample."""
    for v in goal.region.variables:
        if search.late() or any(v in h.free_symbols for h, _ in goal.region.constraints):
            continue
        sign = slope_sign(goal, v)
        r = goal.region.range_of(v)
        if sign:
            end = "lo" if sign > 0 else "hi"
            if (r.lo if sign > 0 else r.hi) is not None:
                if found := search.step(goal, depth, "face", variable=v.name, end=end):
                    return found
            elif goal.strict and (found := search.step(goal, depth, "ray", variable=v.name, end=end)):
                return found
    for v in goal.region.variables:
        r = goal.region.range_of(v)
        if r.lo is not None and r.hi is not None and (found := search.step(goal, depth, "concave", variable=v.name)):
            return found
    return None


def by_cuts(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Cut one variable where g seems least (or factors change sign) and g falls before and grows after."""
    if depth > 8:
        return None
    sampler = Sampler(goal)
    for point in search.low_points(goal, sampler):
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
                if found := search.step(goal, depth, "split", **parameters):
                    return found
        if search.late():
            return None
    return None


def near_ends(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Where g touches zero at an end: cut off a part next to it on which g is monotone."""
    if len(goal.region.variables) != 1 or goal.region.constraints or depth > 9:
        return None
    (v,), (r,) = goal.region.variables, goal.region.ranges
    for end, other, sign in ((r.lo, r.hi, 1), (r.hi, r.lo, -1)):
        if end is None or not end.is_Rational or constant_sign(goal.expr.subs(v, end)) != 0:
            continue
        reach = sp.Integer(16) if other is None else sign * (other - end)
        reach = sp.Rational(Fraction(float(reach)).limit_denominator(64)) or sp.Rational(1, 64)
        order = order_of_zero(goal.expr, v, end, search.deadline)
        for k in range(MAX_HALVINGS) if order else ():
            at = end + sign * reach / 2**k
            try:
                parameters = {"variable": v.name, "at": write_constant(at)}
                halves = remaining(goal, {"rule": "split", **parameters})
            except (Inapplicable, ValueError):
                continue
            near, far = halves if sign > 0 else halves[::-1]
            name = "lo" if sign > 0 else "hi"
            first = taylor(search, near, depth, v, name, order)
            if first is None:
                continue
            second = search.prove(far, depth + 1)
            if second is None:
                return None
            return {"rule": "split", **parameters, "parts": [first, second] if sign > 0 else [second, first]}
    return None


def by_faces(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Several variables, and g vanishes where one has a certain value: cut there, and expand along that variable."""
    if goal.strict or len(goal.region.variables) < 2 or depth > 9:
        return None
    ways = []
    for v, at in vanishing_faces(goal, Sampler(goal)):
        order = order_on_face(goal, v, at, search.deadline)
        for k in dict.fromkeys((order, *range(2, order, 2), order + 1)) if order else ():
            ways.append(partial(_expanded, search, goal, depth, v, at, k))
    # A short while for each way, then longer.
    for seconds in SHORT_SLICES if ways else ():
        for way in ways:
            found, late = search.within(min(seconds, search.left()), way)
            if found is not None:
                return found
            if late:
                search.failed.clear()
            if search.late():
                return None
    return None


def _expanded(search: Prover, goal: Goal, depth: int, v: sp.Symbol, at: sp.Expr, order: int) -> Proof | None:
    """Taylor's theorem on both sides of x = c, or on the one that there is."""
    r = goal.region.range_of(v)
    sides = [(goal, name) for name, e in (("lo", r.lo), ("hi", r.hi)) if e is not None and e == at]
    split: Proof = {"rule": "split", "variable": v.name, "at": write_constant(at)}
    whole = bool(sides)
    if not whole:
        sides = list(zip(remaining(goal, split), ("hi", "lo"), strict=True))
    parts = []
    for side, end in sides:
        part = search.step(side, depth + 1, "taylor", variable=v.name, end=end, order=order)
        if part is None:
            return None
        parts.append(part)
    return parts[0] if whole else {**split, "parts": parts}


def by_surfaces(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """Several variables, and g vanishes where one is a function of the others: expand along that variable."""
    if goal.strict or len(goal.region.variables) < 2 or depth > 9:
        return None
    for v, at, lo, hi in vanishing_surfaces(goal, Sampler(goal)):
        for order in (2, 4):
            try:
                ends: dict[str, Any] = {
                    "at": write_function(at, goal),
                    "lo": write_constant(lo),
                    "hi": write_constant(hi),
                }
            except ValueError:
                break
            if search.late():
                return None
            if found := search.step(goal, depth, "expansion", variable=v.name, order=order, **ends):
                return found
    return None


def by_slopes(search: Prover, goal: Goal, depth: int) -> Proof | None:
    """One variable: in reciprocals up to infinity; and cut beyond a maximum, so that the parts are monotone."""
    if len(goal.region.variables) != 1 or goal.region.constraints or depth > 8:
        return None
    (v,), (r,) = goal.region.variables, goal.region.ranges
    cuts = cuts_at_maxima(goal)
    if r.hi is None and r.lo is not None:
        if constant_sign(r.lo) == 1:
            if found := search.step(goal, depth, "reciprocal", variable=v.name):
                return found
        else:
            cuts.append(sp.S.One)
    for at in cuts:
        if search.late():
            return None
        if found := search.step(goal, depth, "split", variable=v.name, at=write_constant(at)):
            return found
    return None


def taylor(search: Prover, goal: Goal, depth: int, v: sp.Symbol, end: str, order: int) -> Proof | None:
    """Taylor's theorem where a short branch and bound shows the sign of the last derivative."""
    proof: Proof = {"rule": "taylor", "variable": v.name, "end": end, "order": order}
    try:
        *smooth, last = remaining(goal, proof)
    except (Inapplicable, NotImplementedError):
        return None
    parts = [search.prove(g, depth + 1, quick=True) for g in smooth]
    if any(p is None for p in parts) or hopeless(last):
        return None
    leaf = search.step(last, depth, "signs")
    if leaf is None:
        outcome = search.run(search.bounding(last), QUICK_BOXES)
        leaf = search.tree(last, outcome, []) if outcome.proved else None
    return None if leaf is None else {**proof, "parts": [*parts, leaf]}
