"""Domain conditions: remembered from the text, whatever SymPy makes of the expression."""

from __future__ import annotations

import pytest
import sympy as sp

from symbolic.reader import ConditionKind, DomainCondition, ReadError, parse_expression, real_symbols

x, y = sp.symbols("x y", real=True)
SCOPE = real_symbols(["x", "y"])
NONZERO, NONNEGATIVE, POSITIVE, UNIT, TAN = ConditionKind


def conditions(text: str) -> list[tuple[sp.Expr, ConditionKind]]:
    return [(c.expr, c.kind) for c in parse_expression(text, SCOPE).conditions]


@pytest.mark.parametrize(
    ("text", "expr", "expected"),
    [
        # SymPy forgets these.
        ("x/x", sp.Integer(1), [(x, NONZERO)]),
        ("(x^2 - x)/x", None, [(x, NONZERO)]),
        ("0/x", sp.Integer(0), [(x, NONZERO)]),
        ("sqrt(x)^2", x, [(x, NONNEGATIVE)]),
        ("exp(log(x))", x, [(x, POSITIVE)]),
        ("0*log(x)", sp.Integer(0), [(x, POSITIVE)]),
        ("log(x) - log(x)", sp.Integer(0), [(x, POSITIVE)]),
        ("1/(1/x)", x, [(x, NONZERO), (1 / x, NONZERO)]),
        ("x^-1*x", sp.Integer(1), [(x, NONZERO)]),
        ("(x^(1/2))^4", x**2, [(x, NONNEGATIVE)]),
        ("tan(x)/tan(x)", sp.Integer(1), [(x, TAN), (sp.tan(x), NONZERO)]),
        ("(asin(x) + 1)^0", sp.Integer(1), [(x, UNIT)]),
        # Each kind.
        ("1/(x - y)", None, [(x - y, NONZERO)]),
        ("x^-2", x**-2, [(x, NONZERO)]),
        ("sqrt(x - 1)", None, [(x - 1, NONNEGATIVE)]),
        ("log(x*y)", None, [(x * y, POSITIVE)]),
        ("acos(2*x)", None, [(2 * x, UNIT)]),
        ("tan(x + 1)", None, [(x + 1, TAN)]),
        # Powers: real exponents want a positive base, fractions a nonnegative one, whatever the root.
        ("x^(1/3)", None, [(x, NONNEGATIVE)]),
        ("x^0.5", sp.sqrt(x), [(x, NONNEGATIVE)]),
        ("x^(-1/3)", None, [(x, POSITIVE)]),
        ("x^y", x**y, [(x, POSITIVE)]),
        ("x^pi", None, [(x, POSITIVE)]),
        ("2^x", 2**x, []),
        ("E^x", sp.exp(x), []),
        ("pi^x", None, []),
        ("x^3", x**3, []),
        ("x^(y - y + 2)", x**2, []),
        # Inner conditions come first and each is kept once.
        ("log(1/x) + log(1/x)", None, [(x, NONZERO), (1 / x, POSITIVE)]),
        # No conditions.
        ("exp(x) + atan(x) + tanh(x) + erf(x) + abs(x) + min(x, y) + softplus(x)", None, []),
        # Constants are decided.
        ("1/3 + sqrt(2) + log(5) + asin(1/2) + tan(3) + 0^2 + 2^(1/2)", None, []),
        ("log(pi)/E + sqrt(exp(-1))/(pi + sqrt(2)) + 1/log(1/2) + log(-3*log(1/2))", None, []),
        ("tan(pi/3) + tan(pi)", None, []),
        ("asin(-1) + acos(1)", None, []),
        # Not decided by exact arithmetic: left to the enclosures.
        ("sqrt(sqrt(2) - 1)", None, [(sp.sqrt(2) - 1, NONNEGATIVE)]),
        ("1/(pi - 3)", None, [(sp.pi - 3, NONZERO)]),
        ("asin(1/pi)", None, [(1 / sp.pi, UNIT)]),
        ("tan(sqrt(2))", None, [(sp.sqrt(2), TAN)]),
    ],
)
def test_conditions(text: str, expr: sp.Expr | None, expected: list[tuple[sp.Expr, ConditionKind]]) -> None:
    assert conditions(text) == expected
    if expr is not None:
        assert parse_expression(text, SCOPE).expr == expr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1/0", "column 2: division by zero"),
        ("x + 1/(2 - 2)", "column 6: division by zero"),
        ("1/(x - x)", "column 2: division by zero"),
        ("0^-1", "column 2: division by zero"),
        ("0^0", "column 2: 0^0 is not defined"),
        ("(x - x)^0", "column 8: 0^0 is not defined"),
        ("sqrt(-1)", "column 1: a root of a negative number"),
        ("sqrt(-pi)", "column 1: a root of a negative number"),
        ("(-8)^(1/3)", "column 5: a root of a negative number"),
        ("log(0)", "column 1: a logarithm or real power of a number that is not positive"),
        ("log(-2)", "column 1: a logarithm or real power of a number that is not positive"),
        ("log(log(1/2))", "column 1: a logarithm or real power of a number that is not positive"),
        ("0^x", "column 2: a logarithm or real power of a number that is not positive"),
        ("0^(-1/2)", "column 2: a logarithm or real power of a number that is not positive"),
        ("(-2)^x", "column 5: a logarithm or real power of a number that is not positive"),
        ("asin(2)", "column 1: an inverse sine or cosine of a number outside [-1, 1]"),
        ("acos(-1.0001)", "column 1: an inverse sine or cosine of a number outside [-1, 1]"),
        ("tan(pi/2)", "column 1: the tangent of an odd multiple of pi/2"),
        ("tan(-3*pi/2)", "column 1: the tangent of an odd multiple of pi/2"),
    ],
)
def test_constants_outside_a_domain_are_errors(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_expression(text, SCOPE)
    assert str(caught.value) == message


def test_definitions_bring_their_conditions() -> None:
    u = parse_expression("log(x)/x", SCOPE)
    v = parse_expression("sqrt(u)", {**SCOPE, "u": u})
    scope = {**SCOPE, "u": u, "v": v}
    reading = parse_expression("0*v + y", scope)
    assert reading.expr == y
    assert [(c.expr, c.kind) for c in reading.conditions] == [
        (x, POSITIVE),
        (x, NONZERO),
        (sp.log(x) / x, NONNEGATIVE),
    ]
    assert parse_expression("y", scope).conditions == ()


def test_conditions_say_what_they_require() -> None:
    texts = [str(c) for c in parse_expression("1/(x-1) + sqrt(x) + log(y^2) + asin(x) + tan(2*x)", SCOPE).conditions]
    assert texts == [
        "x - 1 != 0 (denominator)",
        "x >= 0 (root)",
        "y^2 > 0 (logarithm or base of a power)",
        "-1 <= x <= 1 (inverse sine or cosine)",
        "cos(2*x) != 0 (tangent)",
    ]
    assert str(DomainCondition(x, POSITIVE)) == "x > 0 (logarithm or base of a power)"
    assert DomainCondition(x, POSITIVE, "x") == DomainCondition(x, POSITIVE, "(x)")


def test_absolute_values_stay_in_the_reals() -> None:
    # SymPy writes |exp(asin(x))| with the real part of asin(x), and |asin(x) + 1| with conjugates.
    assert parse_expression("abs(exp(asin(x)))", SCOPE).expr == sp.exp(sp.asin(x))
    for text in ("abs(asin(x) + 1)", "abs(x^y*log(x))", "abs(sqrt(x) - 2)", "abs(log(x))"):
        expr = parse_expression(text, SCOPE).expr
        assert not expr.has(sp.re, sp.im, sp.conjugate, sp.arg, sp.I)


def test_what_sympy_finds_to_be_complex_is_refused() -> None:
    for text in ("sqrt(-x^2)", "log(1 - sqrt(2))"):
        with pytest.raises(ReadError, match="no real value"):
            parse_expression(text, SCOPE)
