"""Tokens of the plain language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbolic.reader.errors import Source
from symbolic.reader.limits import MAX_NAME, MAX_TOKENS

__all__ = ["END", "NAME", "NUMBER", "SYMBOL", "Token", "TokenStream", "tokens"]

NUMBER = "number"
NAME = "name"
SYMBOL = "symbol"
END = "end"

_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol>\*\*|<=|>=|==|!=|<>|=<|=>|[-+*/^()<>=,'\[\]])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """``position`` is a character offset; the end of the text is a token with empty text."""

    kind: str
    text: str
    position: int


def tokens(source: Source) -> list[Token]:
    """Every token and an END.  Raises ReadError for characters outside the language or too many tokens."""
    text = source.text
    found: list[Token] = []
    position = _end_of_space(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise source.bad_character(position)
        kind = match.lastgroup or SYMBOL
        if kind == NAME and match.end() - position > MAX_NAME:
            raise source.error(position, f"a name has at most {MAX_NAME} characters")
        if len(found) == MAX_TOKENS:
            raise source.error(position, f"the text has more than {MAX_TOKENS} numbers, names and symbols")
        found.append(Token(kind, match.group(), position))
        position = _end_of_space(text, match.end())
    found.append(Token(END, "", len(text)))
    return found


def _end_of_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


class TokenStream:
    """A position in a list of tokens."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._tokens = tokens(source)
        self._index = 0

    @property
    def current(self) -> Token:
        return self._tokens[self._index]

    def peek(self) -> Token:
        """The token after the current one."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The current token, stepping past it (never past the end)."""
        token = self._tokens[self._index]
        if token.kind != END:
            self._index += 1
        return token

    def at(self, *symbols: str) -> bool:
        """Whether one of these symbols comes next."""
        return self.current.kind == SYMBOL and self.current.text in symbols

    def accept(self, symbol: str) -> bool:
        """Step past this symbol if it comes next."""
        if self.at(symbol):
            self._index += 1
            return True
        return False

    def require(self, symbol: str, *others: str, hint: str = "") -> Token:
        """Step past this symbol; raises ReadError when something else comes."""
        if not self.at(symbol):
            expected = tuple(f"'{s}'" for s in (symbol, *others))
            raise self.source.unexpected(self.current.position, self.current.text, expected, hint)
        return self.take()
