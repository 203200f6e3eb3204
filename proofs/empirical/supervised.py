"""The supervised objective on a data set.

    l(W, F) = (1/n) sum_i psi_i(t_i) + beta |W|^2 + gamma |F|^2,    t_i = sum_j f_j s(w_j . x_i),
    psi_i(t) = softplus(t) for label 0 and softplus(-t) for label 1, so psi' = s(t) - y_i, psi'' = s'(t).

Arithmetic: rigorous (float64 with a-priori bounds; docs/theory/certify.md).  A point is (w_1, .., w_m, f_1, .., f_m) in
one array.
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
from numeric.verified_sums import BLOCK, MANY, Rows, exp_up, gamma, norm_up, sum_up
from proofs.empirical.local import Derivatives, Region

__all__ = ["Supervised"]

FAR = 50.0
# s, s', s'' as functions of the score.
SIGMOID = smoothed_sigmoid(Fraction(0), orders=3)


@dataclass(frozen=True)
class _Sample:
    """Upper bounds at a point: s(z) and s'(z) (m x n), |psi'| and psi'' (n)."""

    value: FloatArray
    slope: FloatArray
    first: FloatArray
    second: FloatArray


class Supervised:
    """``labels`` (n) are 0.0 or 1.0; ``ridge_w`` is beta, ``ridge_f`` is gamma, exact."""

    def __init__(self, rows: Rows, labels: FloatArray, neurons: int, ridge_w: Fraction, ridge_f: Fraction) -> None:
        self.rows = rows
        self.labels = labels
        self.neurons = neurons
        self.ridges = (ridge_w, ridge_f)
        self._sample_at: tuple[bytes, _Sample] | None = None

    @property
    def size(self) -> int:
        return self.neurons * (self.rows.width + 1)

    def split(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """W (m x d) and F (m)."""
        cut = self.neurons * self.rows.width
        return point[:cut].reshape(self.neurons, self.rows.width), point[cut:]

    def _hidden(self, w: FloatArray, part: slice, orders: int) -> list[list[Uniform]]:
        """For each neuron s, s', .. at the scores of a block of rows."""
        scores = self.rows.x[part] @ w.T
        longest = float(self.rows.norms[part].max())
        found = []
        for j, row in enumerate(w):
            top = longest * norm_up(row) * MANY
            z = Uniform(np.ascontiguousarray(scores[:, j]), gamma(self.rows.width + 2) * top + TINY, top)
            found.append(SIGMOID(z, orders))
        return found

    def _output(self, hidden: list[list[Uniform]], f: FloatArray, part: slice) -> tuple[Uniform, Uniform, FloatArray]:
        """psi', psi'' and the margins (as plain floats) of a block of rows."""
        t = uniform.scale(Fraction(float(f[0])), hidden[0][0])
        for h, v in zip(hidden[1:], f[1:].tolist(), strict=True):
            t = uniform.add(t, uniform.scale(Fraction(v), h[0]))
        value, slope = SIGMOID(t, 2)
        y = self.labels[part]
        first = Uniform(value.values - y, (value.error + U) * uniform.UP, 1.0)
        return first, slope, np.where(y > 0.5, -t.values, t.values)

    # -- derivatives ------------------------------------------------------------------------------
    def derivatives(self, point: FloatArray, *, hessian: bool = True) -> Derivatives:
        """Values and error bounds at ``point``."""
        rows, n, m, d = self.rows, self.rows.count, self.neurons, self.rows.width
        w, f = self.split(point)
        exact_f = [Fraction(v) for v in f.tolist()]
        size = self.size
        gradient, matrix = np.zeros(size), np.zeros((size, size))
        # For each block of the gradient and the Hessian: largest error of a weight, and sum |weight| |x|^p.
        g_errors, g_sums = np.zeros(2 * m), np.zeros(2 * m)
        h_errors, h_sums = np.zeros((2 * m, 2 * m)), np.zeros((2 * m, 2 * m))
        loss = 0.0
        for part in rows.blocks(BLOCK if hessian else 8 * BLOCK):
            x, norms = rows.x[part], rows.norms[part]
            hidden = self._hidden(w, part, 3 if hessian else 2)
            first, second, margin = self._output(hidden, f, part)
            loss += float(np.logaddexp(0.0, margin).sum())
            # t_i changes by s_j with f_j, and by f_j s'_j x_i with w_j.
            along_w = [uniform.scale(c, h[1]) for c, h in zip(exact_f, hidden, strict=True)]
            for j in range(m):
                a, b = uniform.mul(first, along_w[j]), uniform.mul(first, hidden[j][0])
                gradient[j * d : (j + 1) * d] += x.T @ a.values
                gradient[m * d + j] += float(b.values.sum())
                _note(g_errors, g_sums, (j,), a, norms)
                _note(g_errors, g_sums, (m + j,), b, None)
            if not hessian:
                continue
            for j in range(m):
                here = slice(j * d, (j + 1) * d)
                for k in range(j, m):
                    c = uniform.mul(second, uniform.mul(along_w[j], along_w[k]))
                    if j == k:
                        c = uniform.add(c, uniform.scale(exact_f[j], uniform.mul(first, hidden[j][2])))
                    matrix[here, k * d : (k + 1) * d] += x.T @ (c.values[:, None] * x)
                    _note(h_errors, h_sums, (j, k), c, norms**2)
                    e = uniform.mul(second, uniform.mul(hidden[j][0], hidden[k][0]))
                    matrix[m * d + j, m * d + k] += float(e.values.sum())
                    _note(h_errors, h_sums, (m + j, m + k), e, None)
                for k in range(m):
                    c = uniform.mul(second, uniform.mul(along_w[j], hidden[k][0]))
                    if j == k:
                        c = uniform.add(c, uniform.mul(first, hidden[j][1]))
                    matrix[here, m * d + k] += x.T @ c.values
                    _note(h_errors, h_sums, (j, m + k), c, norms)
        ridge = np.concatenate([np.full(m * d, 2 * float(self.ridges[0])), np.full(m, 2 * float(self.ridges[1]))])
        value = loss / n + float(0.5 * ridge @ (point * point))
        powers = np.array([rows.mean_norm(p) for p in (0, 1, 2)])
        slack = gamma(rows.terms)
        kind = np.array([1] * m + [0] * m)
        g_sums = g_sums / n * (1 + 4 * slack) + TINY
        g_error = norm_up(g_errors * powers[kind] + 2 * slack * g_sums)
        g_error += 16 * U * (norm_up(g_sums) + norm_up(ridge * point))
        g_value = gradient / n + ridge * point
        if not hessian:
            return Derivatives(value, g_value, g_error * MANY + TINY, None, np.inf)
        upper = np.triu(matrix)
        h_value = (upper + np.triu(matrix, 1).T) / n + np.diag(ridge)
        h_sums = h_sums / n * (1 + 4 * slack) + TINY
        bounds = h_errors * powers[kind[:, None] + kind[None, :]] + 2 * slack * h_sums
        # Blocks below the diagonal are mirrored.  Entries within a block on the diagonal are rounded differently
        # above and below it; the mirrored half has the same bounds entry by entry.
        h_error = norm_up(np.sqrt(2.0) * bounds) + 16 * U * (norm_up(2.0 * h_sums) + norm_up(ridge))
        return Derivatives(value, g_value, g_error * MANY + TINY, h_value, h_error * MANY + TINY)

    # -- third derivative -------------------------------------------------------------------------
    def _sample(self, point: FloatArray) -> _Sample:
        key = point.tobytes()
        if self._sample_at is not None and self._sample_at[0] == key:
            return self._sample_at[1]
        w, f = self.split(point)
        n, m = self.rows.count, self.neurons
        found = _Sample(np.empty((m, n)), np.empty((m, n)), np.empty(n), np.empty(n))
        for part in self.rows.blocks(8 * BLOCK):
            hidden = self._hidden(w, part, 2)
            first, second, _ = self._output(hidden, f, part)
            for j, (value, slope) in enumerate(hidden):
                found.value[j, part] = np.abs(value.values) + value.error
                found.slope[j, part] = np.abs(slope.values) + slope.error
            found.first[part] = np.abs(first.values) + first.error
            found.second[part] = np.abs(second.values) + second.error
        self._sample_at = key, found
        return found

    def third(self, point: FloatArray, radius: float) -> float:
        """sup of |D^3 l| over the ball, from |d^3/de^3 psi(t(e))| along unit directions (u_j, phi_j):

        psi''' t'^3 + 3 psi'' t' t'' + psi' t''',  |psi'''| <= psi'',  |s''|, |s'''| <= s', X = |x_i|,
        |t'| <= T1 = sqrt(sum s_j^2 + f_j^2 s_j'^2 X^2),
        |t''| <= T2 = max_j of the norm of [[f_j s_j' X^2, s_j' X], [s_j' X, 0]],
        |t'''| <= T3 = max_j (2/sqrt(3) s_j' X^2 + f_j s_j' X^3).
        """
        at = self._sample(point)
        f = (np.abs(self.split(point)[1]) + radius)[:, None] * MANY
        x = self.rows.norms
        grow = exp_up(radius * self.rows.longest * MANY)
        slope, value = np.minimum(at.slope * grow, 0.25), np.minimum(at.value * grow, 1.0)
        t1 = np.sqrt((value**2).sum(axis=0) + ((f * slope * x) ** 2).sum(axis=0)) * MANY
        turn = exp_up(radius * float(t1.max()) * MANY)
        second, first = np.minimum(at.second * turn, 0.25), np.minimum(at.first * turn, 1.0)
        a, b = f * slope * x**2, slope * x
        t2 = (0.5 * (a + np.sqrt(a * a + 4 * b * b))).max(axis=0)
        t3 = (1.1548 * slope * x**2 + a * x).max(axis=0)
        return sum_up(second * t1 * (t1**2 + 3 * t2) + first * t3) / self.rows.count * MANY + TINY

    # -- a whole ball -----------------------------------------------------------------------------
    def region(self, point: FloatArray, at: Derivatives, radius: float, rows: int | None = None) -> Region | None:
        """Bounds of the Hessian over the ball: its form at the centre, less a diagonal form for each row of the data.

        With y_k the sizes of the changes zeta_j of the scores and phi_j of the outputs, p_k the sizes of the
        derivatives of t, and Delta the way from the centre, D^3 psi[Delta, v, v] is

            psi''' t'_Delta t'_v^2 + psi'' (2 t'_v t''_Delta,v + t'_Delta t''_v,v) + psi' t'''_Delta,v,v,

        each term bounded by sum d_k y_k^2 through 2 y_k y_l <= y_k^2 + y_l^2 (docs/theory/certify.md).
        """
        assert at.hessian is not None
        m, d = self.neurons, self.rows.width
        step = 1 if rows is None else max(1, self.rows.count // rows)
        data = self.rows if step == 1 else Rows(np.ascontiguousarray(self.rows.x[::step]))
        here = self._sample(point)
        x, n, r = data.norms, data.count, radius
        if not radius * self.rows.longest < FAR:
            return None
        grow = exp_raw(r * x) * MANY
        slope = np.minimum(here.slope[:, ::step] * grow, 0.25)
        value = np.minimum(here.value[:, ::step] * grow, 1.0)
        f = (np.abs(self.split(point)[1]) + r)[:, None]
        p_z, p_f = f * slope, value
        t1 = np.sqrt((p_f**2).sum(axis=0) + ((p_z * x) ** 2).sum(axis=0)) * MANY
        if not float(t1.max()) * r < FAR:
            return None
        turn = exp_raw(r * t1) * MANY
        second = np.minimum(here.second[::step] * turn, 0.25)
        first = np.minimum(here.first[::step] * turn, 1.0)
        c_z, c_f = slope * r + p_z * (r * x), slope * (r * x)
        p, c = p_z.sum(axis=0) + p_f.sum(axis=0), c_z.sum(axis=0) + c_f.sum(axis=0)
        d_z = second * (r * t1 * p * p_z + c * p_z + p * c_z + r * t1 * slope * (1 + f))
        d_z = (d_z + first * slope * (r + r * x * (1 + f))) * MANY
        d_f = second * (r * t1 * p * p_f + c * p_f + p * c_f + r * t1 * slope)
        d_f = (d_f + first * slope * (r * x)) * MANY
        lower, spread = at.hessian.copy(), 0.0
        for j in range(m):
            part = slice(j * d, (j + 1) * d)
            gram = data.weighted_gram(d_z[j]) / n
            lower[part, part] -= 0.5 * (gram + gram.T)
            mean = sum_up(d_f[j]) / n * MANY
            lower[m * d + j, m * d + j] -= mean
            spread += sum_up(d_z[j] * x**2) / n + mean
        error = at.hessian_error + (gamma(data.terms) + 16 * U) * spread + 8 * U * norm_up(at.hessian)
        upper = norm_up(at.hessian) + at.hessian_error + spread
        return Region(lower, error * MANY + TINY, upper * MANY)


def _note(
    errors: FloatArray, sums: FloatArray, at: tuple[int, ...], weight: Uniform, powers: FloatArray | None
) -> None:
    """Keep the largest error of a weight and the sum of its size times a power of |x|."""
    errors[at] = max(errors[at], weight.error)
    size = np.abs(weight.values)
    sums[at] += float(size.sum()) if powers is None else float(size @ powers)
