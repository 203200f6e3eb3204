r"""An independent reader of derivations: LaTeX in, numbers on a class table out.

It shares nothing with the printer.  A display is cut into its equations, each equation into its sides, and
a side is read by a grammar of its own: ``\sum_{c}`` runs over the class table, a subscript is a list of
running indices or numbers, ``\frac{\partial L}{\partial w_{jk}}`` is differentiated again by SymPy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from symbolic.activations import activation, activation_names
from symbolic.activations.network import network_activation, network_activation_names
from symbolic.derivation.formula import GREEK, index_names
from symbolic.derivation.instance import Instance

__all__ = ["DisplayError", "ReadEquation", "displays", "read_display"]

Place = Mapping[str, int]
Value = Callable[[Instance, Place], sp.Expr]
_TOKEN = re.compile(r"\s+|(\\[A-Za-z]+|\\.|[0-9]+|[A-Za-z]|.)", re.DOTALL)
_DISPLAY = re.compile(r"\\begin\{(align\*?|equation\*?)\}(.*?)\\end\{\1\}|\\\[(.*?)\\\]|\$\$(.*?)\$\$", re.DOTALL)
_NOISE = re.compile(
    r"\\(?:begin|end)\{aligned\}|\\phantom\{\{\}=\{\}\}|\\text\{[^{}]*\}|\\(?:label|tag\*?)\{[^{}]*\}|"
    r"\\(?:notag|nonumber|quad|qquad|displaybreak)(?![A-Za-z])|\\[,;:!]|&"
)
_SIZES = {r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl", r"\biggr", r"\left", r"\right", r"\displaystyle"}
_CLOSING = {"(": ")", "[": "]", r"\lvert": r"\rvert"}
_STOP = {")", "]", "}", r"\rvert", "+", "-", "", ","}
_RELATIONS = {"=": "=", r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">="}


class DisplayError(ValueError):
    """A display that the reader cannot read."""


@dataclass(frozen=True)
class ReadEquation:
    """The sides of an equation in order, with the relations between them."""

    sides: tuple[Value, ...]
    relations: tuple[str, ...]
    source: str


def displays(document: str) -> list[str]:
    """The bodies of all displays of a LaTeX or Markdown document, in order."""
    return [next(g for g in found.groups()[1:] if g is not None) for found in _DISPLAY.finditer(document)]


def read_display(body: str, names: Mapping[str, str] | None = None) -> list[ReadEquation]:
    """The equations of one display; ``names`` maps the LaTeX of a letter to its name where they differ.

    An equation starts where a row has something before its first ``&`` or has none, and behind a comma with
    a wide space.
    """
    text = re.sub(r"&&\s*\\text\{[^{}]*\}", "", body)
    equations: list[str] = []
    for row in re.split(r"\\\\\*?(?:\[[^\]]*\])?|,\s*\\qquad", text):
        head, ampersand, _ = row.partition("&")
        cleaned = _NOISE.sub(" ", row)
        if not cleaned.strip():
            continue
        starts = not ampersand or bool(_NOISE.sub(" ", head).strip()) or not equations
        if not starts:
            equations[-1] += " " + cleaned
        else:
            equations.append(cleaned)
    return [_equation(e, names or {}) for e in equations]


@lru_cache(maxsize=4096)
def _slope(expr: sp.Expr, by: sp.Expr) -> sp.Expr:
    """The same derivatives stand on the left of many equations."""
    return sp.diff(expr, by)


def _equation(text: str, names: Mapping[str, str]) -> ReadEquation:
    reader = _Reader(text.strip().rstrip(".,;"), names)
    sides, relations = [reader.sum()], []
    while reader.current in _RELATIONS:
        relations.append(_RELATIONS[reader.take()])
        sides.append(reader.sum())
    if reader.current:
        raise reader.error("what follows is not read")
    if not relations:
        raise reader.error("no relation")
    return ReadEquation(tuple(sides), tuple(relations), text)


@dataclass(frozen=True)
class _Label:
    """An index in a subscript: its range (none for a number) and its value."""

    over: str | None
    value: Callable[[Place], int]


def _ranges(name: str, instance: Instance) -> tuple[str, ...]:
    """The ranges of a quantity's indices."""
    formula = instance.formula
    for family in formula.families:
        if family.name == name:
            return family.over
    definition = formula.definition(name)
    if definition is not None:
        return tuple(i.over for i in definition.indices)
    return {"x": ("class", "feature"), "p": ("class",), "t": ("class",), "y": ("class",)}.get(name, ())


