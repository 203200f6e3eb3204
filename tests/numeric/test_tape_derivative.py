"""Differentiation of tapes: values against SymPy's derivatives in mpmath, shape, and what is refused."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from numeric import balls
from numeric.ball_program import BallProgram
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape
from numeric.floats import evaluate_mpmath
from numeric.tape_derivative import differentiate
from symbolic.activations import sigmoid, softplus

x, y = sp.symbols("x y", real=True)

FUNCTIONS = [
    sp.Integer(3),
    x,
    -x + 2,
    x * y - 3 * x / 7,
    x**3 - 2 * x**2 + x + 5,
    (x - y) ** 2 / (1 + x**2),
    1 / (x * y + 9),
    x**-3 + (x + y) ** 4,
    sp.sqrt(x + 2 * y),
    sp.sqrt(2) * x * sp.pi + sp.E * y,
    sp.exp(x - y**2) * sp.log(x + y),
    sp.sin(x * y) + sp.cos(x - y) - sp.tan(x / 3),
    sp.asin(x / 4) - sp.acos(y / 5) + sp.atan(x * y),
    sp.sinh(x) * sp.cosh(y) + sp.tanh(x - y),
    sp.erf(x / 2) * sigmoid(x + y) - softplus(x - 2 * y),
    sigmoid(3 * x) ** 2 * (1 - sigmoid(3 * x)) + sigmoid(3 * x).diff(x),
    x**y + x ** sp.Rational(1, 3) + 2**x,
    sp.Abs(sp.Integer(-2)) * x,
]


def reference(e: sp.Expr, v: sp.Symbol, point: tuple[float, float]) -> mpmath.mpf:
    """A difference quotient at 80 digits, an independent way to the same number."""
    tape = compile_tape([e], [x, y])
    k = [x, y].index(v)

    def along(t: mpmath.mpf) -> mpmath.mpf:
        at = [mpmath.mpf(p) for p in point]
        at[k] = t
        return evaluate_mpmath(tape, at)[0]

    return mpmath.diff(along, mpmath.mpf(point[k]))


@pytest.mark.parametrize("e", FUNCTIONS, ids=str)
@pytest.mark.parametrize("point", [(0.75, 1.25), (1.5, 0.5), (2.25, 2.0)], ids=str)
def test_entries_are_the_partial_derivatives(e: sp.Expr, point: tuple[float, float]) -> None:
    tape = compile_tape([e, 2 * e], [x, y])
    slopes = differentiate(tape)
    assert (slopes.inputs, len(slopes.outputs)) == (2, 4)
    with balls.precision(200), mpmath.workdps(80):
        found = evaluate_balls(slopes, [arb(p) for p in point])
        for k, v in enumerate((x, y)):
            expected = reference(e, v, point)
            for value, factor in ((found[k], 1), (found[2 + k], 2)):
                near = arb(mpmath.nstr(factor * expected, 40))
                assert abs(value - near) < arb(10) ** -25 * (1 + abs(near))


def test_the_function_comes_first() -> None:
    tape = compile_tape([sp.exp(x) * y, sp.sin(x)], [x, y])
    slopes = differentiate(tape)
    assert slopes.instructions[: len(tape.instructions)] == tape.instructions
    with balls.precision(64):
        point = [arb(1, 0.25), arb(-2, 0.5)]
        program, longer = BallProgram(tape), BallProgram(slopes)
        resumed = longer.read(longer.go_on(program.run(point), len(tape.instructions)))
        assert [str(a) for a in resumed] == [str(a) for a in longer(point)]


def test_products_with_zero_and_one_need_no_instruction() -> None:
    slopes = differentiate(compile_tape([x + 2 * y], [x, y]))
    assert [slopes.instructions[o - 2].operation for o in slopes.outputs] == ["const", "const"]


@pytest.mark.parametrize("e", [sp.Abs(x), sp.Max(x, y), sp.Min(x * y, 1)], ids=str)
def test_kinks_are_refused(e: sp.Expr) -> None:
    with pytest.raises(ValueError, match="not differentiable"):
        differentiate(compile_tape([e], [x, y]))


@pytest.mark.parametrize("e", [sp.sqrt(x), sp.log(x), 1 / x, sp.asin(x + 1), x ** sp.Rational(3, 2)], ids=str)
def test_nothing_is_known_where_the_function_is_not_defined(e: sp.Expr) -> None:
    slopes = differentiate(compile_tape([e], [x]))
    with balls.precision(64):
        assert not evaluate_balls(slopes, [arb(0, 0.5)])[0].is_finite()


@given(st.floats(-3, 3), st.floats(0, 1), st.integers(0, len(FUNCTIONS) - 1), st.floats(-1, 1))
def test_a_ball_of_arguments_gives_a_ball_of_derivatives(middle: float, radius: float, k: int, t: float) -> None:
    """The derivative at a point of the ball lies in the ball of derivatives, where one is known."""
    slopes = differentiate(compile_tape([FUNCTIONS[k]], [x, y]))
    with balls.precision(64):
        wide = evaluate_balls(slopes, [arb(middle, radius), arb(1.25)])
        thin = evaluate_balls(slopes, [arb(middle) + arb(t) * arb(radius) * arb(0.999), arb(1.25)])
        for a, b in zip(wide, thin, strict=True):
            if a.is_finite() and b.is_finite():
                assert a.overlaps(b)
