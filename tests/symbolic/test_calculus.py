"""Closed-form derivatives against a loss written by hand, differentiated numerically; and the exact zero test."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from flint import arb
from random_expressions import point_ball, reference_value

from numeric.balls import evaluate_balls, precision
from numeric.compiler import compile_tape
from symbolic.activations import sigmoid, softplus
from symbolic.calculus import (
    gradient,
    hessian,
    is_identically_zero,
    jacobian,
    normal_form,
    reject_floats,
    third_derivatives,
)
from symbolic.objectives import Objective, build_objective

x, y, z = sp.symbols("x y z", real=True)
Loss = Callable[..., mpmath.mpf]
MODELS = [("ssl", 1), ("ssl", 2), ("sl", 1), ("sl", 2), ("sl", 3)]
TAU, RIDGE = 7, Fraction(1, 800)


# -- the losses, from the definition of the model ----------------------------------------------------------
def s(u: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-u))


def reference_loss(name: str, neurons: int) -> Loss:
    """The noise-free population loss on the data x = s e1 + t tau e2, four classes of weight 1/4, label 0 for s = 1."""
    classes = [(1, 0), (1, 1), (-1, 0), (-1, 1)]

    def ssl(*w: mpmath.mpf) -> mpmath.mpf:
        total = sum(v**2 for v in w) * RIDGE.numerator / RIDGE.denominator
        for sign, t in classes:
            for j in range(neurons):
                a, b = w[2 * j], w[2 * j + 1]
                total -= s(sign * a + t * TAU * b) ** 2 / 4
        return total

    def sl(*w: mpmath.mpf) -> mpmath.mpf:
        # yhat is the probability of label 1 (s = -1); cross-entropy -log yhat or -log(1 - yhat).
        total = sum(v**2 for v in w) * RIDGE.numerator / RIDGE.denominator
        for sign, t in classes:
            hidden = [s(sign * w[2 * j] + t * TAU * w[2 * j + 1]) for j in range(neurons)]
            score = sum(w[2 * neurons + j] * hidden[j] for j in range(neurons))
            # 1 - s(score) = s(-score): written so to keep all digits.
            total += -mpmath.log(s(score) if sign == -1 else s(-score)) / 4
        return total

    return ssl if name == "ssl" else sl


def random_point(generator: random.Random, n: int) -> list[Fraction]:
    return [Fraction(generator.randint(-80, 80), 32) for _ in range(n)]


def numbers(point: list[Fraction]) -> list[mpmath.mpf]:
    return [mpmath.mpf(c.numerator) / c.denominator for c in point]


def close_to_derivative(e: sp.Expr, objective: Objective, loss: Loss, point: list[Fraction], order: list[int]) -> None:
    """The expression equals the numerical derivative of the reference loss, in mpmath and in Arb at two precisions."""
    with mpmath.workdps(50):
        at = numbers(point)
        expected = mpmath.diff(loss, tuple(at), tuple(order)) if any(order) else loss(*at)
        found = reference_value(e, dict(zip(objective.variables, at, strict=True)))
        assert abs(found - expected) < mpmath.mpf(10) ** -25, (order, point)
    tape = compile_tape([e], objective.variables)
    found_balls = []
    for bits in (60, 200):
        with precision(bits):
            found_balls += evaluate_balls(tape, [point_ball(c) for c in point])
    assert found_balls[0].overlaps(found_balls[1])
    with precision(200), mpmath.workdps(50):
        assert abs(found_balls[1] - arb(mpmath.nstr(found, 48))) < arb(10) ** -40


@pytest.mark.parametrize(("name", "neurons"), MODELS)
def test_the_loss_is_the_one_of_the_definition(name: str, neurons: int) -> None:
    objective, loss = build_objective(name, neurons=neurons), reference_loss(name, neurons)
    generator = random.Random(f"{name}{neurons}")
    n = len(objective.variables)
    for _ in range(12):
        close_to_derivative(objective.numeric_loss, objective, loss, random_point(generator, n), [0] * n)


@pytest.mark.parametrize(("name", "neurons"), MODELS)
def test_gradients(name: str, neurons: int) -> None:
    objective, loss = build_objective(name, neurons=neurons), reference_loss(name, neurons)
    generator = random.Random(f"{name}{neurons}")
    n = len(objective.variables)
    for _ in range(3):
        point = random_point(generator, n)
        for i, e in enumerate(objective.gradient):
            close_to_derivative(e, objective, loss, point, [int(k == i) for k in range(n)])


@pytest.mark.parametrize(("name", "neurons"), MODELS)
def test_hessians(name: str, neurons: int) -> None:
    objective, loss = build_objective(name, neurons=neurons), reference_loss(name, neurons)
    generator = random.Random(f"{name}{neurons}")
    n = len(objective.variables)
    point = random_point(generator, n)
    for i, j in itertools.combinations_with_replacement(range(n), 2):
        close_to_derivative(objective.hessian[i][j], objective, loss, point, [(k == i) + (k == j) for k in range(n)])
        assert objective.hessian[j][i] is objective.hessian[i][j]


@pytest.mark.parametrize(("name", "neurons"), MODELS)
def test_third_derivatives(name: str, neurons: int) -> None:
    """All of them for small models, a random sample of twenty for larger ones."""
    objective, loss = build_objective(name, neurons=neurons), reference_loss(name, neurons)
    generator = random.Random(f"{name}{neurons}")
    n = len(objective.variables)
    found = third_derivatives(objective.numeric_loss, objective.variables)
    assert sorted(found) == list(itertools.combinations_with_replacement(range(n), 3))
    point = random_point(generator, n)
    for key in generator.sample(sorted(found), min(20, len(found))):
        close_to_derivative(found[key], objective, loss, point, [key.count(k) for k in range(n)])


def test_derivatives_of_an_ordinary_expression() -> None:
    e = sp.exp(x * y) * sp.sin(z) + x**3 / (1 + y**2)
    assert [sp.simplify(a - sp.diff(e, v)) for a, v in zip(gradient(e, [x, y, z]), [x, y, z], strict=True)] == [0] * 3
    second = hessian(e, [x, y])
    assert sp.simplify(second[0][1] - sp.diff(e, x, y)) == 0
    assert sp.simplify(second[1][1] - sp.diff(e, y, 2)) == 0
    rows = jacobian([x * y, x + sp.tanh(z)], [x, y, z])
    assert rows[0] == [y, x, 0]
    assert rows[1][:2] == [1, 0]
    assert sp.simplify(rows[1][2] - 1 + sp.tanh(z) ** 2) == 0


# -- the exact zero test -----------------------------------------------------------------------------------
TRUE_IDENTITIES = [
    sp.Integer(0),
    (x + y) ** 3 - x**3 - 3 * x**2 * y - 3 * x * y**2 - y**3,
    sigmoid(-x) + sigmoid(x) - 1,
    sigmoid(x - y) + sigmoid(y - x) - 1,
    sigmoid.order(1)(x) - sigmoid(x) * (1 - sigmoid(x)),
    sigmoid.order(2)(x) - sigmoid.order(1)(x) * (1 - 2 * sigmoid(x)),
    sigmoid.order(3)(x) - sigmoid.order(1)(x) * (1 - 6 * sigmoid.order(1)(x)),
    softplus(-x) - softplus(x) + x,
    softplus(y - x) - softplus(x - y) + x - y,
    sigmoid((x + 1) ** 2 - x**2) - sigmoid(2 * x + 1),
    sigmoid(x * (y + 1)) - sigmoid(x * y + x),
    softplus(x * (y - 1)) - softplus(x * y - x),
    sigmoid(sigmoid(-x)) - sigmoid(1 - sigmoid(x)),
    sigmoid(sigmoid.order(1)(x)) - sigmoid(sigmoid(x) - sigmoid(x) ** 2),
    sigmoid(sigmoid(sigmoid(x * (y + 1)))) - sigmoid(sigmoid(sigmoid(x * y + x))),
    sp.diff(softplus(x * y) * x, x, 2) - (2 * y * sigmoid(x * y) + x * y**2 * sigmoid.order(1)(x * y)),
]
FALSE_IDENTITIES = [
    sp.Integer(1),
    x,
    sigmoid(x) - sigmoid(y),
    sigmoid(-x) - sigmoid(x),
    sigmoid(x) + sigmoid(y) - 1,
    sigmoid.order(1)(x) - sigmoid(x) ** 2,
    sigmoid.order(2)(x) - sigmoid.order(1)(x) * (1 - sigmoid(x)),
    softplus(-x) - softplus(x),
    softplus(x) - x,
    softplus(-x) - softplus(x) - x,
    sigmoid(2 * x) - 2 * sigmoid(x),
    sigmoid(x) ** 2 - sigmoid(x),
    sigmoid(x) * sigmoid(-x) - sigmoid(x),
    sigmoid(x * y) - sigmoid(x) * sigmoid(y),
    sp.Rational(1, 10**40) * sigmoid(x),
    sigmoid(x + sp.Rational(1, 10**30)) - sigmoid(x),
    (x + y) ** 2 - x**2 - y**2,
]


@pytest.mark.parametrize("e", TRUE_IDENTITIES, ids=str)
def test_identities_are_recognised(e: sp.Expr) -> None:
    assert is_identically_zero(e)
    assert is_identically_zero(-3 * e * (x + 2))


@pytest.mark.parametrize("e", FALSE_IDENTITIES, ids=str)
def test_false_identities_are_not(e: sp.Expr) -> None:
    assert not is_identically_zero(e)
    # A second opinion: the expression is not zero at some point.
    with mpmath.workdps(60):
        point = {x: mpmath.mpf(3) / 7, y: mpmath.mpf(-11) / 5, z: mpmath.mpf(1)}
        assert abs(reference_value(e, point)) > mpmath.mpf(10) ** -50


def test_random_rewritings_are_recognised_and_random_changes_are_not() -> None:
    """A product of derivatives equals its expanded form at reflected arguments; one changed coefficient is seen."""
    generator = random.Random(12)
    for _ in range(40):
        arguments = [generator.randint(-3, 3) * x + generator.randint(1, 3) * y for _ in range(2)]
        orders = [generator.randint(0, 3) for _ in arguments]
        e = sp.Mul(*(sigmoid.order(k)(u) for k, u in zip(orders, arguments, strict=True))) + softplus(arguments[0]) * x
        # By hand: f(u) = +-f(-u) for derivatives, s(u) = 1 - s(-u), softplus(u) = softplus(-u) + u.
        values = [sigmoid.order(k)(-u) for k, u in zip(orders, arguments, strict=True)]
        back = [1 - v if k == 0 else (-1) ** (k + 1) * v for k, v in zip(orders, values, strict=True)]
        other = sp.expand(sp.Mul(*back)) + sp.expand((softplus(-arguments[0]) + arguments[0]) * x)
        assert is_identically_zero(e - other)
        assert not is_identically_zero(e - other + sp.Rational(1, 10**9) * sigmoid(arguments[1]))


def test_normal_forms_are_equal_for_equal_expressions() -> None:
    assert normal_form(sigmoid(-x) * 2) == 2 - 2 * sigmoid(x)
    assert normal_form(softplus(-x)) == softplus(x) - x
    assert normal_form(sigmoid.order(1)(y)) == sigmoid(y) - sigmoid(y) ** 2


@pytest.mark.parametrize("e", [sp.Float(1), x + 0.5, sigmoid(0.25 * x), x**2.0, sp.sin(sp.Float(3) * x)])
def test_floats_are_rejected(e: sp.Expr) -> None:
    with pytest.raises(ValueError, match="exact numbers only"):
        reject_floats(e)


def test_exact_numbers_are_not_rejected() -> None:
    reject_floats(sp.Rational(1, 10) * x + sp.pi + sp.sqrt(2))
