"""The first pass over inequalities: small trees, points of failure, and what it leaves open."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from numeric.bound_leaves import BoundLeaf
from numeric.compiler import compile_tape
from numeric.small_bound import SmallOutcome, bound_small
from proofs.certificates import encode_tree
from proofs.checks.positivity import check_goal
from proofs.lemmas.first_look import first_look
from proofs.theorems.goal import Goal, Range, Region

x, y = sp.symbols("x y", real=True)


def bound(g: sp.Expr, sides: list[tuple[float, float]], *, strict: bool = False, boxes: int = 400) -> SmallOutcome:
    variables = [x, y][: len(sides)]
    lo, hi = (np.array(s, dtype=float) for s in zip(*sides, strict=True))
    return bound_small(compile_tape([g], variables), lo, hi, strict=strict, boxes=boxes, seconds=60.0)


def goal(g: sp.Expr, lo: sp.Expr | None, hi: sp.Expr | None, *, strict: bool = False) -> Goal:
    return Goal(g, strict, Region((x,), (Range(lo, hi),)))


# By hand: least values 1/2 at 1; 1/2 at 0; sqrt(1/10) - 3/10 > 0; 2 - sqrt(1 + 1/9) > 0; 1/2.
PROVED = [
    (x - sp.log(x) - sp.Rational(1, 2), (sp.Rational(1, 2), sp.Integer(2))),
    (sp.exp(x) - x - sp.Rational(1, 2), (sp.Integer(-1), sp.Integer(1))),
    (sp.sqrt(x) + x - sp.Rational(2, 5), (sp.Rational(1, 10), sp.Rational(1, 3))),
    (2 + sp.sin(x) - sp.cos(x) / 3, (-sp.pi, sp.pi)),
    (sp.Abs(x) - x + sp.Rational(1, 2), (sp.Integer(-1), sp.Integer(1))),
]


@pytest.mark.parametrize(("g", "ends"), PROVED, ids=str)
def test_the_checker_accepts_the_tree(g: sp.Expr, ends: tuple[sp.Expr, sp.Expr]) -> None:
    claim = goal(g, *ends, strict=True)
    proof, low = first_look(claim)
    assert low is None
    assert proof is not None
    check_goal(claim, proof)
    assert set(proof["tree"]["kinds"]) <= {"0", "1"}


def test_cuts_cover_the_box() -> None:
    tree = bound(x**2 + y**2 - x * y - x / 3 + sp.Rational(1, 2), [(-1, 1), (-1, 1)], strict=True).tree
    assert tree is not None
    assert len(tree) > 1
    assert set(tree.kind.tolist()) == {0, int(BoundLeaf.POSITIVE)}
    # Every node but the root is a child once: the leaves are one more than the cuts.
    assert sorted(c for k, c in zip(tree.kind, tree.child, strict=True) if k == 0) == list(range(1, len(tree), 2))
    encode_tree(tree)


def test_a_strict_claim_that_touches_is_left_open() -> None:
    assert bound(x**2, [(0, 1)], strict=True) == SmallOutcome()
    assert bound(sp.exp(x) - 1 - x, [(-1, 1)], strict=True) == SmallOutcome()


@pytest.mark.parametrize("gap", ["1e-3", "1e-6", "1e-12"])
def test_a_false_claim_is_never_shown(gap: str) -> None:
    # (x - 1/3)^2 - gap is negative at 1/3 alone, which no cut of [0, 1] hits.
    g = (x - sp.Rational(1, 3)) ** 2 - sp.Rational(gap)
    assert bound(g, [(0, 1)]).tree is None


def test_the_point_of_failure_is_where_the_function_is_negative() -> None:
    found = bound(x**3 - sp.Rational(1, 2), [(0, 1)])
    assert found.tree is None
    assert found.witness is not None
    assert found.witness[0] ** 3 < 0.5


@pytest.mark.parametrize("g", [sp.log(x), 1 / x, sp.sqrt(x), sp.log(x) ** 2 + 1], ids=str)
def test_where_the_function_is_not_defined_nothing_is_shown(g: sp.Expr) -> None:
    assert bound(g, [(-1, 1)]).tree is None


def test_budget_and_infinite_sides_leave_all_open() -> None:
    g = sp.exp(x) - x - sp.Rational(9, 10)
    assert bound(g, [(-1, 1)]).tree is not None
    assert bound(g, [(-1, 1)], boxes=2) == SmallOutcome()
    assert bound(sp.exp(x), [(0, np.inf)]) == SmallOutcome()
    assert bound(sp.exp(x), [(np.nan, 1)]) == SmallOutcome()
    assert first_look(goal(sp.exp(x), None, sp.Integer(1))) == (None, None)


def test_the_checker_rejects_the_tree_for_another_claim() -> None:
    proof, _ = first_look(goal(sp.exp(x) - x - sp.Rational(1, 2), sp.Integer(-1), sp.Integer(1)))
    assert proof is not None
    with pytest.raises(Exception, match="the sign was not shown"):
        check_goal(goal(sp.exp(x) - x - sp.Rational(11, 10), sp.Integer(-1), sp.Integer(1)), proof)


def test_a_corner_of_failure_is_found_at_once() -> None:
    # Negative near (1, 1) alone: x*y <= 1 - 1e-9 fails there.
    found = bound(1 - sp.Rational(1, 10**9) - x * y, [(0, 1), (0, 1)], boxes=1)
    assert found.witness is not None
    assert found.witness.tolist() == [1.0, 1.0]


def test_monotone_variables_leave_a_face() -> None:
    # e^x - x^2/2 + y is least at (0, 0), where it is 1; by hand it grows in both.
    claim = goal(sp.exp(x) - x**2 / 2 - sp.Rational(9, 10), sp.Integer(0), sp.Integer(4))
    proof, low = first_look(claim)
    assert proof is not None
    assert low is None
    assert "1" in proof["tree"]["kinds"]
    check_goal(claim, proof)


def test_the_gradient_is_not_trusted_where_the_function_is_undefined() -> None:
    # log(x^2) is not defined at 0 and has no lower bound near it.
    assert bound(sp.log(x**2) + 10 + x, [(-1, 1)], boxes=50).tree is None
