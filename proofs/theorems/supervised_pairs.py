r"""Stationary points of the supervised objective without hidden feature, for any number of neurons.

Theorem.  Let tau, beta, gamma > 0 and beta*gamma < 1/256.  The stationary points with all b_j = 0 are these, and no
others: p neurons (-a, 0) with output weight f, p neurons (a, 0) with output weight -f, the rest zero, 0 <= 2p <= m,
where with theta = tanh(a/2) in (0, 1)

    rho^2 = 64 beta gamma artanh(theta) / (theta (1 - theta^2)),  log((1 - rho)/rho) = p rho theta^2 / (4 gamma),
    f = rho theta / (4 gamma),

which have exactly one solution for each p >= 1.  With beta*gamma >= 1/256 only the origin is left.  And: if
theta^2 >= 3/8 at p = 1, each of them with a zero neuron and p >= 1 has a direction of negative curvature.

Proofs: docs/theory/supervised.md, theorems 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from flint import arb

from numeric import balls
from numeric.enclosure import Enclosure

__all__ = ["PairedNeurons", "hidden_free_count", "paired_neurons", "zero_neurons_are_saddles"]

BISECTIONS = 90


@dataclass(frozen=True)
class PairedNeurons:
    """The point with ``pairs`` pairs: theta = tanh(a/2), the residual rho in all four classes, a and f."""

    pairs: int
    theta: Enclosure
    rho: Enclosure
    a: Enclosure
    f: Enclosure


def paired_neurons(beta: Fraction, gamma: Fraction, pairs: int, *, bits: int = 160) -> PairedNeurons | None:
    """Enclosures by bisection with certain signs; None when beta*gamma >= 1/256, so that there is no such point.

    Raises ValueError unless beta, gamma > 0 and pairs >= 1, or when the precision does not tell the solution from 0.
    """
    if beta <= 0 or gamma <= 0 or pairs < 1:
        raise ValueError("beta and gamma must be positive, and there must be a pair")
    if beta * gamma >= Fraction(1, 256):
        return None
    lo, hi = Fraction(0), Fraction(1)
    with balls.precision(bits):
        for _ in range(BISECTIONS):
            middle = (lo + hi) / 2
            sign = _excess_sign(balls.ball(middle), beta, gamma, pairs)
            if sign is None:
                break
            lo, hi = (middle, hi) if sign > 0 else (lo, middle)
        theta = balls.ball(lo).union(balls.ball(hi))
        residual = _residual(theta, beta, gamma)
        values = (residual, 2 * theta.atanh(), residual * theta / (4 * balls.ball(gamma)))
        if not all(v.is_finite() for v in values):
            raise ValueError("the point is too near to the origin for this precision")
        return PairedNeurons(pairs, Enclosure(lo, hi), *map(Enclosure.from_ball, values))


def _residual(theta: arb, beta: Fraction, gamma: Fraction) -> arb:
    return (64 * balls.ball(beta * gamma) * theta.atanh() / (theta * (1 - theta * theta))).sqrt()


def _excess_sign(theta: arb, beta: Fraction, gamma: Fraction, pairs: int) -> int | None:
    """The certain sign of log((1 - rho)/rho) - p rho theta^2/(4 gamma), which falls as theta grows, or None."""
    rho = _residual(theta, beta, gamma)
    if rho >= 1:
        return -1
    if not rho < 1:
        return None
    excess = ((1 - rho) / rho).log() - pairs * rho * theta * theta / (4 * balls.ball(gamma))
    return 1 if excess > 0 else -1 if excess < 0 else None


def zero_neurons_are_saddles(first: PairedNeurons) -> bool:
    """Whether a zero neuron beside p >= 1 pairs always gives negative curvature; ``first`` is the point p = 1."""
    return first.pairs == 1 and first.theta.lo >= 0 and first.theta.lo**2 >= Fraction(3, 8)


def hidden_free_count(neurons: int) -> int:
    """How many stationary points have all b_j = 0, when beta*gamma < 1/256: one for each way to place the pairs."""
    if neurons < 1:
        raise ValueError("there must be a neuron")
    return sum(factorial(neurons) // (factorial(p) ** 2 * factorial(neurons - 2 * p)) for p in range(neurons // 2 + 1))
