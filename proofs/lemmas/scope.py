"""Names that a claim's expressions may use: variables, let definitions, and the library's objectives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import sympy as sp

from numeric.compiler import to_fraction
from proofs.lemmas.claim import ClaimSource, Constraint, Domain, Side
from symbolic.objectives import Objective, build_objective, objective_names
from symbolic.reader import (
    RESERVED,
    Argument,
    ReadError,
    Reading,
    Relation,
    parse_expression,
    parse_extended_number,
    parse_latex_expression,
    parse_latex_relation,
    parse_name,
    parse_number,
    parse_relation,
)

__all__ = ["ClaimScope", "constraints_of", "read_number"]

T = TypeVar("T")
MAX_VARIABLES = 12


class ClaimScope:
    """The scope of one claim, built from its table.  Raises ClaimError for anything malformed."""

    def __init__(self, source: ClaimSource) -> None:
        self.source = source
        self.variables, self.sides = self._read_variables()
        self.names: dict[str, sp.Expr | Reading] = {v.name: v for v in self.variables}
        self.objectives: dict[str, Objective] = {}
        self._read_let()
        self.domain = Domain(self.variables, self.sides, self._read_where())

    # -- reading of parts -----------------------------------------------------------------------
    def expression(self, key: str, text: str | None = None) -> Reading:
        """The expression at a key (or the LaTeX at ``key_latex``)."""
        if text is None:
            latex = self.source.text(f"{key}_latex", required=False)
            if latex is not None:
                return self._guarded(f"{key}_latex", lambda: parse_latex_expression(latex, self.names))
            text = str(self.source.text(key))
        plain = text
        return self._guarded(key, lambda: parse_expression(plain, self._with_objectives(plain), self._functions()))

    def relation(self, key: str, text: str | None = None) -> Relation:
        """The relation at a key (or the LaTeX at ``key_latex``)."""
        if text is None:
            latex = self.source.text(f"{key}_latex", required=False)
            if latex is not None:
                return self._guarded(f"{key}_latex", lambda: parse_latex_relation(latex, self.names))
            text = str(self.source.text(key))
        plain = text
        return self._guarded(key, lambda: parse_relation(plain, self._with_objectives(plain), self._functions()))

    def objective(self, name: str, key: str) -> Objective:
        """A library objective in the claim's variables, at the claim's ``parameters``."""
        if name in self.objectives:
            return self.objectives[name]
        table = self.source.table.get("parameters", {})
        if not isinstance(table, dict):
            raise self.source.error("expected a table of parameters", "parameters")
        values = {k: read_number(self.source, "parameters", v) for k, v in table.items()}
        neurons = self.source.table.get("neurons")
        if neurons is not None and (not isinstance(neurons, int) or isinstance(neurons, bool) or not 1 <= neurons <= 6):
            raise self.source.error("expected a whole number from 1 to 6", "neurons")
        try:
            objective = build_objective(name, neurons=neurons, values=values)
        except KeyError as error:
            known = ", ".join(build_objective(name).parameter_values)
            raise self.source.error(
                f"{name} has no parameter {error.args[0]!r} (it has {known})", "parameters"
            ) from error
        except ValueError as error:
            raise self.source.error(str(error), "parameters") from error
        missing = [v.name for v in objective.variables if v not in self.variables]
        if missing:
            raise self.source.error(f"{name} needs the variables {', '.join(v.name for v in objective.variables)}", key)
        self.objectives[name] = objective
        return objective

    # -- internals ------------------------------------------------------------------------------
    def _guarded(self, key: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except ReadError as error:
            raise self.source.error(
                error.args[0] if not error.args[3:] else str(error), key, error.column - 1
            ) from error

    def _read_variables(self) -> tuple[tuple[sp.Symbol, ...], tuple[Side, ...]]:
        table = self.source.table.get("variables", {})
        if not isinstance(table, dict):
            raise self.source.error('expected a table such as { x = ["0", "1"] }', "variables")
        if len(table) > MAX_VARIABLES:
            raise self.source.error(f"more than {MAX_VARIABLES} variables", "variables")
        symbols, sides = [], []
        for name, ends in table.items():
            try:
                parse_name(name)
            except ReadError as error:
                raise self.source.error(f"{name!r} is no name for a variable: {error.args[0]}", "variables") from error
            if name in RESERVED or name in objective_names():
                raise self.source.error(f"{name!r} is reserved", "variables")
            if not isinstance(ends, list) or len(ends) != 2:
                raise self.source.error(f'{name}: expected an interval ["lo", "hi"]', "variables")
            lo, hi = (read_end(self.source, name, e) for e in ends)
            if lo is sp.oo or hi is -sp.oo or (lo is not -sp.oo and hi is not sp.oo and lo > hi):
                raise self.source.error(f"{name}: the interval is reversed or empty", "variables")
            symbols.append(sp.Symbol(name, real=True))
            sides.append((None if lo is -sp.oo else to_fraction(lo), None if hi is sp.oo else to_fraction(hi)))
        return tuple(symbols), tuple(sides)

    def _read_let(self) -> None:
        own = self.source.table.get("let", {})
        if not isinstance(own, dict) or not all(isinstance(v, str) for v in own.values()):
            raise self.source.error("expected a table of definitions as strings", "let")
        for name, text in {**self.source.shared, **own}.items():
            if name in self.names:
                raise self.source.error(f"{name!r} is defined twice", "let")
            if name in RESERVED or name in objective_names():
                raise self.source.error(f"{name!r} is reserved", "let")
            try:
                parse_name(name)
                # A definition sees only those before it, so there are no cycles.
                self.names[name] = parse_expression(text, self._with_objectives(text), self._functions())
            except ReadError as error:
                if name in own or not _about_names(error):
                    raise self.source.error(f"{name}: {error}", "let") from error
                # A shared definition may speak of variables that this claim does not have.

    def _read_where(self) -> tuple[Constraint, ...]:
        relations = [self.relation("where", text) for text in self.source.texts("where")]
        try:
            return tuple(c for relation in relations for c in constraints_of(relation))
        except ValueError as error:
            raise self.source.error(str(error), "where") from error

    def _with_objectives(self, text: str) -> Mapping[str, sp.Expr | Reading]:
        """The scope with the objectives that the text names (building one costs time)."""
        found = dict(self.names)
        for name in objective_names():
            if name in text and name not in found and self._has_variables(name):
                found[name] = self.objective(name, "statement").numeric_loss
        return found

    def _has_variables(self, name: str) -> bool:
        neurons = self.source.table.get("neurons")
        try:
            objective = build_objective(name, neurons=neurons if isinstance(neurons, int) else None)
        except ValueError:
            return False
        return all(v in self.variables for v in objective.variables)

    def _functions(self) -> dict[str, Callable]:
        def grad(arguments: list[Argument]) -> sp.Expr:
            expression, (v,) = self._differentiand("grad", arguments, 1)
            return sp.diff(expression, v)

        def hess(arguments: list[Argument]) -> sp.Expr:
            expression, (v, w) = self._differentiand("hess", arguments, 2)
            return sp.diff(expression, v, w)

        return {"grad": grad, "hess": hess}

    def _differentiand(self, name: str, arguments: list[Argument], count: int) -> tuple[sp.Expr, list[sp.Symbol]]:
        if len(arguments) != count + 1:
            raise ValueError(f"{name} takes an expression and {count} variable(s)")
        first, rest = arguments[0].reading, arguments[1:]
        if first is None:
            raise ValueError(f"unknown name {arguments[0].name!r}")
        symbols = {v.name: v for v in self.variables}
        for a in rest:
            if a.name not in symbols:
                raise ValueError(f"{name}: {a.text!r} is not a variable")
        return first.expr, [symbols[str(a.name)] for a in rest]


def constraints_of(relation: Relation) -> list[Constraint]:
    """Every neighbouring pair of a relation as expr >= 0 or expr > 0; raises ClaimError-free ValueError for ==."""
    found = []
    for left, operator, right in zip(relation.sides, relation.operators, relation.sides[1:], strict=False):
        low, high = (left, right) if operator in ("<", "<=") else (right, left)
        if operator == "==":
            raise ValueError("an inequality is needed, not an equation")
        text = f"{left.text} {operator} {right.text}"
        conditions = tuple(dict.fromkeys(left.conditions + right.conditions))
        found.append(Constraint(high.expr - low.expr, operator in ("<", ">"), conditions, text))
    return found


def read_number(source: ClaimSource, key: str, value: object) -> sp.Rational:
    """An exact number from a string (or a whole number); raises ClaimError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return sp.Integer(value)
    if not isinstance(value, str):
        raise source.error("expected a number as a string, so that it is exact", key)
    try:
        return parse_number(value)
    except ReadError as error:
        raise source.error(f"{value[:40]!r}: {error}", key) from error


def read_end(source: ClaimSource, name: str, value: object) -> sp.Expr:
    if isinstance(value, int) and not isinstance(value, bool):
        return sp.Integer(value)
    if not isinstance(value, str):
        raise source.error(f"{name}: interval ends are strings, so that they are exact", "variables")
    try:
        return parse_extended_number(value)
    except ReadError as error:
        raise source.error(f"{name}: {value[:40]!r}: {error}", "variables") from error


def _about_names(error: ReadError) -> bool:
    return "unknown name" in str(error)
