"""Check of the supervised objective on a data set: its derivatives in Arb.

Arithmetic: rigorous (Arb).  The formulas are those of docs/theory/certify.md.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numeric.balls import sigmoid
from numeric.interval_kernels import FloatArray
from proofs.checks.empirical_pairs import derivatives_of_sigmoid, frobenius
from proofs.checks.empirical_rows import Matrix, add_gram, gram, mean_rows, norms, rational, scores

__all__ = ["SupervisedCheck"]


class SupervisedCheck:
    """l(W, F) = (1/n) sum psi_i(sum_j f_j s(w_j.x_i)) + beta |W|^2 + gamma |F|^2."""

    def __init__(
        self, x: FloatArray, labels: FloatArray, neurons: int, ridges: tuple[Fraction, Fraction], centre: FloatArray
    ) -> None:
        self.x, self.n, self.m, self.d = x, len(x), neurons, x.shape[1]
        cut = neurons * self.d
        self.centre = centre.tolist()
        self.f = [arb(v) for v in self.centre[cut:]]
        self.ridge = [rational(ridges[0])] * cut + [rational(ridges[1])] * neurons
        self.norms = norms(x)
        columns = [scores(x, centre[j * self.d : (j + 1) * self.d]) for j in range(neurons)]
        self.hidden = [[derivatives_of_sigmoid(z) for z in column] for column in columns]
        self.first, self.second = [], []
        for i, y in enumerate(labels.tolist()):
            s = sigmoid(sum((f * h[i][0] for f, h in zip(self.f, self.hidden, strict=True)), arb(0)))
            self.first.append(s - int(y))
            self.second.append(s * (1 - s))

    def _mean(self, values: list[arb]) -> arb:
        return sum(values, arb(0)) / self.n

    def gradient(self) -> list[arb]:
        found: list[arb] = []
        for f, h in zip(self.f, self.hidden, strict=True):
            found += mean_rows(self.x, [p * f * v[1] for p, v in zip(self.first, h, strict=True)])
        for h in self.hidden:
            found.append(self._mean([p * v[0] for p, v in zip(self.first, h, strict=True)]))
        return [g + 2 * a * v for g, a, v in zip(found, self.ridge, self.centre, strict=True)]

    def hessian(self) -> Matrix:
        m, d, size = self.m, self.d, len(self.centre)
        matrix = [[2 * self.ridge[i] if i == j else arb(0) for j in range(size)] for i in range(size)]
        for j, hj in enumerate(self.hidden):
            for k, hk in enumerate(self.hidden):
                ww, wf, ff = [], [], []
                for p, q, a, b in zip(self.first, self.second, hj, hk, strict=True):
                    ww.append(q * self.f[j] * a[1] * self.f[k] * b[1] + (p * self.f[j] * a[2] if j == k else 0))
                    wf.append(q * self.f[j] * a[1] * b[0] + (p * a[1] if j == k else 0))
                    ff.append(q * a[0] * b[0])
                if k >= j:
                    part = gram(self.x, ww)
                    add_gram(matrix, j * d, k * d, part)
                    if k > j:
                        add_gram(matrix, k * d, j * d, [list(column) for column in zip(*part, strict=True)])
                for i, v in enumerate(mean_rows(self.x, wf)):
                    matrix[j * d + i][m * d + k] += v
                    matrix[m * d + k][j * d + i] += v
                matrix[m * d + j][m * d + k] += self._mean(ff)
        return matrix

    def _bounds(self, r: arb):  # type: ignore[no-untyped-def]
        """For each row on the ball: |x|, bounds of s_j, s_j', of |f_j|, of |t'|, and of |psi'| and psi''."""
        f = [abs(v) + r for v in self.f]
        for i, x in enumerate(self.norms):
            growth = (r * x).exp()
            value = [(h[i][0] * growth).min(arb(1)) for h in self.hidden]
            slope = [(h[i][1] * growth).min(arb(1) / 4) for h in self.hidden]
            squares = [v * v + (g * s * x) ** 2 for v, g, s in zip(value, f, slope, strict=True)]
            t1 = sum(squares, arb(0)).sqrt()
            turn = (r * t1).exp()
            first, second = (abs(self.first[i]) * turn).min(arb(1)), (self.second[i] * turn).min(arb(1) / 4)
            yield x, value, slope, f, t1, first, second

    def third(self, radius: Fraction) -> arb:
        total, root3 = arb(0), 2 / arb(3).sqrt()
        for x, _, slope, f, t1, first, second in self._bounds(rational(radius)):
            t2 = t3 = arb(0)
            for g, s in zip(f, slope, strict=True):
                a, b = g * s * x * x, s * x
                t2 = t2.max((a + (a * a + 4 * b * b).sqrt()) / 2)
                t3 = t3.max(root3 * s * x * x + a * x)
            total += second * t1 * (t1 * t1 + 3 * t2) + first * t3
        return total / self.n

    def region(self, radius: Fraction) -> tuple[Matrix, arb] | None:
        m, d, r = self.m, self.d, rational(radius)
        along_z: Matrix = [[] for _ in range(m)]
        along_f: Matrix = [[] for _ in range(m)]
        for x, value, slope, f, t1, first, second in self._bounds(r):
            p_z = [g * s for g, s in zip(f, slope, strict=True)]
            c_z = [s * r + g * r * x for s, g in zip(slope, p_z, strict=True)]
            c_f = [s * r * x for s in slope]
            p, c = sum(p_z, arb(0)) + sum(value, arb(0)), sum(c_z, arb(0)) + sum(c_f, arb(0))
            for j in range(m):
                z = second * (r * t1 * (p * p_z[j] + slope[j] * (1 + f[j])) + c * p_z[j] + p * c_z[j])
                along_z[j].append(z + first * slope[j] * (r + r * x * (1 + f[j])))
                v = second * (r * t1 * (p * value[j] + slope[j]) + c * value[j] + p * c_f[j])
                along_f[j].append(v + first * slope[j] * r * x)
        matrix = self.hessian()
        top = frobenius(matrix)
        for j in range(m):
            add_gram(matrix, j * d, j * d, gram(self.x, along_z[j]), -1)
            mean = self._mean(along_f[j])
            matrix[m * d + j][m * d + j] -= mean
            top += mean + self._mean([w * x * x for w, x in zip(along_z[j], self.norms, strict=True)])
        return matrix, top
