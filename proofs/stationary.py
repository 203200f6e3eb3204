"""One stationary point: enclosed to many digits, with its exact relations, eigenvalues and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from numeric import balls
from numeric.ball_program import BallProgram
from numeric.balls import evaluate_balls
from numeric.candidates import newton_multiprecision
from numeric.enclosure import Enclosure
from numeric.system import System
from numeric.tape import Tape
from proofs.theorems.eigenvalues import eigenvalue_enclosures, index_of
from proofs.theorems.krawczyk import krawczyk
from symbolic.symmetry import LinearSubspace, leaves_invariant

__all__ = [
    "Classification",
    "classify",
    "exact_subspace",
    "float_inverse",
    "index_at",
    "kind_of",
    "refine",
    "relations",
    "renamed_relation",
    "square",
    "zero_in_subspace",
]

MOST_STEPS = 12


@dataclass(frozen=True)
class Classification:
    """Ascending eigenvalue enclosures of the Hessian, and the index where every sign is certain."""

    eigenvalues: tuple[Enclosure, ...]
    index: int | None

    @property
    def kind(self) -> str:
        return kind_of(self.index, len(self.eigenvalues))


def kind_of(index: int | None, dimension: int) -> str:
    """ "minimum", "maximum", "saddle", or "degenerate" when an eigenvalue may vanish."""
    if index is None:
        return "degenerate"
    if index == 0:
        return "minimum"
    return "maximum" if index == dimension else "saddle"


def square(values: Sequence[arb], n: int) -> list[list[arb]]:
    return [list(values[i * n : (i + 1) * n]) for i in range(n)]


def float_inverse(matrix: Sequence[Sequence[arb]]) -> list[list[float]]:
    """A floating-point inverse of the midpoints: a preconditioner, any matrix would be sound."""
    middle = np.array([[float(e.mid()) for e in row] for row in matrix])
    if not np.isfinite(middle).all():
        return np.eye(len(matrix)).tolist()
    try:
        inverse = np.linalg.inv(middle)
    except np.linalg.LinAlgError:
        inverse = np.linalg.pinv(middle)
    return (inverse if np.isfinite(inverse).all() else np.linalg.pinv(middle)).tolist()


def bits_for(digits: int) -> int:
    return int((digits + 12) * 3.33) + 40


def refine(system: System, start: Sequence[float | mpmath.mpf], digits: int) -> list[Enclosure] | None:
    """A box of width below 10^-digits (relative to max(1, |x|)) that holds exactly one zero.

    Newton in mpmath proposes, Krawczyk's theorem in Arb decides; None when it does not confirm.
    """
    bits = bits_for(digits)
    with balls.precision(bits):
        function, slopes = BallProgram(system.function), BallProgram(system.jacobian)
        point = _newton_in_balls(function, slopes, start, digits)
        found = None if point is None else _certain_box(function, slopes, point, digits)
    if found is not None:
        return found
    try:
        slow = newton_multiprecision(system, start, digits + 6)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if any(isinstance(p, mpmath.mpc) for p in slow):
        return None
    with balls.precision(bits):
        return _certain_box(function, slopes, [_exact_ball(p) for p in slow], digits)


def _newton_in_balls(
    function: BallProgram, slopes: BallProgram, start: Sequence[float | mpmath.mpf], digits: int
) -> list[arb] | None:
    """Newton's method with midpoints of balls and floating-point inverses; None when it does not settle."""
    if not all(isinstance(v, float) for v in start):
        return None
    n = len(start)
    point = [arb(float(v)) for v in start]
    goal, near = arb(10) ** -(digits + 4), arb(10) ** -6
    settled, inverse = False, []
    for _ in range(MOST_STEPS):
        if not settled:
            slope = square(slopes(point), n)
            if not all(e.is_finite() for row in slope for e in row):
                return None
            inverse = [[arb(v) for v in row] for row in float_inverse(slope)]
        value = [v.mid() for v in function(point)]
        if not all(v.is_finite() for v in value):
            return None
        step = [sum((c * v for c, v in zip(row, value, strict=True)), arb(0)) for row in inverse]
        point = [(x - s).mid() for x, s in zip(point, step, strict=True)]
        if all(abs(s) < goal * (1 + abs(x)) for x, s in zip(point, step, strict=True)):
            return point
        settled = all(abs(s) < near * (1 + abs(x)) for x, s in zip(point, step, strict=True))
    return None


def _certain_box(
    function: BallProgram, slopes: BallProgram, middle: Sequence[arb], digits: int
) -> list[Enclosure] | None:
    """Krawczyk's theorem on a box of width 10^-digits around an approximate zero, at the current precision."""
    n = len(middle)
    size = max([Fraction(1)] + [abs(balls.exact_fraction(m)) for m in middle])
    radius = balls.ball(size) * arb(10) ** -(digits + 2)
    box = [m + arb(0, radius.upper()) for m in middle]
    slope = square(slopes(box), n)
    result = krawczyk(function, lambda _: slope, box, float_inverse(slope))
    return [Enclosure.from_ball(x) for x in result.image] if result.unique else None


def _exact_ball(x: mpmath.mpf) -> arb:
    mantissa, exponent = x.man_exp
    if x < 0:
        mantissa = -mantissa  # mpmath keeps the sign apart
    # The midpoint of the rounded product: any exact number near x will do as a centre.
    return (arb(int(mantissa)) * arb(2) ** int(exponent)).mid()


