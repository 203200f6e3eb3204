"""A typical sample: what is asked of its noise, and with which probability a sample is typical.

Data: n = d^2 points x_i = s_i e_1 + t_i tau e_2 + rho xi_i in R^d, rho = d^(-3/2), xi_i ~ N(0, I_d) a VECTOR,
independent; class c is one of the four (s, t), with n_c points and fraction p_c = n_c/n.  xi_f is the part of xi in
the feature plane, xi_u the rest.  At level x > 0 the noise is typical if for every class c

    |(1/n) sum_c xi_f|  <= mean_f = sqrt(2 x p_c/n)
    |(1/n) sum_c xi_u|  <= mean_u = sqrt(p_c ((d-2) + 2 sqrt((d-2) x) + 2 x)/n)
    (1/n) sum_c |xi_f|^2 <= root_f^2 = 2 p_c + 2 sqrt(2 p_c x/n) + 2 x/n
    lambda_max((1/n) sum_c xi_u xi_u^T)^(1/2) <= root_u = sqrt p_c + (sqrt(d-2) + sqrt(2 x))/sqrt n

and for every point |xi_f| <= peak_f = sqrt(2 (x + log n)) and |xi_u| <= peak_u, the root of the chi-square threshold of
d-2 degrees of freedom at level x + log n.

Theorem (probability).  Whatever the class counts, P(not typical | counts) <= 18 exp(-x).
Proof.  n_c^(-1/2) sum_c xi is N(0, I), sum_c |xi_f|^2 is chi^2 with 2 n_c degrees of freedom, and so on: each of the
4 x 4 conditions on a class fails with probability at most exp(-x) (gaussian_tails), each of the two conditions on all
points with at most n exp(-x - log n) = exp(-x).  An empty class satisfies its conditions.

Theorem (monotone).  Let x = kappa d with fixed kappa > 0 and fixed p_c.  For d >= 3 each of rho, rho mean_f, rho
mean_u, rho root_f, rho root_u, rho peak_f, rho peak_u is nonincreasing in d.
Proof.  (rho mean_f)^2 = 2 kappa p_c d^-4.  (rho mean_u)^2 = p_c (A + 2 sqrt(A B) + 2 B) with A = (d-2) d^-5, B =
kappa d^-4; A' < 0 for d > 5/2.  (rho root_f)^2 = d^-3 (2 p_c + 2 sqrt(2 p_c kappa/d) + 2 kappa/d).  rho root_u =
d^(-3/2) (sqrt p_c + sqrt(2 kappa/d)) + sqrt((d-2) d^-5).  (rho peak_f)^2 = 2 d^-3 (2 log d + kappa d), and log(d)
d^-3 decreases for d > e^(1/3).
(rho peak_u)^2 = C + 2 sqrt(C D) + 2 D with C = (d-2) d^-3, which decreases for d >= 3, and D = (2 log d + kappa d)
d^-3.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from proofs.theorems.gaussian_tails import chi_square_tail, chi_square_threshold

__all__ = ["ClassNoise", "TypicalNoise", "atypical_limit", "atypical_noise", "typical_noise"]

LEAST_DIMENSION = 3


@dataclass(frozen=True)
class ClassNoise:
    """The four thresholds of one class, each times rho; upper ends are what is proved."""

    mean_f: arb
    mean_u: arb
    root_f: arb
    root_u: arb


@dataclass(frozen=True)
class TypicalNoise:
    """Thresholds in dimension ``d`` at level ``x``, times rho."""

    d: int
    x: arb
    rho: arb
    peak_f: arb
    peak_u: arb

    def of_class(self, p: arb) -> ClassNoise:
        """For a class whose fraction is at most ``p`` (all four thresholds increase with it)."""
        d, n, x, rho = self.d, self.d**2, self.x, self.rho
        root_p = p.sqrt()
        return ClassNoise(
            mean_f=rho * root_p * (2 * x).sqrt() / d,
            mean_u=rho * root_p * chi_square_threshold(d - 2, x).sqrt() / d,
            root_f=rho * (2 * p + 2 * (2 * p * x).sqrt() / d + 2 * x / n).sqrt(),
            root_u=rho * (root_p + (arb(d - 2).sqrt() + (2 * x).sqrt()) / d),
        )


def typical_noise(d: int, x: arb) -> TypicalNoise:
    """The thresholds.  Raises ValueError for d < 3 or a level that is not certainly positive."""
    if d < LEAST_DIMENSION:
        raise ValueError(f"the dimension must be at least {LEAST_DIMENSION}, not {d}")
    if not x > 0:
        raise ValueError("the level of typical noise must be positive")
    rho = 1 / (d * arb(d).sqrt())
    level = x + arb(d * d).log()
    return TypicalNoise(d, x, rho, rho * (2 * level).sqrt(), rho * chi_square_threshold(d - 2, level).sqrt())


def atypical_limit(x: arb) -> arb:
    """18 exp(-x): the theorem's bound in every dimension."""
    return 18 * (-x).exp()


def atypical_noise(d: int, x: arb, counts: tuple[int, int]) -> arb:
    """A bound of P(not typical | counts) for counts in that range, with exact chi-square tails; at most 18 exp(-x)."""
    n, level = d * d, x + arb(d * d).log()
    exponential = (-x).exp()
    mean_u = chi_square_tail(d - 2, chi_square_threshold(d - 2, x))
    peak_u = n * chi_square_tail(d - 2, chi_square_threshold(d - 2, level))
    root_f = arb(0)
    for points in range(max(1, counts[0]), counts[1] + 1):
        root_f = root_f.max(chi_square_tail(2 * points, chi_square_threshold(2 * points, x)))
    # Four classes: means in the feature plane, in the rest, second moments in either; then all points.
    return 4 * (exponential + mean_u + root_f + exponential) + exponential + peak_u
