"""Separation: what every small perturbation of the gradient leaves standing.

In R^d, with m = min(strong convexity in the feature plane, 2 ridge), the SSL minimum and the SL
minimum each keep a minimum within epsilon/m for every perturbation with |grad P| <= epsilon < m R.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from proofs.ladder import Ball, PointAnalysis
from proofs.theorems.perturbation import perturbed_minimum

__all__ = ["Keeper", "Separation", "keeper", "separate", "weight_distance_squared"]

DYADIC = 2**40
HAIR = Fraction(1, 2**60)  # a checker encloses the minima on its own, and not quite as tightly


@dataclass(frozen=True)
class Keeper:
    """A minimum with strong convexity ``m`` in R^d on the ball of ``radius``."""

    analysis: PointAnalysis
    m: Fraction
    ball: Ball

    @property
    def epsilon_limit(self) -> Fraction:
        return self.m * self.ball.inner


@dataclass(frozen=True)
class Separation:
    """For every perturbation up to ``epsilon``: SSL keeps |a| >= ``a_kept`` and |b| >= ``b_kept``,
    SL keeps |b| <= ``b_limit`` and |a| >= ``sl_a_kept``; the two balls of weights are ``gap`` apart."""

    ssl: Keeper
    sl: Keeper
    epsilon: Fraction
    ssl_distance: Fraction
    sl_distance: Fraction
    a_kept: Fraction
    b_kept: Fraction
    b_limit: Fraction
    gap_squared: Fraction

    @property
    def holds(self) -> bool:
        radii = self.ssl_distance + self.sl_distance
        return self.epsilon > 0 and self.a_kept > 0 and self.b_kept > self.b_limit and self.gap_squared > radii * radii


def keeper(analysis: PointAnalysis) -> Keeper:
    """The ball for the best of a few constants of strong convexity not above 2 ridge."""
    nuisance = 2 * to_fraction(analysis.objective.numeric_ridge)
    top = analysis.least_eigenvalue.lo
    choices = {nuisance} if nuisance < top * 9 / 10 else set()
    choices |= {Fraction(int(top * q / 4 * DYADIC), DYADIC) for q in (2, 3) if top * q / 4 < nuisance}
    best: Keeper | None = None
    for m in sorted(choices):
        candidate = Keeper(analysis, m, analysis.strongly_convex(m))
        if best is None or candidate.epsilon_limit > best.epsilon_limit:
            best = candidate
    if best is None:
        raise ValueError("no strongly convex ball was found")
    return best


def weight_distance_squared(ssl_rows: list[tuple[Enclosure, ...]], sl_rows: list[tuple[Enclosure, ...]]) -> Fraction:
    """A lower bound of |W_ssl - W_sl|_F^2 over the feature coordinates."""
    total = Fraction(0)
    for x, y in zip(ssl_rows, sl_rows, strict=True):
        for p, q in zip(x, y, strict=True):
            gap = max(p.lo - q.hi, q.lo - p.hi, Fraction(0))
            total += gap * gap
    return total


def separate(ssl: PointAnalysis, sl: PointAnalysis) -> Separation:
    """``ssl`` is a minimum of one SSL neuron with a > 0, ``sl`` a global minimum of SL."""
    one, two = keeper(ssl), keeper(sl)
    # Strictly inside both limits, and short enough to print.
    epsilon = Fraction(int(min(one.epsilon_limit, two.epsilon_limit) * Fraction(999, 1000) * DYADIC), DYADIC)
    first = perturbed_minimum(one.m, one.ball.inner, epsilon)
    second = perturbed_minimum(two.m, two.ball.inner, epsilon)
    a, b = ssl.point.box
    names = sl.point.names
    sl_b = [sl.point.coordinate(n) for n in names if n.startswith("b")]
    gap = min(
        weight_distance_squared(
            [(a if s > 0 else -a, b) for s in signs],
            [
                (sl.point.coordinate(f"a{j}") if t > 0 else -sl.point.coordinate(f"a{j}"), sl.point.coordinate(f"b{j}"))
                for j in (1, 2)
            ],
        )
        for signs in ((1, -1), (-1, 1))
        for t in (1, -1)
    )
    return Separation(
        ssl=one,
        sl=two,
        epsilon=epsilon,
        ssl_distance=first.distance,
        sl_distance=second.distance,
        a_kept=a.least_magnitude - first.distance - HAIR,
        b_kept=b.least_magnitude - first.distance - HAIR,
        b_limit=max(x.greatest_magnitude for x in sl_b) + second.distance + HAIR,
        gap_squared=gap if first.holds and second.holds else Fraction(0),
    )
