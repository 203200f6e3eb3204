r"""LaTeX formulas to the same parse trees as the plain language.

Rules::

    formula = sum { relation sum }
    sum     = [sign] term { sign term }
    term    = item { [product] item } [ "/" item ]
    item    = primary [ "^" exponent ]
"""

from __future__ import annotations

from symbolic.reader.errors import ReadError, Source, quoted
from symbolic.reader.grammar import OPERAND, check_direction
from symbolic.reader.latex_base import BRACKETS
from symbolic.reader.latex_functions import FunctionReader, root_of
from symbolic.reader.latex_items import (
    Item,
    Kind,
    check_explicit,
    check_implicit,
    check_power,
    check_slash,
)
from symbolic.reader.latex_names import (
    DELIMITED,
    EXPLICIT_PRODUCTS,
    EXTREMES,
    GREEK,
    KNOWN_COMMANDS,
    LATEX_RELATIONS,
    OPERATORS,
    REFUSED,
)
from symbolic.reader.latex_tokens import COMMAND, LETTER
from symbolic.reader.limits import MAX_NAME
from symbolic.reader.model import LibraryFunctions, Scope
from symbolic.reader.names import suggestion
from symbolic.reader.tokens import END, NUMBER, Token
from symbolic.reader.tree import Call, Negation, Node, Number, Power, Product, Quotient, Sum

__all__ = ["latex_expression_tree", "latex_relation_trees"]

_FRACTIONS = (r"\frac", r"\tfrac", r"\dfrac")
_CLOSING = (r"\right)", r"\right]", r"\right|", r"\right\}", r"\rvert", r"\}", r"\rbrace")


def latex_expression_tree(source: Source, scope: Scope, functions: LibraryFunctions) -> Node:
    """The tree of one expression.  Raises ReadError when the formula is not one or is ambiguous."""
    parser = _Parser(source, scope, functions)
    node = parser.sum()
    parser.require_end()
    return node


def latex_relation_trees(source: Source, scope: Scope, functions: LibraryFunctions) -> tuple[list[Node], list[str]]:
    """The sides and the operators of a relation, as in the plain language.

    Raises ReadError when there is no relation, or one that is not a claim.
    """
    parser = _Parser(source, scope, functions)
    sides, operators, places = [parser.sum()], [], []
    while parser.stream.at(*LATEX_RELATIONS):
        token = parser.stream.take()
        operators.append(LATEX_RELATIONS[token.text])
        places.append(token.position)
        sides.append(parser.sum())
    parser.require_end()
    if not operators:
        expected = ("'<'", "'\\le'", "'>'", "'\\ge'", "'='")
        place = parser.stream.current.position
        raise source.error(place, "there is no relation; expected one of < \\le > \\ge =", expected)
    check_direction(source, operators, places)
    return sides, operators


