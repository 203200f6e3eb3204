"""Coordinates that vanish exactly because a region and a loss are symmetric, and the stationary point is alone.

Coordinates a1, b1, a2, b2, f1, f2.  Let g(a1, b1, a2, b2, f1, f2) = (-a2, b2, -a1, b1, -f2, -f1), and let L be
unchanged by g, and on the fixed space of g, {a2 = -a1, b2 = b1, f2 = -f1}, even in b1.  If a box is mapped to itself
by g and by b1 = b2 -> -b1 = -b2, and L has exactly one stationary point x in it, then b1 = b2 = 0 at x.

Proof.  g is orthogonal and L(gx) = L(x), so gx is stationary and in the box: gx = x, x lies in the fixed space.
There grad L = g grad L, so grad L lies in the fixed space, and a point of it is stationary for L if it is for L
restricted to it (symmetric criticality: R. Palais, Commun. Math. Phys. 69 (1979)).  By evenness the mirror image of x
under b -> -b is stationary too, in the box, hence equal to x.
"""

from __future__ import annotations

from collections.abc import Mapping

from numeric.enclosure import Enclosure

__all__ = ["mirrored_box"]

NAMES = ("a1", "b1", "a2", "b2", "f1", "f2")


def mirrored_box(box: Mapping[str, Enclosure]) -> bool:
    """Whether a box is mapped to itself by both symmetries (exact comparison of rational ends)."""
    if set(box) != set(NAMES):
        return False
    pairs = box["a2"] == -box["a1"] and box["b2"] == box["b1"] and box["f2"] == -box["f1"]
    return pairs and box["b1"] == -box["b1"]
