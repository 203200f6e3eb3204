"""Numbers and intervals: exact values, and one clear line for everything else."""

from __future__ import annotations

import sys

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from symbolic.reader import ReadError, parse_extended_number, parse_interval, parse_name, parse_number
from symbolic.reader.numbers import number_text


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("7", 7, 1),
        ("007", 7, 1),
        ("-7", -7, 1),
        ("+7", 7, 1),
        ("  - 7\t", -7, 1),
        ("0.1", 1, 10),
        (".5", 1, 2),
        ("5.", 5, 1),
        ("-0.0625", -1, 16),
        ("1e-3", 1, 1000),
        ("1E3", 1000, 1),
        ("1.5e+2", 150, 1),
        ("12.5e-1", 5, 4),
        ("0e999", 0, 1),
        ("1/3", 1, 3),
        ("-4/6", -2, 3),
        ("1 / -3", -1, 3),
        ("0.1/0.3", 1, 3),
        # The float nearest to this decimal is another number.
        ("0.1000000000000000055511151231257827", 1000000000000000055511151231257827, 10**34),
    ],
)
def test_numbers_are_exact(text: str, numerator: int, denominator: int) -> None:
    value = parse_number(text)
    assert value == sp.Rational(numerator, denominator)
    assert isinstance(value, sp.Rational)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: expected a number but found the end of the text"),
        ("x", "column 1: expected a number but found 'x'"),
        ("1 2", "column 3: expected the end of the text but found '2'"),
        ("1.2.3", "column 4: expected the end of the text but found '.3'"),
        ("1e", "column 2: expected the end of the text but found 'e'"),
        ("--1", "column 2: expected a number but found '-'"),
        ("1/", "column 3: expected a number but found the end of the text"),
        ("1/0", "column 3: division by zero"),
        ("1/0.0", "column 3: division by zero"),
        ("1/2/3", "column 4: expected the end of the text but found '/'"),
        ("0x10", "column 2: expected the end of the text but found 'x10'"),
        ("1_000", "column 2: expected the end of the text but found '_000'"),
        ("inf", "column 1: expected a number but found 'inf'"),
        ("nan", "column 1: expected a number but found 'nan'"),
        ("1,5", "column 2: expected the end of the text but found ','"),
        ("\u0661", "column 1: the character U+0661 is not allowed"),
        ("\u22121", "column 1: the character U+2212 is not allowed; write -"),
        ("1\x00", "column 2: the control character U+0000 is not allowed"),
        ("__import__('os')", "column 1: expected a number but found '__import__'"),
        ("9" * 4001, "column 1: a number has at most 4000 digits"),
        ("1e4001", "column 1: a number has at most 4000 digits"),
        ("1e-4001", "column 1: a number has at most 4000 digits"),
        ("1e999999999999999999999", "column 1: a number has at most 4000 digits"),
        ("1e4000/1e-4000", "column 8: a number has at most 4000 digits"),
        ("99e3999", "column 1: a number has at most 4000 digits"),
    ],
)
def test_other_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_number(text)
    assert str(caught.value) == message


def test_long_numbers_do_not_meet_the_limits_of_python() -> None:
    digits = "123456789" * 400
    value = parse_number(digits)
    assert value % 10**9 == 123456789
    assert number_text(value) == digits
    assert number_text(-1 / value) == f"-1/{digits}"
    previous = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        assert parse_number("1" + "0" * 3000) == sp.Integer(10) ** 3000
        assert number_text(sp.Integer(10) ** 3000) == "1" + "0" * 3000
    finally:
        sys.set_int_max_str_digits(previous)


@given(st.integers(-(10**30), 10**30), st.integers(-40, 40))
def test_scientific_notation_is_a_power_of_ten(mantissa: int, exponent: int) -> None:
    assert parse_number(f"{mantissa}e{exponent}") == sp.Integer(mantissa) * sp.Integer(10) ** exponent


@given(st.integers(-(10**700), 10**700), st.integers(1, 10**700))
def test_number_text_is_read_back(numerator: int, denominator: int) -> None:
    value = sp.Rational(numerator, denominator)
    assert parse_number(number_text(value)) == value


def test_infinite_ends() -> None:
    assert parse_extended_number("inf") == sp.oo
    assert parse_extended_number(" - inf ") == -sp.oo
    assert parse_extended_number("+oo") == sp.oo
    assert parse_extended_number("-infinity") == -sp.oo
    assert parse_extended_number("-1/2") == sp.Rational(-1, 2)
    for text, message in [
        ("Inf", "column 1: expected a number or inf but found 'Inf'"),
        ("inf/2", "column 4: expected the end of the text but found '/'"),
        ("--inf", "column 2: expected a number or inf but found '-'"),
    ]:
        with pytest.raises(ReadError) as caught:
            parse_extended_number(text)
        assert str(caught.value) == message


def test_intervals() -> None:
    assert parse_interval("[5,9]") == (5, 9)
    assert parse_interval(" [ -1/2 , 0.25 ] ") == (sp.Rational(-1, 2), sp.Rational(1, 4))
    assert parse_interval("[3, 3]") == (3, 3)
    assert parse_interval("[-inf, inf]") == (-sp.oo, sp.oo)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(0, 1)", "column 1: expected '[' but found '(' (intervals are closed)"),
        ("[0, 1)", "column 6: expected ']' but found ')' (intervals are closed)"),
        ("[2, 1]", "column 2: the lower end is above the upper end"),
        ("[inf, inf]", "column 2: the interval holds no number"),
        ("[-inf, -inf]", "column 2: the interval holds no number"),
        ("[inf, 1]", "column 2: the interval holds no number"),
        ("[1]", "column 3: expected ',' but found ']'"),
        ("[1, 2, 3]", "column 6: expected ']' but found ','"),
        ("[1, 2] 3", "column 8: expected the end of the text but found '3'"),
        ("1, 2", "column 1: expected '[' but found '1'"),
    ],
)
def test_other_intervals_are_refused(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_interval(text)
    assert str(caught.value) == message


def test_names() -> None:
    for name in ("x", "x1", "w_out", "lambda", "e", "I", "tau"):
        assert parse_name(name) == name
    for name, message in [
        ("", "column 1: expected a name made of letters, digits and '_', a letter first but found the end"),
        ("_x", "column 1: expected a name made of"),
        ("1x", "column 1: expected a name made of"),
        ("x y", "column 1: expected a name made of"),
        ("x\n", "column 1: expected a name made of"),
        ("\u03c4", "column 1: expected a name made of"),
        ("sin", "column 1: the name 'sin' is taken by the language"),
        ("pi", "column 1: the name 'pi' is taken by the language"),
        ("E", "column 1: the name 'E' is taken by the language"),
        ("inf", "column 1: the name 'inf' is taken by the language"),
        ("x" * 65, "column 1: a name has at most 64 characters"),
    ]:
        with pytest.raises(ReadError) as caught:
            parse_name(name)
        assert str(caught.value).startswith(message)


def test_a_text_is_a_string() -> None:
    with pytest.raises(TypeError, match="text expected, not float"):
        parse_number(0.1)  # type: ignore[arg-type]
