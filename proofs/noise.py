"""What the minima of the noise-free population become under noise: five theorems, for all rho up to rho_0 at once.

Each method proves, for every rho^2 in an interval, that the noisy population has exactly one stationary point in an
explicit region around the noise-free minimum, and that it is a minimum.  With rho = d^(-3/2) the interval
[0, d_0^-3] is the statement "for all d >= d_0".  The other d - 2 coordinates of a row: their gradient is N(w) w with
a matrix N that is shown to be positive definite on the region, so they vanish at every stationary point there.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import arb, arb_mat

from numeric import balls
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval
from numeric.noisy_population import NoisyEvaluator
from proofs.ladder import PointAnalysis, Rung
from proofs.stationary import float_inverse
from proofs.survival import (
    HAIR,
    Frame,
    NoiseTable,
    Survival,
    ball_sides,
    noise_squared,
    norm_bound,
    reach,
    sides,
    thin_sides,
    wider,
)
from proofs.theorems.definiteness import float_midpoints, is_positive_definite
from proofs.theorems.krawczyk import krawczyk
from proofs.theorems.perturbation import perturbed_minimum
from proofs.theorems.perturbed_zero import perturbed_zero
from proofs.theorems.product_region import product_region
from proofs.variation import spectral_norm
from symbolic.noise import noisy_population
from symbolic.objectives import Objective, build_objective

__all__ = [
    "LARGEST_DIMENSION",
    "METHODS",
    "NoisyMinimum",
    "has_noisy_population",
    "noise_table",
]

BITS = 80
OFF = Fraction(1)  # radius of the nuisance ball of the methods that do not start from a ball
LARGEST_DIMENSION = 1 << 14
METHODS = ("exact-ift", "exact-ift-block", "preconditioned", "convexity", "krawczyk", "product-region")
SHRINK = 6  # radii tried: the certified one, halved up to this many times
INFLATIONS = 14


class NoisyMinimum:
    """The methods at one minimum of a noise-free objective (SSL with one neuron, or SL)."""

    def __init__(self, analysis: PointAnalysis, order: int | None = None) -> None:
        """``order``: terms of the expansion; by default 4 for one row and 2 for more, whose Hessians are long.

        Raises ValueError for an objective without a noisy form.
        """
        self.analysis = analysis
        self.objective = analysis.objective
        self.order = order if order is not None else (4 if len(self.objective.rows) == 1 else 2)
        self.point = analysis.point
        self.plane = NoisyEvaluator(noisy_population(self.objective), self.order)

    @cached_property
    def lifted(self) -> NoisyEvaluator:
        """With as many nuisance coordinates as rows: by rotation the others may be taken as 0."""
        rows = len(self.objective.rows)
        values = self.objective.parameter_values
        full = build_objective(self.objective.name, neurons=rows, values=values, nuisance=rows)
        return NoisyEvaluator(noisy_population(full), 2)

    @cached_property
    def rungs(self) -> dict[str, Rung]:
        return {r.method: r for r in self.analysis.ladder()}

    def survival(self, method: str, rho2: tuple[Fraction, Fraction]) -> Survival | None:
        """The method's proof for an interval of rho^2, None where its hypotheses were not shown.

        Raises ValueError for an unknown method.
        """
        if method not in METHODS:
            raise ValueError(f"unknown method {method!r}")
        with balls.precision(BITS):
            if method == "krawczyk":
                return self._krawczyk(rho2)
            if method == "product-region":
                return self._product(rho2)
            for k in range(SHRINK + 1):
                found = self._ball(method, rho2, Fraction(1, 2**k))
                if found is not None:
                    return found
            return None

    def smallest_dimension(self, method: str, limit: int = LARGEST_DIMENSION) -> tuple[int, Survival] | None:
        """The smallest d_0 up to ``limit`` from which on the method proves survival for all d, with that proof.

        Bisection: the method succeeded for [0, d_0^-3] and failed for [0, (d_0 - 1)^-3] (a failure proves nothing).
        """
        found: tuple[int, Survival] | None = None
        low, high = 1, 2
        while high <= limit:
            proof = self.survival(method, (Fraction(0), noise_squared(high)))
            if proof is not None:
                found = high, proof
                break
            low, high = high, 2 * high
        if found is None:
            return None
        while found[0] - low > 1:
            middle = (found[0] + low) // 2
            proof = self.survival(method, (Fraction(0), noise_squared(middle)))
            if proof is None:
                low = middle
            else:
                found = middle, proof
        return found

    # -- balls around the noise-free minimum ----------------------------------------------------
    def _ball(self, method: str, rho2: tuple[Fraction, Fraction], share: Fraction) -> Survival | None:
        rung = self.rungs[method]
        radius = rung.balls[-1].inner * share
        if radius <= 0:
            return None
        cube = self._around(radius)
        slopes = self.plane.slopes(cube, rho2)
        delta = norm_bound([e for row in slopes.change_hessian for e in row])
        if method == "exact-ift":
            width = len(self.objective.rows[0])
            box: list[EndpointInterval] = []
            for k in range(len(self.objective.rows)):
                box += cube[k * width : (k + 1) * width]
                box += [(balls.ball(-radius), balls.ball(radius))] * len(self.objective.rows)
            box += cube[len(self.objective.rows) * width :]
            change = self.lifted.change(box, rho2)
        else:
            change = slopes.change
        epsilon = norm_bound(change)
        if epsilon is None or delta is None or not self._nuisance(cube, rho2, radius):
            return None
        if method == "convexity":
            m = rung.constant
            kept = perturbed_minimum(m, radius, epsilon)
            unique, distance = kept.holds and delta < m, kept.distance
        elif method == "preconditioned":
            norm = spectral_norm(rung.balls[0].family.matrix)
            zero = perturbed_zero(norm, rung.constant, radius, epsilon, delta)
            unique, distance = zero.unique, zero.distance
        else:
            zero = perturbed_zero(1 / rung.constant, Fraction(1, 2), radius, epsilon, delta)
            unique, distance = zero.unique, zero.distance
        # A minimum: the Hessian stays definite, since its change is below the least eigenvalue.
        if not unique:
            return None
        where = tuple(Enclosure(x.lo - distance - HAIR, x.hi + distance + HAIR) for x in self.point.box)
        if not self._definite(where, rho2):
            return None
        return Survival(method, rho2, where, radius, radius, epsilon, delta)

    def _around(self, radius: Fraction) -> list[EndpointInterval]:
        return [(balls.ball(x.lo - radius), balls.ball(x.hi + radius)) for x in self.point.box]

    def _nuisance(self, box: Sequence[EndpointInterval], rho2: tuple[Fraction, Fraction], radius: Fraction) -> bool:
        return is_positive_definite(self.plane.nuisance_matrix(box, rho2, radius))

    def _definite(self, box: Sequence[Enclosure], rho2: tuple[Fraction, Fraction]) -> bool:
        return is_positive_definite(self.plane.slopes(sides(box), rho2).hessian)

    # -- regions around the noisy minimum -------------------------------------------------------
    def _start(self, rho2: tuple[Fraction, Fraction]) -> np.ndarray:
        """An approximate zero for the middle of the interval, by Newton's method: a hint."""
        x = np.array([float(e.middle) for e in self.point.box])
        level = (rho2[0] + rho2[1]) / 2
        for _ in range(8):
            slopes = self.plane.slopes(thin_sides([arb(v) for v in x.tolist()]), (level, level))
            gradient = np.array([float(g.mid()) for g in slopes.gradient])
            hessian = float_midpoints(slopes.hessian)
            if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
                break
            try:
                step = np.linalg.solve(hessian, gradient)
            except np.linalg.LinAlgError:
                break
            length = float(np.abs(step).max())
            x = x - step * min(1.0, 0.5 / max(length, 1e-300))
            if length < 1e-14:
                break
        return x

    def _krawczyk(self, rho2: tuple[Fraction, Fraction]) -> Survival | None:
        centre = self._mirrored(self._start(rho2))
        slopes = self.plane.slopes(thin_sides([arb(v) for v in centre.tolist()]), rho2)
        errors = np.array([reach(g) for g in slopes.gradient])
        if not np.isfinite(errors).all():
            return None
        inverse = float_inverse(slopes.hessian)
        size = np.abs(np.array(inverse, dtype=float) @ errors)
        radii = np.maximum(1.5 * self._symmetric_radii(size), 1e-12)
        for _ in range(INFLATIONS):
            box = [arb(c, r) for c, r in zip(centre.tolist(), radii.tolist(), strict=True)]
            result = krawczyk(
                lambda x: self.plane.slopes(ball_sides(x), rho2).gradient,
                lambda x: self.plane.slopes(ball_sides(x), rho2).hessian,
                box,
                inverse,
            )
            if result.unique:
                region = tuple(Enclosure.from_ball(x) for x in box)
                image = tuple(wider(Enclosure.from_ball(x)) for x in result.image)
                return self._kept(Survival("krawczyk", rho2, image, OFF, region=region), region)
            if not all(k.is_finite() for k in result.image):
                return None
            widths = np.array([reach(k - c) for k, c in zip(result.image, centre.tolist(), strict=True)])
            radii = 1.25 * self._symmetric_radii(np.maximum(widths, radii))
        return None

    def _product(self, rho2: tuple[Fraction, Fraction]) -> Survival | None:
        """Feature coordinates along the eigenvectors of the Hessian, one interval for each."""
        centre = self._start(rho2)
        slopes = self.plane.slopes(thin_sides([arb(v) for v in centre.tolist()]), rho2)
        if not np.isfinite([reach(e) for row in [slopes.gradient, *slopes.hessian] for e in row]).all():
            return None
        basis = np.linalg.eigh(float_midpoints(slopes.hessian))[1]
        n = self.plane.size
        turn = arb_mat([[arb(float(v)) for v in row] for row in basis])
        slope = turn.transpose() * arb_mat(n, 1, slopes.gradient)
        gamma = [slope[i, 0] for i in range(n)]
        ratios = np.array([reach(g) for g in gamma])
        radii = np.full(n, 1e-9)
        for _ in range(INFLATIONS):
            exact = [arb(float(r)) for r in radii]
            box = [
                c + sum((abs(turn[k, i]) * arb(0, exact[i]) for i in range(n)), arb(0)) for k, c in enumerate(centre)
            ]
            hessian = arb_mat(self.plane.slopes(ball_sides(box), rho2).hessian)
            turned = turn.transpose() * hessian * turn
            if not all(e.is_finite() for e in turned.entries()):
                return None
            entries = turned.tolist()
            nu = [entries[i][i].lower() for i in range(n)]
            beta = [[abs(entries[i][j]).upper() for j in range(n)] for i in range(n)]
            if product_region(gamma, nu, beta, exact).unique:
                hull = tuple(wider(Enclosure.from_ball(x)) for x in box)
                frame = Frame(
                    tuple(Fraction(c) for c in centre.tolist()),
                    tuple(tuple(Fraction(v) for v in row) for row in basis.tolist()),
                    tuple(Fraction(r) for r in radii.tolist()),
                )
                return self._kept(Survival("product-region", rho2, hull, OFF, frame=frame), hull)
            need = [
                (ratios[i] + sum(float(beta[i][j]) * radii[j] for j in range(n) if j != i)) / float(nu[i])
                if nu[i] > 0
                else np.inf
                for i in range(n)
            ]
            if not np.isfinite(need).all():
                return None
            radii = np.maximum(radii, 1.2 * np.array(need))
        return None

    def _symmetric_radii(self, radii: np.ndarray) -> np.ndarray:
        """The same radius for the same coordinate of every row: a box that the symmetries map to itself."""
        rows, outputs = len(self.objective.rows), len(self.objective.outputs)
        width = len(self.objective.rows[0])
        shared = radii[: rows * width].reshape(rows, width).max(axis=0)
        return np.concatenate([np.tile(shared, rows), np.full(outputs, radii[rows * width :].max(initial=0.0))])

    def _mirrored(self, centre: np.ndarray) -> np.ndarray:
        """A centre that is nearly fixed by the mirror g of :mod:`symbolic.noise` made exactly so, with b = 0."""
        if not self.plane.population.has_mirror():
            return centre
        image = centre[[2, 3, 0, 1, 5, 4]] * np.array([-1, 1, -1, 1, -1, -1])
        if np.abs(image - centre).max() > 1e-6 or np.abs(centre[[1, 3]]).max() > 1e-6:
            return centre
        middle: np.ndarray = 0.5 * (centre + image) * np.array([1, 0, 1, 0, 1, 1])
        return middle + 0.0

    def _kept(self, proof: Survival, hull: Sequence[Enclosure]) -> Survival | None:
        """The survival, once the nuisance coordinates are shown to vanish and the point to be a minimum."""
        if not self._nuisance(sides(hull), proof.rho2, proof.nuisance) or not self._definite(proof.box, proof.rho2):
            return None
        return proof


def noise_table(minimum: NoisyMinimum) -> NoiseTable:
    """For each method that absorbs the noise of some d, the smallest such d and the proof for all d from there on."""
    found = {method: minimum.smallest_dimension(method) for method in METHODS}
    return {method: result for method, result in found.items() if result is not None}


def has_noisy_population(objective: Objective) -> bool:
    """Whether the noise of the data has a known form for the objective."""
    try:
        noisy_population(objective)
    except ValueError:
        return False
    return True
