"""What a method proves about a minimum under noise, and the small helpers that provers and checks share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval

__all__ = [
    "HAIR",
    "Frame",
    "NoiseTable",
    "Survival",
    "ball_sides",
    "noise_squared",
    "norm_bound",
    "reach",
    "sides",
    "thin_sides",
    "wider",
]

HAIR = Fraction(1, 2**60)
DYADIC = 2**60


def noise_squared(d: int) -> Fraction:
    """rho^2 for rho = d^(-3/2)."""
    return Fraction(1, d**3)


@dataclass(frozen=True)
class Frame:
    """The parallelepiped {centre + basis y : |y_i| <= radii_i}; the columns of ``basis`` are exact floats."""

    centre: tuple[Fraction, ...]
    basis: tuple[tuple[Fraction, ...], ...]
    radii: tuple[Fraction, ...]


@dataclass(frozen=True)
class Survival:
    """One method's proof for all rho^2 in the interval ``rho2``.

    The noisy population has exactly one stationary point with feature coordinates in the region and other
    coordinates of norm at most ``nuisance``; it is a minimum, its other coordinates are 0, and it lies in ``box``.
    The region is the ball of ``radius`` around the noise-free minimum (with ``epsilon`` and ``delta`` the bounds of
    the change of gradient and Hessian there), or the box ``region``, or the parallelepiped ``frame``.
    """

    method: str
    rho2: tuple[Fraction, Fraction]
    box: tuple[Enclosure, ...]
    nuisance: Fraction
    radius: Fraction | None = None
    epsilon: Fraction | None = None
    delta: Fraction | None = None
    region: tuple[Enclosure, ...] | None = None
    frame: Frame | None = None


NoiseTable = dict[str, tuple[int, Survival]]


def sides(box: Sequence[Enclosure]) -> list[EndpointInterval]:
    return [(balls.ball(x.lo), balls.ball(x.hi)) for x in box]


def ball_sides(box: Sequence[arb]) -> list[EndpointInterval]:
    return [(x.lower(), x.upper()) for x in box]


def reach(x: arb) -> float:
    return float(abs(x).upper())


def wider(x: Enclosure) -> Enclosure:
    """A little room, so that a checker with other rounding can confirm the enclosure."""
    slack = x.width / 64 + HAIR
    return Enclosure(x.lo - slack, x.hi + slack)


def norm_bound(values: Sequence[arb]) -> Fraction | None:
    """An upper bound of the Euclidean (Frobenius) norm, a short dyadic number; None when an entry is not finite."""
    total = arb(0)
    for x in values:
        total += abs(x).upper() * abs(x).upper()
    root = total.sqrt()
    if not root.is_finite():
        return None
    scaled = balls.upper_fraction(root) * (1 + Fraction(1, 2**20)) * DYADIC
    return Fraction(-((-scaled.numerator) // scaled.denominator), DYADIC)


def thin_sides(point: Sequence[arb]) -> list[EndpointInterval]:
    return [(x, x) for x in point]
