"""The empirical SSL objective of one neuron on a typical sample, against the noise-free one with the same fractions.

Let x_i = u_c + rho xi_i for points i of class c, u_c = (s, t tau) in the feature plane, w = (y, u) with y = (a, b) and
u in R^(d-2), m_c = u_c . y, and
    L_n(w) = -(1/n) sum_i g(w . x_i, v)^2 + alpha |w|^2,   g(m, v) = E sigmoid(m + v z), z ~ N(0, 1), v = rho |w|,
the empirical objective with both augmentations in expectation.  Let q_1, q_2 be a basis of the feature plane, d_j the
derivative along q_j.  Let the noise be typical (typical_noise), |y| <= A, |u| <= R.

Notation.  g_k = E sigmoid^(k)(m + v z), t = v^2, G(m, t) = g^2, and G_k the k-th derivative of G in m.  By the heat
equation d/dt g_k = g_{k+2}/2 the derivatives in t are
    G_t = g g_2,  G_mt = g_1 g_2 + g g_3,  G_mmt = g_2^2 + 2 g_1 g_3 + g g_4,  G_tt = (g_2^2 + g g_4)/2,
    G_mmmt = 4 g_2 g_3 + 3 g_1 g_4 + g g_5,  G_mmmmt = 4 g_3^2 + 7 g_2 g_4 + 4 g_1 g_5 + g g_6.
With m_i = m_c + delta_i, delta_i = rho w . xi_i, the chain rule (t = rho^2 |w|^2) gives
    grad L_n = -(1/n) sum_i [G_1 x_i + 2 rho^2 G_t w] + 2 alpha w,
    Hess L_n = -(1/n) sum_i [G_2 x_i x_i^T + 2 rho^2 G_mt (x_i w^T + w x_i^T) + 4 rho^4 G_tt w w^T + 2 rho^2 G_t I] +
    2 alpha I.

Lemma (size).  |sigmoid^(k)| <= sigmoid' for k = 1..5 and <= 2 sigmoid' for k = 6: with q = sigmoid' <= 1/4 and
y = |1 - 2 sigmoid| = sqrt(1 - 4q) the ratios are 1, y, |1 - 6q|, y |1 - 12q|, |1 - 30q + 120q^2|, y |1 - 60q + 360q^2|
(the last is y |17/2 - 30 y^2 + 45/2 y^4|, with extrema 1.82 and 1.24 where 225 y^2 = 90 -+ 65.4).
log sigmoid' and log sigmoid are 1-Lipschitz.  So for |delta| <= D: |g_k(m + delta, v)| <= h = sigmoid'(m) e^D chi
(2 h for k = 6) and g h <= k = h min(1, sigmoid(m) e^D chi), with chi = E exp(v |z|) = exp(v^2/2) (1 + erf(v/sqrt
2)).  Hence |G_t| <= k, |G_mt| <= h^2 + k, |G_mmt| <= 3 h^2 + k, |G_mmmt| <= 7 h^2 + k, |G_mmmmt| <= 15 h^2 + 2 k,
|G_tt| <= (h^2 + k)/2, for all augmentations up to v; and G_k(m, t) differs from psi_k = d^k/dm^k sigmoid(m)^2, a
polynomial in sigmoid(m) whose range is computed exactly, by at most t times the bound of its derivative in t.

Lemma (sums).  |(1/n) sum_c delta_i| <= d1 = A rho mean_f + R rho mean_u; ((1/n) sum_c delta_i^2)^(1/2) <= e = A rho
root_f + R rho root_u by Minkowski's inequality; |delta_i| <= D = A rho peak_f + R rho peak_u.

Theorem (gradient).  ``slope(j)`` encloses d_j L_n, and |grad_u L_n - 2 alpha u| <= ``radial_error()``.
Proof.  Write eta_i = rho xi_i . q_j.  By Taylor's theorem G_1(m_i, t) (u_c . q_j + eta_i) is
    G_1 u + [G_2 delta u + G_1 eta] + [G_3 delta^2 u/2 + G_2 delta eta] + r,  |r| <= sup|G_4| |delta|^3 |u|/6 +
    sup|G_3| delta^2 |eta|/2, with u = u_c . q_j and derivatives at (m_c, t).  The mean over the class of the first
    bracket is a linear form in the means of xi_f and xi_u; that of the second is the trace of a 2 x 2 matrix with
    (1/n) sum xi_f xi_f^T, at most its spectral norm times root_f^2, plus mixed and nuisance parts by Cauchy-Schwarz;
    |delta|^3 <= D delta^2.  Likewise for the nuisance gradient and for G_t(m_i, t) = G_t(m_c, t) + O(sup|G_mt|
    |delta_i|).

Theorem (curvature).  For v = v_1 q_1 + v_2 q_2 + v_u, v . Hess L_n v >= M(|v_1|, |v_2|, |v_u|), M the form of
``curvature()``. Proof.  Let -G_2 >= kappa at all points of class c, and s = v . u_c.  If kappa >= 0, (1/n) sum_c -G_2
(v . x_i)^2 >= kappa (p s^2 - 2 |s| (rho mean_f |v_f| + rho mean_u |v_u|)).  If not, it is at least -|kappa| (sqrt p
|s| + rho root_f |v_f| + rho root_u |v_u|)^2; and by Taylor's theorem at least minus the sum of s^2 (p max(G_2, 0) +
|G_3| d1 + sup|G_4| e^2/2), 2 |s| (|G_2| rho mean + sup|G_3| e rho root) . |v| and sup|G_2| (rho root . |v|)^2.  Here
|v_f| <= |v_1| |q_1| + |v_2| |q_2|.  The other terms of the Hessian are bounded by their moduli with (1/n) sum_c |v .
x_i| <= sqrt p (sqrt p |s| + rho root . |v|).

Every error gets smaller with each threshold, and kappa larger; and M with a smaller kappa is still a bound.  So what
these bounds prove in dimension d they prove in every larger one in which the thresholds are not larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric.balls import ball, sigmoid
from numeric.endpoints import magnitude
from proofs.theorems.ball_norms import length, spectral_norm, widen
from proofs.theorems.sigmoid_ranges import derivative_range
from proofs.theorems.typical_noise import ClassNoise, TypicalNoise

__all__ = ["CLASSES", "SslAt", "SslData", "psi"]

CLASSES = ((1, 0), (1, 1), (-1, 0), (-1, 1))  # (s, t)
Triple = Sequence[arb]
Matrix = list[list[arb]]


SQUARE = (Fraction(0), Fraction(0), Fraction(1))


def psi(order: int, m: arb) -> arb:
    """The range of d^order/dm^order sigmoid(m)^2 over the ball."""
    return derivative_range(SQUARE, order, m)


@dataclass(frozen=True)
class SslData:
    """tau > 0 and alpha > 0, exact."""

    tau: Fraction
    alpha: Fraction


class ClassAt:
    """One class at a point or small box: scores m, fraction p, noise, and bounds of the derivatives of G."""

    def __init__(self, m: arb, p: arb, noise: ClassNoise, t: arb, chi: arb, A: arb, R: arb, D: arb) -> None:
        self.least, self.p, self.root_p, self.noise, self.D = p.lower(), p.upper(), p.upper().sqrt(), noise, D
        self.d1 = A * noise.mean_f + R * noise.mean_u
        self.e = A * noise.root_f + R * noise.root_u
        # At the centre of the class (h0, k0, G), and anywhere within D of it (h, k, W).
        self.h0, self.k0 = _size(m, chi)
        self.h, self.k = _size(m, D.exp() * chi)
        drift0, drift = _drifts(self.h0, self.k0, t), _drifts(self.h, self.k, t)
        self.drift = drift0[1]
        self.G = [widen(psi(k, m), drift0[k]) for k in (1, 2, 3)]
        window = widen(m, D)
        self.bend = widen(psi(2, window), drift[2])
        self.W = [_magnitude(self.bend)] + [_magnitude(widen(psi(k, window), drift[k])) for k in (3, 4)]


class SslAt:
    """L_n at a point or on a small box of (a, c), c = b - a/tau, |u| <= R, for typical noise and fractions in balls.

    q_1 = e_1 + e_2/tau and q_2 = e_2, so y = a q_1 + c q_2 and m = a, 2 a + tau c, -a, tau c for the four classes.
    """

    def __init__(
        self, data: SslData, noise: TypicalNoise, fractions: Sequence[arb], a: arb, c: arb, nuisance_radius: arb
    ) -> None:
        tau, R = ball(data.tau), nuisance_radius
        zero, one = arb(0), arb(1)
        self.ridge, self.R, self.rho2 = 2 * ball(data.alpha), R, noise.rho**2
        b = c + a / tau
        self.y, self.basis = (a, b), ((one, 1 / tau), (zero, one))
        self.along = (a + b / tau, b)  # y . q_j
        self.gram = ((1 + 1 / tau**2, 1 / tau), (1 / tau, one))  # q_j . q_k
        self.norm = (self.gram[0][0].sqrt(), one, one)  # of q_1, q_2, and of a unit vector in the rest
        self.reach = (abs(self.along[0]).upper(), abs(b).upper(), R)
        A = (abs(a).upper() ** 2 + abs(b).upper() ** 2).sqrt()
        t = self.rho2 * (A**2 + R**2)
        chi = (t / 2).exp() * (1 + (t / 2).sqrt().erf())
        D = A * noise.peak_f + R * noise.peak_u
        self.u = ((one, zero), (2 * one, tau), (-one, zero), (zero, tau))  # u_c . q_j
        scores = (a, 2 * a + tau * c, -a, tau * c)
        self.classes = [
            ClassAt(m, p, noise.of_class(p.upper()), t, chi, A, R, D) for m, p in zip(scores, fractions, strict=True)
        ]
        self.fractions = fractions

    def slope(self, j: int) -> arb:
        """A ball around d_j L_n."""
        total = self.ridge * self.along[j]
        for w, u, at in zip(self.fractions, self.u, self.classes, strict=True):
            total -= w * u[j] * at.G[0]
        return widen(total, self.noise_error(j))

    def noise_error(self, j: int) -> arb:
        """An upper bound of the modulus of d_j L_n less the sum over classes of its value at the class centres."""
        q, y, R, error = self.basis[j], self.y, self.R, arb(0)
        for u, at in zip(self.u, self.classes, strict=True):
            (G1, G2, G3), (_, W3, W4), c, v = at.G, at.W, at.noise, u[j]
            error += c.mean_f * length([v * G2 * y[i] + G1 * q[i] for i in (0, 1)])
            error += c.mean_u * R * abs(v * G2)
            mixed = v * G3 * y[0] * y[1] / 2 + G2 * (y[0] * q[1] + y[1] * q[0]) / 2
            error += c.root_f**2 * spectral_norm(
                v * G3 * y[0] ** 2 / 2 + G2 * y[0] * q[0], mixed, v * G3 * y[1] ** 2 / 2 + G2 * y[1] * q[1]
            )
            error += c.root_f * c.root_u * R * length([v * G3 * y[i] + G2 * q[i] for i in (0, 1)])
            error += c.root_u**2 * R**2 * abs(v * G3) / 2
            error += at.D * at.e * (abs(v) * W4 * at.e / 6 + self.norm[j] * W3 * c.root_f / 2)
            error += self._decay(at) * self.reach[j]
        return error.upper()

    def perturbation(self, j: int, share: arb) -> arb:
        """An upper bound of |d_j (L_n - l_q)| where the fractions are within ``share`` of q."""
        total = self.noise_error(j)
        for u, at in zip(self.u, self.classes, strict=True):
            total += abs(u[j]) * (share * _magnitude(at.G[0]) + at.p * at.drift)
        return total.upper()

    def radial_error(self) -> arb:
        """An upper bound of |grad_u L_n - 2 alpha u|."""
        total = arb(0)
        for at in self.classes:
            (G1, G2, _), (_, W3, _), c = at.G, at.W, at.noise
            total += abs(G1) * c.mean_u + (abs(G2) + W3 * at.D / 2) * at.e * c.root_u + self._decay(at) * self.R
        return total.upper()

    def _decay(self, at: ClassAt) -> arb:
        """2 rho^2 (1/n) sum_c |G_t|."""
        return 2 * self.rho2 * (at.p * at.k0 + (at.h**2 + at.k) * at.root_p * at.e)

    def curvature(self) -> Matrix:
        """The symmetric 3 x 3 matrix of M: diagonal, and minus the bounds of the mixed terms."""
        ridge, gram, zero = self.ridge, self.gram, arb(0)
        matrix = [[ridge * gram[0][0], ridge * gram[0][1], zero], [ridge * gram[1][0], ridge * gram[1][1], zero]]
        matrix.append([zero, zero, ridge])
        loss = _zeros()
        for u, at in zip(self.u, self.classes, strict=True):
            c, big = at.noise, at.h**2 + at.k
            s = (abs(u[0]), abs(u[1]), zero)  # |v . u_c| <= sum of s_j |v_j|, and so on
            mean = [x * y for x, y in zip(self.norm, (c.mean_f, c.mean_f, c.mean_u), strict=True)]
            root = [x * y for x, y in zip(self.norm, (c.root_f, c.root_f, c.root_u), strict=True)]
            along = [at.root_p * (at.root_p * x + y) for x, y in zip(s, root, strict=True)]
            kappa = (-at.bend).lower()
            if kappa >= 0:
                for j in range(2):
                    for i in range(2):
                        matrix[j][i] += kappa * at.least * u[j] * u[i]
                _add(loss, kappa, s, mean)
            else:
                plain, taylor = _zeros(), _zeros()
                whole = [at.root_p * x + y for x, y in zip(s, root, strict=True)]
                _add(plain, abs(kappa) / 2, whole, whole)
                (_, G2, G3), (W2, W3, W4) = at.G, at.W
                square = at.p * G2.max(zero) + abs(G3) * at.d1 + W4 * at.e**2 / 2
                _add(taylor, square / 2, s, s)
                _add(taylor, arb(1), s, [abs(G2) * x + W3 * at.e * y for x, y in zip(mean, root, strict=True)])
                _add(taylor, W2 / 2, root, root)
                best = plain if plain[0][0] < taylor[0][0] else taylor
                loss = [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(loss, best, strict=True)]
            _add(loss, 2 * self.rho2 * big, along, self.reach)
            _add(loss, self.rho2**2 * big * at.p, self.reach, self.reach)
            _add(loss, self._decay(at) / 2, self.norm, self.norm)
        for j in range(3):
            for i in range(3):
                whole_entry = matrix[j][i]
                matrix[j][i] = whole_entry - loss[j][i] if i == j else -(abs(whole_entry) + loss[j][i]).upper()
        return matrix


def _size(m: arb, growth: arb) -> tuple[arb, arb]:
    """h and k of the lemma on sizes, for e^D chi = ``growth``."""
    h = _largest_slope(m) * growth
    return h, h * (sigmoid(m.upper()) * growth).min(arb(1))


def _drifts(h: arb, k: arb, t: arb) -> list[arb]:
    """How far G_k(., t) is from psi_k at most, k = 0..4 (0 is not used)."""
    return [t * k, t * (h**2 + k), t * (3 * h**2 + k), t * (7 * h**2 + k), t * (15 * h**2 + 2 * k)]


def _largest_slope(m: arb) -> arb:
    """An upper bound of sigmoid' on the ball: at the end nearer to 0, or 1/4."""
    if m > 0:
        s = sigmoid(m.lower())
    elif m < 0:
        s = sigmoid(m.upper())
    else:
        return arb(1) / 4
    return (s * (1 - s)).upper()


def _magnitude(x: arb) -> arb:
    return magnitude((x.lower(), x.upper()))


def _zeros() -> Matrix:
    return [[arb(0)] * 3 for _ in range(3)]


def _add(form: Matrix, factor: arb, x: Triple, y: Triple) -> None:
    """Add 2 factor (sum x_j |v_j|) (sum y_j |v_j|), whose matrix is factor (x y^T + y x^T)."""
    for j in range(3):
        for i in range(3):
            form[j][i] = form[j][i] + factor * (x[j] * y[i] + x[i] * y[j])
