"""Exact numbers: integers, decimals and fractions become rationals, and no float is made on the way."""

from __future__ import annotations

import re

import sympy as sp

from symbolic.reader.errors import ReadError, Source
from symbolic.reader.limits import MAX_DIGITS, MAX_NUMBER_BITS
from symbolic.reader.tokens import END, NAME, NUMBER, Token, TokenStream

__all__ = [
    "decimal_value",
    "number_text",
    "parse_extended_number",
    "parse_interval",
    "parse_number",
]

_DECIMAL = re.compile(r"([0-9]*)\.?([0-9]*)(?:[eE]([+-]?)([0-9]+))?")
_INFINITY = ("inf", "infinity", "oo")
# Well below any limit on integer conversion that Python may be run with.
_CHUNK = 500


def parse_number(text: str) -> sp.Rational:
    """``7``, ``-0.1``, ``1e-3``, ``.5`` or ``1/3`` as the exact rational.

    Raises ReadError for anything else, for a zero denominator and for more than 4000 digits.
    """
    stream = TokenStream(Source(text))
    value = _fraction(stream)
    _require_end(stream)
    return value


def parse_extended_number(text: str) -> sp.Expr:
    """A number as :func:`parse_number` reads it, or ``inf``, ``-inf``, ``oo``, ``-oo``.

    Raises ReadError for anything else.
    """
    stream = TokenStream(Source(text))
    value = _extended(stream)
    _require_end(stream)
    return value


def parse_interval(text: str) -> tuple[sp.Expr, sp.Expr]:
    """``[5, 9]`` as its two ends, which may be infinite on their own side.

    Raises ReadError for another form, a lower end above the upper one, or an end at the wrong infinity.
    """
    source = Source(text)
    stream = TokenStream(source)
    hint = "intervals are closed" if stream.at("(") else ""
    stream.require("[", hint=hint)
    start = stream.current.position
    lower = _extended(stream)
    stream.require(",")
    upper = _extended(stream)
    stream.require("]", hint="intervals are closed" if stream.at(")") else "")
    _require_end(stream)
    if lower == sp.oo or upper == -sp.oo:
        raise source.error(start, "the interval holds no number")
    if upper - lower < 0:
        raise source.error(start, "the lower end is above the upper end")
    return lower, upper


def decimal_value(source: Source, position: int, text: str) -> sp.Rational:
    """The rational that a NUMBER token stands for.  Raises ReadError when it has too many digits."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise source.error(position, "expected a number", ("a number",))
    whole, fraction, sign, power = match.groups()
    power = (power or "").lstrip("0")
    if len(whole) + len(fraction) > MAX_DIGITS or len(power) > len(str(MAX_DIGITS)):
        raise too_many_digits(source, position)
    exponent = (-1 if sign == "-" else 1) * int(power or "0") - len(fraction)
    if abs(exponent) > MAX_DIGITS:
        raise too_many_digits(source, position)
    mantissa = _integer(whole + fraction)
    value = sp.Rational(mantissa * 10 ** max(exponent, 0), 10 ** max(-exponent, 0))
    if value.p.bit_length() > MAX_NUMBER_BITS or value.q.bit_length() > MAX_NUMBER_BITS:
        raise too_many_digits(source, position)
    return value


def too_many_digits(source: Source, position: int) -> ReadError:
    return source.error(position, f"a number has at most {MAX_DIGITS} digits")


def number_text(value: sp.Rational) -> str:
    """``7`` or ``1/3``, whatever limit Python is run with."""
    numerator = _digits(value.p)
    return numerator if value.q == 1 else f"{numerator}/{_digits(value.q)}"


def _integer(digits: str) -> int:
    value = 0
    for start in range(0, len(digits), _CHUNK):
        chunk = digits[start : start + _CHUNK]
        value = value * 10 ** len(chunk) + int(chunk)
    return value


def _digits(value: int) -> str:
    rest, chunks = abs(value), []
    while rest >= 10**_CHUNK:
        rest, chunk = divmod(rest, 10**_CHUNK)
        chunks.append(f"{chunk:0{_CHUNK}d}")
    chunks.append(str(rest))
    return ("-" if value < 0 else "") + "".join(reversed(chunks))


def _sign(stream: TokenStream) -> int:
    if stream.accept("-"):
        return -1
    stream.accept("+")
    return 1


def _decimal(stream: TokenStream, expected: tuple[str, ...]) -> sp.Rational:
    token = stream.current
    if token.kind != NUMBER:
        raise stream.source.unexpected(token.position, token.text, expected)
    stream.take()
    return decimal_value(stream.source, token.position, token.text)


def _fraction(stream: TokenStream, expected: tuple[str, ...] = ("a number",)) -> sp.Rational:
    value = _sign(stream) * _decimal(stream, expected)
    if stream.accept("/"):
        position = stream.current.position
        divisor = _sign(stream) * _decimal(stream, ("a number",))
        if divisor == 0:
            raise stream.source.error(position, "division by zero")
        value = value / divisor
        if value.p.bit_length() > MAX_NUMBER_BITS or value.q.bit_length() > MAX_NUMBER_BITS:
            raise too_many_digits(stream.source, position)
    return value


def _extended(stream: TokenStream) -> sp.Expr:
    signed = stream.at("-", "+")
    if not _is_infinity(stream.peek() if signed else stream.current):
        return _fraction(stream, ("a number", "inf"))
    sign = _sign(stream)
    stream.take()
    return sign * sp.oo


def _is_infinity(token: Token) -> bool:
    return token.kind == NAME and token.text in _INFINITY


def _require_end(stream: TokenStream) -> None:
    token = stream.current
    if token.kind != END:
        raise stream.source.unexpected(token.position, token.text, ("the end of the text",))
