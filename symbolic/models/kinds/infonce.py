"""InfoNCE, population, N negatives: E log(1 + sum_k exp((f(x)^T f(x_k) - |f(x)|^2)/T)), x_k independent of x.

Without noise the positive pair is one point, with similarity |f(x)|^2.  The expectation is over x and the multiset of
its negatives; with one negative the logarithm is a softplus.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement
from math import factorial, prod

import sympy as sp

from symbolic.activations.softplus import softplus
from symbolic.derivation.families import Body, Written
from symbolic.derivation.tree import Apply, add, mul, negative, number, power
from symbolic.models.kinds.base import Count, Kind, Network, Positive, Stated, register

__all__ = ["infonce"]

MOST_TERMS = 400


def infonce(network: Network) -> Stated:
    """Raises ValueError when there are too many pairs of a sample and its negatives."""
    negatives, temperature = int(network.options["negatives"]), network.options["temperature"]
    classes = range(len(network.weights))
    draws = list(combinations_with_replacement(classes, negatives))
    if len(classes) * len(draws) > MOST_TERMS:
        raise ValueError(f"{len(classes) * len(draws)} terms of samples and negatives, more than {MOST_TERMS}")
    columns = [[row[c] for row in network.values] for c in classes]

    def margin(c: int, d: int) -> sp.Expr:
        return sp.Add(*(a * (b - a) for a, b in zip(columns[c], columns[d], strict=True))) / temperature

    total: sp.Expr = sp.S.Zero
    for c in classes:
        for draw in draws:
            counts = Counter(draw)
            ways = factorial(negatives) // prod(factorial(n) for n in counts.values())
            weight = network.weights[c] * ways * sp.Mul(*(network.weights[d] for d in draw))
            if negatives == 1:
                total += weight * softplus(margin(c, draw[0]))
            else:
                total += weight * sp.log(1 + sp.Add(*(n * sp.exp(margin(c, d)) for d, n in counts.items())))
    return Stated(total)


def written(w: Written) -> Body | None:
    """With one negative; more of them would need an index each."""
    if w.options["negatives"] != 1:
        return None
    (c, d), j = w.classes, w.units[0]
    difference = add(w.value(d, j), negative(w.value(c, j)))
    margin = mul(power(w.option("temperature"), -1), w.over(j, mul(w.value(c, j), difference)))
    if w.options["temperature"].is_number:
        margin = mul(number(1 / w.options["temperature"]), w.over(j, mul(w.value(c, j), difference)))
    return (), w.mean(c, w.mean(d, Apply("softplus", 0, margin)))


register(
    "infonce",
    Kind(infonce, options={"negatives": Count(1, 8), "temperature": Positive(sp.S.One)}, written=written),
)
