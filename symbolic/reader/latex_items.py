"""Which juxtapositions in LaTeX have one universally agreed meaning; the others are refused.

A reading that was guessed could prove a claim nobody made, so every doubtful form is an error that
says how to write each meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symbolic.reader.errors import ReadError, Source
from symbolic.reader.tree import Node

__all__ = ["Item", "Kind", "check_explicit", "check_implicit", "check_power", "check_slash"]


class Kind(Enum):
    """What a factor looks like on paper."""

    NUMBER = "number"
    NAME = "name"
    CONSTANT = "constant"
    GROUP = "group in brackets"
    BARS = "absolute value in plain bars"
    FRACTION = "fraction"
    NUMERIC_FRACTION = "fraction of two numbers"
    CLEAR = "root, or absolute value in left and right bars"
    APPLIED = "function whose argument is always in brackets"
    CLOSED = "function that could do without the brackets it has"
    OPEN = "function of an argument without brackets"


# "sin x cos y" is a product to everyone, "log x f(y)" is not.
_OPERATORS = (Kind.CLOSED, Kind.OPEN)


@dataclass(frozen=True, slots=True)
class Item:
    """A factor; ``signed`` when the content of its plain bars begins with a sign."""

    node: Node
    kind: Kind
    position: int
    signed: bool = False


def check_implicit(source: Source, before: Item, after: Item) -> None:
    """Raise ReadError unless two factors side by side are plainly a product."""
    place = after.position
    if after.kind is Kind.NUMBER:
        raise source.error(place, "a number stands right after a factor: write \\cdot between them")
    if before.kind is Kind.OPEN and after.kind not in _OPERATORS:
        raise _unclear_argument(source, place)
    if after.kind is Kind.GROUP and before.kind is Kind.NAME:
        raise source.error(place, "ambiguous: a function of this, or a product? Write \\cdot for a product")
    if after.kind is Kind.GROUP and before.kind is Kind.CLOSED:
        raise _unclear_argument(source, place)
    if before.kind is Kind.NUMBER and after.kind is Kind.NUMERIC_FRACTION:
        raise source.error(place, "ambiguous: a mixed number, or a product? Write + or \\cdot between")
    if before.kind is Kind.BARS or (after.kind is Kind.BARS and (before.kind is not Kind.NUMBER or after.signed)):
        raise source.error(place, "ambiguous bars: write \\left| and \\right|, or \\cdot for the product")


def check_explicit(source: Source, before: Item, after: Item) -> None:
    """Raise ReadError when it is open whether the second factor belongs to the function before it."""
    if before.kind is Kind.OPEN and after.kind not in _OPERATORS:
        raise _unclear_argument(source, after.position)


def check_slash(source: Source, before: Item, position: int) -> None:
    """Raise ReadError when it is open whether the function or its argument is divided."""
    if before.kind is Kind.OPEN:
        raise _unclear_argument(source, position)


def check_power(source: Source, base: Item, position: int) -> None:
    """Raise ReadError unless it is plain what is raised to the power."""
    if base.kind is Kind.OPEN:
        raise source.error(
            position, "ambiguous: a power of the function, or of its argument? Write \\sin^2 x or \\sin(x^2)"
        )
    if base.kind is Kind.CLOSED:
        raise source.error(
            position,
            "ambiguous: a power of the function, or of its argument? Write \\sin^2(x) or \\sin(x^2)",
        )
    if base.kind in (Kind.FRACTION, Kind.NUMERIC_FRACTION):
        raise source.error(position, "ambiguous: put the fraction that is raised to a power in parentheses")


def _unclear_argument(source: Source, position: int) -> ReadError:
    return source.error(
        position, "ambiguous: does this belong to the argument of the function before it? Use parentheses"
    )
