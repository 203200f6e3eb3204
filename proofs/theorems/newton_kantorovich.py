"""Newton-Kantorovich in contraction form: a zero near an approximate one, and where it is alone.

Let A be an injective linear map, Y >= |A F(x)|, and Z >= sup |I - A DF| over the closed ball B of radius
r around x (any norm, Z the operator norm).  If Z < 1 and Y + Z r < r, then F has exactly one zero in B, at
distance at most Y / (1 - Z) from x: the map T(u) = u - A F(u) contracts B into itself.
Sources: L. Kantorovich, Uspekhi Mat. Nauk 3 (1948); in this form S. Day, J.-P. Lessard, K. Mischaikow,
SIAM J. Numer. Anal. 45 (2007).  Injectivity of A follows from Z < 1 in finite dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

__all__ = ["NewtonKantorovichResult", "newton_kantorovich"]


@dataclass(frozen=True)
class NewtonKantorovichResult:
    """``unique``: exactly one zero in the ball, at most ``distance`` from its centre."""

    unique: bool
    distance: arb


def newton_kantorovich(Y: arb, Z: arb, r: arb) -> NewtonKantorovichResult:
    """Check the hypotheses with certain comparisons; a NaN or infinite bound fails them."""
    holds = bool(r > 0) and bool(Y >= 0) and bool(Z >= 0) and bool(Z < 1) and bool(Y + Z * r < r)
    return NewtonKantorovichResult(holds, Y / (1 - Z) if holds else arb("inf"))
