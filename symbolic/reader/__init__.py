"""Reading mathematical text by a grammar of our own: no evaluation of Python, no floats.

Arithmetic: symbolic (exact).  See ``docs/expressions.md`` for the language.
"""

from symbolic.reader.domain import ConditionKind, DomainCondition
from symbolic.reader.errors import ReadError
from symbolic.reader.latex import parse_latex_expression, parse_latex_relation
from symbolic.reader.model import (
    Argument,
    LibraryFunction,
    LibraryFunctions,
    Reading,
    Relation,
    Scope,
    real_symbols,
)
from symbolic.reader.names import RESERVED, parse_name
from symbolic.reader.numbers import parse_extended_number, parse_interval, parse_number
from symbolic.reader.plain import parse_expression, parse_relation

__all__ = [
    "Argument",
    "ConditionKind",
    "DomainCondition",
    "LibraryFunction",
    "LibraryFunctions",
    "RESERVED",
    "ReadError",
    "Reading",
    "Relation",
    "Scope",
    "parse_expression",
    "parse_extended_number",
    "parse_interval",
    "parse_latex_expression",
    "parse_latex_relation",
    "parse_name",
    "parse_number",
    "parse_relation",
    "real_symbols",
]
