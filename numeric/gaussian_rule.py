"""The trapezoidal rule for Gaussian means of functions analytic in a strip, with a proven error.

Arithmetic: rigorous (Arb).  Let f be analytic in |Im z| < a with |f| <= C there.  Then
phi f, phi the standard normal density, has integral over R of |phi(x + ib) f(x + ib)| dx <= C e^{a^2/2} =: M
for |b| < a, since |phi(x + ib)| = phi(x) e^{b^2/2}, and it vanishes uniformly as |x| grows.  Hence

    |E f(z) - h sum_{j in Z} phi(jh) f(jh)| <= 2 M / (e^{2 pi a / h} - 1)

(L. N. Trefethen, J. A. C. Weideman, SIAM Review 56 (2014), theorem 5.1), and, phi being decreasing, the terms
with |j| > N add at most 2 C h sum_{j > N} phi(jh) <= 2 C P(z > Nh) = C erfc(N h / sqrt 2).
Step, strip and number of nodes are chosen in floats; the error is computed from the chosen numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, ctx

__all__ = ["MAX_NODES", "GaussianRule", "gaussian_rule", "rule_with"]

MAX_NODES = 100_000
GUARD_BITS = 12


@dataclass(frozen=True)
class GaussianRule:
    """Nodes j*step for |j| <= reach, weights of j = 0 .. reach, and the error for |f| <= 1 in the strip."""

    step: arb
    reach: int
    weights: tuple[arb, ...]
    error: arb

    def mean(self, values: Sequence[arb], bound: arb) -> arb:
        """E f(z) from f(j*step), j = -reach .. reach, and a bound of |f| in the strip of the rule."""
        total = self.weights[0] * values[self.reach]
        for j in range(1, self.reach + 1):
            total += self.weights[j] * (values[self.reach - j] + values[self.reach + j])
        return total + self.slack(bound)

    def slack(self, bound: arb) -> arb:
        """A ball around 0 that holds the error of the rule when |f| <= ``bound`` in the strip."""
        return arb(0, (self.error * bound).upper())


def gaussian_rule(half_width: float) -> GaussianRule:
    """A rule for functions analytic and bounded in |Im z| < half_width, for the current precision.

    The error for |f| <= 1 is about 2^-precision.  ``half_width`` may be infinite (entire functions that
    are bounded in every strip).  Raises ValueError when the strip is too narrow for MAX_NODES nodes.
    """
    if not half_width > 0:
        raise ValueError("the strip of analyticity has no width")
    digits = (ctx.prec + GUARD_BITS) * math.log(2.0)
    # The exponent 2 pi a / h - a^2 / 2 is largest at a = 2 pi / h, where it is 2 (pi / h)^2.
    strip = min(math.sqrt(2.0 * digits), half_width)
    step = 2.0 * math.pi * strip / (digits + 0.5 * strip * strip)
    count = math.sqrt(2.0 * digits) / step if step > 0 else math.inf
    if not count < MAX_NODES:
        raise ValueError(f"the Gaussian rule would need more than {MAX_NODES} nodes")
    return rule_with(step, math.ceil(count), strip)


def rule_with(step: float, reach: int, strip: float) -> GaussianRule:
    """The rule with the nodes j*step, |j| <= reach, and its error for functions bounded in |Im z| < strip."""
    a, h = arb(strip), arb(step)
    trapezoidal = 2 * (a * a / 2).exp() / ((2 * arb.pi() * a / h).exp() - 1)
    cut = (reach * h / arb(2).sqrt()).erfc()
    scale = h / (2 * arb.pi()).sqrt()
    weights = tuple(scale * (-(j * h) * (j * h) / 2).exp() for j in range(reach + 1))
    return GaussianRule(h, reach, weights, trapezoidal + cut)
