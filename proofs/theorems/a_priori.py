"""Every stationary point lies in an explicit ball, from the energy identity of the objective.

v . dL/dv = ridge |v|^2 + sum_k w_k M_k z_k p_k(s(z_k)) vanishes at a stationary point, so
|v|^2 <= (1/ridge) sum_k |w_k| sup|M_k| C_k, where C_k bounds the one-signed or two-sided profile
z p(s(z)) over the whole real line.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import arb

from numeric import balls, endpoints

__all__ = ["energy_radius", "profile_supremum"]

Polynomial = tuple[Fraction, ...]
TAIL = 60


@lru_cache(maxsize=256)
def profile_supremum(polynomial: Polynomial, *, pieces: int = 1200) -> arb | None:
    """An upper bound, within about 60/pieces, of sup over z in R of z * p(s(z)), s the sigmoid.

    p has rational coefficients, ascending.  None when the supremum is not shown to be finite: for
    z -> +oo that needs p(1) <= 0, for z -> -oo it needs p(0) >= 0.
    """
    coefficients = polynomial
    at_zero, at_one = coefficients[0], sum(coefficients, Fraction(0))
    if at_one > 0 or at_zero < 0:
        return None
    # |p(s) - p(0)| <= s * sum|c_i| and s(z) <= e^z; likewise at 1 with the derivative bound.
    slope = sum((i * abs(c) for i, c in enumerate(coefficients)), Fraction(0))
    # z p(s(z)) <= |z| e^{-|z|} * slope beyond the tail, where that is decreasing.
    tail = balls.ball(slope * TAIL) * arb(-TAIL).exp()
    best = tail.max(arb(0))
    step = Fraction(2 * TAIL, pieces)
    left = Fraction(-TAIL)
    for _ in range(pieces):
        z = endpoints.from_fractions(left, left + step)
        s = (balls.sigmoid(z[0]), balls.sigmoid(z[1]))
        best = best.max(endpoints.mul(z, endpoints.polynomial(coefficients, s))[1])
        left += step
    return best.upper()


def energy_radius(ridge: arb, contributions: Sequence[arb]) -> arb:
    """sqrt((1/ridge) * sum of contributions), an upper bound of |v| at every stationary point.

    Raises ValueError when the ridge is not certainly positive.
    """
    if not ridge > 0:
        raise ValueError("an a-priori bound needs a positive ridge")
    total = sum(contributions, arb(0)) / ridge
    top = total.upper()
    if top > 0:
        return top.sqrt().upper()
    # Anything that is not a certain number, such as NaN, bounds nothing.
    return arb(0) if top <= 0 else arb("nan")
