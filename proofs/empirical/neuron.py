"""One neuron of the self-supervised objective on a data set, noise of the augmentations in expectation or left out.

    l(w) = - (1/n) sum_i phi(w . x_i, rho^2 |w|^2) + alpha |w|^2,    phi(m, q) = G_0(m, q)^2,
    G_k(m, q) = E s^(k)(m + sqrt(q) z),    rho = 0 without augmentation.

Arithmetic: rigorous (float64 with a-priori bounds; docs/theory/certify.md).  With dG_k/dq = G_{k+2}/2:
phi_m = 2 G0 G1, phi_q = G0 G2, phi_mm = 2 (G1^2 + G0 G2), phi_mq = G1 G2 + G0 G3, phi_qq = (G2^2 + G0 G4)/2, and for a
direction v the chain rule uses m' = v.x_i, q' = 2 rho^2 w.v, q'' = 2 rho^2 |v|^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric import uniform
from numeric.interval_kernels import FloatArray
from numeric.range_table import RangeTable, range_table
from numeric.smoothed_sigmoid import SmoothedSigmoid, smoothed_sigmoid
from numeric.uniform import TINY, U, Uniform
from numeric.verified_sums import MANY, Rows, exp_up, gamma, norm_up, sum_up
from proofs.empirical.local import Derivatives, Region

__all__ = ["Neuron"]

CELLS = 2**12
# Rows in a block of work that needs no matrix.
WIDE = 2**13


@dataclass(frozen=True)
class _Powers:
    """Means over the rows of (g^2 + 0 or b g) |x|^p with g >= G_1, b >= G_0: (``gg``, ``bg``), each for p = 0 .. 3."""

    gg: tuple[float, ...]
    bg: tuple[float, ...]


class Neuron:
    """``rows`` are the data, ``variance`` is rho^2, ``ridge`` is alpha, all exact."""

    def __init__(self, rows: Rows, variance: Fraction, ridge: Fraction) -> None:
        self.rows = rows
        self.variance = variance
        self.ridge = ridge
        # Upper bounds in floats; exact values enter through Fractions.
        self.rho2 = float(variance) * (1.0 + 2.0**-50)
        self.two_alpha = 2.0 * float(ridge)
        self._powers_at: tuple[bytes, _Powers] | None = None

    @property
    def size(self) -> int:
        return self.rows.width

    def smoothing(self, w: FloatArray) -> SmoothedSigmoid:
        """The rule at q = rho^2 |w|^2 exactly; float roundings of q count as errors of q."""
        exact = self.variance * sum((Fraction(v) ** 2 for v in w.tolist()), Fraction(0))
        q = Fraction(float(exact))
        return smoothed_sigmoid(q, abs(exact - q))

    def scores(self, w: FloatArray, part: slice) -> Uniform:
        """w . x_i over a block of rows."""
        top = float(self.rows.norms[part].max()) * norm_up(w) * MANY
        return Uniform(self.rows.x[part] @ w, gamma(self.size + 2) * top + TINY, top)

    # -- derivatives ------------------------------------------------------------------------------
    def derivatives(self, point: FloatArray, *, hessian: bool = True) -> Derivatives:
        """Values and error bounds at ``point``: the formulas above, term by term."""
        rows, w, n, d = self.rows, point, self.rows.count, self.size
        smooth, noisy = self.smoothing(w), self.variance != 0
        gradient, mixed, matrix = np.zeros(d), np.zeros(d), np.zeros((d, d))
        # Of phi_m, phi_mm, phi_mq, phi_q, phi_qq: the largest error, and sum |.| |x|^p.
        errors, sums = [0.0] * 5, [0.0] * 5
        loss = first_q = second_q = 0.0
        for part in rows.blocks() if hessian else rows.blocks(WIDE):
            x, norms = rows.x[part], rows.norms[part]
            g = smooth(self.scores(w, part), 5 if hessian else 3)
            loss += float(g[0].values @ g[0].values)
            terms = {0: uniform.scale(2, uniform.mul(g[0], g[1]))}
            if hessian:
                terms[1] = _second(g)
            if noisy:
                terms[3] = uniform.mul(g[0], g[2])
                if hessian:
                    terms[2] = uniform.add(uniform.mul(g[1], g[2]), uniform.mul(g[0], g[3]))
                    terms[4] = uniform.scale(Fraction(1, 2), uniform.add(uniform.square(g[2]), uniform.mul(g[0], g[4])))
            for k, term in terms.items():
                power = (1, 2, 1, 0, 0)[k]
                errors[k] = max(errors[k], term.error)
                sums[k] += float(np.abs(term.values) @ norms**power)
            gradient += x.T @ terms[0].values
            if hessian:
                matrix += x.T @ (terms[1].values[:, None] * x)
            if noisy:
                first_q += float(terms[3].values.sum())
                if hessian:
                    mixed += x.T @ terms[2].values
                    second_q += float(terms[4].values.sum())
        # Bounds of sum |v_i| |x_i|^p, and of the error of sum v_i x_i^p: rounding of the sum and of each v_i.
        roundoff = gamma(rows.terms)
        sums = [s / n * (1.0 + 4 * roundoff) + TINY for s in sums]
        power_means = [rows.mean_norm(p) for p in (1, 2, 1, 0, 0)]
        slips = [e * p + roundoff * s * 2 for e, p, s in zip(errors, power_means, sums, strict=True)]
        omega, rho2 = norm_up(w), float(self.variance)
        ridge = self.two_alpha * w
        g_value = ridge - (gradient + 2.0 * rho2 * first_q * w) / n
        size = sums[0] + 2 * rho2 * sums[3] * omega + self.two_alpha * omega
        g_error = (slips[0] + 2 * rho2 * slips[3] * omega + 16 * U * size) * MANY + TINY
        value = float(self.ridge) * float(w @ w) - loss / n
        if not hessian:
            return Derivatives(value, g_value, g_error, None, np.inf)
        outer = np.outer(mixed, w)
        rest = 2 * rho2 * (outer + outer.T) + 4 * rho2**2 * second_q * np.outer(w, w)
        h_value = -(matrix + rest) / n + (self.two_alpha - 2 * rho2 * first_q / n) * np.eye(d)
        h_value = 0.5 * (h_value + h_value.T)
        q1 = 2 * rho2 * omega
        size = sums[1] + 2 * q1 * sums[2] + q1 * q1 * sums[4] + (2 * rho2 * sums[3] + self.two_alpha) * d
        h_error = slips[1] + 2 * q1 * slips[2] + q1 * q1 * slips[4] + 2 * rho2 * slips[3]
        return Derivatives(value, g_value, g_error, h_value, (h_error + 32 * U * size) * MANY + TINY)

    # -- third derivative -------------------------------------------------------------------------
    def _powers(self, w: FloatArray) -> _Powers:
        key = w.tobytes()
        if self._powers_at is not None and self._powers_at[0] == key:
            return self._powers_at[1]
        smooth = self.smoothing(w)
        gg, bg = [0.0] * 4, [0.0] * 4
        for part in self.rows.blocks(WIDE):
            g0, g1 = smooth(self.scores(w, part), 2)
            weight, value = np.abs(g1.values) + g1.error, np.abs(g0.values) + g0.error
            slope = weight
            for p in range(4):
                gg[p] += float(weight @ slope)
                bg[p] += float(weight @ value)
                weight = weight * self.rows.norms[part]
        scale = (1.0 + 4 * gamma(self.rows.terms)) * MANY / self.rows.count
        found = _Powers(tuple(v * scale + TINY for v in gg), tuple(v * scale + TINY for v in bg))
        self._powers_at = key, found
        return found

    def third(self, point: FloatArray, radius: float) -> float:
        """sup of |D^3 l| over the ball: |G_k| <= G_1 for 1 <= k <= 5, <= 2 G_1 for k = 6, and growth of G_0, G_1.

        D^3 phi[v, v, v] = phi_mmm m'^3 + 3 phi_mmq m'^2 q' + 3 phi_mqq m' q'^2 + phi_qqq q'^3 + 3 phi_mq m' q''
        + 3 phi_qq q' q'' with |phi_mmm| <= 6gg + 2bg, |phi_mmq| <= 3gg + bg, |phi_mqq| <= (3gg + bg)/2,
        |phi_qqq| <= 3/4 gg + 1/2 bg, |phi_mq| <= gg + bg, |phi_qq| <= (gg + bg)/2.
        """
        powers, omega = self._powers(point), norm_up(point)
        gg, bg = powers.gg, powers.bg
        q1, q2 = 2 * self.rho2 * (omega + radius), 2 * self.rho2
        drift = self.rho2 * (2 * omega * radius + radius * radius)
        # G_0 and G_1 each grow at most by e^(|dm| + |dq|/2).
        growth = exp_up((2 * radius * self.rows.longest + drift) * MANY)
        total = 6 * gg[3] + 2 * bg[3] + 3 * q1 * (3 * gg[2] + bg[2]) + 1.5 * q1**2 * (3 * gg[1] + bg[1])
        total += q1**3 * (0.75 * gg[0] + 0.5 * bg[0]) + 3 * q2 * (gg[1] + bg[1]) + 1.5 * q1 * q2 * (gg[0] + bg[0])
        return total * growth * MANY + TINY

    # -- a whole ball -----------------------------------------------------------------------------
    def region(self, point: FloatArray, at: Derivatives, radius: float, rows: int | None = None) -> Region | None:
        """Bounds of the Hessian over the ball, phi_mm by its supremum over |m - m_i| <= radius |x_i|.

        The Hessian's form in a direction v is the sum of phi_mm (v.x)^2 and of
        2 phi_mq (v.x) q' + phi_qq q'^2 + phi_q q''; the second part is taken at the centre and changes on the way to
        another point by at most (P = 3 G_1^2 + G_0 G_1, Q = 2 rho^2 (|w| + r))

            2 P r |x| |v.x| |q'| + 3/2 P |x| Q^2 r + 1/2 P Q^3 r + 3 P |x| 2 rho^2 r + 3/2 P Q 2 rho^2 r,

        as |phi_mmq|, |phi_mq| and |phi_q| are at most P and |phi_mqq|, |phi_qq| and |phi_qqq| at most P/2.  The first
        term is at most P r |x| (sigma (v.x)^2 + q'^2 / sigma), and q'^2 <= 8 rho^4 ((w.v)^2 + r^2), w the centre.
        """
        step = 1 if rows is None else max(1, self.rows.count // rows)
        data = self.rows if step == 1 else Rows(np.ascontiguousarray(self.rows.x[::step]))
        here = self if step == 1 else Neuron(data, self.variance, self.ridge)
        assert at.hessian is not None
        n, norms, omega = data.count, data.norms, norm_up(point)
        scores = here.scores(point, slice(0, n))
        reach = (radius * norms + scores.error) * MANY + TINY
        lo, hi = scores.values - reach, scores.values + reach
        lo, hi = lo - np.abs(lo) * 2.0**-50, hi + np.abs(hi) * 2.0**-50
        drift = self.rho2 * (2 * omega * radius + radius * radius) * MANY
        if not np.isfinite(lo).all() or not np.isfinite(hi).all() or not np.isfinite(drift):
            return None
        smooth = self.smoothing(point)
        second, slope = _tables(smooth, float(lo.min()), float(hi.max()), drift)
        top, p = second.over(lo, hi), slope.over(lo, hi)
        if not np.isfinite(top).all() or not np.isfinite(p).all():
            return None
        centre = _second(smooth(scores))
        weights = np.maximum(top - centre.values, 0.0) * MANY + centre.error + 8 * U
        q1, q2 = 2 * self.rho2 * (omega + radius) * MANY, 2 * self.rho2
        means = [sum_up(p * norms**k) / n for k in range(3)]
        rest = radius * (means[1] * (1.5 * q1 * q1 + 3 * q2) + means[0] * (0.5 * q1**3 + 1.5 * q1 * q2))
        lower = at.hessian
        if q1 > 0:
            sigma = 0.3 * q1
            weights = weights + sigma * radius * p * norms * MANY
            along = 2 * q2 * q2 / sigma * radius * means[1] * MANY
            rest += along * (radius * radius + 8 * U * omega * omega) * MANY
            lower = lower - along * np.outer(point, point)
        lower = lower - data.weighted_gram(weights) / n
        lower = 0.5 * (lower + lower.T)
        spread = sum_up(weights * norms**2) / n
        # Rounding of the sum and of the last few operations.
        error = at.hessian_error + rest + (gamma(data.terms) + 16 * U) * spread + 8 * U * norm_up(at.hessian)
        upper = self.two_alpha * (1 + 4 * U) + 2 * means[2] + 2 * q1 * means[1] + (q1 * q1 / 2 + q2) * means[0]
        return Region(lower, error * MANY + TINY, upper * MANY)


def _second(g: list[Uniform]) -> Uniform:
    """phi_mm = 2 (G_1^2 + G_0 G_2)."""
    return uniform.scale(2, uniform.add(uniform.square(g[1]), uniform.mul(g[0], g[2])))


def _tables(smooth: SmoothedSigmoid, lo: float, hi: float, drift: float) -> tuple[RangeTable, RangeTable]:
    """Over cells of the scores: bounds of phi_mm, and of P = 3 G_1^2 + G_0 G_1, for q within ``drift``.

    Between the centre of a cell and a point of it phi_mm changes by at most |dm| sup |phi_mmm| +
    |dq| sup |phi_mmq|, and P grows at most by e^(2 |dm| + |dq|).
    """
    length = max((hi - lo) / (CELLS - 4), 2.0**-40 * max(abs(lo), abs(hi)), 2.0**-20)
    left = lo - 2 * length
    centres = np.asarray(left + (np.arange(CELLS) + 0.5) * length, dtype=np.float64)
    # Covers the rounding of the centres and of the ends of the cells.
    half = 0.5 * length * (1.0 + 2.0**-10)
    g = smooth(Uniform(centres, 0.0, float(np.abs(centres).max())))
    growth = exp_up((2 * half + drift) * MANY)
    slope, value = np.abs(g[1].values) + g[1].error, np.abs(g[0].values) + g[0].error
    gg, bg = slope * slope * growth * MANY, slope * value * growth * MANY
    second = _second(g)
    change = (half * (6 * gg + 2 * bg) + drift * (3 * gg + bg)) * MANY + TINY
    bound = second.values + second.error + change
    bound += np.abs(bound) * 2.0**-50
    return range_table(left, length, bound), range_table(left, length, 3 * gg + bg)