class _Parser(FunctionReader):
    def sum(self) -> Node:
        self.enter()
        stream = self.stream
        start = stream.current.position
        negative = [stream.at("-")]
        if stream.at("+", "-"):
            stream.take()
        terms = [self._term()]
        while stream.at("+", "-"):
            negative.append(stream.take().text == "-")
            terms.append(self._term())
        self.leave()
        if len(terms) > 1:
            return Sum(tuple(terms), tuple(negative), start)
        return Negation(terms[0], start) if negative[0] else terms[0]

    def _term(self) -> Node:
        stream = self.stream
        last = self._item()
        start, factors = last.position, [last.node]
        while self._item_follows() or stream.at(*EXPLICIT_PRODUCTS):
            explicit = stream.at(*EXPLICIT_PRODUCTS)
            if explicit:
                stream.take()
            before, last = last, self._item()
            (check_explicit if explicit else check_implicit)(self.source, before, last)
            factors.append(last.node)
        numerator = factors[0] if len(factors) == 1 else Product(tuple(factors), start)
        if not stream.at("/"):
            return numerator
        slash = stream.take().position
        check_slash(self.source, last, slash)
        denominator = self._item()
        if self._item_follows() or stream.at("/", *EXPLICIT_PRODUCTS):
            place = stream.current.position
            raise self.source.error(place, "ambiguous after a division by '/': use \\frac or parentheses")
        return Quotient(numerator, denominator.node, slash)

    def _item_follows(self) -> bool:
        token = self.stream.current
        if token.kind == COMMAND:
            return not (token.text in EXPLICIT_PRODUCTS or token.text in LATEX_RELATIONS or token.text in _CLOSING)
        if token.text == "|":
            return not self.open_bars
        return token.kind in (NUMBER, LETTER) or token.text in ("(", "[", "{")

    def _item(self) -> Item:
        item, stream = self.primary(), self.stream
        if stream.at("^"):
            place = stream.take().position
            check_power(self.source, item, place)
            exponent = self._exponent()
            item = Item(Power(item.node, exponent, place), item.kind, item.position, item.signed)
            if stream.at("^"):
                raise self.source.error(stream.current.position, "a second exponent: use parentheses")
            if stream.at("_"):
                raise self.source.error(stream.current.position, "write the subscript before the exponent")
        if stream.at("'"):
            raise self.source.error(stream.current.position, REFUSED[r"\prime"])
        return item

    def _exponent(self) -> Node:
        token = self.stream.current
        if token.kind == NUMBER and len(token.text) > 1:
            message = "ambiguous exponent: write x^{23}, or x^2 \\cdot 3"
            raise self.source.error(token.position, message, ("'{'",))
        return self.argument()

    def primary(self) -> Item:
        stream = self.stream
        run = stream.letter_run() if stream.current.kind == LETTER else ""
        token = stream.take()
        text, place = token.text, token.position
        if token.kind == NUMBER:
            return Item(self.number(token), Kind.NUMBER, place)
        if token.kind == LETTER:
            return self.letter(token, run)
        if text in BRACKETS:
            return Item(self.inside(BRACKETS[text]), Kind.GROUP, place)
        if text == "{":
            return self._braces(token)
        if text in ("|", r"\left|", r"\lvert"):
            return self._bars(token)
        if token.kind == COMMAND:
            return self._command(token)
        raise self._no_operand(token)

    def _command(self, token: Token) -> Item:
        text, place = token.text, token.position
        if text in _FRACTIONS:
            numerator, denominator = self.argument(more=True), self.argument()
            numeric = isinstance(numerator, Number) and isinstance(denominator, Number)
            kind = Kind.NUMERIC_FRACTION if numeric else Kind.FRACTION
            return Item(Quotient(numerator, denominator, place), kind, place)
        if text == r"\sqrt":
            return self._root(token)
        if text in OPERATORS:
            return self.operator(token)
        if text in EXTREMES:
            return self.applied(EXTREMES[text], token)
        if text in (r"\operatorname", r"\mathrm"):
            return self.named(token)
        constant = self.constant(token)
        if constant is not None:
            return Item(constant, Kind.CONSTANT, place)
        letter = text[1:]
        if text in DELIMITED and letter not in self.scope and not self.stream.at("_"):
            return self.applied(DELIMITED[text], token)
        if letter in GREEK or text == r"\pi":
            return Item(self.subscripted(letter, place), Kind.NAME, place)
        raise self._no_operand(token)

    def _root(self, token: Token) -> Item:
        stream, order = self.stream, None
        if stream.accept("["):
            degree = stream.take()
            stream.require("]", hint="the order of a root is a whole number")
            if degree.kind == NUMBER:
                order = self.number(degree)
            if order is None or not order.value.is_Integer or order.value < 2:
                message = "the order of a root is a whole number from 2 on"
                raise self.source.error(degree.position, message, ("a number",))
        radicand = self.argument()
        if order is None or order.value == 2:
            return Item(Call("sqrt", 0, (radicand,), token.position), Kind.CLEAR, token.position)
        return Item(root_of(radicand, order, token.position), Kind.CLEAR, token.position)

    def _braces(self, token: Token) -> Item:
        """Braces do not show, so they may hold only what needs no brackets."""
        self.enter()
        bars, self.open_bars = self.open_bars, 0
        item = self.primary()
        self.open_bars = bars
        self.leave()
        if not self.stream.at("}"):
            message = "braces do not show on paper: group with parentheses"
            raise self.source.error(token.position, message, ("'('",))
        self.stream.take()
        return item

    def _bars(self, token: Token) -> Item:
        stream = self.stream
        signed = stream.at("+", "-")
        if token.text == "|":
            self.open_bars += 1
            content, kind = self.sum(), Kind.BARS
            stream.require("|")
            self.open_bars -= 1
        else:
            content, kind = self.inside(r"\right|" if token.text == r"\left|" else r"\rvert"), Kind.CLEAR
        return Item(Call("abs", 0, (content,), token.position), kind, token.position, signed)

    def _no_operand(self, token: Token) -> ReadError:
        text = token.text
        if text in REFUSED:
            return self.source.error(token.position, REFUSED[text])
        if token.kind == COMMAND and text not in (*LATEX_RELATIONS, *EXPLICIT_PRODUCTS, *_CLOSING):
            known = () if len(text) > MAX_NAME or text in KNOWN_COMMANDS else KNOWN_COMMANDS
            hint = suggestion(text, known)
            return self.source.error(token.position, f"unknown command {quoted(text)}{hint}")
        hint = "put a signed number in parentheses" if text in ("+", "-") else ""
        return self.source.unexpected(token.position, text, OPERAND, hint)

    def require_end(self) -> None:
        token = self.stream.current
        if token.kind == END:
            return
        expected = ("an operator", "a relation", "the end of the formula")
        raise self.source.unexpected(token.position, token.text, expected)
