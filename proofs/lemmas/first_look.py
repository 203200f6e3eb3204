"""The first pass over an inequality: a few boxes in Arb, one at a time, before anything else is set up.

Arithmetic: rigorous (:mod:`numeric.small_bound`); a point that it suggests is confirmed by its user.
"""

from __future__ import annotations

from typing import Any

from numeric.intervals import FloatArray
from numeric.small_bound import bound_small
from proofs.certificates import encode_tree
from proofs.theorems.goal import Goal, Inapplicable

__all__ = ["first_look"]

FEW = 64
FEW_SECONDS = 0.05


def first_look(goal: Goal, boxes: int = FEW) -> tuple[dict[str, Any] | None, FloatArray | None]:
    """A proof by a small tree, or a float point where the goal seems to fail, or neither.  Never raises.

    The float box holds the region, so that what is shown on it holds on the region.
    """
    region = goal.region
    if not region.variables or region.constraints or any(r.lo is None or r.hi is None for r in region.ranges):
        return None, None
    try:
        tape = goal.tape()
        found = bound_small(tape, *region.floats(), strict=goal.strict, boxes=min(boxes, FEW), seconds=FEW_SECONDS)
    except (Inapplicable, ValueError, TypeError, ArithmeticError, RecursionError):
        return None, None
    return None if found.tree is None else {"rule": "tree", "tree": encode_tree(found.tree)}, found.witness
