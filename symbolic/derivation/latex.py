r"""Formulas as LaTeX, by rules of our own: what is printed can be read in one way only.

A sum extends over the product that follows it and no further, so it stands last in a product and its
body is in brackets when it is itself a sum.  A power stands behind the bracketed argument of a
function, ``\sigma(z)^{2}``; primes stand before it, ``\sigma'(z)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

from symbolic.activations import activation, activation_names
from symbolic.activations.network import network_activation
from symbolic.derivation.formula import Formula, letter
from symbolic.derivation.tree import (
    Abs,
    Add,
    Apply,
    Delta,
    Derivative,
    Expectation,
    Label,
    Mul,
    Node,
    Number,
    Power,
    Quantity,
    SquaredNorm,
    Sum,
    walk,
)

__all__ = ["LatexPrinter", "function_name", "name_parts", "number_latex", "signed"]

SUM, PRODUCT, ATOM = range(3)
_NAME = re.compile(r"^([A-Za-z]+?)(\d*)(?:_(\w+))?$")


def name_parts(name: str) -> tuple[str, str]:
    """A symbol's letter and subscript: a1 is a with 1, w2_3 is w with 2,3."""
    found = _NAME.match(name)
    if found is None:
        return name, ""
    base, first, second = found.groups()
    return base, ",".join(part for part in (first, second) if part)


def number_latex(value: sp.Expr) -> str:
    """An exact number without its sign (it must not be negative)."""
    numerator, denominator = sp.fraction(value)
    if denominator == 1:
        return _surd(numerator)
    return rf"\tfrac{{{_surd(numerator)}}}{{{_surd(denominator)}}}"


def _surd(value: sp.Expr) -> str:
    coefficient, rest = value.as_coeff_Mul()
    text = "" if coefficient == 1 and rest != 1 else str(coefficient)
    for factor in sp.Mul.make_args(rest) if rest != 1 else ():
        if not (isinstance(factor, sp.Pow) and factor.exp == sp.Rational(1, 2) and factor.base.is_Integer):
            raise ValueError(f"not printed as a number: {value}")
        text += rf"\sqrt{{{factor.base}}}"
    return text


def signed(node: Node) -> tuple[bool, Node]:
    """Whether a term is printed with a minus, and the term without it."""
    if isinstance(node, Number) and node.value.could_extract_minus_sign():
        return True, Number(-node.value)
    if (
        isinstance(node, Mul)
        and isinstance(node.factors[0], Number)
        and node.factors[0].value.could_extract_minus_sign()
    ):
        value = -node.factors[0].value
        rest = node.factors[1:]
        if value == 1:
            return True, rest[0] if len(rest) == 1 else Mul(rest)
        return True, Mul((Number(value), *rest))
    return False, node


def function_name(function: str, order: int) -> str:
    """A function's letter with its primes."""
    if function in ("exp", "log", "tanh", "erf") and function not in activation_names():
        base = r"\operatorname{erf}" if function == "erf" else f"\\{function}"
    elif function in activation_names():
        base = activation(function).latex_name
    else:
        base = network_activation(function).latex
    return base + ("'" * order if order <= 3 else f"^{{({order})}}")


