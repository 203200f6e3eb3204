"""The compiler: what it accepts, what it emits, and that every backend agrees with an evaluator of its own."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb
from random_expressions import (
    UndefinedError,
    fraction_of,
    point_ball,
    random_expression,
    reference_value,
)

from numeric import balls
from numeric.balls import evaluate_balls
from numeric.compiler import compile_tape, to_fraction
from numeric.floats import evaluate_mpmath, evaluate_numpy
from numeric.tape import FUNCTIONS, Instruction, Tape
from symbolic.activations import ActivationFunction, sigmoid, softplus

x, y, z = sp.symbols("x y z", real=True)
R = sp.Rational


def operations(e: sp.Expr, *variables: sp.Symbol) -> list[str]:
    return [i.operation for i in compile_tape([e], variables or (x, y)).instructions]


def value_at(e: sp.Expr, **point: Fraction) -> Fraction:
    """The exact value of an expression whose operations are exact at dyadic points (in 200 bits)."""
    variables = [sp.Symbol(name, real=True) for name in point]
    with balls.precision(200):
        (ball,) = evaluate_balls(compile_tape([e], variables), [point_ball(v) for v in point.values()])
        return balls.exact_fraction(ball)


# -- what is accepted --------------------------------------------------------------------------------------
@pytest.mark.parametrize("e", [sp.Float("0.5") * x, x ** sp.Float(2.0), sp.sin(sp.Float(1) + x), sp.Float(3)])
def test_rejects_floats(e: sp.Expr) -> None:
    with pytest.raises(ValueError, match="float"):
        compile_tape([e], [x])


@pytest.mark.parametrize("e", [z, x + z, sp.sin(z), z**2 + z, sigmoid(z), (z + 1) ** 3 * z, sp.Max(x, z)])
def test_rejects_unknown_names(e: sp.Expr) -> None:
    with pytest.raises(ValueError, match="unknown name z"):
        compile_tape([e], [x, y])


@pytest.mark.parametrize(
    ("e", "name"),
    [
        (sp.gamma(x), "gamma"),
        (sp.Function("f")(x), "f"),
        (sp.sign(x), "sign"),
        (sp.Heaviside(x), "Heaviside"),
        (sp.atan2(x, y), "atan2"),
        (sp.floor(x), "floor"),
        (x + sp.I, "ImaginaryUnit"),
        (sp.oo * sp.Symbol("x", real=True), "Infinity"),
        (sp.Derivative(sp.Function("f")(x), x), "Derivative"),
        (sp.Integral(sp.sin(x), x), "Integral"),
    ],
)
def test_rejects_what_is_outside_the_language(e: sp.Expr, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        compile_tape([e], [x, y])


def test_a_symbol_with_other_assumptions_is_another_name() -> None:
    with pytest.raises(ValueError, match="unknown name x"):
        compile_tape([sp.Symbol("x")], [x])


def test_a_variable_listed_twice_is_rejected() -> None:
    with pytest.raises(ValueError, match="twice"):
        compile_tape([x], [x, x])


def test_an_activation_without_an_enclosure_is_rejected() -> None:
    class swish(ActivationFunction):
        """No backend knows it."""

    with pytest.raises(ValueError, match="swish"):
        compile_tape([swish(x)], [x])


def test_every_function_of_the_language_compiles_to_itself() -> None:
    for name in sorted(FUNCTIONS - {"sigmoid", "softplus"}):
        assert operations(getattr(sp, name)(x)) == [name]
    assert operations(sigmoid(x)) == ["sigmoid"]
    assert operations(softplus(x)) == ["softplus"]


# -- what is emitted ---------------------------------------------------------------------------------------
def test_inputs_and_constants_as_outputs() -> None:
    tape = compile_tape([y, x, R(3, 7), sp.pi, sp.E, y], [x, y])
    assert tape.outputs[0] == tape.outputs[5] == 1
    assert tape.outputs[1] == 0
    assert [i.operation for i in tape.instructions] == ["const", "pi", "e"]
    assert tape.instructions[0].data == Fraction(3, 7)


def test_common_subexpressions_are_computed_once() -> None:
    # sin(x*y) appears in all three: mul, sin, then exp, neg or scale, ...
    tape = compile_tape([sp.sin(x * y), sp.exp(sp.sin(x * y)), 3 * sp.sin(x * y)], [x, y])
    assert [i.operation for i in tape.instructions] == ["mul", "sin", "exp", "scale"]


def test_no_instruction_is_dead() -> None:
    tape = compile_tape([sigmoid(x) ** 2 * sigmoid.order(1)(x) * y, x**2 * y - y], [x, y])
    read = {slot for i in tape.instructions for slot in i.arguments} | set(tape.outputs)
    assert all(tape.inputs + k in read for k in range(len(tape.instructions)))


def test_products_of_one_sigmoid_become_one_polynomial() -> None:
    # s^2 s' = s^3 (1 - s) = s^3 - s^4
    tape = compile_tape([sigmoid(x) ** 2 * sigmoid.order(1)(x)], [x])
    assert [i.operation for i in tape.instructions] == ["sigmoid", "poly"]
    assert tape.instructions[1].data == (0, 0, 0, 1, -1)


def test_second_derivative_of_the_sigmoid_is_its_polynomial() -> None:
    # s'' = s (1 - s)(1 - 2 s) = s - 3 s^2 + 2 s^3
    assert compile_tape([sigmoid.order(2)(x)], [x]).instructions[1].data == (0, 1, -3, 2)


def test_plain_powers_and_scalings_keep_their_own_instructions() -> None:
    assert operations(x**3) == ["power"]
    assert operations(R(2, 3) * x) == ["scale"]
    assert operations(x + R(2, 3)) == ["shift"]
    assert operations(-x) == ["neg"]
    assert operations(x**-2) == ["power"] or operations(x**-2) == ["const", "power", "div"]
    assert operations(sp.sqrt(x)) == ["sqrt"]
    assert operations(x**y) == ["pow"]


def test_hand_values() -> None:
    half, third = Fraction(1, 2), Fraction(3)
    assert value_at((x - y) ** 2 / 4 - x * y, x=half, y=third) == Fraction(25, 16) - Fraction(3, 2)
    assert value_at(1 / x - y / x**2, x=half, y=third) == 2 - 12
    assert value_at(-x / y - 1, x=third, y=half) == -7
    assert value_at(sp.Max(x, y, 1) + sp.Min(x, y) - sp.Abs(x - y), x=half, y=third) == 3 + half - Fraction(5, 2)
    assert value_at(-(x + y) * (x - y) - 2 * (x + y), x=half, y=third) == Fraction(35, 4) - 7
    assert value_at(x**-3, x=half) == 8


def test_polynomials_that_lose_their_leading_terms_compile() -> None:
    # (x + 1)^2 - x^2 = 2 x + 1 and (x + 1)^2 - x^2 - 2 x = 1
    assert value_at((x + 1) ** 2 - x**2, x=Fraction(5, 2)) == 6
    assert value_at((x + 1) ** 2 - x**2 - 2 * x, x=Fraction(5, 2)) == 1
    assert value_at((x + 1) ** 2 - 2 * x - 1, x=Fraction(5, 2)) == Fraction(25, 4)


def test_products_beyond_the_largest_polynomial_degree_compile() -> None:
    # 2^3 (2 - 1)^23 and (2 - 1)^30
    assert value_at(x**3 * (x - 1) ** 23, x=Fraction(2)) == 8
    assert value_at((x - 1) ** 30 + x**29 + x**30, x=Fraction(2)) == 1 + 2**29 + 2**30


def test_to_fraction_is_exact() -> None:
    assert to_fraction(R(-22, 7)) == Fraction(-22, 7)


def test_last_use_never_frees_an_output_or_an_input() -> None:
    tape = Tape(1, (Instruction("neg", (0,)), Instruction("exp", (1,)), Instruction("add", (1, 2))), (1, 3))
    assert tape.last_use() == [[], [], [2]]


# -- all point backends against the reference --------------------------------------------------------------
def test_backends_agree_with_the_reference_evaluator(soundness: int) -> None:
    """Random trees at random rational points: NumPy is close, mpmath closer, Arb contains the value."""
    generator = random.Random(20240307)
    variables = [x, y, z]
    checked = 0
    for _ in range(600 * soundness):
        e = random_expression(generator, variables, generator.choice([1, 2, 3, 3, 4]))
        tape = compile_tape([e], variables)
        for _ in range(4):
            point = [Fraction(generator.randint(-96, 96), 2 ** generator.randint(3, 7)) for _ in variables]
            checked += compare_at(e, tape, variables, point)
    assert checked > 1200 * soundness


def compare_at(e: sp.Expr, tape: Tape, variables: list[sp.Symbol], point: list[Fraction]) -> int:
    """Compare all backends at one point; 0 where the expression is undefined or out of scale, else 1."""
    with mpmath.workdps(150):
        exact = [mpmath.mpf(v.numerator) / v.denominator for v in point]
        try:
            expected = reference_value(e, dict(zip(variables, exact, strict=True)))
        except UndefinedError:
            return 0
        if expected != 0 and not 1e-100 < abs(expected) < 1e100:
            return 0
        truth = fraction_of(expected)
        # Cancellation may cost digits, but not 90 of 150.
        slack = max(abs(truth), Fraction(1)) / 10**60
        (value,) = evaluate_mpmath(tape, exact)
        assert abs(fraction_of(value) - truth) <= slack, (e, point)
    radii = []
    for bits in (53, 140):
        with balls.precision(bits):
            (ball,) = evaluate_balls(tape, [point_ball(v) for v in point])
        with balls.precision(400):
            assert not ball.upper() < balls.ball(truth - slack), (e, point, bits, ball)
            assert not ball.lower() > balls.ball(truth + slack), (e, point, bits, ball)
        radii.append(float(ball.rad()) if ball.is_finite() else math.inf)
    assert radii[1] <= max(radii[0], 1e-35)
    (number,) = evaluate_numpy(tape, np.array([[float(v)] for v in point]))
    if math.isfinite(radii[0]) and radii[0] < 1.0:
        # The ball at 53 bits bounds what rounding to double does along the same program, up to a modest factor.
        assert abs(float(number[0]) - float(truth)) <= 64 * radii[0] + 1e-9 * max(abs(float(truth)), 1.0), (e, point)
    return 1


def test_numpy_evaluates_columns_and_broadcasts_constants() -> None:
    tape = compile_tape([x * y, R(1, 4), sp.pi], [x, y])
    found = evaluate_numpy(tape, np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    assert found.tolist() == [[4.0, 10.0, 18.0], [0.25] * 3, [np.pi] * 3]


def test_balls_reject_a_wrong_number_of_inputs() -> None:
    with pytest.raises(ValueError, match="expected 2 inputs, got 1"):
        evaluate_balls(compile_tape([x * y], [x, y]), [arb(1)])
