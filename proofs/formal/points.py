"""Hints for Coq about one zero: centre, radii, approximate inverse, curvature directions.

Arithmetic: heuristic.  Arb balls estimate what the kernel will compute; the kernel decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log10

import numpy as np
from flint import arb, arb_mat

from numeric import balls
from numeric.enclosure import Enclosure
from proofs.formal.expression import Formal, NotFormal

__all__ = ["BITS", "DIGITS", "Hints", "System", "hints_for", "jet"]

DIGITS = 20  # decimals of a stated box; a wider box of the certificate is stated with fewer
BITS = 160
CONTRACTION = 0.7  # sought; the kernel is asked for 9/10
Vector = list[arb]
Matrix = list[list[arb]]
Jet = tuple[arb, Vector, Matrix]


@dataclass(frozen=True)
class System:
    """n functions of n variables: the gradient of one expression, or a list of equations."""

    size: int
    gradient_of: Formal | None
    equations: tuple[Formal, ...] = ()

    def evaluate(self, x: Sequence[arb]) -> tuple[Vector, Matrix]:
        """Values and Jacobian."""
        if self.gradient_of is not None:
            _, gradient, hessian = jet(self.gradient_of, x)
            return gradient, hessian
        parts = [jet(e, x) for e in self.equations]
        return [p[0] for p in parts], [p[1] for p in parts]


@dataclass(frozen=True)
class Hints:
    """All as exact decimals: (numerator, decimals).  ``down`` and ``up`` are directions of a saddle."""

    box: list[tuple[Fraction, Fraction]]
    decimals: int
    centre: list[Fraction]
    radius: list[Fraction]
    inverse: list[list[Fraction]]
    jacobian: list[list[Fraction]]
    shrink: Fraction
    neighbourhood: list[Fraction]
    down: list[Fraction]
    up: list[Fraction]


def jet(e: Formal, x: Sequence[arb]) -> Jet:
    """Value, gradient and Hessian by forward differentiation, as the Coq library does it."""
    n = len(x)
    zero = arb(0)
    none = [[zero] * n for _ in range(n)]
    if e.kind == "Cst":
        return balls.ball(e.value), [zero] * n, none
    if e.kind == "Var":
        return x[e.index], [arb(int(j == e.index)) for j in range(n)], none
    parts = [jet(a, x) for a in e.arguments]
    v, g, h = parts[0]
    r = range(n)
    if e.kind in ("Scal", "Neg"):
        c = balls.ball(e.value) if e.kind == "Scal" else arb(-1)
        return c * v, [c * t for t in g], [[c * t for t in row] for row in h]
    if e.kind == "Add":
        w, k, m = parts[1]
        return v + w, [g[i] + k[i] for i in r], [[h[i][j] + m[i][j] for j in r] for i in r]
    if e.kind == "Mul":
        w, k, m = parts[1]
        second = [[h[i][j] * w + g[i] * k[j] + g[j] * k[i] + v * m[i][j] for j in r] for i in r]
        return v * w, [g[i] * w + v * k[i] for i in r], second
    f, f1, f2 = _function(e, v)
    return f, [f1 * t for t in g], [[f2 * g[i] * g[j] + f1 * h[i][j] for j in r] for i in r]


def _function(e: Formal, v: arb) -> tuple[arb, arb, arb]:
    match e.kind:
        case "Sigmoid":
            s = balls.sigmoid(v)
            d = s * (1 - s)
            return s, d, d * (1 - 2 * s)
        case "Softplus":
            s = balls.sigmoid(v)
            return balls.softplus(v), s, s * (1 - s)
        case "Exp":
            return v.exp(), v.exp(), v.exp()
        case "Ln":
            return v.log(), 1 / v, -1 / (v * v)
        case "Inv":
            return 1 / v, -1 / (v * v), 2 / (v * v * v)
        case "Sqrt":
            s = v.sqrt()
            return s, 1 / (2 * s), -1 / (4 * s * v)
        case "Tanh":
            s = v.tanh()
            return s, 1 - s * s, -2 * s * (1 - s * s)
        case "Sinh":
            return v.sinh(), v.cosh(), v.sinh()
        case "Cosh":
            return v.cosh(), v.sinh(), v.cosh()
        case "Sin":
            return v.sin(), v.cos(), -v.sin()
        case "Cos":
            return v.cos(), -v.sin(), -v.cos()
        case "Atan":
            d = 1 / (1 + v * v)
            return v.atan(), d, -2 * v * d * d
        case "Pow":
            k = e.index
            return (
                balls.power(v, k),
                k * balls.power(v, k - 1),
                k * (k - 1) * balls.power(v, max(k - 2, 0)),
            )
        case _:
            raise NotFormal(f"no derivative is known for {e.kind}")


def hints_for(system: System, box: Sequence[Enclosure]) -> Hints:
    """Raises NotFormal where Newton's method or the contraction test cannot be set up in the box."""
    n = system.size
    width = max((float(side.width) for side in box), default=0.0)
    decimals = DIGITS if width == 0 else max(3, min(DIGITS, floor(-log10(width))))
    with balls.precision(BITS):
        point = _newton(system, [(side.lo + side.hi) / 2 for side in box])
        centre = [_rounded(p, DIGITS + 6) for p in point]
        exact = [balls.ball(c) for c in centre]
        values, jacobian = system.evaluate(exact)
        inverse = _inverse(jacobian)
        radius = _radius(system, exact, inverse)
        step = [abs(float(sum((inverse[i][k] * values[k] for k in range(n)), arb(0)).mid())) for i in range(n)]
        decimal_jacobian = [[_decimal(t) for t in row] for row in jacobian]
        symmetric = np.array([[float(t.mid()) for t in row] for row in jacobian])
    unit = Fraction(1, 10**decimals)
    stated = []
    for c, side in zip(centre, box, strict=True):
        lo, hi = min(c, side.lo), max(c, side.hi)
        stated.append(((floor(lo / unit) - 1) * unit, (ceil(hi / unit) + 1) * unit))
    shrink = _power_of_ten(min(unit / 2 / r for r in radius))
    if any(Fraction(s) > shrink * r / 20 for s, r in zip(step, radius, strict=True)):
        raise NotFormal("the zero could not be located sharply enough for the stated box")
    down, up = _directions(symmetric)
    return Hints(
        stated,
        decimals,
        centre,
        radius,
        [[_decimal(t) for t in row] for row in inverse],
        decimal_jacobian,
        shrink,
        [2 * shrink * r for r in radius],
        down,
        up,
    )


