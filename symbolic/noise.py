"""Data noise and augmentation as Gaussian smoothing of a function of scores: operator form and its expansion.

Exact algebra only.  A sample is x = (class point) + rho xi, and each augmentation adds its own rho xi'.  A term of
the loss is E h(m_1 + n_1, ..., m_R + n_R): scores of R *replicas* (one for each pair of a row and a noisy copy
that meet in the term), with Gaussian n and covariance rho^2 kappa_rs <w_r, w_s>.  So the term is

    exp(rho^2 Q) h at the noise-free scores,   Q = (1/2) sum_rs kappa_rs <w_r, w_s> D_r D_s,

and the coefficient of rho^(2k) is Q^k h / k!.  SSL, one neuron: two augmentations of one noisy sample, R = 2,
both with row w, kappa = [[2, 1], [1, 2]], so rho^2 Q = v^2 (D_1^2 + D_1 D_2 + D_2^2) with v = rho |w|.
SL: data noise alone, one replica for each neuron, kappa_rs = 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import sympy as sp

from symbolic.activations import derivative_polynomial, sigmoid, softplus
from symbolic.activations.base import S
from symbolic.calculus import is_identically_zero, normal_form
from symbolic.distributions import Atom, toy_distribution
from symbolic.objectives import Objective

__all__ = ["NoisyClass", "NoisyPopulation", "class_operator", "class_polynomial", "noisy_population"]


@dataclass(frozen=True)
class NoisyClass:
    """One class: the noise-free score of each replica, and h (with the weight of the class) in the slots."""

    point: tuple[sp.Expr, ...]
    scores: tuple[sp.Expr, ...]
    integrand: sp.Expr


@dataclass(frozen=True)
class NoisyPopulation:
    """The population objective under noise: classes, slots x_r of the replicas, their rows, and kappa."""

    objective: Objective
    classes: tuple[NoisyClass, ...]
    slots: tuple[sp.Symbol, ...]
    owners: tuple[int, ...]
    coupling: tuple[tuple[int, ...], ...]

    def overlap(self, r: int, s: int) -> sp.Expr:
        """<w_r, w_s> for the rows of two replicas."""
        rows = self.objective.rows
        return sp.Add(*(x * y for x, y in zip(rows[self.owners[r]], rows[self.owners[s]], strict=True)))

    def at_scores(self, expr: sp.Expr, term: NoisyClass) -> sp.Expr:
        return expr.xreplace(dict(zip(self.slots, term.scores, strict=True)))

    def coefficient(self, k: int) -> sp.Expr:
        """The coefficient of rho^(2k) in the loss without its ridge: sum over classes of Q^k h / k!."""
        total: sp.Expr = sp.S.Zero
        pairs = list(product(range(len(self.slots)), repeat=2))
        for term in self.classes:
            current = term.integrand
            for _ in range(k):
                current = sp.Add(
                    *(
                        sp.Rational(self.coupling[r][s], 2)
                        * self.overlap(r, s)
                        * sp.diff(current, self.slots[r], self.slots[s])
                        for r, s in pairs
                    )
                )
            total += self.at_scores(current, term)
        return total / sp.factorial(k)

    def nuisance_matrix(self) -> list[list[sp.Expr]]:
        """M with d/dw_j of the noise term = rho^2 sum_i M_ji w_i off the data, at rho = 0 inside the mean."""
        count = len(self.objective.rows)
        found: list[list[sp.Expr]] = [[sp.S.Zero] * count for _ in range(count)]
        for r, s in product(range(len(self.slots)), repeat=2):
            for term in self.classes:
                second = sp.diff(term.integrand, self.slots[r], self.slots[s])
                found[self.owners[r]][self.owners[s]] += self.coupling[r][s] * self.at_scores(second, term)
        return found

    def ridge(self) -> sp.Expr:
        """What the loss has beside its classes."""
        return normal_form(self.objective.loss - self.coefficient(0))

    def is_consistent(self) -> bool:
        """Without noise the classes add up to the loss, up to a quadratic polynomial without cross terms."""
        rest = self.ridge()
        if rest.has(sigmoid, softplus):
            return False
        expected = sp.Add(*(rest.coeff(v, 2) * v**2 for v in self.objective.variables))
        return bool(sp.expand(rest - expected) == 0) and not expected.free_symbols & {*self.slots}

    def has_mirror(self) -> bool:
        """Whether two rows and their outputs can be mirrored, so that the hidden feature of both may vanish together.

        With g(a1, b1, a2, b2, f1, f2) = (-a2, b2, -a1, b1, -f2, -f1): (1) g leaves the ridge unchanged, and the classes
        too, because exchanging the slots and the labels does; (2) where f2 = -f1, h is unchanged by
        (x1, x2) -> (-x2, -x1).  These are identities between integrands, so they hold for every realisation of a
        noise that is symmetric itself.
        """
        if len(self.slots) != 2 or len(self.objective.outputs) != 2 or self.owners != (0, 1):
            return False
        if self.coupling[0][0] != self.coupling[1][1] or self.coupling[0][1] != self.coupling[1][0]:
            return False
        (x, y), (f, g) = self.slots, self.objective.outputs
        image = [(v, w) for pair in zip(*self.objective.rows, strict=True) for v, w in (pair, pair[::-1])]
        flipped = {v: -w if v in (row[0] for row in self.objective.rows) else w for v, w in image} | {f: -g, g: -f}
        ridge = self.ridge()
        if sp.expand(ridge - ridge.subs(flipped, simultaneous=True)) != 0:
            return False
        for term in self.classes:
            other = (-term.point[0], *term.point[1:])
            partner = next((c for c in self.classes if c.point == other), None)
            exchanged = term.integrand.subs({x: y, y: x, f: -g, g: -f}, simultaneous=True)
            if partner is None or not is_identically_zero(exchanged - partner.integrand):
                return False
            tied = term.integrand.subs(g, -f)
            if not is_identically_zero(tied - tied.subs({x: -y, y: -x}, simultaneous=True)):
                return False
        return True


def noisy_population(objective: Objective) -> NoisyPopulation:
    """The noisy form of an objective.

    Raises ValueError when there is none for it (SSL is a sum over rows: take one neuron), or when the form
    does not reduce to the objective without noise.
    """
    if objective.name == "ssl" and objective.neurons == 1:
        population = _ssl(objective)
    elif objective.name == "sl":
        population = _sl(objective)
    else:
        raise ValueError(f"no noisy population is known for {objective.name} with {objective.neurons} neurons")
    if not population.is_consistent():
        raise ValueError("the noisy population does not reduce to the objective without noise")
    return population


def _atoms(objective: Objective) -> tuple[Atom, ...]:
    return toy_distribution(sp.Symbol("tau", real=True), len(objective.rows[0]) - 2).atoms


def _score(row: tuple[sp.Symbol, ...], atom: Atom) -> sp.Expr:
    return sp.Add(*(w * c for w, c in zip(row, atom.coordinates, strict=True)))


def _ssl(objective: Objective) -> NoisyPopulation:
    x, y = sp.Symbol("x_1", real=True), sp.Symbol("x_2", real=True)
    row = objective.rows[0]
    classes = tuple(
        NoisyClass(atom.coordinates, (_score(row, atom),) * 2, -atom.weight * sigmoid(x) * sigmoid(y))
        for atom in _atoms(objective)
    )
    return NoisyPopulation(objective, classes, (x, y), (0, 0), ((2, 1), (1, 2)))


def _sl(objective: Objective) -> NoisyPopulation:
    count = objective.neurons
    slots = tuple(sp.Symbol(f"x_{j + 1}", real=True) for j in range(count))
    logit = sp.Add(*(f * sigmoid(x) for f, x in zip(objective.outputs, slots, strict=True)))
    classes = tuple(
        NoisyClass(
            atom.coordinates,
            tuple(_score(row, atom) for row in objective.rows),
            atom.weight * softplus(logit if atom.label == 0 else -logit),
        )
        for atom in _atoms(objective)
    )
    return NoisyPopulation(objective, classes, slots, tuple(range(count)), ((1,) * count,) * count)


@cache
def class_operator(in_m: int, in_v: int) -> sp.Poly:
    """(D1 + D2)^in_m (D1^2 + D1 D2 + D2^2)^in_v as a polynomial in the symbols D1, D2."""
    x, y = sp.symbols("D1 D2")
    return sp.Poly((x + y) ** in_m * (x**2 + x * y + y**2) ** in_v, x, y)


@cache
def class_polynomial(in_m: int, in_v: int) -> sp.Poly:
    """p(s) = (D1 + D2)^in_m (D1^2 + D1 D2 + D2^2)^in_v sigmoid(x) sigmoid(y) at x = y, as a polynomial in s.

    The SSL class term T(m, V), V = v^2, has T = sum_k V^k p_{0,k}(sigmoid(m)) / k! + remainder, and its
    derivatives (d/dm)^i (d/dV)^j have the coefficients p_{i,j+k}.
    """
    total = sp.Poly(0, S)
    for (i, j), c in class_operator(in_m, in_v).terms():
        total += c * derivative_polynomial(sigmoid, i) * derivative_polynomial(sigmoid, j)
    return total
