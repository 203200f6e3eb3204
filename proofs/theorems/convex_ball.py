"""A strongly convex ball with a small gradient at its centre holds exactly one stationary point, a minimum.

Let f be C^2 on the closed ball B of radius R around x with Hessian at least m I there, m > 0, and |grad f(x)| <= G
with G < m R.  Then f has exactly one stationary point in B; it is a strict local minimum, the global minimum of f over
B, and at most G / m from x.

Proof.  For |y - x| = R strong convexity gives <grad f(y), y - x> >= m R^2 - G R > 0, so the minimum of f over the
compact ball is not on its boundary and is a stationary point z.  For two stationary points y, z of B,
0 = <grad f(y) - grad f(z), y - z> >= m |y - z|^2.  At the point z, m |z - x|^2 <= <-grad f(x), z - x> <= G |z - x|.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

__all__ = ["ConvexBallResult", "convex_ball"]


@dataclass(frozen=True)
class ConvexBallResult:
    """``unique``: exactly one stationary point in the ball, a minimum, at most ``distance`` from the centre."""

    unique: bool
    distance: arb


def convex_ball(G: arb, m: arb, R: arb) -> ConvexBallResult:
    """Check the hypotheses with certain comparisons; a NaN or infinite bound fails them."""
    holds = bool(m > 0) and bool(R > 0) and bool(G >= 0) and bool(m * R > G)
    return ConvexBallResult(holds, G / m if holds else arb("inf"))