def exact_subspace(
    gradient: Sequence[sp.Expr], variables: Sequence[sp.Symbol], box: Sequence[Enclosure]
) -> LinearSubspace | None:
    """The invariant subspace of coordinates that look like 0 or like +- an earlier one.

    Looking alike is only the suggestion: the subspace is returned when exact algebra shows that
    the gradient maps it into itself, and None when there is none or it is the whole space.
    """
    tolerance = Fraction(1, 10**12)
    index: list[int] = []
    coefficients: list[int] = []
    free: list[Fraction] = []
    for enclosure in box:
        value = enclosure.middle
        if abs(value) < tolerance:
            index.append(-1)
            coefficients.append(0)
            continue
        for k, other in enumerate(free):
            if abs(value - other) < tolerance or abs(value + other) < tolerance:
                index.append(k)
                coefficients.append(1 if abs(value - other) < tolerance else -1)
                break
        else:
            index.append(len(free))
            coefficients.append(1)
            free.append(value)
    subspace = LinearSubspace(tuple(index), tuple(coefficients))
    if subspace.dimension == len(variables):
        return None
    return subspace if leaves_invariant(gradient, variables, subspace) else None


def zero_in_subspace(
    function: Tape, jacobian: Tape, subspace: LinearSubspace, box: Sequence[Enclosure], *, bits: int
) -> list[Enclosure] | None:
    """A zero of the field restricted to an invariant subspace, inside ``box``; None if not shown.

    By invariance it is a zero of the full field; where the box holds only one, that one lies in
    the subspace exactly.
    """
    n, free = len(box), subspace.free_positions()
    with balls.precision(bits):
        zero = arb(0)

        def restricted(u: Sequence[arb]) -> list[arb]:
            value = evaluate_balls(function, subspace.embed(u, zero))
            return [value[j] for j in free]

        def slope(u: Sequence[arb]) -> list[list[arb]]:
            full = square(evaluate_balls(jacobian, subspace.embed(u, zero)), n)
            return [
                [
                    sum(
                        (
                            c * full[j][i]
                            for i, (k, c) in enumerate(zip(subspace.index, subspace.coefficients, strict=True))
                            if k == column
                        ),
                        zero,
                    )
                    for column in range(len(free))
                ]
                for j in free
            ]

        start = [box[j].ball() for j in free]
        if not free:
            value = evaluate_balls(function, [zero] * n)
            # With no free coordinate invariance itself says that the origin is a zero.
            return [Enclosure.exact(0)] * n if all(v.contains(0) for v in value) else None
        inverse = float_inverse(slope([x.mid() for x in start]))
        result = krawczyk(restricted, slope, start, inverse)
        if not result.unique:
            return None
        found = [Enclosure.from_ball(x) for x in result.image]
        return list(subspace.embed(found, Enclosure.exact(0)))


def relations(subspace: LinearSubspace | None, names: Sequence[str]) -> tuple[str, ...]:
    """The exact relations of a subspace in words: "b1 = 0", "a2 = -a1"."""
    if subspace is None:
        return ()
    free = subspace.free_positions()
    found = []
    for j, (k, c) in enumerate(zip(subspace.index, subspace.coefficients, strict=True)):
        if c == 0:
            found.append(f"{names[j]} = 0")
        elif free[k] != j:
            found.append(f"{names[j]} = {'-' if c < 0 else ''}{names[free[k]]}")
    return tuple(found)


def renamed_relation(relation: str, names: dict[str, str]) -> str:
    """A relation between variables of a block as one between those of its copy."""
    left, _, right = relation.partition(" = ")
    sign = "-" if right.startswith("-") else ""
    right = right.removeprefix("-")
    return f"{names[left]} = {sign}{names.get(right, right)}"


def index_at(system: System, point: Sequence[Fraction], *, bits: int = 96) -> int | None:
    """The number of negative eigenvalues of the symmetric Jacobian at an exact point; None if not certain.

    Parameters of the system are taken at the middles of their intervals.
    """
    n = system.dimension
    with balls.precision(bits):
        inputs = [balls.ball(x) for x in point] + [balls.ball((lo + hi) / 2) for lo, hi in system.fixed]
        matrix = square(evaluate_balls(system.jacobian, inputs), n)
        middle = np.array([[float(e.mid()) for e in row] for row in matrix])
        if not np.isfinite(middle).all():
            return None
        _, basis = np.linalg.eigh(0.5 * (middle + middle.T))
        found = eigenvalue_enclosures(matrix, basis.tolist())
        return None if found is None else index_of(found)


def classify(hessian: Tape, box: Sequence[Enclosure], *, bits: int) -> Classification:
    """Eigenvalues and index of the symmetric Hessian at the point enclosed by a small box."""
    n = len(box)
    with balls.precision(bits):
        matrix = square(evaluate_balls(hessian, [x.ball() for x in box]), n)
        middle = np.array([[float(e.mid()) for e in row] for row in matrix])
        if not np.isfinite(middle).all():
            return Classification((), None)
        _, basis = np.linalg.eigh(0.5 * (middle + middle.T))
        found = eigenvalue_enclosures(matrix, basis.tolist())
        if found is None:
            return Classification((), None)
        return Classification(tuple(Enclosure.from_ball(e) for e in found), index_of(found))
