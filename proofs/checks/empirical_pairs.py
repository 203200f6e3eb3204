"""Check of one self-supervised neuron on pairs of views: its derivatives in Arb.

Arithmetic: rigorous (Arb).  The formulas are those of docs/theory/certify.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numeric.balls import sigmoid
from numeric.interval_kernels import FloatArray
from proofs.checks.empirical_rows import Matrix, add_gram, gram, mean_rows, norms, rational, scores

__all__ = ["PairsCheck", "derivatives_of_sigmoid", "frobenius"]


def derivatives_of_sigmoid(z: arb) -> list[arb]:
    """s, s', s''."""
    s = sigmoid(z)
    d = s * (1 - s)
    return [s, d, d * (1 - 2 * s)]


def frobenius(matrix: Sequence[Sequence[arb]]) -> arb:
    return sum((v * v for row in matrix for v in row), arb(0)).sqrt()


class PairsCheck:
    """l(w) = -(1/n) sum s(w.x_i) s(w.x'_i) + alpha |w|^2."""

    def __init__(self, views: tuple[FloatArray, FloatArray], ridge: Fraction, centre: FloatArray) -> None:
        self.views, self.alpha, self.w, self.n = views, rational(ridge), centre, len(views[0])
        self.norms = [norms(v) for v in views]
        self.values = [[derivatives_of_sigmoid(z) for z in scores(v, centre)] for v in views]

    def _pairs(self, i: int, j: int) -> list[arb]:
        """The i-th derivative at the first view times the j-th at the second."""
        return [a[i] * b[j] for a, b in zip(*self.values, strict=True)]

    def gradient(self) -> list[arb]:
        first, second = mean_rows(self.views[0], self._pairs(1, 0)), mean_rows(self.views[1], self._pairs(0, 1))
        return [2 * self.alpha * v - a - b for v, a, b in zip(self.w.tolist(), first, second, strict=True)]

    def hessian(self) -> Matrix:
        x, y = self.views
        cross = gram(x, self._pairs(1, 1), y)
        matrix = [[-(cross[i][j] + cross[j][i]) for j in range(len(cross))] for i in range(len(cross))]
        add_gram(matrix, 0, 0, gram(x, self._pairs(2, 0)), -1)
        add_gram(matrix, 0, 0, gram(y, self._pairs(0, 2)), -1)
        for i in range(len(matrix)):
            matrix[i][i] += 2 * self.alpha
        return matrix

    def _grown(self, r: arb) -> list[list[tuple[arb, arb, arb]]]:
        """For each view and row |x|, and bounds of s and s' anywhere on the ball."""
        found = []
        for values, lengths in zip(self.values, self.norms, strict=True):
            rows = []
            for v, x in zip(values, lengths, strict=True):
                growth = (r * x).exp()
                rows.append((x, (v[0] * growth).min(arb(1)), (v[1] * growth).min(arb(1) / 4)))
            found.append(rows)
        return found

    def third(self, radius: Fraction) -> arb:
        total = arb(0)
        for (a, a0, a1), (b, b0, b1) in zip(*self._grown(rational(radius)), strict=True):
            total += a1 * b0 * a**3 + a0 * b1 * b**3 + 3 * a1 * b1 * (a * a * b + a * b * b)
        return total / self.n

    def region(self, radius: Fraction) -> tuple[Matrix, arb] | None:
        r = rational(radius)
        grown = self._grown(r)
        matrix = self.hessian()
        top = frobenius(matrix)
        for k in range(2):
            weights = [
                r * s * (v * x + t * (x + 2 * y)) for (x, _, s), (y, v, t) in zip(grown[k], grown[1 - k], strict=True)
            ]
            add_gram(matrix, 0, 0, gram(self.views[k], weights), -1)
            top += sum((w * x * x for w, x in zip(weights, self.norms[k], strict=True)), arb(0)) / self.n
        return matrix, top
