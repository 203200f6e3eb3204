"""Check: the Hessian has a constant index on a box, or a point where it has another one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.endpoints import evaluate_endpoints
from numeric.tape import Tape
from proofs.certificates import CertificateError, decode_float, decode_fraction, decode_tree
from proofs.checks.base import Invalid
from proofs.checks.lemma import register_lemma
from proofs.checks.positivity import check_goal
from proofs.conditions import conditions_at, conditions_hold
from proofs.lemmas.claim import ClaimSource
from proofs.lemmas.kinds.definite import DefiniteClaim, read_definite
from proofs.theorems.definiteness import has_index
from proofs.theorems.index_witness import index_differs

__all__ = ["check_definite"]

EXTRA_DEPTH = 6
BITS = 80
Sides = list[tuple[Fraction, Fraction]]


@register_lemma("definite")
def check_definite(source: ClaimSource, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    claim = read_definite(source)
    if statement.get("verdict") == "REFUTED":
        _check_witness(claim, statement.get("counterexample"))
        return
    sides: Sides = []
    for lo, hi in claim.sides:
        if lo is None or hi is None:
            raise Invalid("the box is unbounded")
        sides.append((lo, hi))
    if conditions_hold(claim.conditions, claim.variables, [Enclosure(a, b) for a, b in sides]) is not True:
        raise Invalid("the function was not shown to be defined on the box")
    try:
        claim.tape()
    except ValueError as error:
        raise Invalid(f"the function is not twice differentiable: {error}") from error
    if "minors" in evidence:
        _check_minors(claim, evidence["minors"])
        return
    if evidence.get("rest") is True:
        # The terms left out are convex (concave) by their form, which is shown again here.
        rest = claim.reduced()
        if rest is None:
            raise Invalid("no term can be left out")
        claim = rest
    tape = claim.tape()
    n = len(sides)
    tree, root = decode_tree(evidence.get("tree"), n), evidence.get("root")
    if not isinstance(root, list) or len(root) != n or any(not isinstance(s, list) or len(s) != 2 for s in root):
        raise CertificateError("the root is malformed")
    start = [(Fraction(decode_float(a)), Fraction(decode_float(b))) for a, b in root]
    if any(r[0] > s[0] or r[1] < s[1] for r, s in zip(start, sides, strict=True)):
        raise Invalid("the searched box does not contain the claim's box")
    centred: list[Tape] = []
    with balls.precision(BITS):
        stack: list[tuple[int, Sides]] = [(0, start)]
        while stack:
            node, box = stack.pop()
            if int(tree.kind[node]) != 0:
                if not _settled(claim, tape, centred, box, EXTRA_DEPTH):
                    raise Invalid(f"leaf {node} was not shown to have index {claim.index}")
                continue
            axis, cut, child = int(tree.axis[node]), Fraction(float(tree.cut[node])), int(tree.child[node])
            lo, hi = box[axis]
            if not lo <= cut <= hi:
                raise Invalid(f"node {node} is cut outside of its box")
            stack.append((child, [*box[:axis], (lo, cut), *box[axis + 1 :]]))
            stack.append((child + 1, [*box[:axis], (cut, hi), *box[axis + 1 :]]))


def _check_minors(claim: DefiniteClaim, proofs: Any) -> None:
    goals = claim.minors()
    if not isinstance(proofs, list) or not goals or len(proofs) != len(goals):
        raise Invalid("not every leading minor has a proof")
    for goal, proof in zip(goals, proofs, strict=True):
        check_goal(goal, proof)


def _settled(claim: DefiniteClaim, tape: Tape, centred: list[Tape], box: Sides, depth: int) -> bool:
    """By the natural enclosure, then by the mean value form, then by a few cuts of its own."""
    n = len(box)
    sides = [(balls.ball(a), balls.ball(b)) for a, b in box]
    merged = [lo.union(hi) for lo, hi in evaluate_endpoints(tape, sides)]
    if has_index([merged[i * n : (i + 1) * n] for i in range(n)], claim.index):
        return True
    if all(e.is_finite() for e in merged):
        if not centred:
            centred.append(claim.slopes())
        point = [balls.ball((a + b) / 2) for a, b in box]
        centre = balls.evaluate_balls(tape, point)
        slope = [lo.union(hi) for lo, hi in evaluate_endpoints(centred[0], sides)]
        reach = [lo.union(hi) - m for (lo, hi), m in zip(sides, point, strict=True)]
        form = [sum((slope[e * n + k] * reach[k] for k in range(n)), centre[e]) for e in range(n * n)]
        if has_index([form[i * n : (i + 1) * n] for i in range(n)], claim.index):
            return True
    if depth == 0:
        return False
    axis = max(range(n), key=lambda i: box[i][1] - box[i][0])
    lo, hi = box[axis]
    middle = (lo + hi) / 2
    parts = ([*box[:axis], (lo, middle), *box[axis + 1 :]], [*box[:axis], (middle, hi), *box[axis + 1 :]])
    return all(_settled(claim, tape, centred, part, depth - 1) for part in parts)


def _check_witness(claim: DefiniteClaim, value: Any) -> None:
    if not isinstance(value, dict) or set(value) != {v.name for v in claim.variables}:
        raise CertificateError("the counterexample is malformed")
    point = [decode_fraction(value[v.name]) for v in claim.variables]
    for p, (lo, hi) in zip(point, claim.sides, strict=True):
        if (lo is not None and p < lo) or (hi is not None and p > hi):
            raise Invalid("the counterexample is outside of the box")
    if conditions_at(claim.conditions, claim.variables, [Enclosure.exact(p) for p in point]) is not True:
        raise Invalid("the function is not defined at the counterexample")
    if index_differs(claim.matrix, claim.variables, point, claim.index) is None:
        raise Invalid("the counterexample does not refute the claim")
