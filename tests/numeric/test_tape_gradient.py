"""Derivatives of tapes: against SymPy's derivatives, evaluated by another compiler path and in mpmath."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy as sp

from numeric.compiler import compile_tape
from numeric.floats import evaluate_mpmath
from numeric.tape_derivative import differentiate
from numeric.tape_gradient import gradient_tape
from symbolic.activations import sigmoid, softplus

x, y = sp.symbols("x y", real=True)
CASES = [
    x**3 * y - 2 * x / y + 5,
    sigmoid(x - y) ** 2 * softplus(x * y),
    sp.exp(-(x**2)) * sp.erf(x + y) / 3,
    sp.sqrt(1 + x**2 * y**2) + sp.log(2 + y**2),
    sp.sin(x) * sp.cos(y) + sp.atan(x * y) - sp.tanh(y) ** 3,
    sp.sinh(x) * sp.cosh(x - y),
    (x + 2 * y) ** -3 + sp.pi * x,
    sp.Integer(7) + 0 * x,
]


@pytest.mark.parametrize("expr", CASES, ids=range(len(CASES)))
def test_first_and_second_derivatives(expr: sp.Expr) -> None:
    tape = compile_tape([expr], [x, y])
    gradient = gradient_tape(tape)
    hessian = differentiate(gradient)
    expected = [sp.diff(expr, v) for v in (x, y)]
    second = [sp.diff(e, v) for e in expected for v in (x, y)]
    generator = random.Random(3)
    with mpmath.workdps(30):
        for _ in range(5):
            point = [mpmath.mpf(generator.uniform(0.3, 2)), mpmath.mpf(generator.uniform(0.3, 2))]
            for found, exact in ((gradient, expected), (hessian, second)):
                reference = evaluate_mpmath(compile_tape(exact, [x, y]), point)
                for a, b in zip(evaluate_mpmath(found, point), reference, strict=True):
                    assert abs(a - b) < 1e-22 * (1 + abs(b))


def test_what_has_no_gradient_is_refused() -> None:
    for expr in (sp.Abs(x), sp.Max(x, y)):
        with pytest.raises(ValueError, match="not differentiable"):
            gradient_tape(compile_tape([expr], [x, y]))
    with pytest.raises(ValueError, match="one output"):
        gradient_tape(compile_tape([x, y], [x, y]))


def test_an_input_as_output() -> None:
    assert evaluate_mpmath(gradient_tape(compile_tape([y], [x, y])), [mpmath.mpf(2), mpmath.mpf(3)]) == [0, 1]