def _newton(system: System, start: Sequence[Fraction]) -> Vector:
    x = [balls.ball(s) for s in start]
    for _ in range(12):
        values, jacobian = system.evaluate(x)
        inverse = _inverse(jacobian)
        move = [sum((inverse[i][k] * values[k] for k in range(len(x))), arb(0)).mid() for i in range(len(x))]
        x = [(a - b).mid() for a, b in zip(x, move, strict=True)]
        if not all(a.is_finite() for a in x):
            break
    if not all(a.is_finite() and abs(float(a) - float(s)) < 1 for a, s in zip(x, start, strict=True)):
        raise NotFormal("Newton's method does not settle in a listed box")
    return x


def _inverse(matrix: Matrix) -> Matrix:
    n = len(matrix)
    try:
        found = arb_mat(n, n, [t.mid() for row in matrix for t in row]).inv()
    except ZeroDivisionError as error:
        raise NotFormal("the Jacobian at a listed zero is singular") from error
    entries = found.entries()
    return [[entries[i * n + j].mid() for j in range(n)] for i in range(n)]


def _radius(system: System, centre: Vector, inverse: Matrix) -> list[Fraction]:
    """A large cube on which I - A J contracts, by halving."""
    n = len(centre)
    for k in range(40):
        radius = Fraction(2, 2**k)
        box = [c + arb(0, float(radius)) for c in centre]
        _, jacobian = system.evaluate(box)
        rows = []
        for i in range(n):
            row = [int(i == j) - sum((inverse[i][m] * jacobian[m][j] for m in range(n)), arb(0)) for j in range(n)]
            rows.append(sum((abs(t) for t in row), arb(0)))
        if all(t.is_finite() and float(t.abs_upper()) < CONTRACTION for t in rows):
            return [radius] * n
    raise NotFormal("no box of contraction was found around a listed zero")


def _directions(matrix: np.ndarray) -> tuple[list[Fraction], list[Fraction]]:
    """Eigenvectors of the least and of the greatest eigenvalue of the symmetric part."""
    _, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return [_short(v) for v in vectors[:, 0].tolist()], [_short(v) for v in vectors[:, -1].tolist()]


def _short(v: float) -> Fraction:
    return Fraction(round(v * 10**4), 10**4)


def _rounded(x: arb, decimals: int) -> Fraction:
    scaled = balls.exact_fraction(x.mid()) * 10**decimals
    return Fraction(round(scaled), 10**decimals)


def _decimal(x: arb, significant: int = 8) -> Fraction:
    """A decimal with about so many significant digits."""
    value = float(x.mid())
    if value == 0:
        return Fraction(0)
    decimals = significant - 1 - floor(log10(abs(value)))
    return Fraction(round(Fraction(value) * Fraction(10) ** decimals)) / Fraction(10) ** decimals


def _power_of_ten(x: Fraction) -> Fraction:
    """The greatest power of ten that is at most x (x positive)."""
    k = floor(log10(float(x)))
    power = Fraction(10) ** k
    return power if power <= x else power / 10
