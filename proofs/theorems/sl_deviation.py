"""The empirical SL objective of two neurons on a typical sample: gradients and curvature.

Let theta = (a_1, b_1, a_2, b_2, f_1, f_2), w_j = (a_j, b_j, u_j), U = (u_1, u_2), and for x_i = u_c + rho xi_i of
class c with label sign S (+1 for s = 1, whose label is 0)
    L_n = (1/n) sum_i phi_S(z_i1, z_i2, f_1, f_2) + beta (|w_1|^2 + |w_2|^2) + gamma |F|^2,   z_ij = w_j . x_i,
    phi_S(v) = log(1 + exp(M)),   M = S (f_1 sigmoid(z_1) + f_2 sigmoid(z_2)).
There is no augmentation.  l_p(theta) is the same with rho = 0, U = 0 and class fractions p; its scores are P_c theta,
P_c a 4 x 6 matrix.  Let W be the 2 x 2 matrix of the (a_j, b_j), delta = rho (W xi_f + U xi_u) in R^2, so v = P_c
theta + delta, and P(xi) = P_c + E(xi), where E(xi) has rho xi_f in the columns of w_j in row z_j.  Then
    grad_theta L_n = (1/n) sum_i P(xi_i)^T phi'(v_i) + ridge.

Theorem (gradient).  For typical noise, |U| <= R and any 6 x 6 matrix T, |T^T (grad_theta L_n - grad l_p)| is at most
the sum over classes of
    mean_f ||T^T C|| + mean_u R ||T^T P^T phi''_z|| + root_f^2 beta_ff + root_f root_u R beta_fu + root_u^2 R^2 beta_uu,
where C xi_f is the linear part P^T phi''_z W xi_f + E(xi)^T phi', and beta_* bound the bilinear coefficients of P^T
phi'''[delta, delta]/2 + E(xi)^T phi''_z delta with derivatives anywhere within |delta_j| <= D_j of the scores.
Proof.  Taylor's theorem with integral remainder; the mean over the class of a linear form in xi, and of a quadratic
form sum S_ik B_ik in xi_f with S = (1/n) sum xi_f xi_f^T >= 0, which is at most tr S max_e |sum B_ik e_i e_k|, and
that is at most the largest eigenvalue of [[|B_11|, |B_12|], [|B_12|, |B_22|]]; Cauchy-Schwarz for the rest.

Theorem (nuisance).  |grad_U L_n - 2 beta U| <= sum_c |phi'_z| mean_u + sup ||phi''_zz|| e root_u with e = ||W||
root_f + R root_u.

Theorem (convexity).  Let S f_j sigmoid''(z_j) > 0 and kappa >= sigmoid(M) sigmoid'(z_j)^2/|f_j sigmoid''(z_j)| at all
points, for both j.  Then Hess L_n >= 2 beta on weights and >= 2 gamma - kappa on F.
Proof.  Per point phi'' = sigmoid'(M) M' M'^T + sigmoid(M) M'', and M'' = sum_j S (f_j sigmoid''(z_j) zeta_j^2 + 2
sigmoid'(z_j) zeta_j eta_j) in the directions zeta_j of z_j (zeta_j = x . dw_j, noise included) and eta_j of f_j.
Completing the square, M'' >= - sum_j sigmoid'^2/|f_j sigmoid''| eta_j^2.  The mean over points is at least the
minimum, whatever the noise, as long as the scores stay in their range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numeric.balls import ball
from proofs.theorems.ball_norms import columns_norm, length, spectral_norm, widen
from proofs.theorems.sigmoid_ranges import derivative_range
from proofs.theorems.typical_noise import ClassNoise, TypicalNoise

__all__ = ["SIZE", "Local", "SlAt", "SlData", "apply"]

CLASSES = ((1, 0), (1, 1), (-1, 0), (-1, 1))  # (s, t)
IDENTITY = (Fraction(0), Fraction(1))
SIZE, SCORES = 6, 4
Vector = list[arb]
Spread = Callable[[Sequence[arb]], arb]


@dataclass(frozen=True)
class SlData:
    """tau, beta and gamma, exact and positive."""

    tau: Fraction
    beta: Fraction
    gamma: Fraction


class Local:
    """phi and its derivatives on a box of (z_1, z_2, f_1, f_2)."""

    def __init__(self, sign: int, v: Sequence[arb]) -> None:
        z, f = v[:2], v[2:]
        h = [[derivative_range(IDENTITY, k, x) for k in range(4)] for x in z]
        M = sign * (f[0] * h[0][0] + f[1] * h[1][0])
        self.r = [derivative_range(IDENTITY, k, M) for k in range(3)]
        self.h, self.sign, self.f, self.z, self.M = h, sign, f, z, M
        zero = arb(0)
        first = [sign * f[j] * h[j][1] for j in (0, 1)] + [sign * h[j][0] for j in (0, 1)]
        second = [[zero] * 4 for _ in range(4)]
        for j in (0, 1):
            second[j][j] = sign * f[j] * h[j][2]
            second[j][2 + j] = second[2 + j][j] = sign * h[j][1]
        self.first, self.second = first, second
        r, r1, _ = self.r
        self.gradient = [r * m for m in first]
        self.hessian = [[r1 * first[i] * first[j] + r * second[i][j] for j in range(4)] for i in range(4)]

    def fourth_slope(self, j: int) -> arb:
        """The fourth derivative of sigmoid at the score j."""
        return derivative_range(IDENTITY, 4, self.z[j])

    def third_residual(self) -> arb:
        """The third derivative of sigmoid at M."""
        return derivative_range(IDENTITY, 3, self.M)

    def third(self, i: int, j: int, k: int) -> arb:
        """phi_ijk; indices 0, 1 are the scores, 2, 3 the output weights."""
        (r, r1, r2), m, mm = self.r, self.first, self.second
        cube, neurons = arb(0), {i % 2, j % 2, k % 2}
        outputs = sum(x >= 2 for x in (i, j, k))
        if len(neurons) == 1 and outputs <= 1:
            n = i % 2
            cube = self.sign * (self.f[n] * self.h[n][3] if outputs == 0 else self.h[n][2])
        return r2 * m[i] * m[j] * m[k] + r1 * (mm[i][j] * m[k] + mm[i][k] * m[j] + mm[j][k] * m[i]) + r * cube


class SlAt:
    """L_n over a set of theta and |U| <= R, for typical noise and class fractions in balls.

    Over the set a linear functional x of theta takes values within ``spread(x)`` of that at ``centre``.
    """

    def __init__(
        self,
        data: SlData,
        noise: TypicalNoise,
        fractions: Sequence[arb],
        centre: Sequence[arb],
        spread: Spread,
        nuisance_radius: arb,
    ) -> None:
        self.p, self.R, self.tau, self.spread = fractions, nuisance_radius, ball(data.tau), spread
        self.ridge = [2 * ball(data.beta)] * 4 + [2 * ball(data.gamma)] * 2
        self.centre = list(centre)
        self.theta = [self._range([arb(i == j) for i in range(SIZE)]) for j in range(SIZE)]
        self.W = [self.theta[:2], self.theta[2:4]]
        self.W_norm = columns_norm(*self.W)
        self.D = [length(row) * noise.peak_f + nuisance_radius * noise.peak_u for row in self.W]
        self.noise = [noise.of_class(p.upper()) for p in fractions]
        self.local, self.window = [], []
        for c, (s, _) in enumerate(CLASSES):
            v = [self._range(row) for row in self.score_rows(c)]
            self.local.append(Local(s, v))
            self.window.append(Local(s, [*(widen(x, D) for x, D in zip(v[:2], self.D, strict=True)), *v[2:]]))

    def _range(self, row: Vector) -> arb:
        """The values of a linear functional of theta over the set."""
        return widen(sum((x * y for x, y in zip(row, self.centre, strict=True)), arb(0)), self.spread(row))

    def score_rows(self, c: int) -> list[Vector]:
        """The rows of P_c."""
        return [self.lift(c, [arb(i == k) for i in range(SCORES)]) for k in range(SCORES)]

    def lift(self, c: int, v: Sequence[arb]) -> Vector:
        """P_c^T v."""
        u = (arb(CLASSES[c][0]), CLASSES[c][1] * self.tau)
        return [u[0] * v[0], u[1] * v[0], u[0] * v[1], u[1] * v[1], v[2], v[3]]

    def population_gradients(self) -> list[Vector]:
        """P_c^T phi' for each class."""
        return [self.lift(c, at.gradient) for c, at in enumerate(self.local)]

    def population_hessian(self) -> list[Vector]:
        """The Hessian of l_p."""
        total = [[self.ridge[i] if i == j else arb(0) for j in range(SIZE)] for i in range(SIZE)]
        for c, p in enumerate(self.p):
            part = self.class_hessian(c)
            total = [[x + p * y for x, y in zip(*rows, strict=True)] for rows in zip(total, part, strict=True)]
        return total

    def class_hessian(self, c: int) -> list[Vector]:
        """P_c^T phi'' P_c."""
        half = [self.lift(c, row) for row in self.local[c].hessian]  # 4 x 6
        return [self.lift(c, [row[j] for row in half]) for j in range(SIZE)]

    def gradient_error(self, T: Sequence[Vector]) -> arb:
        """The bound of the theorem on the gradient; ``T`` by columns."""
        total = arb(0)
        for c, (at, far, noise) in enumerate(zip(self.local, self.window, self.noise, strict=True)):
            linear = []
            for i in (0, 1):
                form = self.lift(
                    c, [sum((at.hessian[k][j] * self.W[j][i] for j in (0, 1)), arb(0)) for k in range(SCORES)]
                )
                for j in (0, 1):
                    form[2 * j + i] = form[2 * j + i] + at.gradient[j]
                linear.append(apply(T, form))
            total += noise.mean_f * columns_norm(*linear)
            scores = [apply(T, self.lift(c, [at.hessian[k][j] for k in range(SCORES)])) for j in (0, 1)]
            total += noise.mean_u * self.R * columns_norm(*scores)
            total += self._second_order(c, far, noise, T)
        return total.upper()

    def _second_order(self, c: int, far: Local, noise: ClassNoise, T: Sequence[Vector]) -> arb:
        third = [[apply(T, self.lift(c, [far.third(a, j, k) for a in range(SCORES)])) for k in (0, 1)] for j in (0, 1)]
        # E(xi)^T phi''_z delta: row (j, i) of T times phi_jk
        stirred = [[[[t[2 * j + i] * far.hessian[j][k] for t in T] for k in (0, 1)] for i in (0, 1)] for j in (0, 1)]
        W = self.W
        forms = {}
        for i, m in ((0, 0), (0, 1), (1, 1)):
            parts = []
            for j in (0, 1):
                for k in (0, 1):
                    parts.append(_scale(W[j][i] * W[k][m] / 2, third[j][k]))
                    parts.append(_scale(W[k][m] / 2, stirred[j][i][k]))
                    parts.append(_scale(W[k][i] / 2, stirred[j][m][k]))
            forms[i, m] = length(_sum(parts))
        ff = spectral_norm(forms[0, 0], forms[0, 1], forms[1, 1])
        mixed = []
        for i in (0, 1):
            for k in (0, 1):
                parts = [_scale(W[j][i], third[j][k]) for j in (0, 1)] + [stirred[j][i][k] for j in (0, 1)]
                mixed.append(length(_sum(parts)))
        fu = length(mixed)
        uu = length([length(third[j][k]) for j in (0, 1) for k in (0, 1)]) / 2
        r = noise.root_u * self.R
        return noise.root_f**2 * ff + noise.root_f * r * fu + r**2 * uu

    def perturbation(self, share: arb) -> arb:
        """An upper bound of |grad_theta (L_n - l_q)| where the fractions are within ``share`` of q (sums equal)."""
        parts = self.population_gradients()
        mean = [sum((v[i] for v in parts), arb(0)) / len(parts) for i in range(SIZE)]
        moved = sum((length([x - y for x, y in zip(v, mean, strict=True)]) for v in parts), arb(0))
        unit = [[arb(i == j) for i in range(SIZE)] for j in range(SIZE)]
        return (self.gradient_error(unit) + share * moved).upper()

    def radial_error(self) -> arb:
        """The bound of the theorem on the nuisance gradient."""
        total = arb(0)
        for at, far, noise in zip(self.local, self.window, self.noise, strict=True):
            e = self.W_norm * noise.root_f + self.R * noise.root_u
            H = far.hessian
            total += (
                length(at.gradient[:2]) * noise.mean_u + spectral_norm(H[0][0], H[0][1], H[1][1]) * e * noise.root_u
            )
        return total.upper()

    def coupling(self) -> arb:
        """kappa of the theorem on convexity, or NaN when a sign is not certain."""
        worst = arb(0)
        for far in self.window:
            for j in (0, 1):
                bend = far.sign * far.f[j] * far.h[j][2]
                if not bend > 0:
                    return arb("nan")
                worst = worst.max(far.r[0].upper() * far.h[j][1].upper() ** 2 / bend.lower())
        return worst


def apply(T: Sequence[Vector], x: Vector) -> Vector:
    """T^T x, T by columns."""
    return [sum((t[i] * x[i] for i in range(SIZE)), arb(0)) for t in T]


def _scale(factor: arb, x: Vector) -> Vector:
    return [factor * v for v in x]


def _sum(parts: Sequence[Vector]) -> Vector:
    return [sum(values, arb(0)) for values in zip(*parts, strict=True)]
