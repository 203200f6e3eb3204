"""The event that a sample is typical, and its probability: for one dimension, and for all from some dimension on.

A sample of n = d^2 points (typical_noise) is typical if every class fraction lies in [lo, hi], lo < 1/4 < hi, and its
noise is typical at level x = kappa d.

Theorem (one d).  P(not typical) <= delta(d) = P(some fraction outside) + sup of P(noise not typical | counts) over
counts in [lo, hi].
Theorem (all d).  P(not typical) <= delta'(d) = 4 exp(-d^2 KL(lo, 1/4)) + 4 exp(-d^2 KL(hi, 1/4)) + 18 exp(-kappa d),
which decreases in d.  So for d_0 <= D, sup over d >= d_0 of P(not typical) is at most
max(delta(d_0), .., delta(D-1), delta'(D)).
Proof.  Chernoff's bound for both ends of four classes (class_fractions), and the theorem on probability in
typical_noise, which holds for all counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric.balls import ball
from proofs.theorems.class_fractions import CLASSES, MAX_POINTS, chernoff_rate, count_range, probability_of_range
from proofs.theorems.typical_noise import (
    LEAST_DIMENSION,
    TypicalNoise,
    atypical_limit,
    atypical_noise,
    typical_noise,
)

__all__ = ["MAX_DIMENSION", "TypicalSample", "failure_for_all", "narrow_failure"]

MAX_DIMENSION = int(MAX_POINTS**0.5)


@dataclass(frozen=True)
class TypicalSample:
    """The event in dimension ``d``.  Raises ValueError for numbers outside the theorem."""

    d: int
    kappa: Fraction
    lo: Fraction
    hi: Fraction

    def __post_init__(self) -> None:
        if self.d < LEAST_DIMENSION:
            raise ValueError(f"the dimension must be at least {LEAST_DIMENSION}, not {self.d}")
        if not self.kappa > 0:
            raise ValueError("kappa must be positive")
        if not 0 < self.lo < Fraction(1, 4) < self.hi < 1:
            raise ValueError("the class fractions need 0 < lo < 1/4 < hi < 1")

    @property
    def level(self) -> arb:
        return ball(self.kappa * self.d)

    def noise(self) -> TypicalNoise:
        return typical_noise(self.d, self.level)

    def fractions_fail(self) -> Fraction:
        """P(some class fraction outside [lo, hi]), exactly.  Raises ValueError for more than 2500 points."""
        return 1 - probability_of_range(self.d**2, self.lo, self.hi)

    def noise_fails(self) -> arb:
        """A bound of P(noise not typical | counts) over the counts in [lo, hi]."""
        return atypical_noise(self.d, self.level, count_range(self.d**2, self.lo, self.hi))

    def failure(self) -> arb:
        """delta(d), or delta'(d) where the exact sum would be too long."""
        if self.d > MAX_DIMENSION:
            return self.failure_limit()
        return ball(self.fractions_fail()) + self.noise_fails()

    def failure_limit(self) -> arb:
        """delta'(d)."""
        n = self.d**2
        ends = sum(((-n * chernoff_rate(q)).exp() for q in (self.lo, self.hi)), arb(0))
        return CLASSES * ends + atypical_limit(self.level)


def narrow_failure(d: int, width: Fraction, x: arb) -> arb:
    """A bound of P(some |p_c - 1/4| > width/d, or the noise not typical at level x) that decreases in d.

    Bernstein: P(+-(p_c - 1/4) > h) <= exp(-n h^2/(3/8 + 2h/3)), and n h^2 = width^2.
    """
    if d < LEAST_DIMENSION or width <= 0 or not x > 0:
        raise ValueError("the dimension, the width and the level must be positive, the dimension at least 3")
    exponent = width**2 / (Fraction(3, 8) + 2 * width / (3 * d))
    return 2 * CLASSES * (-ball(exponent)).exp() + atypical_limit(x)


def failure_for_all(first: TypicalSample, start: int) -> arb:
    """A bound of P(not typical) for every d >= first.d; the limit form from dimension ``start`` on.

    Raises ValueError when ``start`` is below first.d, or so large that exact sums would be needed beyond their range.
    """
    if start < first.d or start > max(first.d, MAX_DIMENSION + 1):
        raise ValueError(f"the limit must start between {first.d} and {max(first.d, MAX_DIMENSION + 1)}")
    worst = TypicalSample(start, first.kappa, first.lo, first.hi).failure_limit()
    for d in range(first.d, start):
        worst = worst.max(TypicalSample(d, first.kappa, first.lo, first.hi).failure())
    return worst
