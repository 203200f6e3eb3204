"""The plain grammar: text to parse tree.

Rules::

    relation   = expression { ("<" | "<=" | ">" | ">=" | "==" | "=") expression }
    expression = [sign] term { ("+" | "-") term }
    term       = factor { ("*" | "/") factor }
    factor     = sign factor | atom [ ("^" | "**") factor ]
    atom       = number | name | function { "'" } "(" expression { "," expression } ")"
               | "(" expression ")"
"""

from __future__ import annotations

from symbolic.reader.errors import Source
from symbolic.reader.limits import MAX_ARGUMENTS, MAX_DEPTH, MAX_PRIMES, MAX_SIDES
from symbolic.reader.numbers import decimal_value
from symbolic.reader.tokens import END, NAME, NUMBER, Token, TokenStream
from symbolic.reader.tree import Call, Name, Negation, Node, Number, Power, Product, Quotient, Sum

__all__ = ["OPERAND", "RELATIONS", "check_direction", "expression_tree", "relation_trees"]

OPERAND = ("a number", "a name", "'('")
RELATIONS = ("<", "<=", ">", ">=", "==", "=")
_NOT_RELATIONS = {
    "!=": "'!=' cannot be claimed; use < <= > >= or ==",
    "<>": "'<>' cannot be claimed; use < <= > >= or ==",
    "=<": "'=<' is written <=",
    "=>": "'=>' is written >=",
}


def expression_tree(source: Source) -> Node:
    """The tree of one expression.  Raises ReadError when the text is not one."""
    parser = _Parser(source)
    node = parser.expression()
    parser.require_end()
    return node


def relation_trees(source: Source) -> tuple[list[Node], list[str]]:
    """The sides and the operators of a relation, ``=`` written ``==``.

    Raises ReadError when there is no relation, or one that is not a claim.
    """
    parser = _Parser(source)
    sides, operators, places = [parser.expression()], [], []
    while parser.stream.at(*RELATIONS):
        token = parser.stream.take()
        operators.append("==" if token.text == "=" else token.text)
        places.append(token.position)
        sides.append(parser.expression())
    parser.require_end(relation=True)
    if not operators:
        raise source.error(
            parser.stream.current.position,
            "there is no relation; expected one of < <= > >= ==",
            tuple(f"'{r}'" for r in RELATIONS),
        )
    check_direction(source, operators, places)
    return sides, operators


def check_direction(source: Source, operators: list[str], places: list[int]) -> None:
    """Raise ReadError for a chain that turns round (``a < b > c``) or is too long."""
    if len(operators) >= MAX_SIDES:
        raise source.error(places[MAX_SIDES - 1], f"a chain has at most {MAX_SIDES} sides")
    ways = {operator[0]: place for operator, place in zip(operators, places, strict=True) if operator != "=="}
    if len(ways) > 1:
        raise source.error(max(ways.values()), "a chain cannot turn round: write two claims")


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.stream = TokenStream(source)
        self._depth = 0

    def expression(self) -> Node:
        self._enter()
        stream = self.stream
        start = stream.current.position
        negative = [stream.at("-")]
        if stream.at("+", "-"):
            stream.take()
        terms = [self._term()]
        while stream.at("+", "-"):
            negative.append(stream.take().text == "-")
            terms.append(self._term())
        self._depth -= 1
        if len(terms) > 1:
            return Sum(tuple(terms), tuple(negative), start)
        return Negation(terms[0], start) if negative[0] else terms[0]

    def _term(self) -> Node:
        stream = self.stream
        start = stream.current.position
        factors, divisions = [self._factor()], 0
        while stream.at("*", "/"):
            operator = stream.take()
            factor = self._factor()
            if operator.text == "*":
                factors.append(factor)
                continue
            divisions += 1
            if divisions > MAX_DEPTH:
                raise self._too_deep(operator.position)
            numerator = factors[0] if len(factors) == 1 else Product(tuple(factors), start)
            factors = [Quotient(numerator, factor, operator.position)]
        return factors[0] if len(factors) == 1 else Product(tuple(factors), start)

    def _factor(self) -> Node:
        stream = self.stream
        token = stream.current
        if stream.at("+", "-"):
            self._enter()
            stream.take()
            operand = self._factor()
            self._depth -= 1
            return Negation(operand, token.position) if token.text == "-" else operand
        base = self._atom(stream.take())
        if stream.at("^", "**"):
            self._enter()
            operator = stream.take()
            exponent = self._factor()
            self._depth -= 1
            return Power(base, exponent, operator.position)
        return base

    def _atom(self, token: Token) -> Node:
        if token.kind == NUMBER:
            return Number(decimal_value(self.source, token.position, token.text), token.position)
        if token.kind == NAME:
            if self.stream.at("(", "'"):
                return self._call(token)
            return Name(token.text, token.position)
        if token.text == "(":
            inner = self.expression()
            self._close(())
            return inner
        hint = "group with '(' and ')'" if token.text in ("[", "]") else ""
        raise self.source.unexpected(token.position, token.text, OPERAND, hint)

    def _call(self, name: Token) -> Node:
        stream, primes = self.stream, 0
        while stream.accept("'"):
            primes += 1
        if primes > MAX_PRIMES:
            raise self.source.error(name.position, f"at most {MAX_PRIMES} primes are read")
        stream.require("(")
        arguments = [self.expression()]
        while stream.accept(","):
            arguments.append(self.expression())
            if len(arguments) > MAX_ARGUMENTS:
                raise self.source.error(name.position, f"a function has at most {MAX_ARGUMENTS} arguments")
        self._close(("','",))
        return Call(name.text, primes, tuple(arguments), name.position)

    def _close(self, others: tuple[str, ...]) -> None:
        if not self.stream.accept(")"):
            raise self._unexpected_operator(("an operator", *others, "')'"))

    def require_end(self, relation: bool = False) -> None:
        if self.stream.current.kind != END:
            extra = ("a relation",) if relation else ()
            raise self._unexpected_operator(("an operator", *extra, "the end of the text"))

    def _unexpected_operator(self, expected: tuple[str, ...]) -> Exception:
        token = self.stream.current
        if token.text in _NOT_RELATIONS:
            return self.source.error(token.position, _NOT_RELATIONS[token.text], RELATIONS)
        hint = ""
        if token.kind in (NUMBER, NAME) or token.text == "(":
            hint = "a product is written with '*'"
        elif token.text in RELATIONS:
            hint = "a relation cannot stand inside an expression"
        return self.source.unexpected(token.position, token.text, expected, hint)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._too_deep(self.stream.current.position)

    def _too_deep(self, position: int) -> Exception:
        return self.source.error(position, f"nested more than {MAX_DEPTH} deep")