class _Reader:
    """One position in the tokens of an equation."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        tokens = (t.group(1) for t in _TOKEN.finditer(text))
        self.tokens = [t for t in tokens if t and t not in _SIZES]
        self.place = 0
        self.names = names
        self.running = index_names()

    @property
    def current(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.current
        self.place += 1
        return token

    def require(self, token: str) -> None:
        if self.take() != token:
            self.place -= 1
            raise self.error(f"expected {token}")

    def accept(self, token: str) -> bool:
        if self.current == token:
            self.place += 1
            return True
        return False

    def error(self, message: str) -> DisplayError:
        before = " ".join(self.tokens[max(0, self.place - 8) : self.place])
        after = " ".join(self.tokens[self.place : self.place + 8])
        return DisplayError(f"{message}: {before} ❯ {after}")

    # -- sums and products ---------------------------------------------------------------------------
    def sum(self) -> Value:
        terms: list[tuple[int, Value]] = []
        sign = -1 if self.accept("-") else 1
        terms.append((sign, self.product()))
        while self.current in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            terms.append((sign, self.product()))
        return lambda inst, at: sp.Add(*(s * t(inst, at) for s, t in terms))

    def product(self) -> Value:
        factors = [self.factor()]
        while self.current not in _STOP and self.current not in _RELATIONS:
            if self.current in (r"\cdot", "*"):
                self.take()
            factors.append(self.factor())
        return lambda inst, at: sp.Mul(*(f(inst, at) for f in factors))

    def factor(self) -> Value:
        base = self.base()
        if not self.accept("^"):
            return base
        exponent = self.group()
        return lambda inst, at: base(inst, at) ** exponent(inst, at)

    def group(self) -> Value:
        """What TeX takes as one argument."""
        if self.accept("{"):
            inner = self.sum()
            self.require("}")
            return inner
        token = self.take()
        if token.isdigit():
            value = sp.Integer(int(token[0]))
            if len(token) > 1:
                self.tokens[self.place - 1 : self.place] = [token[0], token[1:]]
            return lambda inst, at: value
        self.place -= 1
        return self.base()

    # -- factors -----------------------------------------------------------------------------------------
    def base(self) -> Value:
        token = self.take()
        if token.isdigit():
            value = sp.Integer(int(token))
            return lambda inst, at: value
        if token in _CLOSING:
            inner = self.sum()
            self.require(_CLOSING[token])
            return (lambda inst, at: sp.Abs(inner(inst, at), evaluate=False)) if token == r"\lvert" else inner
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            return self.fraction()
        if token == r"\sqrt":
            radicand = self.group()
            return lambda inst, at: sp.sqrt(radicand(inst, at))
        if token == r"\sum":
            return self.big_sum()
        if token == r"\mathbb":
            return self.expectation()
        if token == r"\lVert":
            return self.norm()
        if token == "e" and self.current == "^":
            self.take()
            exponent = self.group()
            return lambda inst, at: sp.exp(exponent(inst, at))
        function = self.function(token)
        if function is not None:
            return self.application(function)
        if any(activation(name).latex_name == token for name in activation_names()):
            raise self.error("a function without its bracket")
        if token == r"\delta":
            first, second = self.subscript(2)
            if first.over != second.over:
                raise self.error("a delta of indices with different ranges")
            return lambda inst, at: sp.Integer(int(first.value(at) == second.value(at)))
        if token.isalpha() or token.removeprefix("\\") in GREEK or token == r"\mathrm":
            return self.quantity(token)
        self.place -= 1
        raise self.error("not a factor")

    def fraction(self) -> Value:
        if self.tokens[self.place : self.place + 2] == ["{", r"\partial"]:
            return self.derivative()
        above, below = self.group(), self.group()
        return lambda inst, at: above(inst, at) / below(inst, at)

    def derivative(self) -> Value:
        self.require("{")
        self.require(r"\partial")
        order: Value = lambda inst, at: sp.S.One  # noqa: E731
        if self.accept("^"):
            order = self.group()
        of = self.base()
        self.require("}")
        self.require("{")
        by: list[Value] = []
        while self.accept(r"\partial"):
            by.append(self.base())
        self.require("}")

        def value(inst: Instance, at: Place) -> sp.Expr:
            if order(inst, at) != len(by):
                raise DisplayError("the order of a derivative does not match its variables")
            found = of(inst, at)
            for v in by:
                found = _slope(found, v(inst, at))
            return found

        return value

    def running_index(self) -> tuple[str, str]:
        """``_{c}`` as the letter and its range."""
        self.require("_")
        braces = self.accept("{")
        name = self.take()
        if name not in self.running:
            self.place -= 1
            raise self.error("not a running index")
        if braces:
            self.require("}")
        return name, self.running[name]

    def big_sum(self) -> Value:
        name, over = self.running_index()
        body = self.product()
        return lambda inst, at: sp.Add(*(body(inst, {**at, name: v}) for v in range(inst.sizes[over])))

    def expectation(self) -> Value:
        self.require("{")
        self.require("E")
        self.require("}")
        name, over = self.running_index()
        if over != "class":
            raise self.error("an expectation over something that is not a class")
        self.require("[")
        body = self.sum()
        self.require("]")

        def value(inst: Instance, at: Place) -> sp.Expr:
            classes = range(inst.sizes["class"])
            return sp.Add(*(inst.quantity("p", (c,)) * body(inst, {**at, name: c}) for c in classes))

        return value

    def norm(self) -> Value:
        matrix = self.take()
        self.require(r"\rVert")
        if self.accept("_"):
            self.require("{")
            self.require("F")
            self.require("}")
        self.require("^")
        exponent = self.group()

        def value(inst: Instance, at: Place) -> sp.Expr:
            families = [f for f in inst.formula.families if f.matrix == matrix]
            if len(families) != 1 or exponent(inst, at) != 2:
                raise DisplayError(f"not a squared norm of variables: {matrix}")
            return sp.Add(*(v**2 for v in families[0].symbols))

        return value

    # -- functions and names --------------------------------------------------------------------------------
    def function(self, token: str) -> str | None:
        if token == r"\operatorname":
            self.require("{")
            word = ""
            while self.current.isalpha():
                word += self.take()
            self.require("}")
            named = (
                n for n in network_activation_names() if network_activation(n).latex == rf"\operatorname{{{word}}}"
            )
            return next(named, word)
        if token in (r"\log", r"\tanh", r"\exp"):
            return token[1:]
        for name in activation_names():
            if activation(name).latex_name == token and (self.current in ("'", "(") or self._order_follows()):
                return name
        return None

    def _order_follows(self) -> bool:
        return self.tokens[self.place : self.place + 3] == ["^", "{", "("]

    def application(self, function: str) -> Value:
        order = 0
        while self.accept("'"):
            order += 1
        if self._order_follows():
            self.place += 3
            order = int(self.take())
            self.require(")")
            self.require("}")
        self.require("(")
        argument = self.sum()
        self.require(")")
        return lambda inst, at: inst.apply(function, order, argument(inst, at))

    def subscript(self, count: int | None = None) -> list[_Label]:
        """The labels of ``_{jk}`` or ``_{1,2}``."""
        self.require("_")
        tokens: list[str] = []
        if self.accept("{"):
            while self.current != "}":
                if not self.current:
                    raise self.error("an open subscript")
                tokens.append(self.take())
            self.require("}")
        else:
            tokens.append(self.take())
        labels = [self.label(t) for t in tokens if t != ","]
        if count is not None and len(labels) != count:
            raise self.error(f"expected {count} indices")
        return labels

    def label(self, token: str) -> _Label:
        if token.isdigit():
            return _Label(None, lambda at: int(token) - 1)
        if token not in self.running:
            raise self.error(f"unknown index {token}")

        def value(at: Place) -> int:
            if token not in at:
                raise DisplayError(f"the index {token} is not bound")
            return at[token]

        return _Label(self.running[token], value)

    def quantity(self, token: str) -> Value:
        base = token.removeprefix("\\")
        if token == r"\mathrm":
            self.require("{")
            base = ""
            while self.current.isalpha():
                base += self.take()
            self.require("}")
        base = self.names.get(token, base)
        if self.current != "_":
            return lambda inst, at: inst.quantity(base, ())
        start = self.place
        labels = self.subscript()
        digits = [t for t in self.tokens[start + 1 : self.place] if t not in ("{", "}", ",")]

        def value(inst: Instance, at: Place) -> sp.Expr:
            # A subscript of numbers may belong to a symbol's own name: a_1 is a1, w_{2,3} is w2_3.
            if all(t.isdigit() for t in digits):
                spelled = base + "_".join(digits)
                names = {s.name for f in inst.formula.families for s in f.symbols} | set(inst.constants)
                names |= {d.name for d in inst.formula.definitions}
                names |= {f.name for f in inst.formula.families if not f.over}
                if spelled in names:
                    return inst.quantity(spelled, ())
            expected = _ranges(base, inst)
            if len(expected) != len(labels) or any(
                x.over not in (None, r) for x, r in zip(labels, expected, strict=True)
            ):
                raise DisplayError(f"{token} does not have indices of these ranges")
            try:
                return inst.quantity(base, tuple(label.value(at) for label in labels))
            except (KeyError, IndexError) as error:
                raise DisplayError(f"unknown quantity {token} with these indices") from error

        return value
