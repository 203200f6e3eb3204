"""Check: a minimum of the noise-free population survives noise, for every rho^2 in an interval.

The noisy population is built again from the statement, its gradient and Hessian are enclosed again, at a higher
precision, and the theorem that the method names is applied again.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from numeric import balls
from numeric.compiler import to_fraction
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval
from numeric.noisy_population import NoisyEvaluator
from proofs.certificates import CertificateError, decode_box, decode_fraction
from proofs.checks.balls import MinimumCheck
from proofs.checks.base import Invalid, objective_from, register
from proofs.stationary import float_inverse
from proofs.survival import ball_sides, sides, thin_sides
from proofs.theorems.definiteness import is_positive_definite
from proofs.theorems.krawczyk import krawczyk
from proofs.theorems.mirror import mirrored_box
from proofs.theorems.perturbation import perturbed_minimum
from proofs.theorems.perturbed_zero import perturbed_zero
from proofs.theorems.product_region import product_region
from proofs.variation import spectral_norm
from symbolic.noise import noisy_population

__all__ = ["check_noisy_minimum"]

BITS = 100
ORDERS = (2, 3, 4)
LONGEST = 6  # most neurons times order: the Hessian of the expansion grows quickly with both
FAMILIES = {
    "exact-ift": "variation",
    "exact-ift-block": "variation",
    "preconditioned": "preconditioned",
    "convexity": "convexity",
}


@register("noisy-minimum")
def check_noisy_minimum(statement: dict[str, Any], evidence: dict[str, Any]) -> None:
    check = _NoiseCheck(statement, evidence)
    check.zeros()
    method = statement.get("method")
    with balls.precision(BITS):
        if method == "krawczyk":
            hull = check.krawczyk()
        elif method == "product-region":
            hull = check.product()
        elif method in FAMILIES:
            hull = check.ball(str(method))
        else:
            raise Invalid(f"unknown method {method!r}")
        if not is_positive_definite(check.plane.nuisance_matrix(hull, check.rho2, check.nuisance)):
            raise Invalid("the coordinates off the data were not shown to vanish")
        if not is_positive_definite(check.plane.slopes(sides(check.box), check.rho2).hessian):
            raise Invalid("the stationary point was not shown to be a minimum")


class _NoiseCheck:
    """The parts of a statement, read and refused clearly."""

    def __init__(self, statement: dict[str, Any], evidence: dict[str, Any]) -> None:
        self.statement, self.evidence = statement, evidence
        self.objective = objective_from(statement)
        self.names = [v.name for v in self.objective.variables]
        self.box = decode_box(statement.get("box"), self.names)
        self.nuisance = decode_fraction(statement.get("nuisance"))
        level = statement.get("rho_squared")
        if not isinstance(level, list) or len(level) != 2:
            raise CertificateError("rho^2 is not an interval")
        self.rho2 = decode_fraction(level[0]), decode_fraction(level[1])
        if not 0 <= self.rho2[0] <= self.rho2[1] or self.nuisance < 0:
            raise Invalid("rho^2 and the nuisance radius cannot be negative")
        self.order = evidence.get("order")
        if self.order not in ORDERS or isinstance(self.order, bool) or self.objective.neurons * self.order > LONGEST:
            raise Invalid("the order of the expansion is out of range")
        try:
            self.plane = NoisyEvaluator(noisy_population(self.objective), self.order)
        except ValueError as error:
            raise Invalid(str(error)) from error

    def krawczyk(self) -> list[EndpointInterval]:
        region = decode_box(self.statement.get("region"), self.names)
        wide = [x.ball() for x in region]
        middle = [w.mid() for w in wide]
        inverse = float_inverse(self.plane.slopes(thin_sides(middle), self.rho2).hessian)
        result = krawczyk(
            lambda x: self.plane.slopes(ball_sides(x), self.rho2).gradient,
            lambda x: self.plane.slopes(ball_sides(x), self.rho2).hessian,
            wide,
            inverse,
        )
        if not result.unique:
            raise Invalid("the region was not shown to hold exactly one stationary point")
        if not all(x.contains(Enclosure.from_ball(k)) for x, k in zip(self.box, result.image, strict=True)):
            raise Invalid("the stationary point was not shown to lie in the box")
        # The balls may reach a little further than the stated region, the stationary point must not.
        if not all(x.contains(Enclosure.from_ball(k)) for x, k in zip(region, result.image, strict=True)):
            raise Invalid("the stationary point was not shown to lie in the region")
        return ball_sides(wide)

    def product(self) -> list[EndpointInterval]:
        n = self.plane.size
        centre, radii = self._numbers("centre", n), self._numbers("radii", n)
        rows = self.statement.get("basis")
        if not isinstance(rows, list) or len(rows) != n:
            raise CertificateError("the basis is malformed")
        basis = [_row(row, n) for row in rows]
        turn = arb_mat([[balls.ball(v) for v in row] for row in basis])
        if turn.det().contains(0):
            raise Invalid("the basis was not shown to be nonsingular")
        exact = [balls.ball(r) for r in radii]
        c = [balls.ball(x) for x in centre]
        hull = [c[k] + sum((abs(turn[k, i]) * arb(0, exact[i]) for i in range(n)), arb(0)) for k in range(n)]
        slope = turn.transpose() * arb_mat(n, 1, self.plane.slopes(thin_sides(c), self.rho2).gradient)
        turned = (turn.transpose() * arb_mat(self.plane.slopes(ball_sides(hull), self.rho2).hessian) * turn).tolist()
        found = product_region(
            [slope[i, 0] for i in range(n)],
            [turned[i][i].lower() for i in range(n)],
            [[abs(e).upper() for e in row] for row in turned],
            exact,
        )
        if not found.unique:
            raise Invalid("the region was not shown to hold exactly one stationary point")
        if not all(x.contains(Enclosure.from_ball(h)) for x, h in zip(self.box, hull, strict=True)):
            raise Invalid("the region is not inside the box")
        return ball_sides(hull)

    def ball(self, method: str) -> list[EndpointInterval]:
        minimum = MinimumCheck(self.objective, self.statement.get("point"))
        checked = minimum.ball(self.evidence.get("ball"))
        constant, radius = (decode_fraction(self.statement.get(k)) for k in ("constant", "radius"))
        epsilon, delta = (decode_fraction(self.statement.get(k)) for k in ("epsilon", "delta"))
        if not 0 < radius <= checked.inner or self.nuisance > radius:
            raise Invalid("the ball is larger than the one that was proved")
        if checked.family.name != FAMILIES[method]:
            raise Invalid("the ball is one of another method")
        cube = [(balls.ball(x.lo - radius), balls.ball(x.hi + radius)) for x in minimum.box]
        slopes = self.plane.slopes(cube, self.rho2)
        change = self._lifted(cube, radius) if method == "exact-ift" else slopes.change
        if not _within(change, epsilon):
            raise Invalid("the change of the gradient was not shown to be that small")
        if not _within([e for row in slopes.change_hessian for e in row], delta):
            raise Invalid("the change of the Hessian was not shown to be that small")
        if method == "convexity":
            kept = perturbed_minimum(constant, radius, epsilon)
            unique, distance = kept.holds and delta < constant == checked.family.constant, kept.distance
        else:
            norm, deviation = self._inverse(method, checked.family, constant, minimum.least.lo)
            zero = perturbed_zero(norm, deviation, radius, epsilon, delta)
            unique, distance = zero.unique, zero.distance
        if not unique:
            raise Invalid("the noise is too large for the ball")
        for x, y in zip(self.box, minimum.box, strict=True):
            if x.lo > y.lo - distance or x.hi < y.hi + distance:
                raise Invalid("the stationary point was not shown to lie in the box")
        return cube

    def _inverse(self, method: str, family: Any, constant: Fraction, least: Fraction) -> tuple[Fraction, Fraction]:
        """||A|| and the bound of ||A F' - I|| of the method."""
        if method == "preconditioned":
            if family.constant != constant:
                raise Invalid("the ball is one of another constant")
            return spectral_norm(family.matrix), constant
        limit = min(least, 2 * to_fraction(self.objective.numeric_ridge)) if method == "exact-ift" else least
        if not 0 < constant <= limit or family.constant != constant / 2:
            raise Invalid("lambda is larger than the least eigenvalue that was proved")
        return 1 / constant, Fraction(1, 2)

    def _lifted(self, cube: Sequence[EndpointInterval], radius: Fraction) -> list[arb]:
        """The change of the gradient in R^d: by rotation as many nuisance coordinates as rows are enough."""
        rows = len(self.objective.rows)
        width = len(self.objective.rows[0])
        lifted = objective_from(self.statement, nuisance=rows)
        box: list[EndpointInterval] = []
        for k in range(rows):
            box += [*cube[k * width : (k + 1) * width], *[(balls.ball(-radius), balls.ball(radius))] * rows]
        box += cube[rows * width :]
        return NoisyEvaluator(noisy_population(lifted), 2).change(box, self.rho2)

    def zeros(self) -> None:
        """Coordinates that are stated to vanish exactly: they do if the stationary point is alone in the region."""
        stated = self.statement.get("zero")
        if stated == []:
            return
        if stated != ["b1", "b2"] or self.statement.get("method") != "krawczyk":
            raise Invalid("these coordinates are not known to vanish")
        region = dict(zip(self.names, decode_box(self.statement.get("region"), self.names), strict=True))
        if not mirrored_box(region) or not self.plane.population.has_mirror():
            raise Invalid("the region or the loss is not symmetric")

    def _numbers(self, key: str, n: int) -> list[Fraction]:
        return _row(self.statement.get(key), n)


def _row(value: Any, n: int) -> list[Fraction]:
    if not isinstance(value, list) or len(value) != n:
        raise CertificateError("a list of numbers is malformed")
    return [decode_fraction(v) for v in value]


def _within(values: Sequence[arb], limit: Fraction) -> bool:
    """Whether the Euclidean norm is certainly at most ``limit``."""
    total = arb(0)
    for x in values:
        total += abs(x).upper() * abs(x).upper()
    return bool(total.sqrt() <= balls.ball(limit))
