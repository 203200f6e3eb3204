"""The plain language: what is read, how it is echoed, and what errors say."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
import sympy as sp

from symbolic.activations import sigmoid, softplus
from symbolic.reader import Argument, ReadError, Reading, parse_expression, real_symbols

x, y, z = sp.symbols("x y z", real=True)
SCOPE = real_symbols(["x", "y", "z"])
HALF = sp.Rational(1, 2)


@pytest.mark.parametrize(
    ("text", "expected", "echo"),
    [
        ("x", x, "x"),
        ("0.1", sp.Rational(1, 10), "1/10"),
        ("1 + 2*3", sp.Integer(7), "1 + 2*3"),
        ("2 - 3 - 4", sp.Integer(-5), "2 - 3 - 4"),
        ("2 - (3 - 4)", sp.Integer(3), "2 - (3 - 4)"),
        ("12/2/3", sp.Integer(2), "(12/2)/3"),
        ("12/2*3", sp.Integer(18), "(12/2)*3"),
        ("12*2/3", sp.Integer(8), "(12*2)/3"),
        ("12/(2*3)", sp.Integer(2), "12/(2*3)"),
        ("2^3^2", sp.Integer(512), "2^(3^2)"),
        ("2**3**2", sp.Integer(512), "2^(3^2)"),
        ("(2^3)^2", sp.Integer(64), "(2^3)^2"),
        ("-2^2", sp.Integer(-4), "-(2^2)"),
        ("(-2)^2", sp.Integer(4), "(-2)^2"),
        ("2^-3", sp.Rational(1, 8), "2^(-3)"),
        ("2^-3^2", sp.Rational(1, 512), "2^(-(3^2))"),
        ("-x^2", -(x**2), "-(x^2)"),
        ("-x*y", -x * y, "-(x*y)"),
        ("-x + y", y - x, "-x + y"),
        ("+x", x, "x"),
        ("x - -y", x + y, "x - (-y)"),
        ("x*-y", -x * y, "x*(-y)"),
        ("--x", x, "-(-x)"),
        ("1/2*x", x / 2, "(1/2)*x"),
        ("0.5*x", x / 2, "(1/2)*x"),
        ("x*0.5", x / 2, "x*(1/2)"),
        ("0.5^x", HALF**x, "(1/2)^x"),
        ("0.5 + x", x + HALF, "1/2 + x"),
        ("-0.5 + x", x - HALF, "-(1/2) + x"),
        ("x^2*y", x**2 * y, "x^2*y"),
        ("x^2/y^2", x**2 / y**2, "x^2/y^2"),
        ("x/y/z", x / (y * z), "(x/y)/z"),
        ("2*(x + y)", 2 * x + 2 * y, "2*(x + y)"),
        ("x\n + y\t- z", x + y - z, "x + y - z"),
        ("pi*E", sp.pi * sp.E, "pi*E"),
        ("E^x", sp.exp(x), "E^x"),
        ("exp(-x^2/2)", sp.exp(-(x**2) / 2), "exp(-(x^2/2))"),
        ("sin(x)^2 + cos(x)^2", sp.sin(x) ** 2 + sp.cos(x) ** 2, "sin(x)^2 + cos(x)^2"),
        ("atan(x)*sinh(y)*cosh(z)", sp.atan(x) * sp.sinh(y) * sp.cosh(z), "atan(x)*sinh(y)*cosh(z)"),
        ("tanh(x) - erf(y)", sp.tanh(x) - sp.erf(y), "tanh(x) - erf(y)"),
        ("sin(pi/6)", HALF, "sin(pi/6)"),
        ("sigmoid(x)*(1 - sigmoid(x))", sigmoid(x) * (1 - sigmoid(x)), "sigmoid(x)*(1 - sigmoid(x))"),
        ("sigmoid(-x)", 1 - sigmoid(x), "sigmoid(-x)"),
        ("sigmoid''(x)", sigmoid.order(2)(x), "sigmoid''(x)"),
        ("softplus(x)", softplus(x), "softplus(x)"),
        ("softplus'(x)", sigmoid(x), "softplus'(x)"),
        ("softplus(0)", sp.log(2), "softplus(0)"),
        ("abs(x)", sp.Abs(x), "abs(x)"),
        ("abs(-3/2)", sp.Rational(3, 2), "abs(-(3/2))"),
        ("abs(-pi)", sp.pi, "abs(-pi)"),
        ("min(x, y)", sp.Min(x, y), "min(x, y)"),
        ("max(1, x, y, 3/2, x)", sp.Max(x, y, sp.Rational(3, 2)), "max(1, x, y, 3/2, x)"),
        ("min(3, 2, 5)", sp.Integer(2), "min(3, 2, 5)"),
        ("x^0", sp.Integer(1), "x^0"),
        ("x - x", sp.Integer(0), "x - x"),
        ("0*exp(x)", sp.Integer(0), "0*exp(x)"),
    ],
)
def test_reading(text: str, expected: sp.Expr, echo: str) -> None:
    reading = parse_expression(text, SCOPE)
    assert reading.expr == expected
    assert reading.text == echo
    again = parse_expression(echo, SCOPE)
    assert again == reading


def test_values_at_a_rational_point() -> None:
    # At x = 2/3, y = -5/7, worked out with fractions: x^2 = 4/9, x*y = -10/21, x - y = 29/21.
    point = {x: sp.Rational(2, 3), y: sp.Rational(-5, 7)}
    for text, value in [
        ("x^2 + x*y", sp.Rational(4, 9) - sp.Rational(10, 21)),
        ("(x - y)/(x + y)", sp.Rational(-29, 1)),  # x + y = -1/21
        ("x - y/x - y", sp.Rational(29, 21) + sp.Rational(15, 14)),
        ("-x^2^2/y^-1", sp.Rational(16, 81) * sp.Rational(5, 7)),
        ("min(x, y, 0.5) + max(x, y)*abs(y)", sp.Rational(-5, 7) + sp.Rational(10, 21)),
    ]:
        assert parse_expression(text, SCOPE).expr.subs(point) == value


def test_maxima_compare_rationals_only() -> None:
    # SymPy would decide 2*pi > 6 numerically; the enclosures do that here.
    assert parse_expression("max(6, 2*pi)", {}).expr.args == (6, 2 * sp.pi)
    assert parse_expression("abs(pi - 3)", {}).expr == sp.Abs(sp.pi - 3, evaluate=False)


def test_nothing_is_a_float() -> None:
    reading = parse_expression("0.1*x + 1e-3*sin(2.5*y)^0.5 + abs(0.7)", SCOPE)
    assert not reading.expr.atoms(sp.Float)
    with pytest.raises(ReadError, match="column 1: a floating-point number"):
        parse_expression("c", {"c": sp.Float("0.1")})


def test_definitions_and_constants_in_scope() -> None:
    u = parse_expression("x^2 + 1", SCOPE)
    scope = {**SCOPE, "u": u, "tau": sp.Integer(7), "v": x * y}
    reading = parse_expression("tau*u/v", scope)
    assert reading.expr == 7 * (x**2 + 1) / (x * y)
    assert reading.text == "(tau*u)/v"


def test_scope_is_checked() -> None:
    for scope, message in [
        ({"sin": x}, "column 1: the name 'sin' is taken by the language"),
        (
            {"x y": x},
            "column 1: expected a name made of letters, digits and '_', a letter first but found 'x y'",
        ),
    ]:
        with pytest.raises(ReadError) as caught:
            parse_expression("1", scope)
        assert str(caught.value) == message
    with pytest.raises(TypeError, match="t has variables that are not real"):
        parse_expression("t", {"t": sp.Symbol("t")})
    with pytest.raises(TypeError, match="t stands for a int, not an expression"):
        parse_expression("t", {"t": 1})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: expected a number, a name or '(' but found the end of the text"),
        ("2 + ** 3", "column 5: expected a number, a name or '(' but found '**'"),
        ("x +", "column 4: expected a number, a name or '(' but found the end of the text"),
        ("(x", "column 3: expected an operator or ')' but found the end of the text"),
        ("x)", "column 2: expected an operator or the end of the text but found ')'"),
        ("()", "column 2: expected a number, a name or '(' but found ')'"),
        (
            "2x",
            "column 2: expected an operator or the end of the text but found 'x' (a product is written with '*')",
        ),
        (
            "(x)(y)",
            "column 4: expected an operator or the end of the text but found '(' (a product is written with '*')",
        ),
        (
            "sin x",
            "column 5: expected an operator or the end of the text but found 'x' (a product is written with '*')",
        ),
        ("sin", "column 1: expected '(' after the function 'sin'"),
        ("x(y)", "column 1: 'x' is not a function (a product is written with '*')"),
        ("pi(y)", "column 1: 'pi' is not a function (a product is written with '*')"),
        ("sin()", "column 5: expected a number, a name or '(' but found ')'"),
        ("sin(x, y)", "column 1: sin takes 1 argument but 2 were given"),
        ("log(x, 2)", "column 1: log takes 1 argument but 2 were given"),
        ("min(x)", "column 1: min takes 2 arguments or more but 1 was given"),
        ("max(x,)", "column 7: expected a number, a name or '(' but found ')'"),
        ("sin(x", "column 6: expected an operator, ',' or ')' but found the end of the text"),
        ("sigmod(x)", "column 1: unknown function 'sigmod'; did you mean 'sigmoid'?"),
        ("ln(x)", "column 1: unknown function 'ln'; did you mean 'log'?"),
        ("Sin(x)", "column 1: unknown function 'Sin'; did you mean 'sin'?"),
        ("e^x", "column 1: unknown name 'e'; did you mean 'E'?"),
        ("x + X", "column 5: unknown name 'X'; did you mean 'x'?"),
        ("qqqq", "column 1: unknown name 'qqqq'"),
        ("exp'(x)", "column 1: primes are read after sigmoid and softplus only"),
        ("sigmoid'''''''''''(x)", "column 1: at most 10 primes are read"),
        ("sigmoid'", "column 9: expected '(' but found the end of the text"),
        ("x'", "column 3: expected '(' but found the end of the text"),
        ("inf", "column 1: 'inf' is not a number; expressions are finite"),
        ("x + @", "column 5: unexpected character '@'"),
        ("x.real", "column 2: unexpected character '.'"),
        ("[x]", "column 1: expected a number, a name or '(' but found '[' (group with '(' and ')')"),
        ("x; y", "column 2: unexpected character ';'"),
        ("x + \u00e9", "column 5: the character U+00E9 is not allowed"),
        ("x\u00b2", "column 2: the character U+00B2 is not allowed; write ^2"),
        ("x \u2212 y", "column 3: the character U+2212 is not allowed; write -"),
        ("x\x00", "column 2: the control character U+0000 is not allowed"),
        ("x\x1b[0m", "column 2: the control character U+001B is not allowed"),
        ("x +\ny + *", "line 2, column 5: expected a number, a name or '(' but found '*'"),
        ("x +\r\n y + z z", "line 2, column 8: expected an operator or the end of the text but found 'z'"),
        ("x = 1", "column 3: expected an operator or the end of the text but found '='"),
        ("x != 1", "column 3: '!=' cannot be claimed"),
        ("x" * 65, "column 1: a name has at most 64 characters"),
    ],
)
def test_errors_say_where_and_what(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_expression(text, SCOPE)
    shown = str(caught.value)
    assert shown.startswith(message)
    assert "\n" not in shown
    assert shown.isascii()


def test_an_error_carries_its_parts_and_survives_pickling() -> None:
    with pytest.raises(ReadError) as caught:
        parse_expression("x +\n * y", SCOPE)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert (error.line, error.column) == (2, 2)
        assert error.expected == ("a number", "a name", "'('")
        assert error.message == "expected a number, a name or '(' but found '*'"
        assert isinstance(error, ValueError)


def _grad(arguments: Sequence[Argument]) -> sp.Expr:
    objective, variable = arguments
    if objective.name != "ssl" or objective.reading is not None:
        raise ValueError(f"there is no objective {objective.text}")
    if variable.reading is None or not variable.reading.expr.is_Symbol:
        raise LookupError(f"{variable.text} is not a variable")
    return sp.diff(x**3 * y, variable.reading.expr)


def _half(arguments: Sequence[Argument]) -> Reading:
    (argument,) = arguments
    assert argument.reading is not None
    inner = parse_expression("sqrt(u)", {"u": argument.reading})
    return Reading(inner.expr / 2, inner.conditions, "")


def test_library_functions_get_names_and_readings() -> None:
    functions = {"grad": _grad, "half": _half}
    reading = parse_expression("2*grad(ssl, x) + half(y - 1)", SCOPE, functions)
    assert reading.expr == 6 * x**2 * y + sp.sqrt(y - 1) / 2
    assert reading.text == "2*grad(ssl, x) + half(y - 1)"
    assert [c.expr for c in reading.conditions] == [y - 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 + grad(sl, x)", "column 5: grad: there is no objective sl"),
        ("grad(ssl, 2*x)", "column 1: grad: 2*x is not a variable"),
        ("grad(ssl, q)", "column 1: grad: q is not a variable"),
        ("grad(ssl + 1, x)", "column 6: unknown name 'ssl'"),
        ("grad(ssl)", "column 1: grad: not enough values to unpack (expected 2, got 1)"),
        ("ssl", "column 1: unknown name 'ssl'"),
        ("grad", "column 1: expected '(' after the function 'grad'"),
        ("grad'(ssl, x)", "column 1: primes are read after sigmoid and softplus only"),
        ("gard(ssl, x)", "column 6: unknown name 'ssl'"),
    ],
)
def test_library_errors_are_placed_at_the_call(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_expression(text, SCOPE, {"grad": _grad})
    assert str(caught.value) == message


def test_a_name_means_one_thing() -> None:
    with pytest.raises(ReadError, match="the name 'x' stands for a function and for a value"):
        parse_expression("x", SCOPE, {"x": _grad})
    with pytest.raises(ReadError, match="the name 'exp' is taken by the language"):
        parse_expression("x", SCOPE, {"exp": _grad})
