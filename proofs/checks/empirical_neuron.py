"""Check of one self-supervised neuron on a data set: its derivatives in Arb, by quadrature instead of series.

Arithmetic: rigorous (Arb).  The formulas are those of docs/theory/certify.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from numeric.balls import sigmoid
from numeric.gaussian_rule import GaussianRule, gaussian_rule
from numeric.interval_kernels import FloatArray
from numeric.logistic_normal import norm, sigmoid_derivative
from numeric.range_table import range_table
from proofs.checks.empirical_rows import Matrix, add_gram, floats_up, gram, mean_rows, norms, rational, scores, upper

__all__ = ["NeuronCheck"]

CELLS = 2**12


class NeuronCheck:
    """phi = G_0^2 with G_k(m, q) = E s^(k)(m + sqrt(q) z), q = rho^2 |w|^2."""

    def __init__(self, x: FloatArray, variance: Fraction, ridge: Fraction, centre: FloatArray) -> None:
        self.x, self.w, self.n = x, centre, len(x)
        self.rho2, self.alpha = rational(variance), rational(ridge)
        self.noisy = variance != 0
        self.norms = norms(x)
        self.omega = sum((arb(v) ** 2 for v in centre.tolist()), arb(0)).sqrt()
        self.width = self.rho2.sqrt() * self.omega
        top = float(self.width.upper())
        self.rule: GaussianRule | None = gaussian_rule(1.57 / top if top > 0 else math.inf) if self.noisy else None
        self.scores = scores(x, centre)
        self.means = [self.smoothed(m) for m in self.scores]

    def smoothed(self, m: arb) -> list[arb]:
        """G_0 .. G_4 at a ball."""
        if self.rule is None:
            return _derivatives(sigmoid(m))
        reach, weights = self.rule.reach, self.rule.weights
        totals = [arb(0)] * 5
        for j in range(-reach, reach + 1):
            values = _derivatives(sigmoid(m + self.width * (j * self.rule.step)))
            totals = [t + weights[abs(j)] * v for t, v in zip(totals, values, strict=True)]
        return [t + self.rule.slack(norm(sigmoid_derivative(k))) for k, t in enumerate(totals)]

    def _mean(self, values: Sequence[arb]) -> arb:
        return sum(values, arb(0)) / self.n

    def gradient(self) -> list[arb]:
        along = mean_rows(self.x, [2 * g[0] * g[1] for g in self.means])
        radial = 2 * self.alpha - 2 * self.rho2 * self._mean([g[0] * g[2] for g in self.means])
        return [radial * v - a for v, a in zip(self.w.tolist(), along, strict=True)]

    def hessian(self) -> Matrix:
        g, rho2, w = self.means, self.rho2, self.w.tolist()
        matrix = gram(self.x, [-2 * (v[1] * v[1] + v[0] * v[2]) for v in g])
        mixed = mean_rows(self.x, [v[1] * v[2] + v[0] * v[3] for v in g])
        first, second = self._mean([v[0] * v[2] for v in g]), self._mean([v[2] * v[2] + v[0] * v[4] for v in g]) / 2
        for i, wi in enumerate(w):
            for j, wj in enumerate(w):
                matrix[i][j] -= 2 * rho2 * (mixed[i] * wj + wi * mixed[j]) + 4 * rho2 * rho2 * second * wi * wj
            matrix[i][i] += 2 * self.alpha - 2 * rho2 * first
        return matrix

    def third(self, radius: Fraction) -> arb:
        r, rho2 = rational(radius), self.rho2
        gg, bg = [arb(0)] * 4, [arb(0)] * 4
        for v, x in zip(self.means, self.norms, strict=True):
            a, b = v[1] * v[1], v[0] * v[1]
            for p in range(4):
                gg[p] += a
                bg[p] += b
                a, b = a * x, b * x
        gg, bg = [v / self.n for v in gg], [v / self.n for v in bg]
        q1, q2 = 2 * rho2 * (self.omega + r), 2 * rho2
        longest = arb(upper(_largest(self.norms)))
        growth = (2 * r * longest + rho2 * (2 * self.omega * r + r * r)).exp()
        total = 6 * gg[3] + 2 * bg[3] + 3 * q1 * (3 * gg[2] + bg[2]) + q1 * q1 * (3 * gg[1] + bg[1]) * 3 / 2
        total += q1**3 * (3 * gg[0] / 4 + bg[0] / 2) + 3 * q2 * (gg[1] + bg[1]) + 3 * q1 * q2 * (gg[0] + bg[0]) / 2
        return total * growth

    def region(self, radius: Fraction) -> tuple[Matrix, arb] | None:
        r, rho2 = rational(radius), self.rho2
        drift = rho2 * (2 * self.omega * r + r * r)
        hi = floats_up([m + r * x for m, x in zip(self.scores, self.norms, strict=True)])
        lo = -floats_up([r * x - m for m, x in zip(self.scores, self.norms, strict=True)])
        tables = self._tables(float(lo.min()), float(hi.max()), drift)
        if tables is None:
            return None
        second, slope = (t.tolist() for t in tables(lo, hi))
        if not all(map(math.isfinite, second)) or not all(map(math.isfinite, slope)):
            return None
        q1, q2 = 2 * rho2 * (self.omega + r), 2 * rho2
        p = [arb(v) for v in slope]
        means = [self._mean([v * x**k for v, x in zip(p, self.norms, strict=True)]) for k in range(3)]
        rest = r * (means[1] * (3 * q1 * q1 / 2 + 3 * q2) + means[0] * (q1**3 / 2 + 3 * q1 * q2 / 2))
        sigma = 3 * q1 / 10
        # The change of phi_mm, and the share of the mixed term.
        weights = [
            arb(t) - 2 * (g[1] * g[1] + g[0] * g[2]) + sigma * r * v * x
            for t, g, v, x in zip(second, self.means, p, self.norms, strict=True)
        ]
        matrix = self.hessian()
        add_gram(matrix, 0, 0, gram(self.x, weights), -1)
        if self.noisy:
            along = 2 * q2 * q2 / sigma * r * means[1]
            rest += along * r * r
            for i, wi in enumerate(self.w.tolist()):
                for j, wj in enumerate(self.w.tolist()):
                    matrix[i][j] -= along * wi * wj
        for i in range(len(matrix)):
            matrix[i][i] -= rest
        top = 2 * self.alpha + 2 * means[2] + 2 * q1 * means[1] + (q1 * q1 / 2 + q2) * means[0]
        return matrix, top

    def _tables(self, lo: float, hi: float, drift: arb):  # type: ignore[no-untyped-def]
        """Upper bounds of phi_mm and of P = 3 G_1^2 + G_0 G_1 over intervals of scores."""
        if not math.isfinite(lo) or not math.isfinite(hi):
            return None
        length = max((hi - lo) / (CELLS - 4), 2.0**-40 * max(abs(lo), abs(hi)), 2.0**-20)
        left = lo - 2 * length
        half = arb(length) * (0.5 + 2.0**-11)
        growth = (2 * half + drift).exp()
        bends, slopes = [], []
        for centre in (left + (np.arange(CELLS) + 0.5) * length).tolist():
            g = self.smoothed(arb(centre))
            gg, bg = g[1] * g[1] * growth, g[0] * g[1] * growth
            bends.append(2 * (g[1] * g[1] + g[0] * g[2]) + half * (6 * gg + 2 * bg) + drift * (3 * gg + bg))
            slopes.append(3 * gg + bg)
        first, second = (range_table(left, length, floats_up(v)) for v in (bends, slopes))
        return lambda a, b: (first.over(a, b), second.over(a, b))


def _derivatives(s: arb) -> list[arb]:
    """s, s', .., s'''' from the value of the sigmoid."""
    d = s * (1 - s)
    c = 1 - 2 * s
    return [s, d, d * c, d * (1 - 6 * d), d * c * (1 - 12 * d)]


def _largest(values: Sequence[arb]) -> arb:
    top = values[0]
    for v in values[1:]:
        top = top.max(v)
    return top
