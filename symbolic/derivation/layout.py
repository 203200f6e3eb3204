r"""Equations as rows of an ``align`` environment, broken where a careful author would break them.

A row holds as many terms as fit into the measure; the width of LaTeX is estimated from the glyphs.
"""

from __future__ import annotations

import re

from symbolic.derivation.equation import Equation
from symbolic.derivation.latex import LatexPrinter, signed
from symbolic.derivation.tree import Add, Expectation, Mul, Node, Sum

__all__ = ["RELATIONS", "rows", "width"]

RELATIONS = {"=": "=", "<=": r"\le"}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
# In points, for a text of 10 points.
_WIDTHS = {
    r"\sum": 15.0, r"\sigma": 6.0, r"\alpha": 6.4, r"\beta": 5.9, r"\gamma": 5.5, r"\delta": 4.8, r"\tau": 5.1,
    r"\partial": 6.0, r"\lvert": 2.8, r"\rvert": 2.8, r"\lVert": 5.0, r"\rVert": 5.0, r"\log": 14.0, r"\tanh": 21.0,
    r"\exp": 17.0, r"\cdot": 7.0, r"\le": 13.4, r"\,": 1.7, r"\quad": 10.0, r"\qquad": 20.0, r"\ldots": 13.0,
    r"\bigl": 1.0, r"\bigr": 1.0, r"\Bigl": 2.0, r"\Bigr": 2.0,
    "+": 12.3, "-": 12.3, "=": 13.4, "(": 3.9, ")": 3.9, "[": 2.8, "]": 2.8, "'": 2.9, ",": 4.5, "&": 0.0, " ": 0.0,
    "w": 7.4, "m": 8.9, "x": 5.8, "M": 10.9, "W": 11.3, "F": 7.8, "L": 6.9, "N": 9.0, "K": 9.0, "E": 7.0, "p": 5.1,
}  # fmt: skip
_SILENT = {r"\mathbb", r"\operatorname", r"\mathrm", r"\tfrac", r"\frac", r"\text", r"\displaystyle", "{", "}"}


def width(latex: str) -> float:
    """The estimated width in points at 10 points."""
    tokens = _TOKEN.findall(latex)
    total, position = 0.0, 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token in (r"\frac", r"\tfrac"):
            above, position = _argument(tokens, position)
            below, position = _argument(tokens, position)
            total += max(width(above), width(below)) * (1.0 if token == r"\frac" else 0.75) + 2.4
        elif token in ("_", "^"):
            script, position = _argument(tokens, position)
            total += 0.72 * width(script) + 0.5
        elif token not in _SILENT:
            total += _WIDTHS.get(token, 5.3)
    return total


def _argument(tokens: list[str], position: int) -> tuple[str, int]:
    while position < len(tokens) and tokens[position] == " ":
        position += 1
    if position >= len(tokens) or tokens[position] != "{":
        return (tokens[position] if position < len(tokens) else ""), position + 1
    depth, start = 0, position
    for end in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end], 0)
        if depth == 0:
            return "".join(tokens[start + 1 : end]), end + 1
    return "".join(tokens[start + 1 :]), len(tokens)


def rows(equation: Equation, printer: LatexPrinter, measure: float) -> list[list[str]]:
    """For each side of the equation its rows (without the row ends); the first starts with the left side."""
    left = printer.print(equation.left)
    indent = width(left)
    found: list[list[str]] = []
    for k, side in enumerate(equation.sides):
        relation = RELATIONS[side.relation]
        lines = _fill(_chunks(side.body, printer, measure - indent - 26), measure - indent - 14)
        head = f"{left} &" if k == 0 else "&"
        found.append([f"{head}{relation} {lines[0]}", *(rf"&\quad {line}" for line in lines[1:])])
    return found


def _fill(chunks: list[str], room: float) -> list[str]:
    lines: list[str] = []
    for chunk in chunks:
        if lines and width(lines[-1]) + width(chunk) <= room - (10 if len(lines) > 1 else 0):
            lines[-1] += f" {chunk}"
        else:
            lines.append(chunk)
    return lines


def _chunks(node: Node, printer: LatexPrinter, room: float) -> list[str]:
    """The pieces between which a line may be broken: terms, and the terms of a bracket that is too long."""
    if not isinstance(node, Add):
        return _term(node, printer, room, first=True)
    return [c for k, t in enumerate(node.terms) for c in _term(t, printer, room, first=k == 0)]


def _term(node: Node, printer: LatexPrinter, room: float, first: bool) -> list[str]:
    negative, inner = signed(node)
    sign = ("-" if negative else "") if first else ("- " if negative else "+ ")
    text = sign + printer.print(inner, 1)
    if width(text) <= room:
        return [text]
    return _broken(sign, inner, printer, room) or [text]


def _broken(before: str, node: Node, printer: LatexPrinter, room: float) -> list[str] | None:
    """A product whose longest bracket is broken between its terms; None when there is none."""
    if isinstance(node, Sum):
        inner = _broken("", node.body, printer, room)
        return None if inner is None else [rf"{before}\sum_{{{node.index.name}}} {inner[0]}", *inner[1:]]
    if isinstance(node, Expectation) and isinstance(node.body, Add):
        opening, closing = printer.pair("[", "]", node.body)
        return _bracketed(rf"{before}\mathbb{{E}}_{{{node.index.name}}}{opening}", node.body, closing, printer, room)
    if isinstance(node, Add):
        opening, closing = printer.pair("(", ")", node)
        return _bracketed(before + opening, node, closing, printer, room)
    if not isinstance(node, Mul):
        return None
    candidates = [k for k, f in enumerate(node.factors) if isinstance(f, (Add, Sum, Expectation))]
    if not candidates:
        return None
    place = max(candidates, key=lambda k: width(printer.print(node.factors[k])))
    front = " ".join(printer.print(f, 2) for f in node.factors[:place])
    back = " ".join(
        printer.print(f, 1 if k == len(node.factors) - 1 and isinstance(f, (Sum, Expectation)) else 2)
        for k, f in enumerate(node.factors)
        if k > place
    )
    factor = node.factors[place]
    # A sum that is not last stands in brackets, which a broken sum would lose.
    if isinstance(factor, (Sum, Expectation)) and place < len(node.factors) - 1:
        return None
    middle = _broken(f"{before}{front} " if front else before, factor, printer, room)
    if middle is None:
        return None
    if back and width(middle[-1]) + width(back) > room and isinstance(node.factors[-1], Sum):
        return [*middle, rf"\cdot {back}"]
    return [*middle[:-1], f"{middle[-1]} {back}".rstrip()]


def _bracketed(opening: str, node: Add, closing: str, printer: LatexPrinter, room: float) -> list[str]:
    pieces = _chunks(node, printer, room - 20)
    return [opening + pieces[0], *pieces[1:-1], pieces[-1] + closing]
