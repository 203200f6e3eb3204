"""Reading LaTeX: the same readings as from the plain language, and the same echo."""

from __future__ import annotations

from types import MappingProxyType

from symbolic.reader.build import check_names, reading
from symbolic.reader.errors import Source
from symbolic.reader.latex_grammar import latex_expression_tree, latex_relation_trees
from symbolic.reader.model import LibraryFunctions, Reading, Relation, Scope

__all__ = ["parse_latex_expression", "parse_latex_relation"]

_NO_FUNCTIONS: LibraryFunctions = MappingProxyType({})


def parse_latex_expression(formula: str, scope: Scope, functions: LibraryFunctions = _NO_FUNCTIONS) -> Reading:
    r"""The reading of one expression written in LaTeX, such as ``\frac{x^2}{2} + \sigma(z)``.

    Takes what :func:`~symbolic.reader.plain.parse_expression` takes.  Raises ReadError as it does, and
    for forms with more than one current meaning (``\sin x y``, ``1/2x``), naming the way out.
    """
    check_names(scope, functions)
    source = Source(formula)
    with source.reading():
        return reading(source, latex_expression_tree(source, scope, functions), scope, functions)


def parse_latex_relation(formula: str, scope: Scope, functions: LibraryFunctions = _NO_FUNCTIONS) -> Relation:
    r"""The reading of a relation or chain written in LaTeX, such as ``0 \le \sigma(z) < 1``.

    Raises ReadError as :func:`parse_latex_expression` does, and when there is no relation, for
    ``\ne``, and for a chain that turns round.
    """
    check_names(scope, functions)
    source = Source(formula)
    with source.reading():
        trees, operators = latex_relation_trees(source, scope, functions)
        sides = tuple(reading(source, tree, scope, functions) for tree in trees)
    return Relation(sides, tuple(operators))
