"""Random trees: their canonical text and their LaTeX mean what the trees mean."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from symbolic.activations import sigmoid, softplus
from symbolic.reader import (
    ConditionKind,
    ReadError,
    parse_expression,
    parse_latex_expression,
    real_symbols,
)
from symbolic.reader.echo import phrase
from symbolic.reader.tree import (
    Call,
    Name,
    Negation,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    fold,
)

SCOPE = real_symbols(["x", "y"])
POINT = {"x": Fraction(2, 3), "y": Fraction(-5, 7)}
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf")

leaves = st.sampled_from([Name("x", 0), Name("y", 0)]) | st.builds(
    lambda p, q: Number(sp.Rational(p, q), 0), st.integers(0, 9), st.integers(1, 4)
)


def _algebra(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(st.tuples(inner, st.booleans()), min_size=2, max_size=3)
    return (
        st.builds(Negation, inner, st.just(0))
        | several.map(lambda pairs: Sum(tuple(p[0] for p in pairs), tuple(p[1] for p in pairs), 0))
        | several.map(lambda pairs: Product(tuple(p[0] for p in pairs), 0))
        | st.builds(Quotient, inner, inner, st.just(0))
        | st.builds(lambda b, n: Power(b, Number(sp.Integer(n), 0), 0), inner, st.integers(0, 3))
    )


algebra = st.recursive(leaves, _algebra, max_leaves=12)


def fraction_value(node: Node, parts: list[Fraction]) -> Fraction:
    """The value at POINT in Python's fractions; ZeroDivisionError where it is undefined."""
    match node:
        case Number(value):
            return Fraction(int(value.p), int(value.q))
        case Name(name):
            return POINT[name]
        case Negation():
            return -parts[0]
        case Sum(negative=negative):
            return sum((-p if minus else p for p, minus in zip(parts, negative, strict=True)), Fraction(0))
        case Product():
            product = Fraction(1)
            for part in parts:
                product *= part
            return product
        case Quotient():
            return parts[0] / parts[1]
        case Power():
            if parts == [0, 0]:
                raise ZeroDivisionError
            return parts[0] ** int(parts[1])
    raise AssertionError(node)


def latex(node: Node, parts: list[str]) -> str:
    """LaTeX with brackets around everything that is not a letter or a number."""

    def grouped(i: int) -> str:
        part = children(node)[i]
        whole = isinstance(part, Number) and part.value.q == 1
        return parts[i] if whole or isinstance(part, (Name, Call)) else rf"\left({parts[i]}\right)"

    match node:
        case Number(value):
            return str(value.p) if value.q == 1 else rf"\frac{{{value.p}}}{{{value.q}}}"
        case Name(name):
            return name
        case Negation():
            return f"-{grouped(0)}"
        case Sum(negative=negative):
            signs = ["-" if negative[0] else ""] + [" - " if minus else " + " for minus in negative[1:]]
            return "".join(sign + grouped(i) for i, sign in enumerate(signs))
        case Product():
            return r" \cdot ".join(grouped(i) for i in range(len(parts)))
        case Quotient():
            return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
        case Power():
            return rf"{grouped(0)}^{{{parts[1]}}}"
        case Call(function):
            return rf"\operatorname{{{function}}}({', '.join(parts)})"


@given(algebra)
def test_canonical_text_has_the_value_of_the_tree(tree: Node) -> None:
    text = fold(tree, phrase).text
    try:
        value = fold(tree, fraction_value)
    except ZeroDivisionError:
        value = None
    try:
        reading = parse_expression(text, SCOPE)
    except ReadError as error:
        assert "division by zero" in error.message or "0^0" in error.message
        assert value is None
        return
    assert parse_expression(reading.text, SCOPE) == reading
    holds = all(sp.sympify(c.expr).subs(_symbols()) != 0 for c in reading.conditions)
    if value is None:
        # x^0 is 1 everywhere, so only a vanishing base of a zeroth power is no failed condition.
        assert not holds or "^0" in text
    else:
        assert holds
        assert reading.expr.subs(_symbols()) == sp.Rational(value.numerator, value.denominator)


def _symbols() -> dict[sp.Expr, sp.Rational]:
    return {SCOPE[name]: sp.Rational(v.numerator, v.denominator) for name, v in POINT.items()}


def _functions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    one = st.builds(
        lambda f, u: Call(f, 0, (u,), 0), st.sampled_from((*FUNCTIONS, "sigmoid", "softplus", "abs")), inner
    )
    two = st.builds(lambda f, u, v: Call(f, 0, (u, v), 0), st.sampled_from(("min", "max")), inner, inner)
    real_power = st.builds(Power, inner, inner, st.just(0))
    return _algebra(inner) | one | two | real_power


@given(st.recursive(leaves, _functions, max_leaves=10))
def test_text_and_latex_are_read_alike_and_the_echo_is_stable(tree: Node) -> None:
    text = fold(tree, phrase).text
    try:
        reading = parse_expression(text, SCOPE)
    except ReadError:
        with pytest.raises(ReadError):
            parse_latex_expression(fold(tree, latex), SCOPE)
        return
    assert reading.text == text
    assert parse_expression(reading.text, SCOPE) == reading
    assert parse_latex_expression(fold(tree, latex), SCOPE) == reading


class UndefinedError(Exception):
    """The tree has no real value here, or one too large or small to compare."""


