"""One neuron of the self-supervised objective on a finite set of augmented views, given in pairs.

    l(w) = - (1/n) sum_i s(w . x_i) s(w . x'_i) + alpha |w|^2,    rows x_i of X1 and x'_i of X2.

Arithmetic: rigorous (float64 with a-priori bounds; docs/theory/certify.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric import uniform
from numeric.elementary_exp import exp_raw
from numeric.interval_kernels import FloatArray
from numeric.smoothed_sigmoid import smoothed_sigmoid
from numeric.uniform import TINY, U, Uniform
from numeric.verified_sums import MANY, Rows, exp_up, gamma, norm_up, sum_up
from proofs.empirical.local import Derivatives, Region

__all__ = ["Pairs"]

FAR = 50.0
SIGMOID = smoothed_sigmoid(Fraction(0), orders=3)


@dataclass(frozen=True)
class _Sample:
    """Upper bounds of s and s' at the scores of both views (n each)."""

    value: tuple[FloatArray, FloatArray]
    slope: tuple[FloatArray, FloatArray]


class Pairs:
    """``first`` and ``second`` hold the views (n x d each), ``ridge`` is alpha, exact."""

    def __init__(self, first: Rows, second: Rows, ridge: Fraction) -> None:
        self.views = (first, second)
        self.ridge = ridge
        self._sample_at: tuple[bytes, _Sample] | None = None

    @property
    def size(self) -> int:
        return self.views[0].width

    def _sigmoids(self, w: FloatArray, part: slice) -> list[list[Uniform]]:
        """s, s', s'' at the scores of both views."""
        found = []
        for view in self.views:
            top = float(view.norms[part].max()) * norm_up(w) * MANY
            found.append(SIGMOID(Uniform(view.x[part] @ w, gamma(self.size + 2) * top + TINY, top)))
        return found

    def derivatives(self, point: FloatArray, *, hessian: bool = True) -> Derivatives:
        """Values and error bounds at ``point``."""
        d, n = self.size, self.views[0].count
        gradient, matrix = np.zeros(d), np.zeros((d, d))
        errors = sums = h_errors = h_sums = loss = 0.0
        means = [[v.mean_norm(p) for p in range(3)] for v in self.views]
        for part in self.views[0].blocks():
            a, b = self._sigmoids(point, part)
            x = [v.x[part] for v in self.views]
            norms = [v.norms[part] for v in self.views]
            loss += float(a[0].values @ b[0].values)
            for k, c in enumerate((uniform.mul(a[1], b[0]), uniform.mul(a[0], b[1]))):
                gradient += x[k].T @ c.values
                errors = max(errors, c.error)
                sums += float(np.abs(c.values) @ norms[k])
            if hessian:
                cross = uniform.mul(a[1], b[1])
                product = x[0].T @ (cross.values[:, None] * x[1])
                matrix += product + product.T
                h_errors = max(h_errors, cross.error)
                h_sums += 2 * float(np.abs(cross.values) @ (norms[0] * norms[1]))
                for k, c in enumerate((uniform.mul(a[2], b[0]), uniform.mul(a[0], b[2]))):
                    matrix += x[k].T @ (c.values[:, None] * x[k])
                    h_errors = max(h_errors, c.error)
                    h_sums += float(np.abs(c.values) @ norms[k] ** 2)
        slack, two_alpha = gamma(self.views[0].terms + self.views[1].terms), 2 * float(self.ridge)
        g_value = two_alpha * point - gradient / n
        sums, h_sums = sums / n * (1 + 4 * slack) + TINY, h_sums / n * (1 + 4 * slack) + TINY
        g_error = errors * (means[0][1] + means[1][1]) + 2 * slack * sums
        g_error += 16 * U * (sums + two_alpha * norm_up(point))
        value = float(self.ridge) * float(point @ point) - loss / n
        if not hessian:
            return Derivatives(value, g_value, g_error * MANY + TINY, None, np.inf)
        # 2 |x| |x'| <= |x|^2 + |x'|^2.
        h_error = 2 * h_errors * (means[0][2] + means[1][2]) + 2 * slack * h_sums
        h_error += 16 * U * (h_sums + two_alpha * d)
        h_value = two_alpha * np.eye(d) - matrix / n
        return Derivatives(value, g_value, g_error * MANY + TINY, 0.5 * (h_value + h_value.T), h_error * MANY + TINY)

    def _sample(self, point: FloatArray) -> _Sample:
        key = point.tobytes()
        if self._sample_at is None or self._sample_at[0] != key:
            pair = self._sigmoids(point, slice(0, self.views[0].count))
            first, second = ([np.abs(g.values) + g.error for g in s[:2]] for s in pair)
            self._sample_at = key, _Sample((first[0], second[0]), (first[1], second[1]))
        return self._sample_at[1]

    def third(self, point: FloatArray, radius: float) -> float:
        """sup of |D^3 l| over the ball: sum over k of binomial(3, k) |s^(k)| |s^(3-k)| |x|^k |x'|^(3-k)."""
        at = self._sample(point)
        (a0, b0), (a1, b1), (a, b) = at.value, at.slope, (v.norms for v in self.views)
        growth = exp_up(radius * (self.views[0].longest + self.views[1].longest) * MANY)
        total = a1 * b0 * a**3 + a0 * b1 * b**3 + 3 * a1 * b1 * (a**2 * b + a * b**2)
        return sum_up(total) / a.size * growth * MANY + TINY

    def region(self, point: FloatArray, at: Derivatives, radius: float, rows: int | None = None) -> Region | None:
        """Bounds of the Hessian over the ball; |D^3[Delta, v, v]| <= d_a (v.x)^2 + d_b (v.x')^2 for each pair, with

        d_a = r s'(a) (s(b) |x| + s'(b) (|x| + 2 |x'|)) and d_b the same with the views exchanged, from
        2 (v.x)(v.x') <= (v.x)^2 + (v.x')^2 and |s''|, |s'''| <= s'.
        """
        assert at.hessian is not None
        step = 1 if rows is None else max(1, self.views[0].count // rows)
        views = self.views if step == 1 else tuple(Rows(np.ascontiguousarray(v.x[::step])) for v in self.views)
        if not radius * max(v.longest for v in views) < FAR:
            return None
        here, n, norms = self._sample(point), views[0].count, [v.norms for v in views]
        grow = [exp_raw(radius * x) * MANY for x in norms]
        value = [np.minimum(v[::step] * g, 1.0) for v, g in zip(here.value, grow, strict=True)]
        slope = [np.minimum(v[::step] * g, 0.25) for v, g in zip(here.slope, grow, strict=True)]
        lower, spread = at.hessian, 0.0
        for k in range(2):
            weights = radius * slope[k] * MANY
            weights = weights * (value[1 - k] * norms[k] + slope[1 - k] * (norms[k] + 2 * norms[1 - k])) * MANY
            gram = views[k].weighted_gram(weights) / n
            lower = lower - 0.5 * (gram + gram.T)
            spread += sum_up(weights * norms[k] ** 2) / n
        error = at.hessian_error + (gamma(views[0].terms) + 16 * U) * spread + 16 * U * norm_up(at.hessian)
        return Region(lower, error * MANY + TINY, (norm_up(at.hessian) + at.hessian_error + spread) * MANY)
