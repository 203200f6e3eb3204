"""Majorant series: by hand for small programs, and against sampled derivatives."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
import sympy as sp
from flint import arb

from numeric.balls import evaluate_balls, precision
from numeric.compiler import compile_tape
from numeric.majorant import evaluate_majorant, sigmoid_bound
from numeric.tape import Instruction, Tape
from symbolic.activations import sigmoid, softplus

X, Y, F, G = sp.symbols("x y f g", real=True)
REAL_LINE = (arb("-inf"), arb("inf"))


def interval(lo: float, hi: float) -> tuple[arb, arb]:
    return arb(lo), arb(hi)


def test_product_by_hand() -> None:
    # h = x f on |x| <= 2, |f| <= 3: M(0,0) = 6, M(1,0) = sup|f| = 3, M(0,1) = 2, M(1,1) = 1, everything else 0.
    with precision(53):
        found = evaluate_majorant(compile_tape([X * F], [X, F]), [interval(-1, 2), interval(0, 3)], 1, 3)[0]
        values = {(n, k): float(found.derivative(n, k).mid()) for n in range(4) for k in range(3)}
    assert {key: v for key, v in values.items() if v} == {(0, 0): 6.0, (1, 0): 3.0, (0, 1): 2.0, (1, 1): 1.0}


def test_all_tuples_are_counted() -> None:
    # h = x y: D1 D2 and D2 D1, so M(2) = 2; M(1) = sup|x| + sup|y| = 5.
    with precision(53):
        found = evaluate_majorant(compile_tape([X * Y], [X, Y]), [interval(0, 2), interval(0, 3)], 2, 3, 0)[0]
        assert [float(found.derivative(n).mid()) for n in range(4)] == [6.0, 5.0, 2.0, 0.0]


@pytest.mark.parametrize(("k", "expected"), [(0, 1), (1, Fraction(1, 4)), (3, Fraction(1, 8))])
def test_suprema_of_the_sigmoid(k: int, expected: Fraction) -> None:
    # sup s' = 1/4; s''' at 0 is 1/4 (1 - 6/4) = -1/8.
    with precision(53):
        bound = sigmoid_bound(k, REAL_LINE)
    assert abs(float(bound.mid()) - float(expected)) < 1e-12


def test_sampled_derivatives_stay_below() -> None:
    h = softplus(F * sigmoid(X) + G * sigmoid(Y)) + sigmoid(X) ** 2 * sigmoid(Y) / 3
    box = [interval(-0.5, 0.75), interval(1, 1.5), interval(-2, -1), interval(0.5, 3)]
    variables = [X, Y, F, G]
    generator = random.Random(5)
    with precision(53):
        found = evaluate_majorant(compile_tape([h], variables), box, 2, 4)[0]
        for n, k in ((1, 0), (2, 0), (3, 0), (4, 0), (1, 1), (2, 1), (0, 2), (2, 2)):
            parts = [
                sp.diff(h, *slots, *outputs)
                for slots in itertools.product((X, Y), repeat=n)
                for outputs in itertools.product((F, G), repeat=k)
            ]
            tape = compile_tape(parts, variables)
            bound = found.derivative(n, k)
            largest = 0.0
            for _ in range(40):
                point = [arb(generator.uniform(float(lo), float(hi))) for lo, hi in box]
                total = sum((abs(v) for v in evaluate_balls(tape, point)), arb(0))
                assert total <= bound
                largest = max(largest, float(total.mid()))
            # Not vacuous: within a factor that grows with the order.
            assert largest * 40 > float(bound.mid())


def test_slots_may_be_infinite_inside_sigmoids() -> None:
    with precision(53):
        found = evaluate_majorant(compile_tape([sigmoid(X) * sigmoid(Y)], [X, Y]), [REAL_LINE, REAL_LINE], 2, 2, 0)[0]
    # M(1) = 2 sup s' sup s = 1/2, M(2) = 2 sup|s''| + 2 (1/4)^2.
    assert abs(float(found.derivative(1).mid()) - 0.5) < 1e-12
    assert abs(float(found.derivative(2).mid()) - (2 * 0.09622504486493763 + 0.125)) < 1e-12


def test_an_operation_without_majorant() -> None:
    with pytest.raises(ValueError, match="no majorant"):
        evaluate_majorant(Tape(1, (Instruction("sin", (0,)),), (1,)), [interval(0, 1)], 1, 2)