def real_value(point: dict[str, mpmath.mpf]):  # type: ignore[no-untyped-def]
    """A visitor that gives a tree its value at a point by mpmath, straight from the definitions."""

    def value(node: Node, parts: list[mpmath.mpf]) -> mpmath.mpf:
        match node:
            case Number(number):
                return mpmath.mpf(int(number.p)) / int(number.q)
            case Name(name):
                return point[name]
            case Negation():
                return -parts[0]
            case Sum(negative=negative):
                return mpmath.fsum(-p if minus else p for p, minus in zip(parts, negative, strict=True))
            case Product():
                return mpmath.fprod(parts)
            case Quotient():
                return parts[0] / parts[1]
            case Power():
                base, exponent = parts
                whole = isinstance(children(node)[1], Number) and exponent == int(exponent)
                if not whole and (base < 0 or (base == 0 and exponent <= 0)):
                    raise UndefinedError
                return base ** (int(exponent) if whole else exponent)
            case Call(function):
                return _call(function, parts)

    def checked(node: Node, parts: list[mpmath.mpf]) -> mpmath.mpf:
        try:
            result = value(node, parts)
        except (ZeroDivisionError, ValueError, OverflowError) as error:
            raise UndefinedError from error
        if isinstance(result, mpmath.mpc) or not 1e-12 < abs(result) + (result == 0) < 1e12:
            raise UndefinedError
        return result

    return checked


def _call(function: str, parts: list[mpmath.mpf]) -> mpmath.mpf:
    u = parts[0]
    if (function == "log" and u <= 0) or (function == "sqrt" and u < 0):
        raise UndefinedError
    if function in ("asin", "acos") and abs(u) > 1:
        raise UndefinedError
    if function in ("min", "max"):
        return (min if function == "min" else max)(parts)
    if function == "sigmoid":
        return 1 / (1 + mpmath.exp(-u))
    if function == "softplus":
        return mpmath.log1p(mpmath.exp(u))
    return abs(u) if function == "abs" else getattr(mpmath, function)(u)


def expression_value(expr: sp.Expr, point: dict[str, mpmath.mpf]) -> mpmath.mpf:
    """The value of a SymPy expression by mpmath, one node at a time."""
    if expr.is_Symbol:
        return point[expr.name]
    if expr.is_Rational:
        return mpmath.mpf(int(expr.p)) / int(expr.q)
    if not expr.args:
        return {sp.pi: mpmath.pi, sp.E: mpmath.e}[expr] + 0
    parts = [expression_value(argument, point) for argument in expr.args]
    if expr.is_Add:
        return mpmath.fsum(parts)
    if expr.is_Mul:
        return mpmath.fprod(parts)
    if expr.is_Pow:
        return parts[0] ** (int(expr.exp) if expr.exp.is_Integer else parts[1])
    names = {sp.Abs: "abs", sp.Max: "max", sp.Min: "min", sigmoid: "sigmoid", softplus: "softplus"}
    return _call(names.get(expr.func, expr.func.__name__), parts)


def condition_holds(kind: ConditionKind, u: mpmath.mpf) -> bool:
    slack = mpmath.mpf(10) ** -30
    return {
        ConditionKind.NONZERO: u != 0,
        ConditionKind.NONNEGATIVE: u >= -slack,
        ConditionKind.POSITIVE: u > -slack,
        ConditionKind.CLOSED_UNIT: abs(u) <= 1 + slack,
        ConditionKind.TAN: mpmath.cos(u) != 0,
    }[kind]


def random_tree(rng: random.Random, depth: int) -> Node:
    if depth == 0 or rng.random() < 0.1:
        if rng.random() < 0.65:
            return Name(rng.choice("xy"), 0)
        return Number(sp.Rational(rng.randint(0, 6), rng.choice((1, 1, 2, 3))), 0)
    u, v = random_tree(rng, depth - 1), random_tree(rng, depth - 1)
    shape = rng.randrange(8)
    if shape < 5:
        power = Number(sp.Rational(rng.choice((-2, -1, 1, 2, 3, 4)), rng.choice((1, 2, 3))), 0)
        return [
            Sum((u, v), (False, rng.random() < 0.5), 0),
            Product((u, v), 0),
            Quotient(u, v, 0),
            Power(u, power, 0),
            Power(u, v, 0),
        ][shape]
    if shape == 5:
        return Call(rng.choice(("min", "max")), 0, (u, v), 0)
    return Call(rng.choice((*FUNCTIONS, "sigmoid", "softplus", "abs")), 0, (u,), 0)


def test_readings_have_the_value_of_the_tree_wherever_it_is_defined(soundness: int) -> None:
    rng = random.Random(20)
    compared = 0
    with mpmath.workdps(50):
        for _ in range(700 * soundness):
            tree = random_tree(rng, rng.randint(1, 5))
            try:
                reading = parse_expression(fold(tree, phrase).text, SCOPE)
            except ReadError:
                reading = None
            for _ in range(4):
                # Denominators of 997 keep variable exponents away from whole numbers.
                point = {name: mpmath.mpf(rng.randint(-2500, 2500) * 2 + 1) / 997 for name in "xy"}
                try:
                    value = fold(tree, real_value(point))
                except UndefinedError:
                    continue
                if reading is None:
                    # Refused as a whole: only for powers of a base that vanishes identically.
                    assert value is not None
                    continue
                for condition in reading.conditions:
                    assert condition_holds(condition.kind, expression_value(condition.expr, point)), str(condition)
                difference = abs(expression_value(reading.expr, point) - value)
                assert difference < mpmath.mpf(10) ** -20 * (1 + abs(value)), reading.text
                compared += 1
    assert compared > 500 * soundness
