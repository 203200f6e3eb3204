"""How much of each feature the rows of a stationary point hold.

Arithmetic: rigorous (Arb).
"""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.landscape import StationaryPoint
from symbolic.objectives import Objective

__all__ = ["energies_of_rows", "feature_energies"]


def feature_energies(objective: Objective, point: StationaryPoint) -> dict[str, Enclosure | None]:
    """||W e_k|| / ||W||_F for each feature; None where W = 0 is not excluded."""
    return energies_of_rows(objective, dict(zip(point.names, point.box, strict=True)))


def energies_of_rows(objective: Objective, box: Mapping[str, Enclosure]) -> dict[str, Enclosure | None]:
    """The same from enclosures of the variables by name.

    At a stationary point the coordinates of W off the features vanish, so this is the value in R^d.
    """
    with balls.precision(160):
        columns: list[arb] = []
        for k in range(len(objective.features)):
            total = arb(0)
            for row in objective.rows:
                coordinate = box[row[k].name].ball()
                total += coordinate * coordinate
            columns.append(total)
        whole = sum(columns, arb(0))
        found: dict[str, Enclosure | None] = {}
        for feature, column in zip(objective.features, columns, strict=True):
            ratio = (column.nonnegative_part() / whole).sqrt() if whole > 0 else arb("nan")
            found[feature] = Enclosure.from_ball(ratio) if ratio.is_finite() else None
        return found
