"""Parse tree to reading: the SymPy expression, its domain conditions and its canonical text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from symbolic.reader.construct import REQUIRES, apply, check_arity, power
from symbolic.reader.domain import ConditionKind, DomainCondition, decide
from symbolic.reader.echo import Phrase, phrase
from symbolic.reader.errors import ReadError, Source, quoted
from symbolic.reader.limits import MAX_DEPTH, MAX_EXPONENT, MAX_ROOT_ORDER
from symbolic.reader.model import Argument, LibraryFunctions, Reading, Scope
from symbolic.reader.names import CONSTANTS, FUNCTIONS, PRIMED, parse_name, suggestion
from symbolic.reader.sizes import RefusedError, Sizes
from symbolic.reader.tree import Call, Name, Negation, Node, Number, Power, Product, Quotient, Sum, fold

__all__ = ["check_names", "reading"]

_CONSTANTS = {"pi": sp.pi, "E": sp.E}
_INFINITIES = ("inf", "infinity", "oo", "nan")

Conditions = tuple[DomainCondition, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A built subtree.

    ``name`` is set for a bare name, and ``unknown`` too when the name is not in scope: an error unless
    a library function takes it.
    """

    expr: sp.Expr
    conditions: Conditions
    phrase: Phrase
    name: str | None = None
    unknown: Name | None = None

    def as_reading(self) -> Reading:
        return Reading(self.expr, tuple(dict.fromkeys(self.conditions)), self.phrase.text)


def check_names(scope: Scope, functions: LibraryFunctions) -> None:
    """Raise ReadError unless every name in scope may be chosen by a user, each for one thing."""
    for name in (*scope, *functions):
        parse_name(name)
    for name in functions:
        if name in scope:
            raise ReadError(f"the name {quoted(name)} stands for a function and for a value")


def reading(source: Source, root: Node, scope: Scope, functions: LibraryFunctions) -> Reading:
    """The reading of a tree.

    Raises ReadError for unknown names, wrong numbers of arguments, constants outside a domain, and
    expressions that would be too large to build.
    """
    builder = _Builder(source, scope, functions)
    part = fold(root, builder.visit)
    builder.require_known(part)
    return part.as_reading()


