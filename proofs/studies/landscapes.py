"""What lemmas about complete landscapes share: the outcome of one, and how to name its points."""

from __future__ import annotations

from numeric.enclosure import Enclosure
from proofs.claims.stationary_points import landscape_claim
from proofs.features import energies_at
from proofs.landscape import Landscape, StationaryPoint
from proofs.studies.base import Outcome
from proofs.verdict import Verdict
from symbolic.objectives import Objective

__all__ = ["energies_of", "landscape_outcome", "only"]


def landscape_outcome(landscape: Landscape, as_stated: bool) -> Outcome:
    """PROVED when the complete landscape is ``as_stated``; REFUTED by one that is complete and another."""
    if landscape.undecided:
        return Outcome(Verdict.UNDECIDED, landscape.reason)
    claims = [landscape_claim(landscape)]
    kinds = ", ".join(
        f"{landscape.count(k)} {k}" for k in ("minimum", "saddle", "maximum", "degenerate") if landscape.count(k)
    )
    if as_stated:
        return Outcome(Verdict.PROVED, landscape.reason, claims=claims)
    if any(p.index is None for p in landscape.points):
        return Outcome(Verdict.UNDECIDED, f"the landscape was isolated, but an index is not certain ({kinds})")
    # The complete landscape, itself proved, is the witness.
    return Outcome(Verdict.REFUTED, f"the complete landscape is another one: {kinds}", claims=claims)


def only(points: list[StationaryPoint], what: str) -> StationaryPoint:
    """The point of a list of one.  Raises ValueError."""
    if len(points) != 1:
        raise ValueError(f"expected one {what}, found {len(points)}")
    return points[0]


def energies_of(objective: Objective, point: StationaryPoint) -> dict[str, Enclosure | None]:
    """|W e_k| / |W| for each feature at a stationary point; None where W = 0 is not excluded."""
    return energies_at(objective, dict(zip(point.names, point.box, strict=True)))
