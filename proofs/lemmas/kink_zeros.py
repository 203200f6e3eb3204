"""Zeros at kinks that no slope isolates: exact points are guessed, and the theorem on pieces decides.

Arithmetic: heuristic guesses; :func:`proofs.theorems.kinks.zero_alone_in_pieces` accepts or rejects them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from numeric.enclosure import Enclosure
from numeric.intervals import FloatArray, from_fraction
from numeric.search import IsolatedBox
from numeric.system import System, build_system
from proofs.checks.base import Invalid
from proofs.checks.points import check_unique
from proofs.theorems.exact_zero import is_exact_zero
from proofs.theorems.goal import Inapplicable
from proofs.theorems.kinks import zero_alone_in_pieces
from symbolic.kinks import kinks_of

__all__ = ["Key", "KinkIsolator", "key_of"]

SHORT = 10**4
NEAR = 1e-6
RADII = tuple(4.0**-k for k in range(-1, 13))
Key = tuple[bytes, bytes]


def key_of(box: IsolatedBox) -> Key:
    return box.outer_lo.tobytes(), box.outer_hi.tobytes()


class KinkIsolator:
    """Proven boxes around exact zeros at kinks; ``points`` are the zeros found, by their boxes."""

    def __init__(self, equations: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> None:
        self.equations, self.variables = tuple(equations), tuple(variables)
        self.kinks = [k for e in equations for k in kinks_of(e)]
        self.points: dict[Key, tuple[Fraction, ...]] = {}
        self._systems: dict[tuple[sp.Expr, ...], System | None] = {}
        self._rejected: set[tuple[Fraction, ...]] = set()

    def __call__(self, near: FloatArray) -> IsolatedBox | None:
        """The proven boxes around a zero close to a float point of shape (n,), or None."""
        if not self.kinks or not np.isfinite(near).all():
            return None
        point = tuple(Fraction(float(x)).limit_denominator(SHORT) for x in near)
        if point in self._rejected or any(
            abs(float(p) - x) > NEAR * (1 + abs(x)) for p, x in zip(point, near.tolist(), strict=True)
        ):
            return None
        if not is_exact_zero(self.equations, self.variables, point):
            self._rejected.add(point)
            return None
        for radius in RADII:
            ends = [(float(p) - radius, float(p) + radius) for p in point]
            try:
                box = [Enclosure.from_floats(a, b) for a, b in ends]
                zero_alone_in_pieces(self.equations, self.variables, point, box, self._one_zero)
            except (Inapplicable, ValueError):
                continue
            inner = [from_fraction(p) for p in point]
            found = IsolatedBox(*(np.array([e[k] for e in side]) for side in (inner, ends) for k in (0, 1)))
            self.points[key_of(found)] = point
            return found
        self._rejected.add(point)
        return None

    def _one_zero(self, piece: Sequence[sp.Expr], box: Sequence[Enclosure]) -> bool:
        key = tuple(piece)
        if key not in self._systems:
            try:
                self._systems[key] = build_system(key, self.variables, plain=True)
            except ValueError:
                self._systems[key] = None
        system = self._systems[key]
        if system is None:
            return False
        try:
            check_unique(system, box)
        except Invalid:
            return False
        return True
