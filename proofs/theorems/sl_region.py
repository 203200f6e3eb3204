"""One minimum of the empirical SL objective in a product region, on every typical sample.

Let Omega = {theta_0 + T y, |y| <= r} x {|U| <= R}, r, R > 0, L_n the empirical objective of a sample whose noise is
typical and whose class fractions p lie in a box, and l_p the noise-free objective with the same fractions.

Theorem.  Let |T^T grad l_p(theta_0)| <= g_0, T^T Hess l_p(theta_0) T >= lambda I, |D^3 l_p(theta_0)[Te, Te, Te]| <= N
and |D^4 l_p(theta)[Te, Te, Te, Te]| <= Q for unit vectors e, |y| <= r and all such p, lambda > 0, and on Omega
(1) |T^T grad_theta (L_n - l_p)| <= g_1 with g_0 + g_1 < lambda r - N r^2/2 - Q r^3/6,
(2) |grad_U L_n - 2 beta U| < 2 beta R,
(3) Hess L_n positive definite.
Then L_n has exactly one stationary point in Omega; it is interior, and it is a local minimum.
Proof.  By Taylor's theorem <T^T grad l_p(theta_0 + r T e), e> >= lambda r - N r^2/2 - Q r^3/6 - g_0 > g_1, so L_n
decreases from |y| = r towards theta_0, and from |U| = R towards U = 0; T is nonsingular.  The minimum over the
compact convex Omega is interior and stationary, and by strict convexity there is no other stationary point.

Fractions.  The box is one of (q, p_(1,1), p_(-1,1)) with q = p_(-1,0) + p_(-1,1); the other two fractions follow.  So
grad l_p and Hess l_p at theta_0 are those in the middle plus three vectors (matrices) times shifts within the half
widths.

Numbers.  N = lambda_max(sum_k A_k^2)^(1/2) for the symmetric slices A_k of D^3 l_p(theta_0) in the basis T
(ball_variation), and lambda_max(G) <= tr(G^16)^(1/16) for G >= 0.  For Q: along a line phi = log(1 + e^M) has the
fourth derivative r_3 m_1^4 + 6 r_2 m_1^2 m_2 + r_1 (3 m_2^2 + 4 m_1 m_3) + r m_4, m_k the derivatives of M and r =
sigmoid(M), r_k its derivatives. m_1 is at most the norm of T^T P^T M', and m_k = S sum_j f_j h_j^(k) zeta_j^k + k
h_j^(k-1) zeta_j^(k-1) eta_j, k = 2, 3, 4, is at most max|f_j h_j^(k)| z^(k-2) Z^2 + k max|h_j^(k-1)| z^(k-2) Z E,
where z bounds each |zeta_j|, Z and E the lengths of (zeta_1, zeta_2) and (eta_1, eta_2): norms of rows of P T.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, arb_mat

from numeric.balls import ball, upper_fraction
from numeric.enclosure import Enclosure
from proofs.theorems.ball_norms import columns_norm, length
from proofs.theorems.sl_deviation import CLASSES, SCORES, SIZE, SlAt, SlData, Vector, apply
from proofs.theorems.typical_noise import TypicalNoise

__all__ = ["Ellipsoid", "SlContent", "middle_fractions", "sl_content", "sl_fractions", "sl_minimum_in_region"]

POWERS = 4  # G is squared that many times: the norm is overestimated by at most 6^(1/16)


@dataclass(frozen=True)
class Ellipsoid:
    """theta_0 + T {|y| <= r}, T by columns, times |U| <= ``radius``."""

    centre: tuple[Fraction, ...]
    columns: tuple[tuple[Fraction, ...], ...]
    r: Fraction
    radius: Fraction

    def spread(self, row: Sequence[arb]) -> arb:
        """How far a linear functional of theta goes from its value at the centre."""
        return (ball(self.r) * length(apply(self.basis, list(row)))).upper()

    @cached_property
    def basis(self) -> list[Vector]:
        """The columns of T as balls (at the precision of the first use; they are dyadic)."""
        return [[ball(x) for x in column] for column in self.columns]


def sl_fractions(box: Sequence[Enclosure], lo: Fraction, hi: Fraction) -> list[Enclosure] | None:
    """All four fractions over a box of (q, p_(1,1), p_(-1,1)), each in [lo, hi]; None when there are none."""
    q, second, fourth = box
    result = []
    for x in (
        Enclosure(1 - q.hi - second.hi, 1 - q.lo - second.lo),
        second,
        Enclosure(q.lo - fourth.hi, q.hi - fourth.lo),
        fourth,
    ):
        if x.lo > hi or x.hi < lo:
            return None
        result.append(Enclosure(max(x.lo, lo), min(x.hi, hi)))
    return result


def middle_fractions(box: Sequence[Enclosure]) -> list[Fraction]:
    q, second, fourth = (x.middle for x in box)
    return [1 - q - second, second, q - fourth, fourth]


def sl_minimum_in_region(
    data: SlData,
    noise: TypicalNoise,
    box: Sequence[Enclosure],
    fractions: Sequence[Enclosure],
    region: Ellipsoid,
) -> str:
    """An empty string when the theorem holds for every typical sample with fractions in the box, else what failed.

    ``fractions``: enclosures of all four over the box, from ``sl_fractions``.
    """
    if not (region.r > 0 and region.radius > 0):
        return "the region has no interior"
    r, R, p = ball(region.r), ball(region.radius), [f.ball() for f in fractions]
    centre, T = [ball(x) for x in region.centre], region.basis
    whole = SlAt(data, noise, p, centre, region.spread, R)
    if not whole.radial_error() < 2 * ball(data.beta) * R:
        return "the nuisance gradient does not point inward"
    if not whole.coupling() < 2 * ball(data.gamma):
        return "the objective is not shown to be convex"
    start = SlAt(data, noise, [ball(x) for x in middle_fractions(box)], centre, lambda row: arb(0), R)
    slopes = [apply(T, v) for v in start.population_gradients()]
    bends = [[x for row in _in_basis(start.class_hessian(c), T) for x in row] for c in range(len(CLASSES))]
    g0 = length(apply(T, _gradient(start))) + _shifts(box, slopes)
    least = _least_eigenvalue(_in_basis(start.population_hessian(), T)) - _shifts(box, bends)
    if not least > 0:
        return "the noise-free Hessian is not positive definite"
    start.p = p
    room = least * r - _third(start, T) * r**2 / 2 - _fourth(whole, T) * r**3 / 6
    if not g0 + whole.gradient_error(T) < room:
        return "the gradient does not point inward"
    return ""


def _shifts(box: Sequence[Enclosure], parts: Sequence[Vector]) -> arb:
    """How far sum_c p_c parts_c goes from its value in the middle of the box, in length."""
    total = arb(0)
    for x, (plus, minus) in zip(box, ((2, 0), (1, 0), (3, 2)), strict=True):
        total += ball(x.width / 2) * length([a - b for a, b in zip(parts[plus], parts[minus], strict=True)])
    return total


def _in_basis(H: Sequence[Vector], T: Sequence[Vector]) -> list[Vector]:
    """T^T H T for a symmetric H."""
    columns = [apply(H, t) for t in T]
    return [[sum((T[i][m] * columns[j][m] for m in range(SIZE)), arb(0)) for j in range(SIZE)] for i in range(SIZE)]


def _gradient(at: SlAt) -> Vector:
    """The gradient of the population with the fractions of ``at``."""
    parts = at.population_gradients()
    return [
        at.ridge[i] * at.theta[i] + sum((p * v[i] for p, v in zip(at.p, parts, strict=True)), arb(0))
        for i in range(SIZE)
    ]


def _least_eigenvalue(matrix: Sequence[Vector]) -> arb:
    """A lower bound of the least eigenvalue of a symmetric matrix, by Gershgorin's theorem."""
    least = arb("inf")
    for i, row in enumerate(matrix):
        least = least.min(row[i].lower() - sum((abs(x).upper() for j, x in enumerate(row) if j != i), arb(0)))
    return least.lower()


