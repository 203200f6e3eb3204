"""The canonical text of a tree: parentheses wherever precedence could be doubted.

``1/2*x`` is read as (1/2)*x and written so; ``-x^2`` as -(x^2).  Reading canonical text gives the
same tree up to unary plus, and the same text again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symbolic.reader.numbers import number_text
from symbolic.reader.tree import Call, Name, Negation, Node, Number, Power, Product, Quotient, Sum

__all__ = ["Binding", "Phrase", "phrase"]


class Binding(Enum):
    """What holds a phrase together."""

    ATOM = "atom"
    POWER = "power"
    PRODUCT = "product"
    QUOTIENT = "quotient"
    NEGATION = "negation"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Phrase:
    """``depth`` is how deep the grammar nests to read the text back."""

    text: str
    binding: Binding
    depth: int = 0

    def inside(self, *allowed: Binding) -> Phrase:
        """The phrase, in parentheses unless it is an atom or held together by one of ``allowed``."""
        if self.binding is Binding.ATOM or self.binding in allowed:
            return self
        return Phrase(f"({self.text})", Binding.ATOM, self.depth + 1)


def phrase(node: Node, parts: list[Phrase]) -> Phrase:
    """The canonical text of a node from the phrases of its children (a visitor for ``fold``)."""
    match node:
        case Number(value):
            return Phrase(number_text(value), Binding.ATOM if value.q == 1 else Binding.QUOTIENT)
        case Name(name):
            return Phrase(name, Binding.ATOM)
        case Negation():
            return _join("-", [Phrase("", Binding.ATOM), parts[0].inside()], Binding.NEGATION, 1)
        case Sum(negative=negative):
            return _sum(parts, negative)
        case Product():
            return _join("*", [part.inside(Binding.POWER) for part in parts], Binding.PRODUCT)
        case Quotient():
            return _join("/", [part.inside(Binding.POWER) for part in parts], Binding.QUOTIENT)
        case Power():
            return _join("^", [part.inside() for part in parts], Binding.POWER, 1)
        case Call(function, primes):
            inner = _join(", ", parts, Binding.ATOM, 1)
            quotes = "'" * primes
            return Phrase(f"{function}{quotes}({inner.text})", Binding.ATOM, inner.depth)


def _join(separator: str, parts: list[Phrase], binding: Binding, deeper: int = 0) -> Phrase:
    text = separator.join(part.text for part in parts)
    return Phrase(text, binding, max(part.depth for part in parts) + deeper)


def _sum(parts: list[Phrase], negative: tuple[bool, ...]) -> Phrase:
    bare = (Binding.POWER, Binding.PRODUCT, Binding.QUOTIENT)
    # A leading minus binds like unary minus, so only an atom may follow it bare.
    terms = [parts[0].inside() if negative[0] else parts[0].inside(*bare)]
    terms += [part.inside(*bare) for part in parts[1:]]
    signs = ["-" if negative[0] else ""] + [" - " if minus else " + " for minus in negative[1:]]
    text = "".join(sign + term.text for sign, term in zip(signs, terms, strict=True))
    return Phrase(text, Binding.SUM, max(term.depth for term in terms))
