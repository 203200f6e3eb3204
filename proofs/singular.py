"""Neighbourhoods of folds and pitchforks: the equations of the curve through them, and its certified shape.

Everything is derived from the objective; a neighbourhood is proved in Arb, by prover and checker alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from flint import arb, arb_mat

from numeric import balls
from numeric.compiler import compile_tape
from numeric.enclosure import Enclosure
from numeric.endpoints import EndpointInterval, evaluate_endpoints
from numeric.system import System, build_system
from numeric.tape import Tape
from proofs.blocks import Block
from proofs.stationary import float_inverse, square
from proofs.theorems.krawczyk import KrawczykResult, krawczyk
from proofs.theorems.normal_forms import CurveShape, fold_shape, pitchfork_shape
from symbolic.symmetry import SignedPermutation

__all__ = ["FOLD", "PITCHFORK", "Curve", "Neighbourhood", "Shape", "flipped_alone"]

PITCHFORK, FOLD = "pitchfork", "fold"
BITS = 128
TIGHTEN = 10


def flipped_alone(group: Sequence[SignedPermutation]) -> list[int]:
    """Variables whose sign alone is changed by some symmetry."""
    found = []
    for g in group:
        changed = [i for i, s in enumerate(g.signs) if s == -1]
        if list(g.source) == list(range(len(g.source))) and len(changed) == 1:
            found.append(changed[0])
    return sorted(set(found))


@dataclass(frozen=True)
class Neighbourhood:
    """t = x_k runs through ``along`` (pitchfork: [0, r], and the mirror image), z = (y, parameter) in ``box``.

    ``span`` is the interval of the parameter for which the zeros in the neighbourhood are counted.
    """

    kind: str
    axis: int
    along: Enclosure
    box: tuple[Enclosure, ...]
    span: Enclosure

    @property
    def region(self) -> list[Enclosure]:
        """The neighbourhood in the variables x."""
        side = Enclosure(-self.along.hi, self.along.hi) if self.kind == PITCHFORK else self.along
        rest = list(self.box[:-1])
        return [*rest[: self.axis], side, *rest[self.axis :]]


@dataclass(frozen=True)
class Shape:
    """``direction`` as in CurveShape; ``reach`` encloses the parameter at the ends of the curve."""

    direction: int
    reach: tuple[Enclosure, ...]


class Curve:
    """The zeros of a block near a bifurcation as a curve over the coordinate x_k.

    A fold: F(t, y, p) = 0.  A pitchfork, where F_k = f is odd and the rest G even in x_k = a:
    q(a, y, p) = f/a = 0 and G = 0; q is an average of f_a(t a) over t in [0, 1], and so are its derivatives.
    """

    def __init__(self, block: Block, parameter: sp.Symbol, kind: str, axis: int) -> None:
        self.kind, self.axis = kind, axis
        self.block, self.parameter = block, parameter
        equations = list(block.gradient)
        t = block.variables[axis]
        self.rest = [v for v in block.variables if v != t]
        self.unknowns = [*self.rest, parameter]
        self.inputs = [t, *self.unknowns]
        G = [e for i, e in enumerate(equations) if i != axis]
        f = equations[axis]
        lead = sp.diff(f, t) if kind == PITCHFORK else f
        self.equations = [lead, *G]
        self.function = self._tape(self.equations)
        self.change = self._tape([sp.diff(e, t) for e in self.equations])
        self.matrix = self._tape([sp.diff(e, u) for e in self.equations for u in self.unknowns])
        # At one t > 0 the quotient q is known in closed form.
        exact = [f / t, *G] if kind == PITCHFORK else self.equations
        self.at_t = self._tape(exact)
        self.at_t_matrix = self._tape([sp.diff(e, u) for e in exact for u in self.unknowns])
        if kind == PITCHFORK:
            self.right = self._tape([sp.diff(f, t, 3) / 3, *(sp.diff(e, t, 2) for e in G)])
            self.trivial = self._tape(G)
            self.trivial_matrix = self._tape([sp.diff(e, v) for e in G for v in self.rest])
        else:
            self.right = self._tape([sp.diff(e, t) for e in self.equations])
            self.second = self._tape(
                [sp.diff(e, u, v) for e in self.equations for u in self.inputs for v in self.inputs]
            )

    def _tape(self, expressions: Sequence[sp.Expr]) -> Tape:
        return compile_tape(list(expressions), self.inputs)

    def extended_system(self) -> tuple[System, list[sp.Symbol]]:
        """The equations of the bifurcation point itself, and their unknowns.

        Pitchfork: f_a = 0, G = 0 at a = 0 in (y, p).  Fold: F = 0, F_x v = 0 in (x, v without v_k, p), v_k = 1.
        """
        if self.kind == PITCHFORK:
            at_zero = [e.subs(self.inputs[0], 0) for e in self.equations]
            return build_system(at_zero, self.unknowns), self.unknowns
        x = list(self.block.variables)
        kernel = [sp.Dummy(f"v_{v.name}", real=True) for v in x]
        free = [v for i, v in enumerate(kernel) if i != self.axis]
        direction = [sp.S.One if i == self.axis else v for i, v in enumerate(kernel)]
        gradient = list(self.block.gradient)
        along = [sp.Add(*(h * v for h, v in zip(row, direction, strict=True))) for row in self.block.hessian]
        unknowns = [*x, *free, self.parameter]
        return build_system([*gradient, *along], unknowns), unknowns

    # -- the theorem on one neighbourhood ----------------------------------------------------------
    def shape(self, place: Neighbourhood) -> Shape | None:
        """The shape of the curve in the neighbourhood; None when a hypothesis is not shown (in Arb).

        Shown: for each t there is exactly one z in ``box`` on the curve, and the parameter is monotone
        (pitchfork) or strictly convex or concave (fold) in t.
        """
        n = len(self.unknowns)
        if self.kind == PITCHFORK and not (place.along.lo == 0 < place.along.hi):
            return None
        with balls.precision(BITS):
            t = _ends(place.along)
            z = [_ends(x) for x in place.box]
            if not self._curve_through(t, z).unique:
                return None
            matrix = square(_balls(evaluate_endpoints(self.matrix, [t, *z])), n)
            right = _balls(evaluate_endpoints(self.right, [t, *z]))
            inverse = float_inverse(matrix)
            weights = [balls.ball(x.width / 2) for x in place.box]
            shape: CurveShape | None
            if self.kind == PITCHFORK:
                shape = pitchfork_shape(matrix, right, inverse, weights)
            else:
                flat = _balls(evaluate_endpoints(self.second, [t, *z]))
                size = (n + 1) ** 2
                second = [square(flat[i * size : (i + 1) * size], n + 1) for i in range(n)]
                shape = fold_shape(matrix, right, second, inverse, weights)
            if shape is None:
                return None
            ends = [place.along.hi] if self.kind == PITCHFORK else [place.along.lo, place.along.hi]
            reach = [self._at_end(end, place) for end in ends]
            found = tuple(r for r in reach if r is not None)
            return Shape(shape.direction, found) if len(found) == len(ends) else None

    def counts(
        self, place: Neighbourhood, shape: Shape, point: Sequence[Enclosure], critical: Enclosure
    ) -> tuple[int, int] | None:
        """Numbers of zeros in the neighbourhood for parameters of ``span`` below and above the bifurcation.

        ``point`` and ``critical`` hold a zero of the extended system: the bifurcation of this curve where it
        lies in the neighbourhood.  None when it does not, or ``span`` reaches beyond the ends of the curve.
        At the bifurcation itself: 1.
        """
        inside = place.span.lo < critical.lo and critical.hi < place.span.hi
        inside = inside and all(side.contains(x) for side, x in zip(place.region, point, strict=True))
        box = place.box[-1]
        if not inside or place.span.lo < box.lo or place.span.hi > box.hi:
            return None
        if self.kind == PITCHFORK and not self._one_on_axis(place):
            return None
        many, few = (3, 1) if self.kind == PITCHFORK else (2, 0)
        if shape.direction > 0:
            return (few, many) if all(place.span.hi <= r.lo for r in shape.reach) else None
        return (many, few) if all(place.span.lo >= r.hi for r in shape.reach) else None

    def _at_end(self, t: Fraction, place: Neighbourhood) -> Enclosure | None:
        """The parameter on the curve at one t; None when there is no finite enclosure.

        The curve has one z in the box at t, and the Krawczyk operator never loses it.
        """
        here, n = balls.ball(t), len(self.unknowns)
        box = [_ends(x) for x in place.box]
        for _ in range(TIGHTEN):
            result = _parametric(self.at_t, self.at_t_matrix, n, lambda x: [(here, here), *x], box)
            if not all(k.is_finite() for k in result.image):
                return None
            box = [(lo.max(k.lower()), hi.min(k.upper())) for (lo, hi), k in zip(box, result.image, strict=True)]
        return Enclosure(balls.lower_fraction(box[-1][0]), balls.upper_fraction(box[-1][1]))

    def movement(self, along: Enclosure, centre: Sequence[Fraction]) -> list[float] | None:
        """How far z moves while t runs through ``along``, to first order (a guess); None where it is not finite."""
        n = len(self.unknowns)
        with balls.precision(64):
            t, z = _ends(along), [_ends(Enclosure.exact(c)) for c in centre]
            here = self._centre(t)
            inverse = float_inverse(square(_balls(evaluate_endpoints(self.matrix, [here, *z])), n))
            value = self._preconditioned(inverse, t, [lo for lo, _ in z])
            return [float(abs(v).upper()) for v in value] if all(v.is_finite() for v in value) else None

    def _centre(self, t: EndpointInterval) -> EndpointInterval:
        c = arb(0) if self.kind == PITCHFORK else ((t[0] + t[1]) / 2).mid()
        return c, c

    def _preconditioned(self, inverse: Sequence[Sequence[float]], t: EndpointInterval, x: Sequence[arb]) -> list[arb]:
        """Y E(t, x) for every t, E the equations: Y E(c, x) + (Y E_t(t, x)) (t - c), the mean value form."""
        n = len(self.unknowns)
        ends = [(k.lower(), k.upper()) for k in x]
        Y = arb_mat([[arb(y) for y in row] for row in inverse])
        here = self._centre(t)
        value = arb_mat(n, 1, _balls(evaluate_endpoints(self.function, [here, *ends])))
        change = arb_mat(n, 1, _balls(evaluate_endpoints(self.change, [t, *ends])))
        step = t[0].union(t[1]) - here[0]
        total = Y * value + (Y * change) * step
        return [total[i, 0] for i in range(n)]

    def _curve_through(self, t: EndpointInterval, z: Sequence[EndpointInterval]) -> KrawczykResult:
        """Krawczyk's test for Y E(t, .) on the box z, for every t.

        The test makes Y J, and so Y, nonsingular: the zeros are those of E.  For a pitchfork E has f_a(s)
        for s in [0, r] in place of q, an average of such values.
        """
        n = len(self.unknowns)
        slope = arb_mat(n, n, _balls(evaluate_endpoints(self.matrix, [t, *z])))
        inverse = float_inverse(square(slope.entries(), n))
        product = arb_mat([[arb(y) for y in row] for row in inverse]) * slope
        preconditioned = square(product.entries(), n)
        identity = [[float(i == j) for j in range(n)] for i in range(n)]
        whole = [lo.lower().union(hi.upper()) for lo, hi in z]
        result = krawczyk(lambda x: self._preconditioned(inverse, t, x), lambda _: preconditioned, whole, identity)
        return _within(result, z)

    def _one_on_axis(self, place: Neighbourhood) -> bool:
        """For each parameter in ``span`` exactly one y with G(0, y, p) = 0."""
        if not self.rest:
            return True
        with balls.precision(BITS):
            zero, span = (arb(0), arb(0)), _ends(place.span)
            y = [_ends(x) for x in place.box[:-1]]
            result = _parametric(self.trivial, self.trivial_matrix, len(self.rest), lambda x: [zero, *x, span], y)
        return result.unique


def _parametric(function: Tape, matrix: Tape, n: int, inputs, z: Sequence[EndpointInterval]) -> KrawczykResult:  # type: ignore[no-untyped-def]
    """Krawczyk's test on a box with real ends; ``inputs`` adds the intervals of what is a parameter."""
    slope = square(_balls(evaluate_endpoints(matrix, inputs(list(z)))), n)

    def value(x: Sequence[arb]) -> list[arb]:
        return _balls(evaluate_endpoints(function, inputs([(k.lower(), k.upper()) for k in x])))

    whole = [lo.lower().union(hi.upper()) for lo, hi in z]
    result = krawczyk(value, lambda _: slope, whole, float_inverse(slope))
    return _within(result, z)


def _within(result: KrawczykResult, z: Sequence[EndpointInterval]) -> KrawczykResult:
    """A ball reaches a little beyond the ends it was made of: the image must lie between the exact ends."""
    within = all(lo < k < hi for k, (lo, hi) in zip(result.image, z, strict=True))
    return KrawczykResult(result.unique and within, result.empty, result.image)


def _ends(x: Enclosure) -> EndpointInterval:
    return balls.ball(x.lo), balls.ball(x.hi)


def _balls(values: Sequence[EndpointInterval]) -> list[arb]:
    return [lo.union(hi) for lo, hi in values]
