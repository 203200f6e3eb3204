"""LaTeX: the same readings as the plain language, and no guess where mathematicians differ."""

from __future__ import annotations

import pytest
import sympy as sp

from symbolic.activations import sigmoid
from symbolic.reader import (
    ConditionKind,
    ReadError,
    parse_expression,
    parse_latex_expression,
    parse_latex_relation,
    real_symbols,
)

SCOPE = real_symbols(["x", "y", "z", "a", "b", "x1", "w_2", "wmax", "tau", "alpha", "lambda", "rate", "f"])


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        # Numbers, fractions, roots.
        (r"\frac{x}{y}", "x/y"),
        (r"\frac14", "1/4"),
        (r"\frac1x", "1/x"),
        (r"\frac xy", "x/y"),
        (r"\tfrac12 x", "(1/2)*x"),
        (r"\dfrac{1}{2}(x+1)", "(1/2)*(x + 1)"),
        (r"\frac\pi2", "pi/2"),
        (r"2\frac{x}{3}", "2*(x/3)"),
        ("0.5x", "(1/2)*x"),
        (r"\sqrt{x+1}", "sqrt(x + 1)"),
        (r"\sqrt2", "sqrt(2)"),
        (r"\sqrt[2]{x}", "sqrt(x)"),
        (r"\sqrt[3]{x}", "x^(1/3)"),
        (r"\sqrt{x}^2", "sqrt(x)^2"),
        # Names.
        ("x_1", "x1"),
        ("x_{1}", "x1"),
        ("w_2", "w_2"),
        ("w_{max}", "wmax"),
        (r"\tau\alpha\lambda", "tau*alpha*lambda"),
        (r"\mathrm{rate}\, x", "rate*x"),
        (r"\pi x", "pi*x"),
        # Powers.
        ("x^2", "x^2"),
        ("x^{12}", "x^12"),
        ("x^{-1}", "x^(-1)"),
        ("x^2y^2", "x^2*y^2"),
        ("x_1^2", "x1^2"),
        (r"x^\tau", "x^tau"),
        ("-x^2", "-(x^2)"),
        ("(-x)^2", "(-x)^2"),
        ("2^{x^{2}}", "2^(x^2)"),
        ("e^{-x}", "E^(-x)"),
        ("e^x", "E^x"),
        (r"\mathrm{e}^{x}", "E^x"),
        # Products and quotients.
        ("2x", "2*x"),
        ("xy", "x*y"),
        ("x y", "x*y"),
        (r"2 \cdot 3", "2*3"),
        (r"x \times y", "x*y"),
        ("2(x+1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("(x+1)y", "(x + 1)*y"),
        (r"\pi(x+1)", "pi*(x + 1)"),
        (r"x \cdot (1-x)", "x*(1 - x)"),
        ("x/2", "x/2"),
        ("xy/2", "(x*y)/2"),
        ("-x/2 + y", "-(x/2) + y"),
        ("x/y^2", "x/y^2"),
        # Brackets, sizes, spaces.
        (r"\left(x+1\right)^2", "(x + 1)^2"),
        (r"\left[ x - (y - 1) \right]", "x - (y - 1)"),
        (r"\bigl( x \bigr) \Big[ y \Big]", "x*y"),
        (r"\, x \; + \quad y \! ~ - \: z", "x + y - z"),
        (r"\displaystyle\frac{x}{2}", "x/2"),
        ("{x}y", "x*y"),
        # Functions.
        (r"\sin x", "sin(x)"),
        (r"3\sin x", "3*sin(x)"),
        (r"\sin(x+1)", "sin(x + 1)"),
        (r"\sin\left(x\right)y", "sin(x)*y"),
        (r"\sin 2x", "sin(2*x)"),
        (r"\sin\frac{x}{2}", "sin(x/2)"),
        (r"\sin x_1 + 1", "sin(x1) + 1"),
        (r"\sin x \cos y", "sin(x)*cos(y)"),
        (r"\sin x \cdot \cos y", "sin(x)*cos(y)"),
        (r"x\sin x", "x*sin(x)"),
        (r"\sin^2 x + \cos^{2}(x)", "sin(x)^2 + cos(x)^2"),
        (r"\left(\sin x\right)^2", "sin(x)^2"),
        (r"\log\log x", "log(log(x))"),
        (r"\ln 2", "log(2)"),
        (r"x\ln 2", "x*log(2)"),
        (r"\ln(1+e^{x})", "log(1 + E^x)"),
        (r"\exp(-x)/2", "exp(-x)/2"),
        (r"1/\sin x", "1/sin(x)"),
        (r"\arctan x + \arcsin y + \arccos z", "atan(x) + asin(y) + acos(z)"),
        (r"\sinh x + \cosh x + \tanh x", "sinh(x) + cosh(x) + tanh(x)"),
        (r"\operatorname{erf}(x)^2", "erf(x)^2"),
        (r"\operatorname{softplus}(x)", "softplus(x)"),
        (r"\operatorname{arctan}(x)", "atan(x)"),
        (r"\sigma(z)(1-\sigma(z))", "sigmoid(z)*(1 - sigmoid(z))"),
        (r"\sigma\!\left(z\right)^2", "sigmoid(z)^2"),
        (r"\sigma'(z)", "sigmoid'(z)"),
        (r"\sigma''(z)", "sigmoid''(z)"),
        (r"\sigma^{\prime\prime}(z)", "sigmoid''(z)"),
        (r"\operatorname{softplus}'(z)", "softplus'(z)"),
        # Absolute values, minima and maxima.
        ("|x|", "abs(x)"),
        ("|x|^2 + |y|", "abs(x)^2 + abs(y)"),
        ("||x| - 1|", "abs(abs(x) - 1)"),
        ("2|x| + 3|y|", "2*abs(x) + 3*abs(y)"),
        ("|x - (|y| + 1)|", "abs(x - (abs(y) + 1))"),
        (r"\left|x\right| y", "abs(x)*y"),
        (r"x \lvert y \rvert", "x*abs(y)"),
        (r"\bigl| x \bigr| \cdot y", "abs(x)*y"),
        (r"\min\{a,b\}", "min(a, b)"),
        (r"\max\left\{a, b, 1\right\}", "max(a, b, 1)"),
        (r"\min(a, b)^2", "min(a, b)^2"),
        (r"\operatorname{max}(a, b)", "max(a, b)"),
    ],
)
def test_the_same_reading_as_in_the_plain_language(formula: str, plain: str) -> None:
    assert parse_latex_expression(formula, SCOPE) == parse_expression(plain, SCOPE)
    assert parse_latex_expression(formula, SCOPE).text == plain


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        # Where does the argument end?
        (r"\sin x y", "column 8: ambiguous: does this belong to the argument"),
        (r"\sin x \cdot y", "column 14: ambiguous: does this belong to the argument"),
        (r"\sin x/2", "column 7: ambiguous: does this belong to the argument"),
        (r"\sin x (y + 1)", "column 8: ambiguous: does this belong to the argument"),
        (r"\sin(x)(y)", "column 8: ambiguous: does this belong to the argument"),
        (r"\sin 2x y", "column 9: ambiguous: does this belong to the argument"),
        (r"\sin \pi x", "column 10: ambiguous: does this belong to the argument"),
        (r"\ln 2x", "column 6: ambiguous: does this belong to the argument"),
        (r"\log x \sigma(z)", "column 8: ambiguous: does this belong to the argument"),
        (r"\log \sigma(z) y", "column 16: ambiguous: does this belong to the argument"),
        # What is raised to the power?
        (r"\sin x^2", "column 7: ambiguous: a power of the function, or of its argument?"),
        (r"\sin(x)^2", "column 8: ambiguous: a power of the function, or of its argument?"),
        (r"\log\sigma(z)^2", "column 14: ambiguous: a power of the function, or of its argument?"),
        (r"\sin^{-1} x", "column 5: ambiguous: an inverse function, or 1 over \\sin?"),
        (r"\sin^n x", "column 5: only a power such as \\sin^2 is read before the argument of \\sin"),
        (r"\sigma^2(z)", "column 7: ambiguous: write the power after the bracketed argument"),
        (r"\frac{x}{y}^2", "column 12: ambiguous: put the fraction"),
        # What is divided?
        ("a/b x", "column 5: ambiguous after a division by '/'"),
        ("1/2x", "column 4: ambiguous after a division by '/'"),
        ("a/b/x", "column 4: ambiguous after a division by '/'"),
        (r"a/b \cdot x", "column 5: ambiguous after a division by '/'"),
        (r"1/2\sin x", "column 4: ambiguous after a division by '/'"),
        # A function or a product?
        ("f(x+1)", "column 2: ambiguous: a function of this, or a product?"),
        ("x(1-x)", "column 2: ambiguous: a function of this, or a product?"),
        (r"\tau\left(x\right)", "column 5: ambiguous: a function of this, or a product?"),
        ("x^2(1-x)", "column 4: ambiguous: a function of this, or a product?"),
        ("e(x)", "column 2: ambiguous: a function of this, or a product?"),
        # Digits and letters that TeX splits.
        ("x^23", "column 3: ambiguous exponent: write x^{23}, or x^2 \\cdot 3"),
        ("x_12", "column 3: ambiguous subscript: write x_{12}, or x_1 \\cdot 2"),
        ("x^ab", "column 4: ambiguous: write braces"),
        (r"\sqrt ab", "column 8: ambiguous: write braces"),
        (r"\frac123", "column 8: a number stands right after a factor"),
        (r"\frac1.5", "column 6: write braces around this number"),
        ("x 2", "column 3: a number stands right after a factor"),
        ("2 3", "column 3: a number stands right after a factor"),
        (r"2\frac12", "column 2: ambiguous: a mixed number, or a product?"),
        # Words spelled without a command.
        ("rate", "column 1: ambiguous: letters are read one by one; write \\mathrm{rate}"),
        ("sin(x)", "column 1: ambiguous: letters are read one by one; write \\operatorname{sin}"),
        # Bars that pair up in two ways.
        ("|a|b|x|", "column 4: ambiguous bars"),
        ("|a|-b|-x|+|y|", "column 6: ambiguous bars"),
        ("2|-x|", "column 2: ambiguous bars"),
        ("|x||y|", "column 4: ambiguous bars"),
        # Braces do not show.
        ("{x+1}y", "column 1: braces do not show on paper"),
        (r"\sin{x+1}", "column 5: braces do not show on paper"),
        ("{x^2}^3", "column 1: braces do not show on paper"),
    ],
)
def test_doubtful_forms_are_refused(formula: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_latex_expression(formula, SCOPE)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("", "column 1: expected a number, a name or '(' but found the end of the text"),
        ("x +", "column 4: expected a number, a name or '(' but found the end of the text"),
        ("(x", "column 3: expected ')' but found the end of the text"),
        (r"\left(x\right]", "column 8: expected '\\right)' but found '\\right]'"),
        (r"\left(x", "column 8: expected '\\right)' but found the end of the text"),
        (r"\left x", "column 1: a bracket is missing after '\\left'"),
        (r"x\big", "column 2: a bracket is missing after '\\big'"),
        ("x)", "column 2: expected an operator, a relation or the end of the formula but found ')'"),
        (
            "a--b",
            "column 3: expected a number, a name or '(' but found '-' (put a signed number in parentheses)",
        ),
        (r"a \cdot -b", "column 9: expected a number, a name or '(' but found '-'"),
        ("x^-1", "column 3: expected '{', a digit or a letter but found '-'"),
        ("x^2^3", "column 4: a second exponent"),
        ("x^2_1", "column 4: write the subscript before the exponent"),
        ("x_1_2", "column 4: a second subscript"),
        ("x'", "column 2: primes are read after \\sigma"),
        ("x!", "column 2: unexpected character '!': factorials are not read"),
        ("$x$", "column 1: unexpected character '$': give the formula without dollar signs"),
        ("x & y", "column 3: unexpected character '&': alignment is not read"),
        ("x % y", "column 3: unexpected character '%': comments are not read"),
        (r"x \\ y", "column 3: one formula is read at a time"),
        ("x\\", "column 2: a command is missing after '\\'"),
        (r"\text{if } x", "column 1: text is not read"),
        (r"\fra{1}{2}", "column 1: unknown command '\\fra'; did you mean '\\frac'?"),
        (r"\write18{ls}", "column 1: unknown command '\\write'"),
        (r"\input{x}", "column 1: unknown command '\\input'"),
        (r"\infty", "column 1: expressions are finite"),
        (r"\pm x", "column 1: '\\pm' stands for two claims"),
        (r"\|x\|", "column 1: norms are not read"),
        (r"\log_2 x", "column 5: a subscript of \\log is not read"),
        (r"\sigma z", "column 8: expected '(' but found 'z' (sigmoid needs brackets around its argument)"),
        (r"\min a", "column 6: expected '(' but found 'a'"),
        (r"\sin", "column 5: expected '(', a number or a name but found the end of the text"),
        (r"\exp -x", "column 6: expected '(', a number or a name but found '-'"),
        (r"\sqrt[n]{x}", "column 7: the order of a root is a whole number from 2 on"),
        (r"\sqrt[1]{x}", "column 7: the order of a root is a whole number from 2 on"),
        (r"\frac{x}", "column 9: expected '{', a digit or a letter but found the end of the text"),
        (r"\frac{}{x}", "column 7: expected a number, a name or '(' but found '}'"),
        ("d x", "column 1: unknown name 'd'"),
        ("x_3", "column 1: unknown name 'x3'"),
        ("E", "column 1: unknown name 'E'; the constants are e and \\pi"),
        ("p_i", "column 1: unknown name 'pi'; the constants are e and \\pi"),
        (r"\beta", "column 1: unknown name 'beta'"),
        (r"\min\{a\}", "column 1: min takes 2 arguments or more but 1 was given"),
        ("1,5", "column 2: expected an operator, a relation or the end of the formula but found ','"),
        ("x < 1", "column 3: expected an operator, a relation or the end of the formula but found '<'"),
        ("x\x00", "column 2: the control character U+0000 is not allowed"),
        ("\\\u03c3(z)", "column 2: the character U+03C3 is not allowed"),
        ("x \u2264 1", "column 3: the character U+2264 is not allowed; write \\le"),
        (r"\frac{1}{0}", "column 1: division by zero"),
        (r"\sqrt{-1}", "column 1: a root of a negative number"),
    ],
)
def test_errors_say_where_and_what(formula: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_latex_expression(formula, SCOPE)
    shown = str(caught.value)
    assert shown.startswith(message)
    assert "\n" not in shown
    assert shown.isascii()


def test_a_variable_may_be_called_e_or_sigma() -> None:
    e, sigma = sp.symbols("e sigma", real=True)
    scope = {**SCOPE, "e": e, "sigma": sigma}
    assert parse_latex_expression("e^2", scope).expr == e**2
    assert parse_latex_expression(r"2\sigma", scope).expr == 2 * sigma
    for formula, message in [
        (r"\sigma(z)", "column 7: ambiguous: a function of this, or a product?"),
        (r"\mathrm{e}^x", "column 1: ambiguous: 'e' is also a name in scope"),
    ]:
        with pytest.raises(ReadError) as caught:
            parse_latex_expression(formula, scope)
        assert str(caught.value).startswith(message)


def test_names_that_could_be_two_things() -> None:
    scope = real_symbols(["a", "b", "ab", "x1", "x_1"])
    assert parse_latex_expression(r"\mathrm{ab} + a b", scope).text == "ab + a*b"
    for formula in ("ab", "x_1"):
        with pytest.raises(ReadError, match="column 1: ambiguous"):
            parse_latex_expression(formula, scope)


def test_derivatives_and_conditions() -> None:
    z = SCOPE["z"]
    reading = parse_latex_expression(r"\frac{\sigma''(z)}{\sqrt{z}}", SCOPE)
    assert reading.expr == sigmoid.order(2)(z) / sp.sqrt(z)
    assert [(c.expr, c.kind) for c in reading.conditions] == [
        (z, ConditionKind.NONNEGATIVE),
        (sp.sqrt(z), ConditionKind.NONZERO),
    ]


def test_library_functions() -> None:
    functions = {"grad": lambda arguments: sp.diff(SCOPE["a"] ** 3, arguments[1].reading.expr)}
    reading = parse_latex_expression(r"2\operatorname{grad}(\mathrm{ssl}, a)", SCOPE, functions)
    assert reading.expr == 6 * SCOPE["a"] ** 2
    assert reading.text == "2*grad(ssl, a)"


def test_relations() -> None:
    relation = parse_latex_relation(r"\sigma(z)(1-\sigma(z)) \le \frac14", SCOPE)
    assert relation.text == "sigmoid(z)*(1 - sigmoid(z)) <= 1/4"
    for formula, text in [
        (r"0 \leq x < 1", "0 <= x < 1"),
        (r"x \ge y \geqslant 0", "x >= y >= 0"),
        ("x > y", "x > y"),
        (r"x \lt y \leqslant 1", "x < y <= 1"),
        (r"|x| = \left|y\right|", "abs(x) == abs(y)"),
    ]:
        assert parse_latex_relation(formula, SCOPE).text == text
    for formula, message in [
        ("x", "column 2: there is no relation; expected one of < \\le > \\ge ="),
        (r"x \ne y", "column 3: '\\ne' cannot be claimed"),
        (r"x \approx y", "column 3: unknown command '\\approx'"),
        (r"0 \le x \ge y", "column 9: a chain cannot turn round"),
        (r"x \le", "column 6: expected a number, a name or '('"),
    ]:
        with pytest.raises(ReadError) as caught:
            parse_latex_relation(formula, SCOPE)
        assert str(caught.value).startswith(message)