@dataclass(frozen=True)
class LatexPrinter:
    """Prints nodes with the letters of a formula."""

    letters: Mapping[str, str] = field(default_factory=dict)
    matrices: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, formula: Formula) -> LatexPrinter:
        return cls(formula.letters, {f.name: f.matrix for f in formula.families})

    def print(self, node: Node, level: int = SUM) -> str:
        """The LaTeX of a node; bracketed where something of the given level is expected and it is looser."""
        if isinstance(node, Add):
            text = self.terms(node)
            return text if level == SUM else self.bracket(node, text)
        negative, inner = signed(node)
        if negative:
            text = "-" + self.print(inner, PRODUCT)
            return text if level == SUM else self.bracket(node, text)
        if isinstance(node, (Mul, Sum, Expectation)):
            text = self.product(node)
            return text if level <= PRODUCT else self.bracket(node, text)
        return self.atom(node)

    def terms(self, node: Add) -> str:
        text = ""
        for term in node.terms:
            negative, inner = signed(term)
            sign = "-" if negative else "+" if text else ""
            text += f" {sign} " if text else sign
            text += self.print(inner, PRODUCT)
        return text

    def product(self, node: Node) -> str:
        """A product, or a sum with its sign."""
        if isinstance(node, Sum):
            return rf"\sum_{{{node.index.name}}} {self.print(node.body, PRODUCT)}"
        if isinstance(node, Expectation):
            opening, closing = self.pair("[", "]", node.body)
            return rf"\mathbb{{E}}_{{{node.index.name}}}{opening}{self.print(node.body)}{closing}"
        assert isinstance(node, Mul)
        parts = []
        for k, factor in enumerate(node.factors):
            last = k == len(node.factors) - 1
            parts.append(self.print(factor, PRODUCT if last and isinstance(factor, (Sum, Expectation)) else ATOM))
        text = parts[0]
        for left, part in zip(node.factors, parts[1:], strict=False):
            both_numbers = isinstance(left, Number) and part[0].isdigit()
            text += (r" \cdot " if both_numbers else " ") + part
        return text

    def atom(self, node: Node) -> str:
        if isinstance(node, Number):
            return number_latex(node.value)
        if isinstance(node, Quantity):
            return self.quantity(node)
        if isinstance(node, Delta):
            return rf"\delta_{{{subscript((node.first, node.second))}}}"
        if isinstance(node, Power):
            return self.power(node)
        if isinstance(node, Apply):
            return self.apply(node)
        if isinstance(node, Abs):
            opening, closing = self.pair(r"\lvert ", r" \rvert", node.argument)
            return opening + self.print(node.argument) + closing
        if isinstance(node, SquaredNorm):
            frobenius = "_{F}" if self.matrices[node.family].isupper() and self.matrices[node.family] == "W" else ""
            return rf"\lVert {self.matrices[node.family]} \rVert{frobenius}^{{2}}"
        if isinstance(node, Derivative):
            order = f"^{{{len(node.by)}}}" if len(node.by) > 1 else ""
            below = r"\,".join(rf"\partial {self.quantity(q)}" for q in node.by)
            return rf"\frac{{\partial{order} {self.quantity(node.of)}}}{{{below}}}"
        raise TypeError(f"not printed: {type(node).__name__}")

    def power(self, node: Power) -> str:
        if node.exponent < 0:
            below = self.print(Power(node.base, -node.exponent) if node.exponent < -1 else node.base)
            return rf"\frac{{1}}{{{below}}}"
        base = node.base
        simple = isinstance(base, (Quantity, Abs)) or (isinstance(base, Apply) and base.function != "exp")
        text = self.atom(base) if simple else self.bracket(base, self.print(base))
        return rf"{text}^{{{node.exponent}}}"

    def apply(self, node: Apply) -> str:
        argument = node.argument
        if node.function == "softplus" and node.order == 0:
            return rf"\log\bigl(1 + e^{{{self.print(argument)}}}\bigr)"
        opening, closing = self.pair("(", ")", argument)
        return f"{function_name(node.function, node.order)}{opening}{self.print(argument)}{closing}"

    def quantity(self, node: Quantity) -> str:
        if node.indices:
            return rf"{letter(node.name, self.letters)}_{{{subscript(node.indices)}}}"
        if node.name in self.letters:
            return self.letters[node.name]
        base, below = name_parts(node.name)
        text = letter(base, self.letters)
        return rf"{text}_{{{below}}}" if below else text

    def bracket(self, node: Node, text: str) -> str:
        opening, closing = self.pair("(", ")", node)
        return opening + text + closing

    def pair(self, opening: str, closing: str, content: Node) -> tuple[str, str]:
        """Brackets as large as their content asks for."""
        size = _height(content)
        if size == 0:
            return opening, closing
        big = ("big", "Big")[size - 1]
        return rf"\{big}l{opening}", rf"\{big}r{closing}"


def _height(node: Node) -> int:
    """0 for one line of letters, 1 for brackets inside, 2 for sums and fractions inside."""
    inside = list(walk(node))
    if any(isinstance(n, (Sum, Derivative)) or (isinstance(n, Power) and n.exponent < 0) for n in inside):
        return 2
    brackets = [c for n in inside if isinstance(n, (Mul, Power, Apply)) for c in n.children() if isinstance(c, Add)]
    if any(isinstance(n, Apply) for c in brackets for n in walk(c)):
        return 2
    return 1 if any(isinstance(n, (Apply, Abs)) for n in inside) else 0


def subscript(labels: tuple[Label, ...]) -> str:
    """jk for running indices; numbers, counted from 1, with commas."""
    names = [str(i + 1) if isinstance(i, int) else i.name for i in labels]
    return ("," if any(isinstance(i, int) for i in labels) else "").join(names)
