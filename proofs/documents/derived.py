"""A derivation with its second looks and its certified numbers, ready to be written in any form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofs.documents.cross_check import cross_check
from proofs.documents.markdown import derivation_markdown, derivation_notebook
from proofs.documents.numbers import Numbers, certified_numbers
from proofs.documents.tex import derivation_tex
from symbolic.derivation.engine import derive as derive_symbolically
from symbolic.derivation.engine import step_names
from symbolic.derivation.equation import Derivation
from symbolic.derivation.reread import Reread, reread
from symbolic.objectives import Objective

__all__ = ["NUMBERS", "Derived", "all_steps", "derive"]

NUMBERS = "numbers"


@dataclass(frozen=True)
class Derived:
    """A checked derivation; every text that it gives was read again and compared before it is returned."""

    objective: Objective
    derivation: Derivation
    numbers: Numbers | None
    compared: int

    @property
    def checked(self) -> int:
        """How many equalities and bounds exact algebra has shown."""
        return self.derivation.checked

    def tex(self, style: str = "paper", *, fragment: bool = False) -> str:
        """LaTeX in the style ``align``, ``paper`` or ``slides``."""
        return self._read_again(derivation_tex(self.derivation, self.numbers, style, fragment=fragment))

    def markdown(self) -> str:
        return self._read_again(derivation_markdown(self.derivation, self.numbers))

    def notebook(self) -> str:
        """A Jupyter notebook as JSON."""
        self.markdown()
        return derivation_notebook(self.derivation, self.numbers, self.objective)

    def reread(self, text: str) -> Reread:
        """Read a document of this derivation again.  Raises DisplayError at the first difference."""
        return reread(text, self.derivation)

    def _read_again(self, text: str) -> str:
        self.reread(text)
        return text

    def __repr__(self) -> str:
        return f"<Derived {self.objective.name}: {self.checked} equalities shown>"

    def _repr_markdown_(self) -> str:
        return self.markdown()


def all_steps() -> tuple[str, ...]:
    return (*step_names(), NUMBERS)


def derive(objective: Objective, steps: Sequence[str] | None = None) -> Derived:
    """Derive gradient, Hessian, bounds and stationarity system of an objective, every equation checked.

    ``steps`` are some of objective, gradient, written-out, hessian, third, stationarity, symmetry and numbers; by
    default all.  Raises KeyError for another name, DerivationError when an equation was not shown,
    ValueError for an objective that cannot be written as a formula.
    """
    chosen = list(all_steps()) if steps is None else list(steps)
    derivation = derive_symbolically(objective, [s for s in chosen if s != NUMBERS])
    compared = cross_check(derivation, objective)
    numbers = certified_numbers(objective) if NUMBERS in chosen else None
    return Derived(objective, derivation, numbers, compared)
