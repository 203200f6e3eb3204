"""One minimum of the empirical SSL objective in a product region, for every typical sample with fractions in a box.

Theorem (product region).  Let L be C^2 on Omega = Y x {|u| <= R}, R > 0, Y the parallelogram of all y = r_1 q_1 + r_2
q_2 with r in a box with nonempty interior.  Suppose that
(1) where r_j is at its top, for all |u| <= R, the derivative of L along q_j is > 0, and < 0 where r_j is at its bottom;
(2) on |u| = R, for all y in Y, <grad_u L, u> > 0;
(3) the Hessian is positive definite on Omega.
Then L has exactly one stationary point in Omega; it is interior, and it is a local minimum.
Proof.  L attains its minimum over Omega.  At a boundary point one of (1), (2) holds, and a small step along -q_j or
q_j, or towards u = 0, stays in Omega and decreases L; so the minimum is interior and stationary.  By (3) L is strictly
convex on the convex set Omega: there is no other stationary point.

Coordinates.  r = (a, c) with c = b - a/tau, so q_1 = e_1 + e_2/tau, q_2 = e_2: then m_c = a, 2 a + tau c, -a, tau c
for the four classes, and the second derivatives of l_p are nearly diagonal.

For the SSL objective L_n with class fractions p, derivatives are those of l_p up to the errors of ssl_deviation, and
the Hessian is bounded below by a quadratic form in (|v_1|, |v_2|, |v_u|), which is positive definite if its pivots
are positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb

from numeric.balls import ball, lower_fraction
from numeric.enclosure import Enclosure
from proofs.theorems.ssl_deviation import SslAt, SslData
from proofs.theorems.typical_noise import TypicalNoise

__all__ = ["ProductRegion", "SslContent", "content", "has_positive_pivots", "minimum_in_region"]


@dataclass(frozen=True)
class ProductRegion:
    """a and c = b - a/tau in enclosures, |u| <= ``radius``."""

    a: Enclosure
    c: Enclosure
    radius: Fraction


def minimum_in_region(
    data: SslData, noise: TypicalNoise, fractions: Sequence[Enclosure], region: ProductRegion, pieces: tuple[int, int]
) -> str:
    """An empty string when the theorem holds for every typical sample with fractions in the boxes, else what failed.

    ``fractions``: one enclosure for each class, in the order of ``CLASSES``; ``pieces``: into how many parts the
    ranges of a and c are cut for the enclosures (any number is sound).
    """
    if not (region.a.width > 0 and region.c.width > 0 and region.radius > 0):
        return "the region has no interior"
    p, R = [f.ball() for f in fractions], ball(region.radius)
    columns, rows = _cut(region.a, pieces[0]), _cut(region.c, pieces[1])
    for j, (ends, others) in enumerate(((region.a, rows), (region.c, columns))):
        for end, sign in ((ends.lo, -1), (ends.hi, 1)):
            for other in others:
                at = SslAt(data, noise, p, *((ball(end), other) if j == 0 else (other, ball(end))), R)
                if not sign * at.slope(j) > 0:
                    return f"the gradient does not point inward along {'ac'[j]}"
    for x in columns:
        for y in rows:
            at = SslAt(data, noise, p, x, y, R)
            if not at.ridge * R > at.radial_error():
                return "the nuisance gradient does not point inward"
            if not has_positive_pivots(at.curvature()):
                return "the Hessian is not positive definite"
    return ""


@dataclass(frozen=True)
class SslContent:
    """What holds at the minimum in each of some regions: |a|, |b|, |u|, and |b|/|w| >= energy (|W e_2|/|W|_F for all
    rows there)."""

    a: Enclosure
    b: Enclosure
    nuisance: Fraction
    energy: Fraction


def content(data: SslData, regions: Sequence[ProductRegion]) -> SslContent:
    """The hull over the regions.  Raises ValueError when there is none, or b is not positive on one.

    For rows with |b_j|/|w_j| >= e each, sum b_j^2 >= e^2 sum |w_j|^2.
    """
    if not regions:
        raise ValueError("there is no region")
    energy = arb("inf")
    boxes = []
    for region in regions:
        b = Enclosure(region.c.lo + region.a.lo / data.tau, region.c.hi + region.a.hi / data.tau)
        if not (b.lo > 0 and region.a.lo > 0):
            raise ValueError("a region reaches a = 0 or b = 0")
        # b^2/(a^2 + b^2 + u^2) increases with b and decreases with a and |u|.
        low = b.lo**2 / (region.a.hi**2 + b.lo**2 + region.radius**2)
        energy = energy.min(ball(low).sqrt())
        boxes.append((region.a, b))
    return SslContent(
        Enclosure(min(a.lo for a, _ in boxes), max(a.hi for a, _ in boxes)),
        Enclosure(min(b.lo for _, b in boxes), max(b.hi for _, b in boxes)),
        max(r.radius for r in regions),
        lower_fraction(energy),
    )


def has_positive_pivots(matrix: Sequence[Sequence[arb]]) -> bool:
    """True only when every symmetric matrix in the balls is positive definite: elimination with certain pivots."""
    rows = [list(row) for row in matrix]
    for k, pivot in enumerate(rows):
        if not pivot[k] > 0:
            return False
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot[k]
            for j in range(i, len(rows)):
                rows[i][j] = rows[j][i] = rows[i][j] - factor * rows[j][k]
    return True


def _cut(x: Enclosure, parts: int) -> list[arb]:
    ends = [x.lo + x.width * k / parts for k in range(parts + 1)]
    return [Enclosure(lo, hi).ball() for lo, hi in pairwise(ends)]
