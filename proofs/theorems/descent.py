"""Gradient descent on a function that is even in one coordinate converges from every start on one side.

Let l : R^2 -> R be C^2, bounded below and coercive, even in a, with ||Hessian|| <= L everywhere.  Let the
half-plane a >= 0 hold finitely many stationary points: one with a > 0 and the others on a = 0, where
d^2 l / da^2 < 0 at each of those.  Then for 0 < eta < 1/L gradient descent from any (a0, b0) with a0 > 0
stays in a > 0 and converges to the stationary point with a > 0.

Proof.  dl/da vanishes on a = 0, so |dl/da| <= L a and a_{k+1} >= (1 - eta L) a_k > 0.  By the descent
lemma l decreases by eta (1 - eta L/2) |grad l|^2 a step, so the iterates stay in a compact sublevel
set, grad l -> 0 and steps -> 0; the limit points are stationary, form a connected set, and are finitely
many, so there is one limit.  It is not on a = 0: near such a point dl/da = a d^2l/da^2(., b) < 0 for
a > 0, so a would grow.  (Descent lemma: Yu. Nesterov, Introductory Lectures on Convex Optimization,
2004, lemma 1.2.3.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["DescentResult", "half_plane_descent", "linear_rate"]


@dataclass(frozen=True)
class DescentResult:
    """``holds``: every start with a > 0 converges for every step below ``step_limit``."""

    holds: bool
    reason: str
    step_limit: Fraction


def half_plane_descent(
    smoothness: Fraction,
    coercive: bool,
    even: bool,
    interior_points: int,
    boundary_curvatures: Sequence[Fraction],
) -> DescentResult:
    """Check the hypotheses.

    ``smoothness`` is L; ``interior_points`` counts stationary points with a > 0;
    ``boundary_curvatures`` are upper bounds of d^2 l / da^2 at those with a = 0.
    """
    if smoothness <= 0:
        return DescentResult(False, "the smoothness constant must be positive", Fraction(0))
    limit = 1 / smoothness
    if not coercive:
        return DescentResult(False, "the objective was not shown to be coercive", limit)
    if not even:
        return DescentResult(False, "the objective was not shown to be even in a", limit)
    if interior_points != 1:
        return DescentResult(False, f"{interior_points} stationary points with a > 0, not one", limit)
    if any(c >= 0 for c in boundary_curvatures):
        return DescentResult(False, "a stationary point with a = 0 may attract from the side", limit)
    return DescentResult(True, "all hypotheses hold", limit)


def linear_rate(m: Fraction, smoothness: Fraction, step: Fraction) -> Fraction | None:
    """The contraction factor 1 - step*m of gradient descent where m I <= Hessian <= L I, step <= 1/L.

    None when the step is outside of (0, 1/L] or m is not in (0, L].
    """
    if not 0 < m <= smoothness or not 0 < step * smoothness <= 1:
        return None
    return 1 - step * m
