"""The one compiler from exact SymPy expressions to tapes.

Common subexpressions are shared (hash-consing), and sums and products of one function value, such
as s(z)**2 * s'(z), become a single univariate polynomial whose range every backend knows exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from numeric.tape import FUNCTIONS, Data, Instruction, Tape
from symbolic.activations import ActivationFunction, derivative_polynomial
from symbolic.calculus import reject_floats

__all__ = ["compile_tape", "to_fraction"]

MAX_POLYNOMIAL_DEGREE = 24


def to_fraction(value: sp.Rational) -> Fraction:
    """Raises ValueError for anything but a rational number."""
    if not value.is_Rational:
        raise ValueError(f"{type(value).__name__} is not a rational number")
    return Fraction(int(value.p), int(value.q))


def compile_tape(expressions: Sequence[sp.Expr], variables: Sequence[sp.Symbol], *, signs: bool = False) -> Tape:
    """Compile expressions of the variables into one tape with an output for each.

    Raises ValueError for floats, unknown symbols, and functions outside the language.  ``signs`` admits the sign
    of an expression, which is no continuous function: it belongs into derivatives of absolute values only.
    """
    for expression in expressions:
        reject_floats(expression)
    builder = _Builder(variables, signs)
    outputs = tuple(builder.slot(sp.sympify(e, strict=True)) for e in expressions)
    return _without_dead_code(Tape(len(variables), tuple(builder.instructions), outputs))


Number = int | Fraction
Polynomial = dict[int, Number]  # {exponent: coefficient}
Univariate = tuple[sp.Expr, Polynomial]  # in powers of an atom


def _number(value: sp.Rational) -> Number:
    """Python's own numbers: SymPy's are slow in loops.  Raises ValueError for anything but a rational number."""
    return int(value) if value.is_Integer else to_fraction(value)


class _Builder:
    def __init__(self, variables: Sequence[sp.Symbol], signs: bool) -> None:
        self.signs = signs
        self.inputs = {v: i for i, v in enumerate(variables)}
        if len(self.inputs) != len(variables):
            raise ValueError("a variable is listed twice")
        self.instructions: list[Instruction] = []
        self.known: dict[Instruction, int] = {}
        self.slots: dict[sp.Expr, int] = {}
        self.polynomials: dict[sp.Expr, Univariate | None] = {}

    # -- emitting ---------------------------------------------------------------------------
    def emit(self, operation: str, *arguments: int, data: Data = None) -> int:
        instruction = Instruction(operation, arguments, data)
        if instruction not in self.known:
            self.known[instruction] = len(self.inputs) + len(self.instructions)
            self.instructions.append(instruction)
        return self.known[instruction]

    def slot(self, expr: sp.Expr) -> int:
        if expr not in self.slots:
            self.slots[expr] = self._compile(expr)
        return self.slots[expr]

    def _compile(self, e: sp.Expr) -> int:
        if e in self.inputs:
            return self.inputs[e]
        if e.is_Rational:
            return self.emit("const", data=to_fraction(e))
        if e is sp.pi:
            return self.emit("pi")
        if e is sp.E:
            return self.emit("e")
        if isinstance(e, sp.Symbol):
            raise ValueError(f"unknown name {e.name}")
        univariate = self.univariate(e)
        if univariate is not None and univariate[0] != e and max(univariate[1]) <= MAX_POLYNOMIAL_DEGREE:
            return self._polynomial(univariate)
        if isinstance(e, sp.Add):
            return self._sum(e)
        if isinstance(e, sp.Mul):
            return self._product(e)
        if isinstance(e, sp.Pow):
            return self._power(e)
        return self._function(e)

    def _polynomial(self, univariate: Univariate) -> int:
        """A polynomial in one atom; monomials and linear ones have instructions with the same range."""
        atom, coefficients = univariate
        degree, slot = max(coefficients), self.slot(atom)
        if len(coefficients) > 1 and degree > 1:
            data = tuple(Fraction(coefficients.get(i, 0)) for i in range(degree + 1))
            return self.emit("poly", slot, data=data)
        if degree == 0:
            return self.emit("const", data=Fraction(coefficients[0]))
        if degree > 1:
            slot = self.emit("power", slot, data=degree)
        slot = self._scaled(coefficients[degree], slot)
        return self.emit("shift", slot, data=Fraction(coefficients[0])) if 0 in coefficients and degree else slot

    def _scaled(self, factor: Number, slot: int) -> int:
        if factor == 1:
            return slot
        if factor == -1:
            return self.emit("neg", slot)
        return self.emit("scale", slot, data=Fraction(factor))

    def _grouped(self, group: list[sp.Expr], together: type[sp.Add] | type[sp.Mul]) -> list[sp.Expr]:
        """A group of terms or factors in one atom as one expression, or as it was when its degree is too high."""
        if len(group) == 1:
            return group
        combined = together(*group)
        return [combined] if self.univariate(combined) is not None or combined.is_Rational else group

    def _sum(self, e: sp.Expr) -> int:
        constant, terms = e.as_coeff_Add()
        groups: dict[sp.Expr, list[sp.Expr]] = {}
        others: list[sp.Expr] = []
        for term in sp.Add.make_args(terms):
            univariate = self.univariate(term)
            if univariate is None:
                others.append(term)
            else:
                groups.setdefault(univariate[0], []).append(term)
        positive: list[int] = []
        negative: list[int] = []
        parts = [part for group in groups.values() for part in self._grouped(group, sp.Add)] + others
        for term in parts:
            coefficient, rest = term.as_coeff_Mul()
            if coefficient == -1 and not isinstance(rest, sp.Add):
                negative.append(self.slot(rest))
            elif coefficient.is_negative and not isinstance(rest, sp.Add):
                negative.append(self.slot(-term))
            else:
                positive.append(self.slot(term))
        if positive:
            total = positive.pop(0)
        else:
            total = self.emit("neg", negative.pop(0))
        for slot in positive:
            total = self.emit("add", total, slot)
        for slot in negative:
            total = self.emit("sub", total, slot)
        if constant != 0:
            total = self.emit("shift", total, data=to_fraction(constant))
        return total

    def _product(self, e: sp.Expr) -> int:
        constant, rest = e.as_coeff_Mul()
        groups: dict[sp.Expr, list[sp.Expr]] = {}
        others: list[sp.Expr] = []
        denominators: list[sp.Expr] = []
        for factor in sp.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            univariate = self.univariate(factor)
            if exponent.is_Integer and exponent.is_negative:
                denominators.append(base**-exponent)
            elif univariate is not None:
                groups.setdefault(univariate[0], []).append(factor)
            else:
                others.append(factor)
        parts = [part for group in groups.values() for part in self._grouped(group, sp.Mul)]
        factors = [self.slot(factor) for factor in parts + others]
        if factors:
            total = factors[0]
            for slot in factors[1:]:
                total = self.emit("mul", total, slot)
            if denominators:
                total = self.emit("div", total, self.slot(sp.Mul(*denominators)))
        else:
            one = self.emit("const", data=Fraction(1))
            total = self.emit("div", one, self.slot(sp.Mul(*denominators)))
        return self._scaled(_number(constant), total)

    def _power(self, e: sp.Expr) -> int:
        base, exponent = e.as_base_exp()
        if exponent.is_Integer:
            return self.emit("power", self.slot(base), data=int(exponent))
        if exponent == sp.Rational(1, 2):
            return self.emit("sqrt", self.slot(base))
        if exponent == sp.Rational(-1, 2):
            return self.emit("div", self.emit("const", data=Fraction(1)), self.emit("sqrt", self.slot(base)))
        if base is sp.E:
            return self.emit("exp", self.slot(exponent))
        return self.emit("pow", self.slot(base), self.slot(exponent))

    def _function(self, e: sp.Expr) -> int:
        if isinstance(e, ActivationFunction):
            name = type(e).__name__
            if name in FUNCTIONS:
                return self.emit(name, self.slot(e.args[0]))
            raise ValueError(f"no enclosure is known for {name}")
        if isinstance(e, sp.Abs):
            return self.emit("abs", self.slot(e.args[0]))
        if isinstance(e, sp.sign) and self.signs:
            return self.emit("sign", self.slot(e.args[0]))
        if isinstance(e, (sp.Max, sp.Min)):
            operation = "maximum" if isinstance(e, sp.Max) else "minimum"
            total, *rest = [self.slot(a) for a in sorted(e.args, key=sp.default_sort_key)]
            for slot in rest:
                total = self.emit(operation, total, slot)
            return total
        name = type(e).__name__
        if name in FUNCTIONS and len(e.args) == 1:
            return self.emit(name, self.slot(e.args[0]))
        raise ValueError(f"{name} is not in the expression language")

    # -- polynomials in one function value ---------------------------------------------------
    def univariate(self, e: sp.Expr) -> Univariate | None:
        """e as a polynomial in a single atom (a symbol or a function value), or None."""
        if e not in self.polynomials:
            self.polynomials[e] = self._find_univariate(e)
        return self.polynomials[e]

    def _find_univariate(self, e: sp.Expr) -> Univariate | None:
        if isinstance(e, ActivationFunction) and e.derivative_order > 0:
            base: Any = e.base
            polynomial = derivative_polynomial(base, e.derivative_order)
            return base(e.args[0]), {m[0]: _number(c) for m, c in polynomial.terms()}
        if isinstance(e, (sp.Symbol, sp.Function)):
            return e, {1: 1}
        if isinstance(e, sp.Pow):
            inner = self.univariate(e.base)
            exponent = e.exp
            if inner is None or not exponent.is_Integer or not 0 < exponent <= MAX_POLYNOMIAL_DEGREE:
                return None
            if int(exponent) * max(inner[1]) > MAX_POLYNOMIAL_DEGREE:
                return None
            if inner[1] == {1: 1}:
                return inner[0], {int(exponent): 1}
            result: Polynomial = {0: 1}
            for _ in range(int(exponent)):
                result = _multiply(result, inner[1])
            return inner[0], result
        if not isinstance(e, (sp.Add, sp.Mul)):
            return None
        atom = None
        total: Polynomial = {0: 0 if isinstance(e, sp.Add) else 1}
        for argument in e.args:
            if argument.is_Rational:
                part = {0: _number(argument)}
            else:
                inner = self.univariate(argument)
                if inner is None or (atom is not None and inner[0] != atom):
                    return None
                atom, part = inner
            total = _add(total, part) if isinstance(e, sp.Add) else _multiply(total, part)
            if max(total, default=0) > MAX_POLYNOMIAL_DEGREE:
                return None
        return None if atom is None or not total else (atom, total)


def _add(p: Polynomial, q: Polynomial) -> Polynomial:
    total = {k: p.get(k, 0) + q.get(k, 0) for k in {*p, *q}}
    return {k: c for k, c in total.items() if c != 0}


def _multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for i, a in p.items():
        for j, b in q.items():
            total[i + j] = total.get(i + j, 0) + a * b
    return {k: c for k, c in total.items() if c != 0}


def _without_dead_code(tape: Tape) -> Tape:
    """Drop instructions that no output needs (grouping leaves some behind)."""
    needed = set(tape.outputs)
    for k in reversed(range(len(tape.instructions))):
        if tape.inputs + k in needed:
            needed.update(tape.instructions[k].arguments)
    renumber = {i: i for i in range(tape.inputs)}
    kept: list[Instruction] = []
    for k, instruction in enumerate(tape.instructions):
        if tape.inputs + k in needed:
            renumber[tape.inputs + k] = tape.inputs + len(kept)
            arguments = tuple(renumber[a] for a in instruction.arguments)
            kept.append(Instruction(instruction.operation, arguments, instruction.data))
    return Tape(tape.inputs, tuple(kept), tuple(renumber[o] for o in tape.outputs))
