"""Check certified balls: a matrix family is definite on a ball around a minimum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.system import build_system
from proofs.certificates import CertificateError, decode_box, decode_float, decode_fraction, decode_tree
from proofs.checks.base import Invalid
from proofs.checks.points import check_unique_up_to, contains, enough_bits, shown_group, zero_in
from proofs.radii import Family, Matrix
from proofs.stationary import classify
from proofs.theorems.ball_variation import variation_bound
from proofs.theorems.definiteness import is_positive_definite
from proofs.variation import HessianAround
from symbolic.objectives import Objective

__all__ = ["CheckedBall", "MinimumCheck"]

DEFINITE, BEYOND, OPEN = 1, 2, 3
BITS = 80
MAX_STEPS = 4000
HAIR = Fraction(1, 2**80)
# A leaf that float64 could just settle may need a few more cuts in another arithmetic.
EXTRA_DEPTH = 6


class CheckedBall:
    """A ball that was proved again: ``family`` on the open ball of radius ``inner``."""

    def __init__(self, family: Family, violated: Family, inner: Fraction, outer: Fraction | None) -> None:
        self.family, self.violated, self.inner, self.outer = family, violated, inner, outer


class MinimumCheck:
    """A minimum proved again (alone in its box, index 0), and balls around it.

    Exact relations are not needed here: a zero enclosed up to a hair is enough.
    """

    def __init__(self, objective: Objective, value: Any) -> None:
        if not isinstance(value, dict):
            raise CertificateError("a point is malformed")
        names = [v.name for v in objective.variables]
        box = decode_box(value.get("box"), names)
        outer = decode_box(value.get("unique_in"), names)
        system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
        if not contains(outer, box):
            raise Invalid("a point is not inside its uniqueness box")
        check_unique_up_to(system, outer, shown_group(objective))
        # An exact coordinate is not known to be exact here: the box is read up to a hair.
        widened = [Enclosure(x.lo - HAIR, x.hi + HAIR) for x in box]
        bits = enough_bits(widened)
        zero = zero_in(system, widened, bits)
        if zero is None or not contains(widened, zero):
            raise Invalid("a listed box was not shown to hold its stationary point")
        self.objective, self.box, self.names = objective, widened, names
        classification = classify(system.jacobian, widened, bits=bits)
        if classification.index != 0:
            raise Invalid("the point was not shown to be a minimum")
        self.least = classification.eigenvalues[0]
        self.around = HessianAround(objective, widened)

    def ball(self, value: Any) -> CheckedBall:
        """Prove a ball again from its evidence.  Raises Invalid."""
        if not isinstance(value, dict):
            raise CertificateError("a ball is malformed")
        family = self._family(value, "constant")
        violated = self._family(value, "violated_constant")
        inner = decode_fraction(value.get("inner"))
        outer = None if value.get("outer") is None else decode_fraction(value["outer"])
        if inner < 0 or (outer is not None and outer < inner):
            raise Invalid("the radii of a ball are not in order")
        with balls.precision(BITS):
            if inner > 0 and "tree" in value:
                self._walk(value, family, inner)
            elif inner > 0:
                self._march(value, family, inner)
            if outer is not None:
                self._witness(value.get("witness"), violated, outer)
        return CheckedBall(family, violated, inner, outer)

    def _family(self, value: dict[str, Any], key: str) -> Family:
        name, n = value.get("family"), len(self.names)
        constant = decode_fraction(value.get(key))
        if name == "variation":
            return Family(name, n, constant, self.around.h0)
        if name == "preconditioned":
            rows = value.get("matrix")
            if (
                not isinstance(rows, list)
                or len(rows) != n
                or any(not isinstance(r, list) or len(r) != n for r in rows)
            ):
                raise CertificateError("a preconditioner is malformed")
            matrix: Matrix = tuple(tuple(Enclosure.exact(decode_fraction(e)) for e in row) for row in rows)
            return Family(name, n, constant, matrix)
        if name == "convexity":
            return Family(name, n, constant)
        raise Invalid(f"unknown family {name!r}")

    def _walk(self, value: dict[str, Any], family: Family, inner: Fraction) -> None:
        """Every leaf is definite or at least ``inner`` away from the point."""
        n = len(self.names)
        tree = decode_tree(value["tree"], n)
        root = value.get("root")
        if not isinstance(root, list) or len(root) != n or any(not isinstance(s, list) or len(s) != 2 for s in root):
            raise CertificateError("the root of a ball is malformed")
        sides = [(Fraction(decode_float(a)), Fraction(decode_float(b))) for a, b in root]
        for (lo, hi), x in zip(sides, self.box, strict=True):
            if lo > x.lo - inner or hi < x.hi + inner:
                raise Invalid("the searched box does not contain the ball")
        stack: list[tuple[int, list[tuple[Fraction, Fraction]]]] = [(0, sides)]
        while stack:
            node, box = stack.pop()
            kind = int(tree.kind[node])
            if kind == 0:
                axis, cut = int(tree.axis[node]), Fraction(float(tree.cut[node]))
                lo, hi = box[axis]
                if not lo <= cut <= hi:
                    raise Invalid(f"node {node} is cut outside of its box")
                child = int(tree.child[node])
                stack.append((child, [*box[:axis], (lo, cut), *box[axis + 1 :]]))
                stack.append((child + 1, [*box[:axis], (cut, hi), *box[axis + 1 :]]))
            elif self._beyond(box, inner):
                continue
            elif kind == DEFINITE:
                if not self._definite(box, family, inner, EXTRA_DEPTH):
                    raise Invalid(f"leaf {node} was not shown to be definite")
            else:
                raise Invalid(f"leaf {node} reaches into the ball and was not decided")

    def _beyond(self, box: Sequence[tuple[Fraction, Fraction]], inner: Fraction) -> bool:
        """Whether the box is at least ``inner`` away from the point (exact rational arithmetic)."""
        total = Fraction(0)
        for (lo, hi), x in zip(box, self.box, strict=True):
            gap = max(lo - x.hi, x.lo - hi, Fraction(0))
            total += gap * gap
        return total >= inner * inner

    def _definite(self, box: list[tuple[Fraction, Fraction]], family: Family, inner: Fraction, depth: int) -> bool:
        """Whether the family is definite on the part of the box inside the ball, with a few cuts of its own."""
        sides = [(balls.ball(lo), balls.ball(hi)) for lo, hi in box]
        if all(is_positive_definite(matrix) for matrix in family.balls(self.around.tape, sides)):
            return True
        if depth == 0:
            return False
        axis = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
        lo, hi = box[axis]
        parts = [[*box[:axis], side, *box[axis + 1 :]] for side in ((lo, (lo + hi) / 2), ((lo + hi) / 2, hi))]
        return all(self._beyond(p, inner) or self._definite(p, family, inner, depth - 1) for p in parts)

    def _march(self, value: dict[str, Any], family: Family, inner: Fraction) -> None:
        """The variation on the ball stays below the budget, in steps half as long as the prover's."""
        step = decode_fraction(value.get("step"))
        if step <= 0 or inner / step > MAX_STEPS:
            raise Invalid("the step of a march is out of range")
        norm, budget = self.around.variation(family)
        total = variation_bound(norm, inner, 2 * -(-inner // step))
        if total is None or not total < budget:
            raise Invalid("the variation inside a ball was not shown to stay below its budget")

    def _witness(self, value: Any, violated: Family, outer: Fraction) -> None:
        """v^T M v < 0 for a matrix of the family at a point within ``outer``."""
        n = len(self.names)
        if not isinstance(value, dict):
            raise CertificateError("a witness is missing")
        try:
            point = [Fraction(decode_float(v)) for v in value["point"]]
            direction = [Fraction(decode_float(v)) for v in value["direction"]]
            number = value["matrix"]
        except (KeyError, TypeError) as error:
            raise CertificateError("a witness is malformed") from error
        if len(point) != n:
            raise CertificateError("a witness is malformed")
        distance = sum(
            (max(abs(p - x.lo), abs(p - x.hi)) ** 2 for p, x in zip(point, self.box, strict=True)), Fraction(0)
        )
        if distance > outer * outer:
            raise Invalid("a witness lies outside of the radius it bounds")
        matrices = violated.balls(self.around.tape, [(balls.ball(p), balls.ball(p)) for p in point])
        if not isinstance(number, int) or not 0 <= number < len(matrices) or len(direction) != len(matrices[number]):
            raise CertificateError("a witness is malformed")
        v = arb_mat([[balls.ball(d)] for d in direction])
        form: arb = (v.transpose() * arb_mat(matrices[number]) * v)[0, 0]
        if not form < 0:
            raise Invalid("a witness does not violate the hypothesis")