def _third(at: SlAt, T: Sequence[Vector]) -> arb:
    """N: the third derivatives of the population in the basis T."""
    slices = [arb_mat(SIZE, SIZE) for _ in range(SIZE)]
    for c, (p, local) in enumerate(zip(at.p, at.local, strict=True)):
        rows = at.score_rows(c)
        S = arb_mat([apply(T, row) for row in rows])
        for k in range(SCORES):
            part = arb_mat([[local.third(i, j, k) for j in range(SCORES)] for i in range(SCORES)])
            inner = S.transpose() * part * S
            for m in range(SIZE):
                slices[m] = slices[m] + inner * (p * S[k, m])
    G = sum((A * A for A in slices), arb_mat(SIZE, SIZE))
    for _ in range(POWERS):
        G = G * G
    trace = sum((G[i, i] for i in range(SIZE)), arb(0)).upper()
    return trace.root(2 ** (POWERS + 1)).upper()


def _fourth(at: SlAt, T: Sequence[Vector]) -> arb:
    """Q: a bound of the fourth derivative of the population along unit vectors of the basis T."""
    total = arb(0)
    for c, (p, local) in enumerate(zip(at.p, at.local, strict=True)):
        rows = [apply(T, row) for row in at.score_rows(c)]
        z, Z, E = length(rows[0]).max(length(rows[1])), columns_norm(rows[0], rows[1]), columns_norm(rows[2], rows[3])
        m = [arb(0), length(apply(T, at.lift(c, local.first)))]
        h = [[*local.h[j], local.fourth_slope(j)] for j in (0, 1)]
        for k in (2, 3, 4):
            first, second = (abs(local.f[j] * h[j][k]).upper() for j in (0, 1))
            outer, other = (abs(h[j][k - 1]).upper() for j in (0, 1))
            m.append(first.max(second) * z ** (k - 2) * Z**2 + k * outer.max(other) * z ** (k - 2) * Z * E)
        r = [abs(x).upper() for x in (*local.r, local.third_residual())]
        value = r[3] * m[1] ** 4 + 6 * r[2] * m[1] ** 2 * m[2] + r[1] * (3 * m[2] ** 2 + 4 * m[1] * m[3]) + r[0] * m[4]
        total += p.upper() * value
    return total.upper()


