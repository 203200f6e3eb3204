"""The probability that every class fraction of a sample lies in an interval: exact sums, and a Chernoff bound.

The counts (n_1, .., n_4) of n independent points in four classes of weight 1/4 are multinomial:
P(all n_c in [l, h]) = 4^-n sum of n!/(n_1! n_2! n_3! n_4!) = n! 4^-n [z^n] (sum of z^k/k! over l <= k <= h)^4, which is
computed in exact rationals.

Chernoff: for q <= 1/4, P(n_c <= q n) <= exp(-n KL(q, 1/4)), and P(n_c >= q n) <= exp(-n KL(q, 1/4)) for q >= 1/4, with
KL(q, p) = q log(q/p) + (1-q) log((1-q)/(1-p)) (H. Chernoff, Ann. Math. Statist. 23 (1952)).
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from math import factorial as factorial_of

from flint import arb, fmpq, fmpq_poly, fmpz

from numeric.balls import ball

__all__ = ["chernoff_rate", "count_range", "probability_of_range"]

CLASSES = 4
MAX_POINTS = 2500  # an exact sum of numbers of some thousand digits


def count_range(n: int, lo: Fraction, hi: Fraction) -> tuple[int, int]:
    """The counts k of n points with lo <= k/n <= hi, as (least, greatest)."""
    return max(0, ceil(lo * n)), min(n, floor(hi * n))


def probability_of_range(n: int, lo: Fraction, hi: Fraction) -> Fraction:
    """P(lo <= n_c/n <= hi for all four classes), exactly.  Raises ValueError for n outside 1..2500."""
    if not 1 <= n <= MAX_POINTS:
        raise ValueError(f"the exact sum is for 1 to {MAX_POINTS} points, not {n}")
    least, greatest = count_range(n, lo, hi)
    series, factorial = [fmpq(0)] * (greatest + 1), fmpz(1)
    for k in range(greatest + 1):
        factorial *= max(k, 1)
        if k >= least:
            series[k] = fmpq(1, factorial)
    words = fmpq_poly(series) ** CLASSES
    total = words[n] * fmpz(factorial_of(n)) / fmpz(CLASSES) ** n
    return Fraction(int(total.p), int(total.q))


def chernoff_rate(q: Fraction) -> arb:
    """KL(q, 1/4) for 0 <= q < 1.  Raises ValueError outside."""
    if not 0 <= q < 1:
        raise ValueError("a class fraction must lie in [0, 1)")
    rest = (1 - ball(q)) * (4 * (1 - ball(q)) / 3).log()
    return rest if q == 0 else ball(q) * (4 * ball(q)).log() + rest
