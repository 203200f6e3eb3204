"""A zero at a kink that is alone in a box although the slopes there have both signs, as for |x| = x^2 at 0.

Statement and proof are in ``docs/theory/search.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import sympy as sp

from numeric import balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.endpoints import evaluate_endpoints
from proofs.theorems.exact_zero import is_exact_zero
from proofs.theorems.goal import Inapplicable
from symbolic.kinks import kinks_of, pieces

__all__ = ["MOST_PIECES", "sign_on", "zero_alone_in_pieces"]

MOST_PIECES = 64
BITS = 96


def sign_on(expr: sp.Expr, variables: Sequence[sp.Symbol], box: Sequence[Enclosure]) -> int | None:
    """1 or -1 where an expression has that sign on the whole box for certain."""
    with balls.precision(BITS):
        sides = [(balls.ball(x.lo), balls.ball(x.hi)) for x in box]
        ((lo, hi),) = evaluate_endpoints(compile_tape([expr], variables), sides)
        return 1 if lo > 0 else -1 if hi < 0 else None


def zero_alone_in_pieces(
    equations: Sequence[sp.Expr],
    variables: Sequence[sp.Symbol],
    point: Sequence[Fraction],
    box: Sequence[Enclosure],
    one_zero: Callable[[Sequence[sp.Expr], Sequence[Enclosure]], bool],
) -> None:
    """The exact ``point`` is the only zero of the equations in the box.  Raises Inapplicable.

    It has to be a zero of every smooth piece of the equations, and the only one in the box: ``one_zero`` says whether
    a smooth system was shown to have exactly one there.
    """
    if not all(x.lo <= p <= x.hi for x, p in zip(box, point, strict=True)):
        raise Inapplicable("the point does not lie in the box")
    if not any(kinks_of(e) for e in equations):
        raise Inapplicable("there are no kinks")
    found = pieces(equations, lambda u: sign_on(u, variables, box), MOST_PIECES)
    if found is None:
        raise Inapplicable("there are too many pieces")
    for piece in found:
        if not is_exact_zero(piece, variables, point):
            raise Inapplicable("the point was not shown to be a zero of every piece")
        if not one_zero(piece, box):
            raise Inapplicable("a piece was not shown to have one zero in the box")
