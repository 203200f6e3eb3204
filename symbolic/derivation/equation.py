"""Equations of a derivation and the document structure around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbolic.derivation.formula import Formula, Rule
from symbolic.derivation.instance import Instance
from symbolic.derivation.tree import Index, Node, free_indices

__all__ = ["Derivation", "Equation", "Section", "Side"]


@dataclass(frozen=True)
class Side:
    """``relation`` (``=`` or ``<=``) the side before, by ``rule``."""

    body: Node
    rule: Rule
    relation: str = "="


@dataclass(frozen=True)
class Equation:
    """left = sides[0] = sides[1] ..., for all values of the free indices.

    ``generic``: shown for every class table; otherwise for the objective's own.  ``condition`` is set for an
    equation that holds at stationary points only: it names what vanishes there, and the difference of the two sides
    times ``multiple`` is identically that.  ``bounded`` is set for a bound: what stands between the bars of the left
    side, in the form to which the triangle inequality is applied.
    """

    name: str
    left: Node
    sides: tuple[Side, ...]
    generic: bool = True
    condition: Node | None = None
    multiple: Node | None = None
    bounded: Node | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (self.left, *(s.body for s in self.sides))

    @property
    def relations(self) -> tuple[str, ...]:
        return tuple(s.relation for s in self.sides)

    @property
    def free(self) -> tuple[Index, ...]:
        found: set[Index] = set()
        for node in self.nodes:
            found |= free_indices(node)
        return tuple(sorted(found))


@dataclass(frozen=True)
class Section:
    """One step of a derivation.  ``lead`` is prose with inline mathematics between dollar signs."""

    key: str
    title: str
    lead: tuple[str, ...]
    equations: tuple[Equation, ...]
    closing: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Derivation:
    """Checked sections; ``generic`` and ``actual`` are the class tables on which they were checked."""

    title: str
    formula: Formula
    sections: tuple[Section, ...]
    actual: Instance
    generic: Instance
    parameters: dict[str, str] = field(default_factory=dict)
    checked: int = 0

    @property
    def equations(self) -> tuple[Equation, ...]:
        return tuple(e for s in self.sections for e in s.equations)
