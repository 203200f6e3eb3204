"""Reading the plain language."""

from __future__ import annotations

from types import MappingProxyType

from symbolic.reader.build import check_names, reading
from symbolic.reader.errors import Source
from symbolic.reader.grammar import expression_tree, relation_trees
from symbolic.reader.model import LibraryFunctions, Reading, Relation, Scope

__all__ = ["parse_expression", "parse_relation"]

_NO_FUNCTIONS: LibraryFunctions = MappingProxyType({})


def parse_expression(text: str, scope: Scope, functions: LibraryFunctions = _NO_FUNCTIONS) -> Reading:
    """The reading of one expression.

    ``scope`` gives the names that may occur and what they stand for: real symbols, numbers,
    expressions, or readings (whose domain conditions are carried along).  ``functions`` are further
    functions such as ``grad``, called with their arguments as they were read.

    Raises ReadError when the text is not an expression of the language over these names, when it is
    defined nowhere by exact arithmetic (``1/0``, ``log(-1)``), or when it is too large.
    """
    check_names(scope, functions)
    source = Source(text)
    with source.reading():
        return reading(source, expression_tree(source), scope, functions)


def parse_relation(text: str, scope: Scope, functions: LibraryFunctions = _NO_FUNCTIONS) -> Relation:
    """The reading of a relation: ``<``, ``<=``, ``>``, ``>=``, ``==`` (or ``=``), or a chain of them.

    Raises ReadError as :func:`parse_expression` does, and when there is no relation, for ``!=``, and
    for a chain that turns round.
    """
    check_names(scope, functions)
    source = Source(text)
    with source.reading():
        trees, operators = relation_trees(source)
        sides = tuple(reading(source, tree, scope, functions) for tree in trees)
    return Relation(sides, tuple(operators))