@dataclass(frozen=True)
class SlContent:
    """What holds at the minimum in a region: |a_j| in ``a``, |b_j| <= ``b``, |f_j| in ``f``, |U| and |W e_2|/|W|_F."""

    a: Enclosure
    b: Fraction
    f: Enclosure
    nuisance: Fraction
    energy: Fraction


def sl_content(regions: Sequence[Ellipsoid]) -> SlContent:
    """The hull over the regions.  Raises ValueError for none, or unless a_1 < 0 < a_2 and f_1 > 0 > f_2 on each."""
    a: list[Enclosure] = []
    f: list[Enclosure] = []
    b, energy = Fraction(0), arb(0)
    for region in regions:
        box = []
        for k, x in enumerate(region.centre):
            reach = upper_fraction(region.spread([arb(i == k) for i in range(SIZE)]))
            box.append(Enclosure(x - reach, x + reach))
        inner = [-box[0], box[2]]
        outer = [box[4], -box[5]]
        if not all(x.lo > 0 for x in (*inner, *outer)):
            raise ValueError("a region reaches a = 0 or f = 0")
        a, f = [*a, *inner], [*f, *outer]
        sides = [box[1].greatest_magnitude, box[3].greatest_magnitude]
        b = max(b, *sides)
        square = sum((x * x for x in sides), Fraction(0))
        weight = square + sum((x.lo**2 for x in inner), Fraction(0))
        energy = energy.max(ball(square / weight).sqrt())
    if not a:
        raise ValueError("there is no region")
    return SlContent(_hull(a), b, _hull(f), max(r.radius for r in regions), upper_fraction(energy))


def _hull(xs: Sequence[Enclosure]) -> Enclosure:
    return Enclosure(min(x.lo for x in xs), max(x.hi for x in xs))
