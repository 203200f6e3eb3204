"""The empirical SL minimum on every typical sample: one product region for each part of the class fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.sample.fractions import CoverNode, FractionBox, cover_fractions
from proofs.sample.sl_search import propose_ellipsoids
from proofs.theorems.sl_deviation import SlData
from proofs.theorems.sl_region import Ellipsoid, SlContent, sl_content, sl_fractions, sl_minimum_in_region
from proofs.theorems.typical_sample import TypicalSample

__all__ = ["SlSample", "prove_sl_sample", "sl_root"]

PRECISION = 64
WEIGHTS, SMALLEST = (1.0, 0.6, 0.6), 0.004  # the share of the two labels moves the minimum most
BUDGET = 6000


@dataclass(frozen=True)
class SlSample:
    """``cover``: which region belongs to which class fractions; ``content``: what holds on all of them."""

    data: SlData
    event: TypicalSample
    cover: CoverNode[Ellipsoid]
    content: SlContent


def sl_root(lo: Fraction, hi: Fraction) -> FractionBox:
    """The box of (q, p_(1,1), p_(-1,1)) that holds all fractions in [lo, hi]."""
    return Enclosure(max(2 * lo, 1 - 2 * hi), min(2 * hi, 1 - 2 * lo)), Enclosure(lo, hi), Enclosure(lo, hi)


def prove_sl_sample(data: SlData, event: TypicalSample) -> SlSample:
    """Cover the class fractions.  Raises ValueError, naming the fractions, where no region could be proved."""
    with balls.precision(PRECISION):
        noise = event.noise()

        def prove(box: FractionBox, fractions: list[Enclosure]) -> Ellipsoid | None:
            for region in propose_ellipsoids(data, noise, box, fractions):
                if not sl_minimum_in_region(data, noise, box, fractions, region):
                    return region
            return None

        cover = cover_fractions(
            prove,
            sl_root(event.lo, event.hi),
            lambda box: sl_fractions(box, event.lo, event.hi),
            WEIGHTS,
            SMALLEST,
            BUDGET,
        )
        return SlSample(data, event, cover, sl_content(list(cover.leaves())))
