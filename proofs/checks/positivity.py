"""Check a proof that a function is not negative on a region: theorem by theorem, trees leaf by leaf.

Arithmetic: rigorous (exact algebra and Arb); no search and no float64 batches.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from numeric import balls
from numeric.bound_leaves import BoundLeaf, faces_of
from numeric.endpoints import EndpointInterval
from proofs.certificates import CertificateError, decode_tree
from proofs.checks.base import Invalid
from proofs.theorems.enclosures import Box, Enclosures, ExactAnchor
from proofs.theorems.goal import Goal, Inapplicable
from proofs.theorems.rules import exact_constant, remaining

__all__ = ["check_goal", "walk_tree"]

MAX_DEPTH = 60
# A leaf that float64 could just settle may need a few more cuts in another arithmetic.
EXTRA_DEPTH = 4
BITS = (80, 192)


def check_goal(goal: Goal, proof: Any, depth: int = 0) -> None:
    """Raises Invalid unless the proof establishes the goal."""
    if not isinstance(proof, dict):
        raise CertificateError("a proof is malformed")
    if depth > MAX_DEPTH:
        raise Invalid("the proof is nested too deeply")
    if proof.get("rule") == "tree":
        walk_tree(goal, proof)
        return
    try:
        goals = remaining(goal, proof)
    except (Inapplicable, sp.PolynomialError, NotImplementedError) as error:
        raise Invalid(f"{proof.get('rule')}: {error}") from error
    parts = proof.get("parts", [])
    if not isinstance(parts, list) or len(parts) != len(goals):
        raise Invalid(f"{proof.get('rule')} leaves {len(goals)} goals, which are not all proved")
    for part, rest in zip(parts, goals, strict=True):
        check_goal(rest, part, depth + 1)


def walk_tree(goal: Goal, proof: dict[str, Any]) -> None:
    """Every leaf of the tree satisfies the goal, or lies outside of the region.  Raises Invalid."""
    n = len(goal.region.variables)
    tree = decode_tree(proof.get("tree"), n)
    anchors = proof.get("anchors", [])
    if not isinstance(anchors, list) or not all(isinstance(a, list) for a in anchors):
        raise CertificateError("anchors are malformed")
    try:
        forms = Enclosures(goal)
        points = [ExactAnchor(goal, [exact_constant(c) for c in a]) for a in anchors]
    except (Inapplicable, ValueError) as error:
        raise Invalid(f"tree: {error}") from error
    with balls.precision(BITS[0]):
        stack: list[tuple[int, Box]] = [(0, goal.region.endpoints())]
        while stack:
            node, box = stack.pop()
            kind, mark = int(tree.kind[node]), int(tree.mark[node])
            if kind == 0 or mark > 0 or kind >= BoundLeaf.CONVEX:
                # A box that float64 reduced or cut may be settled already.
                faces = faces_of(mark, n)
                if any(faces):
                    face = forms.reduced(box, faces)
                    if face is None:
                        if _holds(forms, box):
                            continue
                        raise Invalid(f"node {node}: the function was not shown to be monotone")
                    box = face
            if kind == 0:
                axis = int(tree.axis[node])
                lower, upper = cut(box, axis, Fraction(float(tree.cut[node])))
                stack.append((int(tree.child[node]), lower))
                stack.append((int(tree.child[node]) + 1, upper))
            elif kind == BoundLeaf.OUTSIDE:
                if not _outside(forms, box, EXTRA_DEPTH):
                    raise Invalid(f"leaf {node} was not shown to violate a constraint")
            elif kind >= BoundLeaf.CONVEX:
                number = kind - BoundLeaf.CONVEX
                if number >= len(points) or not _convex(forms, box, points[number]):
                    raise Invalid(f"leaf {node}: convexity was not shown")
            elif kind != BoundLeaf.POSITIVE:
                raise Invalid(f"leaf {node} was left open")
            elif not _holds(forms, box):
                raise Invalid(f"leaf {node}: the sign was not shown")


def _holds(forms: Enclosures, box: Box) -> bool:
    for bits in BITS:
        with balls.precision(bits):
            if forms.holds(box, EXTRA_DEPTH):
                return True
    return False


def _convex(forms: Enclosures, box: Box, anchor: ExactAnchor) -> bool:
    with balls.precision(BITS[1]):
        return forms.convex(box, anchor, EXTRA_DEPTH) or forms.holds(box, 1)


def _outside(forms: Enclosures, box: Box, depth: int) -> bool:
    from proofs.theorems.enclosures import halves

    if forms.outside(box):
        return True
    return depth > 0 and all(_outside(forms, part, depth - 1) or forms.natural(part) for part in halves(box))


def cut(box: Box, axis: int, at: Fraction) -> tuple[Box, Box]:
    """Both parts of a box; they stay inside it when the cut lies outside."""
    lo, hi = box[axis]
    c = balls.ball(at)
    lower, upper = list(box), list(box)
    first: EndpointInterval = (lo, hi.min(c))
    second: EndpointInterval = (lo.max(c), hi)
    lower[axis], upper[axis] = first, second
    return lower, upper
