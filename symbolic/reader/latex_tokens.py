"""Tokens of LaTeX formulas."""

from __future__ import annotations

import re

from symbolic.reader.errors import Source, quoted
from symbolic.reader.latex_names import IGNORED, SIZES
from symbolic.reader.limits import MAX_TOKENS
from symbolic.reader.tokens import END, NUMBER, SYMBOL, Token

__all__ = ["COMMAND", "LETTER", "LatexStream"]

COMMAND = "command"
LETTER = "letter"

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<letter>[A-Za-z])"
    r"|(?P<command>\\(?:[A-Za-z]+|[^A-Za-z]))"
    r"|(?P<symbol>[-+*/^_(){}\[\]|<>=,'])",
    re.DOTALL,
)
_SPACE = " \t\r\n~"
_DELIMITERS = {
    "(": "(",
    ")": ")",
    "[": "[",
    "]": "]",
    "|": "|",
    r"\vert": "|",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\{": r"\{",
    r"\}": r"\}",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
}
_HINTS = {
    "$": "give the formula without dollar signs",
    "&": "alignment is not read",
    "!": "factorials are not read",
    "%": "comments are not read",
}


class LatexStream:
    r"""The tokens of a formula.

    ``\left(`` is one token, ``\bigl|`` and ``\bigr|`` are written ``\lvert`` and ``\rvert``, other
    sizes and spaces are dropped.  Raises ReadError for characters outside the language.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._index = 0
        self._tokens = list(self._join(self._scan()))
        self._tokens.append(Token(END, "", len(source.text)))

    @property
    def current(self) -> Token:
        return self._tokens[self._index]

    def take(self) -> Token:
        token = self._tokens[self._index]
        if token.kind != END:
            self._index += 1
        return token

    def take_digit(self) -> Token:
        """The first digit of the current number, as TeX takes it for an argument without braces."""
        token = self.current
        if "." in token.text:
            raise self.source.error(token.position, "write braces around this number", ("'{'",))
        if len(token.text) == 1:
            return self.take()
        self._tokens[self._index] = Token(NUMBER, token.text[1:], token.position + 1)
        return Token(NUMBER, token.text[0], token.position)

    def at(self, *texts: str) -> bool:
        return self.current.kind in (SYMBOL, COMMAND) and self.current.text in texts

    def accept(self, text: str) -> bool:
        if self.at(text):
            self._index += 1
            return True
        return False

    def require(self, text: str, hint: str = "") -> Token:
        if not self.at(text):
            token = self.current
            raise self.source.unexpected(token.position, token.text, (f"'{text}'",), hint)
        return self.take()

    def letter_run(self) -> str:
        """The letters from here on that stand without a space between them; empty inside such a run."""
        first = self._index
        if first and self._touch(first - 1):
            return ""
        last = first
        while self._touch(last):
            last += 1
        return "".join(token.text for token in self._tokens[first : last + 1])

    def inside_letters(self) -> bool:
        """Whether the token just taken and the next are letters without a space between them."""
        return self._index > 0 and self._touch(self._index - 1)

    def _touch(self, index: int) -> bool:
        one, two = self._tokens[index], self._tokens[min(index + 1, len(self._tokens) - 1)]
        return one.kind == two.kind == LETTER and two.position == one.position + 1

    def _scan(self) -> list[Token]:
        source, text, position = self.source, self.source.text, 0
        found: list[Token] = []
        while position < len(text):
            if text[position] in _SPACE:
                position += 1
                continue
            match = _TOKEN.match(text, position)
            if match is None or match.group()[-1] > "~" or match.group()[-1] < " ":
                raise self._bad_character(position if match is None else match.end() - 1)
            token = Token(match.lastgroup or SYMBOL, match.group(), position)
            position = match.end()
            if token.text in IGNORED:
                continue
            if len(found) == MAX_TOKENS:
                raise source.error(token.position, f"the formula has more than {MAX_TOKENS} symbols")
            found.append(token)
        return found

    def _bad_character(self, position: int) -> Exception:
        hint = _HINTS.get(self.source.text[position])
        if hint:
            character = quoted(self.source.text[position])
            return self.source.error(position, f"unexpected character {character}: {hint}")
        if self.source.text[position] == "\\":
            return self.source.error(position, "a command is missing after '\\'")
        return self.source.bad_character(position, {"\u2264": r"\le", "\u2265": r"\ge", "\u03c0": r"\pi"})

    def _join(self, scanned: list[Token]) -> list[Token]:
        joined: list[Token] = []
        index = 0
        while index < len(scanned):
            token = scanned[index]
            following = scanned[index + 1].text if index + 1 < len(scanned) else ""
            index += 1
            if token.text in (r"\left", r"\right"):
                delimiter = _DELIMITERS.get(following)
                if delimiter is None:
                    raise self.source.error(token.position, f"a bracket is missing after '{token.text}'")
                joined.append(Token(COMMAND, token.text + delimiter, token.position))
                index += 1
            elif token.text in SIZES:
                side = SIZES[token.text]
                if following not in _DELIMITERS and following != "/":
                    raise self.source.error(token.position, f"a bracket is missing after '{token.text}'")
                if following in ("|", r"\vert") and side in ("l", "r"):
                    joined.append(Token(COMMAND, rf"\{side}vert", token.position))
                    index += 1
            elif token.text == r"\vert":
                joined.append(Token(SYMBOL, "|", token.position))
            else:
                joined.append(token)
        return joined
