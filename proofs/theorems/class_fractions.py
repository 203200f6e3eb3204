"""The probability that every class fraction of a sample lies in an interval: exact sums, and a Chernoff bound.

The counts (n_1, .., n_4) of n independent points in four classes of weight 1/4 are multinomial.  With
S_m = #{words of length m over two letters, each count in [l, h]} = sum of C(m, k) over l <= k <= h, l <= m - k <= h,
P(all n_c in [l, h]) = 4^-n sum_m C(n, m) S_m S_{n-m}: split the word by its first two and last two letters.

Chernoff: for q <= 1/4, P(n_c <= q n) <= exp(-n KL(q, 1/4)), and P(n_c >= q n) <= exp(-n KL(q, 1/4)) for q >= 1/4, with
KL(q, p) = q log(q/p) + (1-q) log((1-q)/(1-p)) (H. Chernoff, Ann. Math. Statist. 23 (1952)).
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, comb, floor

from flint import arb

from numeric.balls import ball

__all__ = ["chernoff_rate", "count_range", "probability_of_range"]

CLASSES = 4
MAX_POINTS = 2500  # the exact sum has about n^2/4 big-integer products


def count_range(n: int, lo: Fraction, hi: Fraction) -> tuple[int, int]:
    """The counts k of n points with lo <= k/n <= hi, as (least, greatest)."""
    return max(0, ceil(lo * n)), min(n, floor(hi * n))


def probability_of_range(n: int, lo: Fraction, hi: Fraction) -> Fraction:
    """P(lo <= n_c/n <= hi for all four classes), exactly.  Raises ValueError for n outside 1..2500."""
    if not 1 <= n <= MAX_POINTS:
        raise ValueError(f"the exact sum is for 1 to {MAX_POINTS} points, not {n}")
    least, greatest = count_range(n, lo, hi)
    pairs = []
    for m in range(n + 1):
        first, last = max(least, m - greatest), min(greatest, m - least)
        pairs.append(sum(comb(m, k) for k in range(first, last + 1)))
    total = sum(comb(n, m) * pairs[m] * pairs[n - m] for m in range(n + 1) if pairs[m])
    return Fraction(total, CLASSES**n)


def chernoff_rate(q: Fraction) -> arb:
    """KL(q, 1/4) for 0 <= q < 1.  Raises ValueError outside."""
    if not 0 <= q < 1:
        raise ValueError("a class fraction must lie in [0, 1)")
    rest = (1 - ball(q)) * (4 * (1 - ball(q)) / 3).log()
    return rest if q == 0 else ball(q) * (4 * ball(q)).log() + rest
