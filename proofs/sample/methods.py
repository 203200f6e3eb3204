"""The smallest dimension that each rung of the ladder of radii reaches, n = d^2, with probability at least 0.99."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.ladder import Rung
from proofs.theorems.sampled_zero import survives_sampling
from proofs.theorems.sl_deviation import SlData
from proofs.theorems.ssl_deviation import SslData

__all__ = ["PRECISION", "reach_of_rung", "smallest_dimension"]

PRECISION = 64
LEAST, GREATEST = 4, 10**7


def smallest_dimension(holds: Callable[[int], bool], least: int, greatest: int) -> int | None:
    """The least d in the range with ``holds``, by bisection; None when it fails at the greatest.

    For a predicate that is monotone in d this is the least; in any case it holds at the result.
    """
    if not holds(greatest):
        return None
    low, high = least - 1, greatest
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def reach_of_rung(data: SslData | SlData, box: Sequence[Enclosure], rung: Rung) -> int | None:
    """The smallest dimension found in which the rung's image ball holds the sample's gradient."""
    r, epsilon, whole = rung.balls[-1].inner, rung.image_radius[0], rung.method == "exact-ift"

    def holds(d: int) -> bool:
        with balls.precision(PRECISION):
            return survives_sampling(data, box, d, r, epsilon, whole)

    return smallest_dimension(holds, LEAST, GREATEST)
