"""What the readers of LaTeX share: the tokens, the depth, brackets, arguments and names."""

from __future__ import annotations

from abc import ABC, abstractmethod

from symbolic.reader.errors import Source, quoted
from symbolic.reader.latex_items import Item, Kind
from symbolic.reader.latex_names import GREEK
from symbolic.reader.latex_tokens import LETTER, LatexStream
from symbolic.reader.limits import MAX_LATEX_DEPTH, MAX_NAME
from symbolic.reader.model import LibraryFunctions, Scope
from symbolic.reader.names import CONSTANTS, FUNCTIONS
from symbolic.reader.numbers import decimal_value
from symbolic.reader.tokens import NUMBER, Token
from symbolic.reader.tree import Name, Node, Number

__all__ = ["BRACKETS", "LatexBase"]

BRACKETS = {"(": ")", "[": "]", r"\left(": r"\right)", r"\left[": r"\right]"}


class LatexBase(ABC):
    """A position in a formula and the names it may use."""

    def __init__(self, source: Source, scope: Scope, functions: LibraryFunctions) -> None:
        self.source = source
        self.scope = scope
        self.functions = functions
        self.stream = LatexStream(source)
        # Plain bars open in the innermost group: the next one then closes.
        self.open_bars = 0
        self._depth = 0

    @abstractmethod
    def sum(self) -> Node:
        """A sum from here on.  Raises ReadError when there is none."""

    @abstractmethod
    def primary(self) -> Item:
        """A factor without its power from here on.  Raises ReadError when there is none."""

    def enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_LATEX_DEPTH:
            place = self.stream.current.position
            raise self.source.error(place, f"nested more than {MAX_LATEX_DEPTH} deep")

    def leave(self) -> None:
        self._depth -= 1

    def inside(self, close: str) -> Node:
        """A sum in brackets of its own, up to and with the closing one."""
        bars, self.open_bars = self.open_bars, 0
        node = self.sum()
        self.stream.require(close)
        self.open_bars = bars
        return node

    def number(self, token: Token) -> Number:
        return Number(decimal_value(self.source, token.position, token.text), token.position)

    def argument(self, more: bool = False) -> Node:
        r"""What TeX takes as one argument: ``{...}``, a digit, a letter or a Greek letter.

        TeX reads ``x^ab`` as x^a b; a second letter is allowed only when ``more`` arguments follow.
        """
        token = self.stream.current
        if self.stream.accept("{"):
            return self.inside("}")
        if token.kind == NUMBER:
            return self.number(self.stream.take_digit())
        if token.kind == LETTER or self._is_symbol(token):
            self.stream.take()
            node = self.constant(token) or self.name(token.text.removeprefix("\\"), token.position)
            if self.stream.at("_"):
                place = self.stream.current.position
                raise self.source.error(place, "write braces around the name and its subscript", ("'{'",))
            if not more:
                self._no_second_letter()
            return node
        raise self.source.unexpected(token.position, token.text, ("'{'", "a digit", "a letter"))

    def constant(self, token: Token) -> Name | None:
        r"""``\pi``, or ``e`` where it is not a variable."""
        if token.text == r"\pi" and not self.stream.at("_"):
            return Name("pi", token.position)
        if token.text == "e" and "e" not in self.scope and not self.stream.at("_"):
            return Name("E", token.position)
        return None

    def name(self, name: str, position: int) -> Name:
        """A name of the scope (unknown ones are reported when the tree is built)."""
        if name in CONSTANTS:
            raise self.source.error(position, f"unknown name {quoted(name)}; the constants are e and \\pi")
        return Name(name, position)

    def subscripted(self, base: str, position: int) -> Name:
        """A name with the subscript that may follow: ``x_1`` is called x1 or x_1, whichever is known."""
        stream = self.stream
        if not stream.accept("_"):
            return self.name(base, position)
        token = stream.take()
        if token.text == "{":
            index = self.word("}")
        elif token.kind == LETTER or (token.kind == NUMBER and len(token.text) == 1):
            index = token.text
            self._no_second_letter()
        elif token.kind == NUMBER:
            raise self.source.error(token.position, "ambiguous subscript: write x_{12}, or x_1 \\cdot 2")
        else:
            raise self.source.unexpected(token.position, token.text, ("'{'", "a digit", "a letter"))
        if stream.at("_"):
            raise self.source.error(stream.current.position, "a second subscript")
        spellings = [base + index, f"{base}_{index}"]
        known = [name for name in spellings if name in self.scope]
        if len(known) > 1:
            raise self.source.error(position, f"ambiguous: {known[0]} and {known[1]} are both in scope")
        return self.name(known[0] if known else spellings[0], position)

    def _no_second_letter(self) -> None:
        if self.stream.inside_letters():
            place = self.stream.current.position
            raise self.source.error(place, "ambiguous: write braces around what belongs together, or a space")

    def word(self, close: str) -> str:
        """Letters, digits and underscores up to and with a closing brace."""
        stream, letters = self.stream, []
        start = stream.current
        while stream.current.kind in (LETTER, NUMBER) or stream.at("_", r"\_"):
            letters.append(stream.take().text.removeprefix("\\"))
        text = "".join(letters)
        if not text or "." in text or len(text) > MAX_NAME:
            raise self.source.unexpected(start.position, start.text, ("a short name of letters and digits",))
        stream.require(close)
        return text

    def letter(self, token: Token, run: str) -> Item:
        """A one-letter name, where the letters around it do not spell another one."""
        words = [w for w in (*self.scope, *self.functions, *FUNCTIONS) if len(w) > 1 and w in run]
        if words:
            word = words[0]
            command = word in FUNCTIONS or word in self.functions
            instead = f"\\{'operatorname' if command else 'mathrm'}{{{word}}}"
            message = f"ambiguous: letters are read one by one; write {instead}, or spaces for a product"
            raise self.source.error(token.position, message)
        constant = self.constant(token)
        # "e(x+1)" could be a function e, so the constant follows the rule for names.
        return Item(constant or self.subscripted(token.text, token.position), Kind.NAME, token.position)

    @staticmethod
    def _is_symbol(token: Token) -> bool:
        return token.text == r"\pi" or token.text.removeprefix("\\") in GREEK
