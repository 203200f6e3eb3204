"""The ledger of a sweep: one SQLite file, one transaction for each decided cell.

Whatever ends the program, cells in the ledger are whole: a cell is decided, or cut together with both of
its parts, or still open.  One process writes at a time; SQLite's own lock ends with the process.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from proofs.region_cells import Sides
from proofs.regions import split_cell
from proofs.sweep.cells import Decision, Recipe, share_of, weight_of

__all__ = ["Ledger", "LedgerError", "Row"]

FORMAT = "separatrix-sweep/1"
SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE cells (
    path TEXT PRIMARY KEY, state TEXT NOT NULL, sides TEXT NOT NULL, share TEXT NOT NULL, weight REAL NOT NULL,
    axis INTEGER, cut TEXT, indices TEXT, branches TEXT, evidence BLOB, boxes INTEGER
);
CREATE INDEX cells_by_state ON cells (state, weight);
"""


class LedgerError(ValueError):
    """The file is no ledger, or that of another statement, or in use; one line says which."""


@dataclass(frozen=True)
class Row:
    """A cell: ``path`` says which part was taken at every cut ("": the region, then 0 lower, 1 upper)."""

    path: str
    state: str
    sides: Sides
    share: Fraction
    indices: tuple[int, ...]
    branches: tuple[dict[str, Any], ...] = ()
    evidence: bytes = b""


class Ledger:
    """Open, or make, the ledger of one statement.  Raises LedgerError."""

    def __init__(self, path: Path, recipe: Recipe) -> None:
        self.path, self.recipe = path, recipe
        statement = json.dumps(recipe.json(), sort_keys=True)
        try:
            # Rollback journal, full synchronisation, and the lock held until the process ends.
            self._db = sqlite3.connect(path, timeout=2.0, isolation_level=None)
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("BEGIN EXCLUSIVE")
            tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                self._create(statement)
            elif not {"about", "cells"} <= tables:
                raise LedgerError(f"{path}: a database, but not a ledger of a sweep")
            about = dict(self._db.execute("SELECT key, value FROM about"))
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            busy = "locked" in str(error)
            raise LedgerError(
                f"{path}: " + ("another sweep is using it" if busy else f"cannot open ({error})")
            ) from error
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{path}: not a ledger of a sweep ({error})") from error
        if about.get("format") != FORMAT:
            raise LedgerError(f"{path}: not a ledger that this version reads")
        if about.get("statement") != statement:
            raise LedgerError(f"{path}: the ledger of another sweep; choose another directory, or remove it")
        try:
            # The exact part of the region's volume that is decided.
            self.decided_share = self._sum_of_decided()
        except (sqlite3.DatabaseError, ValueError) as error:
            raise LedgerError(f"{path}: the ledger is damaged ({error})") from error

    def _create(self, statement: str) -> None:
        for command in SCHEMA.split(";"):
            if command.strip():
                self._db.execute(command)
        self._db.execute("INSERT INTO about VALUES ('format', ?)", (FORMAT,))
        self._db.execute("INSERT INTO about VALUES ('statement', ?)", (statement,))
        self._insert("", self.recipe.sides)

    def _insert(self, path: str, sides: Sides) -> None:
        root = self.recipe.sides
        self._db.execute(
            "INSERT INTO cells (path, state, sides, share, weight) VALUES (?, 'open', ?, ?, ?)",
            (path, _sides_text(sides), str(share_of(sides, root)), weight_of(sides, root)),
        )

    def close(self) -> None:
        self._db.close()

    def open_cells(self, weight: float) -> list[tuple[str, Sides]]:
        """Open cells of at least this weight, in the order of their paths."""
        rows = self._db.execute(
            "SELECT path, sides FROM cells WHERE state = 'open' AND weight >= ? ORDER BY path", (weight,)
        )
        return [(path, _sides_from(text)) for path, text in rows]

    def heaviest_open(self) -> float | None:
        (weight,) = self._db.execute("SELECT MAX(weight) FROM cells WHERE state = 'open'").fetchone()
        return None if weight is None else float(weight)

    def record(self, path: str, decision: Decision) -> bool:
        """Write the decision about an open cell; False when the cell was decided before (nothing changes)."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            row = self._db.execute("SELECT state, sides, share FROM cells WHERE path = ?", (path,)).fetchone()
            if row is None:
                raise LedgerError(f"{self.path}: there is no cell {path!r}")
            state, sides, share = row
            if state != "open":
                self._db.execute("ROLLBACK")
                return False
            if decision.state == "split":
                self._db.execute(
                    "UPDATE cells SET state = 'split', axis = ?, cut = ? WHERE path = ?",
                    (decision.axis, decision.cut.hex(), path),
                )
                parts = split_cell(_sides_from(sides), decision.axis, Fraction(decision.cut))
                for digit, part in zip("01", parts, strict=True):
                    self._insert(path + digit, part)
            else:
                self._db.execute(
                    "UPDATE cells SET state = ?, indices = ?, branches = ?, evidence = ?, boxes = ? WHERE path = ?",
                    (
                        decision.state,
                        json.dumps(list(decision.indices)),
                        decision.branches,
                        decision.evidence,
                        decision.boxes,
                        path,
                    ),
                )
            self._db.execute("COMMIT")
            if decision.state == "decided":
                self.decided_share += Fraction(share)
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return True

    @property
    def generation(self) -> float | None:
        """The weight down to which cells are being decided; None before the first generation."""
        row = self._db.execute("SELECT value FROM about WHERE key = 'generation'").fetchone()
        return None if row is None else float.fromhex(row[0])

    def begin_generation(self, weight: float) -> None:
        self._db.execute("INSERT OR REPLACE INTO about VALUES ('generation', ?)", (weight.hex(),))

    def _sum_of_decided(self) -> Fraction:
        shares = self._db.execute("SELECT share FROM cells WHERE state = 'decided'")
        return sum((Fraction(s) for (s,) in shares), Fraction(0))

    def rows(self) -> Iterator[Row]:
        """Leaves (decided, open, left) in the order of their paths."""
        columns = "path, state, sides, share, indices, branches, evidence"
        query = f"SELECT {columns} FROM cells WHERE state != 'split' ORDER BY path"
        for path, state, sides, share, indices, branches, evidence in self._db.execute(query):
            found = tuple(json.loads(indices)) if indices else ()
            held = tuple(json.loads(branches)) if branches else ()
            yield Row(path, state, _sides_from(sides), Fraction(share), found, held, evidence or b"")

    def content(self) -> list[tuple[Any, ...]]:
        """Everything that was decided, for comparison of two ledgers."""
        return list(self._db.execute("SELECT * FROM cells ORDER BY path"))


def _sides_text(sides: Sides) -> str:
    return json.dumps([[str(lo), str(hi)] for lo, hi in sides])


def _sides_from(text: str) -> Sides:
    return tuple((Fraction(lo), Fraction(hi)) for lo, hi in json.loads(text))
