"""Text from an adversary: a ReadError or a reading, soon and in one line, and never anything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.reader import (
    ReadError,
    parse_expression,
    parse_extended_number,
    parse_interval,
    parse_latex_expression,
    parse_latex_relation,
    parse_name,
    parse_number,
    parse_relation,
    real_symbols,
)

SCOPE = real_symbols(["x", "y", "z"])
SECONDS = 1.0


def read(parse: Callable[..., Any], *arguments: Any) -> Any:
    """The reading, or the ReadError; fails when it takes long or the error is not one ASCII line."""
    start = time.process_time()
    try:
        outcome = parse(*arguments)
    except ReadError as error:
        outcome = error
        shown = str(error)
        assert "\n" not in shown
        assert shown.isascii()
        assert len(shown) < 300
        assert error.line >= 1
        assert error.column >= 1
    assert time.process_time() - start < SECONDS
    return outcome


REFUSED = {
    "import": "__import__('os').system('true')",
    "lambda": "lambda: x",
    "attribute": "x.__class__",
    "string": "'x'",
    "brackets": "[x for x in y]",
    "braces": "{x}",
    "walrus": "(x := 1)",
    "backslash": "x \\\n + y",
    "null": "x\x00 + y",
    "surrogate": "x + \ud800",
    "right to left": "x + \u202ey",
    "full width": "\uff58 + 1",
    "parentheses": "(" * 10_000 + "x" + ")" * 10_000,
    "open parentheses": "(" * 9_000,
    "201 parentheses": "(" * 201 + "x" + ")" * 201,
    "signs": "-" * 9_000 + "x",
    "tower": "x^" * 4_000 + "x",
    "divisions": "x/" * 4_000 + "x",
    "calls": "sin(" * 2_000 + "x" + ")" * 2_000,
    "calls that SymPy could not differentiate": "sin(" * 61 + "x" + ")" * 61,
    "open calls": "sin(" * 2_000,
    "exponent": "10^1000000000",
    "small exponent": "10^-1000000000",
    "variable exponent": "x^1000000000",
    "power of a power": "(((x+1)^1000)^1000)",
    "degree": "(x^1000*y^1000)^3",
    "nines": "9^9^9^9",
    "nines on the left": "((9^9)^9)^9^9",
    "scientific": "1e1000000000",
    "digits": "9" * 90_000,
    "exp log": "exp(10^8*log(3))",
    "exp log in a product": "exp(10^4*(10^4*log(3)))",
    "power with logarithms": "3^(10^8*log(5)/log(3))",
    "powers that merge": "5^(10^9*x)*5^(10^9 - 10^9*x)",
    "power of an exponential": "exp(10^8*x)^(log(3)/x)",
    "tower of exponentials": "sin(exp(exp(20)))",
    "tower hidden from the text": "sin(exp(exp(20 + x - x)))",
    "sine of a huge constant": "sqrt(sin(exp(30000)) - 1)",
    "nested constants": "2+" + "sqrt(2)*log(pi-" * 18 + "1" + ")" * 18,
    "root of a long number": f"sqrt({'7' * 200})",
    "roots that merge": "*".join(f"{2**60 + 3 * k}^(1/3)" for k in range(300)),
    "denominators": "+".join(f"1/(10^1200 + {k})" for k in range(300)),
    "denominators of coefficients": "+".join(f"x/(10^40 + {k})" for k in range(500)),
    "arguments": "min(" + ",".join("x" * 4_000) + ")",
    "tokens": "+".join("x" * 6_000),
    "10 MB": "x+" * 5_000_000 + "x",
    "10 MB of nothing": " " * 10_000_000,
    "long name": "a" * 90_000,
    "many unknown names": "+".join(f"unknown{k}" for k in range(4_900)),
    "primes": "sigmoid" + "'" * 5_000 + "(x)",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_line(name: str) -> None:
    for parse in (parse_expression, parse_relation):
        assert isinstance(read(parse, REFUSED[name], SCOPE), ReadError)
    for parse in (parse_number, parse_interval, parse_extended_number, parse_name):
        assert isinstance(read(parse, REFUSED[name]), ReadError)


READ = {
    "200 parentheses": "(" * 199 + "x" + ")" * 199,
    "59 calls": "sin(" * 59 + "x" + ")" * 59,
    "long sum": "+".join(f"{k}*x^{k % 9}*y" for k in range(900)),
    "long product": "*".join(f"(x - {k})" for k in range(900)),
    "absolute value of a long product": "abs(" + "*".join(f"(x - {k})" for k in range(400)) + ")",
    "sigmoid of a long sum": "sigmoid(" + "+".join(f"{k}*x^{k % 9}*y^{k}" for k in range(400)) + ")",
    "power with a long exponent": "x^(" + "+".join(f"{k}*x^{k % 9}*y^{k}" for k in range(400)) + ")",
    "exponential of many logarithms": "exp(" + "+".join(f"y*log(x + {k})" for k in range(200)) + ")",
    "continued fraction": "x" + "/(1 + x" * 18 + ")" * 18,
    "large power": "(1 + x)^1000",
    "hyperbolic functions of logarithms": "tanh((log(x) + asin(y) + z)^50)*softplus(tanh((log(x) + 1)^50))",
    "inverse of a sine": "asin(sin(3)) + acos(cos(exp(1000))) + atan(tan(22))",
    "maxima": "max(" + ",".join(f"x - {k}*y" for k in range(16)) + ")",
}


@pytest.mark.parametrize("name", READ)
def test_large_but_fair_text_is_read(name: str) -> None:
    reading = read(parse_expression, READ[name], SCOPE)
    assert not isinstance(reading, ReadError), str(reading)
    str(reading.expr)
    if "power" not in name and "long" not in name:
        sp.diff(reading.expr, SCOPE["x"])


def test_definitions_cannot_multiply_without_end() -> None:
    scope: Mapping[str, Any] = {**SCOPE, "w": SCOPE["x"]}
    for _ in range(60):
        outcome = read(parse_expression, "w*sin(w) + w", scope)
        if isinstance(outcome, ReadError):
            break
        scope = {**scope, "w": outcome}
    assert isinstance(outcome, ReadError)
    assert "parts" in outcome.message


def test_a_value_from_outside_is_measured_too() -> None:
    x = SCOPE["x"]
    for value, message in [
        (sp.Pow(x, 10**6), "the degree would be 1000000"),
        (sp.Integer(2) ** 20_000, "this makes a number of more than 4000 digits"),
        (sp.oo, "no real value"),
        (sp.I * x, "no real value"),
    ]:
        outcome = read(parse_expression, "w", {**SCOPE, "w": value})
        assert isinstance(outcome, ReadError)
        assert message in outcome.message


def test_a_deep_caller_gets_an_error_and_no_crash() -> None:
    def deeper(levels: int) -> Any:
        return deeper(levels - 1) if levels else read(parse_expression, "(" * 199 + "x" + ")" * 199, SCOPE)

    outcome = deeper(700)
    assert isinstance(outcome, ReadError)
    assert outcome.message == "nested too deeply"


LATEX = {
    "braces": "{" * 5_000 + "x" + "}" * 5_000,
    "groups": r"\left(" * 3_000 + "x" + r"\right)" * 3_000,
    "open groups": "(" * 9_000,
    "bars": "|" * 9_000,
    "fractions": r"\frac{1}{" * 1_000 + "x" + "}" * 1_000,
    "roots": r"\sqrt{" * 2_000 + "x" + "}" * 2_000,
    "operators": r"\sin " * 5_000 + "x",
    "exponents": "x^{" * 3_000 + "x" + "}" * 3_000,
    "nines": "9^{9^{9^{9}}}",
    "digits": "9" * 90_000,
    "letters": "x" * 90_000,
    "subscripts": "x_{" + "1" * 50_000 + "}",
    "command": "\\" + "a" * 50_000,
    "write": r"\immediate\write18{rm x}",
    "catcode": r"\catcode`\@=11",
    "definition": r"\def\x{\x\x}\x",
    "null": "x\x00",
    "10 MB": "x+" * 5_000_000,
    "primes": r"\sigma" + "'" * 5_000 + "(z)",
    "arguments": r"\min(" + ",".join("x" * 4_000) + ")",
}


@pytest.mark.parametrize("name", LATEX)
def test_hostile_latex_is_refused_in_one_line(name: str) -> None:
    for parse in (parse_latex_expression, parse_latex_relation):
        assert isinstance(read(parse, LATEX[name], SCOPE), ReadError)


def test_the_deepest_latex_that_is_read() -> None:
    assert not isinstance(read(parse_latex_expression, "(" * 99 + "x" + ")" * 99, SCOPE), ReadError)
    assert not isinstance(read(parse_latex_expression, r"\frac1{" * 40 + "x" + "}" * 40, SCOPE), ReadError)


WORDS = st.sampled_from(
    [
        *"xyz()+-*/^,'<>=.[]|{}_",
        "**",
        "<=",
        "!=",
        " ",
        "\n",
        "1",
        "2",
        "1/3",
        "0",
        "0.5",
        "1e9",
        "1e-99",
        "pi",
        "E",
    ]
    + [
        "sin(",
        "log(",
        "sqrt(",
        "tan(",
        "asin(",
        "exp(",
        "min(",
        "abs(",
        "sigmoid'(",
        "q",
        "\u03c0",
        "999",
        "(-1)",
    ]
)
COMMANDS = st.sampled_from(
    [
        *"xyz()+-*/^,'<>=.[]|{}_",
        " ",
        "12",
        r"\frac",
        r"\sqrt",
        r"\sin ",
        r"\log ",
        r"\sigma",
        r"\pi ",
        "e",
        r"\left(",
    ]
    + [
        r"\right)",
        r"\left|",
        r"\right|",
        r"\cdot ",
        r"\le ",
        r"\min",
        r"\{",
        r"\}",
        r"\operatorname{erf}",
        r"\\",
        "\\",
    ]
)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.lists(WORDS, max_size=25).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_expression, parse_relation):
        read(parse, text, SCOPE)
    for parse in (parse_number, parse_extended_number, parse_interval, parse_name):
        read(parse, text)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.lists(COMMANDS, max_size=25).map("".join))
def test_any_latex_is_read_or_refused(formula: str) -> None:
    for parse in (parse_latex_expression, parse_latex_relation):
        read(parse, formula, SCOPE)
