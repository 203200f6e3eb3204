"""The one error of the reader, and the text that errors point into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from symbolic.reader.limits import MAX_TEXT

__all__ = ["ReadError", "Source", "listing", "quoted"]

_ASCII_FOR = {
    "\u2212": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u00d7": "*",
    "\u00b7": "*",
    "\u22c5": "*",
    "\u00f7": "/",
    "\u2044": "/",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u00b2": "^2",
    "\u00b3": "^3",
    "\u03c0": "pi",
    "\u221a": "sqrt(...)",
    "\u00a0": "a space",
}


class ReadError(ValueError):
    """Text that is not in the language.

    ``line`` and ``column`` count from 1 within the text given; ``expected`` lists what could have
    stood there (it may be empty).  ``str()`` is one line of ASCII.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1, expected: Sequence[str] = ()) -> None:
        super().__init__(message, line, column, tuple(expected))
        self.message = message
        self.line = line
        self.column = column
        self.expected = tuple(expected)

    def __str__(self) -> str:
        where = f"column {self.column}" if self.line == 1 else f"line {self.line}, column {self.column}"
        return f"{where}: {self.message}"


def quoted(text: str) -> str:
    """``text`` for a one-line message: short, printable ASCII, in quotes."""
    shown = "".join(c if " " <= c <= "~" else f"<U+{ord(c):04X}>" for c in text[:24])
    return f"'{shown}{'...' if len(text) > 24 else ''}'"


def listing(items: Sequence[str]) -> str:
    """``a, b or c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} or {items[-1]}"


@dataclass(frozen=True, slots=True)
class Source:
    """A text within the size limit.  Raises ReadError for one beyond it, TypeError for a non-string."""

    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise TypeError(f"text expected, not {type(self.text).__name__}")
        if len(self.text) > MAX_TEXT:
            raise ReadError(f"the text has {len(self.text)} characters; at most {MAX_TEXT} are read")

    def error(self, position: int, message: str, expected: Sequence[str] = ()) -> ReadError:
        """The error at a character offset, ready to be raised."""
        line = self.text.count("\n", 0, position) + 1
        column = position - self.text.rfind("\n", 0, position)
        return ReadError(message, line, column, expected)

    def unexpected(self, position: int, found: str, expected: Sequence[str], hint: str = "") -> ReadError:
        """``expected ... but found ...``; an empty ``found`` is the end of the text."""
        seen = quoted(found) if found else "the end of the text"
        note = f" ({hint})" if hint else ""
        return self.error(position, f"expected {listing(expected)} but found {seen}{note}", expected)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turns the recursion limit, met when the caller is deep already, into a ReadError."""
        try:
            yield
        except RecursionError:
            raise ReadError("nested too deeply") from None

    def bad_character(self, position: int, instead: Mapping[str, str] | None = None) -> ReadError:
        """The error for a character that is in no token."""
        character = self.text[position]
        if " " <= character <= "~":
            return self.error(position, f"unexpected character {quoted(character)}")
        substitute = {**_ASCII_FOR, **(instead or {})}.get(character)
        hint = f"; write {substitute}" if substitute else ""
        kind = "the control character" if ord(character) < 32 or ord(character) == 127 else "the character"
        return self.error(position, f"{kind} U+{ord(character):04X} is not allowed{hint}")
