"""What a reading is, and what library functions are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from symbolic.reader.domain import DomainCondition

__all__ = ["Argument", "LibraryFunction", "LibraryFunctions", "Reading", "Relation", "Scope", "real_symbols"]


@dataclass(frozen=True)
class Reading:
    """An expression as it was read.

    - ``expr``: what SymPy makes of it, simplified automatically;
    - ``conditions``: where it is defined, from the text before simplification, innermost first;
    - ``text``: the reading echoed without ambiguity, in the plain language.
    """

    expr: sp.Expr
    conditions: tuple[DomainCondition, ...]
    text: str


@dataclass(frozen=True)
class Relation:
    """``sides[0] operators[0] sides[1] operators[1] ...``; operators are < <= > >= and ==.

    A chain claims every neighbouring pair.
    """

    sides: tuple[Reading, ...]
    operators: tuple[str, ...]

    @property
    def text(self) -> str:
        words = [self.sides[0].text]
        for operator, side in zip(self.operators, self.sides[1:], strict=True):
            words += [operator, side.text]
        return " ".join(words)

    @property
    def conditions(self) -> tuple[DomainCondition, ...]:
        """Those of all sides, each once."""
        return tuple(dict.fromkeys(c for side in self.sides for c in side.conditions))


@dataclass(frozen=True)
class Argument:
    """An argument of a library function.

    ``name`` is set when it is a bare name, known or not (as in ``grad(ssl, a)``); ``reading`` is
    None exactly when that name is not in scope.
    """

    text: str
    name: str | None
    reading: Reading | None


Scope = Mapping[str, sp.Expr | Reading]
# May raise ValueError or LookupError, whose message the reader reports at the call.
LibraryFunction = Callable[[Sequence[Argument]], sp.Expr | Reading]
LibraryFunctions = Mapping[str, LibraryFunction]


def real_symbols(names: Sequence[str]) -> dict[str, sp.Symbol]:
    """A scope of real variables with these names."""
    return {name: sp.Symbol(name, real=True) for name in names}
