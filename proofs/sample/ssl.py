"""The empirical SSL minimum on every typical sample: one product region for each part of the class fractions."""

from __future__ import annotations

from dataclasses import dataclass

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.sample.fractions import CoverNode, FractionBox, cover_fractions, root_box, whole_fractions
from proofs.sample.ssl_search import propose_region
from proofs.theorems.ssl_deviation import SslData
from proofs.theorems.ssl_region import ProductRegion, SslContent, content, minimum_in_region
from proofs.theorems.typical_sample import TypicalSample

__all__ = ["PIECES", "PRECISION", "SslSample", "prove_ssl_sample"]

PIECES, PRECISION = (6, 4), 64
WEIGHTS, SMALLEST = (1.0, 0.3, 0.3), 0.004  # p of (1, 0) moves the minimum most
BUDGET = 4000


@dataclass(frozen=True)
class SslSample:
    """``cover``: which region belongs to which class fractions; ``content``: what holds on all of them."""

    data: SslData
    event: TypicalSample
    cover: CoverNode[ProductRegion]
    content: SslContent


def prove_ssl_sample(data: SslData, event: TypicalSample) -> SslSample:
    """Cover the class fractions.  Raises ValueError, naming the fractions, where no region could be proved."""
    with balls.precision(PRECISION):
        noise = event.noise()

        def prove(_: FractionBox, fractions: list[Enclosure]) -> ProductRegion | None:
            region = propose_region(data, noise, fractions)
            if region is None or minimum_in_region(data, noise, fractions, region, PIECES):
                return None
            return region

        cover = cover_fractions(
            prove,
            root_box(event.lo, event.hi),
            lambda box: whole_fractions(box, event.lo, event.hi),
            WEIGHTS,
            SMALLEST,
            BUDGET,
        )
        return SslSample(data, event, cover, content(data, list(cover.leaves())))
