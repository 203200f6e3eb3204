"""What a claim is before and after it is decided, and the registry of kinds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol, TypeVar

import sympy as sp

from numeric.enclosure import Enclosure
from proofs.shown import Shown
from proofs.verdict import Verdict
from symbolic.reader import DomainCondition

__all__ = [
    "Box",
    "Claim",
    "ClaimError",
    "ClaimResult",
    "ClaimSource",
    "Domain",
    "Effort",
    "finite_sides",
    "KindReader",
    "kind_names",
    "reader_of",
    "register_kind",
]

# A side of a box: exact ends, None for an infinite one.
Side = tuple[Fraction | None, Fraction | None]
Box = dict[str, Side]
# Searches in floating point multiply such numbers a few times.
LARGEST = Fraction(10) ** 75


class ClaimError(ValueError):
    """A claim that cannot be read; str() is one line with file, claim, line and column."""

    def __init__(self, message: str, *, file: str = "", claim: str = "", line: int = 0, column: int = 0) -> None:
        where = file
        if line:
            where += f":{line}" + (f":{column}" if column else "")
        parts = [p for p in (where, f"claim {claim!r}" if claim else "", message) if p]
        super().__init__(": ".join(parts))


@dataclass(frozen=True)
class Effort:
    """Limits for one claim: seconds, boxes, precision in bits, processes."""

    seconds: float = 10.0
    boxes: int = 2_000_000
    precision: int = 128
    jobs: int = 1

    def deadline(self) -> float:
        """The moment (time.monotonic) at which a decision has to return what it has."""
        return time.monotonic() + self.seconds


@dataclass(frozen=True)
class ClaimSource:
    """One claim as it stands in a file: its table, and where its keys are.

    ``lines`` maps a key to (line, column) of its value, for messages; ``shared`` are the
    file's ``let`` definitions as text.
    """

    file: str
    name: str
    kind: str
    table: Mapping[str, Any]
    line: int = 0
    lines: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)

    def error(self, message: str, key: str | None = None, offset: int = 0) -> ClaimError:
        """An error at a key of this claim; ``offset`` counts characters into its value."""
        line, column = self.lines.get(key, (self.line, 0)) if key else (self.line, 0)
        text = f"{key}: {message}" if key else message
        return ClaimError(text, file=self.file, claim=self.name, line=line, column=column + offset if column else 0)

    def text(self, key: str, *, required: bool = True) -> str | None:
        """The string at a key; raises ClaimError when it is missing or no string."""
        if key not in self.table:
            if required:
                raise self.error(f"the key {key!r} is missing")
            return None
        value = self.table[key]
        if not isinstance(value, str):
            raise self.error("expected a string (numbers are written as strings, so that they are exact)", key)
        return value

    def texts(self, key: str) -> list[str]:
        """The list of strings at a key, empty when it is missing."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error("expected a list of strings", key)
        return list(value)


@dataclass(frozen=True)
class Domain:
    """The box of a claim, its variables in order, and constraints g >= 0 (``where``) that cut it."""

    variables: tuple[sp.Symbol, ...]
    sides: tuple[Side, ...]
    constraints: tuple[Constraint, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(v.name for v in self.variables)

    @property
    def bounded(self) -> bool:
        return all(a is not None and b is not None for a, b in self.sides)


def finite_sides(sides: Sequence[Side]) -> list[tuple[Fraction, Fraction]] | None:
    """The sides of a box that a search in floating point can work on; None for infinite or enormous ones."""
    found = [(a, b) for a, b in sides if a is not None and b is not None and max(abs(a), abs(b)) <= LARGEST]
    return found if len(found) == len(sides) else None


@dataclass(frozen=True)
class Constraint:
    """``expr >= 0`` (or > 0 where ``strict``), with the conditions under which it is defined."""

    expr: sp.Expr
    strict: bool
    conditions: tuple[DomainCondition, ...]
    text: str


@dataclass
class ClaimResult(Shown):
    """What became of a claim; ``evidence`` are certificate claims for what was decided.

    ``zeros`` are (box, status) pairs, ``undecided`` boxes that remain, ``counterexample`` an exact
    point; ``values`` certified numbers by name.
    """

    name: str
    kind: str
    verdict: Verdict
    reason: str
    reading: str = ""
    seconds: float = 0.0
    zeros: list[tuple[dict[str, Enclosure], str]] | None = None
    undecided: list[dict[str, Enclosure]] = field(default_factory=list)
    counterexample: dict[str, Fraction] | None = None
    values: dict[str, Enclosure] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    evidence: list[dict[str, Any]] = field(default_factory=list)
    certificate: str | None = None
    line: int = 0


class Claim(Protocol):
    """A claim that was read: ``decide`` never raises for a well-formed claim, it returns a result."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def reading(self) -> str: ...

    def decide(self, effort: Effort) -> ClaimResult: ...


KindReader = Callable[[ClaimSource], Claim]
R = TypeVar("R", bound=KindReader)
_KINDS: dict[str, KindReader] = {}


def register_kind(name: str) -> Callable[[R], R]:
    """Make a kind of claim known by the word users write in ``kind = "..."``."""

    def decorate(reader: R) -> R:
        _KINDS[name] = reader
        return reader

    return decorate


def kind_names() -> Sequence[str]:
    return sorted(_KINDS)


def reader_of(kind: str) -> KindReader:
    """Raises KeyError for an unknown kind."""
    return _KINDS[kind]
