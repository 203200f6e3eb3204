"""Enclosures of the gradient and the Hessian of a population objective under noise, on boxes and for all rho <= rho_0.

Arithmetic: rigorous (Arb).  With h_c the terms of :mod:`symbolic.noise`, E h = sum_{k<K} rho^(2k) Q^k h / k! + R_K.
Taylor's formula for t -> exp(t rho^2 Q) h gives |R_K[g]| <= sup |rho^(2K) Q^K g| / K! for g = any derivative of h,
the supremum over all scores; a replica moves by more than Z = TAIL sd with probability erfc(TAIL / sqrt 2), so
the supremum may be taken over scores within Z, if that probability times the global supremum is added.
With G = rho^2 max |kappa_rs <w_r, w_s>| / 2 and M(n, l) of :mod:`numeric.majorant`,

    r(j, n, l) = G^j M(n + 2j, l) / j!  bounds  R_j[D^n d^l h]  (j = 0: the mean itself).

For u the coordinates of the class point, e_k = |u_k|, o_k = max_s |w_sk|, q = rho^2 max |kappa|,

    |d/dw_jk R_K|          <= e_k r(K, 1) + q o_k r(K-1, 2),
    |d^2/dw_jk dw_il R_K|  <= e_k e_l r(K, 2) + q (e_k o_l + e_l o_k) r(K-1, 3) + q [k = l] r(K-1, 2)
                              + q^2 o_k o_l r(K-2, 4),
    |d/df R_K|             <= r(K, 0, 1),    |d^2/df df R_K| <= r(K, 0, 2),
    |d^2/dw_jk df R_K|     <= e_k r(K, 1, 1) + q o_k r(K-1, 2, 1),

because R_K[h] differentiated along w gives u.D R_K[h] + (dQ) R_{K-1}[h], and again (docs/theory/noise.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import arb

from numeric import balls, endpoints
from numeric.compiler import compile_tape, to_fraction
from numeric.endpoints import EndpointInterval
from numeric.majorant import Majorant, evaluate_majorant, factorial
from numeric.tape import Tape
from symbolic.calculus import gradient, hessian
from symbolic.noise import NoisyPopulation

__all__ = ["NoisyEvaluator", "Remainder", "Slopes"]

Box = Sequence[EndpointInterval]
Interval = tuple[Fraction, Fraction]

TAIL = 7


@dataclass(frozen=True)
class Slopes:
    """Enclosures over one box and one interval of rho^2, off-data coordinates that are not variables being 0.

    ``gradient`` (n,) and ``hessian`` (n, n) of the noisy objective; ``change`` and ``change_hessian`` those of the
    noise alone, noisy minus noise-free.
    """

    gradient: list[arb]
    hessian: list[list[arb]]
    change: list[arb]
    change_hessian: list[list[arb]]


class NoisyEvaluator:
    """The tapes of an objective and of its expansion in rho^2 with ``order`` terms (at least 2)."""

    def __init__(self, population: NoisyPopulation, order: int = 3) -> None:
        if order < 2:
            raise ValueError("the expansion needs at least two terms for its Hessian")
        self.population, self.order = population, order
        self.objective = population.objective
        self.variables = self.objective.variables
        self.size = len(self.variables)
        at = self.objective.at_values
        self.parts = [self.objective.numeric_loss, *(at(population.coefficient(k)) for k in range(1, order))]
        self.ridge = balls.ball(to_fraction(self.objective.numeric_ridge))
        inputs = [*population.slots, *self.objective.outputs]
        self.integrands = [compile_tape([at(c.integrand)], inputs) for c in population.classes]
        self.scores = compile_tape([at(s) for c in population.classes for s in c.scores], self.variables)
        count = len(population.slots)
        pairs = [(r, s) for r in range(count) for s in range(count)]
        self.overlaps = compile_tape(
            [population.coupling[r][s] * population.overlap(r, s) for r, s in pairs], self.variables
        )
        self.points = [[abs(balls.ball(to_fraction(sp.Rational(at(c))))) for c in t.point] for t in population.classes]

    @cached_property
    def gradients(self) -> list[Tape]:
        return [compile_tape(gradient(part, self.variables), self.variables) for part in self.parts]

    @cached_property
    def hessians(self) -> list[Tape]:
        variables = self.variables
        return [compile_tape([e for row in hessian(part, variables) for e in row], variables) for part in self.parts]

    @cached_property
    def nuisance(self) -> Tape:
        matrix = [self.objective.at_values(e) for row in self.population.nuisance_matrix() for e in row]
        return compile_tape(matrix, self.variables)

    def change(self, box: Box, rho2: Interval) -> list[arb]:
        """The gradient of the noise alone, (n,), for every rho^2 in the interval.

        Raises ValueError when ``rho2`` is not an interval of non-negative numbers.
        """
        level = _level(rho2)
        rest = self.remainder(box, balls.ball(rho2[1])).gradient
        return _series([_evaluated(t, box) for t in self.gradients[1:]], level, rest)

    def slopes(self, box: Box, rho2: Interval) -> Slopes:
        """Gradient and Hessian, with and without the noise-free part.  Raises ValueError as :meth:`change` does."""
        n, level = self.size, _level(rho2)
        rest = self.remainder(box, balls.ball(rho2[1]))
        change = _series([_evaluated(t, box) for t in self.gradients[1:]], level, rest.gradient)
        flat = [x for row in rest.hessian for x in row]
        bend = _series([_evaluated(t, box) for t in self.hessians[1:]], level, flat)
        first, second = _evaluated(self.gradients[0], box), _evaluated(self.hessians[0], box)
        return Slopes(
            [x + c for x, c in zip(first, change, strict=True)],
            _square([x + c for x, c in zip(second, bend, strict=True)], n),
            change,
            _square(bend, n),
        )

    def nuisance_matrix(self, box: Box, rho2: Interval, radius: Fraction) -> list[list[arb]]:
        """N (rows, rows), symmetric: off the data, the gradient of row j is sum_i N_ji w_i.

        Holds for the weights in the box and all further coordinates of Frobenius norm up to ``radius``.
        Raises ValueError as :meth:`change` does.
        """
        level, rows = _level(rho2), len(self.objective.rows)
        top, extra = balls.ball(rho2[1]), balls.ball(radius * radius)
        kappa = max(c for row in self.population.coupling for c in row)
        strength = self._strength(box, top, extra)
        rest = arb(0)
        for number in range(len(self.points)):
            rest += kappa * strength * self._bound(number, box, top, extra)(4, 0)
        flat = [x + _symmetric(rest) for x in _evaluated(self.nuisance, box)]
        return [
            [level * flat[i * rows + j] + (2 * self.ridge if i == j else 0) for j in range(rows)] for i in range(rows)
        ]

    def remainder(self, box: Box, rho2: arb) -> Remainder:
        """Bounds of the derivatives of R_K on the box, for all rho^2 up to ``rho2``."""
        n, order = self.size, self.order
        width, rows = len(self.objective.rows[0]), len(self.objective.rows)
        kappa = max(c for row in self.population.coupling for c in row)
        q = rho2 * kappa
        strength = self._strength(box, rho2, arb(0))
        reach = [endpoints.magnitude(x) for x in box]
        o = [_largest([reach[j * width + k] for j in range(rows)]) for k in range(width)]
        slope = [arb(0)] * n
        bend = [[arb(0)] * n for _ in range(n)]
        weights = rows * width
        for number, e in enumerate(self.points):
            bound = self._bound(number, box, rho2, arb(0))
            first, second, third = (balls.power(strength, order - j) / factorial(order - j) for j in range(3))
            m = 2 * order

            # r(K, n, l), r(K-1, n, l), r(K-2, n, l) of the docstring.
            top = [[first * bound(m + j, p) for j in range(3)] for p in range(3)]
            middle = [[second * bound(m + j, p) for j in range(2)] for p in range(2)]
            low = third * bound(m, 0)
            for i in range(n):
                k = i % width
                slope[i] += e[k] * top[0][1] + q * o[k] * middle[0][0] if i < weights else top[1][0]
                for j in range(n):
                    h = j % width
                    if i < weights and j < weights:
                        bend[i][j] += e[k] * e[h] * top[0][2] + q * (e[k] * o[h] + e[h] * o[k]) * middle[0][1]
                        bend[i][j] += q * q * o[k] * o[h] * low + (q * middle[0][0] if k == h else 0)
                    elif i >= weights and j >= weights:
                        bend[i][j] += top[2][0]
                    else:
                        c = min(i, j) % width
                        bend[i][j] += e[c] * top[1][1] + q * o[c] * middle[1][0]
        return Remainder([x.upper() for x in slope], [[x.upper() for x in row] for row in bend])

    def _strength(self, box: Box, rho2: arb, extra: arb) -> arb:
        """G: rho^2 times half the largest |kappa_rs <w_r, w_s>|, ``extra`` being the squared norm off the variables."""
        kappa = max(c for row in self.population.coupling for c in row)
        largest = _largest([endpoints.magnitude(x) for x in endpoints.evaluate_endpoints(self.overlaps, box)])
        return (rho2 * (largest + kappa * extra) / 2).upper()

    def _bound(self, number: int, box: Box, rho2: arb, extra: arb) -> _Bound:
        """M(n, l) of one class: near its scores, plus the global bound times the chance to be far away."""
        count = len(self.population.slots)
        scores = endpoints.evaluate_endpoints(self.scores, box)[number * count : (number + 1) * count]
        variances = endpoints.evaluate_endpoints(self.overlaps, box)
        outputs = list(box[self.size - len(self.objective.outputs) :])
        near = []
        for r, (lo, hi) in enumerate(scores):
            variance = endpoints.magnitude(variances[r * count + r]) + self.population.coupling[r][r] * extra
            sd = (rho2 * variance).sqrt()
            near.append(((lo - TAIL * sd).lower(), (hi + TAIL * sd).upper()))
        chance = (count * (TAIL / arb(2).sqrt()).erfc()).upper()
        everywhere = (arb("-inf"), arb("inf"))
        tape, order = self.integrands[number], 2 * self.order + 2
        levels = 2 if outputs else 0
        close = evaluate_majorant(tape, [*near, *outputs], count, order, levels)[0]
        far = evaluate_majorant(tape, [*([everywhere] * count), *outputs], count, order, levels)[0]
        return _Bound(close, far, chance)


@dataclass(frozen=True)
class Remainder:
    """Upper bounds of |d_i R_K| and |d_i d_j R_K|."""

    gradient: list[arb]
    hessian: list[list[arb]]


@dataclass(frozen=True)
class _Bound:
    close: Majorant
    far: Majorant
    chance: arb

    def __call__(self, n: int, outputs: int) -> arb:
        """M(n, outputs); 0 where there are no outputs to differentiate by."""
        if outputs >= len(self.close.series):
            return arb(0)
        return self.close.derivative(n, outputs) + self.chance * self.far.derivative(n, outputs)


def _level(rho2: Interval) -> arb:
    lo, hi = rho2
    if not 0 <= lo <= hi:
        raise ValueError("rho^2 is not an interval of non-negative numbers")
    return balls.ball(lo).union(balls.ball(hi))


def _series(coefficients: Sequence[Sequence[arb]], level: arb, rest: Sequence[arb]) -> list[arb]:
    """sum_k level^k coefficients[k-1] with a ball of radius ``rest``, entry by entry."""
    total = [_symmetric(r) for r in rest]
    factor = arb(1)
    for row in coefficients:
        factor *= level
        total = [t + factor * x for t, x in zip(total, row, strict=True)]
    return total


def _evaluated(tape: Tape, box: Box) -> list[arb]:
    return [lo.union(hi) for lo, hi in endpoints.evaluate_endpoints(tape, box)]


def _square(values: Sequence[arb], n: int) -> list[list[arb]]:
    return [list(values[i * n : (i + 1) * n]) for i in range(n)]


def _symmetric(radius: arb) -> arb:
    return arb(0, radius.upper())


def _largest(values: Sequence[arb]) -> arb:
    found = values[0]
    for v in values[1:]:
        found = found.max(v)
    return found
