"""A shared problem set: square systems whose real zeros in a box are known from outside this project.

Every entry names where its count comes from: a hand calculation, an exact elimination that was carried out
separately (Groebner basis in lexicographic order, then Sturm's theorem on the last polynomial), or a publication.
Zeros are given to at least nine digits; ``degenerate`` ones have a singular Jacobian and cannot be isolated by
any test that needs an inverse: a sound solver reports the region around them as undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric.candidates import newton_from_many
from numeric.isolate import Isolator
from numeric.search import Budget, IsolatedBox, SearchResult, search_zeros
from numeric.system import System, build_system
from symbolic.activations import sigmoid

__all__ = ["BY_NAME", "PROBLEMS", "Problem", "solve", "solve_system"]

x, y, z = sp.symbols("x y z", real=True)
R = sp.Rational
Point = tuple[float, ...]


@dataclass(frozen=True)
class Problem:
    """``equations`` = 0 for ``variables`` in the box ``sides``, one closed interval for each variable."""

    name: str
    variables: tuple[sp.Symbol, ...]
    equations: tuple[sp.Expr, ...]
    sides: tuple[tuple[Fraction, Fraction], ...]
    regular: tuple[Point, ...]
    degenerate: tuple[Point, ...]
    source: str

    @property
    def zeros(self) -> tuple[Point, ...]:
        return self.regular + self.degenerate

    @property
    def root(self) -> tuple[np.ndarray, np.ndarray]:
        """The box as floats (ends of the problems are floats or decimals rounded outward by an ulp)."""
        lo = [float(a) if Fraction(float(a)) <= a else np.nextafter(float(a), -np.inf) for a, _ in self.sides]
        hi = [float(b) if Fraction(float(b)) >= b else np.nextafter(float(b), np.inf) for _, b in self.sides]
        return np.array(lo), np.array(hi)

    def system(self) -> System:
        return build_system(self.equations, self.variables)


def solve(problem: Problem, budget: Budget = Budget(), *, hints: bool = True) -> SearchResult:
    """The whole pipeline on one problem: candidates, isolation, search.  Without hints all zeros are discovered."""
    return solve_system(problem.system(), *problem.root, budget, hints=hints)


def solve_system(
    system: System, lo: np.ndarray, hi: np.ndarray, budget: Budget = Budget(), *, hints: bool = True
) -> SearchResult:
    isolate = Isolator(system)
    known: list[IsolatedBox] = []

    def add(points: np.ndarray) -> list[IsolatedBox]:
        fresh: list[IsolatedBox] = []
        for column in points.T:
            box = isolate(column)
            if box is not None and not any(_holds_zero_of(k, box) for k in known + fresh):
                fresh.append(box)
        known.extend(fresh)
        return fresh

    if hints:
        add(newton_from_many(system, lo, hi))
    return search_zeros(
        system,
        lo,
        hi,
        list(known),
        discover=lambda p: add(newton_from_many(system, p[:, 0] - 1e-3, p[:, 0] + 1e-3, starts=32)),
        budget=budget,
    )


def _holds_zero_of(outer: IsolatedBox, inner: IsolatedBox) -> bool:
    return bool(np.all(inner.inner_lo >= outer.outer_lo) and np.all(inner.inner_hi <= outer.outer_hi))


def _problem(
    name: str,
    equations: list[sp.Expr],
    sides: list[tuple[object, object]],
    regular: list[Point],
    source: str,
    degenerate: list[Point] = (),  # type: ignore[assignment]
) -> Problem:
    box = tuple((Fraction(str(lo)), Fraction(str(hi))) for lo, hi in sides)
    return Problem(name, (x, y, z)[: len(box)], tuple(equations), box, tuple(regular), tuple(degenerate), source)


def _gradient(f: sp.Expr, *variables: sp.Symbol) -> list[sp.Expr]:
    return [sp.diff(f, v) for v in variables]


_HIMMELBLAU = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
_CAMEL = (4 - R(21, 10) * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2
_CAMEL_RIGHT = [
    (1.70360671497, -0.796083568673),
    (1.63806798419, 0.228674069044),
    (1.60710475292, 0.568651454884),
    (1.29607026717, 0.605084388039),
    (1.23022987652, 0.162334584459),
    (1.10920533680, -0.768268092510),
    (0.0898420131003, -0.712656403021),
]
_HALF_PI = 1.5707963267948966
_SSL = -sum(sigmoid(u) ** 2 for u in (x, x + 7 * y, -x, -x + 7 * y)) / 4 + (x**2 + y**2) / 800

PROBLEMS: tuple[Problem, ...] = (
    # -- regular zeros, polynomials ------------------------------------------------------------------------
    _problem("square root of two", [x**2 - 2], [(-3, 3)], [(2**0.5,), (-(2**0.5),)], "hand"),
    _problem(
        "circle and diagonal",
        [x**2 + y**2 - 1, x - y],
        [(-2, 2), (-2, 2)],
        [(0.5**0.5, 0.5**0.5), (-(0.5**0.5), -(0.5**0.5))],
        "hand: 2 x^2 = 1",
    ),
    _problem(
        "axes and line",
        [x * y, x + y - 1],
        [(-2, 2), (-2, 2)],
        [(0.0, 1.0), (1.0, 0.0)],
        "hand; x1*x2 = 0 systems were lost by another solver (ibex 470)",
    ),
    _problem(
        "axes and circle",
        [x * y, x**2 + y**2 - 1],
        [(-2, 2), (-2, 2)],
        [(0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0)],
        "hand; x1*x2 = 0 with a singular Jacobian at the centre",
    ),
    _problem(
        "singular centre",
        [x**2 - y**2, x**2 + y**2 - 2],
        [(-2, 2), (-2, 2)],
        [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)],
        "hand; the Jacobian vanishes at the centre of the box (IntervalRootFinding 102)",
    ),
    _problem(
        "close pair",
        [x**2 - R(1, 10**10)],
        [(-1, 1)],
        [(1e-5,), (-1e-5,)],
        "hand: +-10^-5",
    ),
    _problem("no zero, ellipse", [x**2 + 2 * y**2 + 1, x - y], [(-9, 9), (-9, 9)], [], "hand: the first is positive"),
    _problem(
        "cyclic 3",
        [x + y + z, x * y + y * z + z * x, x * y * z - 1],
        [(-3, 3)] * 3,
        [],
        "hand: x, y, z would be the three cube roots of 1, and two of them are not real",
    ),
    _problem(
        "Freudenstein and Roth",
        [-13 + x + ((5 - y) * y - 2) * y, -29 + x + ((y + 1) * y - 14) * y],
        [(-20, 20), (-20, 20)],
        [(5.0, 4.0)],
        "hand: the difference is 2 (y - 4)(y^2 + 2 y + 2)",
    ),
    _problem(
        "Rosenbrock, gradient",
        _gradient((1 - x) ** 2 + 100 * (y - x**2) ** 2, x, y),
        [(-5, 5), (-5, 5)],
        [(1.0, 1.0)],
        "hand: y = x^2, then x = 1",
    ),
    _problem(
        "Himmelblau, gradient",
        _gradient(_HIMMELBLAU, x, y),
        [(-5, 5), (-5, 5)],
        [
            (3.0, 2.0),
            (-3.77931025338, -3.28318599129),
            (-3.07302575076, -0.0813530442880),
            (-2.80511808695, 3.13131251825),
            (-0.270844590667, -0.923038556480),
            (-0.127961346731, -1.95371498024),
            (0.0866775045554, 2.88425470117),
            (3.38515418361, 0.0738518798377),
            (3.58442834033, -1.84812652696),
        ],
        "D. Himmelblau, Applied Nonlinear Programming (1972); count by exact elimination",
    ),
    _problem(
        "six-hump camel, gradient",
        _gradient(_CAMEL, x, y),
        [(-3, 3), (-2, 2)],
        [*_CAMEL_RIGHT, (0.0, 0.0), *((-a, -b) for a, b in _CAMEL_RIGHT)],
        "L. Dixon, G. Szego, Towards Global Optimisation 2 (1978); count by exact elimination",
    ),
    _problem(
        "Katsura 3",
        [x + 2 * y + 2 * z - 1, x**2 + 2 * y**2 + 2 * z**2 - x, 2 * x * y + 2 * y * z - y],
        [(-2, 2)] * 3,
        [
            (0.630601937482, 0.315300968741, -0.130601937482),
            (1.0, 0.0, 0.0),
            (0.226540919661, 0.113270459830, 0.273459080339),
            (1 / 3, 0.0, 1 / 3),
        ],
        "S. Katsura, J. Phys. A 19 (1986); count by exact elimination",
    ),
    _problem(
        "Brown, almost linear",
        [2 * x + y + z - 4, x + 2 * y + z - 4, x * y * z - 1],
        [(-8, 8)] * 3,
        [
            (1.0, 1.0, 1.0),
            (0.767591879244, 0.767591879244, 1.69722436227),
            (-0.434258545911, -0.434258545911, 5.30277563773),
        ],
        "J. More, B. Garbow, K. Hillstrom (1981), problem 27; x = y = a with 3 a^3 - 4 a^2 + 1 = 0",
    ),
    _problem(
        "Chebyshev 10",
        [sp.chebyshevt(10, x)],
        [("-1.1", "1.05")],
        [(float(sp.cos((2 * k + 1) * sp.pi / 20)),) for k in range(10)],
        "hand: cos((2 k + 1) pi/20)",
    ),
    _problem(
        "Wilkinson 8",
        [sp.expand(sp.prod([x - k for k in range(1, 9)]))],
        [(0, "9.3")],
        [(k,) for k in range(1, 9)],
        "hand",
    ),
    # -- regular zeros, transcendental ---------------------------------------------------------------------
    _problem("sine", [sp.sin(x)], [(-10, 10)], [(k * 2 * _HALF_PI,) for k in range(-3, 4)], "hand: k pi"),
    _problem(
        "product of waves",
        [sp.sin(x) * sp.cos(y), sp.cos(x) * sp.sin(y)],
        [(-2, 2), (-2, 2)],
        [(0.0, 0.0), *((a, b) for a in (_HALF_PI, -_HALF_PI) for b in (_HALF_PI, -_HALF_PI))],
        "hand: sum and difference are sin(x + y) and sin(x - y)",
    ),
    _problem(
        "exponential and line",
        [sp.exp(x) - x - 2],
        [(-5, 5)],
        [(1.14619322062,), (-1.84140566044,)],
        "hand: -2 - W(-e^-2) on both branches of Lambert's W",
    ),
    _problem("Kepler", [x - sp.sin(x) / 2 - 1], [(-9, 9)], [(1.49870113352,)], "hand: increasing, J. Kepler (1619)"),
    _problem(
        "mean field",
        [x - sp.tanh(2 * x)],
        [(-3, 3)],
        [(0.0,), (0.957504024,), (-0.957504024,)],
        "hand: concave for x > 0 with slope 2 > 1 at 0",
    ),
    _problem(
        "two coupled neurons",
        [x + 4 - 8 * sigmoid(y), y + 4 - 8 * sigmoid(x)],
        [(-9, 9), (-9, 9)],
        [(0.0, 0.0), (3.830016096, 3.830016096), (-3.830016096, -3.830016096)],
        "hand: x = g(g(x)) with g(x) = 4 tanh(x/2) increasing, so x = g(x)",
    ),
    _problem("reciprocal", [1 / x + x - R(5, 2)], [("0.1", 10)], [(0.5,), (2.0,)], "hand: 2 x^2 - 5 x + 2"),
    _problem("logarithm", [sp.log(x) + x - 1], [("0.1", 10)], [(1.0,)], "hand: increasing"),
    _problem("square root", [sp.sqrt(x) - x**2], [("0.1", 4)], [(1.0,)], "hand: x^3 = 1"),
    _problem(
        "Powell, badly scaled",
        [10**4 * x * y - 1, sp.exp(-x) + sp.exp(-y) - R(10001, 10000)],
        [(0, 1), (0, 20)],
        [(1.0981593299698e-5, 9.10614673986652)],
        "J. More, B. Garbow, K. Hillstrom (1981), problem 3; the other zero has x > 9",
    ),
    _problem(
        "self-supervised neuron",
        _gradient(_SSL, x, y),
        [(-13, 13), (-13, 13)],
        [(3.81620369666736, 1.51986193444706), (-3.81620369666736, 1.51986193444706), (0.0, 1.11782702597547)],
        "count measured in floating point when the model was designed; digits by mpmath.findroot",
    ),
    # -- places where searches go wrong --------------------------------------------------------------------
    _problem("zero at a corner", [x + y, x - 2 * y], [(0, 1), (0, 1)], [(0.0, 0.0)], "hand"),
    _problem("zero at an end", [x**3 - x / 4], [("-0.5", "0.75")], [(0.0,), (0.5,), (-0.5,)], "hand"),
    # -- degenerate zeros -----------------------------------------------------------------------------------
    _problem("double root", [x**2], [(-1, 1)], [], "hand; reported unique by another solver (IRF 75)", [(0.0,)]),
    _problem("double and simple root", [x**3 - 3 * x + 2], [(-3, 3)], [(-2.0,)], "hand: (x - 1)^2 (x + 2)", [(1.0,)]),
    _problem("tangent parabola", [x**2 - y, y], [(-1, 1), (-1, 1)], [], "hand", [(0.0, 0.0)]),
    _problem(
        "Griewank and Osborne",
        [R(29, 16) * x**3 - 2 * x * y, y - x**2],
        [(-1, 1), (-1, 1)],
        [],
        "A. Griewank, M. Osborne, SIAM J. Numer. Anal. 20 (1983): a triple zero, -3 x^3/16",
        [(0.0, 0.0)],
    ),
    _problem("critical mean field", [x - sp.tanh(x)], [(-2, 2)], [], "hand: x^3/3 at 0, triple", [(0.0,)]),
)
BY_NAME = {p.name: p for p in PROBLEMS}
