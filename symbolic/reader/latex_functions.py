r"""Functions in LaTeX: ``\sin x``, ``\sin^2(x)``, ``\sigma'(z)``, ``\min\{a, b\}``."""

from __future__ import annotations

import sympy as sp

from symbolic.reader.errors import quoted
from symbolic.reader.latex_base import BRACKETS, LatexBase
from symbolic.reader.latex_items import Item, Kind
from symbolic.reader.latex_names import GREEK, OPERATORS, SPELLINGS
from symbolic.reader.latex_tokens import LETTER
from symbolic.reader.limits import MAX_ARGUMENTS, MAX_EXPONENT, MAX_PRIMES
from symbolic.reader.names import FUNCTIONS
from symbolic.reader.tokens import NUMBER, Token
from symbolic.reader.tree import Call, Name, Node, Number, Power, Product

__all__ = ["FunctionReader"]

_BRACES = {r"\{": r"\}", r"\left\{": r"\right\}"}
_BARE_COMMANDS = (r"\frac", r"\tfrac", r"\dfrac", r"\sqrt", r"\left|", r"\lvert", r"\pi", r"\sigma")


class FunctionReader(LatexBase):
    """Reads what follows the name of a function."""

    def applied(self, function: str, token: Token) -> Item:
        """A function that is always followed by brackets, with its primes before them."""
        stream = self.stream
        primes = self._primes(token)
        brackets = BRACKETS | _BRACES if function in ("min", "max") else BRACKETS
        opening = stream.current
        if not stream.at(*brackets):
            hint = f"{function} needs brackets around its argument"
            raise self.source.unexpected(opening.position, opening.text, ("'('",), hint)
        close = brackets[stream.take().text]
        bars, self.open_bars = self.open_bars, 0
        arguments = [self.sum()]
        while stream.accept(","):
            arguments.append(self.sum())
            if len(arguments) > MAX_ARGUMENTS:
                raise self.source.error(token.position, f"a function has at most {MAX_ARGUMENTS} arguments")
        stream.require(close)
        self.open_bars = bars
        return Item(Call(function, primes, tuple(arguments), token.position), Kind.APPLIED, token.position)

    def _primes(self, token: Token) -> int:
        stream, primes = self.stream, 0
        if stream.at("^"):
            place = stream.take().position
            if stream.accept(r"\prime"):
                primes = 1
            elif stream.accept("{"):
                while stream.accept(r"\prime"):
                    primes += 1
                if primes:
                    stream.require("}")
            if not primes:
                raise self.source.error(place, "ambiguous: write the power after the bracketed argument")
        while stream.accept("'"):
            primes += 1
        if primes > MAX_PRIMES:
            raise self.source.error(token.position, f"at most {MAX_PRIMES} primes are read")
        return primes

    def operator(self, token: Token) -> Item:
        """A function such as sin, whose argument may stand without brackets."""
        stream, function = self.stream, OPERATORS[token.text]
        if stream.at("_"):
            raise self.source.error(stream.current.position, f"a subscript of {token.text} is not read")
        power = self._power_before_argument(token)
        self.enter()
        if stream.at(*BRACKETS):
            argument, kind = self.inside(BRACKETS[stream.take().text]), Kind.CLOSED
        else:
            argument, kind = self._bare_argument(token), Kind.OPEN
        self.leave()
        node: Node = Call(function, 0, (argument,), token.position)
        if power is not None:
            node = Power(node, power, token.position)
        return Item(node, kind, token.position)

    def _power_before_argument(self, token: Token) -> Number | None:
        r"""The 2 of ``\sin^2 x``."""
        stream = self.stream
        if not stream.at("^"):
            return None
        place = stream.take().position
        braces = stream.accept("{")
        number = stream.current
        if number.kind == NUMBER and (braces or len(number.text) == 1):
            value = self.number(stream.take())
            if braces:
                stream.require("}")
            if value.value.is_Integer and 1 <= value.value <= MAX_EXPONENT:
                return value
        message = f"only a power such as {token.text}^2 is read before the argument of {token.text}"
        if stream.at("-"):
            message = f"ambiguous: an inverse function, or 1 over {token.text}? Write \\arcsin x or \\frac"
        raise self.source.error(place, message)

    def _bare_argument(self, function: Token) -> Node:
        stream = self.stream
        token = stream.current
        if token.kind == NUMBER:
            number = self.number(stream.take())
            # "sin 2x" is agreed, "ln 2x" is not (ln 2 is a constant of its own), and whatever
            # follows is refused where it is read.
            if function.text in (r"\log", r"\ln"):
                return number
            if stream.current.kind == LETTER or stream.current.text.removeprefix("\\") in (GREEK | {"pi"}):
                return Product((number, self.primary().node), number.position)
            return number
        if token.kind == LETTER or token.text in _BARE_COMMANDS or token.text in OPERATORS or stream.at("{"):
            return self.primary().node
        if token.text.removeprefix("\\") in GREEK or token.text in (r"\operatorname", r"\mathrm"):
            return self.primary().node
        expected = ("'('", "a number", "a name")
        hint = f"the argument of {function.text}"
        raise self.source.unexpected(token.position, token.text, expected, hint)

    def named(self, token: Token) -> Item:
        r"""``\operatorname{erf}(z)``, or a name of several letters as ``\mathrm{rate}``."""
        self.stream.require("{")
        word = self.word("}")
        place = token.position
        plain = word if word in self.functions else SPELLINGS.get(word, word)
        if word not in self.scope and (plain in FUNCTIONS or plain in self.functions):
            if plain == "sqrt":
                raise self.source.error(place, "write \\sqrt{...}")
            return self.applied(plain, token)
        if word == "e":
            if "e" in self.scope:
                raise self.source.error(place, f"ambiguous: {quoted(word)} is also a name in scope")
            return Item(Name("E", place), Kind.NAME, place)
        return Item(self.subscripted(word, place), Kind.NAME, place)


def root_of(radicand: Node, order: Number, position: int) -> Node:
    """The root of this order, as a power with exponent 1/order."""
    inverse = Number(sp.Rational(1, order.value.p), order.position)
    return Power(radicand, inverse, position)
