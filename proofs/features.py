"""Which features the rows of a point hold: energies, and what is certain of each feature."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure
from symbolic.objectives import Objective

__all__ = ["ABSENT", "HELD", "OPEN", "energies_at", "features_at"]

HELD, ABSENT, OPEN = "held", "absent", "open"


def energies_at(objective: Objective, at: Mapping[str, Enclosure]) -> dict[str, Enclosure | None]:
    """||W e_k|| / ||W||_F for each feature at the point with these coordinates; None where W = 0 is not excluded.

    At a stationary point whose coordinates of W off the features vanish this is the value in R^d.
    """
    with balls.precision(160):
        columns: list[arb] = []
        for k in range(len(objective.features)):
            total = arb(0)
            for row in objective.rows:
                coordinate = at[row[k].name].ball()
                total += coordinate * coordinate
            columns.append(total)
        whole = sum(columns, arb(0))
        found: dict[str, Enclosure | None] = {}
        for feature, column in zip(objective.features, columns, strict=True):
            ratio = (column.nonnegative_part() / whole).sqrt() if whole > 0 else arb("nan")
            found[feature] = Enclosure.from_ball(ratio) if ratio.is_finite() else None
        return found


def features_at(objective: Objective, at: Mapping[str, Enclosure]) -> dict[str, str]:
    """HELD: some row certainly has the feature; ABSENT: every row has exactly 0 of it; OPEN: neither is certain."""
    found = {}
    for k, feature in enumerate(objective.features):
        column = [at[row[k].name] for row in objective.rows]
        if any(x.lo > 0 or x.hi < 0 for x in column):
            found[feature] = HELD
        else:
            found[feature] = ABSENT if all(x.lo == x.hi == 0 for x in column) else OPEN
    return found
