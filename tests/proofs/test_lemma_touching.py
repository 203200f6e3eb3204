"""Where functions touch zero: Newton's method at regular, degenerate and pinned minima; strict claims that fail there."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp

from proofs.lemmas import Effort, decide_all, read_text, understand
from proofs.lemmas.touching import anchor_at, polish
from proofs.theorems.goal import Goal, Range, Region
from proofs.verdict import Verdict
from symbolic.activations import softplus

x, y = sp.symbols("x y", real=True)
THIRD = sp.Rational(1, 3)


def goal(expr: sp.Expr, *sides: tuple[int, int]) -> Goal:
    variables = (x, y)[: len(sides)]
    return Goal(expr, False, Region(variables, tuple(Range(sp.Integer(a), sp.Integer(b)) for a, b in sides)))


# Each is least at x = 1/3 (and y = 2), by hand; multiplicity 2, 4, 6 of the minimum.
MINIMA = [
    (goal(sp.exp(x - THIRD) - x, (-1, 1)), [0.3], [THIRD]),
    (goal((x - THIRD) ** 4, (-1, 1)), [0.3], [THIRD]),
    (goal((x - THIRD) ** 6 + (x - THIRD) ** 8, (-1, 1)), [0.3], [THIRD]),
    (goal((x - THIRD) ** 4 + softplus(y - 2) - (y - 2) / 2, (-1, 1), (0, 3)), [0.3, 1.9], [THIRD, sp.Integer(2)]),
]


@pytest.mark.parametrize(("g", "start", "least"), MINIMA, ids=lambda v: str(getattr(v, "expr", v)))
def test_newton_reaches_the_minimum(g: Goal, start: list[float], least: list[sp.Expr]) -> None:
    found = polish(g, np.array(start))
    assert found is not None
    with mpmath.workdps(50):
        for value, exact in zip(found, least, strict=True):
            assert abs(value - mpmath.mpf(exact.p) / exact.q) < mpmath.mpf(10) ** -9
    assert anchor_at(g, np.array(start))[0] == least


def test_a_kink_pins_its_variable() -> None:
    g = goal(sp.Abs(x - THIRD) + (y - 2) ** 4, (-1, 1), (0, 3))
    assert anchor_at(g, np.array([float(THIRD) + 1e-7, 1.99]))[0] == [THIRD, sp.Integer(2)]


def test_newton_gives_up_outside_of_the_box() -> None:
    assert polish(goal((x - 5) ** 2, (-1, 1)), np.array([0.5])) is None


# Strict claims that are equalities at a rational point alone; by hand.
TOUCHING = [
    ("x = ['-1', '1']", "(x - 1/3)^4 > 0", {"x": "1/3"}),
    ("x = ['6', '17/2'], y = ['1/2', '1'], z = ['-3', '39/10']",
     "0 < 5/3*abs(x - 15/2) + 6*abs(y - 1/2) + 10/7*(z - 2)^4", {"x": "15/2", "y": "1/2", "z": "2"}),
    # It touches at 23/10 - 2 pi too, which is no rational number.
    ("x = ['21/4', '119/20'], y = ['-77/10', '113/20']",
     "0 < (x - 21/4)^2 + (1 - cos(y - 23/10))/3", {"x": "21/4", "y": "23/10"}),
]  # fmt: skip


@pytest.mark.parametrize(("box", "statement", "witness"), TOUCHING, ids=lambda v: str(v)[:30])
def test_strict_claims_fail_where_they_touch(box: str, statement: str, witness: dict[str, str]) -> None:
    text = f'[[claim]]\nname = "c"\nkind = "inequality"\nvariables = {{ {box} }}\nstatement = "{statement}"\n'
    (result,) = decide_all(understand(read_text(text)), Effort(seconds=60))
    assert result.verdict is Verdict.REFUTED
    assert {k: str(v) for k, v in (result.counterexample or {}).items()} == witness
