"""One stationary point to any number of guaranteed digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numeric.enclosure import Enclosure, truncated_digits
from numeric.system import System, build_system
from proofs.checks.points import fattened
from proofs.stationary import bits_for, classify, exact_subspace, kind_of, refine, relations, zero_in_subspace
from symbolic.objectives import Objective

__all__ = ["Solution", "solve"]


@dataclass(frozen=True)
class Solution:
    """``digits[name]`` are truncated decimals, every digit certain; ``box`` encloses the point."""

    names: tuple[str, ...]
    box: tuple[Enclosure, ...]
    digits: dict[str, str]
    index: int | None
    relations: tuple[str, ...]

    @property
    def kind(self) -> str:
        return kind_of(self.index, len(self.names))

    def _repr_latex_(self) -> str:
        parts = r",\quad ".join(f"{n} = {d[:40]}\\ldots" for n, d in self.digits.items())
        return f"${parts}$"


def solve(objective: Objective, near: Sequence[float], digits: int) -> Solution | None:
    """Newton in mpmath from ``near``, Krawczyk in Arb; None when no stationary point was proved.

    Raises ValueError for fewer than one digit or a start of the wrong length.
    """
    if digits < 1 or len(near) != len(objective.variables):
        raise ValueError("solve needs at least one digit and a value for every variable")
    system = build_system(objective.gradient, objective.variables, derivatives=objective.hessian)
    names = tuple(v.name for v in objective.variables)
    # A digit string may end in a long run of nines; more guard digits settle it.
    for guard in (6, 40, 200):
        box = _enclose(objective, system, near, digits + guard)
        if box is None:
            return None
        inner, found = box
        texts = [truncated_digits(x, digits) for x in inner]
        if all(t is not None and (x.is_exact or _significant(t) >= digits) for t, x in zip(texts, inner, strict=True)):
            index = classify(system.jacobian, inner, bits=bits_for(min(digits, 40))).index
            return Solution(names, tuple(inner), dict(zip(names, [str(t) for t in texts], strict=True)), index, found)
    return None


def _enclose(
    objective: Objective, system: System, near: Sequence[float], digits: int
) -> tuple[list[Enclosure], tuple[str, ...]] | None:
    inner = refine(system, near, digits)
    if inner is None:
        return None
    subspace = exact_subspace(objective.gradient, objective.variables, inner)
    if subspace is not None:
        exact = zero_in_subspace(system.function, system.jacobian, subspace, fattened(inner), bits=bits_for(digits))
        if exact is not None:
            return exact, relations(subspace, [v.name for v in objective.variables])
    return inner, ()


def _significant(text: str) -> int:
    return len(text.split("e", maxsplit=1)[0].lstrip("-").replace(".", "").lstrip("0"))
