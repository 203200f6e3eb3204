"""Expressions that both Python and Coq read: one object, printed as a formula and as a syntax tree.

Arithmetic: symbolic (exact) for the expressions.  ``Formal`` mirrors the type ``expr`` of
``proofs/coq/theories/Expressions.v`` case by case.  ``formula`` is what a statement page shows and ``tree``
what the kernel computes with; each page has a proof, by conversion, that the two are the same function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from numeric.compiler import to_fraction
from symbolic.activations import sigmoid, softplus, to_polynomials
from symbolic.calculus import reject_floats

__all__ = ["FUNCTIONS", "Formal", "NotFormal", "conditions", "formal_expression", "nodes", "total"]

MAX_POWER = 64

# name in Coq's syntax tree -> (name in a formula, SymPy's function)
FUNCTIONS: dict[str, tuple[str, type[sp.Function]]] = {
    "Sigmoid": ("sigmoid", sigmoid),
    "Softplus": ("softplus", softplus),
    "Exp": ("exp", sp.exp),
    "Ln": ("ln", sp.log),
    "Tanh": ("tanh", sp.tanh),
    "Sinh": ("sinh", sp.sinh),
    "Cosh": ("cosh", sp.cosh),
    "Sin": ("sin", sp.sin),
    "Cos": ("cos", sp.cos),
    "Atan": ("atan", sp.atan),
}
# What must hold of the argument of a partial function.
_REQUIRED = {"Inv": "{} <> 0", "Ln": "0 < {}", "Sqrt": "0 < {}"}


class NotFormal(ValueError):
    """A statement, or a part of one, that the Coq side has no words for."""


@dataclass(frozen=True)
class Formal:
    """A node: ``kind`` is a constructor of ``expr``, or of ``uop`` for a function of one argument.

    - ``Cst``: the rational ``value``; ``Var``: variable number ``index``;
    - ``Scal``: ``value`` times the argument; ``Neg``, ``Add``, ``Mul``;
    - ``Pow``: the argument to the power ``index``; ``Inv``, ``Sqrt`` and the names of FUNCTIONS.
    """

    kind: str
    arguments: tuple[Formal, ...] = ()
    value: Fraction = Fraction(0)
    index: int = 0

    # -- the two printed forms -----------------------------------------------------------------
    def tree(self) -> str:
        """The term of type ``expr``."""
        if self.kind == "Cst":
            return f"(Cst {_ratio(self.value)})"
        if self.kind == "Var":
            return f"(Var {self.index})"
        inner = " ".join(a.tree() for a in self.arguments)
        if self.kind == "Scal":
            return f"(Scal {_ratio(self.value)} {inner})"
        if self.kind in ("Neg", "Add", "Mul"):
            return f"({self.kind} {inner})"
        operation = f"(Pow {self.index})" if self.kind == "Pow" else self.kind
        return f"(Un {operation} {inner})"

    def formula(self, names: Sequence[str]) -> str:
        """The formula in Coq's notation for real numbers, with these names for the variables."""
        return self._formula(names)[0]

    def _formula(self, names: Sequence[str]) -> tuple[str, int]:
        """Text and strength: 0 sum, 1 negation, 2 product, 3 application or power, 4 atom."""
        if self.kind == "Cst":
            return _rational(self.value), 4
        if self.kind == "Var":
            return names[self.index], 4
        parts = [a._formula(names) for a in self.arguments]
        if self.kind == "Scal":
            return f"{_rational(self.value)} * {_wrapped(parts[0], 3)}", 2
        if self.kind == "Neg":
            return f"- {_wrapped(parts[0], 3)}", 1
        if self.kind == "Add":
            negated = self.arguments[1]
            if negated.kind == "Neg":
                return f"{_wrapped(parts[0], 0)} - {_wrapped(negated.arguments[0]._formula(names), 2)}", 0
            return f"{_wrapped(parts[0], 0)} + {_wrapped(parts[1], 2)}", 0
        if self.kind == "Mul":
            inverse = self.arguments[1]
            if inverse.kind == "Inv":
                return f"{_wrapped(parts[0], 2)} / {_wrapped(inverse.arguments[0]._formula(names), 3)}", 2
            return f"{_wrapped(parts[0], 2)} * {_wrapped(parts[1], 3)}", 2
        if self.kind == "Inv":
            return f"/ {_wrapped(parts[0], 4)}", 2
        if self.kind == "Pow":
            return f"{_wrapped(parts[0], 4)} ^ {self.index}", 3
        name = "sqrt" if self.kind == "Sqrt" else FUNCTIONS[self.kind][0]
        return f"{name} {_wrapped(parts[0], 4)}", 3

    # -- back to SymPy -------------------------------------------------------------------------
    def sympy(self, variables: Sequence[sp.Symbol]) -> sp.Expr:
        if self.kind == "Cst":
            return sp.Rational(self.value.numerator, self.value.denominator)
        if self.kind == "Var":
            return variables[self.index]
        inner = [a.sympy(variables) for a in self.arguments]
        if self.kind == "Scal":
            return sp.Rational(self.value.numerator, self.value.denominator) * inner[0]
        if self.kind == "Neg":
            return -inner[0]
        if self.kind == "Add":
            return inner[0] + inner[1]
        if self.kind == "Mul":
            return inner[0] * inner[1]
        if self.kind == "Inv":
            return 1 / inner[0]
        if self.kind == "Sqrt":
            return sp.sqrt(inner[0])
        if self.kind == "Pow":
            return inner[0] ** self.index
        return FUNCTIONS[self.kind][1](inner[0])