class _Builder:
    def __init__(self, source: Source, scope: Scope, functions: LibraryFunctions) -> None:
        self.source = source
        self.scope = scope
        self.functions = functions
        self.sizes = Sizes()

    def visit(self, node: Node, parts: list[_Part]) -> _Part:
        text = phrase(node, [part.phrase for part in parts])
        if text.depth >= MAX_DEPTH:
            raise self.source.error(node.position, f"nested more than {MAX_DEPTH} deep")
        if isinstance(node, Name):
            return self._name(node, text)
        if isinstance(node, Call) and node.function in self.functions:
            library_call = node
            expr, conditions = self._guarded(node, lambda: self._library(library_call, parts))
        else:
            for part in parts:
                self.require_known(part)
            expr, conditions = self._guarded(node, lambda: self._safely(node, parts))
        inherited = tuple(c for part in parts for c in part.conditions)
        return _Part(expr, inherited + conditions, text)

    def _guarded(self, node: Node, make: Callable[[], tuple[sp.Expr, Conditions]]) -> tuple[sp.Expr, Conditions]:
        """What ``make`` builds, when it is of a fair size; refusals become errors at the node."""
        try:
            expr, conditions = make()
            self.sizes.of(expr)
            for condition in conditions:
                self.sizes.of(condition.expr)
        except RefusedError as refusal:
            raise self.source.error(node.position, str(refusal)) from None
        return expr, conditions

    def _name(self, node: Name, text: Phrase) -> _Part:
        name = node.name
        if name in self.scope:
            value = self.scope[name]
            known = value if isinstance(value, Reading) else Reading(value, (), name)
            if not isinstance(known.expr, sp.Expr):
                raise TypeError(f"{name} stands for a {type(known.expr).__name__}, not an expression")
            if not all(symbol.is_real for symbol in known.expr.free_symbols):
                raise TypeError(f"{name} has variables that are not real")
            self._guarded(node, lambda: (known.expr, known.conditions))
            return _Part(known.expr, known.conditions, text, name)
        if name in _CONSTANTS:
            return _Part(_CONSTANTS[name], (), text)
        return _Part(sp.S.Zero, (), text, name, node)

    def require_known(self, part: _Part) -> None:
        """Raise ReadError when the part is a name that is not in scope."""
        if part.unknown is not None:
            raise self._unknown(part.unknown)

    def _unknown(self, node: Name) -> ReadError:
        name = node.name
        if name in _INFINITIES:
            message = f"{quoted(name)} is not a number; expressions are finite"
            return self.source.error(node.position, message)
        if name in FUNCTIONS or name in self.functions:
            message = f"expected '(' after the function {quoted(name)}"
            return self.source.error(node.position, message, ("'('",))
        known = (*self.scope, *CONSTANTS, *FUNCTIONS, *self.functions)
        return self.source.error(node.position, f"unknown name {quoted(name)}{suggestion(name, known)}")

    def _operation(self, node: Node, parts: list[_Part]) -> tuple[sp.Expr, Conditions]:
        exprs = [part.expr for part in parts]
        match node:
            case Number(value):
                return value, ()
            case Negation():
                return -exprs[0], ()
            case Sum(negative=negative):
                return self._sum([-e if minus else e for e, minus in zip(exprs, negative, strict=True)]), ()
            case Product():
                return self._product(exprs), ()
            case Quotient():
                condition = self._require(node, ConditionKind.NONZERO, parts[1])
                inverse = power(exprs[1], sp.S.NegativeOne, self.sizes)
                return self._product([exprs[0], inverse]), condition
            case Power():
                condition = self._power_condition(node, parts[0], exprs[1])
                return power(exprs[0], exprs[1], self.sizes), condition
            case Call():
                return self._call(node, parts)
        raise AssertionError(f"a {type(node).__name__} is not an operation")

    def _safely(self, node: Node, parts: list[_Part]) -> tuple[sp.Expr, Conditions]:
        """The operation; SymPy's own failures on exotic constants become errors at the node."""
        try:
            return self._operation(node, parts)
        except ReadError:
            raise
        except (ArithmeticError, AttributeError, NotImplementedError, TypeError, ValueError) as error:
            kind = type(error).__name__
            raise self.source.error(node.position, f"this cannot be built exactly ({kind})") from error

    def _require(self, node: Node, kind: ConditionKind, part: _Part) -> Conditions:
        decided = decide(kind, part.expr)
        if decided is False:
            raise self.source.error(node.position, kind.violation)
        return () if decided else (DomainCondition(part.expr, kind, part.phrase.text),)

    def _sum(self, terms: list[sp.Expr]) -> sp.Expr:
        self.sizes.before_sum(terms)
        total, others = sp.S.Zero, []
        for term in terms:
            if term.is_Rational:
                # One at a time, so that growing denominators are noticed on the way.
                total += term
                self.sizes.of(total)
            else:
                others.append(term)
        return sp.Add(total, *others)

    def _product(self, factors: list[sp.Expr]) -> sp.Expr:
        if any(factor == 0 for factor in factors):
            return sp.S.Zero
        self.sizes.before_product(factors)
        return sp.Mul(*factors)

    def _power_condition(self, node: Power, base: _Part, exponent: sp.Expr) -> Conditions:
        if exponent.is_Integer:
            if not base.expr.is_Rational and abs(exponent) > MAX_EXPONENT:
                raise self.source.error(node.position, f"an exponent is at most {MAX_EXPONENT} in size")
            if base.expr == 0 and exponent == 0:
                raise self.source.error(node.position, "0^0 is not defined")
            return self._require(node, ConditionKind.NONZERO, base) if exponent < 0 else ()
        if exponent.is_Rational:
            if abs(exponent) > MAX_EXPONENT or exponent.q > MAX_ROOT_ORDER:
                limits = f"at most {MAX_EXPONENT} in size, with denominator at most {MAX_ROOT_ORDER}"
                raise self.source.error(node.position, f"a fractional exponent is {limits}")
            kind = ConditionKind.NONNEGATIVE if exponent > 0 else ConditionKind.POSITIVE
            return self._require(node, kind, base)
        return self._require(node, ConditionKind.POSITIVE, base)

    def _call(self, node: Call, parts: list[_Part]) -> tuple[sp.Expr, Conditions]:
        name = node.function
        if name not in FUNCTIONS:
            raise self._not_a_function(node)
        if node.primes and name not in PRIMED:
            raise self._no_primes(node)
        check_arity(name, len(parts))
        kind = REQUIRES.get(name)
        conditions = self._require(node, kind, parts[0]) if kind else ()
        arguments = [part.expr for part in parts]
        return apply(name, node.primes, arguments, self.sizes), conditions

    def _not_a_function(self, node: Call) -> ReadError:
        name = node.function
        if name in self.scope or name in CONSTANTS:
            message = f"{quoted(name)} is not a function (a product is written with '*')"
        else:
            message = f"unknown function {quoted(name)}{suggestion(name, (*FUNCTIONS, *self.functions))}"
        return self.source.error(node.position, message)

    def _no_primes(self, node: Call) -> ReadError:
        return self.source.error(node.position, f"primes are read after {' and '.join(PRIMED)} only")

    def _library(self, node: Call, parts: list[_Part]) -> tuple[sp.Expr, Conditions]:
        if node.primes:
            raise self._no_primes(node)
        arguments = [
            Argument(part.phrase.text, part.name, None if part.unknown else part.as_reading()) for part in parts
        ]
        try:
            result = self.functions[node.function](arguments)
        except (ValueError, LookupError) as error:
            reason = error.args[0] if error.args else type(error).__name__
            raise self.source.error(node.position, f"{node.function}: {reason}") from error
        return (result.expr, result.conditions) if isinstance(result, Reading) else (result, ())
