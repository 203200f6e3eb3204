"""Whether an expression is defined: the reader's domain conditions at a point or on a small box."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import arb

from numeric import balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval, evaluate_endpoints
from symbolic.reader import ConditionKind, DomainCondition

__all__ = ["condition_on", "conditions_at", "conditions_hold"]


def conditions_at(
    conditions: Sequence[DomainCondition], variables: Sequence[sp.Symbol], box: Sequence[Enclosure], *, bits: int = 128
) -> bool | None:
    """True when all hold on the box, False when one certainly fails everywhere on it, None otherwise."""
    verdict: bool | None = True
    with balls.precision(bits):
        sides = [(balls.ball(x.lo), balls.ball(x.hi)) for x in box]
        for condition in conditions:
            holds = condition_on(condition, variables, sides)
            if holds is False:
                return False
            if holds is None:
                verdict = None
    return verdict


def condition_on(
    condition: DomainCondition, variables: Sequence[sp.Symbol], sides: Sequence[EndpointInterval]
) -> bool | None:
    """One condition over an interval box, at the current precision."""
    expr = sp.cos(condition.expr) if condition.kind is ConditionKind.TAN else condition.expr
    ((lo, hi),) = evaluate_endpoints(compile_tape([expr], variables), sides)
    return _decide(condition.kind, lo, hi)


def _decide(kind: ConditionKind, lo: arb, hi: arb) -> bool | None:
    if kind in (ConditionKind.NONZERO, ConditionKind.TAN):
        if lo > 0 or hi < 0:
            return True
        return False if lo >= 0 and hi <= 0 else None
    if kind is ConditionKind.NONNEGATIVE:
        return True if lo >= 0 else False if hi < 0 else None
    if kind is ConditionKind.POSITIVE:
        return True if lo > 0 else False if hi <= 0 else None
    return True if lo >= -1 and hi <= 1 else False if lo > 1 or hi < -1 else None


def conditions_hold(
    conditions: Sequence[DomainCondition],
    variables: Sequence[sp.Symbol],
    box: Sequence[Enclosure],
    *,
    most_boxes: int = 2000,
    bits: int = 80,
) -> bool | None:
    """Like :func:`conditions_at` for a box of any size, by bisection within a budget of boxes."""
    if not conditions:
        return True
    tapes = [
        (c.kind, compile_tape([sp.cos(c.expr) if c.kind is ConditionKind.TAN else c.expr], variables))
        for c in conditions
    ]
    with balls.precision(bits):
        stack = [[(x.lo, x.hi) for x in box]]
        for _ in range(most_boxes):
            if not stack:
                return True
            part = stack.pop()
            sides = [(balls.ball(lo), balls.ball(hi)) for lo, hi in part]
            found = [_decide(kind, *evaluate_endpoints(tape, sides)[0]) for kind, tape in tapes]
            if False in found:
                return False
            if None in found:
                axis = max(range(len(part)), key=lambda i: part[i][1] - part[i][0])
                lo, hi = part[axis]
                middle = (lo + hi) / 2
                if lo == hi:
                    return None
                stack += [[*part[:axis], side, *part[axis + 1 :]] for side in ((lo, middle), (middle, hi))]
    return None