def _ratio(x: Fraction) -> str:
    return f"({x.numerator}) {x.denominator}" if x < 0 else f"{x.numerator} {x.denominator}"


def _rational(x: Fraction) -> str:
    if x.denominator == 1:
        return f"{x.numerator}" if x >= 0 else f"({x.numerator})"
    return f"({x.numerator}/{x.denominator})"


def _wrapped(part: tuple[str, int], needed: int) -> str:
    text, strength = part
    return text if strength >= needed else f"({text})"


def nodes(e: Formal) -> Iterator[Formal]:
    """All nodes, a function before its argument."""
    yield e
    for a in e.arguments:
        yield from nodes(a)


def total(e: Formal) -> bool:
    """No denominator, logarithm or root: defined everywhere."""
    return not any(node.kind in _REQUIRED for node in nodes(e))


def conditions(e: Formal, names: Sequence[str]) -> list[str]:
    """Where the expression is defined, as formulas, each once."""
    found = [
        _REQUIRED[node.kind].format(_wrapped(node.arguments[0]._formula(names), 1))
        for node in nodes(e)
        if node.kind in _REQUIRED
    ]
    return list(dict.fromkeys(found))


# -- from SymPy ----------------------------------------------------------------------------------
def formal_expression(expr: sp.Expr, variables: Sequence[sp.Symbol]) -> Formal:
    """The expression for Coq.  Raises NotFormal for what its language does not have."""
    try:
        reject_floats(expr)
    except ValueError as error:
        raise NotFormal(str(error)) from error
    return _Builder({v: i for i, v in enumerate(variables)}).build(to_polynomials(expr))


class _Builder:
    def __init__(self, places: Mapping[sp.Symbol, int]) -> None:
        self.places = places

    def build(self, e: sp.Expr) -> Formal:
        if e in self.places:
            return Formal("Var", index=self.places[e])
        if e.is_Rational:
            return Formal("Cst", value=to_fraction(e))
        if e is sp.E:
            return Formal("Exp", (Formal("Cst", value=Fraction(1)),))
        if isinstance(e, sp.Add):
            return self._sum(e)
        if isinstance(e, sp.Mul):
            return self._product(e)
        if isinstance(e, sp.Pow):
            return self._power(e)
        for name, (_, function) in FUNCTIONS.items():
            if type(e) is function:
                return Formal(name, (self.build(e.args[0]),))
        word = e.name if isinstance(e, sp.Symbol) else str(e) if e.is_Atom else type(e).__name__
        raise NotFormal(f"{word} is not in the language of the Coq library")

    def _sum(self, e: sp.Expr) -> Formal:
        first, *rest = e.as_ordered_terms()
        total = self.build(first)
        for term in rest:
            coefficient, factor = term.as_coeff_Mul()
            if coefficient == -1:
                part = Formal("Neg", (self.build(factor),))
            elif (coefficient.is_negative and term.is_Rational) or coefficient.is_negative:
                part = Formal("Neg", (self.build(-term),))
            else:
                part = self.build(term)
            total = Formal("Add", (total, part))
        return total

    def _product(self, e: sp.Expr) -> Formal:
        coefficient, rest = e.as_coeff_Mul()
        factors = rest.as_ordered_factors()
        below = [f for f in factors if f.as_base_exp()[1].is_Rational and f.as_base_exp()[1] < 0]
        above = [f for f in factors if f not in below]
        total: Formal | None = None
        for factor in above:
            part = self.build(factor)
            total = part if total is None else Formal("Mul", (total, part))
        if below:
            inverse = Formal("Inv", (self.build(1 / sp.Mul(*below)),))
            total = inverse if total is None else Formal("Mul", (total, inverse))
        assert total is not None
        if coefficient == 1:
            return total
        if coefficient == -1:
            return Formal("Neg", (total,))
        return Formal("Scal", (total,), value=to_fraction(coefficient))

    def _power(self, e: sp.Expr) -> Formal:
        base, exponent = e.as_base_exp()
        if base is sp.E:
            return Formal("Exp", (self.build(exponent),))
        if exponent.is_Rational and exponent < 0:
            return Formal("Inv", (self.build(base**-exponent),))
        if exponent.is_Integer and 0 < exponent <= MAX_POWER:
            return Formal("Pow", (self.build(base),), index=int(exponent))
        if exponent == sp.Rational(1, 2):
            return Formal("Sqrt", (self.build(base),))
        raise NotFormal(f"the power {e} is not in the language of the Coq library")
