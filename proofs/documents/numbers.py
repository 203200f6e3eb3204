"""The certified numbers at the end of a derivation: stationary points with the digits that are certain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from numeric.enclosure import Enclosure, truncated_digits
from numeric.search import Budget
from proofs.landscape import Landscape, prove_landscape
from proofs.verdict import Verdict
from symbolic.objectives import Objective

__all__ = ["MOST_VARIABLES", "Numbers", "certified_numbers", "digits_latex"]

MOST_VARIABLES = 6
SECONDS = 30.0


@dataclass(frozen=True)
class Numbers:
    """A landscape, or the reason why there is none."""

    landscape: Landscape | None
    reason: str

    @property
    def proved(self) -> bool:
        return self.landscape is not None and self.landscape.verdict is Verdict.PROVED


def certified_numbers(objective: Objective) -> Numbers:
    """All stationary points with proof; only where the search is short."""
    if len(objective.variables) > MOST_VARIABLES:
        return Numbers(
            None, f"with {len(objective.variables)} unknowns the search for all stationary points is not run"
        )
    try:
        landscape = prove_landscape(objective, budget=Budget(seconds=SECONDS))
    except ValueError as error:
        return Numbers(None, f"the search for all stationary points cannot start ({error})")
    return Numbers(landscape, landscape.reason)


_EXPONENT = re.compile(r"^(-?)([0-9.]+)(…?)e(-?\d+)$")


def digits_latex(x: Enclosure, digits: int) -> str:
    r"""The certain digits as LaTeX: ``3.816203\ldots``, an exact value, or an interval."""
    common = truncated_digits(x, digits)
    if not x.is_exact and common is not None and len(re.sub(r"e.*|[-.]", "", common).lstrip("0")) >= 4:
        return _word(f"{common.partition('e')[0]}…" + (f"e{common.partition('e')[2]}" if "e" in common else ""))
    return " ".join(_word(part) for part in x.text(digits).replace("±", "± ").split())


def _word(text: str) -> str:
    if text == "±":
        return r"\pm"
    opening = "[" if text.startswith("[") else ""
    closing = "]" if text.endswith("]") else "," if text.endswith(",") else ""
    body = text.strip("[],")
    found = _EXPONENT.match(body)
    if found:
        sign, mantissa, more, exponent = found.groups()
        body = f"{sign}{mantissa}{more}"
        return opening + body.replace("…", r"\ldots") + rf"\times 10^{{{exponent}}}" + closing
    return opening + body.replace("…", r"\ldots") + closing
