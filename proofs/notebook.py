"""Claims in Python and in Jupyter: ``check`` and the ``%%lemma`` cell magic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs.display_claims import claim_html
from proofs.lemmas import ClaimResult, Effort, decide_all, read_claims, read_text, understand
from proofs.verdict import Verdict, combine

__all__ = ["Checked", "check", "load_ipython_extension"]


@dataclass
class Checked:
    """The results of a lemma file, in its order; shown as a list in a notebook."""

    results: list[ClaimResult]

    @property
    def verdict(self) -> Verdict:
        return combine(r.verdict for r in self.results)

    def __iter__(self) -> Iterator[ClaimResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, key: int | str) -> ClaimResult:
        """By position or by name; raises KeyError for an unknown name."""
        if isinstance(key, int):
            return self.results[key]
        for r in self.results:
            if r.name == key:
                return r
        raise KeyError(key)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{claim_html(r)}</p>" for r in self.results)


def check(claims: str | Path, *, effort: Effort | None = None) -> Checked:
    """Decide the claims of a lemma file (a path) or of its text (a string with ``[[claim]]``).

    Raises ClaimError, one clear line, when a claim cannot be read.
    """
    if isinstance(claims, str) and "[[claim]]" in claims:
        read = understand(read_text(claims, unnamed=True))
    else:
        read = read_claims([Path(claims)])
    return Checked(decide_all(read, effort or Effort()))


def load_ipython_extension(shell: Any) -> None:
    """Called by ``%load_ext separatrix``: adds the cell magic ``%%lemma``.

    A cell is a lemma file; a cell without ``[[claim]]`` is one claim.
    """

    def lemma(line: str, cell: str) -> Checked:
        return check(cell if "[[claim]]" in cell else "[[claim]]\n" + cell)

    shell.register_magic_function(lemma, magic_kind="cell", magic_name="lemma")
