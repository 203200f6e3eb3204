"""Short decimals for statement pages."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log10

from proofs.formal.text import literal, ratio

__all__ = ["Decimal", "rounded_down", "rounded_up"]

SIGNIFICANT = 5


@dataclass(frozen=True)
class Decimal:
    """A number as it is written: ``units`` times 10^-decimals."""

    units: int
    decimals: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.units, 10**self.decimals)

    def page(self) -> str:
        return literal(self.value, self.decimals)

    def data(self) -> str:
        return ratio(self.value, self.decimals)


def rounded_down(x: Fraction) -> Decimal:
    """The greatest decimal with five significant digits that is at most x (x positive)."""
    decimals = _decimals(x)
    return Decimal(floor(x * 10**decimals), decimals)


def rounded_up(x: Fraction) -> Decimal:
    """The least decimal with five significant digits that is at least x (x positive)."""
    decimals = _decimals(x)
    return Decimal(ceil(x * 10**decimals), decimals)


def _decimals(x: Fraction) -> int:
    return max(1, SIGNIFICANT - 1 - floor(log10(float(x))))
