"""A printed document is read again and compared, equation by equation, with what was shown.

Arithmetic: symbolic (exact).  A display that is missing, added, changed or not readable is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.derivation.check import equal, places
from symbolic.derivation.equation import Derivation, Equation
from symbolic.derivation.reader import DisplayError, ReadEquation, displays, read_display

__all__ = ["Reread", "compare_equation", "reread"]


@dataclass(frozen=True)
class Reread:
    """How many displays and equations a document has; all of them were read again and are those that were shown."""

    displays: int
    equations: int


def reread(document: str, derivation: Derivation) -> Reread:
    """Compare every display of a document with the derivation.  Raises DisplayError at the first difference."""
    bodies = displays(document)
    names = {latex: name for name, latex in derivation.formula.letters.items()}
    found = [e for body in bodies for e in read_display(body, names)]
    expected = derivation.equations
    if len(found) != len(expected):
        raise DisplayError(f"{len(found)} equations are displayed, {len(expected)} were shown")
    for read, shown in zip(found, expected, strict=True):
        compare_equation(read, shown, derivation)
    return Reread(len(bodies), len(found))


def compare_equation(read: ReadEquation, shown: Equation, derivation: Derivation) -> None:
    """Every side of what was read is the side that was shown.  Raises DisplayError otherwise."""
    if read.relations != shown.relations:
        raise DisplayError(f"{shown.name}: the relations differ: {read.source}")
    instance, at_places = places(shown, derivation.actual, derivation.generic)
    for at in at_places:
        labels = {i.name: v for i, v in at.items()}
        for number, (value, node) in enumerate(zip(read.sides, shown.nodes, strict=True)):
            try:
                printed = value(instance, labels)
            except (KeyError, IndexError, TypeError, ValueError) as error:
                raise DisplayError(f"{shown.name}: side {number + 1} has no value: {error}") from error
            if not equal(printed, instance.value(node, at)):
                raise DisplayError(f"{shown.name}: side {number + 1} is not what was shown: {read.source}")
